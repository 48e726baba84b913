"""What heat excuses: the slowdown that a warm, humid day explains."""

import math
from typing import NamedTuple

from runningcoach.metrics import weather

TYPICAL_HUMIDITY = 0.6
"""Relative humidity where only the temperature is known: ours, a middling summer day's."""
# Magnus formula over water: Sonntag 1990, Z. Meteorol. 70:340.
MAGNUS_B, MAGNUS_C = 17.62, 243.12


class AirConditions(NamedTuple):
    """The air of a run [C]; None is unknown. Not the watch's own sensor, which the arm warms."""

    temperature_c: float | None = None
    dew_point_c: float | None = None


def dew_point_c(temperature_c: float, humidity: float = TYPICAL_HUMIDITY) -> float:
    """Return the dew point [C] at a temperature [C] and a relative humidity [1]."""
    gamma = math.log(humidity) + MAGNUS_B * temperature_c / (MAGNUS_C + temperature_c)
    return MAGNUS_C * gamma / (MAGNUS_B - gamma)


def heat_allowance(air: AirConditions) -> float:
    """Return by which share pace may be slower for the heat: the upper end of Hadley's band.

    Above the table's end no hard running is advised at all: its last band then counts.
    """
    if air.temperature_c is None:
        return 0.0
    dew = dew_point_c(air.temperature_c) if air.dew_point_c is None else air.dew_point_c
    warmth = weather.fahrenheit(air.temperature_c), weather.fahrenheit(dew)
    band = weather.heat_slowdown_pct(*warmth) or weather.HADLEY[-1][1]
    return band[1] / 100
