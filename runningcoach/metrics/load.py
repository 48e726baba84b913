"""How much one activity weighs: TRIMP, load by heart rate, by pace, by feeling; the one to use."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from runningcoach.metrics.windows import Floats, trailing_mean

Sex = Literal["male", "female", "unknown"]
LoadSource = Literal["pace", "heart_rate", "feeling", "estimated_duration"]
LoadBy = Literal["auto", "pace", "heart_rate"]

# Banister 1991, p. 408: y = A * x * exp(B * x) for a minute at the share x of reserve.
BANISTER = {"male": (0.64, 1.92), "female": (0.86, 1.67), "unknown": (0.64, 1.92)}
TRIMP_MOST = 10_000.0
TRIMP_MOST_PER_HOUR = 400.0
NGP_WINDOW_S = 30
IF_MOST_LONG, IF_MOST_SHORT, IF_SHORT_S = 1.35, 1.6, 600
RUN_LOAD_PER_HOUR = 50.0
OTHER_LOAD_PER_HOUR = 40.0
RPE_OF_THRESHOLD = 7.0
THRESHOLD_HOUR = 100.0
"""The load of an hour at threshold."""
DIVERGENCE = (0.6, 1.6)


def trimp_per_min(reserve: ArrayLike, sex: Sex = "male") -> Floats:
    """Return TRIMP for each minute at a share [0..1] of heart-rate reserve (Banister 1991)."""
    a, b = BANISTER[sex]
    x = np.clip(np.asarray(reserve, np.float64), 0.0, 1.0)
    return a * x * np.exp(b * x)


def trimp(
    heart_rate_bpm: ArrayLike,
    *,
    hrrest_bpm: float,
    hrmax_bpm: float,
    sex: Sex = "male",
    seconds: ArrayLike = 1.0,
) -> float:
    """Return Banister's training impulse [AU], summed sample by sample; NaN is skipped.

    `seconds` is what each heart rate stands for: 1 s, or the seconds at each beat.
    Needs hrrest < hrmax. Unknown sex takes the male constants.
    """
    rate = np.asarray(heart_rate_bpm, np.float64)
    reserve = (rate - hrrest_bpm) / (hrmax_bpm - hrrest_bpm)
    minutes = np.asarray(seconds, np.float64) / 60
    return float(np.nansum(trimp_per_min(reserve, sex) * minutes))


def is_possible_trimp(value: float, seconds: float) -> bool:
    """Return whether a TRIMP is one a human can have: at most 400 an hour and 10,000 (Runalyze)."""
    return value <= min(TRIMP_MOST, TRIMP_MOST_PER_HOUR * max(seconds, 60) / 3600)


def hrtss(
    trimp_value: float, *, hrrest_bpm: float, hrmax_bpm: float, lthr_bpm: float, sex: Sex = "male"
) -> float:
    """Return load by heart rate: TRIMP, with an hour at LTHR as 100. Needs rest < LTHR <= max."""
    limits = {"hrrest_bpm": hrrest_bpm, "hrmax_bpm": hrmax_bpm, "lthr_bpm": lthr_bpm}
    return THRESHOLD_HOUR * trimp_value / threshold_hour_trimp(**limits, sex=sex)


def threshold_hour_trimp(
    *, hrrest_bpm: float, hrmax_bpm: float, lthr_bpm: float, sex: Sex = "male"
) -> float:
    """Return TRIMP [AU] of an hour at threshold heart rate."""
    limits = {"hrrest_bpm": hrrest_bpm, "hrmax_bpm": hrmax_bpm}
    return trimp([lthr_bpm], **limits, sex=sex, seconds=[3600.0])


def hrtss_reserve_squared(
    duration_s: float,
    average_hr_bpm: float,
    *,
    hrrest_bpm: float,
    hrmax_bpm: float,
    threshold_reserve: float,
) -> float:
    """Return hours x (reserve / reserve at threshold)^2 x 100, an alternative some sites use."""
    reserve = (average_hr_bpm - hrrest_bpm) / (hrmax_bpm - hrrest_bpm)
    return duration_s / 3600 * (reserve / threshold_reserve) ** 2 * 100


def normalised_speed(speed_mps: Floats, window_s: int = NGP_WINDOW_S) -> float | None:
    """Return the fourth-power mean [m/s] of trailing 30 s means; NaN breaks windows.

    Coggan's normalised power (2003) applied to (grade-adjusted) speed. None without a full
    window.
    """
    means = trailing_mean(speed_mps, window_s)
    return float(np.mean(means**4) ** 0.25) if len(means) else None


def intensity(duration_s: float, ngp_mps: float, threshold_mps: float) -> float:
    """Return NGP over threshold speed [1], capped at 1.35, or 1.6 up to ten minutes."""
    return min(ngp_mps / threshold_mps, most_intensity(duration_s))


def most_intensity(duration_s: float) -> float:
    """Return the highest intensity [1] that counts for a run of this time."""
    return IF_MOST_SHORT if duration_s <= IF_SHORT_S else IF_MOST_LONG


def rtss(duration_s: float, ngp_mps: float, threshold_mps: float) -> float:
    """Return load by pace: hours x intensity^2 x 100; an hour at threshold is 100."""
    return duration_s / 3600 * intensity(duration_s, ngp_mps, threshold_mps) ** 2 * THRESHOLD_HOUR


def session_rpe(rpe: float, duration_min: float) -> float:
    """Return Foster's session load: perceived exertion 0..10 x minutes (Foster 2001)."""
    return rpe * duration_min


def load_by_feeling(rpe: float, duration_s: float) -> float:
    """Return a load from perceived exertion alone, with an hour at 7 of 10 as 100; ours."""
    return duration_s / 3600 * (rpe / RPE_OF_THRESHOLD) ** 2 * THRESHOLD_HOUR


@dataclass(frozen=True, slots=True)
class Loads:
    """The loads that could be had for one activity; None where an input is missing."""

    pace: float | None
    heart_rate: float | None
    feeling: float | None
    estimated_duration: float | None


def order(
    *, run: bool, treadmill: bool, trail: bool, load_by: LoadBy = "auto"
) -> tuple[LoadSource, ...]:
    """Return which load to prefer: pace on roads, heart rate where pace misleads.

    `load_by` puts the runner's own choice first, for runs; the others remain to fall back on.
    """
    if not run:
        return ("heart_rate", "feeling", "estimated_duration")
    by_terrain = _by_terrain(treadmill=treadmill, trail=trail)
    if load_by == "auto":
        return by_terrain
    return (load_by, *(source for source in by_terrain if source != load_by))


def _by_terrain(*, treadmill: bool, trail: bool) -> tuple[LoadSource, ...]:
    if trail:
        return ("heart_rate", "feeling", "pace", "estimated_duration")
    if treadmill:
        return ("heart_rate", "pace", "feeling", "estimated_duration")
    return ("pace", "heart_rate", "feeling", "estimated_duration")


def primary(
    loads: Loads, preferred: tuple[LoadSource, ...]
) -> tuple[float | None, LoadSource | None]:
    """Return the first load of `preferred` that is known, and where it comes from."""
    for source in preferred:
        value: float | None = getattr(loads, source)
        if value is not None:
            return value, source
    return None, None


def diverge(pace: float | None, heart_rate: float | None) -> bool:
    """Return whether load by pace and by heart rate contradict each other (0.6..1.6 do not)."""
    if pace is None or heart_rate is None:
        return False
    return not DIVERGENCE[0] * heart_rate <= pace <= DIVERGENCE[1] * heart_rate
