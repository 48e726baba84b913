"""Daniels' and Gilbert's oxygen cost and VDOT, and VO2max as a run's heart rate shows it."""

import math
from collections.abc import Sequence
from statistics import median

import numpy as np
from numpy.typing import ArrayLike

from runningcoach.metrics.windows import Floats

# Daniels & Gilbert 1979, Oxygen Power: VO2 [ml/kg/min] of a speed [m/min].
COST = (0.000104, 0.182258, -4.60)
# Share of VO2max that can be held for t minutes: 0.8 and two terms a e^(-b t).
HELD, HELD_LONG, HELD_SHORT = 0.8, (0.1894393, 0.012778), (0.2989558, 0.1932605)
SLOWEST_M_PER_MIN, FASTEST_M_PER_MIN = 50.0, 1000.0
SHORTEST_RACE_S, LONGEST_RACE_S = 210.0, 4 * 3600.0
"""Outside these times VDOT says little about oxygen."""
# Share of VO2max speed by share of HRmax: logarithm fitted by Runalyze to table 2.2 of
# Daniels' Running Formula, error at most 1.25 percentage points.
HRMAX_OFFSET, HRMAX_SLOPE = 1.00466, 0.68725
TREND_DAYS, TREND_WIDER_DAYS, TREND_RUNS = 30, 60, 3
CORRECTION_RANGE, CORRECTION_RACES = (0.80, 1.15), 5


def vo2_of_speed(speed_m_per_min: ArrayLike) -> Floats:
    """Return the oxygen cost [ml/kg/min] of running on the flat at a speed [m/min]."""
    return np.asarray(np.polyval(COST, np.asarray(speed_m_per_min, np.float64)), np.float64)


def _cost(speed_m_per_min: float) -> float:
    """Return the same for one speed, without the weight of an array."""
    a, b, c = COST
    return (a * speed_m_per_min + b) * speed_m_per_min + c


def speed_of_vo2(vo2: float) -> float:
    """Return the speed [m/min] that costs `vo2` [ml/kg/min]: the positive root."""
    a, b, c = COST
    return (-b + math.sqrt(b * b - 4 * a * (c - vo2))) / (2 * a)


def share_of_vo2max(duration_min: float) -> float:
    """Return the share of VO2max that can be held for a time [min]."""
    (slow, late), (fast, early) = HELD_LONG, HELD_SHORT
    long, short = slow * math.exp(-late * duration_min), fast * math.exp(-early * duration_min)
    return HELD + long + short


def vdot(distance_m: float, time_s: float) -> float | None:
    """Return VDOT [ml/kg/min] of a race; None for speeds that are not running."""
    if not (distance_m > 0 and time_s > 0):
        return None
    minutes = time_s / 60
    speed = distance_m / minutes
    if not SLOWEST_M_PER_MIN <= speed <= FASTEST_M_PER_MIN:
        return None
    return _cost(speed) / share_of_vo2max(minutes)


def is_race_time(time_s: float) -> bool:
    """Return whether VDOT of an effort this long speaks for oxygen: 3.5 minutes to 4 hours."""
    return SHORTEST_RACE_S <= time_s <= LONGEST_RACE_S


def share_of_speed(share_of_hrmax: float) -> float:
    """Return the share of the speed at VO2max that goes with a share of HRmax."""
    return math.exp((share_of_hrmax - HRMAX_OFFSET) / HRMAX_SLOPE)


def share_of_hrmax(share_of_vvo2max: float) -> float:
    """Return the share of HRmax that goes with a share of the speed at VO2max."""
    return HRMAX_OFFSET + HRMAX_SLOPE * math.log(share_of_vvo2max)


def effective_vo2max(speed_mps: float, heart_rate_bpm: float, hrmax_bpm: float) -> float:
    """Return VO2max [ml/kg/min] as the heart rate of a steady run shows it (Runalyze)."""
    return _cost(fastest_m_per_min(speed_mps, heart_rate_bpm / hrmax_bpm))


def fastest_m_per_min(speed_mps: float, share_of_hrmax: float) -> float:
    """Return the speed at VO2max [m/min] that goes with a speed at a share of HRmax."""
    return 60 * speed_mps / share_of_speed(share_of_hrmax)


def shape(values: Sequence[float], durations_s: Sequence[float], correction: float = 1.0) -> float:
    """Return the mean of effective VO2max weighted by duration, times the correction.

    None of the durations may be negative, not all 0.
    """
    return correction * float(np.average(values, weights=durations_s))


def correction_factor(ratios: Sequence[float]) -> float:
    """Return what races say about the heart-rate estimate: the median ratio, within limits.

    `ratios` are VDOT of a race over the effective VO2max of the same race, newest last; up to
    five count. 1 without races.
    """
    if not ratios:
        return 1.0
    low, high = CORRECTION_RANGE
    return min(max(median(ratios[-CORRECTION_RACES:]), low), high)


def trend(days: Floats, values: Floats, durations_s: Floats, on_days: Floats) -> Floats:
    """Return the duration-weighted mean of the last 30 days on each of `on_days`.

    Fewer than three runs in 30 days: of the last 60; still fewer: NaN. `days` ascending;
    nothing after a day enters its value.
    """
    weight = np.concatenate(([0.0], np.cumsum(durations_s)))
    weighted = np.concatenate(([0.0], np.cumsum(values * durations_s)))
    end = np.searchsorted(days, on_days, side="right")

    def over(length: int) -> tuple[Floats, Floats]:
        begin = np.searchsorted(days, on_days - length, side="right")
        seconds = weight[end] - weight[begin]
        enough = (end - begin >= TREND_RUNS) & (seconds > 0)
        mean = (weighted[end] - weighted[begin]) / np.where(seconds > 0, seconds, 1.0)
        return np.where(enough, mean, np.nan), enough.astype(np.float64)

    near, has_near = over(TREND_DAYS)
    wide, _ = over(TREND_WIDER_DAYS)
    return np.where(has_near > 0, near, wide)


def trend_runs(days: Floats, day: float) -> slice:
    """Return which of ascending `days` the trend of one day rests on: of 30 days, else of 60."""
    end = int(np.searchsorted(days, day, side="right"))
    begins = np.searchsorted(days, (day - TREND_DAYS, day - TREND_WIDER_DAYS), side="right")
    near, wide = begins.tolist()
    return slice(near if end - near >= TREND_RUNS else wide, end)


def acsm_running_vo2(speed_mps: float, grade: float = 0.0) -> float:
    """Return the oxygen cost of running [ml/kg/min] by the ACSM equation; grade [1]."""
    speed = 60 * speed_mps
    return 3.5 + 0.2 * speed + 0.9 * speed * grade


def running_index(
    speed_mps: float, heart_rate_bpm: float, *, hrmax_bpm: float, hrrest_bpm: float
) -> float:
    """Return the heart-rate-reserve running index of Polar's patent (formula 4)."""
    reserve = (hrmax_bpm - hrrest_bpm) / (heart_rate_bpm - hrrest_bpm)
    return reserve * 3.2 * 3.6 * speed_mps + 3.5
