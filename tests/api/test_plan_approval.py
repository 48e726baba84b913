"""Approval: by one at a time, of what was looked at, and the push to the watch that follows."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from runningcoach.model.connection import GarminConnection
from runningcoach.store import garmin

from .conftest import with_session
from .planning import PLANS, add_training, approve, approved, generate, workout_days


@pytest.fixture(autouse=True)
def trained(conn, ann, bob):
    add_training(conn, ann, bob)


def connect(conn, user, lane, status="connected"):
    state = GarminConnection(lane=lane, status=status, connected_at=datetime.now(UTC))
    garmin.put_connection(conn, user.id, state)


def pushes(client):
    rows = client.get("/api/v1/jobs/runs", params={"job": "workout_push"}).json()["items"]
    return [(row["id"], row["state"]) for row in rows]


def test_approval_queues_one_push_for_who_is_signed_in(client, conn, ann):
    connect(conn, ann, "signin")
    push = approved(client)["push"]
    assert (push["job"], push["state"]) == ("workout_push", "queued")
    assert approved(client, available_weekdays=[2, 4, 6])["push"]["id"] == push["id"]
    assert pushes(client) == [(push["id"], "queued")]


def test_end_of_a_plan_queues_a_push_too(client, conn, ann):
    current = approved(client)
    connect(conn, ann, "signin")
    ended = client.post(f"{PLANS}/{current['id']}/archive").json()
    assert (ended["status"], ended["push"]["job"]) == ("archived", "workout_push")
    assert pushes(client) == [(ended["push"]["id"], "queued")]


@pytest.mark.parametrize(
    "state", [None, ("key", "connected"), ("signin", "needs_reauth"), ("signin", "disconnected")]
)
def test_approval_without_a_sign_in_queues_nothing(client, conn, ann, state):
    if state:
        connect(conn, ann, *state)
    assert approved(client)["push"] is None
    assert pushes(client) == []


def test_two_clients_that_approve_at_once_leave_one_current_plan(client, conn, app, ann):
    plan = generate(client)
    clients = [with_session(app, conn, ann) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda one: approve(one, plan), clients))
    assert sorted(a.status_code for a in answers) == [200, 409, 409, 409]
    assert {a.json()["code"] for a in answers if a.status_code == 409} == {"plans.not_proposed"}
    days = workout_days(client)
    assert len(days) == len(set(days))


def test_approval_and_edit_at_once_leave_what_was_approved_current(client, conn, app, ann):
    plan = generate(client)
    day = next(d for w in plan["plan"]["weeks"][1:] for d in w["days"] if d["workouts"])["date"]
    body = {"edits": [{"kind": "replace", "date": day, "text": ""}]}
    first, second = (with_session(app, conn, ann) for _ in range(2))
    with ThreadPoolExecutor(2) as pool:
        editing = pool.submit(second.post, f"{PLANS}/{plan['id']}/edits", json=body)
        approving = pool.submit(approve, first, plan)
    statuses = (approving.result().status_code, editing.result().status_code)
    assert statuses in {(200, 201), (409, 201)}
    current = client.get(f"{PLANS}/current")
    assert (current.status_code == 200) == (statuses[0] == 200)
    if current.status_code == 200:
        assert current.json()["sha256"] == plan["sha256"]


def test_hash_of_another_version_is_stale(client):
    looked_at = generate(client)
    generate(client, ambition="ambitious")
    newest = client.get(PLANS).json()[0]
    stale = approve(client, newest, looked_at["sha256"])
    assert (stale.status_code, stale.json()["code"]) == (409, "plans.hash_differs")
    assert approve(client, looked_at).json()["code"] == "plans.not_proposed"
    assert workout_days(client) == []


def rows(conn):
    return {
        day: (id, plan_id)
        for id, plan_id, day in conn.execute("SELECT id, plan_id, date FROM workouts ORDER BY id")
    }


def test_days_that_stay_the_same_keep_how_they_went(client, conn, ann):
    current = approved(client)
    before = rows(conn)
    done, changed = sorted(before)[:2]
    conn.execute(
        "INSERT INTO workout_adherence (workout_id, user_id, workout_date, verdict,"
        " engine_version) VALUES (%s, %s, %s, 'done', '1')",
        [before[done][0], ann.id, done],
    )
    body = {"edits": [{"kind": "replace", "date": f"{changed}", "text": "5km E"}]}
    edited = client.post(f"{PLANS}/{current['id']}/edits", json=body).json()["plan"]
    assert approve(client, edited).status_code == 200
    after = rows(conn)
    assert after.keys() == before.keys()
    assert {plan_id for _, plan_id in after.values()} == {edited["id"]}
    assert [day for day in after if after[day][0] != before[day][0]] == [changed]
    assert conn.execute("SELECT workout_id FROM workout_adherence").fetchall() == [
        (before[done][0],)
    ]


def test_plan_without_a_day_takes_its_workout_away(client, conn):
    current = approved(client)
    gone = sorted(rows(conn))[1]
    body = {"edits": [{"kind": "replace", "date": f"{gone}", "text": ""}]}
    edited = client.post(f"{PLANS}/{current['id']}/edits", json=body).json()["plan"]
    approve(client, edited)
    assert gone not in rows(conn)
    assert sorted(f"{day}" for day in rows(conn)) == workout_days(client)


def test_workout_that_was_changed_in_the_table_is_replaced_by_the_next_approval(client, conn):
    current = approved(client)
    first = min(rows(conn))
    conn.execute("UPDATE workouts SET sha256 = repeat('0', 64) WHERE date = %s", [first])
    other = sorted(rows(conn))[2]
    body = {"edits": [{"kind": "replace", "date": f"{other}", "text": "5km E"}]}
    before = rows(conn)
    edited = client.post(f"{PLANS}/{current['id']}/edits", json=body).json()["plan"]
    assert approve(client, edited).status_code == 200
    after = rows(conn)
    assert {day for day in after if after[day][0] != before[day][0]} == {first, other}
