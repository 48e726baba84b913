"""How a stretch of a run compares with the step that it was to be."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from runningcoach.coach.plans.adherence.planned_steps import PlannedStep
from runningcoach.coach.plans.adherence.run_series import RunTimeline
from runningcoach.model.adherence import StepVerdict

LENGTH_TOLERANCE, PACE_TOLERANCE = 0.05, 0.03
RATE_TOLERANCE = 0.03
SLACK_S, SLACK_M = 5.0, 15.0
"""A button that is pressed late, and what rounding takes: short steps are allowed that much."""
PAUSE_SLACK_S, PAUSE_SLACK_M = 10.0, 30.0
INDOOR_TOLERANCE, INDOOR_WITH_RATE = 0.10, 0.15
"""How wrong a watch's distance may be without satellites; more is believed where heart rate rose
as it does in work. Ours: treadmills and wrist sensors are commonly 3 to 10 % apart."""
WORK_RATE_RISE = 1.1
MENDED_SHARE, UNKNOWN_SHARE = 0.05, 0.5
"""Shares of a step's seconds that were mended: low confidence; unknown: not measurable."""
RATE_LAG_S = 60
SPREAD_S = 20
SPREAD_TOLERANCE, SPREAD_SHARE = 0.08, 0.5
"""A step whose 20 s means lie outside the band and 8 % more for half of its time was uneven."""
SPLIT_GAP_S = 1800
"""A step that is interrupted for half an hour is not one effort any more. Ours."""


class StepContext(NamedTuple):
    """What excuses or weakens a verdict: heat, and the heart rate of easy parts [bpm]."""

    heat_share: float = 0.0
    easy_bpm: float | None = None


@dataclass(frozen=True)
class RunStretch:
    """What was run in a step: length, speeds [m/s], heart rate, and how sure it is."""

    seconds: float
    meters: float
    recorded_m: float
    speed_mps: float
    gap_mps: tuple[float, float]
    rate_bpm: float | None
    mended_share: float
    unknown_share: float
    slow_share: float
    fast_share: float
    is_split: bool
    is_indoor: bool

    def as_json(self) -> dict[str, Any]:
        """Return the stretch with rounded numbers; paces in s/km."""
        slower, faster = sorted(self.gap_mps)
        out = {
            "seconds": round(self.seconds),
            "meters": round(self.meters),
            "pace_s_per_km": _pace(self.speed_mps),
            "gap_s_per_km": _pace((slower + faster) / 2),
            "heart_rate_bpm": None if self.rate_bpm is None else round(self.rate_bpm),
        }
        if self.mended_share:
            out |= {"recorded_meters": round(self.recorded_m)}
        return out


def _pace(speed_mps: float) -> int | None:
    return round(1000 / speed_mps) if speed_mps > 0.3 else None


def measure_stretch(
    course: RunTimeline, begin: int, end: int, step: PlannedStep | None = None
) -> RunStretch:
    """Return what was run from one second of the course to another (exclusive)."""
    part = slice(begin, end)
    way, seconds = course.way_m[part], float(end - begin)
    meters = float(way.sum())
    mended = course.is_mended[part]
    slow_share, fast_share = _outside_shares(course, begin, end, step)
    gaps = [
        gap
        for joint, gap in zip(course.joint_s[1:-1].tolist(), course.gaps_s, strict=True)
        if begin < joint < end
    ]
    return RunStretch(
        seconds=seconds,
        meters=meters,
        recorded_m=float(way[~mended].sum()),
        speed_mps=meters / seconds,
        gap_mps=(float(course.gap_mps[0][part].mean()), float(course.gap_mps[1][part].mean())),
        rate_bpm=_settled_rate(course, begin, end),
        mended_share=float(mended.mean()),
        unknown_share=float(course.is_unknown[part].mean()),
        slow_share=slow_share,
        fast_share=fast_share,
        is_split=max(gaps, default=0.0) >= SPLIT_GAP_S,
        is_indoor=course.is_indoor,
    )


def _settled_rate(course: RunTimeline, begin: int, end: int) -> float | None:
    """Return mean heart rate once it has followed the effort; None where none was measured."""
    lag = min(RATE_LAG_S, (end - begin) // 2)
    rates = course.heart_rate_bpm[begin + lag : end]
    known = rates[np.isfinite(rates)]
    return float(known.mean()) if len(known) else None


def _outside_shares(
    course: RunTimeline, begin: int, end: int, step: PlannedStep | None
) -> tuple[float, float]:
    """Return the shares of 20 s pieces clearly slower, and faster, than the band of the step."""
    count = (end - begin) // SPREAD_S
    target = None if step is None else step.target
    if count < 2 or target is None or target.slow_mps is None or target.fast_mps is None:
        return 0.0, 0.0
    shape = (count, SPREAD_S)
    pieces = [g[begin : begin + count * SPREAD_S].reshape(shape).mean(1) for g in course.gap_mps]
    low, high = np.minimum(*pieces), np.maximum(*pieces)
    slow = high < target.slow_mps / (1 + SPREAD_TOLERANCE)
    fast = low > target.fast_mps * (1 + SPREAD_TOLERANCE)
    return float(slow.mean()), float(fast.mean())


def judge_step(step: PlannedStep, run: RunStretch, context: StepContext) -> StepVerdict:
    """Return the verdict on a step that was run: its length first, then its effort."""
    if run.unknown_share > UNKNOWN_SHARE and (step.meters is not None or step.target.has_pace):
        return "not_measurable"
    length = _length_verdict(step, run)
    if length == "short":
        return "short"
    effort = _effort_verdict(step, run, context)
    if effort in ("fast", "slow", "slow_excused"):
        return effort
    if length is not None:
        return length
    if effort == "done" and (run.mended_share > MENDED_SHARE or not step.target.is_resolved):
        return "done_low_confidence"
    return "done_split" if run.is_split and effort == "done" else effort


def length_share(step: PlannedStep, run: RunStretch) -> float | None:
    """Return how much of the planned length was run; None where none was planned."""
    if step.seconds is not None:
        return run.seconds / step.seconds
    return None if step.meters is None else run.meters / step.meters


def _length_verdict(step: PlannedStep, run: RunStretch) -> StepVerdict | None:
    share = length_share(step, run)
    if share is None:
        return None
    by_time = step.seconds is not None
    if step.is_pause:
        slack = PAUSE_SLACK_S if by_time else PAUSE_SLACK_M
    else:
        slack = SLACK_S if by_time else SLACK_M
    planned = step.seconds or step.meters or 1
    tolerance = max(LENGTH_TOLERANCE, slack / planned)
    if run.is_indoor and not by_time:
        is_uncertain = tolerance < abs(share - 1) <= INDOOR_TOLERANCE
        if is_uncertain:
            return "done_low_confidence"
    if share < 1 - tolerance:
        return "short"
    return "long" if share > 1 + tolerance else None


def _effort_verdict(step: PlannedStep, run: RunStretch, context: StepContext) -> StepVerdict:
    if step.target.has_pace:
        return _pace_verdict(step, run, context)
    if step.target.has_heart_rate:
        return _rate_verdict(step, run)
    return "done"


def _pace_verdict(step: PlannedStep, run: RunStretch, context: StepContext) -> StepVerdict:
    """Return the verdict on pace: raw, then by the slope, then by what else excuses."""
    slow = (step.target.slow_mps or 0.0) / (1 + PACE_TOLERANCE)
    fast = (step.target.fast_mps or 0.0) * (1 + PACE_TOLERANCE)
    if slow <= run.speed_mps <= fast:
        return _spread_verdict(step, run)
    gap_low, gap_high = sorted(run.gap_mps)
    if run.speed_mps < slow <= gap_high or run.speed_mps > fast >= gap_low:
        return "done_by_grade"
    too_slow = run.speed_mps < slow
    if run.is_indoor and _is_believable(step, run, context):
        return "done_low_confidence"
    if too_slow and step.is_pause:
        return "done"
    if too_slow:
        excused = gap_high >= slow / (1 + context.heat_share)
        return "slow_excused" if context.heat_share > 0 and excused else "slow"
    return "fast"


def _spread_verdict(step: PlannedStep, run: RunStretch) -> StepVerdict:
    """Return done unless the mean is in the band only because slow and fast parts cancel out."""
    if step.is_pause or run.slow_share + run.fast_share < SPREAD_SHARE:
        return "done"
    return "slow" if run.slow_share >= run.fast_share else "fast"


def _is_believable(step: PlannedStep, run: RunStretch, context: StepContext) -> bool:
    """Return whether a distance without satellites may be wrong enough to explain the pace."""
    off = pace_deviation(step, run)
    rose = (
        context.easy_bpm is not None
        and run.rate_bpm is not None
        and run.rate_bpm >= WORK_RATE_RISE * context.easy_bpm
    )
    return off <= (INDOOR_WITH_RATE if rose and step.is_work else INDOOR_TOLERANCE)


def _rate_verdict(step: PlannedStep, run: RunStretch) -> StepVerdict:
    if run.rate_bpm is None:
        return "not_measurable"
    low, high = step.target.low_bpm, step.target.high_bpm
    if low is not None and run.rate_bpm < low * (1 - RATE_TOLERANCE):
        return "slow"
    if high is not None and run.rate_bpm > high * (1 + RATE_TOLERANCE):
        return "fast"
    return "done"


def pace_deviation(step: PlannedStep, run: RunStretch) -> float:
    """Return how far pace, or heart rate, lies outside the target's range, as a share of it.

    On slopes the model of their cost counts that is nearer to the range.
    """
    target = step.target
    if target.slow_mps is not None and target.fast_mps is not None:
        speeds = (run.speed_mps, *run.gap_mps)
        return min(
            max(target.slow_mps / max(s, 0.1) - 1, 1 - target.fast_mps / max(s, 0.1), 0.0)
            for s in speeds
        )
    if target.has_heart_rate and run.rate_bpm is not None:
        low, high = target.low_bpm or 0.0, target.high_bpm or np.inf
        return max(1 - run.rate_bpm / low if low else 0.0, run.rate_bpm / high - 1, 0.0)
    return 0.0
