"""Edits of a plan, and what an edit costs."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from runningcoach.base.errors import RunningCoachError
from runningcoach.coach.plans.resizing import easy_workout, scale_workout
from runningcoach.coach.plans.simulation import simulate
from runningcoach.coach.plans.text.parse import parse_workout
from runningcoach.coach.plans.validator import validate
from runningcoach.model.plan import Plan, PlanDay, PlanWeek
from runningcoach.model.plan_edit import (
    EditPrice,
    MakeEasy,
    MoveWorkout,
    PlanEdit,
    PlanFinding,
    ReplaceWorkout,
    ScaleWeek,
    ScaleWorkout,
    SetTarget,
    SwapDays,
)
from runningcoach.model.plan_request import AthleteState
from runningcoach.model.stored_plan import PlanOrigin
from runningcoach.model.workout import Workout, WorkoutItem, WorkoutStep

LEAST_CHANGE_KM = 0.05


class EditDayOutsidePlan(RunningCoachError):
    """The day of an edit is not in the plan."""

    code = "editing.day_outside_plan"
    status = 422


class EditDayTaken(RunningCoachError):
    """A session cannot be moved to a day that has one."""

    code = "editing.day_taken"
    status = 409


class EditDayPast(RunningCoachError):
    """The day of an edit is over."""

    code = "editing.day_past"
    status = 422


class EditDayEmpty(RunningCoachError):
    """The day of an edit has nothing that can be changed."""

    code = "editing.day_empty"
    status = 422


class EditOfRace(RunningCoachError):
    """A race is neither shortened nor made easy."""

    code = "editing.race"
    status = 422


class EditWithoutEffect(RunningCoachError):
    """Edits that leave the plan as it is."""

    code = "editing.without_effect"
    status = 422


def apply_edits(plan: Plan, edits: Sequence[PlanEdit], athlete: AthleteState) -> Plan:
    """Return the plan after edits, each on what those before it left.

    Raises as `apply_edit`; the error names the edit by its place in the list.
    """
    for position, edit in enumerate(edits):
        try:
            plan = apply_edit(plan, edit, athlete)
        except RunningCoachError as error:
            error.places = ((f"edits.{position}", error.what()),)
            raise
    return plan


def apply_edit(plan: Plan, edit: PlanEdit, athlete: AthleteState) -> Plan:
    """Return the plan after an edit; no other day than those of the edit changes.

    Raises EditDayOutsidePlan, EditDayPast, EditDayTaken, EditDayEmpty, EditOfRace, and the
    error of the text form where a text cannot be read.
    """
    match edit:
        case MoveWorkout():
            return _move(plan, edit, athlete)
        case SwapDays():
            first = _day(plan, edit.first_date, athlete)
            second = _day(plan, edit.second_date, athlete)
            return _exchange(plan, first, second)
        case ScaleWeek():
            return _scale_week(plan, edit, athlete)
        case _:
            day = _day(plan, edit.date, athlete)
            return _with_days(plan, {edit.date: _changed_day(day, edit, athlete)})


def _day(plan: Plan, day: date, athlete: AthleteState) -> PlanDay:
    """Return a day of the plan that may still be changed."""
    record = next((d for week in plan.weeks for d in week.days if d.date == day), None)
    if record is None:
        raise EditDayOutsidePlan(day=day.isoformat())
    if day < athlete.today:
        raise EditDayPast(day=day.isoformat())
    return record


def _move(plan: Plan, edit: MoveWorkout, athlete: AthleteState) -> Plan:
    origin, target = _day(plan, edit.from_date, athlete), _day(plan, edit.to_date, athlete)
    if not origin.workouts:
        raise EditDayEmpty(day=edit.from_date.isoformat())
    if target.workouts:
        raise EditDayTaken(day=edit.to_date.isoformat())
    return _exchange(plan, origin, target)


def _exchange(plan: Plan, first: PlanDay, second: PlanDay) -> Plan:
    return _with_days(
        plan,
        {
            first.date: second.model_copy(update={"date": first.date}),
            second.date: first.model_copy(update={"date": second.date}),
        },
    )


def _scale_week(plan: Plan, edit: ScaleWeek, athlete: AthleteState) -> Plan:
    """Scale what is ahead in a week, races apart."""
    week = next((w for w in plan.weeks if w.start == edit.start), None)
    if week is None:
        raise EditDayOutsidePlan(day=edit.start.isoformat())
    changed = {
        day.date: _with_workouts(day, tuple(_scaled(w, edit.share, athlete) for w in day.workouts))
        for day in week.days
        if day.date >= athlete.today
    }
    if not changed:
        raise EditDayPast(day=edit.start.isoformat())
    return _with_days(plan, changed)


def _scaled(workout: Workout, share: float, athlete: AthleteState) -> Workout:
    return workout if workout.type == "race" else scale_workout(workout, share, athlete.paces)


def _changed_day(
    day: PlanDay, edit: ScaleWorkout | ReplaceWorkout | MakeEasy | SetTarget, athlete: AthleteState
) -> PlanDay:
    if isinstance(edit, ReplaceWorkout):
        text = edit.text.strip()
        return _with_others(day, (parse_workout(text).workout,) if text else ())
    if not day.workouts:
        raise EditDayEmpty(day=day.date.isoformat())
    if isinstance(edit, SetTarget):
        return _with_workouts(day, tuple(_with_target(w, edit) for w in day.workouts))
    if any(workout.type == "race" for workout in day.workouts):
        raise EditOfRace(day=day.date.isoformat())
    if isinstance(edit, MakeEasy):
        return _with_others(day, tuple(easy_workout(w, athlete) for w in day.workouts))
    return _with_workouts(
        day, tuple(scale_workout(w, edit.share, athlete.paces) for w in day.workouts)
    )


def _with_workouts(day: PlanDay, workouts: tuple[Workout, ...]) -> PlanDay:
    return day.model_copy(update={"workouts": workouts})


def _with_others(day: PlanDay, workouts: tuple[Workout, ...]) -> PlanDay:
    """Return a day with other workouts; the reasons were those of its own."""
    return _with_workouts(day, workouts).model_copy(update={"reasons": ()})


def _with_target(workout: Workout, edit: SetTarget) -> Workout:
    steps = tuple(_item_with_target(item, edit) for item in workout.steps)
    return workout.model_copy(update={"steps": steps})


def _item_with_target(item: WorkoutItem, edit: SetTarget) -> WorkoutItem:
    if isinstance(item, WorkoutStep):
        is_meant = item.intensity == edit.intensity
        return item.model_copy(update={"target": edit.target}) if is_meant else item
    steps = tuple(_item_with_target(inner, edit) for inner in item.steps)
    return item.model_copy(update={"steps": steps})


def _with_days(plan: Plan, days: dict[date, PlanDay]) -> Plan:
    weeks: list[PlanWeek] = []
    for week in plan.weeks:
        changed = tuple(days.get(day.date, day) for day in week.days)
        update: dict[str, Any] = {"days": changed}
        weeks.append(week if changed == week.days else week.model_copy(update=update))
    return plan.model_copy(update={"weeks": tuple(weeks)})


def edit_price(
    before: Plan, after: Plan, athlete: AthleteState, *, origin: PlanOrigin = "edit"
) -> EditPrice:
    """Return the findings that came and went, and how distance, load and race day change."""
    old, new = (validate(plan, athlete, origin=origin) for plan in (before, after))
    first, second = simulate(before, athlete), simulate(after, athlete)
    old_km = {week.start: week.distance_m / 1000 for week in first.weeks}
    changes = {
        week.start: round(week.distance_m / 1000 - old_km.get(week.start, 0.0), 2)
        for week in second.weeks
    }
    return EditPrice(
        new_findings=_not_among(new, old),
        gone_findings=_not_among(old, new),
        week_km_change={start: km for start, km in changes.items() if abs(km) >= LEAST_CHANGE_KM},
        load_change=sum(w.load for w in second.weeks) - sum(w.load for w in first.weeks),
        race_tsb_change=_change(first.race_tsb, second.race_tsb),
        race_time_low_change_s=_change(first.race_time_low_s, second.race_time_low_s),
    )


def _not_among(findings: list[PlanFinding], others: list[PlanFinding]) -> tuple[PlanFinding, ...]:
    """Return findings whose rule, place and gravity are not among the others."""
    known = {(f.code, f.key, f.severity, f.week, f.day) for f in others}
    return tuple(f for f in findings if (f.code, f.key, f.severity, f.week, f.day) not in known)


def _change(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else after - before
