"""Time in zones, and the loads that are sums over zones.

Heart rate at 1 Hz is whole beats, so seconds at each beat, 0..255, hold all that a sum over
heart rate needs: every function here takes either samples or that histogram.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from runningcoach.metrics.windows import Floats

BPM = np.arange(256, dtype=np.float64)
"""The beats that `hr_seconds` counts."""
HRMAX_ZONES = (0.5, 0.6, 0.7, 0.8, 0.9)
"""Lower edges of zones 1..5 as shares of HRmax: Edwards 1993, and Garmin's default."""
LTHR_ZONES = (0.68, 0.83, 0.94, 1.05)
"""Edges between five zones as shares of LTHR, as in sweatpy."""
VT1_OF_HRMAX = 0.78
"""Where easy ends, without a laboratory; ours."""
LUCIA_WEIGHTS = (1.0, 2.0, 3.0)
"""What a minute below VT1, up to VT2, and above counts."""


def hr_seconds(heart_rate_bpm: Floats) -> NDArray[np.int64]:
    """Return the seconds at each whole beat 0..255; NaN is left out."""
    known = heart_rate_bpm[np.isfinite(heart_rate_bpm)]
    return np.bincount(np.clip(known, 0, 255).astype(np.int64), minlength=256)


def time_in_zones(
    values: ArrayLike, edges: Sequence[float], seconds: ArrayLike | None = None
) -> Floats:
    """Return the seconds below the first edge and from each edge on: len(edges) + 1 numbers.

    Zones are closed on the left: a value on an edge belongs to the zone above it. `seconds`
    is the time each value stands for, 1 by default. NaN belongs to no zone.
    """
    value = np.asarray(values, np.float64)
    weight = np.ones(len(value)) if seconds is None else np.asarray(seconds, np.float64)
    known = np.isfinite(value)
    zone = np.searchsorted(np.asarray(edges, np.float64), value[known], side="right")
    total = np.bincount(zone, weights=weight[known], minlength=len(edges) + 1)
    return total.astype(np.float64)


def zone_seconds(seconds_at_bpm: ArrayLike, lower_edges_bpm: Sequence[float]) -> Floats:
    """Return the seconds in each zone by the lower edges; time below the first is in none."""
    return time_in_zones(BPM, lower_edges_bpm, seconds_at_bpm)[1:]


def hrmax_zones(hrmax_bpm: float) -> tuple[float, ...]:
    """Return the lower edges [bpm] of zones 1..5 as shares of HRmax."""
    return tuple(share * hrmax_bpm for share in HRMAX_ZONES)


def hrmax_zone_seconds(seconds_at_bpm: ArrayLike, hrmax_bpm: float) -> Floats:
    """Return the seconds in zones 1..5 of HRmax; time below half of HRmax is in none."""
    return zone_seconds(seconds_at_bpm, hrmax_zones(hrmax_bpm))


def edwards(seconds_at_bpm: ArrayLike, hrmax_bpm: float) -> float:
    """Return Edwards' load: minutes in zones 1..5 of HRmax times the zone's number."""
    return float(hrmax_zone_seconds(seconds_at_bpm, hrmax_bpm) @ np.arange(1, 6)) / 60


def lucia(seconds_at_bpm: ArrayLike, vt1_bpm: float, vt2_bpm: float) -> float:
    """Return Lucia's load: minutes below VT1 + 2 x between VT1 and VT2 + 3 x above."""
    zones = time_in_zones(BPM, (vt1_bpm, vt2_bpm), seconds_at_bpm)
    return float(zones @ np.array(LUCIA_WEIGHTS)) / 60


def karvonen(share_of_reserve: float, hrrest_bpm: float, hrmax_bpm: float) -> float:
    """Return the heart rate [bpm] at a share of heart-rate reserve (Karvonen 1957)."""
    return hrrest_bpm + share_of_reserve * (hrmax_bpm - hrrest_bpm)
