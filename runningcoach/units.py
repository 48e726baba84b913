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


def clock(seconds: float | None) -> str:
    """Write a duration as m:ss or h:mm:ss; an en dash when unknown."""
    if seconds is None or not math.isfinite(seconds):
        return "–"
    total = round(seconds)
    hours, rest = divmod(total, 3600)
    minutes, secs = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{secs:02d}" if hours else f"{minutes}:{secs:02d}"


def pace(speed_mps: float | None) -> str:
    """Write a speed [m/s] as pace, m:ss for a kilometre; an en dash when unknown."""
    return clock(pace_s_per_km(speed_mps))
