"""What the runner says of the own benchmarks."""

import json

import pytest
from starlette.testclient import TestClient

from runningcoach.base import i18n, periods
from runningcoach.metrics.limits import RANGES
from runningcoach.model.user import User
from runningcoach.store import benchmarks
from runningcoach.store.benchmark_rules import ASCENDING, FOLLOWS

from .lived import estimate

PATH = "/api/v1/benchmarks"
TODAY = periods.today("Asia/Seoul")


def say(client: TestClient, kind: str, value: object, since: object = "2026-03-01"):
    return client.patch(PATH, json={"kind": kind, "value": value, "valid_from": str(since)})


def in_force(client: TestClient, day: object = TODAY) -> dict[str, float]:
    found = client.get(PATH, params={"date": str(day)}).json()
    return {one["kind"]: one["value"] for one in found}


@pytest.fixture
def estimated(conn, ann: User):
    """Limits as the engine estimates them: HRmax 190, of which zones are shares."""
    zones = [estimate(f"hr_zone_{n}_bpm", 19 * (4 + n)) for n in range(1, 6)]
    rows = [estimate("hrmax_bpm", 190), estimate("hrrest_bpm", 50), estimate("lthr_bpm", 169)]
    benchmarks.replace_estimates(conn, ann.id, [*rows, *zones])


def test_the_runners_word_counts_from_its_day_on(client):
    say(client, "hrmax_bpm", 190, "2026-01-01")
    assert say(client, "hrmax_bpm", 186).json() == [
        {"kind": "hrmax_bpm", "value": 186.0, "valid_from": "2026-03-01", "source": "user",
         "confidence": "high"}
    ]  # fmt: skip
    assert in_force(client, "2025-12-31") == {}
    assert in_force(client, "2026-02-28") == {"hrmax_bpm": 190}
    assert in_force(client, "2026-03-01") == {"hrmax_bpm": 186}


def test_the_runners_word_counts_before_what_a_watch_says(client, conn, ann: User):
    benchmarks.replace_estimates(conn, ann.id, [estimate("hrmax_bpm", 195)])
    conn.execute("UPDATE athlete_benchmarks SET source = 'garmin'")
    say(client, "hrmax_bpm", 186, "2025-01-01")
    assert in_force(client) == {"hrmax_bpm": 186}
    client.delete(f"{PATH}/hrmax_bpm/2025-01-01")
    assert in_force(client) == {"hrmax_bpm": 195}


def test_what_was_said_can_be_taken_back(client, estimated):
    say(client, "hrmax_bpm", 186)
    path = f"{PATH}/hrmax_bpm/2026-03-01"
    assert [client.delete(path).status_code for _ in range(2)] == [204, 404]
    assert client.get(PATH, params={"date": "0001-01-01"}).json() == []


def test_estimates_cannot_be_taken_back(client, conn, ann: User, estimated):
    assert client.delete(f"{PATH}/hrmax_bpm/2026-01-01").status_code == 404
    assert "hrmax_bpm" in benchmarks.in_force(conn, ann.id, TODAY)


def test_what_rests_on_it_is_derived_again(client, conn, ann: User, estimated):
    """The estimates above were put in by hand; with no activity there are none to be had."""
    say(client, "hrmax_bpm", 186)
    assert [row.source for row in benchmarks.list_all(conn, ann.id)] == ["user"]
    assert conn.execute("SELECT count(*) FROM stale").fetchone() == (0,)


@pytest.mark.parametrize("kind", RANGES)
def test_ranges(client, kind):
    low, high = RANGES[kind]
    for value in (low - 0.01, high + 0.01, -5, 0, 1e300):
        answer = say(client, kind, value)
        assert (answer.status_code, answer.json()["code"]) == (
            422, "store.benchmark_out_of_range",
        )  # fmt: skip
    for value in (low, high):
        assert say(client, kind, value).status_code == 200, value


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_numbers_that_are_none(client, value):
    body = f'{{"kind": "hrmax_bpm", "valid_from": "2026-01-01", "value": {value}}}'
    answer = client.patch(PATH, content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422


def test_days_to_come_are_refused(client):
    assert say(client, "hrmax_bpm", 190, TODAY).status_code == 200
    for day in (TODAY.replace(year=TODAY.year + 1, day=1), "9999-12-31"):
        assert say(client, "hrmax_bpm", 190, day).json()["code"] == "store.benchmark_in_the_future"
    assert say(client, "hrmax_bpm", 190, "0001-01-01").status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "weight_kg", "value": 60, "valid_from": "2026-01-01"},
        {"kind": "hrmax_bpm", "value": 190},
        {"kind": "hrmax_bpm", "value": "fast", "valid_from": "2026-01-01"},
        {"kind": "hrmax_bpm", "value": 190, "valid_from": "2026-01-01", "source": "garmin"},
        {"hr_zones_bpm": [95, 114, 133, 152], "valid_from": "2026-01-01"},
        {"hr_zones_bpm": [95, 114, 114, 152, 171], "valid_from": "2026-01-01"},
        [], {}, None, [[]], "hrmax_bpm",
    ],
)  # fmt: skip
def test_words_that_make_no_sense(client, body):
    answer = client.patch(PATH, content=json.dumps(body))
    assert (answer.status_code, answer.json()["code"]) == (422, "api.invalid")
    assert answer.json()["errors"]


@pytest.mark.parametrize(
    ("kind", "value"),
    [("hrrest_bpm", 120), ("hrmax_bpm", 101), ("lthr_bpm", 190), ("lthr_bpm", 205)],
)
def test_limits_that_contradict_each_other(client, conn, ann: User, kind, value):
    """HRrest 115 by a strap, HRmax 190: neither gives way to the other."""
    given = [estimate("hrmax_bpm", 190), estimate("hrrest_bpm", 115), estimate("lthr_bpm", 118)]
    benchmarks.replace_estimates(conn, ann.id, given)
    answer = say(client, kind, value)
    assert (answer.status_code, answer.json()["code"]) == (422, "store.benchmark_contradicts")
    assert {row.source for row in benchmarks.list_all(conn, ann.id)} == {"estimate"}


def test_estimates_give_way_to_what_they_are_estimated_from(client, estimated):
    """LTHR, thresholds and zones follow HRmax: at 160 all of them are estimated anew."""
    assert say(client, "hrmax_bpm", 160).status_code == 200


def test_the_runners_own_words_do_not_give_way(client, estimated):
    assert say(client, "lthr_bpm", 172, "2026-05-01").status_code == 200
    assert say(client, "hrmax_bpm", 170).json()["code"] == "store.benchmark_contradicts"
    both = [
        {"kind": "hrmax_bpm", "value": 170, "valid_from": "2026-03-01"},
        {"kind": "lthr_bpm", "value": 160, "valid_from": "2026-05-01"},
    ]
    assert client.patch(PATH, json=both).status_code == 200


def test_all_or_nothing(client, conn, ann: User):
    several = [
        {"kind": "hrmax_bpm", "value": 190, "valid_from": "2026-03-01"},
        {"kind": "hrrest_bpm", "value": 300, "valid_from": "2026-03-01"},
    ]
    assert client.patch(PATH, json=several).status_code == 422
    assert benchmarks.list_all(conn, ann.id) == []


def test_five_zones_in_one_go(client, estimated):
    edges = [110, 130, 148, 162, 175]
    said = {"hr_zones_bpm": edges, "valid_from": "2026-03-01"}
    assert len(client.patch(PATH, json=said).json()) == 5
    known = in_force(client)
    assert [known[f"hr_zone_{n}_bpm"] for n in range(1, 6)] == edges
    assert say(client, "hr_zone_2_bpm", 150).json()["code"] == "store.benchmark_contradicts"
    beside = [said, {"kind": "hrmax_bpm", "value": 174, "valid_from": "2026-03-01"}]
    assert client.patch(PATH, json=beside).json()["code"] == "store.benchmark_contradicts"


def test_problems_name_the_benchmark_in_the_readers_language(client, other):
    english, korean = (say(who, "hrmax_bpm", 300).json() for who in (client, other))
    for problem, language in ((english, "en"), (korean, "ko")):
        assert i18n.t("metrics.labels.hrmax_bpm", language) in problem["detail"]
        assert "300" in problem["detail"]
        assert "240" in problem["remedy"]
    assert english["detail"] != korean["detail"]


def test_pages_of_others_cannot_change_benchmarks(client):
    headers = {"origin": "https://evil.example"}
    for method, path in (("PATCH", PATH), ("DELETE", f"{PATH}/hrmax_bpm/2026-03-01")):
        assert client.request(method, path, headers=headers).status_code == 403


def test_pairs_and_followers_are_benchmarks():
    assert {kind for pair in ASCENDING for kind in pair} | FOLLOWS.keys() <= RANGES.keys()
