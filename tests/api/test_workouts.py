"""Workouts of one's own: kept, changed, put on a day; those of a plan are the plan's."""

import json
from datetime import timedelta

import pytest

from runningcoach.base import periods
from runningcoach.model.workout import Workout

WORKOUTS = "/api/v1/workouts"
TODAY = periods.today("Asia/Seoul")
EASY = {
    "type": "easy",
    "title": "아침 조깅",
    "steps": [
        {"kind": "step", "intensity": "main", "end": {"kind": "distance", "meters": 8000},
         "target": {"kind": "ramp", "from": {"kind": "hr_zone", "zone": 1},
                    "to": {"kind": "hr_zone", "zone": 2}}},
    ],
}  # fmt: skip


def create(client, **more):
    answer = client.post(WORKOUTS, json={"workout": EASY} | more)
    assert answer.status_code == 201
    return answer.json()


@pytest.fixture
def planned(conn, ann):
    """The id of a workout of Ann's plan."""
    plan_id = conn.execute(
        "INSERT INTO plans (user_id, version, status, origin, content, sha256)"
        " VALUES (%s, 1, 'current', 'rule', '{}', 'x') RETURNING id",
        [ann.id],
    ).fetchone()[0]
    return conn.execute(
        "INSERT INTO workouts (user_id, plan_id, date, content, sha256)"
        " VALUES (%s, %s, %s, %s, 'x') RETURNING id",
        [ann.id, plan_id, TODAY, json.dumps(EASY)],
    ).fetchone()[0]


def test_own_workout_is_stored_as_it_was_given(client):
    stored = create(client)
    path = f"{WORKOUTS}/{stored['id']}"
    assert client.get(path).json() == stored
    assert Workout.model_validate(stored["workout"]) == Workout.model_validate(EASY)
    assert stored["workout"]["steps"][0]["target"]["from"] == {"kind": "hr_zone", "zone": 1}
    assert (stored["plan_id"], stored["day"]) == (None, None)


def test_own_workout_is_replaced_and_removed(client):
    stored = create(client, day=f"{TODAY}")
    path = f"{WORKOUTS}/{stored['id']}"
    changed = client.put(path, json={"workout": EASY | {"title": "evening"}}).json()
    assert (changed["workout"]["title"], changed["day"]) == ("evening", None)
    assert changed["sha256"] != stored["sha256"]
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404
    assert client.delete(path).status_code == 404


def test_lists_are_of_ones_own_or_of_days(client, planned):
    kept, dated = create(client), create(client, day=f"{TODAY + timedelta(days=3)}")
    assert [row["id"] for row in client.get(WORKOUTS).json()] == [dated["id"], kept["id"]]
    days = {"from": f"{TODAY}", "to": f"{TODAY + timedelta(days=2)}"}
    assert [row["id"] for row in client.get(WORKOUTS, params=days).json()] == [planned]
    open_end = client.get(WORKOUTS, params={"from": f"{TODAY}"}).json()
    assert [row["id"] for row in open_end] == [planned, dated["id"]]


def test_workout_is_put_on_a_day_but_not_on_one_that_is_over(client):
    path = f"{WORKOUTS}/{create(client)['id']}/schedule"
    scheduled = client.post(path, json={"date": f"{TODAY}"})
    assert (scheduled.status_code, scheduled.json()["day"]) == (200, f"{TODAY}")
    past = client.post(path, json={"date": f"{TODAY - timedelta(days=1)}"})
    assert (past.status_code, past.json()["code"]) == (422, "plans.past_day")


def test_workout_of_a_plan_is_read_and_not_changed(client, planned):
    path = f"{WORKOUTS}/{planned}"
    assert client.get(path).json()["workout"]["title"] == EASY["title"]
    answers = (
        client.put(path, json={"workout": EASY}),
        client.delete(path),
        client.post(f"{path}/schedule", json={"date": f"{TODAY}"}),
    )
    for answer in answers:
        assert (answer.status_code, answer.json()["code"]) == (409, "plans.workout_of_plan")


def test_workouts_of_another_runner_are_not_there(client, other, planned):
    for workout_id in (planned, create(client)["id"]):
        path = f"{WORKOUTS}/{workout_id}"
        assert other.get(path).status_code == 404
        assert other.put(path, json={"workout": EASY}).status_code == 404
        assert other.delete(path).status_code == 404
        assert other.post(f"{path}/schedule", json={"date": f"{TODAY}"}).status_code == 404
        assert other.post(f"{path}/push").status_code == 404
        assert client.get(path).status_code == 200
    assert other.get(WORKOUTS).json() == []
    assert other.get(WORKOUTS, params={"from": "2000-01-01"}).json() == []


def test_push_needs_a_day_and_a_connection(client, planned):
    undated = client.post(f"{WORKOUTS}/{create(client)['id']}/push")
    assert (undated.status_code, undated.json()["code"]) == (409, "plans.workout_without_day")
    unconnected = client.post(f"{WORKOUTS}/{planned}/push")
    assert unconnected.status_code == 404
    assert unconnected.json()["code"] == "jobs.no_such_job"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"workout": {"type": "easy"}},
        {"workout": EASY | {"type": "nonsense"}},
        {"workout": EASY | {"owner": 1}},
        {"workout": EASY | {"steps": [{"kind": "step", "intensity": "main", "end": {}}]}},
        {"workout": EASY, "plan_id": 1},
    ],
)
def test_broken_workout_is_refused(client, body):
    assert client.post(WORKOUTS, json=body).status_code == 422
    assert client.get(WORKOUTS).json() == []
