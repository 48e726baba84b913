"""How far and how long a workout is, and how much of it is hard, before anybody runs it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import assert_never

from runningcoach.coach.plans.text.vocabulary import words_for
from runningcoach.model.plan_request import TrainingPaces
from runningcoach.model.workout import (
    BandTarget,
    CaloriesEnd,
    DistanceEnd,
    HeartRateEnd,
    HeartRateShareTarget,
    HeartRateTarget,
    HeartRateZoneTarget,
    LapButtonEnd,
    OpenTarget,
    PaceBand,
    PaceShareTarget,
    PaceTarget,
    PaceZoneTarget,
    PowerTarget,
    PowerZoneTarget,
    RampTarget,
    StepTarget,
    TimeEnd,
    Workout,
    WorkoutStep,
)
from runningcoach.model.workout_steps import flatten

DEFAULT_EASY_S_PER_KM = 400
"""6:40/km, about the easy pace of a 5 km in 27 minutes: for an athlete whose paces are unknown."""

RECOVERY_SLOWER = 1.15
"""Jog between repetitions: about 15 % slower than easy running, as coaches set it."""

REST_S_PER_KM = 900
"""Rest between repetitions is a slow walk, 4 km/h; nobody stands still on a track."""

WALK_S_PER_KM = 660
"""A brisk walk, 5.5 km/h: the walks of run-walk programmes."""

DEFAULT_RATIOS: dict[PaceBand, float] = {"E": 1.0, "M": 0.86, "T": 0.80, "I": 0.735, "R": 0.69}
"""Each band's pace as a share of easy pace, where the athlete's own are unknown: the mean over
indices of VO2max from 35 to 60 of the speeds that the planner sets for each band."""

LAP_BUTTON_S = 600
"""A step until the lap button is a warm-up or a cool-down in nearly every workout: 10 minutes."""

HR_END_S = 120
"""A step until heart rate passes a limit: the usual length of such a recovery."""

KCAL_PER_KM = 65
"""Running costs about 1 kcal per kg and km (Margaria 1963); a runner of 65 kg."""

_FASTEST: PaceBand = "R"

_ZONE_BANDS: dict[int, PaceBand] = {1: "E", 2: "E", 3: "M", 4: "T", 5: "I", 6: "R"}
"""Zones of heart rate, pace or power beside the bands; a pace zone above 6 is a sprint."""

_HR_MAX_BANDS: tuple[tuple[int, PaceBand], ...] = ((82, "E"), (88, "M"), (93, "T"))
_HR_LTHR_BANDS: tuple[tuple[int, PaceBand], ...] = ((92, "E"), (97, "M"), (104, "T"))
_THRESHOLD_SPEED_BANDS: tuple[tuple[int, PaceBand], ...] = (
    (88, "E"), (96, "M"), (104, "T"), (112, "I"),
)  # fmt: skip
"""The middle of a range, in percent, up to which it is of a band; above the last, interval or
repetition. By the speeds of the bands (easy below 88 % of threshold speed, marathon to 96 %)."""

HARD_BANDS: frozenset[PaceBand] = frozenset({"T", "I", "R"})
"""Threshold and faster; marathon pace is not hard."""


def _cached[**P, R](size: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Return lru_cache for functions of frozen records, which type checkers think unhashable."""
    return lru_cache(maxsize=size)  # pyright: ignore[reportReturnType]


@dataclass(frozen=True, slots=True)
class WorkoutEstimate:
    """A workout's distance [m] and duration [s], in all and by band; hard is T, I and R."""

    distance_m: float = 0.0
    duration_s: float = 0.0
    m_by_band: dict[PaceBand, float] = field(default_factory=dict)
    s_by_band: dict[PaceBand, float] = field(default_factory=dict)

    @property
    def hard_m(self) -> float:
        """Distance at threshold pace and faster [m]."""
        return sum(self.m_by_band.get(band, 0.0) for band in HARD_BANDS)

    @property
    def hard_s(self) -> float:
        """Time at threshold pace and faster [s]."""
        return sum(self.s_by_band.get(band, 0.0) for band in HARD_BANDS)


@_cached(65_536)
def estimate_workout(workout: Workout, paces: TrainingPaces | None) -> WorkoutEstimate:
    """Return the distance and duration of a workout, by the athlete's paces where known.

    The result is shared: its dicts must not be changed.
    """
    m_by_band: dict[PaceBand, float] = {}
    s_by_band: dict[PaceBand, float] = {}
    for step in flatten(workout.steps):
        band = step_band(step, paces)
        m_by_band[band] = m_by_band.get(band, 0.0) + step_distance_m(step, paces)
        s_by_band[band] = s_by_band.get(band, 0.0) + step_duration_s(step, paces)
    return WorkoutEstimate(sum(m_by_band.values()), sum(s_by_band.values()), m_by_band, s_by_band)


@_cached(16_384)
def step_distance_m(step: WorkoutStep, paces: TrainingPaces | None) -> float:
    """Return how far a step goes [m]: its distance, or its time at its pace."""
    if isinstance(step.end, DistanceEnd):
        return float(step.end.meters)
    if isinstance(step.end, CaloriesEnd):
        return 1_000.0 * step.end.kcal / KCAL_PER_KM
    return 1_000.0 * step_duration_s(step, paces) / step_pace_s_per_km(step, paces)


@_cached(16_384)
def step_duration_s(step: WorkoutStep, paces: TrainingPaces | None) -> float:
    """Return how long a step lasts [s]: its time, or its distance at its pace."""
    match step.end:
        case TimeEnd(seconds=seconds):
            return float(seconds)
        case LapButtonEnd():
            return float(LAP_BUTTON_S)
        case HeartRateEnd():
            return float(HR_END_S)
        case DistanceEnd() | CaloriesEnd():
            return step_distance_m(step, paces) / 1_000.0 * step_pace_s_per_km(step, paces)
        case _:
            assert_never(step.end)


@_cached(16_384)
def step_pace_s_per_km(step: WorkoutStep, paces: TrainingPaces | None) -> float:
    """Return the pace that a step is expected to be run at [s/km]."""
    if isinstance(step.target, OpenTarget):
        return _untargeted_pace(step, paces)
    if isinstance(step.target, RampTarget):
        ends = (step.target.start, step.target.end)
        return sum(_target_pace(end, paces) for end in ends) / 2
    return _target_pace(step.target, paces)


def _untargeted_pace(step: WorkoutStep, paces: TrainingPaces | None) -> float:
    if is_walk(step):
        return WALK_S_PER_KM
    if step.intensity == "rest":
        return REST_S_PER_KM
    easy = band_pace_s_per_km("E", paces)
    return easy * RECOVERY_SLOWER if step.intensity == "recovery" else easy


def is_walk(step: WorkoutStep) -> bool:
    """Return whether the note of an untargeted step says to walk."""
    note = (step.note or "").casefold()
    is_open = isinstance(step.target, OpenTarget)
    return is_open and any(word in note for word in words_for("walk"))


def _target_pace(target: StepTarget, paces: TrainingPaces | None) -> float:
    if isinstance(target, PaceTarget):
        return (target.slow_s_per_km + target.fast_s_per_km) / 2
    if isinstance(target, PaceShareTarget):
        threshold = band_pace_s_per_km("T", paces)
        return threshold * 200 / (target.low + target.high)
    return band_pace_s_per_km(target_band(target, paces), paces)


def band_range_s_per_km(band: PaceBand, paces: TrainingPaces) -> tuple[int, int]:
    """Return a band's (slow, fast) pace of an athlete [s/km]."""
    bands: dict[PaceBand, tuple[int, int]] = {
        "E": paces.easy, "M": paces.marathon, "T": paces.threshold,
        "I": paces.interval, "R": paces.repetition,
    }  # fmt: skip
    return bands[band]


@_cached(1_024)
def band_pace_s_per_km(band: PaceBand, paces: TrainingPaces | None) -> float:
    """Return the middle pace of a band [s/km]; a default where the athlete's are unknown."""
    if paces is None:
        return DEFAULT_EASY_S_PER_KM * DEFAULT_RATIOS[band]
    return sum(band_range_s_per_km(band, paces)) / 2


def step_band(step: WorkoutStep, paces: TrainingPaces | None) -> PaceBand:
    """Return the band that a step counts to; steps without a target are easy."""
    return target_band(step.target, paces)


def target_band(target: StepTarget, paces: TrainingPaces | None) -> PaceBand:
    """Return the band that a target counts to: of a ramp, the harder half of it."""
    match target:
        case OpenTarget():
            return "E"
        case BandTarget(name=name):
            return name
        case PaceTarget():
            return _pace_band((target.slow_s_per_km + target.fast_s_per_km) / 2, paces)
        case HeartRateZoneTarget(zone=zone) | PowerZoneTarget(zone=zone):
            return _ZONE_BANDS.get(zone, _FASTEST)
        case PaceZoneTarget(low=low, high=high):
            return _ZONE_BANDS.get((low + high) // 2, _FASTEST)
        case HeartRateShareTarget(of=of, low=low, high=high):
            limits = _HR_MAX_BANDS if of == "max" else _HR_LTHR_BANDS
            return _band_of((low + high) / 2, limits, "I")
        case PaceShareTarget(low=low, high=high):
            return _band_of((low + high) / 2, _THRESHOLD_SPEED_BANDS, "R")
        case HeartRateTarget() | PowerTarget():
            return "E"  # without the athlete's own limits nothing can be said of bpm or watts
        case RampTarget():
            return _ramp_band(target, paces)
        case _:
            assert_never(target)


def _ramp_band(target: RampTarget, paces: TrainingPaces | None) -> PaceBand:
    """Return the harder band of a ramp's two ends: a ramp is held for what it leads to."""
    order: tuple[PaceBand, ...] = ("E", "M", "T", "I", "R")
    return order[max(order.index(target_band(end, paces)) for end in (target.start, target.end))]


def _band_of(value: float, limits: tuple[tuple[int, PaceBand], ...], above: PaceBand) -> PaceBand:
    for limit, band in limits:
        if value <= limit:
            return band
    return above


def _pace_band(pace_s_per_km: float, paces: TrainingPaces | None) -> PaceBand:
    """Return the band of a pace: the nearest, but easy for all that is slower than easy."""
    for band, faster_from in _band_limits(paces):
        if pace_s_per_km > faster_from:
            return band
    return "R"


@_cached(1_024)
def _band_limits(paces: TrainingPaces | None) -> tuple[tuple[PaceBand, float], ...]:
    """Return each band with the pace [s/km] at which the next faster begins: halfway."""
    order: tuple[PaceBand, ...] = ("E", "M", "T", "I", "R")
    slow_and_fast = [
        (band_pace_s_per_km(band, None),) * 2 if paces is None else band_range_s_per_km(band, paces)
        for band in order
    ]
    limits: list[tuple[PaceBand, float]] = []
    for band, (_, fast), (slow, _) in zip(order, slow_and_fast, slow_and_fast[1:], strict=False):
        limits.append((band, (fast + slow) / 2))
    return tuple(limits)
