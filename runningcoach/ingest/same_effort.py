"""Decide whether two recordings of one time are of one effort, by place, distance or heart rate.

This reads samples, so it is called only for recordings that share time.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from runningcoach.metrics.route import EARTH_RADIUS_M
from runningcoach.store.blobs import samples

type Verdict = Literal["same_place", "same_effort", "elsewhere", "unknown"]
type Samples = Mapping[str, NDArray[Any]]

CHANNELS = ("t_s", "latitude_deg", "longitude_deg", "distance_m", "heart_rate_bpm")
VIRTUAL = "virtual_activity"
"""The sub-sport whose positions lie in a world that does not exist."""
STEP_S = 10
NEAR_M = 300.0
"""Median distance below which two tracks are one: clocks may differ by a minute. Ours."""
FAR_M = 1500.0
"""Median distance above which they are of two people, or of two places. Ours."""
FEWEST_MOMENTS = 6
LONGEST_HOLE_S = 60
SAME_DISTANCE = 0.1
SAME_HR_BPM = 3.0


class StoredRecording(NamedTuple):
    """A stored recording: the path and the start of its samples."""

    path: str
    started_at: datetime
    sub_sport: str | None


def compare(home: Path, one: StoredRecording, other: StoredRecording) -> Verdict:
    """Return the verdict from the time that two recordings share; unknown where it is too short."""
    mine, theirs = _read(home, one), _read(home, other)
    if mine is None or theirs is None:
        return "unknown"
    shift_s = (other.started_at - one.started_at).total_seconds()
    begin, end = max(0.0, shift_s), min(mine["t_s"][-1], theirs["t_s"][-1] + shift_s)
    moments = np.arange(begin, end + 1, STEP_S)
    if len(moments) < FEWEST_MOMENTS:
        return "unknown"
    at = moments, moments - shift_s
    apart_m = _median_distance_m(_positions(mine, one, at[0]), _positions(theirs, other, at[1]))
    if apart_m is not None:
        return "same_place" if apart_m <= NEAR_M else "elsewhere" if apart_m > FAR_M else "unknown"
    is_one = _is_same_distance(mine, theirs, at) or _is_same_heart_rate(mine, theirs, at)
    return "same_effort" if is_one else "unknown"


def _read(home: Path, one: StoredRecording) -> Samples | None:
    try:
        channels = samples.read(home, one.path, CHANNELS)
    except (OSError, ValueError):
        return None
    return channels if len(channels.get("t_s", ())) > 1 else None


def _positions(
    channels: Samples, one: StoredRecording, at_s: NDArray[np.float64]
) -> NDArray[np.float64] | None:
    if (
        one.sub_sport == VIRTUAL
        or "latitude_deg" not in channels
        or "longitude_deg" not in channels
    ):
        return None
    return np.radians(
        [_interpolate(channels, name, at_s) for name in ("latitude_deg", "longitude_deg")]
    )


def _interpolate(channels: Samples, name: str, at_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a channel interpolated at some times [s]; NaN in its long gaps."""
    known = np.isfinite(channels[name])
    times, values = channels["t_s"][known].astype(np.float64), channels[name][known]
    if not len(times):
        return np.full(len(at_s), np.nan)
    after = np.clip(np.searchsorted(times, at_s), 1, max(len(times) - 1, 1))
    hole_s = times[np.minimum(after, len(times) - 1)] - times[after - 1]
    inside = (at_s >= times[0]) & (at_s <= times[-1]) & (hole_s <= LONGEST_HOLE_S)
    return np.where(inside, np.interp(at_s, times, values), np.nan)


def _median_distance_m(
    one: NDArray[np.float64] | None, other: NDArray[np.float64] | None
) -> float | None:
    """Return the median distance of two tracks [m]; None where one of them has no positions."""
    if one is None or other is None:
        return None
    north = other[0] - one[0]
    east = (other[1] - one[1]) * np.cos((one[0] + other[0]) / 2)
    apart = np.hypot(north, east) * EARTH_RADIUS_M
    known = apart[np.isfinite(apart)]
    return float(np.median(known)) if len(known) >= FEWEST_MOMENTS else None


type Moments = tuple[NDArray[np.float64], NDArray[np.float64]]


def _is_same_distance(one: Samples, other: Samples, at: Moments) -> bool:
    """Return whether both have nearly the same distance in the time that they share."""
    if "distance_m" not in one or "distance_m" not in other:
        return False
    ways = sorted((_covered_m(one, at[0]), _covered_m(other, at[1])))
    return ways[0] > 0 and ways[1] - ways[0] <= SAME_DISTANCE * ways[1]


def _covered_m(channels: Samples, at_s: NDArray[np.float64]) -> float:
    counted = _interpolate(channels, "distance_m", at_s)
    known = counted[np.isfinite(counted)]
    return float(known[-1] - known[0]) if len(known) > 1 else 0.0


def _is_same_heart_rate(one: Samples, other: Samples, at: Moments) -> bool:
    """Return whether the heart rates of both agree in the time that they share."""
    if "heart_rate_bpm" not in one or "heart_rate_bpm" not in other:
        return False
    differ = np.abs(
        _interpolate(one, "heart_rate_bpm", at[0]) - _interpolate(other, "heart_rate_bpm", at[1])
    )
    known = differ[np.isfinite(differ)]
    return len(known) >= FEWEST_MOMENTS and float(np.median(known)) <= SAME_HR_BPM
