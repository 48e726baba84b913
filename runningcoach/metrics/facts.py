"""What the samples of one activity say by themselves, without any benchmark of the athlete."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runningcoach.metrics import (
    ENGINE_VERSION,
    durability,
    efficiency,
    grade,
    heart_rate_cleaning,
    load,
    training_effect,
    zones,
)
from runningcoach.metrics.efforts import (
    DURATIONS_S,
    FastestStretch,
    best_efforts,
    mean_max,
    mean_max_curve,
    with_moving,
)
from runningcoach.metrics.streams import Streams, coverage
from runningcoach.metrics.vehicle import near_record
from runningcoach.metrics.windows import Floats, trailing_mean

COVERAGE, COVERAGE_VO2MAX = 0.8, 0.9
SHORTEST_S = 300
"""Below five minutes only distance, time, heart rate and TRIMP are worth keeping."""
SHORTEST_EF_S, SHORTEST_VO2MAX_S, SHORTEST_DECOUPLING_S = 900, 1200, 2400
VO2MAX_WARM_UP_S = 480
STEADY_DECOUPLING, STEADY_VO2MAX = 0.15, 0.20
HOT_C = 25.0

_NOT_RECORDED = {"average_temperature_c": "no_temperature", "average_altitude_m": "no_altitude"}

type Reals = NDArray[np.float32]


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
    sheet = _Sheet(streams, run=sport == "running")
    sheet.heart_rate()
    sheet.pace()
    sheet.climb()
    sheet.air()
    sheet.pace_against_heart_rate()
    sheet.long_run()
    sheet.bests()
    return Facts(
        elapsed_s=float(len(streams)),
        active_s=float(sheet.active_s),
        moving_s=float(np.count_nonzero(streams.moving)),
        hr_coverage=sheet.hr_coverage,
        speed_coverage=sheet.speed_coverage,
        interpolated_share=streams.interpolated_share,
        flags=tuple(sheet.flags),
        reasons=sheet.reasons,
        **sheet.values,
    )


class _Sheet:
    """The facts of one activity as they are found, each with a value or a reason."""

    def __init__(self, streams: Streams, *, run: bool) -> None:
        self.streams, self.run = streams, run
        self.values: dict[str, Any] = {}
        self.reasons: dict[str, str] = {}
        self.flags = list(streams.flags)
        self.active_s = int(np.count_nonzero(streams.active))
        self.speed_coverage = coverage(streams.speed_mps, streams.active)
        self.locked = "cadence_lock" in streams.flags
        self.slope = self._slope()
        speed = streams.speed_mps
        self.gap = speed if self.slope is None else speed * grade.strava_factor(self.slope)
        self.moving_gap = np.where(streams.moving, self.gap, np.nan)
        self.rate = self._believed_rate()
        self.hr_coverage = coverage(self.rate, streams.active)
        self.variation: float | None = None

    def _believed_rate(self) -> Floats:
        """Return heart rate without the minutes of a dry strap."""
        rate = self.streams.heart_rate_bpm
        seconds = heart_rate_cleaning.dry_strap_s(rate, self.gap)
        if not seconds:
            return rate
        self.flags += [] if "hr_suspect" in self.flags else ["hr_suspect"]
        return np.where(np.arange(len(rate)) < seconds, np.nan, rate)

    def _slope(self) -> Floats | None:
        """Return the grade of each second; None where pace is not to be adjusted."""
        altitude, speed = self.streams.altitude_m, self.streams.speed_mps
        if not self.run or self.streams.treadmill:
            return None
        if not np.isfinite(altitude).any():
            self.flags.append("no_grade")
            return None
        return grade.slopes(speed, altitude, self.streams.altitude_by)

    def find(self, name: str, why_not: str | None, compute: Callable[[], Any]) -> None:
        """Keep a value under its name, or the reason why there is none."""
        value = None if why_not else compute()
        if value is None or (isinstance(value, float) and not np.isfinite(value)):
            self.reasons[name] = why_not or "no_window"
        else:
            self.values[name] = value

    def no_heart_rate(self, least: float = COVERAGE) -> str | None:
        """Say why heart rate cannot be used."""
        if not self.hr_coverage:
            return "no_hr"
        return "low_coverage" if self.hr_coverage < least else None

    def no_pace(self) -> str | None:
        """Say why pace cannot be used."""
        if not self.run:
            return "modality"
        if not self.speed_coverage:
            return "no_speed"
        return "low_coverage" if self.speed_coverage < COVERAGE else self.shorter(SHORTEST_S)

    def shorter(self, least_s: int) -> str | None:
        """Say whether the activity is too short."""
        return "too_short" if self.active_s < least_s else None

    def unsteady(self, most: float) -> str | None:
        """Say whether pace varied too much."""
        steady = self.variation is not None and self.variation < most
        return None if steady else "not_steady"

    def heart_rate(self) -> None:
        """Find the seconds at each beat, the mean, and the peaks that show HRmax and LTHR."""
        rate = self.rate
        why_not = None if self.hr_coverage else "no_hr"
        peak = why_not or ("cadence_lock" if self.locked else None)
        self.find("hr_seconds", why_not, lambda: zones.hr_seconds(rate).astype(np.int32))
        self.find("hr_10s_bpm", why_not, lambda: training_effect.blocks(rate).astype(np.float32))
        self.find("average_hr_bpm", why_not, lambda: float(np.nanmean(rate)))
        self.find("hr_peak_30s_bpm", peak, lambda: mean_max(rate, 30))
        half_hour = peak or self.shorter(1800)
        self.find("hr_best_30min_bpm", half_hour, lambda: mean_max(rate, 1800))

    def pace(self) -> None:
        """Find grade-adjusted pace: mean, normalised, and how much it varied."""
        why_not = self.no_pace()
        standing = np.where(self.streams.moving, self.gap, 0.0)
        effort = np.where(np.isfinite(self.gap), standing, np.nan)
        self.find("gap_mps", why_not, lambda: _mean(self.moving_gap))
        self._other_models(why_not)
        self.find("ngp_mps", why_not, lambda: load.normalised_speed(effort))
        if why_not is None:
            self.variation = efficiency.variation(trailing_mean(self.moving_gap, 30))
        self.find("gap_cv", why_not, lambda: self.variation)

    def _other_models(self, why_not: str | None) -> None:
        """Find what the models beside the default one make of the mean pace."""
        speed = self.streams.speed_mps[self.streams.moving]
        cost: Floats | float = 1.0
        if self.slope is not None and why_not is None:
            cost = grade.minetti_factor(self.slope[self.streams.moving])
        softened = cost**grade.RUNALYZE_EXPONENT
        self.find("gap_minetti_mps", why_not, lambda: _mean(speed * cost))
        self.find("gap_runalyze_mps", why_not, lambda: _mean(speed * softened))

    def climb(self) -> None:
        """Find metres up and down."""
        heights = grade.smooth_altitude(self.streams.altitude_m, self.streams.altitude_by.over_s)
        why_not = None if len(heights) else "no_altitude"
        if self.streams.treadmill:
            why_not = "treadmill"
        least = grade.GPS_GAIN_THRESHOLD_M if "alt_gps" in self.flags else grade.GAIN_THRESHOLD_M
        up, down = (0.0, 0.0) if why_not else grade.elevation_gain_loss(heights, least)
        self.find("elevation_gain_m", why_not, lambda: up)
        self.find("elevation_loss_m", why_not, lambda: down)

    def air(self) -> None:
        """Find the mean temperature of the device and the mean altitude."""
        warmth, height = self.streams.temperature_c, self.streams.altitude_m
        for name, values in (("average_temperature_c", warmth), ("average_altitude_m", height)):
            mean = _mean(values)
            self.find(name, None if mean is not None else _NOT_RECORDED[name], lambda m=mean: m)

    def after(self, seconds: int) -> tuple[Floats, Floats]:
        """Return moving GAP and heart rate after the first active `seconds`, both known."""
        late = np.cumsum(self.streams.active) > seconds
        both = late & np.isfinite(self.moving_gap) & np.isfinite(self.rate)
        return self.moving_gap[both], self.rate[both]

    def pace_against_heart_rate(self) -> None:
        """Find efficiency, its drift, and the pace and heart rate that tell VO2max."""
        why_not = self.no_pace() or self.no_heart_rate()
        if why_not is None:
            gap, rate = self.after(efficiency.WARM_UP_S)
        else:
            gap = rate = np.empty(0)
        short = why_not or self.shorter(SHORTEST_EF_S)
        self.find("efficiency_factor", short, lambda: efficiency.efficiency_factor(gap, rate))
        drift = why_not or self.shorter(SHORTEST_DECOUPLING_S)
        drift = drift or ("cadence_lock" if self.locked else self.unsteady(STEADY_DECOUPLING))
        self.find("decoupling_pct", drift, lambda: efficiency.decoupling_pct(gap, rate))
        self._vo2max()

    def _vo2max(self) -> None:
        why_not = self.no_pace() or self.no_heart_rate(COVERAGE_VO2MAX)
        why_not = why_not or self.shorter(SHORTEST_VO2MAX_S)
        for flag in ("treadmill", "cadence_lock"):
            why_not = why_not or (flag if flag in self.flags else None)
        why_not = why_not or self.unsteady(STEADY_VO2MAX)
        gap, rate = (np.empty(0), np.empty(0)) if why_not else self.after(VO2MAX_WARM_UP_S)
        self.find("vo2max_speed_mps", why_not, lambda: _mean(gap))
        self.find("vo2max_hr_bpm", why_not, lambda: _mean(rate))
        if self.values.get("average_temperature_c", HOT_C) > HOT_C:
            self.flags.append("hot")

    def long_run(self) -> None:
        """Find how well heart rate and pace held together, and the best late in the run."""
        streams, run = self.streams, self.streams.moving
        why_not = self.no_pace() or self.no_heart_rate()
        why_not = why_not or ("cadence_lock" if self.locked else None)
        if why_not is None and not durability.covers(streams.distance_m):
            why_not = "too_short"
        held = durability.Durability(None, None)
        if why_not is None:
            parts = streams.distance_m, self.gap, self.rate, run
            held = durability.durability(*parts)
        unknown = why_not or (None if held.ratio is not None else "low_coverage")
        self.find("durability_ratio", unknown, lambda: held.ratio)
        no_onset = unknown or (None if held.onset_m is not None else "no_drift")
        self.find("durability_onset_m", no_onset, lambda: held.onset_m)
        self._late(self.no_pace())

    def _late(self, why_not: str | None) -> None:
        late = np.empty(0) if why_not else durability.late_gap_mps(self.gap, self.streams.moving)
        if why_not is None and not np.isfinite(late).any():
            least = durability.LATE_AFTER_S[0] + durability.LATE_OVER_S[0]
            why_not = self.shorter(least) or "no_window"
        self.find("late_gap_mps", why_not, lambda: late.astype(np.float32))

    def bests(self) -> None:
        """Find the mean-max curves and the fastest stretches."""
        streams, short = self.streams, self.shorter(SHORTEST_S)
        no_speed = short or (None if self.speed_coverage else "no_speed")
        no_power = short or (None if np.isfinite(streams.power_w).any() else "no_power")
        self._curve("mean_max_speed_mps", no_speed, _steps(streams))
        fastest = self.values.get("mean_max_speed_mps")
        if self.run and fastest is not None and near_record(fastest, DURATIONS_S):
            self.flags.append("record_pace")
        self._curve("mean_max_gap_mps", self.no_pace(), self.gap)
        rate = short or (None if self.hr_coverage else "no_hr")
        self._curve("mean_max_hr_bpm", rate, self.rate)
        self._curve("mean_max_power_w", no_power, streams.power_w)
        why_not = "treadmill" if streams.treadmill else self.no_pace()
        self.find("best_efforts", why_not, self._best_efforts)

    def _best_efforts(self) -> tuple[FastestStretch, ...]:
        distance = self.streams.distance_m
        return with_moving(best_efforts(distance), distance, self.streams.moving)

    def _curve(self, name: str, why_not: str | None, values: Floats) -> None:
        self.find(name, why_not, lambda: mean_max_curve(values).astype(np.float32))


def _mean(values: Floats) -> float | None:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else None


def _steps(streams: Streams) -> Floats:
    """Return the metres covered in each second, NaN where speed is unknown."""
    step = np.diff(streams.distance_m, prepend=streams.distance_m[:1])
    return np.where(np.isfinite(streams.speed_mps), step, np.nan)
