from datetime import date, timedelta
from urllib.parse import unquote

import psycopg
import pytest
from starlette.testclient import TestClient

from runningcoach.model.user import User
from runningcoach.store import activities
from runningcoach.store.blobs import files

from .conftest import Add

LIST = "/api/v1/activities"


def ids(client: TestClient, **asked: object) -> list[int]:
    answer = client.get(LIST, params=asked)
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["items"]]


def test_pages_hold_everything_once_newest_first(client: TestClient, ann: User, add: Add, conn):
    added = [add(ann, number) for number in range(7)]
    conn.execute("UPDATE activities SET started_at = '2026-05-01T00:00:00Z' WHERE id = ANY(%s)",
                 [added[2:6]])  # fmt: skip
    seen, cursor, pages = [], None, 0
    while pages == 0 or cursor:
        asked = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = client.get(LIST, params=asked).json()
        seen += [one["id"] for one in page["items"]]
        cursor, pages = page["next"], pages + 1
    assert seen == [added[6], added[1], added[0], *reversed(added[2:6])]
    assert pages == 4


def test_last_page_that_is_just_full_names_no_next(client: TestClient, ann: User, add: Add):
    for number in range(2):
        add(ann, number)
    assert client.get(LIST, params={"limit": 2}).json()["next"] is None


def test_list_shows_metrics(client: TestClient, ann: User, add: Add):
    add(ann)
    (one,) = client.get(LIST).json()["items"]
    assert (one["load"], one["load_source"], one["moving_s"]) == (61.5, "rtss", 3500)
    assert one["local_date"] == "2026-05-05"


def test_filters(client: TestClient, ann: User, add: Add):
    easy = add(ann, 0)
    race = add(ann, 1, name="Seoul Marathon 100%", is_race=True, distance_m=42_195)
    indoors = add(ann, 2, is_treadmill=True, has_gps=False, name=None, distance_m=5_000)
    ride = add(ann, 3, sport="cycling", distance_m=None)
    assert ids(client, sport="cycling") == [ride]
    assert ids(client, race=True) == [race]
    assert ids(client, treadmill=True) == ids(client, has_gps=False) == [indoors]
    assert ids(client, q="MARATHON") == ids(client, q="100%") == [race]
    assert ids(client, q="_") == []
    assert ids(client, min_distance_m=10_000) == [race, easy]
    assert ids(client, min_distance_m=5_000, max_distance_m=10_000) == [indoors, easy]
    # local days: the first began at 21:30 UTC on the 4th, which is the 5th in Seoul
    assert ids(client, **{"from": "2026-05-05", "to": "2026-05-06"}) == [race, easy]
    assert ids(client, race=False, sport="running") == [indoors, easy]


@pytest.mark.parametrize(
    "asked",
    [{"limit": 201}, {"limit": 0}, {"sprot": "running"}, {"from": "yesterday"}, {"cursor": "x"},
     {"cursor": "MjAyNi0wNS0wNCAx"}, {"min_distance_m": "nan"}, {"q": "\x00"}],
)  # fmt: skip
def test_list_refuses_what_makes_no_sense(client: TestClient, asked: dict[str, object]):
    answer = client.get(LIST, params=asked)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_detail(client: TestClient, ann: User, add: Add):
    first, middle, last = (add(ann, number) for number in range(3))
    detail = client.get(f"{LIST}/{middle}").json()
    assert detail["activity"]["id"] == middle
    assert detail["metrics"]["hr_zone_s"] == [0, 1200, 1800, 500, 0]
    assert [effort["distance_m"] for effort in detail["best_efforts"]] == [1000, 5000]
    assert detail["neighbours"] == {"previous": first, "next": last}
    assert detail["parked"] is None


def test_detail_says_why_an_activity_has_no_numbers(
    client: TestClient, ann: User, add: Add, conn: psycopg.Connection
):
    activity_id = add(ann, 0)
    conn.execute(
        "INSERT INTO parked_activities (activity_id, user_id, stage, reason, engine_version)"
        " VALUES (%s, %s, 'measures', 'ValueError: odd', '3')",
        [activity_id, ann.id],
    )
    found = client.get(f"{LIST}/{activity_id}").json()["parked"]
    assert (found["stage"], found["reason"]) == ("measures", "ValueError: odd")


def test_detail_is_not_sent_twice(client: TestClient, ann: User, add: Add):
    path = f"{LIST}/{add(ann)}"
    etag = client.get(path).headers["etag"]
    again = client.get(path, headers={"if-none-match": f'"other", {etag}'})
    assert (again.status_code, again.content) == (304, b"")
    client.patch(path, json={"name": "New"})
    assert client.get(path, headers={"if-none-match": etag}).status_code == 200


def test_changes_by_hand_are_remembered(client: TestClient, ann: User, add: Add, conn):
    activity_id = add(ann)
    path = f"{LIST}/{activity_id}"
    changed = client.patch(path, json={"name": "Tempo", "is_race": True}).json()
    assert (changed["name"], changed["is_race"]) == ("Tempo", True)
    client.patch(path, json={"name": None, "notes": "windy"})
    row = conn.execute("SELECT name, notes, is_race, edited FROM activities").fetchone()
    assert row == (None, "windy", True, ["is_race", "name", "notes"])


@pytest.mark.parametrize(
    "change", [{"rpe": 6}, {"is_race": True}, {"air_temperature_c": 27.5}, {"dew_point_c": -3}]
)
def test_what_measures_rest_on_makes_them_stale(
    client: TestClient, ann: User, add: Add, conn, change
):
    activity_id = add(ann)
    day = activities.get(conn, ann.id, activity_id).local_date
    for harmless in ({"name": "x"}, {"notes": "y"}, {"gear": "z"}):
        client.patch(f"{LIST}/{activity_id}", json=harmless)
        assert activities.stale_since(conn, ann.id) is None
    marked = []
    freshened = "runningcoach.api.refresh_later.schedule_refresh"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(freshened, lambda *_: marked.append(activities.stale_since(conn, ann.id)))
        answer = client.patch(f"{LIST}/{activity_id}", json=change)
    assert answer.json() | change == answer.json()
    assert len(marked) == 1
    assert activities.stale_since(conn, ann.id) == day


def test_effort_makes_what_is_derived_stale(ann: User, add: Add, conn: psycopg.Connection):
    activity_id = add(ann)
    activities.update(conn, ann.id, activity_id, {"name": "x"})
    assert activities.stale_since(conn, ann.id) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"rpe": 11},
        {"rpe": "hard"},
        {"id": 7},
        {"is_race": None},
        {"name": "x" * 201},
        {"air_temperature_c": 61},
        {"dew_point_c": 41},
    ],
)
def test_changes_that_make_no_sense(client: TestClient, ann: User, add: Add, changes):
    answer = client.patch(f"{LIST}/{add(ann)}", json=changes)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == next(iter(changes))


def test_laps_in_order(client: TestClient, ann: User, add: Add):
    laps = client.get(f"{LIST}/{add(ann)}/laps").json()
    assert [lap["lap_index"] for lap in laps] == [0, 1]


def test_original_comes_back_byte_for_byte(client: TestClient, ann: User, add: Add):
    answer = client.get(f"{LIST}/{add(ann, 3)}/fit")
    assert answer.content == f"original {ann.id} 3".encode()
    assert answer.headers["content-type"] == "application/vnd.ant.fit"
    assert int(answer.headers["content-length"]) == len(answer.content)
    name = answer.headers["content-disposition"].removeprefix("attachment; filename*=UTF-8''")
    assert unquote(name) == "달리기 3.fit"


def test_original_that_is_gone(client: TestClient, ann: User, add: Add, home):
    path = f"{LIST}/{add(ann)}/fit"
    for file in (home / "originals").rglob("*.zst"):
        file.unlink()
    assert client.get(path).status_code == 404


def test_delete_moves_to_quarantine(client: TestClient, ann: User, add: Add, conn, home):
    kept, gone = add(ann, 0), add(ann, 1)
    assert client.delete(f"{LIST}/{gone}").status_code == 204
    assert client.get(f"{LIST}/{gone}").status_code == 404
    assert ids(client) == [kept]
    outcome = conn.execute(
        "SELECT f.outcome, f.reason_code, q.reason_code, q.sha256 FROM garmin_raw_files f"
        " JOIN quarantine q ON q.sha256 = f.sha256 AND q.user_id = f.user_id"
    ).fetchall()
    assert [row[:3] for row in outcome] == [("deleted", "deleted_by_runner", "deleted_by_runner")]
    assert files.get(home, outcome[0][3]) == f"original {ann.id} 1".encode()  # for a retry
    left = conn.execute(
        "SELECT activity_id FROM laps UNION SELECT activity_id FROM activity_samples"
        " UNION SELECT activity_id FROM activity_metrics UNION SELECT activity_id FROM best_efforts"
    )
    assert left.fetchall() == [(kept,)]


def test_delete_twice_and_of_another(client: TestClient, ann: User, add: Add):
    path = f"{LIST}/{add(ann)}"
    assert [client.delete(path).status_code for _ in range(2)] == [204, 404]


def test_for_pages_joins_metrics_oldest_first(ann: User, bob: User, add: Add, conn):
    first, second, _ = add(ann, 0), add(ann, 1), add(bob, 2)
    rows = activities.for_pages(conn, ann.id)
    assert [row["id"] for row in rows] == [first, second]
    assert rows[0]["load"] == 61.5
    only = activities.for_pages(conn, ann.id, first=date(2026, 5, 5) + timedelta(days=1))
    assert [row["id"] for row in only] == [second]
