"""Race times by three methods that rest on different evidence, and what they say together.

Heart rate against pace (VDOT), the best efforts of a year (a power law), and the hardest twenty
minutes (critical speed). Each says a time, or why it cannot.
"""

import math
from collections.abc import Sequence
from statistics import median
from typing import Literal, NamedTuple

import numpy as np

from runningcoach.metrics import critical_speed, race
from runningcoach.metrics.critical_speed import CriticalSpeed
from runningcoach.metrics.efforts import HALF_MARATHON_M, MARATHON_M

Confidence = Literal["high", "medium", "low", "none"]

DISTANCES_M = (5000.0, 10_000.0, HALF_MARATHON_M, MARATHON_M)
SHORTEST_S = 210.0
"""Below 3.5 minutes neither VDOT nor the power law holds."""
ENDURANCE_M = 10_000.0
"""Beyond this, how much one has trained to endure counts."""
# Riegel 1981, American Scientist 69:285: the power law was seen to hold from 3.5 to 230 minutes.
POWER_LAW_S = (SHORTEST_S, 13_800.0)
EXPONENT_RANGE, FIT_LEAST, FIT_SPREAD = (1.03, 1.15), 3, 3.0
PRIOR_WEIGHT = 3.0
"""The usual exponent counts as much as three efforts of one's own."""
NEAR_MAXIMAL = 0.97
CRITICAL_S = (120.0, 2400.0)
"""From 2 to 40 minutes distance over time is a straight line."""
# Smyth & Muniz-Pumares 2020, Med Sci Sports Exerc 52:2637: shares of critical speed held over
# the marathon at 150 and 360 minutes; the line between them is ours.
MARATHON_SHARES = ((9000.0, 0.930), (21_600.0, 0.789))
SURE_SPREAD, VAGUE_SPREAD = 0.05, 0.15
"""Methods that lie up to 5 % of the time apart agree; beyond 15 % they contradict. Ours."""
RECENT_RACE_DAYS, NEAR_DISTANCE = 60, (0.5, 2.0)
LONG_RUN_M, LONG_RUN_DAYS = 25_000.0, 56


class Effort(NamedTuple):
    """A race or a near-maximal stretch: metres and seconds."""

    distance_m: float
    time_s: float


class TimePrediction(NamedTuple):
    """A time [s] and the numbers that made it, or the reason why there is none."""

    time_s: float | None
    reason: str | None
    inputs: dict[str, float]


def by_vdot(distance_m: float, vo2max: float | None, shape_pct: float | None) -> TimePrediction:
    """Return the time that VO2max [ml/kg/min] allows by Daniels' tables, to the marathon.

    Beyond 10 km VO2max is lowered by what is missing of marathon shape (Runalyze); the inputs
    then hold `time_in_shape_s`, the time with nothing missing.
    """
    if vo2max is None:
        return TimePrediction(None, "no_vo2max", {})
    inputs = {"vo2max": vo2max}
    if distance_m > ENDURANCE_M:
        if shape_pct is None:
            return TimePrediction(None, "no_shape", inputs)
        factor = race.marathon_adjustment(distance_m / 1000, shape_pct)
        inputs |= {"marathon_shape_pct": shape_pct, "adjustment": factor}
        if (ready := race.race_time_s(vo2max, distance_m)) is not None and factor < 1:
            inputs["time_in_shape_s"] = ready
    time_s = race.race_time_s(vo2max * inputs.get("adjustment", 1.0), distance_m)
    if time_s is None or time_s < SHORTEST_S or distance_m > MARATHON_M:
        return TimePrediction(None, "beyond_range", inputs)
    return TimePrediction(time_s, None, inputs)


def exponent(efforts: Sequence[Effort]) -> float:
    """Return the exponent of T = T1 (D / D1)^k from the best effort of each distance.

    Least squares on logarithms where three distances span a factor of three, within 1.03..1.15,
    drawn towards 1.06 (Riegel 1981) as by three more efforts; else 1.06.
    """
    if len(efforts) < FIT_LEAST:
        return race.RIEGEL_EXPONENT
    metres, seconds = np.log(np.array(efforts, np.float64)).T
    if metres.max() - metres.min() < math.log(FIT_SPREAD) - 1e-9:
        return race.RIEGEL_EXPONENT
    away = metres - metres.mean()
    fitted = float(np.clip((away @ seconds) / (away @ away), *EXPONENT_RANGE))
    weight = len(efforts) + PRIOR_WEIGHT
    return (len(efforts) * fitted + PRIOR_WEIGHT * race.RIEGEL_EXPONENT) / weight


def by_power_law(distance_m: float, efforts: Sequence[Effort]) -> TimePrediction:
    """Return the time that follows from the effort of the nearest distance.

    `efforts` holds the best race or near-maximal effort of each distance (`is_near_maximal`).
    """
    if not efforts:
        return TimePrediction(None, "no_hard_effort", {})
    nearest = min(efforts, key=lambda e: abs(math.log(e.distance_m / distance_m)))
    k = exponent(efforts)
    inputs = {"distance_m": nearest.distance_m, "time_s": nearest.time_s, "exponent": k}
    inputs["efforts"] = float(len(efforts))
    time_s = race.riegel_time_s(*nearest, distance_m, k)
    if not obeys_power_law(time_s):
        return TimePrediction(None, "beyond_range", inputs)
    return TimePrediction(time_s, None, inputs)


def obeys_power_law(time_s: float) -> bool:
    """Return whether a time lies where the power law was seen to hold."""
    return POWER_LAW_S[0] <= time_s <= POWER_LAW_S[1]


def is_near_maximal(effort: Effort, critical: CriticalSpeed | None) -> bool:
    """Return whether an effort reaches 97 % of the speed that critical speed allows that long."""
    if critical is None or not obeys_power_law(effort.time_s):
        return False
    possible = critical.speed_mps + critical.reserve_m / effort.time_s
    return effort.distance_m / effort.time_s >= NEAR_MAXIMAL * possible


def by_critical_speed(distance_m: float, critical: CriticalSpeed | None) -> TimePrediction:
    """Return the time by critical speed: of 2 to 40 minutes, or of a marathon; nothing between."""
    if critical is None:
        return TimePrediction(None, "no_critical_speed", {})
    inputs = {"critical_speed_mps": critical.speed_mps, "reserve_m": critical.reserve_m}
    time_s = critical_speed.time_s(critical, distance_m)
    if CRITICAL_S[0] <= time_s <= CRITICAL_S[1]:
        return TimePrediction(time_s, None, inputs)
    if distance_m != MARATHON_M:
        return TimePrediction(None, "beyond_range", inputs)
    time_s = marathon_time_s(critical.speed_mps)
    share = MARATHON_M / time_s / critical.speed_mps
    return TimePrediction(time_s, None, {"critical_speed_mps": critical.speed_mps, "share": share})


def marathon_time_s(critical_mps: float) -> float:
    """Return the marathon time [s] at the share of critical speed held that long.

    The share falls along a line from 2.5 to 6 hours and stays level outside (Smyth &
    Muniz-Pumares 2020); the slower, the smaller the share that can be held.
    """
    (short, high), (long, low) = MARATHON_SHARES
    at_least, at_most = (MARATHON_M / (critical_mps * share) for share in (high, low))
    if at_least <= short:
        return at_least
    if at_most >= long:
        return at_most
    # v = CS (a - b T) and v T = D give a quadratic in T; the smaller root is on the line.
    b = (high - low) / (long - short)
    a = high + b * short
    return (a - math.sqrt(a * a - 4 * b * MARATHON_M / critical_mps)) / (2 * b)


class Together(NamedTuple):
    """The median of the methods that say a time [s], the fastest and the slowest of them."""

    time_s: float | None
    fastest_s: float | None
    slowest_s: float | None


def together(said: Sequence[TimePrediction]) -> Together:
    """Return what the methods say together; nothing when none says anything."""
    times = [one.time_s for one in said if one.time_s is not None]
    return Together(median(times), min(times), max(times)) if times else Together(None, None, None)


def spread(found: Together) -> float:
    """Return how far the methods lie apart, as a share of the time; 0 without a time."""
    if found.time_s is None or found.fastest_s is None or found.slowest_s is None:
        return 0.0
    return (found.slowest_s - found.fastest_s) / found.time_s


def confidence(
    distance_m: float, races: Sequence[tuple[float, int]], *, long_run: bool, apart: float = 0.0
) -> Confidence:
    """Return how far to trust a time, by the races (metres, days ago) of the last year.

    High: a race of half to twice the distance within 60 days; medium: any race; low: training
    only, and a marathon without a `long_run` of 25 km in the last eight weeks. Methods that lie
    `apart` (`spread`) by more than 5 % allow medium at most, by more than 15 % low.
    """
    if not races or (distance_m >= MARATHON_M and not long_run) or apart > VAGUE_SPREAD:
        return "low"
    if apart > SURE_SPREAD:
        return "medium"
    low, high = (share * distance_m for share in NEAR_DISTANCE)
    near = any(low <= metres <= high and ago <= RECENT_RACE_DAYS for metres, ago in races)
    return "high" if near else "medium"
