"""Nothing of places, names, positions or Strava is in what a model is given, at any level."""

import json
import re
from datetime import date, timedelta

import grimp
import pytest

from runningcoach.coach.talk.context import build_context
from runningcoach.coach.talk.safety.gate import NO_SIGN
from runningcoach.coach.talk.tools import ToolContext, run_tool, tool_specs
from runningcoach.model.conversation import AiSettings
from runningcoach.model.plan import PlanNote
from runningcoach.store import plans, races
from tests.coach.talk.tools.own_snapshot import SNAPSHOT, store

TODAY = date(2026, 10, 14)
CANARIES = (
    "CanaryPlace", "CanaryPerson", "canaryuser", "CanaryRaceName", "CanaryShoe", "CanaryWatch",
    "CanaryTitle", "CanaryPurpose", "CanaryStepNote", "CanaryFocus", "CanaryStated", "37.5665",
    "126.978", "9876543210", "canaryfile",
)  # fmt: skip
BODY = ("CanaryNote", "58.25", "resting_hr", "hrv", "sleep_h", "RHR", "HRV ")
ARGUMENTS = {
    "activities": {"first": "2026-01-01", "limit": 30},
    "explain": {"metric": "ctl"},
    "guideline_search": {"query": "taper"},
    "convert": {"speed_kmh": 12},
    "date_math": {"start": "race"},
    "what_if": {"kind": "scale_week", "day": "2026-10-19", "share_pct": 150},
    "plan": {"first": "2026-10-12", "weeks": 4},
    "calendar": {"first": "2026-10-05", "last": "2026-11-08"},
}


@pytest.fixture
def runner(conn, user):
    """A runner whose every free text holds a canary."""
    store(conn, user, SNAPSHOT)
    conn.execute(
        "UPDATE users SET username = 'canaryuser', display_name = 'CanaryPerson' WHERE id = %s",
        [user.id],
    )
    conn.execute(
        "UPDATE activities SET name = 'CanaryPlace Running', notes = 'CanaryNote of the day',"
        " gear = 'CanaryShoe', device_name = 'CanaryWatch', garmin_activity_id = 9876543210 + id,"
        " sub_sport = 'canaryfile'"
    )
    conn.execute("UPDATE health_metrics SET weight_kg = 58.25 WHERE date = %s", [TODAY])
    conn.execute("UPDATE races SET name = 'CanaryRaceName CanaryPlace'")
    _put_canaries_into_the_plan(conn, user)
    return user.model_copy(update={"username": "canaryuser", "display_name": "CanaryPerson"})


def _put_canaries_into_the_plan(conn, user):
    proposed = plans.get_proposed(conn, user.id)
    stated = PlanNote(key="planner.assumption.stated", values={"text": "CanaryStated"})
    other = PlanNote(key="planner.reason.hold", values={"km": "CanaryStated words"})
    unknown = PlanNote(key="planner.reason.CanaryStated", values={})
    weeks = []
    for week in proposed.plan.weeks:
        days = tuple(
            day.model_copy(update={
                "reasons": (stated, other, unknown),
                "workouts": tuple(_canary_workout(workout) for workout in day.workouts),
            })
            for day in week.days
        )  # fmt: skip
        weeks.append(week.model_copy(update={"days": days, "focus": "CanaryFocus"}))
    request = proposed.plan.request.model_copy(update={"race_name": "CanaryRaceName"})
    changed = {"title": "CanaryTitle", "weeks": tuple(weeks), "request": request,
               "assumptions": (stated,)}  # fmt: skip
    conn.execute("DELETE FROM plans")
    plans.create(
        conn, user.id, proposed.plan.model_copy(update=changed), "import", reasons=[stated]
    )


def _canary_workout(workout):
    steps = tuple(step.model_copy(update={"note": "CanaryStepNote"}) for step in workout.steps)
    return workout.model_copy(
        update={"title": "CanaryTitle", "purpose": "CanaryPurpose", "steps": steps}
    )


def everything_sent(conn, runner, level):
    """Return the whole request of a message, and the results of all tools."""
    settings = AiSettings(is_enabled=True, privacy_level=level)
    sent = build_context(conn, runner, settings, [], "How am I?", TODAY, sign=NO_SIGN)
    context = ToolContext(conn, runner, TODAY, level, "en")
    told = [sent.instructions, *(message.content for message in sent.messages)]
    for spec in tool_specs("health"):
        arguments = json.dumps(ARGUMENTS.get(spec.name, {}))
        told.append(run_tool(context, spec.name, arguments).content)
    newest = conn.execute("SELECT max(id) FROM activities").fetchone()[0]
    for name, metric in (("activity", {}), ("explain", {"metric": "load"})):
        arguments = json.dumps({"activity_id": newest, **metric})
        told.append(run_tool(context, name, arguments).content)
    return "\n".join(told)


@pytest.mark.parametrize("level", ["summary", "training", "health"])
def test_no_canary_is_sent(conn, runner, level):
    sent = everything_sent(conn, runner, level)
    assert len(sent) > 10_000
    assert [canary for canary in CANARIES if canary in sent] == []
    assert "strava" not in sent.casefold()


def test_health_and_notes_are_sent_at_their_level_alone(conn, runner):
    assert all(word in everything_sent(conn, runner, "health") for word in ("CanaryNote", "58.3"))
    for level in ("summary", "training"):
        sent = everything_sent(conn, runner, level)
        assert [word for word in BODY if word in sent] == []


def test_single_runs_are_not_sent_at_the_level_of_sums(conn, runner):
    sent = everything_sent(conn, runner, "summary")
    assert not re.search(r"^2026-\d\d-\d\d \w+ #\d+", sent, re.M)
    assert '"average_hr_bpm"' not in sent
    assert "26:00" in sent  # a best, by its year
    assert "2026-05-17" not in sent
    assert [word for word in ("days_since_last_run", '"went"', '"run":') if word in sent] == []


def test_reasons_of_the_body_are_left_out_below_health(conn, runner):
    proposed = plans.get_proposed(conn, runner.id)
    reason = PlanNote(key="adaptation.reason.red", values={"minutes": 40, "since": "2026-10-13"})
    conn.execute("DELETE FROM plans")
    plans.create(conn, runner.id, proposed.plan, "adaptation", reasons=[reason])
    told = {}
    for level in ("training", "health"):
        context = ToolContext(conn, runner, TODAY, level, "en")
        found = json.loads(run_tool(context, "plan", "{}").content)
        told[level] = found["plans"][0].get("changes")
    assert told == {
        "training": None,
        "health": ["Recovery is poor this morning: an easy run of at most 40 minutes, or rest."],
    }


def test_nothing_of_strava_can_be_reached():
    graph = grimp.build_graph("runningcoach", cache_dir=None)
    reached = graph.find_upstream_modules("runningcoach.coach.talk", as_package=True)
    assert len(reached) > 50
    assert [name for name in reached if "strava" in name or ".blobs" in name] == []


def test_races_of_others_and_past_ones_are_not_shown(conn, runner, other_user):
    columns = {"date": TODAY + timedelta(days=9), "name": "x", "distance_m": 5_000,
               "target_time_s": None, "priority": "A"}  # fmt: skip
    races.create(conn, other_user.id, columns)
    context = ToolContext(conn, runner, TODAY, "summary", "en")
    assert json.loads(run_tool(context, "goal", "{}").content)["goal"]["date"] == "2026-11-22"
