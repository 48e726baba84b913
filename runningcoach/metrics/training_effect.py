"""How hard an activity was on the body: excess oxygen after exercise, and training effect.

The makers of watches do not publish their model. This is an approximation of its shape, and
gives way to the device's own value wherever there is one: excess post-exercise oxygen (EPOC)
grows exponentially with intensity and in proportion to time (LaForgia, Withers & Gore 2006,
J Sports Sci 24:1247); its constants are ours.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from runningcoach.metrics.windows import Floats

BLOCK_S = 10
"""Heart rate is averaged over so many seconds."""
_BLOCK_MIN = BLOCK_S / 60
GAIN, STEEPNESS = 10.0, 7.2
"""EPOC gained in a minute at all of the reserve [ml/kg], and how fast that falls below it."""
RECOVERS_BELOW, RECOVERY_MIN = 0.6, 40.0
"""Below this share of reserve EPOC falls off, at rest with this time constant [min]."""
MOST_EPOC_ML_KG = 600.0
"""An all-out hour comes to about 400. More is a race of hours, for which the model was not made, or
says that the maximum heart rate is wrong. Ours."""
DEFAULT_VO2MAX = 45.0
EPOC_OF_5, EPOC_OF_5_USUAL, EPOC_OF_5_SLOPE, EPOC_OF_5_VO2MAX = (100.0, 360.0), 140.0, 4.0, 35.0
EXPONENT, HIGHEST = 0.4, 5.0
ERROR = 0.7
"""How far the uncalibrated estimate may be off; a judgement, not a measurement."""
LINE_LEAST, LINE_BETWEEN, LINE_SLOPE = 20, (1.0, 4.9), (0.2, 0.7)


class EffectLine(NamedTuple):
    """ln TE = c0 + c1 ln EPOC, and its leave-one-out error in units of training effect."""

    c0: float
    c1: float
    error: float


def blocks(heart_rate_bpm: Floats) -> Floats:
    """Return the mean heart rate of each ten seconds; NaN where none of them is known.

    The last block may be shorter.
    """
    padded = np.full(-(-len(heart_rate_bpm) // BLOCK_S) * BLOCK_S, np.nan)
    padded[: len(heart_rate_bpm)] = heart_rate_bpm
    table = padded.reshape(-1, BLOCK_S)
    known = np.isfinite(table)
    seconds = known.sum(axis=1)
    total = np.where(known, table, 0.0).sum(axis=1)
    return np.where(seconds > 0, total / np.maximum(seconds, 1), np.nan)


def epoc(hr_10s_bpm: ArrayLike, *, hrrest_bpm: float, hrmax_bpm: float) -> float:
    """Return the highest EPOC [ml/kg] reached, from mean heart rates of ten seconds.

    dE/dt = 10 (exp(-7.2 (1 - x)) - exp(-7.2)) - E max(0, 1 - x / 0.6) / 40 min, with x the share
    of heart-rate reserve, which goes with the share of oxygen reserve (Swain & Leutholtz 1997,
    Med Sci Sports Exerc 29:410). Unknown heart rate counts as rest; rest and nothing give 0.
    Needs hrrest < hrmax.
    """
    rate = np.asarray(hr_10s_bpm, np.float64)
    if not len(rate):
        return 0.0
    reserve = np.clip((rate - hrrest_bpm) / (hrmax_bpm - hrrest_bpm), 0.0, 1.0)
    return float(_levels(np.where(np.isfinite(rate), reserve, 0.0)).max())


def _levels(reserve: Floats) -> Floats:
    """Return EPOC after each block: a linear recurrence, summed in closed form.

    With kept[i] the product of what blocks up to i let stand, E[i] = kept[i] sum(gain / kept).
    """
    gain = GAIN * _BLOCK_MIN * (np.exp(-STEEPNESS * (1 - reserve)) - np.exp(-STEEPNESS))
    lost = np.maximum(0.0, 1 - reserve / RECOVERS_BELOW) * _BLOCK_MIN / RECOVERY_MIN
    kept = np.asarray(np.cumprod(1 - lost), np.float64)
    return kept * np.cumsum(gain / kept)


def training_effect(epoc_ml_kg: float, vo2max: float | None = None) -> float:
    """Return aerobic training effect 0..5 of an EPOC for a runner of this VO2max, 45 if unknown.

    TE = 5 (E / E5)^0.4, where E5, the EPOC that is worth 5, grows with fitness; ours.
    """
    worth_5 = epoc_of_5(DEFAULT_VO2MAX if vo2max is None else vo2max)
    return min(HIGHEST, HIGHEST * (epoc_ml_kg / worth_5) ** EXPONENT)


def epoc_of_5(vo2max: float) -> float:
    """Return the EPOC [ml/kg] that is worth a training effect of 5; it grows with fitness."""
    low, high = EPOC_OF_5
    fitter = vo2max - EPOC_OF_5_VO2MAX
    return min(max(EPOC_OF_5_USUAL + EPOC_OF_5_SLOPE * fitter, low), high)


def calibrated(epoc_ml_kg: float, line: EffectLine) -> float:
    """Return training effect 0..5 by a line through the runner's own device values."""
    if epoc_ml_kg <= 0:
        return 0.0
    return min(HIGHEST, float(np.exp(line.c0 + line.c1 * np.log(epoc_ml_kg))))


def is_for_line(device_effect: float | None, epoc_ml_kg: float | None) -> bool:
    """Return whether a device's value can calibrate: inside its scale, with an EPOC beside it."""
    if device_effect is None or not epoc_ml_kg:
        return False
    low, high = LINE_BETWEEN
    return low < device_effect < high and epoc_ml_kg > 0


def effect_line(epoc_ml_kg: Floats, device_effect: Floats) -> EffectLine | None:
    """Return the line of ln TE on ln EPOC by least squares; None below 20 activities.

    The slope is kept within 0.2..0.7. The error is the root mean square of what the line of
    all others misses each device value by.
    """
    if len(epoc_ml_kg) < LINE_LEAST:
        return None
    x, y = np.log(epoc_ml_kg), np.log(device_effect)
    sums = np.array([len(x), x.sum(), y.sum(), x @ x, x @ y], np.float64)
    c0, c1 = _least_squares(sums)
    own = np.stack([np.ones(len(x)), x, y, x * x, x * y])
    others0, others1 = _least_squares(sums[:, None] - own)
    missed = np.exp(others0 + others1 * x) - device_effect
    return EffectLine(float(c0), float(c1), float(np.sqrt(np.mean(missed * missed))))


def _least_squares(sums: Floats) -> tuple[Floats, Floats]:
    """Return intercept and slope from the sums of 1, x, y, xx and xy."""
    n, x, y, xx, xy = sums
    spread = np.asarray(n * xx - x * x)
    flat = spread <= 1e-9 * n * xx
    slope = np.where(flat, EXPONENT, (n * xy - x * y) / np.where(flat, 1.0, spread))
    slope = np.clip(slope, *LINE_SLOPE)
    return (y - slope * x) / n, slope
