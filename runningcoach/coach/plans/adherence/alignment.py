"""Which stretch of a run was which planned step: the cheapest way to read the one as the other.

A dynamic programme over possible borders: each step is matched with a stretch, or missing; each
stretch belongs to a step, or is extra. What differs in length, pace and evenness costs.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from runningcoach.coach.plans.adherence.boundaries import LAP_COST, StepBorders, step_borders
from runningcoach.coach.plans.adherence.planned_steps import PlannedStep
from runningcoach.coach.plans.adherence.run_series import RunTimeline
from runningcoach.metrics.windows import Floats

# Weights of the comparison: ours, set on made-up runs so that a repetition that was jogged in a
# lap of its own is a slow one, and without a lap a missing one.
LENGTH_WEIGHT, PACE_WEIGHT, RATE_WEIGHT, UNEVEN_WEIGHT = 1.0, 4.0, 3.0, 3.0
EVEN_CV = 0.08
MISSING_WORK, MISSING_OTHER, MISSING_PAUSE = 1.0, 0.6, 0.15
EXTRA_FIXED, EXTRA_TIME = 0.3, 1.0
LATE_EXTRA = LATE_MISSING = 0.02
"""Of equal repetitions the last ones are extra, or missing."""
NEAR_WORK = 0.93
OPEN_END_COST = 0.1
RATE_LAG_S = 60
"""Heart rate follows effort by about a minute: steps shorter than twice that are not compared."""
EXACT_SHARE, EXACT_LAP = 0.05, 0.6
"""A lap of a step's own length is likely to be it, whatever its pace: its effort costs less."""
JOGGED = 0.5
"""A stretch of no lap nearer to easy speed than to that of the work is hardly the work."""
MOST_COST = 3.0
FASTER, BIG = 1e-9, 1e9


class AlignedStep(NamedTuple):
    """A planned step and its stretch [s of the course, end exclusive]; None: it was not run."""

    step: PlannedStep
    begin: int | None
    end: int | None


class StepAlignment(NamedTuple):
    """Steps with their stretches, and the stretches that belong to no step."""

    steps: list[AlignedStep]
    extra: list[tuple[int, int]]


class _BorderSums:
    """Sums of the course up to each border, for means between any two."""

    def __init__(self, course: RunTimeline, borders: StepBorders) -> None:
        at = borders.second
        self.seconds = _between(at.astype(np.float64))
        self.meters = _between(_upto(course.way_m, at))
        gaps = [_upto(gap, at) for gap in course.gap_mps]
        whole = np.maximum(self.seconds, 1.0)
        self.gap = [_between(total) / whole for total in gaps]
        square = _between(_upto(course.gap_mps[0] ** 2, at)) / whole
        spread = np.sqrt(np.maximum(square - self.gap[0] ** 2, 0.0))
        self.uneven = spread / np.maximum(self.gap[0], 0.3)
        rates = course.heart_rate_bpm
        known = np.isfinite(rates).astype(np.float64)
        seconds_known = _between(_upto(known, at))
        total_rate = _between(_upto(np.nan_to_num(rates), at))
        with np.errstate(invalid="ignore", divide="ignore"):
            self.rate = np.where(seconds_known > 0, total_rate / seconds_known, np.nan)
        self.valid = self.seconds >= 1


def _upto(values: Floats, at: NDArray[np.int64]) -> Floats:
    return np.concatenate(([0.0], np.cumsum(values)))[at]


def _between(total: Floats) -> Floats:
    """Return what lies between each border (row) and each (column)."""
    return total[None, :] - total[:, None]


def align(course: RunTimeline, steps: Sequence[PlannedStep]) -> StepAlignment:
    """Return the likeliest reading of a run as the steps of a workout."""
    borders = step_borders(course, steps)
    sums = _BorderSums(course, borders)
    slowest_work = min(
        (s.expected_mps for s in steps if s.is_work and _is_quick(s, steps)), default=None
    )
    easy = max((s.expected_mps for s in steps if not s.is_work), default=0.0)
    costs = {s.shape: _step_cost(s, sums, borders, slowest_work, easy) for s in steps}
    planned_s = sum(step.expected_s for step in steps)
    extra = _extra_cost(sums, borders, planned_s)
    best, choices = _solve(steps, costs, extra)
    return _walk_back(steps, borders, best, choices)


def _is_quick(step: PlannedStep, steps: Sequence[PlannedStep]) -> bool:
    """Return whether a step is clearly faster than the slow ones of its workout."""
    slow = [other.expected_mps for other in steps if not other.is_work]
    return bool(slow) and step.expected_mps > 1.05 * max(slow)


def _step_cost(
    step: PlannedStep,
    sums: _BorderSums,
    borders: StepBorders,
    work_mps: float | None,
    easy_mps: float,
) -> Floats:
    """Return what it costs to take each stretch for the step."""
    length, effort = _length_cost(step, sums), _effort_cost(step, sums, work_mps)
    in_laps = (borders.cost[:, None] == LAP_COST) & (borders.cost[None, :] == LAP_COST)
    effort *= np.where(in_laps & (length <= EXACT_SHARE), EXACT_LAP, 1.0)
    if work_mps is not None and step.is_work and step.target.has_pace:
        jogged = np.maximum(*sums.gap) < np.sqrt(easy_mps * step.expected_mps)
        effort += np.where(jogged & ~in_laps, JOGGED, 0.0)
    cost = length + effort
    cost += UNEVEN_WEIGHT * np.maximum(sums.uneven - EVEN_CV, 0.0)
    cost = np.minimum(cost, MOST_COST) + (borders.cost[:, None] + borders.cost[None, :]) / 2
    return np.where(sums.valid, cost, BIG)


def _length_cost(step: PlannedStep, sums: _BorderSums) -> Floats:
    if step.seconds is not None:
        share = np.maximum(sums.seconds, 1.0) / step.seconds
    elif step.meters is not None:
        share = np.maximum(sums.meters, 1.0) / step.meters
    else:
        return np.full(sums.seconds.shape, OPEN_END_COST)
    return LENGTH_WEIGHT * np.abs(np.log(share))


def _effort_cost(step: PlannedStep, sums: _BorderSums, work_mps: float | None) -> Floats:
    target = step.target
    low, high = np.minimum(*sums.gap), np.maximum(*sums.gap)
    if target.slow_mps is not None and target.fast_mps is not None:
        too_slow = np.log(target.slow_mps / np.maximum(high, 0.1))
        too_fast = np.log(np.maximum(low, 0.1) / target.fast_mps)
        return PACE_WEIGHT * np.maximum(np.maximum(too_slow, too_fast), 0.0)
    if target.has_heart_rate:
        return _rate_cost(step, sums)
    if work_mps is None:
        return np.zeros(low.shape)
    if step.is_work:
        return PACE_WEIGHT * np.maximum(np.log(NEAR_WORK * step.expected_mps / high.clip(0.1)), 0.0)
    return PACE_WEIGHT * np.maximum(np.log(low.clip(0.1) / (NEAR_WORK * work_mps)), 0.0)


def _rate_cost(step: PlannedStep, sums: _BorderSums) -> Floats:
    low, high = step.target.low_bpm or 1.0, step.target.high_bpm or 300.0
    with np.errstate(invalid="ignore"):
        off = np.maximum(np.log(low / sums.rate), np.log(sums.rate / high))
    off = np.where(np.isfinite(off) & (sums.seconds >= 2 * RATE_LAG_S), off, 0.0)
    return RATE_WEIGHT * np.maximum(off, 0.0)


def _extra_cost(sums: _BorderSums, borders: StepBorders, planned_s: float) -> Floats:
    """Return what it costs that a stretch belongs to no step."""
    cost = EXTRA_FIXED + EXTRA_TIME * sums.seconds / max(planned_s, 1.0)
    early = 1 - borders.second / max(int(borders.second[-1]), 1)
    cost = cost * (1 + LATE_EXTRA * early[:, None]) + borders.cost[:, None] / 2
    return np.where(sums.valid, cost, BIG)


class _Choice(NamedTuple):
    """For one step: from which border it was reached, by a match, and by an extra stretch after."""

    match_from: NDArray[np.int64]
    extra_from: NDArray[np.int64]


def _after_extra(cost: Floats, extra: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """Return the cost of each border when an extra stretch may come last; -1 where none does."""
    through = cost[:, None] + extra
    at = np.argmin(through, axis=0)
    best = through[at, np.arange(len(cost))]
    better = best < cost - FASTER
    return np.where(better, best, cost), np.where(better, at, -1)


def _missing_cost(step: PlannedStep) -> float:
    """Return what it costs that a step was not run; a pause goes with its repetition."""
    if step.is_work:
        return MISSING_WORK
    return MISSING_PAUSE if step.is_pause else MISSING_OTHER


def _solve(
    steps: Sequence[PlannedStep], costs: dict[tuple[object, ...], Floats], extra: Floats
) -> tuple[Floats, list[_Choice]]:
    count = len(extra)
    cost = np.full(count, BIG)
    cost[0] = 0.0
    cost, extra_from = _after_extra(cost, extra)
    choices = [_Choice(np.full(count, -1), extra_from)]
    for index, step in enumerate(steps):
        through = cost[:, None] + costs[step.shape]
        at = np.argmin(through, axis=0)
        matched = through[at, np.arange(count)]
        missing = cost + _missing_cost(step) * (1 + LATE_MISSING * (1 - index / len(steps)))
        is_match = matched <= missing
        cost = np.where(is_match, matched, missing)
        cost, extra_from = _after_extra(cost, extra)
        choices.append(_Choice(np.where(is_match, at, -1), extra_from))
    return cost, choices


def _walk_back(
    steps: Sequence[PlannedStep], borders: StepBorders, cost: Floats, choices: Sequence[_Choice]
) -> StepAlignment:
    at = len(cost) - 1
    aligned: list[AlignedStep] = []
    extra: list[tuple[int, int]] = []

    def skip_extra(choice: _Choice, at: int) -> int:
        before = int(choice.extra_from[at])
        if before >= 0:
            extra.append((int(borders.second[before]), int(borders.second[at])))
            return before
        return at

    for step, choice in zip(reversed(steps), reversed(choices[1:]), strict=True):
        at = skip_extra(choice, at)
        before = int(choice.match_from[at])
        if before < 0:
            aligned.append(AlignedStep(step, None, None))
        else:
            stretch = int(borders.second[before]), int(borders.second[at])
            aligned.append(AlignedStep(step, *stretch))
            at = before
    skip_extra(choices[0], at)
    return StepAlignment(aligned[::-1], extra[::-1])
