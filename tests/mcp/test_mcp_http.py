"""The official client over HTTP: every tool, for who holds a token, and nobody else."""

import json
from datetime import timedelta

import anyio
import httpx
import pytest

from runningcoach.base import periods
from runningcoach.coach.talk import talk_settings
from runningcoach.coach.talk.draft_check import CHECK_PLAN_DRAFT
from runningcoach.coach.talk.model_plans.plan_tool import PLAN_TOOL
from runningcoach.coach.talk.tools import tool_specs
from runningcoach.store import ai_settings, api_tokens, plans
from tests.mcp.assistant import over_http, run, text_of
from tests.mcp.questions import arguments, expected

pytestmark = pytest.mark.slow

LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
ACCEPT = {"Accept": "application/json, text/event-stream"}
TODAY = periods.today("Asia/Seoul")
MODES = ("auto", "legacy")


def post(served, token=None, *, body=LIST, **headers):
    """Send a request as a program would that is no MCP client."""
    bearer = {"Authorization": f"Bearer {token}"} if token else {}
    with httpx.Client(trust_env=False, timeout=30) as http:
        return http.post(f"{served.web.url}/mcp", json=body, headers=ACCEPT | bearer | headers)


def ask(served, token, calls, mode="auto"):
    """Return the names of the tools and the results of calls, one after another."""

    async def task():
        async with over_http(served.web.url, token, mode) as client:
            tools = (await client.list_tools()).tools
            return tools, [await client.call_tool(name, given) for name, given in calls]

    return run(task)


@pytest.fixture(scope="module")
def token(served):
    return served.token(served.runner)


@pytest.mark.parametrize("mode", MODES)
def test_every_tool_is_listed_and_answers_as_the_coach_s_own(served, token, mode):
    specs = tool_specs("training")
    tools, results = ask(served, token, [(s.name, arguments(s)) for s in specs], mode)
    assert [tool.name for tool in tools] == [*(spec.name for spec in specs), CHECK_PLAN_DRAFT]
    for tool, spec in zip(tools, specs, strict=False):
        assert (tool.description, tool.input_schema) == (spec.description, spec.parameters)
    assert all(tool.annotations.read_only_hint for tool in tools)
    with served.connect() as conn:
        own = expected(conn, served.runner)
    for spec, result in zip(specs, results, strict=True):
        assert text_of(result) == own[spec.name].content, spec.name
        assert result.is_error == own[spec.name].is_error, spec.name
    assert not [spec.name for spec, one in zip(specs, results, strict=True) if one.is_error]


def test_the_privacy_level_of_the_coach_holds_while_the_coach_is_off(served):
    token = served.token(served.newcomer)
    names = [tool.name for tool in ask(served, token, [])[0]]
    assert "activities" in names
    assert "wellness" not in names
    for level in ("summary", "health"):
        with served.connect() as conn:
            stored = talk_settings.load_settings(conn, served.newcomer.id)
            changed = stored.model_copy(update={"privacy_level": level})
            ai_settings.put(conn, served.newcomer.id, changed)
        names = [tool.name for tool in ask(served, token, [])[0]]
        assert ("activities" in names, "wellness" in names) == (level == "health",) * 2
    with served.connect() as conn:
        conn.execute("DELETE FROM ai_settings WHERE user_id = %s", [served.newcomer.id])


def test_a_token_shows_the_rows_of_its_runner_only(served, token):
    calls = [("activities", arguments(tool_specs("training")[1])), ("weekly_mileage", {"weeks": 4})]
    _, own = ask(served, token, calls)
    _, other = ask(served, served.token(served.newcomer), calls)
    assert json.loads(text_of(own[0]))["activities"]
    assert json.loads(text_of(other[0])).get("activities", []) == []
    assert text_of(own[1]) != text_of(other[1])


@pytest.mark.parametrize("mode", MODES)
def test_wrong_arguments_are_answered_with_what_is_wrong(served, token, mode):
    calls = [
        ("weekly_mileage", {"weeks": "many"}),
        ("explain", {}),
        ("date_math", {"start": "2026-12-24", "delete": True}),
        (CHECK_PLAN_DRAFT, {}),
        (CHECK_PLAN_DRAFT, {"draft": {"weeks": []}, "goal": "moon", "approve": True}),
        (CHECK_PLAN_DRAFT, {"draft": {"weeks": []}, "goal": "moon"}),
    ]
    _, results = ask(served, token, calls, mode)
    assert all(result.is_error for result in results)
    assert "weeks" in text_of(results[0])
    assert "metric" in text_of(results[1])
    assert "delete" in text_of(results[2])
    assert "draft" in text_of(results[3])
    assert "approve" in text_of(results[4])
    assert "goal" in text_of(results[5])


def test_an_unknown_tool_is_an_error_of_the_protocol(served, token):
    body = LIST | {"method": "tools/call", "params": {"name": "delete_all", "arguments": {}}}
    answer = post(served, token, body=body).json()
    assert (answer["error"]["code"], answer["error"]["message"]) == (
        -32602, "Unknown tool: delete_all",
    )  # fmt: skip


def test_a_tool_of_a_higher_level_is_not_there(served, token):
    body = LIST | {"method": "tools/call", "params": {"name": "wellness", "arguments": {}}}
    assert "Unknown tool" in post(served, token, body=body).json()["error"]["message"]


def draft_of_a_week(easy_km):
    """Return the arguments of a plan of one week: three easy runs from next Monday on."""
    monday = periods.week_start(TODAY) + timedelta(days=7)
    days = [
        {"date": f"{monday + timedelta(days=n)}", "template": "rest"}
        if n not in (1, 3, 5)
        else {
            "date": f"{monday + timedelta(days=n)}", "template": "easy", "distance_km": easy_km,
            "intensity": "E",
        }
        for n in range(7)
    ]  # fmt: skip
    week = {"start": f"{monday}", "phase": "base", "is_cutback": False, "focus": "", "days": days}
    return {
        "goal": "fit", "start": f"{monday}", "weeks": 1, "available_weekdays": [1, 3, 5],
        "draft": {"schema_version": "1", "title": "A gentle week", "weeks": [week]},
    }  # fmt: skip


def test_a_draft_is_checked_and_nothing_is_proposed(served):
    token = served.token(served.newcomer)
    calls = [
        (CHECK_PLAN_DRAFT, draft_of_a_week(2.0)),
        (CHECK_PLAN_DRAFT, draft_of_a_week(400.0)),
        (CHECK_PLAN_DRAFT, {"draft": {"title": "no weeks"}}),
    ]
    _, results = ask(served, token, calls)
    sound, too_far, empty = (json.loads(text_of(result)) for result in results)
    assert not any(one["is_stored"] for one in (sound, too_far, empty))
    assert (sound["could_be_proposed"], sound["treatment"]) == (True, "accept")
    assert [day["distance_km"] for day in sound["draft"]["weeks"][0]["days"]] == [
        None, 2.0, None, 2.0, None, 2.0, None,
    ]  # fmt: skip
    assert (too_far["could_be_proposed"], bool(too_far["reasons"])) == (False, True)
    assert (empty["could_be_proposed"], bool(empty["reasons"])) == (False, True)
    with served.connect() as conn:
        assert plans.list_versions(conn, served.newcomer.id, limit=5) == []


def test_a_plan_is_proposed_with_a_token_to_write_alone(served):
    reading, writing = (served.token(served.newcomer, scope) for scope in ("read", "write"))
    assert PLAN_TOOL not in [tool.name for tool in ask(served, reading, [])[0]]
    call = {"name": PLAN_TOOL, "arguments": draft_of_a_week(2.0)}
    refused = post(served, reading, body=LIST | {"method": "tools/call", "params": call})
    assert refused.json()["error"]["message"] == f"Unknown tool: {PLAN_TOOL}"
    calls = [(PLAN_TOOL, draft_of_a_week(400.0)), (PLAN_TOOL, draft_of_a_week(2.0))]
    tools, (too_far, proposed) = ask(served, writing, calls)
    assert [one.name for one in tools if not one.annotations.read_only_hint] == [PLAN_TOOL]
    assert (too_far.is_error, proposed.is_error) == (True, False)
    with served.connect() as conn:
        (version,) = plans.list_versions(conn, served.newcomer.id, limit=5)
        conn.execute("DELETE FROM plans WHERE user_id = %s", [served.newcomer.id])
    assert (version.status, version.origin) == ("proposed", "model")


def test_calls_at_the_same_time_do_not_mix(served, token):
    other = served.token(served.newcomer)
    called = ("weekly_mileage", {"weeks": 4})
    own, others = (text_of(ask(served, one, [called])[1][0]) for one in (token, other))
    found = {token: [], other: []}

    async def many(client, key):
        for _ in range(5):
            found[key].append(text_of(await client.call_tool(*called)))

    async def task():
        async with (
            over_http(served.web.url, token) as one,
            over_http(served.web.url, other) as two,
            anyio.create_task_group() as group,
        ):
            for _ in range(3):
                group.start_soon(many, one, token)
                group.start_soon(many, two, other)

    run(task)
    assert found == {token: [own] * 15, other: [others] * 15}
    assert own != others


def test_too_much_at_a_time_is_refused_with_when_to_try_again(served, token):
    async def one(http, statuses):
        headers = ACCEPT | {"Authorization": f"Bearer {token}"}
        answer = await http.post(f"{served.web.url}/mcp", json=LIST, headers=headers)
        statuses.append((answer.status_code, answer.headers.get("retry-after")))

    async def task():
        statuses = []
        async with (
            httpx.AsyncClient(trust_env=False, timeout=60) as http,
            anyio.create_task_group() as group,
        ):
            for _ in range(40):
                group.start_soon(one, http, statuses)
        return statuses

    statuses = run(task)
    assert {status for status, _ in statuses} <= {200, 503}
    assert statuses.count((200, None)) >= 8
    assert all(after for status, after in statuses if status == 503)
    assert post(served, token).status_code == 200


# ---- who is refused --------------------------------------------------------------------------


def test_without_a_token_there_is_nothing(served, token):
    refused = post(served)
    assert (refused.status_code, refused.json()["code"]) == (401, "api.token_required")
    assert refused.headers["www-authenticate"].startswith("Bearer")
    assert refused.json()["remedy"]
    cookie = served.web.session(served.runner)
    by_session = post(served, Cookie="; ".join(f"{name}={one}" for name, one in cookie.items()))
    assert (by_session.status_code, by_session.json()["code"]) == (401, "api.token_required")


def test_a_wrong_revoked_or_feed_token_opens_nothing(served):
    with served.connect() as conn:
        revoked = api_tokens.create(conn, served.runner.id, "old", "read")
        api_tokens.revoke(conn, served.runner.id, revoked.id)
    feed = served.token(served.runner, "feed")
    for wrong in ("rc_wrong", revoked.token, feed):
        refused = post(served, wrong)
        assert (refused.status_code, refused.json()["code"]) == (401, "api.wrong_token")
        assert refused.headers["cache-control"] == "no-store"
    with served.connect() as conn:
        conn.execute("DELETE FROM login_failures")


@pytest.mark.parametrize("mode", MODES)
def test_the_official_client_is_refused_too(served, mode):
    with pytest.raises(BaseException, match=r"(?s).") as caught:
        ask(served, None, [], mode)
    assert "tools" not in str(caught.value)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://evil.example:80", "Host": "evil.example:80"},
        {"Sec-Fetch-Site": "same-origin", "Host": "evil.example"},
    ],
)
def test_a_page_of_another_site_is_refused_even_with_a_token(served, token, headers):
    refused = post(served, token, **headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "api.foreign_origin")


def test_a_page_of_its_own_may_ask(served, token):
    assert post(served, token, Origin=served.web.url).status_code == 200


def test_other_methods_and_large_or_broken_bodies_are_refused(served, token):
    bearer = {"Authorization": f"Bearer {token}"}
    with httpx.Client(trust_env=False, base_url=served.web.url, headers=ACCEPT | bearer) as http:
        for method in ("GET", "DELETE", "PUT"):
            refused = http.request(method, "/mcp")
            assert (refused.status_code, refused.headers["allow"]) == (405, "POST")
        assert http.post("/mcp", json={"a": "x" * 1_000_001}).status_code == 413
        chunks = http.post("/mcp", content=(b"x" * 100_000 for _ in range(11)))
        assert chunks.status_code == 413
        json_type = {"Content-Type": "application/json"}
        assert http.post("/mcp", content=b"{", headers=json_type).status_code == 400
        assert http.post("/mcp", content=b"[]", headers=json_type).status_code == 400
        assert http.post("/mcp/elsewhere", json=LIST).status_code == 404


def test_what_is_asked_and_the_token_stay_out_of_the_log(served, token):
    query = "a question that nobody else may read"
    ask(served, token, [("guideline_search", {"query": query, "count": 1})])
    log = served.web.log.read_text()
    assert "POST /mcp 200" in log
    assert not [word for word in (query, token) if word in log]
