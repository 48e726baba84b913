"""A day of the calendar: in the grid of a month, in the list of a week, and in full."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from runningcoach.base import periods, units
from runningcoach.base.i18n import t
from runningcoach.coach.plans.calendar import CalendarWorkout, TrainingCalendarDay
from runningcoach.coach.plans.plan_diff import ChangedDay, workout_totals
from runningcoach.coach.plans.plan_in_force import PlanInForce
from runningcoach.metrics import sports
from runningcoach.model.adherence import WorkoutAdherence
from runningcoach.model.plan_request import TrainingPaces
from runningcoach.model.stored_plan import PlannedRace
from runningcoach.model.workout import Workout
from runningcoach.pages import formatting
from runningcoach.pages.markup import Piece, macros
from runningcoach.pages.tiles import common, workouts
from runningcoach.pages.tiles.fitness import distance_name
from runningcoach.store.training_calendar import CalendarActivity

CALENDAR = macros("calendar")

API = "/api/v1"


@dataclass(frozen=True)
class CalendarContext:
    """What each day of the calendar is drawn by."""

    today: date
    month: date
    plan: PlanInForce
    paces: TrainingPaces | None
    days: Sequence[TrainingCalendarDay]

    @cached_property
    def adherence(self) -> Mapping[int, WorkoutAdherence]:
        """How workouts went, by the activities that ran them."""
        return {
            activity_id: workout.adherence
            for day in self.days
            for workout in day.workouts
            if workout.adherence
            for activity_id in workout.adherence.activity_ids
        }

    def change(self, day: date) -> ChangedDay | None:
        """Return what the proposal would make of a day; None where it stays as it is."""
        return self.plan.changes.get(day)


# ---- parts -----------------------------------------------------------------------------------


def _sessions(day: TrainingCalendarDay, context: CalendarContext) -> list[dict[str, Any]]:
    """Return the workouts of a day: those that stand, that would go and that would come."""
    change = context.change(day.date)
    is_leaving = change is not None
    standing = [_session(row, context, is_leaving=is_leaving and row.plan_id is not None)
                for row in day.workouts]  # fmt: skip
    proposed = change.after if change else ()
    return standing + [_proposed(workout, day.date, context) for workout in proposed]


def _session(row: CalendarWorkout, context: CalendarContext, *, is_leaving: bool) -> dict[str, Any]:
    is_own = row.plan_id is None
    can_move = row.day is not None and row.day >= context.today and not row.adherence
    is_movable = can_move and not is_leaving and (is_own or context.plan.editable is not None)
    return {
        **_planned(row.workout, row.distance_m, row.duration_s, context),
        "state": "leaving" if is_leaving else "",
        "from": row.day.isoformat() if row.day and is_movable else "",
        "own": row.id if is_own else "",
        "look": workouts.VERDICT_LOOKS[row.adherence.verdict] if row.adherence else "",
        "mark": _mark(row.adherence),
        "badge": workouts.verdict_badge(row.adherence) if row.adherence else "",
    }


def _proposed(workout: Workout, day: date, context: CalendarContext) -> dict[str, Any]:
    totals = workout_totals([workout], context.paces)
    return {
        **_planned(workout, *totals, context),
        "state": "proposed",
        "from": day.isoformat(),
        "own": "",
        "look": "",
        "mark": "",
        "badge": "",
    }


def _planned(
    workout: Workout, distance_m: float, duration_s: float, context: CalendarContext
) -> dict[str, Any]:
    return {
        "colour": workouts.colour(workout),
        "short": workouts.title(workout) if workout.type == "race" else workouts.type_word(workout),
        "title": workouts.title(workout),
        "size": workouts.size(workout),
        "km": formatting.km(distance_m, 1) if distance_m else "",
        "about": workouts.about(distance_m, duration_s),
        "purpose": workouts.purpose(workout),
        "steps": workouts.steps(workout, context.paces),
        "profile": workouts.profile(workout, context.paces),
    }


def _mark(went: WorkoutAdherence | None) -> Piece:
    look = workouts.VERDICT_LOOKS[went.verdict] if went else ""
    if went is None or not look:
        return ""
    return workouts.WORKOUTS.mark(look, t(f"adherence.day.{went.verdict}"))


def _run(row: CalendarActivity, context: CalendarContext) -> dict[str, str]:
    went = context.adherence.get(row.id)
    time_s = sports.counted_time_s(row.sport, row.moving_s, None, row.elapsed_s)
    speed, unit = common.speed(row.sport, sports.counted_speed_mps(row.distance_m, time_s))
    return {
        "href": common.address(row.id),
        "name": row.name or common.sport(row.sport),
        "sport": common.sport(row.sport),
        "look": workouts.VERDICT_LOOKS[went.verdict] if went else "",
        "is_run": "run" if row.sport == sports.RUNNING else "",
        "km": formatting.km(row.distance_m, 1) if row.distance_m else "",
        "time": units.clock(time_s),
        "speed": f"{speed} {unit}" if row.distance_m else "",
    }


def _race(race: PlannedRace, today: date) -> dict[str, str]:
    return {
        "name": race.name,
        "distance": distance_name(race.distance_m),
        "countdown": countdown(race.date, today),
        "priority": race.priority,
    }


def countdown(day: date, today: date) -> str:
    """Return in how many days a race is; nothing for one that is over."""
    days = periods.days_until(day, today)
    if days < 0:
        return ""
    return t("calendar.countdown", days=days) if days else t("calendar.race_today")


# ---- a day -----------------------------------------------------------------------------------


def _day(day: TrainingCalendarDay, context: CalendarContext) -> dict[str, Any]:
    when = day.date
    return {
        "date": when.isoformat(),
        "number": when.day,
        "name": formatting.day(when),
        "weekday": t(f"charts.weekdays.{when.weekday()}"),
        "looks": " ".join(_looks(when, context)),
        "is_today": when == context.today,
        "is_open": when >= context.today,
        "is_rest": when >= context.today and periods.week_start(when) in context.plan.phases,
        "races": [_race(race, context.today) for race in day.races],
        "sessions": _sessions(day, context),
        "runs": [_run(row, context) for row in day.activities],
    }


def _looks(when: date, context: CalendarContext) -> list[str]:
    looks = {
        "today": when == context.today,
        "past": when < context.today,
        "other-month": periods.month_start(when) != context.month,
        "weekend": when.weekday() >= 5,
        "changed": context.change(when) is not None,
    }
    return [name for name, is_so in looks.items() if is_so]


def day_cell(day: TrainingCalendarDay, context: CalendarContext) -> Piece:
    """Return a day in the grid of a month, with the sheet that opens when it is pressed."""
    shown = _day(day, context)
    return CALENDAR.day_cell(shown, CALENDAR.day_sheet(shown, f"{API}/workouts"))


def day_row(day: TrainingCalendarDay, context: CalendarContext) -> Piece:
    """Return a day in the list of a week."""
    return CALENDAR.day_row(_day(day, context))
