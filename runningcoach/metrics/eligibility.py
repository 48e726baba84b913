"""Whether a run was a race, a trail, an effort that shows VO2max; and if not, why."""

from runningcoach.metrics import benchmarks, limits, vo2max, weather
from runningcoach.metrics.efforts import FastestStretch
from runningcoach.metrics.facts import Facts

VO2MAX_EFFORT = (0.70, 0.95)
"""Shares of HRmax between which heart rate tells oxygen."""
RACE_BELOW_USUAL = 0.05
"""Mean heart rate of a race, its start and its hills among it, may lie so much of HRmax below
what Daniels' tables give for its time."""
RACE_OF_OWN_VDOT = 0.95
"""A race comes so near the best VDOT of half a year; a tempo run does not."""
RACE_STOPS = 0.97
"""A race has no stops."""
TRAIL_GAIN_M_PER_KM, TRAIL_GPS_GAIN_M_PER_KM = 25.0, 15.0


def is_trail(
    facts: Facts, sub_sport: str | None, ascent_m: float | None, distance_m: float | None
) -> bool:
    """Return whether a run climbs so much, or so uncertainly, that pace misleads."""
    if sub_sport == "trail":
        return True
    gain = ascent_m if ascent_m is not None else facts.elevation_gain_m
    if not gain or not distance_m or "treadmill" in facts.flags:
        return False
    most = TRAIL_GPS_GAIN_M_PER_KM if "alt_gps" in facts.flags else TRAIL_GAIN_M_PER_KM
    return gain / (distance_m / 1000) > most


def best_vdot(facts: Facts) -> float | None:
    """Return the highest VDOT of a run's fastest stretches from 3 km on; None without any."""
    best = fastest_stretch(facts)
    return None if best is None else vo2max.vdot(best.distance_m, best.elapsed_s)


def fastest_stretch(facts: Facts) -> FastestStretch | None:
    """Return the stretch from 3 km on with the highest VDOT; None without any."""
    found = {
        effort: value
        for effort in facts.best_efforts
        if effort.distance_m >= benchmarks.RACE_LEAST_M and vo2max.is_race_time(effort.elapsed_s)
        if (value := vo2max.vdot(effort.distance_m, effort.elapsed_s)) is not None
    }
    return max(found, key=found.__getitem__, default=None)


def why_no_race(
    facts: Facts,
    hrmax_bpm: float | None,
    *,
    sport: str,
    is_race: bool,
    distance_m: float | None,
    own_vdot: float | None = None,
) -> str | None:
    """Return why an activity was no race; None for one that was.

    A race is a run marked as one by the runner, or one long stretch without stops, nearly all
    of its distance and at least 3 km, at a mean heart rate near the one that a race of its time
    is run at, and near the best that the runner did in the half year before (`own_vdot`).
    """
    if sport != "running":
        return "modality"
    if "treadmill" in facts.flags:
        return "treadmill"
    if is_race or _looks_raced(facts, hrmax_bpm, distance_m, own_vdot):
        return None
    return "no_race"


def _looks_raced(
    facts: Facts, hrmax_bpm: float | None, distance_m: float | None, own_vdot: float | None
) -> bool:
    average = facts.average_hr_bpm
    if average is None or not distance_m or not hrmax_bpm or "cadence_lock" in facts.flags:
        return False
    longest = max(facts.best_efforts, key=lambda e: e.distance_m, default=None)
    least_m = max(benchmarks.RACE_SHARE * distance_m, benchmarks.RACE_LEAST_M)
    if longest is None or longest.distance_m < least_m or _stops(longest):
        return False
    if average < racing_share_of_hrmax(longest.elapsed_s) * hrmax_bpm:
        return False
    return own_vdot is None or (best_vdot(facts) or 0.0) >= RACE_OF_OWN_VDOT * own_vdot


def _stops(effort: FastestStretch) -> bool:
    """Return whether the runner stood for a while; not where nobody measured it."""
    return effort.moving_s < RACE_STOPS * effort.elapsed_s


def racing_share_of_hrmax(time_s: float) -> float:
    """Return the least mean heart rate of a race that takes so long, as a share of HRmax.

    The share of VO2max that can be held for a time (Daniels & Gilbert 1979) as a share of
    speed, and the heart rate that goes with it, less `RACE_BELOW_USUAL`.
    """
    of_speed = share_of_fastest(vo2max.share_of_vo2max(time_s / 60))
    return min(vo2max.share_of_hrmax(of_speed), 1.0) - RACE_BELOW_USUAL


def share_of_fastest(share_of_vo2max: float) -> float:
    """Return the share of speed at VO2max that costs a share of it, for a VDOT of 50."""
    fastest = vo2max.speed_of_vo2(50.0)
    return min(vo2max.speed_of_vo2(share_of_vo2max * 50.0) / fastest, 1.0)


def vo2max_by_heart_rate(facts: Facts, hrmax_bpm: float | None) -> float | None:
    """Return the VO2max [ml/kg/min] that pace at heart rate says; None without either.

    Also None for one that nobody has.
    """
    speed, rate = facts.vo2max_speed_mps, facts.vo2max_hr_bpm
    if speed is None or rate is None or not hrmax_bpm:
        return None
    shown = vo2max.effective_vo2max(speed, rate, hrmax_bpm)
    low, high = limits.VO2MAX_RANGE
    return shown if low <= shown <= high else None


def is_high(facts: Facts) -> bool:
    """Return whether the air was thin: a mean altitude of more than 500 m."""
    return facts.average_altitude_m is not None and facts.average_altitude_m > weather.HIGH_M


def why_no_vo2max(facts: Facts, hrmax_bpm: float | None, *, trail: bool) -> str | None:
    """Return why effective VO2max of an activity cannot be believed; None when it can."""
    rate = facts.vo2max_hr_bpm
    if rate is None:
        return facts.reasons.get("vo2max_speed_mps", "no_hr")
    if trail:
        return "trail"
    if is_high(facts):
        return "high_altitude"
    if not hrmax_bpm:
        return "no_benchmark"
    low, high = VO2MAX_EFFORT
    return None if low <= rate / hrmax_bpm <= high else "effort"
