"""Plans in versions: proposed, approved by hash, rejected, archived; what each leaves behind."""

import hashlib
from datetime import timedelta

import pytest

from runningcoach.base import periods

from .planning import (
    PLANS,
    REQUEST,
    TODAY,
    add_training,
    approve,
    approved,
    generate,
    planned_days,
    workout_days,
)


@pytest.fixture(autouse=True)
def trained(conn, ann, bob):
    add_training(conn, ann, bob)


def test_plan_is_made_proposed_and_without_error(client):
    plan = generate(client)
    assert (plan["status"], plan["origin"], plan["version"]) == ("proposed", "rule", 1)
    assert [f for f in plan["findings"] if f["severity"] == "error"] == []
    assert workout_days(client) == []
    assert client.get(f"{PLANS}/{plan['id']}").json() == plan
    assert client.get(f"{PLANS}/current").json()["code"] == "plans.no_current"


def test_approval_binds_the_hash_and_brings_the_workouts(client):
    plan = generate(client)
    wrong = approve(client, plan, "0" * 64)
    assert (wrong.status_code, wrong.json()["code"]) == (409, "plans.hash_differs")
    assert workout_days(client) == []
    current = approve(client, plan).json()
    assert (current["status"], current["sha256"]) == ("current", plan["sha256"])
    assert current["approved_at"] is not None
    assert current["plan"] == plan["plan"]
    assert workout_days(client) == planned_days(plan, TODAY)
    again = approve(client, plan)
    assert (again.status_code, again.json()["code"]) == (409, "plans.not_proposed")


def test_next_plan_archives_the_former_and_keeps_its_past_days(client, conn, ann):
    first = approved(client)
    yesterday = TODAY - timedelta(days=1)
    past = conn.execute(
        "INSERT INTO workouts (user_id, plan_id, date, content, sha256)"
        " SELECT user_id, plan_id, %s, content, sha256 FROM workouts LIMIT 1 RETURNING id",
        [yesterday],
    ).fetchone()[0]
    conn.execute(
        "INSERT INTO workout_adherence (workout_id, user_id, workout_date, verdict,"
        " engine_version) VALUES (%s, %s, %s, 'done', '1')",
        [past, ann.id, yesterday],
    )
    second = approved(client, available_weekdays=[2, 4, 6])
    assert client.get(f"{PLANS}/{first['id']}").json()["status"] == "archived"
    assert client.get(f"{PLANS}/current").json()["id"] == second["id"]
    assert workout_days(client) == [f"{yesterday}", *planned_days(second, TODAY)]
    assert conn.execute("SELECT workout_id FROM workout_adherence").fetchall() == [(past,)]


def test_plan_with_an_error_against_todays_data_is_not_approved(client, conn):
    plan = generate(client)
    conn.execute("UPDATE activities SET distance_m = 1500, elapsed_s = 600, timer_s = 600")
    refused = approve(client, plan)
    assert (refused.status_code, refused.json()["code"]) == (409, "plans.has_errors")
    assert "V" in refused.json()["detail"]
    assert client.get(f"{PLANS}/{plan['id']}").json()["status"] == "proposed"
    assert workout_days(client) == []


def test_plan_that_was_changed_in_the_table_is_not_approved(client, conn):
    plan = generate(client)
    conn.execute("""UPDATE plans SET content = jsonb_set(content, '{title}', '"other"')""")
    refused = approve(client, plan)
    assert (refused.status_code, refused.json()["code"]) == (409, "plans.hash_differs")


def test_new_proposal_replaces_one_of_its_kind_and_not_another(client):
    first = generate(client)
    second = generate(client, ambition="ambitious")
    assert client.get(f"{PLANS}/{first['id']}").json()["status"] == "archived"
    refused = client.post(f"{PLANS}/import", json={"plan": second["plan"]})
    assert (refused.status_code, refused.json()["code"]) == (409, "plans.other_proposal")
    assert [row["version"] for row in client.get(PLANS).json()] == [2, 1]
    assert client.post(f"{PLANS}/{second['id']}/reject").json()["status"] == "rejected"
    assert client.post(f"{PLANS}/import", json={"plan": second["plan"]}).status_code == 201


def test_archived_plan_leaves_no_workout_to_come(client):
    current = approved(client)
    ended = client.post(f"{PLANS}/{current['id']}/archive").json()
    assert (ended["status"], ended["archived_at"] is None) == ("archived", False)
    assert workout_days(client) == []
    for action in ("archive", "reject", "sync"):
        refused = client.post(f"{PLANS}/{current['id']}/{action}")
        assert refused.status_code == 409, action


def test_export_has_the_hash_of_the_version_and_can_be_imported(client):
    plan = generate(client)
    exported = client.get(f"{PLANS}/{plan['id']}/export")
    assert hashlib.sha256(exported.content).hexdigest() == plan["sha256"]
    client.post(f"{PLANS}/{plan['id']}/reject")
    imported = client.post(f"{PLANS}/import", json={"plan": exported.json()})
    assert imported.status_code == 201
    assert (imported.json()["origin"], imported.json()["sha256"]) == ("import", plan["sha256"])


def test_draft_becomes_a_proposed_plan(client):
    monday = periods.week_start(TODAY) + timedelta(days=7)
    days = [
        {"date": f"{monday + timedelta(days=n)}", "template": "easy", "distance_km": 6}
        if n in (1, 3, 6)
        else {"date": f"{monday + timedelta(days=n)}", "template": "rest"}
        for n in range(7)
    ]
    draft = {
        "title": "from elsewhere",
        "weeks": [{"start": f"{monday}", "phase": "base", "days": days}],
    }
    request = {"goal": "fit", "start": f"{monday}", "weeks": 1, "available_weekdays": [1, 3, 6]}
    plan = client.post(f"{PLANS}/import", json={"draft": draft, "request": request}).json()
    assert planned_days(plan, TODAY) == [days[n]["date"] for n in (1, 3, 6)]
    empty = {"draft": draft | {"weeks": []}, "request": request}
    refused = client.post(f"{PLANS}/import", json=empty)
    assert (refused.status_code, refused.json()["code"]) == (422, "plans.draft_refused")


def test_diff_is_against_the_current_plan(client):
    current = approved(client)
    proposed = generate(client, available_weekdays=[2, 4, 6])
    diff = client.get(f"{PLANS}/{proposed['id']}/diff").json()
    assert {day["change"] for day in diff["days"]} >= {"added", "removed"}
    same = client.get(f"{PLANS}/{current['id']}/diff", params={"with": current["id"]}).json()
    assert same == {"days": [], "weeks": []}
    alone = client.get(f"{PLANS}/{current['id']}/diff")
    assert (alone.status_code, alone.json()["code"]) == (404, "plans.nothing_to_compare")


def test_validation_stores_nothing(client):
    plan = generate(client)
    found = client.post(f"{PLANS}/validate", json=plan["plan"])
    assert found.status_code == 200
    backwards = plan["plan"] | {"weeks": plan["plan"]["weeks"][::-1]}
    codes = {f["code"] for f in client.post(f"{PLANS}/validate", json=backwards).json()}
    assert "V02" in codes
    assert len(client.get(PLANS).json()) == 1


def test_plans_of_another_runner_are_not_there(client, other):
    hers = approved(client)
    path = f"{PLANS}/{hers['id']}"
    for tail in ("", "/diff", "/export"):
        assert other.get(path + tail).status_code == 404
    for tail in ("/reject", "/archive", "/sync"):
        assert other.post(path + tail).status_code == 404
    assert approve(other, hers).status_code == 404
    assert other.get(PLANS).json() == []
    assert other.get(f"{PLANS}/current").status_code == 404
    assert workout_days(other) == []
    his = generate(other, goal="first_5k", race_date=None, weeks=8)
    assert other.get(f"{PLANS}/{his['id']}/diff", params={"with": hers["id"]}).status_code == 404


@pytest.mark.parametrize(
    "change",
    [
        {"race_date": f"{TODAY - timedelta(days=3)}"},
        {"available_weekdays": []},
        {"long_day": 0},
        {"available_weekdays": [9]},
        {"goal": "ultra"},
        {"user_id": 1},
        {"weekday_max_min": 120, "long_max_min": 60},
        {"weekday_max_min": 5},
        {"start": f"{TODAY - timedelta(days=30)}"},
        {"target_time_s": 601},
        {"tune_ups": [{"date": "2020-01-01", "distance_m": 5_000}]},
        {"race_date": None, "weeks": 0},
        {"race_date": "9999-12-31"},
        {"race_name": "x" * 2_000_000},
        {"tune_ups": [{"date": f"{TODAY}", "distance_m": 5_000, "user_id": 2}]},
    ],
)
def test_impossible_request_is_refused_and_stores_nothing(client, change):
    answer = client.post(PLANS, json=REQUEST | change)
    assert answer.status_code in (409, 413, 422)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]
    assert answer.json()["remedy"]
    assert client.get(PLANS).json() == []


def test_read_token_reads_plans_and_approves_none(client, visitor):
    plan = generate(client)
    made = client.post("/api/v1/tokens", json={"name": "notebook", "scope": "read"}).json()
    headers = {"Authorization": f"Bearer {made['token']}"}
    assert visitor.get(f"{PLANS}/{plan['id']}", headers=headers).json()["sha256"] == plan["sha256"]
    body = {"sha256": plan["sha256"]}
    refused = visitor.post(f"{PLANS}/{plan['id']}/approve", json=body, headers=headers)
    assert refused.status_code == 403
