"""Race times and training paces: from VDOT, from power laws, and how ready for a marathon."""

import math
from typing import Literal

from runningcoach.metrics.efforts import MARATHON_M, MILE_M
from runningcoach.metrics.vo2max import speed_of_vo2, vdot

PaceZone = Literal["E", "M", "T", "I", "R"]

# Shares of VDOT on the oxygen scale, chosen so that they give the rows of the book's pace
# table (Daniels' Running Formula). M is the predicted marathon pace.
EASY = (0.62, 0.70)
THRESHOLD, INTERVAL, REPETITION = 0.88, 0.975, 1.05
VDOT_RANGE = (15.0, 90.0)
FASTEST_S_PER_KM, SLOWEST_S_PER_KM = 90.0, 1000.0
RIEGEL_EXPONENT = 1.06


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
    vo2 = max(effective_vo2max, 25.0)
    return vo2**1.135, 12 * math.log(vo2 / 4)


def marathon_shape_pct(
    effective_vo2max: float,
    km_total: float,
    long_run_points: float,
    *,
    days_week_km: float = 182,
    days_long: float = 70,
    weight_week: float = 0.67,
) -> float:
    """Return the share of marathon endurance trained [%] (Runalyze)."""
    weekly, _ = marathon_targets_km(effective_vo2max)
    by_week = km_total * 7 / days_week_km / weekly
    by_long = long_run_points * 7 / days_long
    return round(100 * (weight_week * by_week + (1 - weight_week) * by_long))


def marathon_adjustment(distance_km: float, shape_pct: float) -> float:
    """Return by how much missing endurance lowers VO2max over a distance [1] (Runalyze)."""
    missing = max(0.0, 1 - (distance_km**1.23 - shape_pct) / 100)
    return min(1.0, 0.6 + 0.4 * missing)
