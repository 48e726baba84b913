"""Faster or slower than thought: other paces for the sessions to come."""

from collections.abc import Sequence
from datetime import date
from statistics import median
from typing import NamedTuple

from runningcoach.coach.plans.plan_days import change_days, day_of, days_from
from runningcoach.model.adherence import WorkoutAdherence
from runningcoach.model.plan import Plan, PlanDay, PlanNote
from runningcoach.model.plan_request import AthleteState
from runningcoach.model.workout import (
    FASTEST_S_PER_KM,
    SLOWEST_S_PER_KM,
    PaceTarget,
    Workout,
    WorkoutItem,
    WorkoutRepeat,
)

LEAST_SESSIONS, SESSIONS = 3, 6
LEAST_SHARE, MOST_SHARE = 0.01, 0.03
"""A change of pace below 1 % is noise; one step is at most 3 %. Ours."""
FACTOR_KEY = "adaptation.reason.paces"
THRESHOLD_TYPES = ("tempo", "cruise")


class _PaceEvidence(NamedTuple):
    """By which share paces are slower (above 0) than planned, and the last day that shows it."""

    share: float
    since: date


def adapt_paces(
    plan: Plan,
    athlete: AthleteState,
    adherence: Sequence[WorkoutAdherence],
    today: date,
    *,
    race_day: date | None = None,
) -> tuple[Plan, PlanNote] | None:
    """Return the plan with paces changed from today on, and why; None where they stand.

    `today` is the first day that is open. A race of `race_day` counts by itself: the athlete's
    threshold pace over the plan's. Otherwise the median of what the last quality sessions, three
    at least since the last change, lay beyond their bands.
    """
    shown = _shown_by_race(plan, athlete, today, race_day) or _shown_by_sessions(
        plan, adherence, today
    )
    if shown is None:
        return None
    share = max(-MOST_SHARE, min(shown.share, MOST_SHARE))
    values = {"share_pct": round(share * 100, 1), "since": shown.since.isoformat()}
    note = PlanNote(key=FACTOR_KEY, values=values)
    days = {day.date: _scaled_day(day, 1 + share, note) for day in days_from(plan, today)}
    return change_days(plan, days), note


def _shown_by_race(
    plan: Plan, athlete: AthleteState, today: date, race_day: date | None
) -> _PaceEvidence | None:
    share = None if race_day is None else _race_share(plan, athlete, today)
    return _PaceEvidence(share, race_day) if share and race_day and _is_change(share) else None


def _is_change(share: float) -> bool:
    return abs(share) >= LEAST_SHARE


def _race_share(plan: Plan, athlete: AthleteState, today: date) -> float | None:
    """Return how much slower (above 0) the athlete's threshold pace is than the plan's."""
    if athlete.paces is None:
        return None
    planned = [
        (target.slow_s_per_km + target.fast_s_per_km) / 2
        for day in days_from(plan, today)
        for workout in day.workouts
        if workout.type in THRESHOLD_TYPES
        for target in _work_targets(workout.steps)
    ]
    return sum(athlete.paces.threshold) / 2 / median(planned) - 1 if planned else None


def _work_targets(items: Sequence[WorkoutItem]) -> list[PaceTarget]:
    out: list[PaceTarget] = []
    for item in items:
        if isinstance(item, WorkoutRepeat):
            out += _work_targets(item.steps)
        elif item.intensity == "interval" and isinstance(item.target, PaceTarget):
            out.append(item.target)
    return out


def _shown_by_sessions(
    plan: Plan, adherence: Sequence[WorkoutAdherence], today: date
) -> _PaceEvidence | None:
    """Return the median share by which work was slower (above 0) than planned."""
    since = _last_change(plan, today)
    known = [
        _PaceEvidence(share, one.workout_date)
        for one in sorted(adherence, key=lambda one: one.workout_date)
        if one.workout_date < today
        and (since is None or one.workout_date >= since)
        and (share := work_share(one)) is not None
    ][-SESSIONS:]
    if len(known) < LEAST_SESSIONS:
        return None
    share = median(one.share for one in known)
    return _PaceEvidence(share, known[-1].since) if _is_change(share) else None


def _last_change(plan: Plan, today: date) -> date | None:
    """Return the first day that carries the paces in force; None where they never changed."""
    now = day_of(plan, today)
    notes = [note for note in now.reasons if note.key == FACTOR_KEY] if now else []
    if not notes:
        return None
    count = len(notes)
    days = [d for week in plan.weeks for d in week.days if d.reasons.count(notes[-1]) >= 1]
    same = [d.date for d in days if sum(n.key == FACTOR_KEY for n in d.reasons) >= count]
    return min(same, default=None)


def work_share(one: WorkoutAdherence) -> float | None:
    """Return by which share the work of a session was slower (above 0) or faster than its band.

    None where nothing of it can be compared: no pace, heat, slope, or a doubtful distance.
    """
    shares = [
        share
        for step in one.steps
        if step.planned.get("intensity") == "interval"
        and step.verdict in ("done", "fast", "slow", "long")
        and (share := _beyond_band(step.planned, step.run)) is not None
    ]
    return median(shares) if shares else None


def _beyond_band(planned: dict[str, int], run: dict[str, int]) -> float | None:
    slow, fast = planned.get("slow_s_per_km"), planned.get("fast_s_per_km")
    pace = run.get("pace_s_per_km")
    if slow is None or fast is None or pace is None:
        return None
    return pace / slow - 1 if pace > slow else min(pace / fast - 1, 0.0)


# ---- other targets ---------------------------------------------------------------------------


def _scaled_day(day: PlanDay, factor: float, note: PlanNote) -> PlanDay:
    workouts = tuple(one if one.type == "race" else _scaled(one, factor) for one in day.workouts)
    return day.model_copy(update={"workouts": workouts, "reasons": (*day.reasons, note)})


def _scaled(workout: Workout, factor: float) -> Workout:
    return workout.model_copy(update={"steps": tuple(_item(i, factor) for i in workout.steps)})


def _item(item: WorkoutItem, factor: float) -> WorkoutItem:
    if isinstance(item, WorkoutRepeat):
        return item.model_copy(update={"steps": tuple(_item(i, factor) for i in item.steps)})
    if not isinstance(item.target, PaceTarget):
        return item
    target = PaceTarget(
        slow_s_per_km=_pace(item.target.slow_s_per_km * factor),
        fast_s_per_km=_pace(item.target.fast_s_per_km * factor),
    )
    return item.model_copy(update={"target": target})


def _pace(pace_s_per_km: float) -> int:
    return min(max(round(pace_s_per_km), FASTEST_S_PER_KM), SLOWEST_S_PER_KM)
