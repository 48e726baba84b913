"""Conversions and the way numbers of running are written."""

import math

M_PER_KM = 1000.0
S_PER_HOUR = 3600.0
SEMICIRCLES_PER_DEGREE = 2**31 / 180
"""FIT positions are 32-bit semicircles: 2^31 to 180 degrees."""


def pace_s_per_km(speed_mps: float | None) -> float | None:
    """Return pace [s/km] for a speed [m/s]; None when standing or unknown."""
    if speed_mps is None or not math.isfinite(speed_mps) or speed_mps <= 0:
        return None
    return M_PER_KM / speed_mps


def km(metres: float) -> float:
    """Return a distance [m] in kilometres."""
    return metres / M_PER_KM


def hours(seconds: float) -> float:
    """Return a time [s] in hours."""
    return seconds / S_PER_HOUR


def minutes(seconds: float) -> int:
    """Return a time [s] in whole minutes."""
    return round(60 * hours(seconds))


def kmh(speed_mps: float) -> float:
    """Return a speed [m/s] in kilometres an hour."""
    return speed_mps * S_PER_HOUR / M_PER_KM


def percent(share: float) -> float:
    """Return a share (0 to 1) in percent."""
    return 100 * share


def clock(seconds: float | None) -> str:
    """Write a duration as m:ss or h:mm:ss; an en dash when unknown.

    Half a second rounds up, always: the same time is the same words on every page.
    """
    if seconds is None or not math.isfinite(seconds):
        return "–"
    total = math.floor(seconds + 0.5)
    hours, rest = divmod(total, 3600)
    minutes, secs = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{secs:02d}" if hours else f"{minutes}:{secs:02d}"


def pace(speed_mps: float | None) -> str:
    """Write a speed [m/s] as pace, m:ss for a kilometre; an en dash when unknown."""
    return clock(pace_s_per_km(speed_mps))


def speed(form: str, speed_mps: float | None) -> tuple[str, str]:
    """Write a speed [m/s] in the form of a sport, and its unit.

    Forms are those of metrics.sports.speed_form: "pace_km", "pace_100m", "kmh" and "none".
    """
    if form == "none":
        return clock(None), ""
    if form == "pace_km":
        return pace(speed_mps), "/km"
    per_km = pace_s_per_km(speed_mps)
    if form == "pace_100m":
        return clock(None if per_km is None else per_km / 10), "/100 m"
    return (clock(None) if per_km is None else f"{S_PER_HOUR / per_km:.1f}"), "km/h"
