"""The weather that the runner meets, by place, day and hour."""

import math
from datetime import date, datetime

from runningcoach.demo.chance import dice

_WARMEST_DAY = 212
_SEOUL = (12.8, 14.6)
_LISBON = (17.2, 6.0)


def air_temperature_c(seed: int, when: datetime, *, abroad: bool = False) -> float:
    """Return the temperature [C] at a local time: season, a day's own mood, the hour."""
    mean, swing = _LISBON if abroad else _SEOUL
    day = when.date()
    season = mean + swing * math.cos(
        2 * math.pi * (day.timetuple().tm_yday - _WARMEST_DAY) / 365.25
    )
    hour = when.hour + when.minute / 60
    daily = 3.6 * math.cos(2 * math.pi * (hour - 15) / 24)
    return season + daily + _mood(seed, day)


def _mood(seed: int, day: date) -> float:
    """Return how much warmer a day is than its season; a few days in a row are alike."""
    ordinal = day.toordinal()
    parts = [
        float(dice(seed, date.fromordinal(ordinal - back), "weather").normal()) * 0.55**back
        for back in range(3)
    ]
    return 2.6 * sum(parts)


def heat_stress(temperature_c: float, when: date) -> float:
    """Return how much the heat weighs, 0 up to about 14 C, 1 in a humid Korean August."""
    humid = 1.25 if when.month in (7, 8) else 1.0
    return max(0.0, (temperature_c - 14) / 13) * humid
