"""Whatever a model sends, a tool answers: wrong names, wrong arguments, a higher level."""

import json
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runningcoach.coach.talk.tools import ToolContext, run_tool, tool_specs
from runningcoach.coach.talk.tools.catalogue import TOOLS
from runningcoach.coach.talk.tools.result_size import MOST_TOKENS
from runningcoach.sources.openai.tokens import count_tokens
from tests.coach.talk.made_athlete import make_athlete
from tests.coach.talk.tools.own_snapshot import SNAPSHOT, store

TODAY = date(2026, 10, 14)
NAMES = {
    *("weekly_mileage", "activities", "activity", "activity_compare", "activity_note"),
    *("best_efforts", "long_runs", "yearly", "readiness", "form", "wellness", "athlete", "goal"),
    *("plan", "calendar", "adherence", "predictions", "zones", "explain", "guideline_search"),
    *("convert", "date_math", "what_if"),
}
HEALTH = {"activity_note", "readiness", "wellness"}
SINGLE = {"activities", "activity", "activity_compare", "explain"}
ALLOWED_KEYS = {"type", "description", "enum"}


@pytest.fixture
def context(conn, user):
    store(conn, user, SNAPSHOT)
    return ToolContext(conn, user, TODAY, "health", "ko")


def test_levels_offer_the_tools_that_they_allow():
    offered = {level: {spec.name for spec in tool_specs(level)} for level in ("summary", "training",
                                                                             "health")}  # fmt: skip
    assert offered["health"] == NAMES
    assert offered["training"] == NAMES - HEALTH
    assert offered["summary"] == NAMES - HEALTH - SINGLE


@pytest.mark.parametrize("spec", tool_specs("health"), ids=lambda spec: spec.name)
def test_schema_is_flat_and_strict(spec):
    schema = spec.parameters
    assert schema["additionalProperties"] is False
    assert schema["required"] == list(schema["properties"])
    for field in schema["properties"].values():
        assert field.keys() <= ALLOWED_KEYS
        assert field["type"] in ("string", "integer", "number") or field["type"][1] == "null"
        assert ("enum" not in field) or (None in field["enum"]) == (len(field["type"]) == 2)


def test_what_models_are_told_of_tools_stays_small():
    specs = json.dumps([spec.model_dump() for spec in tool_specs("health")])
    assert count_tokens(specs) < 2_900


@pytest.mark.parametrize("name", sorted(HEALTH | SINGLE))
def test_tool_of_a_higher_level_is_refused(context, name):
    found = run_tool(context._replace(privacy_level="summary"), name, "{}")
    assert found.is_error
    assert "does not share" in found.content


def test_unknown_tool_names_those_that_there_are(context):
    found = run_tool(context, "delete_workouts", "{}")
    assert found.is_error
    assert "weekly_mileage" in found.content


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("weekly_mileage", "{", "not JSON"),
        ("weekly_mileage", "[]", "not a JSON object"),
        ("weekly_mileage", '{"weeks": 0}', "weeks"),
        ("weekly_mileage", '{"week": 4}', "week: Extra"),
        ("weekly_mileage", '{"until": "2026-13-01"}', "until"),
        ("activities", '{"first": "2026-10-10", "last": "2026-10-01"}', "after"),
        ("calendar", '{"first": "2026-01-01", "last": "2026-12-31"}', "42 days"),
        ("activity", '{"activity_id": 999999}', "no such activity"),
        ("explain", '{"metric": "happiness"}', "happiness"),
        ("explain", '{"metric": "decoupling_pct"}', "activity_id"),
        ("predictions", '{"distance_km": 0.4}', "distance_km"),
        ("what_if", '{"kind": "run_km"}', "distance_km"),
        ("what_if", '{"kind": "swap", "day": "2026-10-20"}', "other_day"),
        ("what_if", '{"kind": "delete"}', "kind"),
        ("date_math", '{"start": "tomorrow"}', "YYYY-MM-DD"),
        ("convert", "{}", "give a distance"),
        ("convert", '{"time": "two hours"}', "h:mm:ss"),
        ("convert", '{"distance": 42, "time": "1:00"}', "nobody runs"),
    ],
)
def test_wrong_arguments_are_answered_with_what_is_wrong(context, name, arguments, words):
    found = run_tool(context, name, arguments)
    assert found.is_error
    assert words in found.content


def test_activity_of_another_runner_is_not_there(context, other_user):
    theirs = context._replace(user=other_user)
    mine = json.loads(run_tool(context, "activity", "{}").content)["id"]
    assert run_tool(theirs, "activity", json.dumps({"activity_id": mine})).is_error


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20),
    st.dates().map(str), st.sampled_from(["today", "race", "long", "km", "1:55:00", "0:00", "\0"]),
    st.lists(st.integers(), max_size=2),
)  # fmt: skip


@pytest.mark.slow
@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_nothing_that_a_model_sends_raises(context, data):
    tool = data.draw(st.sampled_from([tool for tool in TOOLS if tool.name != "guideline_search"]))
    names = [*tool.arguments.model_fields, "other"]
    sent = data.draw(st.dictionaries(st.sampled_from(names), VALUES, max_size=4))
    found = run_tool(context, tool.name, json.dumps(sent))
    content = json.loads(found.content)
    assert found.is_error == ("error" in content)
    assert count_tokens(found.content) <= MOST_TOKENS


@pytest.mark.slow
def test_results_of_a_long_history_keep_to_their_size(conn, user):
    make_athlete(conn, user, 30, TODAY)
    context = ToolContext(conn, user, TODAY, "health", "ko")
    wide = {
        "weekly_mileage": {"weeks": 26}, "activities": {"first": "2026-01-01", "limit": 30},
        "long_runs": {"days": 730}, "form": {"days": 42}, "wellness": {"days": 28},
        "calendar": {"first": "2026-09-03", "last": "2026-10-14"}, "plan": {"weeks": 4},
    }  # fmt: skip
    for spec in tool_specs("health"):
        arguments = json.dumps(wide.get(spec.name, {}))
        assert count_tokens(run_tool(context, spec.name, arguments).content) <= MOST_TOKENS
