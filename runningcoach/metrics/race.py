"""Race times and training paces: from VDOT, from power laws, and how ready for a marathon."""

import math
from collections.abc import Iterable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from runningcoach.metrics.efforts import MARATHON_M, MILE_M
from runningcoach.metrics.vo2max import speed_of_vo2, vdot
from runningcoach.metrics.windows import Floats, prefix_sum

PaceZone = Literal["E", "M", "T", "I", "R"]

# Shares of VDOT on the oxygen scale, chosen so that they give the rows of the book's pace
# table (Daniels' Running Formula). M is the predicted marathon pace.
EASY = (0.62, 0.70)
THRESHOLD, INTERVAL, REPETITION = 0.88, 0.975, 1.05
VDOT_RANGE = (15.0, 90.0)
FASTEST_S_PER_KM, SLOWEST_S_PER_KM = 90.0, 1000.0
RIEGEL_EXPONENT = 1.06
# Marathon shape as Runalyze has it: kilometres of half a year (of 70 days at least), and runs of
# more than 13 km in 70 days, of which the newest count twice.
SHAPE_WEEK_DAYS, SHAPE_LEAST_DAYS, SHAPE_LONG_DAYS = 182, 70, 70
SHAPE_LONG_KM, SHAPE_WEEK_SHARE = 13.0, 0.67
LEAST_VO2MAX = 25.0


def race_time_s(vdot_value: float, distance_m: float) -> float | None:
    """Return the time [s] over a distance that gives this VDOT; None outside 15..90."""
    if not VDOT_RANGE[0] <= vdot_value <= VDOT_RANGE[1] or distance_m <= 0:
        return None
    fast, slow = (s * distance_m / 1000 for s in (FASTEST_S_PER_KM, SLOWEST_S_PER_KM))
    while slow - fast > 1e-6:
        middle = (fast + slow) / 2
        reached = vdot(distance_m, middle)
        if reached is not None and reached > vdot_value:
            fast = middle
        else:
            slow = middle
    return (fast + slow) / 2


def threshold_speed_mps(vo2max: float) -> float:
    """Return Daniels' threshold speed [m/s], about what can be held for an hour."""
    return speed_of_vo2(THRESHOLD * vo2max) / 60


def training_speeds_mps(vdot_value: float, zone: PaceZone) -> tuple[float, float] | None:
    """Return the slow and the fast end [m/s] of a training zone; equal but for easy.

    None where VDOT is outside 15..90 (marathon pace cannot be predicted).
    """
    if zone == "M":
        time_s = race_time_s(vdot_value, MARATHON_M)
        return None if time_s is None else (MARATHON_M / time_s, MARATHON_M / time_s)
    fixed = {"T": THRESHOLD, "I": INTERVAL, "R": REPETITION}
    low, high = EASY if zone == "E" else (fixed[zone], fixed[zone])
    return speed_of_vo2(low * vdot_value) / 60, speed_of_vo2(high * vdot_value) / 60


def riegel_time_s(
    distance_m: float, time_s: float, wanted_m: float, exponent: float = RIEGEL_EXPONENT
) -> float:
    """Return the time over another distance by T = T1 (D / D1)^k (Riegel 1981)."""
    return time_s * (wanted_m / distance_m) ** exponent


def power_law_exponent(first: tuple[float, float], second: tuple[float, float]) -> float:
    """Return the exponent k through two efforts (distance [m], time [s])."""
    return math.log(second[1] / first[1]) / math.log(second[0] / first[0])


def power_law_time_s(
    first: tuple[float, float], second: tuple[float, float], wanted_m: float
) -> float:
    """Return the time over a distance on the power law through two efforts."""
    return riegel_time_s(*first, wanted_m, power_law_exponent(first, second))


def cameron_time_s(distance_m: float, time_s: float, wanted_m: float) -> float:
    """Return the time over another distance by Cameron's formula (1998)."""

    def slowing(metres: float) -> float:
        miles = metres / MILE_M
        return 13.49681 - 0.048865 * miles + 2.438936 / miles**0.7905

    return time_s / distance_m * slowing(distance_m) / slowing(wanted_m) * wanted_m


def elevation_corrected_km(
    distance_km: float, up_m: float, down_m: float, per_up: float = 2.0, per_down: float = -1.0
) -> float:
    """Return the flat distance worth as much: `per_up` m for a metre up (Runalyze)."""
    return distance_km + (up_m * per_up + down_m * per_down) / 1000


def marathon_targets_km(effective_vo2max: float) -> tuple[float, float]:
    """Return weekly and long-run kilometres that fit this VO2max (Runalyze, floor 25)."""
    weekly, longest = _targets_km(np.array([effective_vo2max]))
    return float(weekly[0]), float(longest[0])


def _targets_km(vo2max: Floats) -> tuple[Floats, Floats]:
    vo2 = np.maximum(vo2max, LEAST_VO2MAX)
    return vo2**1.135, 12 * np.log(vo2 / 4)


def long_run_points(runs: Iterable[tuple[int, float]], target_km: float) -> float:
    """Return the points of long runs: newer and longer ones count more (Runalyze 2019).

    Of each run the days since, and its kilometres.
    """
    return math.fsum(
        (2 - 2 / SHAPE_LONG_DAYS * ago) * ((km - SHAPE_LONG_KM) / (target_km - SHAPE_LONG_KM)) ** 2
        for ago, km in runs
        if ago < SHAPE_LONG_DAYS and km > SHAPE_LONG_KM
    )


def marathon_shape_pct(
    effective_vo2max: float,
    km_total: float,
    long_run_points: float,
    *,
    days_week_km: float = SHAPE_WEEK_DAYS,
    days_long: float = SHAPE_LONG_DAYS,
    weight_week: float = SHAPE_WEEK_SHARE,
) -> float:
    """Return the share of marathon endurance trained [%] (Runalyze)."""
    weekly, _ = marathon_targets_km(effective_vo2max)
    by_week = km_total * 7 / days_week_km / weekly
    by_long = long_run_points * 7 / days_long
    return round(100 * (weight_week * by_week + (1 - weight_week) * by_long))


def marathon_shapes_pct(vo2max: Floats, run_days: NDArray[np.int64], run_km: Floats) -> Floats:
    """Return the share of marathon endurance trained on each day [%] (Runalyze).

    Parameters
    ----------
    vo2max : effective VO2max of each day from the first activity on; NaN gives NaN
    run_days, run_km : for each run the index of its day, and its kilometres
    """
    n = len(vo2max)
    beyond = np.where(run_km > SHAPE_LONG_KM, run_km - SHAPE_LONG_KM, 0.0) ** 2
    total = prefix_sum(np.bincount(run_days, weights=run_km, minlength=n).astype(np.float64))
    day = np.arange(1, n + 1)
    km = total[day] - total[np.maximum(day - SHAPE_WEEK_DAYS, 0)]
    long = _faded(np.bincount(run_days, weights=beyond, minlength=n).astype(np.float64))
    weekly, longest = _targets_km(vo2max)
    by_week = km * 7 / np.clip(day, SHAPE_LEAST_DAYS, SHAPE_WEEK_DAYS) / weekly
    by_long = long / (longest - SHAPE_LONG_KM) ** 2 * 7 / SHAPE_LONG_DAYS
    return np.rint(100 * (SHAPE_WEEK_SHARE * by_week + (1 - SHAPE_WEEK_SHARE) * by_long))


def _faded(daily: Floats) -> Floats:
    """Return sums over 70 days in which a day counts twice at first and no more at the end."""
    out = np.zeros(len(daily))
    for ago in range(min(SHAPE_LONG_DAYS, len(daily))):
        out[ago:] += 2 * (1 - ago / SHAPE_LONG_DAYS) * daily[: len(daily) - ago]
    return out


def marathon_adjustment(distance_km: float, shape_pct: float) -> float:
    """Return by how much missing endurance lowers VO2max over a distance [1] (Runalyze)."""
    missing = max(0.0, 1 - (distance_km**1.23 - shape_pct) / 100)
    return min(1.0, 0.6 + 0.4 * missing)
