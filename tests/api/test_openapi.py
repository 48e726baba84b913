"""What the API says of itself is true."""

from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from jsonschema import Draft202012Validator
from starlette.testclient import TestClient

from runningcoach.api import token_access
from runningcoach.base import periods
from runningcoach.coach.knowledge import documents
from runningcoach.model.conversation import ModelUsage, NewMessage, NewModelCall
from runningcoach.model.plan import Plan, PlanDay, PlanWeek
from runningcoach.model.plan_request import PlanRequest
from runningcoach.model.user import User
from runningcoach.model.workout import Workout
from runningcoach.store import (
    ai_calls,
    ai_drafts,
    ai_imports,
    api_tokens,
    complaints,
    conversations,
    plans,
    quarantine,
    races,
    weekly_words,
    workouts,
)

from .conftest import Add
from .lived import live

TODAY = periods.today("Asia/Seoul")
EXAMPLES = {
    "/api/v1/analytics/pace-curve": {"from": "2026-01-01", "compare_to": "2026-12-31"},
    "/api/v1/analytics/projection": {"target_form": 5},
    "/api/v1/metrics/explain/{metric}": {"date": "2026-05-04"},
}


def path_of(path: str, activity_id: int) -> str:
    """A path with its blanks filled."""
    return path.format(
        id=activity_id,
        date=TODAY,
        kind="hrmax_bpm",
        valid_from=TODAY,
        metric="hrmax_bpm",
        lane="key",
        name="x",
        token="x",
    )


@pytest.fixture
def described(app: FastAPI) -> dict[str, Any]:
    return app.openapi()


def checked(described: dict[str, Any], schema: dict[str, Any], instance: object) -> None:
    whole = {**schema, "components": described["components"]}
    Draft202012Validator(whole).validate(instance)


def operations(described: dict[str, Any]):
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def small_plan() -> Plan:
    """A week with one run."""
    monday = periods.week_start(TODAY)
    days = [PlanDay(date=day) for day in periods.week(monday)]
    days[2] = PlanDay(date=days[2].date, workouts=(Workout(type="easy", title="easy"),))
    request = PlanRequest(goal="fit", start=monday, weeks=1, available_weekdays=(2,), long_day=2)
    week = PlanWeek(start=monday, phase="base", days=tuple(days))
    return Plan(title="plan", request=request, weeks=(week,))


@pytest.fixture
def filled(ann: User, add: Add, conn) -> int:
    """A runner of whom something is known in every table."""
    activity_id = add(ann)
    live(conn, ann, activity_id, TODAY)
    conn.execute(
        "INSERT INTO job_runs (id, user_id, job, run_id, asked_by, scheduled_for, state, queued_at,"
        " not_before, report) OVERRIDING SYSTEM VALUE"
        " VALUES (%s, %s, 'retention', 'run-of-the-test', 'user', now(), 'succeeded', now(), now(),"
        " 'run-of-the-test/report.html')",
        [activity_id, ann.id],
    )
    quarantine.put(
        conn, ann.id, sha256="0" * 64, name="odd.fit", size_bytes=9, reason_code="not_fit",
        reason="no FIT file",
    )  # fmt: skip
    api_tokens.create(conn, ann.id, "script", "read")
    plan = small_plan()
    for title in ("proposed and rejected", "current"):
        stored = plans.create(conn, ann.id, plan.model_copy(update={"title": title}), "rule")
        status = "current" if title == "current" else "rejected"
        plans.set_status(conn, ann.id, stored.id, "proposed", status)
    race = {"date": TODAY, "name": "race", "distance_m": 5_000, "target_time_s": None}
    workouts.add_own(conn, ann.id, Workout(type="easy", title="easy"), TODAY)
    documents.add_document(conn, ann.id, "club", "We run on Saturdays.")
    weekly_words.add(conn, ann.id, periods.week_start(TODAY), "A week.", "rule")
    races.create(conn, ann.id, race | {"priority": "A"})
    complaints.begin(conn, ann.id, "pain", periods.today(ann.timezone))
    conn.execute(
        "INSERT INTO ai_conversations (id, user_id, title) OVERRIDING SYSTEM VALUE"
        " VALUES (%s, %s, 'How far?')",
        [activity_id, ann.id],
    )
    question = NewMessage(role="user", content="How far?", context={"messages": []})
    conversations.add_message(conn, ann.id, activity_id, question)
    used = ModelUsage(input_tokens=900, output_tokens=30)
    ai_calls.add(conn, ann.id, NewModelCall(purpose="chat", model="gpt-6-luna", usage=used))
    ai_drafts.add(conn, ann.id, round=1, text="{}", treatment="reject", reasons=["no plan"])
    ai_imports.add(conn, ann.id, text="{}", treatment="ask", questions=["How often?"])
    return activity_id


def test_every_answer_to_get_is_as_described(
    client: TestClient, described: dict[str, Any], filled: int
):
    walked = []
    for path, method, operation in operations(described):
        not_json = ("/fit", ".fit", ".zip", ".ics", "/report")
        if method != "get" or path.endswith(not_json):
            continue
        answer = client.get(path_of(path, filled), params=EXAMPLES.get(path))
        assert answer.status_code == 200, path
        schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
        assert schema, path
        checked(described, schema, answer.json())
        assert answer.json() not in ([], {}, None), path
        walked.append(path)
    assert len(walked) >= 32


def test_every_problem_is_as_described(client: TestClient, described: dict[str, Any]):
    client.cookies.clear()
    for path, method, operation in operations(described):
        if "401" not in operation["responses"]:
            continue
        answer = client.request(method, path_of(path, 1), json={"username": "a", "password": "b"})
        assert answer.status_code == 401, path
        (schema,) = operation["responses"]["401"]["content"].values()
        checked(described, schema["schema"], answer.json())


def test_every_route_names_its_cookie_and_its_problems(described: dict[str, Any]):
    scheme = described["components"]["securitySchemes"]["session"]
    assert (scheme["in"], scheme["name"]) == ("cookie", "runningcoach_session")
    for path, method, operation in operations(described):
        if path in ("/healthz", "/readyz", "/api/v1/auth/login") or token_access.is_feed(path):
            assert "security" not in operation
        else:
            is_open = token_access.is_open_to_tokens(method.upper(), path)
            token = [{"token": []}] if is_open else []
            assert operation["security"] == [{"session": []}, *token], (method, path)
        problems = {code for code in operation["responses"] if code[0] in "45"}
        for code in problems:
            assert list(operation["responses"][code]["content"]) == ["application/problem+json"]


def test_a_method_that_is_not_there_is_told_which_are(client: TestClient, described):
    for path, methods in described["paths"].items():
        if token_access.is_feed(path):  # its token, which is looked at first, opens GET alone
            continue
        allowed = {method.upper() for method in methods}
        missing = next(one for one in ("DELETE", "PUT", "PATCH") if one not in allowed)
        answer = client.request(missing, path_of(path, 1))
        if answer.status_code != 405:  # another path's blank takes this one's last word
            assert answer.status_code in (204, 404, 409, 422), path
            continue
        assert allowed <= {*answer.headers["allow"].split(", ")}, path
    both = client.put("/api/v1/auth/me").headers["allow"]
    assert both == "GET, PATCH"


def test_local_times_and_pauses_are_described_as_they_are(described: dict[str, Any]):
    schemas = described["components"]["schemas"]
    local = schemas["Activity"]["properties"]["local_started_at"]
    assert (local["type"], local["format"]) == ("string", "date-time-local")
    pauses = schemas["Samples"]["properties"]["pauses_s"]
    assert pauses["items"]["prefixItems"] == [{"type": "integer"}, {"type": "integer"}]
    assert "since the start" in pauses["description"]


def test_problems_around_a_route_are_described(described: dict[str, Any]):
    for path, method, operation in operations(described):
        expected = {"503"}
        expected |= {"403", "507"} if method != "get" else set()
        expected |= {"400", "413"} if "requestBody" in operation else set()
        assert expected <= set(operation["responses"]), (method, path)


def test_every_route_of_the_api_is_described(app: FastAPI, described: dict[str, Any]):
    routes = {route.path for route in iter_route_contexts(app.routes)}
    hidden = {path for path in routes if path not in described["paths"]}
    assert hidden == {"/", "/login", "/logout", "/mcp", "/api/v1/openapi.json"}


def test_description_is_served_to_who_is_logged_in(client: TestClient, described):
    assert client.get("/api/v1/openapi.json").json() == described


def test_summary_compares(client: TestClient, filled: int):
    summary = client.get("/api/v1/dashboard/summary").json()
    assert summary["form"]["ctl"] == 40
    assert summary["form"]["ctl_change_7d"] == 0
    assert summary["week"]["this"]["distance_m"] == 30_000
    assert summary["week"]["last"]["distance_m"] == 0
    assert summary["vo2max_trend"][-1]["value"] == 51.5
    assert summary["health"]["resting_hr_bpm"] == 48
    assert [one["id"] for one in summary["latest"]] == [filled]


def test_summary_of_nobody_yet(client: TestClient):
    summary = client.get("/api/v1/dashboard/summary").json()
    assert summary["form"] is None
    assert summary["latest"] == []
    assert summary["month"]["this"]["activities"] == 0
