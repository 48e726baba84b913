"""Slope, what it does to pace, and metres climbed."""

from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from runningcoach.metrics.windows import Floats, Mask, centred_mean

GradeModel = Literal["strava2017", "minetti2002", "runalyze"]

# Strava engineering, "An improved GAP model" (2017): the curve fitted to heart rates of real
# runs, digitised by GoldenCheetah contributors (src/Metrics/DanielsPoints.cpp).
# Grade in per cent: speed on the flat that costs the same, over the speed run.
STRAVA_2017 = {
    -40: 1.937, -34: 1.665, -32: 1.590, -30: 1.490, -28: 1.400, -26: 1.315, -24: 1.240,
    -22: 1.160, -20: 1.085, -18: 1.020, -16: 0.965, -14: 0.920, -12: 0.885, -10: 0.875,
    -9: 0.875, -8: 0.875, -7: 0.875, -6: 0.885, -5: 0.900, -4: 0.910, -3: 0.935, -2: 0.950,
    -1: 0.980, 0: 1.000, 1: 1.020, 2: 1.050, 3: 1.100, 4: 1.140, 5: 1.190, 6: 1.240,
    7: 1.290, 8: 1.350, 9: 1.410, 10: 1.480, 12: 1.600, 14: 1.770, 16: 1.930, 18: 2.110,
    20: 2.280, 22: 2.470, 24: 2.645, 26: 2.820, 28: 2.985, 30: 3.160, 32: 3.320, 34: 3.470,
    40: 3.739,
}  # fmt: skip
_STRAVA_GRADE = np.array(list(STRAVA_2017), dtype=np.float64) / 100
_STRAVA_FACTOR = np.array(list(STRAVA_2017.values()))

# Minetti et al. 2002, J Appl Physiol 93:1039, Fig. 1: energy cost of running [J/kg/m].
MINETTI = (155.4, -30.4, -43.3, 46.3, 19.5, 3.6)
MINETTI_FLAT = 3.6
MINETTI_STEEPEST = 0.45
RUNALYZE_EXPONENT = 0.83

STEEPEST = 0.40
SMOOTH_S = 15
REACH_S = 10
LEAST_M = 5.0
GAIN_THRESHOLD_M = 1.0
"""Nearest to what barometric watches count, after the 15 s mean: docs/decisions/ascent.md."""
GPS_GAIN_THRESHOLD_M = 3.0
"""For altitude that may be GPS: GoldenCheetah's and Runalyze's default."""

LEAP_M, LEAP_MPS, LEAP_NOISE = 3.0, 3.0, 8.0
"""Altitude that changes by more than 3 m, and 3 m/s, and eight times what it usually does, from
one value to the next was not climbed. Ours."""
DROPOUT_S, FLAT_DROPOUT_S = 60, 300
NOISE_LEAST_S = 60


class Smoothing(NamedTuple):
    """Seconds of the centred mean of altitude, and how far before and after slopes reach."""

    over_s: int
    reach_s: int


BAROMETRIC, NOISY = Smoothing(15, 10), Smoothing(121, 60)
NOISY_M = 0.45
"""Mean second difference from which altitude is that of GPS, whatever the file: noise of 2.5 m
that wanders over some ten seconds gives 0.5, of 5 m 1.4. Two minutes then hide it."""


def strava_factor(grade: ArrayLike) -> Floats:
    """Return by how much a grade [1] speeds up the equivalent flat speed, clamped at +-40 %."""
    slope = np.asarray(grade, np.float64)
    return np.asarray(np.interp(slope, _STRAVA_GRADE, _STRAVA_FACTOR), np.float64)


def minetti_cost(grade: ArrayLike, clamp: float = MINETTI_STEEPEST) -> Floats:
    """Return the energy cost of running [J/kg/m] at a grade [1] (Minetti 2002)."""
    slope = np.clip(np.asarray(grade, np.float64), -clamp, clamp)
    return np.asarray(np.polyval(MINETTI, slope), np.float64)


def minetti_factor(grade: ArrayLike, clamp: float = MINETTI_STEEPEST) -> Floats:
    """Return the energy cost at a grade [1] over that on the flat."""
    return minetti_cost(grade, clamp) / MINETTI_FLAT


def runalyze_factor(grade: ArrayLike, exponent: float = RUNALYZE_EXPONENT) -> Floats:
    """Return Runalyze's softened energy ratio, (Minetti / flat) ** 0.83."""
    return minetti_factor(grade) ** exponent


def factor(grade: ArrayLike, model: GradeModel = "strava2017") -> Floats:
    """Return the factor from speed to grade-adjusted speed under one of the models."""
    by_name = {
        "strava2017": strava_factor,
        "minetti2002": minetti_factor,
        "runalyze": runalyze_factor,
    }
    return by_name[model](grade)


def without_dropouts(altitude_m: Floats) -> Floats:
    """Return altitude without what a barometer or receiver shows before it is ready, or in between.

    A stretch that no vertical speed on land can lead to is dropped where it ends as suddenly as
    it began, or where it is the short flat beginning of a recording. A lasting change of level is
    a calibration: its first second is left out, so that it is no climb.
    """
    at = np.flatnonzero(np.isfinite(altitude_m))
    known = altitude_m[at]
    rise = np.abs(known[1:] - known[:-1])
    leaps = np.flatnonzero(rise > LEAP_M)
    if not len(leaps):
        return altitude_m
    least = max(LEAP_M, LEAP_NOISE * float(np.median(rise)))
    leaps = leaps[rise[leaps] > LEAP_MPS * np.diff(at)[leaps] + least]
    if not len(leaps):
        return altitude_m
    out = altitude_m.copy()
    edges = [0, *(leaps + 1).tolist(), len(at)]
    pieces = list(pairwise(edges))
    longest = max(range(len(pieces)), key=lambda i: pieces[i][1] - pieces[i][0])
    for way in (range(longest + 1, len(pieces)), range(longest - 1, -1, -1)):
        last = longest
        for number in way:
            near, far = sorted((pieces[last], pieces[number]))
            allowed = LEAP_MPS * float(at[far[0]] - at[near[1] - 1]) + least
            begin, end = pieces[number]
            apart = abs(float(known[far[0]] - known[near[1] - 1])) > allowed
            if apart and _is_dropout(known, at, (begin, end)):
                out[at[begin:end]] = np.nan
            else:
                last = number
                if apart:
                    out[at[far[0]]] = np.nan
    return out


def _is_dropout(known: Floats, at: NDArray[np.intp], piece: tuple[int, int]) -> bool:
    """Return whether a stretch at another height is too short, or too flat, to be true."""
    begin, end = piece
    values = known[begin:end]
    lasted = int(at[end - 1] - at[begin])
    is_flat = float(np.ptp(values)) < 1.0 and (begin == 0 or end == len(known))
    return lasted <= DROPOUT_S or (is_flat and lasted <= FLAT_DROPOUT_S)


def noise_m(altitude_m: Floats) -> float | None:
    """Return how much altitude trembles from second to second [m]; None: not to be told.

    The mean of the absolute second difference. Barometers, and receivers that smooth as well as
    they do, stay below 0.4 m in the test corpus, hills included; raw GPS altitude does not.
    """
    if len(altitude_m) < NOISE_LEAST_S:
        return None
    bend = np.abs(altitude_m[2:] - 2 * altitude_m[1:-1] + altitude_m[:-2])
    known = bend == bend
    seconds = int(np.count_nonzero(known))
    if seconds < NOISE_LEAST_S:
        return None
    return float(bend.sum(where=known)) / seconds


def smoothing(noise: float | None) -> Smoothing:
    """Return over how many seconds to smooth altitude and to take slopes, for its noise."""
    return NOISY if noise is not None and noise >= NOISY_M else BAROMETRIC


def smooth_altitude(altitude_m: Floats, over_s: int = SMOOTH_S) -> Floats:
    """Return altitude as a 15 s centred mean, height gained across holes taken out.

    Holes (pauses) close up: the height before and after a hole counts as one, so a lift or a
    drifting barometer during a pause is no climb. Length: the seconds with a value.
    """
    good = np.isfinite(altitude_m)
    known = altitude_m[good]
    if len(known) == 0:
        return known
    joined = np.flatnonzero(np.diff(np.flatnonzero(good)) > 1)
    step = np.diff(known)
    step[joined] = 0.0
    return centred_mean(known[0] + np.concatenate(([0.0], np.cumsum(step))), over_s)


def grade(step_m: Floats, altitude_m: Floats, reach_s: int = REACH_S) -> Floats:
    """Return the grade [1] of each second from 10 s before to 10 s after.

    Parameters
    ----------
    step_m : metres covered in each second, no NaN
    altitude_m : smooth altitude of each second, no NaN
    reach_s : how far before and after

    0 where less than 5 m were covered; clipped at +-40 %.
    """
    n = len(step_m)
    sofar = np.cumsum(step_m)
    index = np.arange(n)
    begin, end = np.maximum(index - reach_s, 0), np.minimum(index + reach_s, n - 1)
    run = sofar[end] - sofar[begin]
    far = run >= LEAST_M
    rise = altitude_m[end] - altitude_m[begin]
    return np.clip(np.where(far, rise / np.where(far, run, 1.0), 0.0), -STEEPEST, STEEPEST)


def slopes(speed_mps: Floats, altitude_m: Floats, by: Smoothing = BAROMETRIC) -> Floats:
    """Return the grade [1] of each second of the 1 Hz grid; 0 where altitude is unknown."""
    out = np.zeros(len(speed_mps))
    known: Mask = np.isfinite(altitude_m)
    if known.any():
        step = speed_mps[known]
        step = np.where(np.isfinite(step), step, 0.0)
        out[known] = grade(step, smooth_altitude(altitude_m, by.over_s), by.reach_s)
    return out


def adjusted_speed(
    speed_mps: Floats, altitude_m: Floats, model: GradeModel = "strava2017"
) -> Floats:
    """Return grade-adjusted speed [m/s]; speed itself where altitude is unknown.

    Both on the 1 Hz grid; seconds without speed stay NaN.
    """
    return speed_mps * factor(slopes(speed_mps, altitude_m), model)


def elevation_gain_loss(
    altitude_m: ArrayLike, threshold_m: float = GAIN_THRESHOLD_M
) -> tuple[float, float]:
    """Return metres up and metres down, counting only moves of more than the threshold.

    Hysteresis: the reference height follows altitude once it has left it by more than
    `threshold_m`. `altitude_m` without NaN; none at all gives (0, 0).
    """
    heights: list[float] = np.asarray(altitude_m, np.float64).tolist()
    up = down = 0.0
    if not heights:
        return up, down
    at = heights[0]
    for height in heights:
        if height > at + threshold_m:
            up += height - at
            at = height
        elif height < at - threshold_m:
            down += at - height
            at = height
    return up, down
