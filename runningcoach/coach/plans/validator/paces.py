"""V13: targets that the athlete's paces do not allow, easy running that is not easy."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from runningcoach.coach.plans.estimates import HARD_BANDS, target_band
from runningcoach.coach.plans.heart_rates import with_relative_heart_rates
from runningcoach.coach.plans.limits import EASY_SLOWEST_SHARE, PACE_SLACK
from runningcoach.coach.plans.validator.context import RuleContext
from runningcoach.model.plan_edit import PlanFinding, SetTarget
from runningcoach.model.plan_request import TrainingPaces
from runningcoach.model.workout import (
    BandTarget,
    HeartRateShareTarget,
    HeartRateTarget,
    HeartRateZoneTarget,
    PaceTarget,
    RampTarget,
    StepTarget,
    Workout,
    WorkoutStep,
    WorkoutType,
)
from runningcoach.model.workout_steps import flatten

EASY_TYPES: Final[frozenset[WorkoutType]] = frozenset({"easy", "recovery", "long", "run_walk"})
SUPPORTING: Final = ("warmup", "cooldown", "recovery", "rest")
EASY_ZONE: Final = 2
EFFORT_TARGETS: Final = (HeartRateZoneTarget, HeartRateShareTarget, BandTarget)
"""Targets whose effort is known without the athlete's paces."""
type Range = tuple[int, int]


def check_paces(context: RuleContext) -> Iterator[PlanFinding]:
    """Yield targets outside the athlete's bands, and targets with their ends reversed."""
    for week, days in zip(context.weeks, (w.days for w in context.plan.weeks), strict=True):
        for day in days:
            for key, step, expected in (p for w in day.workouts for p in pace_problems(context, w)):
                yield PlanFinding(
                    code="V13",
                    severity="error",
                    key=key,
                    week=week.number,
                    day=day.date,
                    values=_values(step, expected),
                    fix=SetTarget(
                        date=day.date, intensity=step.intensity, target=_target(step, expected)
                    ),
                )


def pace_problems(
    context: RuleContext, workout: Workout
) -> tuple[tuple[str, WorkoutStep, Range | None], ...]:
    """Return each wrong target of a workout once: its key, its step, the pace it should have."""
    athlete = context.athlete
    relative = with_relative_heart_rates(workout, athlete)
    return _problems(relative, athlete.paces)  # pyright: ignore[reportArgumentType] frozen


@lru_cache(maxsize=32_768)
def _problems(
    workout: Workout, paces: TrainingPaces | None
) -> tuple[tuple[str, WorkoutStep, Range | None], ...]:
    problems: dict[tuple[str, str], tuple[str, WorkoutStep, Range | None]] = {}
    for step in flatten(workout.steps):
        for target in _ends(step.target):
            key, expected = _problem(workout.type, step, target, paces)
            if key:
                problems.setdefault((key, step.intensity), (key, step, expected))
    return tuple(problems.values())


def _ends(target: StepTarget) -> tuple[StepTarget, ...]:
    return (target.start, target.end) if isinstance(target, RampTarget) else (target,)


def _problem(
    workout_type: WorkoutType, step: WorkoutStep, target: StepTarget, paces: TrainingPaces | None
) -> tuple[str, Range | None]:
    """Return the key of what is wrong with a target and the pace [s/km] to set; "" if nothing."""
    if isinstance(target, HeartRateTarget) and target.low > target.high:
        return "reversed", None
    if isinstance(target, EFFORT_TARGETS) and _is_easy(workout_type, step):
        return ("too_hard", None) if target_band(target, paces) in HARD_BANDS else ("", None)
    if not isinstance(target, PaceTarget):
        return "", None
    if target.fast_s_per_km > target.slow_s_per_km:
        return "reversed", (target.fast_s_per_km, target.slow_s_per_km)
    return _outside_band(workout_type, step, target, paces) if paces else ("", None)


def _is_easy(workout_type: WorkoutType, step: WorkoutStep) -> bool:
    """Return whether a step is for easy running."""
    is_main = step.intensity in ("main", "other")
    return step.intensity in SUPPORTING or (workout_type in EASY_TYPES and is_main)


def _outside_band(
    workout_type: WorkoutType, step: WorkoutStep, target: PaceTarget, paces: TrainingPaces
) -> tuple[str, Range | None]:
    pace = (target.slow_s_per_km + target.fast_s_per_km) / 2
    is_easy = _is_easy(workout_type, step)
    slow, fast = paces.easy if is_easy else _allowed(workout_type, paces)
    if pace < fast * (1 - PACE_SLACK):
        return ("easy_too_fast" if is_easy else "too_fast"), _band(workout_type, paces, is_easy)
    slowest = slow * (EASY_SLOWEST_SHARE if is_easy else 1 + PACE_SLACK)
    if pace > slowest:
        return "too_slow", _band(workout_type, paces, is_easy)
    return "", None


def _allowed(workout_type: WorkoutType, paces: TrainingPaces) -> Range:
    """Return the slow and the fast end that repetitions of a session may have [s/km].

    Sessions that are mixed by nature may hold anything between easy and repetition pace.
    """
    bands: dict[WorkoutType, Range] = {
        "tempo": (paces.marathon[0], paces.threshold[1]),
        "cruise": (paces.marathon[0], paces.threshold[1]),
        "vo2max": (paces.threshold[0], paces.interval[1]),
        "repetition": (paces.interval[0], paces.repetition[1]),
        "long_marathon_pace": (paces.easy[0], paces.threshold[1]),
        "long_progression": (paces.easy[0], paces.threshold[1]),
        "steady": (paces.easy[0], paces.threshold[1]),
    }
    return bands.get(workout_type, (paces.easy[0], paces.repetition[1]))


def _band(workout_type: WorkoutType, paces: TrainingPaces, is_easy: bool) -> Range:
    """Return the pace that stands for a session [s/km]: what a repair sets."""
    if is_easy:
        return paces.easy
    bands: dict[WorkoutType, Range] = {
        "tempo": paces.threshold,
        "cruise": paces.threshold,
        "vo2max": paces.interval,
        "hills": paces.interval,
        "fartlek": paces.interval,
        "repetition": paces.repetition,
    }
    return bands.get(workout_type, paces.marathon)


def _target(step: WorkoutStep, expected: Range | None) -> StepTarget:
    if expected is not None:
        return PaceTarget(slow_s_per_km=expected[0], fast_s_per_km=expected[1])
    if isinstance(step.target, HeartRateTarget):
        low, high = sorted((step.target.low, step.target.high))
        return HeartRateTarget(kind="hr_bpm", low=low, high=high)
    return HeartRateZoneTarget(zone=EASY_ZONE)


def _values(step: WorkoutStep, expected: Range | None) -> dict[str, str | int | float]:
    """Return the pace that was set and the range that is expected, as m:ss."""
    target = next((t for t in _ends(step.target) if isinstance(t, PaceTarget)), None)
    if target is None or expected is None:
        return {"pace": "", "slow": "", "fast": ""}
    pace = round((target.slow_s_per_km + target.fast_s_per_km) / 2)
    slow, fast = expected
    return {"pace": _clock(pace), "slow": _clock(slow), "fast": _clock(fast)}


def _clock(s_per_km: int) -> str:
    return f"{s_per_km // 60}:{s_per_km % 60:02d}"
