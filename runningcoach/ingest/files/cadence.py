"""Decide whether a file counts strides or steps, once for an activity.

Most devices count strides, one foot's steps; some count both feet. The steps expected at the
speed of the activity, and those typical of its sport, decide.
"""

import math
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runningcoach.metrics.route import EARTH_RADIUS_M

type Floats = NDArray[np.float64]

TYPICAL_STEPS_PER_MINUTE: Mapping[str, float] = {
    "running": 165.0, "walking": 110.0, "hiking": 100.0, "mountaineering": 90.0,
    "snowshoeing": 100.0,
}  # fmt: skip
"""Steps of both feet in the sports on foot; ours."""

MOST_STEPS_PER_MINUTE = 250.0
"""No activity has more as its typical value."""

SLOWEST_MPS, FASTEST_MPS = 0.3, 8.0
"""Typical speeds outside are none of people on foot: another unit, or no way at all."""

WALKING_STEPS = (60.0, 45.0)
RUNNING_STEPS = (140.0, 8.0)
"""Steps a minute at a speed: the first number, and the second for each m/s. At 1.3 m/s a step of
0.7 m, at 3 m/s one of 1.1 m; ours, from what walkers and runners have."""

TYPICAL_WEIGHT = 0.5
"""Weight of the sport's typical steps, where those of the speed have 1. Ours."""

MOST_LOOKED_AT = 400
"""Samples that are enough to know typical values. Ours."""

_LOOKED_AT = ("t_s", "cadence_spm", "distance_m", "latitude_deg", "longitude_deg", "speed_mps")

OTHER_UNIT = 1.5
"""Laps whose typical value is so many times that of the samples count otherwise. Ours."""


def steps_factor(cadence: Floats, speed_mps: Floats, sport: str) -> int:
    """Return by how much to multiply a cadence to have steps of both feet: 1 or 2.

    `speed_mps` has the shape of `cadence`, NaN where unknown.
    """
    moving = cadence[cadence > 0]
    if sport not in TYPICAL_STEPS_PER_MINUTE or not len(moving):
        return 1
    typical = float(np.median(moving))
    if typical * 2 > MOST_STEPS_PER_MINUTE:
        return 1
    speed = _typical_speed(cadence, speed_mps)
    return 1 if _oddness(typical, speed, sport) <= _oddness(typical * 2, speed, sport) else 2


def _typical_speed(cadence: Floats, speed_mps: Floats) -> float | None:
    known = speed_mps[(cadence > 0) & (speed_mps > SLOWEST_MPS)]
    typical = float(np.median(known)) if len(known) else math.inf
    return typical if typical < FASTEST_MPS else None


def _oddness(steps_per_minute: float, speed_mps: float | None, sport: str) -> float:
    """Return how far a number of steps is from the expected ones, as log ratios."""
    unusual = abs(math.log(steps_per_minute / TYPICAL_STEPS_PER_MINUTE[sport]))
    if speed_mps is None:
        return unusual
    expected = min(least + more * speed_mps for least, more in (WALKING_STEPS, RUNNING_STEPS))
    return abs(math.log(steps_per_minute / expected)) + TYPICAL_WEIGHT * unusual


def laps_factor(
    cadences: Sequence[float],
    speeds_mps: Sequence[float],
    sampled: Floats | None,
    factor: int,
    sport: str,
) -> int:
    """Return the factor for a file's own averages: that of its samples, unless they differ.

    `sampled` is the samples' cadence as it stands in the file, `factor` what they need.
    """
    known = [value for value in cadences if value > 0]
    if sport not in TYPICAL_STEPS_PER_MINUTE or not known:
        return 1
    moving = sampled[sampled > 0] if sampled is not None else np.array([])
    if not len(moving):
        return steps_factor(np.array(cadences), np.array(speeds_mps), sport)
    ratio = median(known) / float(np.median(moving))
    if factor == 2 and ratio >= OTHER_UNIT:
        return 1
    if factor == 1 and ratio <= 1 / OTHER_UNIT:
        return 2
    return factor


def steps_factor_of(samples: Mapping[str, NDArray[Any]], sport: str) -> int:
    """Return the factor for the cadence of samples, from a few hundred of them."""
    every = max(len(samples["t_s"]) // MOST_LOOKED_AT, 1)
    some = {name: samples[name][::every] for name in _LOOKED_AT if name in samples}
    return steps_factor(some["cadence_spm"], _speeds(some), sport)


def _speeds(samples: Mapping[str, NDArray[Any]]) -> Floats:
    """Return the speed at each sample, NaN where unknown.

    Taken from the counter of distance or the positions where there are any: the field of speed
    is the one that apps write in other units.
    """
    seconds = np.diff(samples["t_s"].astype(np.float64))
    lasts = np.where(seconds > 0, seconds, np.nan)
    for way_m in (_counted_m, _positioned_m):
        metres = way_m(samples)
        if metres is not None:
            speeds = metres / lasts
            if np.isfinite(speeds).any():
                return np.append(speeds, np.nan)
    stated = samples.get("speed_mps")
    return np.full(len(samples["t_s"]), np.nan) if stated is None else stated


def _counted_m(samples: Mapping[str, NDArray[Any]]) -> Floats | None:
    counter = samples.get("distance_m")
    return None if counter is None or len(counter) < 2 else np.diff(counter)


def _positioned_m(samples: Mapping[str, NDArray[Any]]) -> Floats | None:
    latitude, longitude = samples.get("latitude_deg"), samples.get("longitude_deg")
    if latitude is None or longitude is None or len(latitude) < 2:
        return None
    north = np.radians(np.diff(latitude))
    east = np.radians(np.diff(longitude)) * np.cos(np.radians(latitude[:-1]))
    return EARTH_RADIUS_M * np.hypot(north, east)
