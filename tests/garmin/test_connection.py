"""Connecting and leaving: one attempt, a code in ten minutes, tokens sealed, notices in time."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from datetime import time as dtime
from zoneinfo import ZoneInfo

import pytest

from runningcoach.base import i18n
from runningcoach.ingest.garmin import connection, connection_status, tokens
from runningcoach.ingest.garmin.connection_status import ConnectionNotice
from runningcoach.store import accounts, database, secrets

from .conftest import TODAY, Runner

pytestmark = pytest.mark.usefixtures("short_lists")

LOGIN = "/api/login"
VERIFY = "/mfa/verifyCode"


def secret(runner: Runner, name: str) -> str | None:
    return secrets.get(runner.conn, runner.user_id, name, home=runner.home)


def notices(runner: Runner) -> list[ConnectionNotice]:
    with i18n.speaking("en"):
        return connection_status.of(
            runner.conn, accounts.get_by_name(runner.conn, "runner")
        ).notices


@pytest.fixture
def far_away(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> Iterator[ZoneInfo]:
    """A runner for whom it is never the same day as for the machine, 26 hours behind."""
    zone = "Pacific/Kiritimati"
    runner.conn.execute("UPDATE users SET timezone = %s", [zone])
    with monkeypatch.context() as machine:
        machine.setenv("TZ", "Etc/GMT+12")
        time.tzset()
        yield ZoneInfo(zone)
    time.tzset()


# ---- key ---------------------------------------------------------------------------------------


def test_key_is_tried_once_and_sealed(runner: Runner):
    found = runner.with_key()
    assert (found.lane, found.status) == ("key", "connected")
    assert [call.status for call in runner.asked()] == [200, 200]
    assert json.loads(secret(runner, "garmin.key"))["key"] == runner.fake.key


def test_key_that_garmin_refuses_is_not_kept(runner: Runner):
    runner.fake.revoke_key()
    with pytest.raises(connection.KeyRefused) as refused:
        runner.with_key()
    assert secret(runner, "garmin.key") is None
    assert len(runner.asked()) == 1
    assert "connect.garmin.com" in refused.value.remedy("ko")


@pytest.mark.parametrize(
    ("left", "told"),
    [(15, None), (14, 14), (10, 14), (7, 7), (2, 7), (1, 1), (0.2, 1), (-1, "expired")],
)
def test_end_of_a_key_is_announced(runner: Runner, left: float, told: int | str | None):
    now = datetime.now(UTC)
    runner.with_key(expires_at=now + timedelta(days=left))
    found = notices(runner)
    if told is None:
        assert found == []
    elif told == "expired":
        assert [notice.code for notice in found] == ["expired"]
    else:
        assert [notice.code for notice in found] == ["expires"]
        assert f"in {told} days" in found[0].words


def test_end_of_a_key_is_dated_by_the_runners_calendar(runner: Runner, far_away: ZoneInfo):
    day = datetime.now(far_away).date() + timedelta(days=3)
    runner.with_key(expires_at=datetime.combine(day, dtime(0), far_away))
    (notice,) = notices(runner)
    assert f"on {day}." in notice.words


def test_cool_down_is_told_by_the_runners_clock(runner: Runner, far_away: ZoneInfo):
    runner.fake.fault(LOGIN, status=429)
    with pytest.raises(connection.CoolingDown) as refused:
        runner.sign_in()
    until = runner.lane("signin").cooldown_until.astimezone(far_away)
    (notice,) = notices(runner)
    assert f"{until:%Y-%m-%d %H:%M}" in notice.words
    assert f"{until:%Y-%m-%d %H:%M}" in refused.value.what("en") + refused.value.remedy("en")


# ---- sign-in -----------------------------------------------------------------------------------


def test_sign_in_without_a_code_is_one_attempt(runner: Runner):
    found = runner.sign_in()
    assert (found.status, found.account) == ("connected", runner.fake.display_name)
    assert len(runner.asked(LOGIN)) == 1
    assert len(runner.asked()) == 4  # page, password, tokens, whose they are


def test_wrong_password_is_one_attempt_and_no_cool_down(runner: Runner):
    with pytest.raises(connection.WrongName):
        runner.sign_in("wrong")
    assert len(runner.asked(LOGIN)) == 1
    assert secret(runner, "garmin.signin") is None
    assert runner.sign_in().status == "connected"


def test_code_is_asked_for_and_a_wrong_one_may_be_followed_by_another(runner: Runner):
    runner.fake.mfa()
    assert runner.sign_in().status == "needs_mfa"
    assert secret(runner, "garmin.pending") is not None
    with pytest.raises(connection.WrongDigits):
        runner.enter_code("000000")
    assert runner.enter_code().status == "connected"
    assert len(runner.asked(LOGIN)) == 1
    assert runner.sync().stopped is None


def test_code_is_used_once(runner: Runner):
    runner.fake.mfa()
    runner.sign_in()
    runner.enter_code()
    runner.fake.clear_log()
    with pytest.raises(connection.NothingPending):
        runner.enter_code()
    assert secret(runner, "garmin.pending") is None
    assert runner.asked() == []


def test_code_after_ten_minutes_is_too_late(runner: Runner, monkeypatch: pytest.MonkeyPatch):
    runner.fake.mfa()
    runner.sign_in()
    late = datetime.now(UTC) + timedelta(minutes=10, seconds=1)
    monkeypatch.setattr(connection, "_now", lambda: late)
    runner.fake.clear_log()
    with pytest.raises(connection.NothingPending):
        runner.enter_code()
    assert runner.asked() == []
    assert secret(runner, "garmin.pending") is None


def test_password_is_nowhere_while_a_code_is_waited_for(runner: Runner):
    runner.fake.mfa()
    runner.sign_in()
    pending = secret(runner, "garmin.pending")
    assert runner.fake.password not in pending
    assert runner.fake.email not in pending
    assert json.loads(json.loads(pending)["state"])["cookies"]


def test_cool_down_doubles_up_to_a_day_and_ends_with_a_sign_in(runner: Runner):
    runner.fake.fault(LOGIN, status=429, count=None)
    hours = []
    for _ in range(6):
        with pytest.raises(connection.CoolingDown):
            runner.sign_in()
        left = runner.value(
            "SELECT extract(epoch FROM cooldown_until - now()) FROM garmin_sessions"
        )
        hours.append(round(left / 3600))
        runner.conn.execute("UPDATE garmin_sessions SET cooldown_until = now()")
    assert hours == [2, 4, 8, 16, 24, 24]
    runner.fake.clear_faults()
    assert runner.sign_in().status == "connected"
    assert runner.value("SELECT cooldown_step FROM garmin_sessions") == 0
    assert notices(runner) == []


def test_cool_down_is_kept_in_the_database(runner: Runner, database_url: str):
    runner.fake.fault(LOGIN, status=429)
    with pytest.raises(connection.CoolingDown):
        runner.sign_in()
    runner.fake.clear_log()
    with database.connect(database_url) as other, pytest.raises(connection.CoolingDown):
        connection.sign_in(other, runner.user_id, "a@b.c", "password", runner.place)
    assert runner.asked() == []
    assert [notice.code for notice in notices(runner)] == ["cooldown"]


def test_second_process_is_told_that_it_is_busy(runner: Runner, database_url: str):
    with database.connect(database_url) as other:
        with connection.lanes(other, runner.user_id, runner.place):
            with pytest.raises(connection.GarminBusy):
                runner.with_key()
            with pytest.raises(connection.GarminBusy):
                runner.sign_in()
        assert runner.asked() == []
        assert runner.with_key().status == "connected"


# ---- tokens ------------------------------------------------------------------------------------


def test_tokens_are_sealed_before_the_next_question(signed: Runner, monkeypatch):
    """A process that dies right after a refresh has the new tokens: the old ones are worthless."""
    signed.fake.kill_tokens(refresh=False)
    before = secret(signed, "garmin.signin")
    seen = []
    keep = tokens.store_tokens

    def kept(*said, **more):
        keep(*said, **more)
        seen.append([call.path for call in signed.asked(status=200)])

    monkeypatch.setattr(tokens, "store_tokens", kept)
    assert signed.sync().stopped is None
    assert seen == [["/di-oauth2-service/oauth/token"]]
    assert secret(signed, "garmin.signin") != before
    assert signed.sync().stopped is None
    assert len(signed.asked("/oauth/token")) == 1


def test_rotating_tokens_survive_many_runs(runner: Runner):
    runner.fake.token_ttl(901)  # renewed 900 s before its end, and so after a second
    runner.sign_in()
    runner.fake.clear_log()
    known = set()
    for _ in range(3):
        lane = json.loads(secret(runner, "garmin.signin"))
        known.add(lane["di_refresh_token"])
        tokens.store_tokens(
            runner.conn, runner.user_id, "signin", json.dumps(lane | {"until": 0}), home=runner.home
        )
        assert runner.sync().stopped is None
    assert len(known) == 3
    assert {call.status for call in runner.asked("/oauth/token")} == {200}
    assert runner.asked(lane="signin") == []


# ---- leaving -----------------------------------------------------------------------------------


def test_leaving_keeps_what_was_fetched(kept_up: Runner):
    before = kept_up.tables()
    connection.disconnect(kept_up.conn, kept_up.user_id, "key")
    assert secret(kept_up, "garmin.key") is None
    assert kept_up.lane("key").status == "disconnected"
    assert kept_up.tables() == before
    assert kept_up.sync().stopped == "needs_reauth"
    assert kept_up.asked() == []


def test_leaving_can_delete_what_was_fetched(kept_up: Runner):
    fetched = {path.name for path in (kept_up.home / "originals").rglob("*.zst")}
    assert fetched
    connection.disconnect(kept_up.conn, kept_up.user_id, "key", forget_in=kept_up.home)
    left = {name: rows for name, rows in kept_up.tables().items() if rows}
    assert left == {}
    assert not list((kept_up.home / "originals").rglob("*.zst"))
    stale = kept_up.value("SELECT since FROM stale WHERE user_id = %s", kept_up.user_id)
    assert stale <= TODAY - timedelta(days=40)
    kept_up.with_key()
    assert kept_up.sync().new == 3


def test_leaving_spares_what_came_another_way(kept_up: Runner):
    """A file of the runner's own, a day that he wrote, a value of an account's export."""
    number, sha256 = kept_up.conn.execute(
        "SELECT garmin_activity_id, file_sha256 FROM activities WHERE leg = 0 LIMIT 1"
    ).fetchone()
    kept_up.conn.execute("UPDATE garmin_raw_files SET lane = 'folder' WHERE sha256 = %s", [sha256])
    (day,) = kept_up.conn.execute(
        "SELECT max(date) FROM health_metrics"
        " WHERE steps IS NOT NULL AND resting_hr_bpm IS NOT NULL"
    ).fetchone()
    kept_up.conn.execute(
        "UPDATE health_metrics SET weight_kg = 61.5,"
        """ sources = sources || '{"weight_kg": "user", "steps": "garmin_export"}'"""
        " WHERE date = %s",
        [day],
    )
    connection.disconnect(kept_up.conn, kept_up.user_id, "key", forget_in=kept_up.home)
    assert kept_up.conn.execute("SELECT garmin_activity_id FROM activities").fetchall() == [
        (number,)
    ]
    row = kept_up.conn.execute(
        "SELECT date, weight_kg, steps IS NULL, resting_hr_bpm, sources FROM health_metrics"
    ).fetchall()
    expected = {"weight_kg": "user", "steps": "garmin_export"}
    assert row == [(day, 61.5, False, None, expected)]
    assert [path.stem for path in (kept_up.home / "originals").rglob("*.zst")] == [sha256]
