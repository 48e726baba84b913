"""Tools on the plan: its weeks, the calendar, how sessions went."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Annotated, Any

from pydantic import Field

from runningcoach.base import periods
from runningcoach.coach.plans.athlete import load_paces
from runningcoach.coach.plans.calendar import CalendarWorkout, load_calendar, sum_days
from runningcoach.coach.plans.estimates import estimate_workout
from runningcoach.coach.plans.limits import RACE_DISTANCE_M
from runningcoach.coach.plans.plan_diff import workout_totals
from runningcoach.coach.talk.tools.performance import distance_name
from runningcoach.coach.talk.tools.person import race_countdown
from runningcoach.coach.talk.tools.plan_words import reason_texts, steps_text
from runningcoach.coach.talk.tools.result_fields import (
    day_fields,
    km,
    known,
    minutes,
    rounded,
    time_fields,
)
from runningcoach.coach.talk.tools.run_list import UNSHOWN_SOURCE, load_rows
from runningcoach.coach.talk.tools.strict_schema import ToolArguments
from runningcoach.coach.talk.tools.tool_arguments import Day
from runningcoach.coach.talk.tools.tool_context import Fields, ToolContext, ToolRefusal
from runningcoach.model.adherence import StoredAdherence
from runningcoach.model.plan import PlanDay, PlanNote, PlanWeek
from runningcoach.model.plan_request import TrainingPaces
from runningcoach.model.stored_plan import StoredPlan
from runningcoach.model.workout import Workout, WorkoutType
from runningcoach.store import adherence, benchmarks, plans, workouts

STATUS = {
    "current": "approved by the runner and followed",
    "proposed": "proposed, NOT approved; nothing of it is on the watch",
}
APPROVAL = "only the runner approves, edits or sends a plan to the watch, on the plan page"
NO_PLAN = "there is no plan; one can be proposed"
MOST_DAYS = 42
MOST_CHANGES = 4
WEEK = timedelta(days=7)
DEMANDING_TYPES: frozenset[WorkoutType] = frozenset(
    {
        *("long", "long_progression", "long_marathon_pace", "tempo", "cruise", "vo2max"),
        *("repetition", "hills", "fartlek", "race_pace", "time_trial", "race"),
    }
)
"""Sessions between which two days are kept, whatever their steps."""
HARD_LEAST_S = 300.0
"""A session with five minutes at threshold or faster is a hard one."""


class PlanArguments(ToolArguments):
    """Which weeks of the plan."""

    first: Day | None = Field(
        default=None, description="A day of the first week, YYYY-MM-DD; this week if null"
    )
    weeks: Annotated[int, Field(ge=1, le=4)] | None = Field(default=None, description="2 if null")


class CalendarArguments(ToolArguments):
    """Which days of the calendar."""

    first: Day | None = Field(default=None, description="YYYY-MM-DD; Monday of this week if null")
    last: Day | None = Field(default=None, description="YYYY-MM-DD; 13 days later if null")


class AdherenceArguments(ToolArguments):
    """How many weeks back."""

    weeks: Annotated[int, Field(ge=1, le=12)] | None = Field(default=None, description="4 if null")


def current_paces(context: ToolContext) -> TrainingPaces | None:
    """Return the training paces of today."""
    in_force = benchmarks.in_force(context.conn, context.user.id, context.today)
    return load_paces(context.conn, context.user.id, context.today, in_force)


def stored_plans(context: ToolContext) -> list[StoredPlan]:
    """Return the plan that is followed and the one that waits, those that there are."""
    current = plans.get_current(context.conn, context.user.id)
    proposed = plans.get_proposed(context.conn, context.user.id)
    return [stored for stored in (current, proposed) if stored is not None]


def plan_tool(context: ToolContext, arguments: PlanArguments) -> Fields:
    """Return weeks of the plan that is followed and of the one that waits, with their reasons."""
    first = periods.week_start(arguments.first or context.today)
    last = first + (arguments.weeks or 2) * WEEK - timedelta(days=1)
    return plan_fields(context, stored_plans(context), (first, last), current_paces(context))


def plan_fields(
    context: ToolContext,
    found: Sequence[StoredPlan],
    span: tuple[date, date],
    paces: TrainingPaces | None,
) -> Fields:
    """Return the result of `plan` for the weeks of a span."""
    first, last = span
    verdicts = _verdicts(context, first, last)
    shown = [_plan_fields(stored, context, (first, last), paces, verdicts) for stored in found]
    missing = {} if found else {"plan": NO_PLAN}
    if found and not any(fields["weeks"] for fields in shown):
        missing["weeks"] = "no plan has these weeks"
    return {
        "today": day_fields(context.today),
        "period": {"first": first.isoformat(), "last": last.isoformat()},
        "plans": shown,
        "approval": APPROVAL,
        "missing": missing,
    }


def plan_head(stored: StoredPlan, today: date) -> Fields:
    """Return a version in a few fields: status, goal, span, where today lies in it."""
    request, weeks = stored.plan.request, stored.plan.weeks
    number = next(
        (n for n, week in enumerate(weeks, 1) if 0 <= (today - week.start).days < 7), None
    )
    metres = RACE_DISTANCE_M.get(request.goal)
    race = race_countdown(request.race_date, today) if request.race_date else None
    return known(
        {
            "status": STATUS[stored.status],
            "is_approved": stored.status == "current",
            "version": stored.version,
            "made_by": stored.origin,
            "goal": request.goal,
            "goal_distance": distance_name(metres) if metres else None,
            "race": race,
            **time_fields(request.target_time_s, "target_time"),
            "first_day": weeks[0].start.isoformat(),
            "last_day": (weeks[-1].start + timedelta(days=6)).isoformat(),
            "weeks_in_all": len(weeks),
            "week_number_today": number,
        }
    )


def _plan_fields(
    stored: StoredPlan,
    context: ToolContext,
    span: tuple[date, date],
    paces: TrainingPaces | None,
    verdicts: dict[date, str],
) -> Fields:
    weeks = [week for week in stored.plan.weeks if span[0] <= week.start <= span[1]]
    return known(
        {
            **plan_head(stored, context.today),
            "changes": _texts(stored.reasons, context)[:MOST_CHANGES] or None,
            "weeks": [plan_week(week, context, paces, verdicts) for week in weeks],
        }
    )


def _texts(notes: Sequence[PlanNote], context: ToolContext) -> list[str]:
    return reason_texts(notes, context.language, with_body=context.allows("health"))


def plan_week(
    week: PlanWeek,
    context: ToolContext,
    paces: TrainingPaces | None,
    verdicts: dict[date, str],
) -> Fields:
    """Return a week of a plan: its days, sizes, reasons, and hours between its hard days."""
    every = [workout for day in week.days for workout in day.workouts]
    metres, seconds = workout_totals(every, paces)
    return known(
        {
            "week_start": week.start.isoformat(),
            "phase": week.phase,
            "is_cutback": True if week.is_cutback else None,
            "distance_km": km(metres, 1),
            "time_min": minutes(seconds),
            "reasons": _texts(week.reasons, context) or None,
            "days": [
                known(
                    {
                        **day_fields(day.date),
                        "sessions": [session_fields(w, paces) for w in day.workouts] or "rest",
                        "went": verdicts.get(day.date),
                        "reasons": _texts(day.reasons, context) or None,
                    }
                )
                for day in week.days
            ],
            "hours_between_hard_or_long_days": _spacing(week.days, paces) or None,
        }
    )


def session_fields(workout: Workout, paces: TrainingPaces | None) -> Fields:
    """Return a planned session: its type, size and steps."""
    metres, seconds = workout_totals([workout], paces)
    return known(
        {
            "type": workout.type,
            "distance_km": km(metres, 1) if metres else None,
            "time_min": minutes(seconds) if seconds else None,
            "steps": steps_text(workout) or None,
            "is_treadmill": True if workout.is_treadmill else None,
        }
    )


def _spacing(days: Sequence[PlanDay], paces: TrainingPaces | None) -> list[Fields]:
    """Return the hours from each hard or long day of a week to the next."""
    marked = [day.date for day in days if any(_is_demanding(w, paces) for w in day.workouts)]
    return [
        {"from": first.isoformat(), "to": second.isoformat(), "hours": 24 * (second - first).days}
        for first, second in pairwise(marked)
    ]


def _is_demanding(workout: Workout, paces: TrainingPaces | None) -> bool:
    is_hard = estimate_workout(workout, paces).hard_s >= HARD_LEAST_S
    return is_hard or workout.type in DEMANDING_TYPES


def _verdicts(context: ToolContext, first: date, last: date) -> dict[date, str]:
    """Return how sessions went by day; nothing where single activities are not to be shown."""
    if not context.allows("training"):
        return {}
    rows = adherence.list_between(context.conn, context.user.id, first, min(last, context.today))
    return {row.workout_date: row.verdict for row in rows}


def calendar_tool(context: ToolContext, arguments: CalendarArguments) -> Fields:
    """Return days with what was run, what is planned, and races."""
    first = arguments.first or periods.week_start(context.today)
    last = arguments.last or first + timedelta(days=13)
    if not 0 <= (last - first).days < MOST_DAYS:
        raise ToolRefusal(f"the calendar shows 1 to {MOST_DAYS} days, `first` before `last`")
    days = load_calendar(context.conn, context.user.id, first, last, context.today).days
    kinds = _kinds(context, first, last)
    shown = [
        known(
            {
                **day_fields(day.date),
                "planned": [_planned_fields(w, context) for w in day.workouts] or None,
                "run": [f for a in day.activities if (f := kinds.get(a.id))] or None,
                "races": [
                    {"distance_km": km(race.distance_m, 3), "priority": race.priority}
                    for race in day.races
                ]
                or None,
            }
        )
        for day in days
    ]
    totals = sum_days(days)
    return {
        "period": {"first": first.isoformat(), "last": last.isoformat()},
        "today": day_fields(context.today),
        "planned_km": km(totals.planned_m, 1),
        "run_km": km(totals.run_m, 1),
        "days": [fields for fields in shown if len(fields) > len(day_fields(first))],
        "days_without_anything": [f["date"] for f in shown if len(f) == len(day_fields(first))],
        "missing": {},
    }


def _kinds(context: ToolContext, first: date, last: date) -> dict[int, Fields]:
    """Return single activities in a few fields, by id; none where they are not to be shown."""
    if not context.allows("training"):
        return {}
    rows = load_rows(context.conn, context.user.id, first, last)
    return {
        row.activity.id: known({"kind": row.kind, "distance_km": km(row.activity.distance_m)})
        for row in rows
        if row.activity.source != UNSHOWN_SOURCE
    }


def _planned_fields(row: CalendarWorkout, context: ToolContext) -> Fields:
    went = row.adherence.verdict if row.adherence and context.allows("training") else None
    return known(
        {
            "type": row.workout.type,
            "distance_km": km(row.distance_m, 1) if row.distance_m else None,
            "time_min": minutes(row.duration_s) if row.duration_s else None,
            "went": went,
        }
    )


def adherence_tool(context: ToolContext, arguments: AdherenceArguments) -> Fields:
    """Return how planned sessions went: counts, mean score, and each, newest first."""
    first = periods.week_start(context.today) - (arguments.weeks or 4) * WEEK
    rows = adherence.list_between(context.conn, context.user.id, first, context.today)
    types = _types(context, first)
    fields: Fields = {
        "period": {"first": first.isoformat(), "last": context.today.isoformat()},
        **verdict_counts(rows),
        "missing": {} if rows else {"adherence": "no planned session of these weeks is over"},
    }
    if context.allows("training"):
        newest = sorted(rows, key=lambda row: row.workout_date, reverse=True)
        fields["sessions"] = [_session_verdict(row, types) for row in newest]
    return fields


def _types(context: ToolContext, first: date) -> dict[int, str]:
    rows = workouts.list_between(context.conn, context.user.id, first, context.today)
    return {row.id: row.workout.type for row in rows}


def verdict_counts(rows: Iterable[StoredAdherence]) -> Fields:
    """Return how many sessions went how, and their mean score [%]."""
    counts: dict[str, int] = {}
    scores: list[float] = []
    for row in rows:
        counts[row.verdict] = counts.get(row.verdict, 0) + 1
        if row.compliance_pct is not None:
            scores.append(row.compliance_pct)
    score = rounded(sum(scores) / len(scores)) if scores else None
    return known({"planned_sessions": sum(counts.values()), "verdicts": counts,
                  "mean_score_pct": score})  # fmt: skip


def _session_verdict(row: StoredAdherence, types: dict[int, str]) -> dict[str, Any]:
    return known(
        {
            **day_fields(row.workout_date),
            "type": types.get(row.workout_id),
            "verdict": row.verdict,
            "score_pct": rounded(row.compliance_pct),
            "run_on": row.run_date.isoformat()
            if row.run_date and row.run_date != row.workout_date
            else None,
            "excuse": row.excuse,
        }
    )
