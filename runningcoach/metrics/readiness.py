"""Readiness of a morning from 0 to 100: HRV, resting heart rate, sleep, form, yesterday's load.

Ours, and descriptive: it sums up in what the body differs from its usual state, and is not
validated against performance. Every function takes numbers or arrays of days; NaN is missing.
"""

from collections.abc import Iterable
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from runningcoach.metrics.windows import Floats, Mask

Band = Literal["high", "normal", "reduced", "low"]
LEAST_Z, MOST_Z = -2.0, 1.0
"""Unusually good signals are no better than good ones; unusually bad ones count twice."""
WEIGHTS = (0.40, 0.20, 0.20, 0.20)
"""Of HRV, resting heart rate, sleep and form."""
USUAL_SCORE, POINTS_PER_Z, PARTS_LEAST = 65.0, 25.0, 2
LEAST_HRV_SD = 1e-6
"""Of logarithms; below it only rounding varies."""
LEAST_RESTING_SD_BPM = 1.0
NIGHT_S, THREE_NIGHTS_S = 3600.0, 2700.0
"""An hour short of one night weighs as much as three quarters of an hour on three nights."""
NEED_S = (7 * 3600.0, 9 * 3600.0)
NEUTRAL_Z = 0.5
"""HRV and resting heart rate inside the usual range say nothing for or against the morning."""
USUAL_LOAD, LOAD_LEAST_FITNESS = 2.0, 20.0
"""A day's load of up to twice fitness is training as usual; fitness below 20 counts as 20, since
any run is many times the fitness of a beginner. Ours."""
POINTS_PER_LOAD_Z = 10.0
USUAL_FORM_PCT, FORM_PCT_PER_Z = -10.0, 20.0
ROUNDED = 0.6
"""By how much a score in whole numbers differs from its sum at most, and a little."""
ILL_RESTING_Z, ILL_HRV_Z, ILL_MOST = -2.0, -1.5, 35.0
BANDS: tuple[tuple[float, Band], ...] = ((75, "high"), (50, "normal"), (30, "reduced"), (0, "low"))


def _limited(z: Floats) -> Floats:
    return np.clip(z, LEAST_Z, MOST_Z)


def hrv_z(week_log: ArrayLike, usual_log: ArrayLike, sd_log: ArrayLike) -> Floats:
    """Return how far the week's HRV lies from the usual, in deviations, -2..1.

    All of logarithms of rMSSD (`hrv.nights`). NaN where HRV never varied.
    """
    spread = np.asarray(sd_log, np.float64)
    away = np.asarray(week_log, np.float64) - np.asarray(usual_log, np.float64)
    return _limited(away / np.where(spread > LEAST_HRV_SD, spread, np.nan))


def resting_hr_z(three_days_bpm: ArrayLike, usual_bpm: ArrayLike, sd_bpm: ArrayLike) -> Floats:
    """Return how far resting heart rate lies below the usual, in deviations of at least 1 bpm."""
    above = np.asarray(three_days_bpm, np.float64) - np.asarray(usual_bpm, np.float64)
    return _limited(-above / np.maximum(np.asarray(sd_bpm, np.float64), LEAST_RESTING_SD_BPM))


def sleep_need_s(usual_s: ArrayLike) -> Floats:
    """Return the need for sleep: one's usual night, but 7 hours at least and 9 at most."""
    return np.clip(np.asarray(usual_s, np.float64), *NEED_S)


def sleep_z(last_s: ArrayLike, three_nights_s: ArrayLike, need_s: ArrayLike) -> Floats:
    """Return how the last night and the mean of three compare with the need, -2..1."""
    need = np.asarray(need_s, np.float64)
    last = (np.asarray(last_s, np.float64) - need) / NIGHT_S
    three = (np.asarray(three_nights_s, np.float64) - need) / THREE_NIGHTS_S
    return _limited((last + three) / 2)


def form_z(form_pct: ArrayLike) -> Floats:
    """Return form in relation to fitness [%] as a part of readiness; -10 % is usual."""
    return _limited((np.asarray(form_pct, np.float64) - USUAL_FORM_PCT) / FORM_PCT_PER_Z)


def load_z(yesterday_load: ArrayLike, fitness_before: ArrayLike) -> Floats:
    """Return how far yesterday's load was a shock: 0 up to twice fitness, -2 from four times on.

    `fitness_before` is fitness of the evening before that load.
    """
    level = np.maximum(np.asarray(fitness_before, np.float64), LOAD_LEAST_FITNESS)
    return np.clip(USUAL_LOAD - np.asarray(yesterday_load, np.float64) / level, LEAST_Z, 0.0)


def counted_z(z: ArrayLike) -> Floats:
    """Return a deviation of HRV or resting heart rate as the score counts it.

    Inside the usual range, half a deviation on either side, it counts for nothing.
    """
    away = np.asarray(z, np.float64)
    return np.where(np.abs(away) < NEUTRAL_Z, 0.0, away)


class Readiness(NamedTuple):
    """The score, 0..100 in whole numbers, and where it was held down for fear of an illness."""

    score: Floats
    possible_illness: Mask


def readiness(
    hrv: ArrayLike,
    resting_hr: ArrayLike,
    sleep: ArrayLike,
    form: ArrayLike,
    load: ArrayLike = 0.0,
) -> Readiness:
    """Return readiness from its parts, all of one length.

    HRV, resting heart rate, sleep and form are weighed. Those that are NaN are left out and the
    others weigh more; HRV or resting heart rate must be among them, and two in all, else NaN.
    `load` (`load_z`) only ever takes off. A very high resting heart rate with a low HRV allows
    35 at most.
    """
    parts = np.array([counted_z(hrv), counted_z(resting_hr), sleep, form], np.float64)
    known = np.isfinite(parts)
    weight = np.array(WEIGHTS).reshape((-1,) + (1,) * (parts.ndim - 1)) * known
    enough = (known.sum(axis=0) >= PARTS_LEAST) & (known[0] | known[1])
    weighed = (weight * np.where(known, parts, 0.0)).sum(axis=0)
    mean = weighed / np.where(enough, weight.sum(axis=0), np.nan)
    shock = POINTS_PER_LOAD_Z * np.nan_to_num(np.asarray(load, np.float64))
    score = np.floor(np.clip(USUAL_SCORE + POINTS_PER_Z * mean + shock, 0, 100) + 0.5)
    ill = enough & (parts[1] <= ILL_RESTING_Z) & (parts[0] <= ILL_HRV_Z)
    return Readiness(np.where(ill, np.minimum(score, ILL_MOST), score), ill)


def points_of_parts(parts: ArrayLike) -> Floats:
    """Return by how many points HRV, resting heart rate, sleep and form move a score.

    `parts` are the four deviations of one morning, NaN where missing, and so are their points;
    the known ones share the weight of the others. With 65 and the load's points they add up to
    the score, unless that was held between 0 and 100 or held down.
    """
    counted = _limited(np.asarray(parts, np.float64))
    counted[:2] = counted_z(counted[:2])
    weight = np.array(WEIGHTS) * np.isfinite(counted)
    return POINTS_PER_Z * weight * counted / max(weight.sum(), min(WEIGHTS))


def load_points(load: float | None) -> float:
    """Return by how many points yesterday's load (`load_z`) moves a score: 0 or less."""
    return POINTS_PER_LOAD_Z * min(load or 0.0, 0.0)


def is_sum_of(score: float, points: Iterable[float]) -> bool:
    """Return whether a score, in whole numbers, is the usual one and these points."""
    return abs(USUAL_SCORE + sum(points) - score) <= ROUNDED


def limited_z(z: float) -> float:
    """Return a deviation as the score counts it: unusually good is no better than good."""
    return float(np.clip(z, LEAST_Z, MOST_Z))


def band(score: float) -> Band | None:
    """Return the word for a score: high from 75, normal from 50, reduced from 30; None for NaN."""
    return next((word for least, word in BANDS if score >= least), None)
