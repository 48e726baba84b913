"""Bounds of the numbers in an activity file; values outside become missing.

The bounds are wide on purpose. They keep out what no device measured (a damaged byte, a wrong
unit, 1e308); what is merely unlikely is judged later, when samples are cleaned and totals decided.
"""

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from runningcoach.fit.problems import FitProblem, problem
from runningcoach.metrics.moving_time import FASTEST_OF_ALL_MPS
from runningcoach.metrics.totals import LONGEST_S

MAX_ACTIVITIES = 2_000
"""Activities in one file: a run a day for five years. Ours."""

MAX_SAMPLES = 1_000_000
"""Samples of one activity; the longest has 345,600 seconds. Ours."""

EARLIEST_DATED_S = 1_136_073_600
"""2006-01-01 UTC. Files of our kinds hardly existed before; a receiver whose count of weeks
began again shows such dates."""

POSSIBLE: Mapping[str, tuple[float, float]] = {
    "elapsed_s": (0.0, LONGEST_S),
    "timer_s": (0.0, LONGEST_S),
    "distance_m": (0.0, 2e7),
    "ascent_m": (0.0, 50_000.0),
    "descent_m": (0.0, 50_000.0),
    "altitude_m": (-1_000.0, 15_000.0),
    "speed_mps": (0.0, FASTEST_OF_ALL_MPS),
    "average_speed_mps": (0.0, FASTEST_OF_ALL_MPS),
    "heart_rate_bpm": (1.0, 250.0),
    "average_hr_bpm": (15.0, 250.0),
    "max_hr_bpm": (15.0, 250.0),
    "cadence_spm": (0.0, 300.0),
    "average_cadence_spm": (0.0, 300.0),
    "power_w": (0.0, 5_000.0),
    "average_power_w": (0.0, 5_000.0),
    "temperature_c": (-60.0, 100.0),
    "average_temperature_c": (-60.0, 100.0),
    "calories_kcal": (0.0, 100_000.0),
    "device_training_effect": (0.0, 10.0),
    "device_anaerobic_effect": (0.0, 10.0),
    "device_training_load": (0.0, 100_000.0),
    "latitude_deg": (-90.0, 90.0),
    "longitude_deg": (-180.0, 180.0),
}
"""The least and the greatest value of each quantity; ours, beyond any record that is known.

250 bpm is above every athlete's heart, and averages of less than 15 are none; 15 km is above every
summit and below FIT's "12,607 m", 350 m/s is an airliner, and two feet make 300 steps a minute.
"""

FASTEST_MPS: Mapping[str, float] = {
    "running": 12.5, "walking": 12.5, "hiking": 12.5, "swimming": 12.5, "cycling": 40.0,
    "e_biking": 40.0, "rowing": 40.0, "cross_country_skiing": 40.0, "inline_skating": 40.0,
}  # fmt: skip
"""Average speeds that no lap and no activity of a sport has; 12.4 m/s is a sprinter's fastest
moment. Other sports are held to `FASTEST_OF_ALL_MPS`."""

SLACK_M = 100.0
"""Positions wander by this much in laps of a few seconds. Ours."""


class ValueChecks:
    """Checks values of one file against their bounds, and counts impossible ones."""

    def __init__(self) -> None:
        self.found: dict[str, tuple[int, float]] = {}

    def value(self, name: str, value: float | None) -> float | None:
        """Return a possible value, None for any other."""
        if value is None:
            return None
        least, greatest = POSSIBLE[name]
        if least <= value <= greatest:
            return value
        self._remember(name, 1, value)
        return None

    def distance(self, metres: float | None, seconds: float | None, sport: str) -> float | None:
        """Return a distance possible in a time, None for any other."""
        possible = self.value("distance_m", metres)
        if possible is None or not seconds:
            return possible
        if possible <= FASTEST_MPS.get(sport, FASTEST_OF_ALL_MPS) * seconds + SLACK_M:
            return possible
        self._remember("distance_m", 1, possible)
        return None

    def column(self, name: str, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return a channel with NaN for impossible values; the same array where there are none."""
        bounds = POSSIBLE.get(name)
        if bounds is None or not len(values):
            return values
        least, greatest = bounds
        if not (np.fmin.reduce(values) < least or np.fmax.reduce(values) > greatest):
            return values
        impossible = (values < least) | (values > greatest)
        self._remember(name, int(impossible.sum()), float(values[impossible][0]))
        return np.where(impossible, np.nan, values)

    def problems(self) -> list[FitProblem]:
        """Return the impossible values: each field once, its count and first such value."""
        return [
            problem(0, "implausible", field=name, count=count, value=_short(value))
            for name, (count, value) in self.found.items()
        ]

    def _remember(self, name: str, count: int, value: float) -> None:
        before, first = self.found.get(name, (0, value))
        self.found[name] = (before + count, first)


def _short(value: float) -> str:
    return f"{value:.6g}" if math.isfinite(value) else str(value)
