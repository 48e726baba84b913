"""Find where an activity began: a position that others confirm, not simply the first fix.

Receivers that wake up first return where they were switched off, in another city or country. Such
fixes are an impossible distance from the others.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runningcoach.metrics.route import EARTH_RADIUS_M

type Position = tuple[float, float]
type OffsetAt = Callable[[Position, datetime], int | None]

FASTEST_MPS = 350.0
"""An airliner's speed: fixes further apart than this allows are not of one way."""
SHORTEST_JUMP_M = 5_000.0
LEAST_SHARE = 0.1
"""A stretch of so few of the fixes is not where the activity was, whatever the clock says. Ours."""


def stretches(samples: Mapping[str, NDArray[Any]]) -> list[NDArray[np.float64]]:
    """Return the fixes in stretches without an impossible jump, those with most fixes first.

    Each has a row of latitude and longitude for every fix.
    """
    latitude, longitude = samples.get("latitude_deg"), samples.get("longitude_deg")
    if latitude is None or longitude is None:
        return []
    known = np.isfinite(latitude) & np.isfinite(longitude)
    fixes = np.column_stack([latitude[known], longitude[known]])
    seconds = np.maximum(np.diff(samples["t_s"][known].astype(np.float64)), 1.0)
    hops_m = _hops_m(fixes)
    jumps = (hops_m > SHORTEST_JUMP_M) & (hops_m > FASTEST_MPS * seconds)
    if not jumps.any():
        return [fixes] if len(fixes) else []
    parts = np.split(fixes, np.flatnonzero(jumps) + 1)
    return sorted(parts, key=len, reverse=True)


def _hops_m(fixes: NDArray[np.float64]) -> NDArray[np.float64]:
    north, east = np.radians(np.diff(fixes, axis=0)).T
    east = np.remainder(east + np.pi, 2 * np.pi) - np.pi
    return EARTH_RADIUS_M * np.hypot(north, east * np.cos(np.radians(fixes[:-1, 0])))


def start_position(
    samples: Mapping[str, NDArray[Any]],
    utc_offset_s: int | None,
    at: datetime,
    offset_at: OffsetAt,
) -> Position | None:
    """Return where an activity began; None without positions.

    Of stretches that jump apart the largest counts, unless another one of some size is where the
    device's own clock belongs: `offset_at` returns the offset from UTC at a position.
    """
    parts = stretches(samples)
    if not parts:
        return None
    count = sum(map(len, parts))
    large = [part for part in parts if len(part) >= LEAST_SHARE * count] or [_middle(parts)]
    starts = [(float(part[0, 0]), float(part[0, 1])) for part in large]
    if len(starts) > 1 and utc_offset_s is not None:
        return next((one for one in starts if offset_at(one, at) == utc_offset_s), starts[0])
    return starts[0]


def _middle(parts: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return the fix nearest to the median of all, where no stretch is large."""
    fixes = np.concatenate(parts)
    nearest = np.abs(fixes - np.median(fixes, axis=0)).sum(axis=1).argmin()
    return fixes[nearest : nearest + 1]
