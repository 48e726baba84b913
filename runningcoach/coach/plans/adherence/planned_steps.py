"""A workout as the flat list of the steps that are to be run, with targets in m/s and bpm."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from runningcoach.model.plan_request import AthleteState, TrainingPaces
from runningcoach.model.workout import (
    BandTarget,
    DistanceEnd,
    HeartRateShareTarget,
    HeartRateTarget,
    HeartRateZoneTarget,
    OpenTarget,
    PaceShareTarget,
    PaceTarget,
    RampTarget,
    StepTarget,
    TimeEnd,
    Workout,
    WorkoutItem,
    WorkoutRepeat,
    WorkoutStep,
)

EASY_MPS = 2.6
"""The easy speed of a runner of whom nothing is known: 6:25 a kilometre."""
JOG_SHARE, WALK_MPS, QUICK_SHARE = 0.9, 1.4, 1.3
"""Recovery, rest and open work beside easy speed, where the plan names no pace. Ours."""
OPEN_END_S = 300
"""How long a step without a planned length is taken to last, until it was run."""
SLOW_INTENSITIES = frozenset({"warmup", "cooldown", "recovery", "rest"})


class TargetRange(NamedTuple):
    """What a step aims at; all None is open. `is_resolved` is false where nothing here tells."""

    slow_mps: float | None = None
    fast_mps: float | None = None
    low_bpm: float | None = None
    high_bpm: float | None = None
    is_resolved: bool = True

    @property
    def has_pace(self) -> bool:
        """Whether there is a range of speed."""
        return self.slow_mps is not None and self.fast_mps is not None

    @property
    def has_heart_rate(self) -> bool:
        """Whether there is a limit of heart rate."""
        return self.low_bpm is not None or self.high_bpm is not None


@dataclass(frozen=True)
class PlannedStep:
    """One step to run: its label, length and target; `expected_mps` is a guess where it is open."""

    label: str
    intensity: str
    seconds: int | None
    meters: int | None
    target: TargetRange
    expected_mps: float
    is_repeated: bool = False
    number: int = 0

    @property
    def is_work(self) -> bool:
        """Whether the step is what the workout is for."""
        return self.intensity not in SLOW_INTENSITIES

    @property
    def is_pause(self) -> bool:
        """Whether the step is a rest between repetitions."""
        return self.intensity in ("recovery", "rest")

    @cached_property
    def expected_s(self) -> float:
        """How long the step should take [s]."""
        if self.seconds is not None:
            return float(self.seconds)
        return OPEN_END_S if self.meters is None else self.meters / self.expected_mps

    @property
    def shape(self) -> tuple[object, ...]:
        """What steps have in common that can be compared with a run once."""
        return (self.intensity, self.seconds, self.meters, self.target, self.expected_mps)


def plan_steps(workout: Workout, athlete: AthleteState | None = None) -> list[PlannedStep]:
    """Return the steps of a workout in the order in which they are run, repeats unrolled.

    Bands, zones and shares are resolved by the athlete's paces and heart rates where known.
    """
    flat = list(_unroll(workout.steps))
    targets = [resolve_target(step.target, athlete) for step, _ in flat]
    easy = easy_speed(targets, athlete)
    labels = _labels(flat)
    return [
        PlannedStep(
            label=label,
            intensity=step.intensity,
            seconds=step.end.seconds if isinstance(step.end, TimeEnd) else None,
            meters=step.end.meters if isinstance(step.end, DistanceEnd) else None,
            target=target,
            expected_mps=_expected_mps(step, target, easy),
            is_repeated=is_repeated,
            number=number,
        )
        for (step, is_repeated), target, (label, number) in zip(flat, targets, labels, strict=True)
    ]


def _unroll(
    items: Sequence[WorkoutItem], *, is_repeated: bool = False
) -> Iterator[tuple[WorkoutStep, bool]]:
    for item in items:
        if isinstance(item, WorkoutRepeat):
            for round_number in range(item.times):
                steps = item.steps
                if item.skip_last_recovery and round_number == item.times - 1:
                    steps = _without_last_rest(steps)
                yield from _unroll(steps, is_repeated=True)
        else:
            yield item, is_repeated


def _without_last_rest(steps: Sequence[WorkoutItem]) -> Sequence[WorkoutItem]:
    last = steps[-1]
    is_rest = isinstance(last, WorkoutStep) and last.intensity in ("recovery", "rest")
    return steps[:-1] if is_rest and len(steps) > 1 else steps


def _labels(flat: Sequence[tuple[WorkoutStep, bool]]) -> list[tuple[str, int]]:
    """Return a label and a number for each step: "rep 3" in a repeat, "warmup" where alone."""
    names = [
        "rep" if rep and s.intensity not in SLOW_INTENSITIES else s.intensity for s, rep in flat
    ]
    count: dict[str, int] = {}
    out: list[tuple[str, int]] = []
    for name in names:
        count[name] = count.get(name, 0) + 1
        is_numbered = name == "rep" or names.count(name) > 1
        out.append((f"{name} {count[name]}" if is_numbered else name, count[name]))
    return out


def easy_speed(targets: Sequence[TargetRange], athlete: AthleteState | None) -> float:
    """Return the speed of easy running [m/s]: the athlete's, else the slowest target's."""
    if athlete is not None and athlete.paces is not None:
        return 2000 / sum(athlete.paces.easy)
    slow = [(t.slow_mps + t.fast_mps) / 2 for t in targets if t.slow_mps and t.fast_mps]
    quickest = max(slow, default=0.0)
    if not slow or (len(set(slow)) == 1 and quickest > EASY_MPS * QUICK_SHARE):
        return EASY_MPS
    return min(slow)


def _expected_mps(step: WorkoutStep, target: TargetRange, easy_mps: float) -> float:
    if target.slow_mps is not None and target.fast_mps is not None:
        return (target.slow_mps + target.fast_mps) / 2
    if step.intensity == "rest":
        return WALK_MPS
    if step.intensity == "recovery":
        return easy_mps * JOG_SHARE
    is_open = isinstance(step.target, OpenTarget)
    return easy_mps * QUICK_SHARE if step.intensity == "interval" and is_open else easy_mps


# ---- targets ---------------------------------------------------------------------------------

UNRESOLVED = TargetRange(is_resolved=False)


def resolve_target(target: StepTarget, athlete: AthleteState | None) -> TargetRange:
    """Return a target in m/s and bpm; unresolved where what it refers to is not known."""
    if isinstance(target, OpenTarget):
        return TargetRange()
    if isinstance(target, PaceTarget):
        return _pace_range((target.slow_s_per_km, target.fast_s_per_km))
    if isinstance(target, HeartRateTarget):
        return _bpm_range(target.low, target.high)
    if isinstance(target, RampTarget):
        return _spanned(resolve_target(target.start, athlete), resolve_target(target.end, athlete))
    return UNRESOLVED if athlete is None else _by_athlete(target, athlete)


def _by_athlete(target: StepTarget, athlete: AthleteState) -> TargetRange:
    if isinstance(target, BandTarget) and athlete.paces is not None:
        return _pace_range(band_paces(athlete.paces)[target.name])
    if isinstance(target, PaceShareTarget) and athlete.paces is not None:
        threshold_mps = 2000 / sum(athlete.paces.threshold)
        ends = sorted((target.low / 100 * threshold_mps, target.high / 100 * threshold_mps))
        return TargetRange(slow_mps=ends[0], fast_mps=ends[1])
    if isinstance(target, HeartRateShareTarget):
        whole = athlete.hrmax_bpm if target.of == "max" else athlete.lthr_bpm
        if whole is not None:
            return _bpm_range(target.low / 100 * whole, target.high / 100 * whole)
    if isinstance(target, HeartRateZoneTarget):
        return _zone_range(target.zone, athlete.hr_zone_edges_bpm)
    return UNRESOLVED


def band_paces(paces: TrainingPaces) -> dict[str, tuple[int, int]]:
    """Return the athlete's ranges of pace (slow, fast) [s/km] by the letter of the band."""
    return {
        "E": paces.easy,
        "M": paces.marathon,
        "T": paces.threshold,
        "I": paces.interval,
        "R": paces.repetition,
    }


ZONES = 5


def _zone_range(zone: int, edges: Sequence[int]) -> TargetRange:
    """Return a zone's range; edges are the four between five zones, or with both ends."""
    if len(edges) == ZONES - 1:
        low = edges[zone - 2] if zone > 1 else None
        high = edges[zone - 1] if zone < ZONES else None
    elif len(edges) in (ZONES, ZONES + 1):
        low = edges[zone - 1]
        high = edges[zone] if zone < len(edges) else None
    else:
        return UNRESOLVED
    return TargetRange(low_bpm=low, high_bpm=high)


def _pace_range(paces_s_per_km: tuple[int, int]) -> TargetRange:
    """Return a range of speed of two paces, whichever stands first."""
    slow, fast = max(paces_s_per_km), min(paces_s_per_km)
    return TargetRange(slow_mps=1000 / slow, fast_mps=1000 / fast)


def _bpm_range(first: float, second: float) -> TargetRange:
    return TargetRange(low_bpm=min(first, second), high_bpm=max(first, second))


def _spanned(first: TargetRange, second: TargetRange) -> TargetRange:
    """Return the range from the lower end of one to the higher end of the other."""
    if first.has_pace and second.has_pace:
        speeds = [first.slow_mps, first.fast_mps, second.slow_mps, second.fast_mps]
        known = [speed for speed in speeds if speed is not None]
        return TargetRange(slow_mps=min(known), fast_mps=max(known))
    ends = [first.low_bpm, first.high_bpm, second.low_bpm, second.high_bpm]
    rates = [rate for rate in ends if rate is not None]
    return _bpm_range(min(rates), max(rates)) if len(rates) == 4 else UNRESOLVED
