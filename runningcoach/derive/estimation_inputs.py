"""Inputs of benchmark estimates from the activities, as columns in the order of days."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from runningcoach.derive.plausibility import NOTHING, Verdicts
from runningcoach.metrics import benchmarks, critical_speed, eligibility
from runningcoach.metrics.benchmarks import Days, HalfHours, Races
from runningcoach.metrics.efforts import FastestStretch as Stretch
from runningcoach.metrics.eligibility import is_trail, vo2max_by_heart_rate, why_no_vo2max
from runningcoach.metrics.windows import Floats
from runningcoach.store.facts import ActivityInput

HARD_SHARE = 0.95
HOT_WEIGHT = 0.5

type HrmaxOn = Callable[[ActivityInput], float | None]


class Column(NamedTuple):
    """Days and the value of each, ascending by day."""

    days: Days
    values: Floats


def to_column(pairs: Iterable[tuple[int, float]]) -> Column:
    """Return pairs as a column; the order of days is kept."""
    ordered = list(pairs)
    days = np.array([day for day, _ in ordered], np.int64)
    return Column(days, np.array([value for _, value in ordered], np.float64))


def day_of(activity: ActivityInput) -> int:
    """Return the athlete's calendar day of an activity as a number."""
    return activity.local_date.toordinal()


def peaks(activities: Sequence[ActivityInput]) -> Column:
    """Return the highest 30 s heart rates of runs."""
    return to_column(
        (day_of(a), a.facts.hr_peak_30s_bpm)
        for a in activities
        if a.facts.hr_peak_30s_bpm is not None and a.is_run
    )


def run_kilometres(activities: Sequence[ActivityInput]) -> tuple[Days, Floats]:
    """Return the days of the runs whose distance is known, and their kilometres."""
    runs = [a for a in activities if a.is_run and a.distance_m]
    km = np.array([(a.distance_m or 0.0) / 1000 for a in runs], np.float64)
    return np.array([day_of(a) for a in runs], np.int64), km


def curves(activities: Sequence[ActivityInput]) -> tuple[Days, Floats]:
    """Return the part of the grade-adjusted mean-max curves that shows critical speed."""
    outdoors = [
        a
        for a in activities
        if a.facts.mean_max_gap_mps is not None and "treadmill" not in a.facts.flags
    ]
    days = np.array([day_of(a) for a in outdoors], np.int64)
    if not outdoors:
        return days, np.empty((0, len(critical_speed.FIT_DURATIONS_S)))
    stack: NDArray[Any] = np.stack([a.facts.mean_max_gap_mps for a in outdoors])  # type: ignore[arg-type]
    return days, critical_speed.curve_part(stack.astype(np.float64))


def best_vdot(activity: ActivityInput) -> float | None:
    """Return the highest VDOT of the run's fastest stretches from 3 km on."""
    return eligibility.best_vdot(activity.facts)


def is_trail_run(activity: ActivityInput) -> bool:
    """Return whether a run is a trail run, whose pace misleads because of its climb."""
    return is_trail(activity.facts, activity.sub_sport, activity.ascent_m, activity.distance_m)


def is_race(
    activity: ActivityInput, hrmax_bpm: float | None, own_vdot: float | None = None
) -> bool:
    """Return whether a run is a race: flagged, or one long stretch at a racing heart rate.

    `own_vdot` is the best of the half year before, which a race comes near.
    """
    why_not = eligibility.why_no_race(
        activity.facts,
        hrmax_bpm,
        sport=activity.sport,
        is_race=activity.is_race,
        distance_m=activity.distance_m,
        own_vdot=own_vdot,
    )
    return why_not is None


def raced_stretch(activity: ActivityInput) -> Stretch | None:
    """Return the longest of a race's fastest stretches, where it is nearly the whole race."""
    covered = activity.distance_m
    longest = max(activity.facts.best_efforts, key=lambda e: e.distance_m, default=None)
    if longest is None or not covered:
        return None
    is_whole_race = longest.distance_m >= max(
        benchmarks.RACE_SHARE * covered, benchmarks.RACE_LEAST_M
    )
    return longest if is_whole_race else None


def races(activities: Sequence[ActivityInput], hrmax_on: HrmaxOn, verdicts: Verdicts) -> Races:
    """Return the races with their VDOT and their VO2max by heart rate."""
    rows: list[tuple[int, float, float]] = []
    for a in activities:
        highest = hrmax_on(a)
        verdict = verdicts.get(a.activity_id, NOTHING)
        value = best_vdot(a) if is_race(a, highest, verdict.own_vdot) else None
        if value is not None:
            vo2max = None if verdict.flags else vo2max_by_heart_rate(a.facts, highest)
            rows.append((day_of(a), value, np.nan if vo2max is None else vo2max))
    table = np.array(rows, np.float64).reshape(-1, 3)
    return Races(table[:, 0].astype(np.int64), table[:, 1], table[:, 2])


class Vo2maxSeries(NamedTuple):
    """Effective VO2max of runs, weighted by seconds."""

    days: Floats
    values: Floats
    seconds: Floats


def vo2max_series(activities: Sequence[ActivityInput], hrmax_on: HrmaxOn) -> Vo2maxSeries:
    """Return effective VO2max of the eligible runs; hot ones have half the weight."""
    rows: list[tuple[float, float, float]] = []
    for a in activities:
        highest = hrmax_on(a)
        if why_no_vo2max(a.facts, highest, trail=is_trail_run(a)):
            continue
        value = vo2max_by_heart_rate(a.facts, highest)
        if value is None:
            continue
        weight = HOT_WEIGHT if "hot" in a.facts.flags else 1.0
        rows.append((day_of(a), value, weight * a.facts.moving_s))
    table = np.array(rows, np.float64).reshape(-1, 3)
    return Vo2maxSeries(table[:, 0], table[:, 1], table[:, 2])


def half_hours(
    activities: Sequence[ActivityInput], threshold_on: Callable[[ActivityInput], float | None]
) -> HalfHours:
    """Return the highest 30-minute heart rates, and whether the session was hard by pace."""
    rows = [
        (day_of(a), a.facts.hr_best_30min_bpm, _is_hard(a, threshold_on(a)))
        for a in activities
        if a.facts.hr_best_30min_bpm is not None and a.is_run
    ]
    table = np.array(rows, np.float64).reshape(-1, 3)
    return HalfHours(table[:, 0].astype(np.int64), table[:, 1], table[:, 2] > 0)


def _is_hard(activity: ActivityInput, threshold_mps: float | None) -> bool:
    if activity.is_race:
        return True
    ngp = activity.facts.ngp_mps
    return ngp is not None and threshold_mps is not None and ngp >= HARD_SHARE * threshold_mps
