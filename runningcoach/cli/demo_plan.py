"""The plan of the made-up runner: made some weeks ago, fitted to his habits, followed since.

It goes by the functions that every plan goes by, with the day of then as today: nothing is written
past them.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from psycopg import Connection

from runningcoach.base import i18n, periods
from runningcoach.coach.plans import limits, versions
from runningcoach.coach.plans.adherence.refresh import refresh_adherence
from runningcoach.coach.plans.athlete import load_athlete
from runningcoach.coach.plans.editing import apply_edits
from runningcoach.coach.plans.planner import PlanImpossible, make_plan
from runningcoach.coach.plans.repair import repair
from runningcoach.coach.plans.validator import has_error, validate
from runningcoach.demo import goals, intentions, season
from runningcoach.model.plan import Plan, PlanDay
from runningcoach.model.plan_edit import PlanEdit, ReplaceWorkout
from runningcoach.model.plan_request import AthleteState, GoalKind, PlanRequest, TuneUpRace
from runningcoach.model.stored_plan import StoredPlan
from runningcoach.store import plans, races

log = logging.getLogger(__name__)

WEEKS_BACK = (4, 3, 2, 1, 0)
"""How many weeks ago the plan may have begun: the most for which it is sound today."""
EASIER_SHARE = 0.7
"""The share of his even runs that the runner plans for an easier week."""
GOALS: dict[float, GoalKind] = {season.MARATHON_M: "m", season.HALF_M: "hm"}


@dataclass(frozen=True, slots=True)
class DemoRunner:
    """An account, and the made-up runner whose habits its plan follows."""

    user_id: int
    seed: int
    language: str


@dataclass(frozen=True, slots=True)
class DemoPlan:
    """A plan as the planner made it, the runner's edits before he approved it, and the result.

    What its rules would mend after these edits is among them.
    """

    made: Plan
    edits: tuple[PlanEdit, ...]
    edited: Plan


def follow_plan(
    conn: Connection[Any], runner: DemoRunner, today: date, home: Path
) -> StoredPlan | None:
    """Return the plan that the runner follows, made when there is none; compare it with the runs.

    One that is over makes room for the next. None where no plan is sound today.
    """
    current = plans.get_current(conn, runner.user_id)
    if current is None or current.plan.weeks[-1].days[-1].date < today:
        current = _begin_plan(conn, runner, today)
    if current is None:
        log.info("the made-up runner has no plan on %s", today)
        return None
    refresh_adherence(conn, runner.user_id, current.plan.weeks[0].start, today, home)
    return current


def _begin_plan(conn: Connection[Any], runner: DemoRunner, today: date) -> StoredPlan | None:
    """Propose, edit and approve the oldest plan that is sound today; enter its races.

    Where none with the runner's habits is, that of the planner from today on.
    """
    athlete = load_athlete(conn, runner.user_id, today)
    sunday = periods.week(today)[-1]
    starts = [(start, sunday) for start in _starts(runner.seed, today)]
    for start, last_habit in [*starts, (today, None)]:
        then = load_athlete(conn, runner.user_id, start)
        found = _plan_from(runner, then, today, last_habit)
        if found and not has_error(validate(found.edited, athlete, origin="edit")):
            with conn.transaction():
                _enter_races(conn, runner.user_id, found.made.request)
                return _approve(conn, runner.user_id, found, start)
    return None


def _starts(seed: int, today: date) -> Iterator[date]:
    """Yield the Mondays on which the plan may have begun, the oldest first."""
    earliest = goals.first_training_monday(seed, today)
    for weeks in WEEKS_BACK:
        monday = periods.week_start(today) - timedelta(weeks=weeks)
        if monday >= earliest or weeks == 0:
            yield monday


def _plan_from(
    runner: DemoRunner, athlete: AthleteState, today: date, last_habit: date | None
) -> DemoPlan | None:
    """Return the plan that began on the athlete's today, with the runner's habits until a day.

    None where the planner refuses it.
    """
    try:
        made = make_plan(_request(runner, athlete.today, today), athlete, runner.language)
    except PlanImpossible:
        return None
    edits = list(_habits(made, runner, last_habit))
    edited = apply_edits(made, edits, athlete)
    mended = repair(edited, validate(edited, athlete, origin="edit"), athlete, origin="edit")
    return DemoPlan(made, (*edits, *mended.edits), mended.plan)


def _request(runner: DemoRunner, start: date, today: date) -> PlanRequest:
    goal = goals.next_goal(runner.seed, today)
    return PlanRequest(
        goal=GOALS[goal.distance_m],
        start=start,
        race_date=goal.day,
        race_name=_name(goal, runner.language),
        available_weekdays=intentions.FREE_WEEKDAYS,
        tune_ups=tuple(
            TuneUpRace(
                date=race.day,
                distance_m=int(race.distance_m),
                name=_name(race, runner.language),
            )
            for race in goals.tune_ups(runner.seed, start, goal)
        ),
    )


def _name(race: season.Race, language: str) -> str:
    return i18n.t(f"demo.names.{race.name}", language)


def _habits(plan: Plan, runner: DemoRunner, last: date | None) -> Iterator[PlanEdit]:
    """Yield what the runner puts in the place of sessions until a day; races stay.

    In the planner's easier weeks he plans less than he is used to.
    """
    days = ((week, day) for week in plan.weeks for day in week.days)
    for week, day in days:
        if last and day.date <= last and not _is_race_day(day):
            share = EASIER_SHARE if week.is_cutback else 1.0
            text = intentions.workout_text(runner.seed, day.date, runner.language, share)
            if text or day.workouts:
                yield ReplaceWorkout(date=day.date, text=text)


def _is_race_day(day: PlanDay) -> bool:
    return any(workout.type == "race" for workout in day.workouts)


def _approve(conn: Connection[Any], user_id: int, found: DemoPlan, start: date) -> StoredPlan:
    """Propose the planner's plan, edit it, and approve the result."""
    proposed = versions.propose_plan(conn, user_id, found.made, "rule")
    if found.edits:
        proposed = versions.edit_plan(conn, user_id, proposed.id, found.edits, start)
    return versions.approve_plan(conn, user_id, proposed.id, proposed.sha256, start)


def _enter_races(conn: Connection[Any], user_id: int, request: PlanRequest) -> None:
    """Enter the goal and the races on the way to it."""
    goal_m = round(limits.RACE_DISTANCE_M[request.goal])
    rows = [(request.race_date, request.race_name, goal_m, "A")]
    rows += [(race.date, race.name, race.distance_m, "B") for race in request.tune_ups]
    for day, name, distance_m, priority in rows:
        columns = {"date": day, "name": name, "distance_m": distance_m, "priority": priority}
        races.create(conn, user_id, columns | {"target_time_s": None})
