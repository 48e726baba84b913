"""Critical speed and the distance that can be run above it."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from runningcoach.metrics.efforts import DURATIONS_S
from runningcoach.metrics.windows import Floats

FIT_S = (120, 1200)
"""Efforts that show critical speed last 2 to 20 minutes (GoldenCheetah)."""
LEAST_POINTS, LEAST_SPREAD, LEAST_R2 = 3, 3.0, 0.995
RESERVE_M = (20.0, 400.0)
USUAL_RESERVE_M = 150.0


class CriticalSpeed(NamedTuple):
    """Speed that can be held long [m/s], and metres above it (D'). `fitted`: by regression."""

    speed_mps: float
    reserve_m: float
    fitted: bool = True


def _line(x: Floats, y: Floats) -> tuple[float, float, float]:
    """Return slope, intercept and R^2 of the least-squares line."""
    dx, dy = x - x.mean(), y - y.mean()
    slope = float(dx @ dy) / float(dx @ dx)
    spread = float(dy @ dy)
    r2 = (slope * float(dx @ dy)) / spread if spread > 0 else 0.0
    return slope, float(y.mean()) - slope * float(x.mean()), r2


def fit(distances_m: Sequence[float], times_s: Sequence[float]) -> CriticalSpeed:
    """Return critical speed and D' by distance = CS x time + D'. Needs two different times."""
    speed, reserve, _ = _line(np.asarray(times_s, np.float64), np.asarray(distances_m, np.float64))
    return CriticalSpeed(speed, reserve)


def fit_hyperbolic(distances_m: Sequence[float], times_s: Sequence[float]) -> CriticalSpeed:
    """Return critical speed and D' by speed = CS + D' / time (least squares on speed)."""
    time = np.asarray(times_s, np.float64)
    reserve, speed, _ = _line(1 / time, np.asarray(distances_m, np.float64) / time)
    return CriticalSpeed(speed, reserve)


def time_s(critical: CriticalSpeed, distance_m: float) -> float:
    """Return the time [s] over a distance: (D - D') / CS."""
    return (distance_m - critical.reserve_m) / critical.speed_mps


_DURATIONS = np.array(DURATIONS_S, dtype=np.float64)
_FITS = np.array([FIT_S[0] <= duration <= FIT_S[1] for duration in DURATIONS_S])
FIT_DURATIONS_S = _DURATIONS[_FITS]


def from_curve(speeds_mps: Floats) -> CriticalSpeed | None:
    """Return critical speed from the best speeds at `FIT_DURATIONS_S`; NaN where none.

    A line that is no good (R^2, D' outside 20..400 m) gives way to the highest speed that a
    usual D' of 150 m allows. From training this is a lower bound. None with too few points.
    """
    known = np.isfinite(speeds_mps)
    time = FIT_DURATIONS_S[known]
    if len(time) < LEAST_POINTS or time[-1] < LEAST_SPREAD * time[0]:
        return None
    distance = speeds_mps[known] * time
    speed, reserve, r2 = _line(time, distance)
    good = r2 > LEAST_R2 and RESERVE_M[0] <= reserve <= RESERVE_M[1]
    if good and speed <= float(speeds_mps[known][0]):
        return CriticalSpeed(speed, reserve)
    highest = float(np.max((distance - USUAL_RESERVE_M) / time))
    return CriticalSpeed(highest, USUAL_RESERVE_M, fitted=False) if highest > 0 else None


def curve_part(mean_max_mps: Floats) -> Floats:
    """Return the part of a mean-max curve (over `DURATIONS_S`, last axis) that the fit uses."""
    return mean_max_mps[..., _FITS]


def reserve_balance(
    speed_mps: Sequence[float], critical_mps: float, reserve_m: float
) -> tuple[float, float]:
    """Return the least and the last balance of D' [m] over a run at 1 Hz (Skiba 2015)."""
    balance = least = reserve_m
    for speed in speed_mps:
        if speed < critical_mps:
            balance += (critical_mps - speed) * (reserve_m - balance) / reserve_m
        else:
            balance -= speed - critical_mps
        least = min(least, balance)
    return least, balance
