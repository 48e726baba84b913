"""What may go wrong at Garmin: how often we ask, what is kept, what the runner reads, what is next.

Each test is a row of the table in docs/reference/garmin.md.
"""

from typing import Any

import pytest

from runningcoach.base import i18n
from runningcoach.ingest.garmin import connection
from runningcoach.sources.garmin import sign_in_client

from .conftest import TODAY, Runner

pytestmark = [pytest.mark.usefixtures("short_lists"), pytest.mark.deep]

SEARCH = "/activities/search/"
DAYS = "/dailysummaries"
DOWNLOAD = "/download-service/"


def told(report) -> str:
    with i18n.speaking("en"):
        return str(report)


def waits_s(runner: Runner) -> float | None:
    return runner.value(
        "SELECT extract(epoch FROM wait_until - now())::float8 FROM garmin_sync_state"
    )


def first_file(runner: Runner) -> str:
    return str(runner.fake.activity_ids()[0])


def state_of(runner: Runner, kind: str, key: str) -> tuple[str, str | None]:
    query = "SELECT state, last_error FROM sync_units WHERE kind = %s AND key = %s"
    return runner.conn.execute(query, [kind, key]).fetchone()


def due_again(runner: Runner) -> None:
    runner.conn.execute("UPDATE sync_units SET next_try_at = now()")


# ---- data: come back later ---------------------------------------------------------------------


@pytest.mark.parametrize(("headers", "least", "most"), [
    ({"Retry-After": "120"}, 100, 120), ({}, 880, 900),
])  # fmt: skip
def test_429_stops_the_run_and_is_waited_for(keyed: Runner, headers, least, most):
    keyed.fake.fault(DAYS, status=429, headers=headers, count=None)
    report = keyed.sync()
    assert report.stopped == "rate"
    assert told(report).endswith("Garmin asked us to wait; the rest follows later.")
    assert len(keyed.asked(DAYS)) == 1
    assert keyed.asked()[-1].status == 429
    assert least <= waits_s(keyed) <= most
    keyed.fake.clear_log()
    again = keyed.sync()
    assert (again.stopped, keyed.asked()) == ("waiting", [])
    assert keyed.backfill().stopped == "waiting"
    assert keyed.asked() == []


def test_429_again_and_again_is_waited_for_longer(keyed: Runner):
    keyed.fake.fault(SEARCH, status=429, count=None)
    waits = []
    for _ in range(5):
        keyed.sync()
        waits.append(round(waits_s(keyed) / 60))
        keyed.conn.execute("UPDATE garmin_sync_state SET wait_until = now()")
    assert waits == [15, 60, 240, 1440, 1440]
    keyed.fake.clear_faults()
    assert keyed.sync().stopped is None
    assert keyed.value("SELECT wait_step FROM garmin_sync_state") == 0


def test_403_puts_questions_aside_and_three_in_a_row_stop_the_run(keyed: Runner):
    keyed.fake.fault("service/", status=403, count=None)
    assert keyed.backfill().stopped == "unavailable"
    assert len(keyed.asked()) == 1
    keyed.fake.clear_faults()
    keyed.sync()
    keyed.fake.clear_log()
    keyed.fake.fault(DAYS + "|sleep-service|hrv-service", status=403, count=None)
    report = keyed.sync()
    assert report.stopped == "forbidden"
    assert "until you look at it" in told(report)
    assert [call.status for call in keyed.asked()].count(403) == 3


def test_5xx_is_asked_three_times_more_then_put_aside(keyed: Runner):
    keyed.fake.fault(DAYS, status=503, count=None)
    report = keyed.sync()
    assert (report.stopped, report.parked) == (None, 1)
    assert told(report).endswith("1 questions were put aside for later.")
    assert len(keyed.asked(DAYS)) == 4
    assert keyed.slept == [2, 8, 30]
    assert keyed.units()["parked"] == 1
    keyed.fake.clear_faults()
    keyed.fake.clear_log()
    due_again(keyed)
    assert keyed.backfill().parked == 0
    assert keyed.units()["parked"] == 0
    assert keyed.value("SELECT count(*) FROM health_metrics WHERE date = %s - 1", TODAY) == 1


def test_5xx_that_passes_is_not_noticed(keyed: Runner):
    keyed.fake.fault(DAYS, status=500, count=2)
    assert keyed.sync().parked == 0
    assert keyed.slept == [2, 8]


def test_garmin_that_is_away_is_not_asked_for_every_thing(keyed: Runner):
    keyed.fake.fault("service/", status=502, after=5, count=None)
    report = keyed.backfill()
    assert report.stopped == "unavailable"
    assert told(report).endswith("Garmin does not answer; the rest follows with the next run.")
    assert len(keyed.asked(status=502)) == 3 * 4
    keyed.fake.clear_faults()
    due_again(keyed)
    assert keyed.backfill().stopped is None
    assert keyed.units()["parked"] == 0


def test_server_that_names_a_long_pause_is_left_alone(keyed: Runner):
    keyed.fake.fault(DAYS, status=503, headers={"Retry-After": "1800"})
    assert keyed.sync().stopped == "rate"
    assert len(keyed.asked(DAYS)) == 1
    assert 1700 < waits_s(keyed) <= 1800


def test_time_out_is_asked_again(keyed: Runner, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("runningcoach.sources.garmin.key_client.TIMEOUT_S", 0.3)
    keyed.fake.fault(DAYS, delay_s=0.6)
    report = keyed.sync()
    assert (report.stopped, report.parked) == (None, 0)
    assert keyed.slept == [2]


@pytest.mark.parametrize("lane", ["key", "signin"])
def test_dropped_connection_is_asked_again(runner: Runner, lane: str):
    runner.with_key() if lane == "key" else runner.sign_in()
    runner.fake.clear_log()
    runner.fake.fault(DAYS, spoil="drop")
    report = runner.sync()
    assert (report.stopped, report.parked) == (None, 0)
    assert runner.slept == [2]
    assert [call.status for call in runner.asked(DAYS)] == [0, 200]


# ---- data: what cannot be read -----------------------------------------------------------------


def test_truncated_zip_is_never_taken_and_fetched_anew_later(keyed: Runner):
    number = first_file(keyed)
    keyed.fake.fault(DOWNLOAD, spoil="cut")
    report = keyed.sync()
    assert (report.stopped, report.parked) == (None, 1)
    assert state_of(keyed, "fit", number) == ("parked", "truncated")
    assert keyed.value("SELECT count(*) FROM quarantine") == 0
    due_again(keyed)
    keyed.sync()
    assert state_of(keyed, "fit", number) == ("done", None)
    assert len(keyed.asked(f"{DOWNLOAD}.*/{number}$")) == 2


@pytest.mark.parametrize("lane", ["key", "signin"])
@pytest.mark.parametrize("spoil", ["html", "malformed"])
def test_answer_that_is_no_json_is_asked_once_more(runner: Runner, spoil: str, lane: str):
    runner.with_key() if lane == "key" else runner.sign_in()
    runner.fake.clear_log()
    runner.fake.fault(DAYS, spoil=spoil, count=None)
    report = runner.sync()
    assert (report.stopped, report.parked) == (None, 1)
    assert len(runner.asked(DAYS)) == 2
    assert runner.value("SELECT last_error FROM sync_units WHERE state = 'parked'") == "malformed"
    assert runner.value("SELECT count(*) FROM garmin_raw_events WHERE kind = 'connect.days'") == 0


def test_download_that_is_a_page_is_never_taken(keyed: Runner):
    keyed.fake.fault(DOWNLOAD, spoil="html")
    keyed.sync()
    assert state_of(keyed, "fit", first_file(keyed)) == ("parked", "truncated")


def test_unknown_fields_are_kept_raw_and_change_nothing(kept_up: Runner):
    before = kept_up.conn.execute("SELECT * FROM health_metrics ORDER BY date").fetchall()
    kept_up.fake.fault(DAYS, add={"brandNew": {"level": 7}}, count=None)
    assert kept_up.sync().stopped is None
    newest = "SELECT body FROM garmin_raw_events WHERE kind = 'connect.days' ORDER BY id DESC"
    assert kept_up.value(newest)["brandNew"] == {"level": 7}
    after = kept_up.conn.execute("SELECT * FROM health_metrics ORDER BY date").fetchall()
    assert after == before


def test_missing_fields_are_missing_values(keyed: Runner):
    gone = ["restingHeartRate", "restingValue", "heartRate"]
    keyed.fake.fault(DAYS, remove=gone, count=None)
    assert keyed.sync().stopped is None
    day = "SELECT resting_hr_bpm, steps FROM health_metrics WHERE date = %s - 2"
    resting, steps = keyed.conn.execute(day, [TODAY]).fetchone()
    assert resting is None
    assert steps > 0


def test_list_without_numbers_is_no_activity(keyed: Runner):
    keyed.fake.fault(SEARCH, remove=["activityId"], count=None)
    report = keyed.sync()
    assert (report.new, report.stopped) == (0, None)


def test_204_is_no_data_and_no_failure(keyed: Runner):
    keyed.fake.fault("hrv-service", status=204, count=None)
    report = keyed.sync()
    assert (report.stopped, report.parked) == (None, 0)
    assert len(keyed.asked("hrv-service")) == 1


# ---- tokens ------------------------------------------------------------------------------------


def test_401_once_is_mended_by_the_key_without_a_word(keyed: Runner):
    keyed.fake.kill_tokens()
    report = keyed.sync()
    assert report.stopped is None
    assert len(keyed.asked(lane="token")) == 1
    assert [call.status for call in keyed.asked()].count(401) == 1


def test_401_once_is_mended_by_one_refresh(signed: Runner):
    signed.fake.kill_tokens(refresh=False)
    report = signed.sync()
    assert report.stopped is None
    assert len(signed.asked("/oauth/token")) == 1
    assert [call.status for call in signed.asked()].count(401) == 1
    assert signed.asked(lane="signin") == []


def test_dead_refresh_token_ends_the_connection_and_signs_in_nobody(signed: Runner):
    signed.fake.kill_tokens()
    report = signed.sync()
    assert report.stopped == "needs_reauth"
    assert told(report).endswith("The connection has ended: connect again.")
    # The question, the refresh, and the library's own second try of the question.
    assert len(signed.asked()) <= 3
    assert signed.lane("signin").status == "needs_reauth"
    signed.fake.clear_log()
    assert signed.sync().stopped == "needs_reauth"
    assert signed.asked() == []
    assert signed.asked(lane="signin") == []


def test_outage_of_the_token_service_does_not_end_the_connection(signed: Runner):
    signed.fake.kill_tokens(refresh=False)
    signed.fake.fault("/oauth/token", status=503, count=None)
    report = signed.sync()
    assert report.stopped == "unavailable"
    assert signed.lane("signin").status == "connected"
    signed.fake.clear_faults()
    assert signed.sync().stopped is None


def test_rate_limit_of_the_token_service_is_waited_for(signed: Runner):
    signed.fake.kill_tokens(refresh=False)
    signed.fake.fault("/oauth/token", status=429, headers={"Retry-After": "600"}, count=None)
    assert signed.sync().stopped == "rate"
    assert 500 < waits_s(signed) <= 600
    assert signed.lane("signin").status == "connected"


@pytest.mark.parametrize("end", ["expire_key", "revoke_key"])
def test_key_that_ended_closes_its_lane(keyed: Runner, end: str):
    getattr(keyed.fake, end)()
    report = keyed.sync()
    assert report.stopped == "needs_reauth"
    assert keyed.lane("key").status == "needs_reauth"
    assert len(keyed.asked()) == 2  # one question, one exchange
    keyed.fake.clear_log()
    assert keyed.sync().stopped == "needs_reauth"
    assert keyed.asked() == []


def test_other_lane_goes_on_when_the_key_ends(runner: Runner):
    runner.with_key()
    runner.sign_in()
    runner.fake.revoke_key()
    runner.fake.clear_log()
    report = runner.sync()
    assert report.stopped is None
    assert report.new == 3
    assert runner.lane("key").status == "needs_reauth"
    assert {call.lane for call in runner.asked(DOWNLOAD)} == {"connect"}


@pytest.mark.parametrize("ahead_s", [86_400, -86_400])
@pytest.mark.parametrize("lane", ["key", "signin"])
def test_wrong_clock_costs_no_refresh_with_every_question(runner: Runner, lane: str, ahead_s: int):
    runner.fake.skew_clock(ahead_s)
    runner.with_key() if lane == "key" else runner.sign_in()
    runner.fake.clear_log()
    assert runner.sync().stopped is None
    assert runner.asked(lane="token") == []
    assert {call.status for call in runner.asked()} <= {200, 204, 404}


# ---- sign-in -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("headers", "hours"), [({}, 2), ({"Retry-After": "18000"}, 5)])
def test_429_of_a_sign_in_is_not_repeated_but_waited_for(runner: Runner, headers, hours):
    runner.fake.fault("/api/login", status=429, headers=headers, count=None)
    with pytest.raises(connection.CoolingDown):
        runner.sign_in()
    assert len(runner.asked("/api/login")) == 1
    left = runner.value("SELECT extract(epoch FROM cooldown_until - now()) FROM garmin_sessions")
    assert hours * 3600 - 60 < left <= hours * 3600
    runner.fake.clear_log()
    with pytest.raises(connection.CoolingDown) as refused:
        runner.sign_in()
    assert runner.asked() == []
    assert "20" in refused.value.remedy("en")


def test_sign_in_while_the_token_service_is_away_is_not_a_wrong_password(runner: Runner):
    runner.fake.fault("/oauth/token", status=503, count=None)
    with pytest.raises(connection.GarminUnavailable):
        runner.sign_in()
    assert len(runner.asked("/api/login")) == 1


GUARDED = {"status": 403, "spoil": "html"}
"""What a guard in front of Garmin says: a page, and no JSON."""
CAPTCHA = {"add": {"responseStatus": {"type": "CAPTCHA_REQUIRED"}}}


def posts(runner: Runner) -> int:
    """Return how often the password went out."""
    return len(runner.asked("/api/login", method="POST"))


def test_sign_in_door_without_a_page_is_left_before_the_password_goes_out(runner: Runner):
    runner.fake.fault("/mobile/sso/", status=403, count=None)
    assert runner.sign_in().status == "connected"
    assert [call.path for call in runner.asked("/api/login")] == ["/portal/api/login"]


@pytest.mark.parametrize("said", [{"status": 503}, GUARDED, {"spoil": "drop"}])
def test_no_password_goes_out_where_no_door_has_a_page(runner: Runner, said: dict[str, Any]):
    runner.fake.fault("/sso/", count=None, **said)
    with pytest.raises(connection.GarminUnavailable):
        runner.sign_in()
    assert posts(runner) == 0


@pytest.mark.parametrize(
    "said",
    [
        {"spoil": "drop"}, {"spoil": "broken"}, {"spoil": "malformed"}, CAPTCHA,
        {"status": 403}, {"status": 500}, {"status": 503}, {"status": 503, "spoil": "html"},
    ],
)  # fmt: skip
def test_password_that_garmin_may_have_judged_is_posted_once(runner: Runner, said: dict[str, Any]):
    runner.fake.fault("/api/login", count=None, **said)
    with pytest.raises(connection.GarminUnavailable):
        runner.sign_in()
    assert posts(runner) == 1


@pytest.mark.parametrize("said", [{"spoil": "drop"}, {"spoil": "html"}, {"status": 503}])
def test_password_that_was_right_is_not_posted_again_for_want_of_tokens(
    runner: Runner, said: dict[str, Any]
):
    runner.fake.fault("/oauth/token", count=None, **said)
    with pytest.raises(connection.GarminUnavailable):
        runner.sign_in()
    assert posts(runner) == 1


@pytest.mark.parametrize("said", [GUARDED, {"spoil": "html"}])
def test_password_that_a_guard_turned_away_is_posted_at_the_next_door(
    runner: Runner, said: dict[str, Any]
):
    runner.fake.fault("/mobile/api/login", count=1, **said)
    assert runner.sign_in().status == "connected"
    assert posts(runner) == 2


def test_guard_at_every_door_ends_the_sign_in(runner: Runner):
    runner.fake.fault("/api/login", count=None, **GUARDED)
    with pytest.raises(connection.GarminUnavailable):
        runner.sign_in()
    assert posts(runner) == len(sign_in_client.TRIED)


def test_key_while_garmin_is_away_is_not_a_wrong_key(runner: Runner):
    runner.fake.fault("personal-api-key", status=503, count=None)
    with pytest.raises(connection.GarminUnavailable):
        runner.with_key()
