"""What the samples of one activity show by themselves, without any benchmark of the athlete."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from runningcoach.metrics import (
    ENGINE_VERSION,
    durability,
    efficiency,
    grade,
    load,
    training_effect,
    zones,
)
from runningcoach.metrics.effort_streams import (
    COVERAGE_VO2MAX,
    SHORTEST_S,
    EffortStreams,
    effort_streams,
    why_flagged,
    why_no_heart_rate,
    why_no_pace,
    why_short,
)
from runningcoach.metrics.efforts import (
    DURATIONS_S,
    FastestStretch,
    best_efforts,
    mean_max,
    mean_max_curve,
    with_moving,
)
from runningcoach.metrics.missing import (
    MetricGroup,
    Missing,
    compute_unless,
    known_or,
    value_of,
)
from runningcoach.metrics.streams import Streams
from runningcoach.metrics.vehicle import is_near_record
from runningcoach.metrics.windows import Floats, Reals, mean_known, trailing_mean

SHORTEST_EF_S, SHORTEST_VO2MAX_S, SHORTEST_DECOUPLING_S = 900, 1200, 2400
VO2MAX_WARM_UP_S = 480
STEADY_DECOUPLING, STEADY_VO2MAX = 0.15, 0.20
HOT_C = 25.0


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """What the samples say without any benchmark; None where they cannot, `reasons` says why.

    `hr_seconds` counts active seconds at each whole beat 0..255. Mean-max curves are over
    `efforts.DURATIONS_S`, NaN beyond the activity's length. `late_gap_mps` is that of
    `durability.late_gap_mps`, `hr_10s_bpm` the mean of each ten seconds, NaN where unknown.
    `interpolated_share` is the share of the active time between records more than 10 s apart.
    """

    elapsed_s: float
    active_s: float
    moving_s: float
    hr_coverage: float | None = None
    speed_coverage: float | None = None
    hr_seconds: NDArray[np.int32] | None = None
    average_hr_bpm: float | None = None
    hr_peak_30s_bpm: float | None = None
    hr_best_30min_bpm: float | None = None
    gap_mps: float | None = None
    ngp_mps: float | None = None
    elevation_gain_m: float | None = None
    elevation_loss_m: float | None = None
    efficiency_factor: float | None = None
    decoupling_pct: float | None = None
    vo2max_speed_mps: float | None = None
    vo2max_hr_bpm: float | None = None
    gap_cv: float | None = None
    mean_max_speed_mps: Reals | None = None
    mean_max_gap_mps: Reals | None = None
    mean_max_hr_bpm: Reals | None = None
    mean_max_power_w: Reals | None = None
    gap_minetti_mps: float | None = None
    gap_runalyze_mps: float | None = None
    average_temperature_c: float | None = None
    average_altitude_m: float | None = None
    durability_ratio: float | None = None
    durability_onset_m: float | None = None
    late_gap_mps: Reals | None = None
    hr_10s_bpm: Reals | None = None
    interpolated_share: float = 0.0
    flags: tuple[str, ...] = ()
    reasons: dict[str, str] = field(default_factory=dict[str, str])
    best_efforts: tuple[FastestStretch, ...] = ()
    engine_version: str = ENGINE_VERSION


def facts(streams: Streams, *, sport: str) -> Facts:
    """Return everything about an activity that needs no benchmark of the athlete.

    Pace metrics (GAP, NGP, efficiency, VO2max, best efforts) are for running; for other
    sports their reason is `modality`. Never raises and never changes the streams.
    """
    effort = effort_streams(streams, is_run=sport == "running")
    rate, pace, air = _heart_rate_facts(effort), _pace_facts(effort), _air_facts(streams)
    climb, drift = _climb_facts(streams), _efficiency_facts(effort, value_of(pace.gap_cv))
    long_run, best = _long_run_facts(effort), _best_facts(effort)
    groups = (rate, pace, air, climb, drift, long_run, best)
    return Facts(
        elapsed_s=float(len(streams)),
        active_s=float(effort.active_s),
        moving_s=float(np.count_nonzero(streams.moving)),
        hr_coverage=effort.hr_coverage,
        speed_coverage=effort.speed_coverage,
        hr_seconds=value_of(rate.hr_seconds),
        average_hr_bpm=value_of(rate.average_hr_bpm),
        hr_peak_30s_bpm=value_of(rate.hr_peak_30s_bpm),
        hr_best_30min_bpm=value_of(rate.hr_best_30min_bpm),
        gap_mps=value_of(pace.gap_mps),
        ngp_mps=value_of(pace.ngp_mps),
        elevation_gain_m=value_of(climb.elevation_gain_m),
        elevation_loss_m=value_of(climb.elevation_loss_m),
        efficiency_factor=value_of(drift.efficiency_factor),
        decoupling_pct=value_of(drift.decoupling_pct),
        vo2max_speed_mps=value_of(drift.vo2max_speed_mps),
        vo2max_hr_bpm=value_of(drift.vo2max_hr_bpm),
        gap_cv=value_of(pace.gap_cv),
        mean_max_speed_mps=value_of(best.mean_max_speed_mps),
        mean_max_gap_mps=value_of(best.mean_max_gap_mps),
        mean_max_hr_bpm=value_of(best.mean_max_hr_bpm),
        mean_max_power_w=value_of(best.mean_max_power_w),
        gap_minetti_mps=value_of(pace.gap_minetti_mps),
        gap_runalyze_mps=value_of(pace.gap_runalyze_mps),
        average_temperature_c=value_of(air.average_temperature_c),
        average_altitude_m=value_of(air.average_altitude_m),
        durability_ratio=value_of(long_run.durability_ratio),
        durability_onset_m=value_of(long_run.durability_onset_m),
        late_gap_mps=value_of(long_run.late_gap_mps),
        hr_10s_bpm=value_of(rate.hr_10s_bpm),
        interpolated_share=streams.interpolated_share,
        flags=(*effort.flags, *_flags(air, best, is_run=effort.is_run)),
        reasons={name: why for group in groups for name, why in group.reasons().items()},
        best_efforts=value_of(best.best_efforts) or (),
    )


def _flags(air: "_AirFacts", best: "_BestFacts", *, is_run: bool) -> Iterator[str]:
    if (value_of(air.average_temperature_c) or 0.0) > HOT_C:
        yield "hot"
    fastest = value_of(best.mean_max_speed_mps)
    if is_run and fastest is not None and is_near_record(fastest, DURATIONS_S):
        yield "record_pace"


@dataclass(frozen=True, slots=True, eq=False)
class _HeartRateFacts(MetricGroup):
    hr_seconds: NDArray[np.int32] | Missing
    hr_10s_bpm: Reals | Missing
    average_hr_bpm: float | Missing
    hr_peak_30s_bpm: float | Missing
    hr_best_30min_bpm: float | Missing


def _heart_rate_facts(effort: EffortStreams) -> _HeartRateFacts:
    """Return the seconds at each beat, the mean, and the peaks that show HRmax and LTHR."""
    rate = effort.heart_rate_bpm
    why_not = None if effort.hr_coverage else "no_hr"
    no_peak = why_not or why_flagged(effort, "cadence_lock")
    no_half_hour = no_peak or why_short(effort, 1800)
    return _HeartRateFacts(
        hr_seconds=compute_unless(why_not, lambda: zones.hr_seconds(rate).astype(np.int32)),
        hr_10s_bpm=compute_unless(why_not, lambda: training_effect.blocks(rate).astype(np.float32)),
        average_hr_bpm=compute_unless(why_not, lambda: float(np.nanmean(rate))),
        hr_peak_30s_bpm=compute_unless(no_peak, lambda: mean_max(rate, 30)),
        hr_best_30min_bpm=compute_unless(no_half_hour, lambda: mean_max(rate, 1800)),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _PaceFacts(MetricGroup):
    gap_mps: float | Missing
    gap_minetti_mps: float | Missing
    gap_runalyze_mps: float | Missing
    ngp_mps: float | Missing
    gap_cv: float | Missing


def _pace_facts(effort: EffortStreams) -> _PaceFacts:
    """Return grade-adjusted pace: mean by each model, normalised, and how much it varied."""
    why_not, moving = why_no_pace(effort), effort.streams.moving
    speed, gap = effort.streams.speed_mps[moving], effort.moving_gap_mps
    effort_mps = np.where(np.isfinite(effort.gap_mps), np.where(moving, gap, 0.0), np.nan)
    cost: Floats | float = 1.0
    if effort.slope is not None and why_not is None:
        cost = grade.minetti_factor(effort.slope[moving])
    softened = cost**grade.RUNALYZE_EXPONENT
    return _PaceFacts(
        gap_mps=compute_unless(why_not, lambda: mean_known(gap)),
        gap_minetti_mps=compute_unless(why_not, lambda: mean_known(speed * cost)),
        gap_runalyze_mps=compute_unless(why_not, lambda: mean_known(speed * softened)),
        ngp_mps=compute_unless(why_not, lambda: load.normalised_speed(effort_mps)),
        gap_cv=compute_unless(why_not, lambda: efficiency.variation(trailing_mean(gap, 30))),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _ClimbFacts(MetricGroup):
    elevation_gain_m: float | Missing
    elevation_loss_m: float | Missing


def _climb_facts(streams: Streams) -> _ClimbFacts:
    """Return metres up and down."""
    heights = grade.smooth_altitude(streams.altitude_m, streams.altitude_by.over_s)
    if streams.treadmill or not len(heights):
        missing = Missing("treadmill" if streams.treadmill else "no_altitude")
        return _ClimbFacts(missing, missing)
    by_gps = "alt_gps" in streams.flags
    least = grade.GPS_GAIN_THRESHOLD_M if by_gps else grade.GAIN_THRESHOLD_M
    up, down = grade.elevation_gain_loss(heights, least)
    return _ClimbFacts(compute_unless(None, lambda: up), compute_unless(None, lambda: down))


@dataclass(frozen=True, slots=True, eq=False)
class _AirFacts(MetricGroup):
    average_temperature_c: float | Missing
    average_altitude_m: float | Missing


def _air_facts(streams: Streams) -> _AirFacts:
    """Return the mean temperature of the device and the mean altitude."""
    return _AirFacts(
        known_or(mean_known(streams.temperature_c), "no_temperature"),
        known_or(mean_known(streams.altitude_m), "no_altitude"),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _EfficiencyFacts(MetricGroup):
    efficiency_factor: float | Missing
    decoupling_pct: float | Missing
    vo2max_speed_mps: float | Missing
    vo2max_hr_bpm: float | Missing


def _efficiency_facts(effort: EffortStreams, gap_cv: float | None) -> _EfficiencyFacts:
    """Return efficiency, its drift, and the pace and heart rate that show VO2max."""
    why_not = why_no_pace(effort) or why_no_heart_rate(effort)
    short = why_not or why_short(effort, SHORTEST_EF_S)
    no_drift = why_not or why_short(effort, SHORTEST_DECOUPLING_S)
    no_drift = no_drift or why_flagged(effort, "cadence_lock")
    no_drift = no_drift or _why_unsteady(gap_cv, STEADY_DECOUPLING)
    no_vo2max = why_no_pace(effort) or why_no_heart_rate(effort, COVERAGE_VO2MAX)
    no_vo2max = no_vo2max or why_short(effort, SHORTEST_VO2MAX_S)
    no_vo2max = no_vo2max or why_flagged(effort, "treadmill", "cadence_lock")
    no_vo2max = no_vo2max or _why_unsteady(gap_cv, STEADY_VO2MAX)
    warm = effort.after(efficiency.WARM_UP_S)
    gap, rate = effort.after(VO2MAX_WARM_UP_S)
    return _EfficiencyFacts(
        efficiency_factor=compute_unless(short, lambda: efficiency.efficiency_factor(*warm)),
        decoupling_pct=compute_unless(no_drift, lambda: efficiency.decoupling_pct(*warm)),
        vo2max_speed_mps=compute_unless(no_vo2max, lambda: mean_known(gap)),
        vo2max_hr_bpm=compute_unless(no_vo2max, lambda: mean_known(rate)),
    )


def _why_unsteady(gap_cv: float | None, most: float) -> str | None:
    return None if gap_cv is not None and gap_cv < most else "not_steady"


@dataclass(frozen=True, slots=True, eq=False)
class _LongRunFacts(MetricGroup):
    durability_ratio: float | Missing
    durability_onset_m: float | Missing
    late_gap_mps: Reals | Missing


def _long_run_facts(effort: EffortStreams) -> _LongRunFacts:
    """Return how well heart rate and pace held together, and the best late in the run."""
    distance, moving = effort.streams.distance_m, effort.streams.moving
    why_not = why_no_pace(effort) or why_no_heart_rate(effort)
    why_not = why_not or why_flagged(effort, "cadence_lock")
    if why_not is None and not durability.covers(distance):
        why_not = "too_short"
    held = durability.Durability(None, None)
    if why_not is None:
        held = durability.durability(distance, effort.gap_mps, effort.heart_rate_bpm, moving)
    why_not = why_not or (None if held.ratio is not None else "low_coverage")
    no_onset = why_not or (None if held.onset_m is not None else "no_drift")
    return _LongRunFacts(
        durability_ratio=compute_unless(why_not, lambda: held.ratio),
        durability_onset_m=compute_unless(no_onset, lambda: held.onset_m),
        late_gap_mps=_late_gap(effort),
    )


def _late_gap(effort: EffortStreams) -> Reals | Missing:
    if why_not := why_no_pace(effort):
        return Missing(why_not)
    late = durability.late_gap_mps(effort.gap_mps, effort.streams.moving)
    if np.isfinite(late).any():
        return late.astype(np.float32)
    least_s = durability.LATE_AFTER_S[0] + durability.LATE_OVER_S[0]
    return Missing(why_short(effort, least_s) or "no_window")


@dataclass(frozen=True, slots=True, eq=False)
class _BestFacts(MetricGroup):
    mean_max_speed_mps: Reals | Missing
    mean_max_gap_mps: Reals | Missing
    mean_max_hr_bpm: Reals | Missing
    mean_max_power_w: Reals | Missing
    best_efforts: tuple[FastestStretch, ...] | Missing


def _best_facts(effort: EffortStreams) -> _BestFacts:
    """Return the mean-max curves and the fastest stretches."""
    streams, short = effort.streams, why_short(effort, SHORTEST_S)
    no_power = None if np.isfinite(streams.power_w).any() else "no_power"
    no_efforts = "treadmill" if streams.treadmill else why_no_pace(effort)
    distance, moving = streams.distance_m, streams.moving
    return _BestFacts(
        _curve(short or (None if effort.speed_coverage else "no_speed"), _steps(streams)),
        _curve(why_no_pace(effort), effort.gap_mps),
        _curve(short or (None if effort.hr_coverage else "no_hr"), effort.heart_rate_bpm),
        _curve(short or no_power, streams.power_w),
        compute_unless(no_efforts, lambda: with_moving(best_efforts(distance), distance, moving)),
    )


def _curve(why_not: str | None, values: Floats) -> Reals | Missing:
    return compute_unless(why_not, lambda: mean_max_curve(values).astype(np.float32))


def _steps(streams: Streams) -> Floats:
    """Return the metres covered in each second, NaN where speed is unknown."""
    step = np.diff(streams.distance_m, prepend=streams.distance_m[:1])
    return np.where(np.isfinite(streams.speed_mps), step, np.nan)
