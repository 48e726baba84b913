"""What one activity means for its athlete: loads, zones and VO2max by the benchmarks of the day."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Unpack

import numpy as np

from runningcoach.metrics import durability, load, plausibility, weather
from runningcoach.metrics import training_effect as effect
from runningcoach.metrics.eligibility import (
    best_vdot,
    is_high,
    is_trail,
    vo2max_by_heart_rate,
    why_no_race,
    why_no_vo2max,
)
from runningcoach.metrics.epoc import epoc_ml_kg
from runningcoach.metrics.facts import Facts
from runningcoach.metrics.heart_rate_loads import HeartRateLoads, heart_rate_loads
from runningcoach.metrics.load import LoadBy, LoadSource
from runningcoach.metrics.measure_inputs import (
    NO_HISTORY,
    ActivityContext,
    Athlete,
    PriorHistory,
)
from runningcoach.metrics.missing import MetricGroup, Missing, known_or, value_of

type EffectSource = Literal["device", "calibrated", "estimate"]


@dataclass(frozen=True, slots=True)
class Measures:
    """What an activity means for this athlete; None where an input is missing.

    `late_best_pct` are the six values of `durability.late_best_pct`. `training_effect_error` is
    how far the estimate may be off; a device states none for its own.
    """

    effective_vo2max: float | None = None
    vdot: float | None = None
    efficiency_index: float | None = None
    late_best_pct: tuple[float | None, ...] | None = None
    trimp: float | None = None
    edwards: float | None = None
    lucia: float | None = None
    hr_zone_s: tuple[float, ...] | None = None
    hrtss: float | None = None
    rtss: float | None = None
    intensity: float | None = None
    session_rpe: float | None = None
    load: float | None = None
    load_source: LoadSource | None = None
    epoc_ml_kg: float | None = None
    training_effect: float | None = None
    training_effect_source: EffectSource | None = None
    training_effect_error: float | None = None
    altitude_vo2max_pct: float | None = None
    heat_slowdown_pct: tuple[float, float] | None = None
    flags: tuple[str, ...] = ()
    reasons: dict[str, str] = field(default_factory=dict[str, str])


class ActivityCase(NamedTuple):
    """One activity with all that its measures rest on."""

    facts: Facts
    athlete: Athlete
    before: PriorHistory
    context: ActivityContext

    @property
    def is_run(self) -> bool:
        """Whether the activity is a run."""
        return self.context["sport"] == "running"

    @property
    def is_treadmill(self) -> bool:
        """Whether it was done on a treadmill."""
        return "treadmill" in self.facts.flags or self.context.get("sub_sport") == "treadmill"

    @property
    def is_trail(self) -> bool:
        """Whether it climbs so much that pace misleads."""
        ascent, distance = self.context.get("ascent_m"), self.context.get("distance_m")
        return is_trail(self.facts, self.context.get("sub_sport"), ascent, distance)

    @property
    def doubts(self) -> set[str]:
        """The flags that make the effort implausible."""
        return {*self.before.verdict.flags} - {plausibility.LEFT_OUT}

    @property
    def has_speed(self) -> bool:
        """Whether its speed is plausible."""
        return not plausibility.NO_SPEED & self.doubts


def measure(
    facts: Facts,
    athlete: Athlete,
    *,
    before: PriorHistory = NO_HISTORY,
    load_by: LoadBy = "auto",
    **context: Unpack[ActivityContext],
) -> Measures:
    """Return what an activity means with the benchmarks of its day and the days before it.

    `load_by` is which load the runner wants to count for runs.
    """
    case = ActivityCase(facts, athlete, before, context)
    rate, pace = heart_rate_loads(facts, athlete), _pace_loads(case)
    primary = _primary_load(case, value_of(pace.rtss), value_of(rate.hrtss), load_by)
    relative, oxygen = _relative_measures(case), _vo2max_measures(case)
    training, air = _training_effect_measures(case), _air_measures(case)
    groups = (rate, pace, primary, relative, oxygen, training, air)
    return Measures(
        effective_vo2max=value_of(oxygen.effective_vo2max),
        vdot=value_of(oxygen.vdot),
        efficiency_index=value_of(relative.efficiency_index),
        late_best_pct=value_of(relative.late_best_pct),
        trimp=value_of(rate.trimp),
        edwards=value_of(rate.edwards),
        lucia=value_of(rate.lucia),
        hr_zone_s=value_of(rate.hr_zone_s),
        hrtss=value_of(rate.hrtss),
        rtss=value_of(pace.rtss),
        intensity=value_of(pace.intensity),
        session_rpe=value_of(primary.session_rpe),
        load=value_of(primary.load),
        load_source=value_of(primary.load_source),
        epoc_ml_kg=value_of(training.epoc_ml_kg),
        training_effect=value_of(training.training_effect),
        training_effect_source=value_of(training.training_effect_source),
        training_effect_error=value_of(training.training_effect_error),
        altitude_vo2max_pct=value_of(air.altitude_vo2max_pct),
        heat_slowdown_pct=value_of(air.heat_slowdown_pct),
        flags=tuple(_flags(case, rate, pace, primary, air)),
        reasons={name: why for group in groups for name, why in group.reasons().items()},
    )


def _flags(
    case: ActivityCase,
    rate: HeartRateLoads,
    pace: "_PaceLoads",
    primary: "_PrimaryLoad",
    air: "_AirMeasures",
) -> Iterator[str]:
    """Yield what a reader must know of the measures."""
    if case.is_trail:
        yield "trail"
    yield from case.before.verdict.flags
    yield from rate.flags
    if load.diverge(value_of(pace.rtss), value_of(rate.hrtss)):
        yield "load_divergence"
    if value_of(primary.load_source) == "estimated_duration":
        yield "estimated_duration"
    if value_of(air.altitude_vo2max_pct) is not None:
        yield "high_altitude"


@dataclass(frozen=True, slots=True, eq=False)
class _PaceLoads(MetricGroup):
    rtss: float | Missing
    intensity: float | Missing


def _pace_loads(case: ActivityCase) -> _PaceLoads:
    """Return intensity and load by pace."""
    ngp, threshold = case.facts.ngp_mps, case.athlete.threshold_speed_mps
    seconds = case.facts.moving_s
    if not ngp:  # nobody moved
        missing = Missing(case.facts.reasons.get("ngp_mps", "no_speed"))
        return _PaceLoads(missing, missing)
    if not threshold or not case.has_speed:
        missing = Missing("implausible" if threshold else "no_threshold")
        return _PaceLoads(missing, missing)
    return _PaceLoads(
        rtss=load.rtss(seconds, ngp, threshold),
        intensity=load.intensity(seconds, ngp, threshold),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _RelativeMeasures(MetricGroup):
    efficiency_index: float | Missing
    late_best_pct: tuple[float | None, ...] | Missing


def _relative_measures(case: ActivityCase) -> _RelativeMeasures:
    """Return efficiency and late speed against those of the 90 days before."""
    return _RelativeMeasures(_efficiency_index(case), _late_best_pct(case))


def _efficiency_index(case: ActivityCase) -> float | Missing:
    own, usual = case.facts.efficiency_factor, case.before.usual_efficiency
    if own is None:
        return Missing(case.facts.reasons.get("efficiency_factor", "no_hr"))
    if case.doubts:
        return Missing("implausible")
    return 100 * own / usual if usual else Missing("no_history")


def _late_best_pct(case: ActivityCase) -> tuple[float | None, ...] | Missing:
    late, fresh = case.facts.late_gap_mps, case.before.fresh_gap_mps
    if late is None:
        return Missing(case.facts.reasons.get("late_gap_mps", "no_speed"))
    if not case.has_speed:
        return Missing("implausible")
    share = durability.late_best_pct(late.astype(np.float64), fresh) if fresh else ()
    return share if any(value is not None for value in share) else Missing("no_history")


@dataclass(frozen=True, slots=True, eq=False)
class _Vo2maxMeasures(MetricGroup):
    effective_vo2max: float | Missing
    vdot: float | Missing


def _vo2max_measures(case: ActivityCase) -> _Vo2maxMeasures:
    """Return effective VO2max where the effort was one that shows it, and VDOT of a race."""
    facts, highest = case.facts, case.athlete.hrmax_bpm
    why_not = why_no_vo2max(facts, highest, trail=case.is_trail)
    why_not = why_not or ("implausible" if case.doubts else None)
    by_heart_rate = None if why_not else vo2max_by_heart_rate(facts, highest)
    no_vdot = why_no_race(
        facts,
        highest,
        sport=case.context["sport"],
        is_race=case.context.get("is_race", False),
        distance_m=case.context.get("distance_m"),
        own_vdot=case.before.verdict.own_vdot,
    )
    no_vdot = no_vdot or (None if case.has_speed else "implausible")
    return _Vo2maxMeasures(
        effective_vo2max=known_or(by_heart_rate, why_not or "implausible"),
        vdot=known_or(None if no_vdot else best_vdot(facts), no_vdot or "too_short"),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _PrimaryLoad(MetricGroup):
    load: float | Missing
    load_source: LoadSource | Missing
    session_rpe: float | Missing


def _primary_load(
    case: ActivityCase, pace: float | None, heart_rate: float | None, load_by: LoadBy
) -> _PrimaryLoad:
    """Return the load that counts, its source, and Foster's; an exertion of 0 is unknown."""
    hourly = load.RUN_LOAD_PER_HOUR if case.is_run else load.OTHER_LOAD_PER_HOUR
    timer, rpe = case.context.get("timer_s"), case.context.get("rpe")
    seconds = timer if timer is not None else case.facts.active_s
    known = load.Loads(
        pace=pace,
        heart_rate=heart_rate,
        feeling=load.load_by_feeling(rpe, seconds) if rpe else None,
        estimated_duration=hourly * seconds / 3600 if seconds > 0 else None,
    )
    preferred = load.order(
        run=case.is_run, treadmill=case.is_treadmill, trail=case.is_trail, load_by=load_by
    )
    value, source = load.primary(known, preferred)
    return _PrimaryLoad(
        load=known_or(value, "too_short"),
        load_source=known_or(source, "too_short"),
        session_rpe=load.session_rpe(rpe, seconds / 60) if rpe else Missing("no_rpe"),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _TrainingEffectMeasures(MetricGroup):
    epoc_ml_kg: float | Missing
    training_effect: float | Missing
    training_effect_source: EffectSource | Missing
    training_effect_error: float | Missing


def _training_effect_measures(case: ActivityCase) -> _TrainingEffectMeasures:
    """Return EPOC and training effect: the device's own, else calibrated, else estimated."""
    epoc = epoc_ml_kg(case.facts, case.athlete)
    device, line = case.context.get("device_training_effect"), case.before.effect_line
    if device is not None and 0 <= device <= effect.HIGHEST:
        return _TrainingEffectMeasures(epoc, device, "device", Missing("device_value"))
    if isinstance(epoc, Missing):
        return _TrainingEffectMeasures(epoc, epoc, epoc, epoc)
    if line is None:
        estimate = effect.training_effect(epoc, case.before.vo2max)
        return _TrainingEffectMeasures(epoc, estimate, "estimate", effect.ERROR)
    calibrated = effect.calibrated(epoc, effect.EffectLine(*line))
    return _TrainingEffectMeasures(epoc, calibrated, "calibrated", line[2])


@dataclass(frozen=True, slots=True, eq=False)
class _AirMeasures(MetricGroup):
    altitude_vo2max_pct: float | Missing
    heat_slowdown_pct: tuple[float, float] | Missing


def _air_measures(case: ActivityCase) -> _AirMeasures:
    """Return what altitude and heat took; neither changes another value."""
    height = case.facts.average_altitude_m
    if height is None:
        altitude = Missing("no_altitude")
    elif is_high(case.facts):
        altitude = weather.altitude_vo2max_pct(height)
    else:
        altitude = Missing("low_altitude")
    return _AirMeasures(altitude, _heat_slowdown_pct(case))


def _heat_slowdown_pct(case: ActivityCase) -> tuple[float, float] | Missing:
    warmth, dew = case.context.get("air_temperature_c"), case.context.get("dew_point_c")
    if not case.is_run:
        return Missing("modality")
    if case.is_treadmill:
        return Missing("treadmill")
    if warmth is None or dew is None:
        return Missing("no_weather")
    inputs = weather.fahrenheit(warmth), weather.fahrenheit(dew)
    return known_or(weather.heat_slowdown_pct(*inputs), "too_hot")
