"""What is to be on Garmin's calendar: the workouts of a plan, matched with what is there already.

A workout that was changed or moved keeps its row, and with it its number at Garmin: it is replaced
there, not added.
"""

from collections.abc import Callable, Hashable, Iterable
from datetime import date, timedelta
from typing import Any, NamedTuple

import psycopg

from runningcoach.base import periods
from runningcoach.base.errors import RunningCoachError
from runningcoach.model.canonical import record_sha256
from runningcoach.model.plan import Plan
from runningcoach.model.stored_plan import StoredWorkout, WorkoutDelivery
from runningcoach.publish.push_report import AdjustedWorkout
from runningcoach.publish.resolution import ResolveWorkout, resolve_stored
from runningcoach.store import fitness, workout_schedules, workouts

type Connection = psycopg.Connection[Any]

FURTHEST = timedelta(days=400)
"""Workouts further ahead than any plan goes are not looked for."""


class PlanChangedSinceApproval(RunningCoachError):
    """The plan, or a workout of it, is not what the runner approved."""

    code = "publish.plan_changed"
    status = 409


class ScheduleChanges(NamedTuple):
    """How many workouts were added to the outbox, changed, moved, and are to be removed.

    `adjusted` are those of the coming days whose targets go to the watch otherwise than planned.
    """

    added: int = 0
    changed: int = 0
    removed: int = 0
    adjusted: tuple[AdjustedWorkout, ...] = ()


def plan_current(
    conn: Connection, user_id: int, days: int, resolve: ResolveWorkout
) -> ScheduleChanges:
    """Plan the schedules of the approved plan; without one, the future is to be removed.

    Raises PlanChangedSinceApproval.
    """
    approved = workout_schedules.approved_plan(conn, user_id)
    if approved is None:
        return plan_schedules(conn, user_id, None, days, resolve)
    plan_id, content, sha256 = approved
    if record_sha256(Plan.model_validate(content)) != sha256:
        raise PlanChangedSinceApproval
    return plan_schedules(conn, user_id, plan_id, days, resolve)


def plan_schedules(
    conn: Connection, user_id: int, plan_id: int | None, days: int,
    resolve: ResolveWorkout,
) -> ScheduleChanges:  # fmt: skip
    """Bring the outbox in line with a plan and with the runner's own workouts that have a day.

    From today on; `days` ahead rows are added, and those that exist follow the plan however far
    it goes. Rows hold workouts as `resolve` returns them. Nothing is sent. Raises
    PlanChangedSinceApproval.
    """
    today = periods.today(fitness.get_profile(conn, user_id).timezone)
    listed = workouts.list_between(conn, user_id, today, today + FURTHEST)
    wanted = [one for one in listed if one.plan_id in (None, plan_id)]
    if any(record_sha256(one.workout) != one.sha256 for one in wanted):
        raise PlanChangedSinceApproval
    resolved = [resolve_stored(one, resolve) for one in wanted]
    last_day = today + timedelta(days=days)
    adjusted = tuple(one for _, one in resolved if one and one.date <= last_day)
    with conn.transaction():
        workout_schedules.lock(conn, user_id)
        changes = _follow_all(conn, user_id, [one for one, _ in resolved], today, last_day)
    return changes._replace(adjusted=adjusted)


def match_workouts(
    wanted: Iterable[StoredWorkout], live: Iterable[WorkoutDelivery]
) -> dict[int, WorkoutDelivery]:
    """Return the row that each wanted workout takes over, by the workout's id.

    First the same on the same day, then the same workout row, the same content on another day
    (moved), and another content on the same day (changed).
    """
    open_workouts, open_rows = list(wanted), list(live)
    pairs: dict[int, WorkoutDelivery] = {}
    keys: list[
        tuple[Callable[[StoredWorkout], Hashable], Callable[[WorkoutDelivery], Hashable]]
    ] = [
        (lambda w: (w.day, w.sha256, w.id), lambda d: (d.date, d.sha256, d.workout_id)),
        (lambda w: (w.day, w.sha256), lambda d: (d.date, d.sha256)),
        (lambda w: w.id, lambda d: d.workout_id),
        (lambda w: w.sha256, lambda d: d.sha256),
        (lambda w: w.day, lambda d: d.date),
    ]
    for workout_key, row_key in keys:
        for workout in list(open_workouts):
            row = next((d for d in open_rows if row_key(d) == workout_key(workout)), None)
            if row is not None:
                pairs[workout.id] = row
                open_workouts.remove(workout)
                open_rows.remove(row)
    return pairs


def _follow_all(
    conn: Connection, user_id: int, wanted: list[StoredWorkout], today: date, last_day: date
) -> ScheduleChanges:
    live = workout_schedules.list_live(conn, user_id, today)
    pairs = match_workouts(wanted, live)
    added = changed = 0
    for workout in wanted:
        row = pairs.get(workout.id)
        if row is not None:
            changed += _follow(conn, row, workout)
        elif workout.day is not None and workout.day <= last_day:
            workout_schedules.add(conn, user_id, workout)
            added += 1
    taken_over = {row.id for row in pairs.values()}
    dropped = [row for row in live if row.id not in taken_over and _is_droppable(row, today)]
    for row in dropped:
        workout_schedules.remove(conn, row.id)
    return ScheduleChanges(added, changed, len(dropped))


def _follow(conn: Connection, row: WorkoutDelivery, workout: StoredWorkout) -> bool:
    """Let a row become a workout; return whether that changes anything at Garmin."""
    is_same = (row.date, row.sha256) == (workout.day, workout.sha256)
    if is_same and row.state != "removing":
        if (row.workout_id, row.plan_id) != (workout.id, workout.plan_id):
            workout_schedules.relink(conn, row.id, workout)
        return False
    if _is_left_alone(row, workout):
        return False
    workout_schedules.want(conn, row.id, workout)
    return True


def _is_left_alone(row: WorkoutDelivery, workout: StoredWorkout) -> bool:
    """Return whether the runner keeps a workout off Garmin, and only their paces changed since.

    A plan's workout never changes under its number: another content is another resolution of it.
    """
    is_planned = workout.plan_id is not None and row.workout_id == workout.id
    return row.error == "changed_at_garmin" and is_planned and row.date == workout.day


def _is_droppable(row: WorkoutDelivery, today: date) -> bool:
    """Return whether a row that no plan has is to be removed.

    What is on the calendar of days past stays: it is the record of what was planned. What never
    got there goes.
    """
    is_past = row.date < today
    return row.state != "removing" and not (is_past and row.state in ("scheduled", "blocked"))
