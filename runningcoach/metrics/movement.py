"""Speed and distance from whatever the device recorded: its own, or its positions."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from runningcoach.metrics.pulse import without_jumps
from runningcoach.metrics.windows import Floats, bridge, centred_mean

FASTEST_ON_FOOT_MPS = 12.0
FASTEST_RUN_MPS = 6.7
FASTEST_MPS = 40.0
STEEPEST_MPS2 = 4.0
BRIDGE_S = 6
"""Five missing seconds: the known ones beside them are six apart."""
EARTH_RADIUS_M = 6_371_008.8
"""Mean radius (IUGG)."""


class Track(NamedTuple):
    """Speed second by second, distance so far, and whether distance had to be mended."""

    speed_mps: Floats
    distance_m: Floats
    jumped: bool


def track(channel: Callable[[str], Floats], n: int, gap_s: int) -> Track:
    """Return speed and cumulative distance on a grid of `n` seconds.

    Distance: the device's, else along the positions, else the sum of speed. Speed: the
    device's; holes by distance over time; impossible values are dropped and bridged.
    """
    recorded = channel("speed_mps")
    counted = channel("distance_m")
    along = (
        counted if _known(counted) else _along(channel("latitude_deg"), channel("longitude_deg"))
    )
    fastest = _limit(recorded, along)
    with np.errstate(invalid="ignore"):
        device = np.where((recorded >= 0) & (recorded <= fastest), recorded, np.nan)
    if not _known(along):
        device = bridge(without_jumps(device, STEEPEST_MPS2), BRIDGE_S)
        return Track(device, _summed(device) if n else device, False)
    distance, step, jumped = _mended(along, device, gap_s, fastest)
    if along is not counted:
        step = _smooth(step)
    speed = np.where(np.isfinite(device), device, step)
    with np.errstate(invalid="ignore"):
        speed = np.where((speed >= 0) & (speed <= fastest), speed, np.nan)
    return Track(bridge(without_jumps(speed, STEEPEST_MPS2), BRIDGE_S), distance, jumped)


def _limit(speed_mps: Floats, distance_m: Floats) -> float:
    """Return the speed that is too fast to be true: for those on foot, or for those who ride.

    Nobody runs for half of an hour as fast as the 5,000 m record: who does, rides.
    """
    usual = speed_mps[np.isfinite(speed_mps)]
    if not len(usual):
        at = np.flatnonzero(np.isfinite(distance_m))
        usual = np.diff(distance_m[at]) / np.diff(at)
    rides = len(usual) > 0 and float(np.median(usual)) > FASTEST_RUN_MPS
    return FASTEST_MPS if rides else FASTEST_ON_FOOT_MPS


def _known(values: Floats) -> bool:
    return int(np.count_nonzero(np.isfinite(values))) > 1


def _summed(speed_mps: Floats) -> Floats:
    if not np.isfinite(speed_mps).any():
        return np.full(len(speed_mps), np.nan)
    return np.cumsum(np.where(np.isfinite(speed_mps), speed_mps, 0.0))


def _mended(
    distance_m: Floats, device_mps: Floats, gap_s: int, fastest_mps: float
) -> tuple[Floats, Floats, bool]:
    """Return distance without jumps or steps back, and speed by distance where it is known."""
    at = np.flatnonzero(np.isfinite(distance_m))
    seconds = np.diff(at)
    covered = np.diff(np.maximum.accumulate(distance_m[at]))
    jump = covered > fastest_mps * seconds
    if jump.any():
        believed = np.where(np.isfinite(device_mps[at[1:]]), device_mps[at[1:]], 0.0)
        covered = np.where(jump, believed * seconds, covered)
    index = np.arange(len(distance_m))
    sofar = np.interp(index, at, np.concatenate(([0.0], np.cumsum(covered))))
    known = np.where((seconds <= gap_s) & ~jump, covered / seconds, np.nan)
    piece = np.searchsorted(at, index) - 1 if len(at) < len(index) else index - 1
    step = np.where(
        (index > at[0]) & (index <= at[-1]), known[np.clip(piece, 0, len(known) - 1)], np.nan
    )
    step[at[0]] = known[0]
    return sofar, step, bool(jump.any())


def _smooth(step_mps: Floats) -> Floats:
    """Return speed between positions as a 5 s mean: single fixes are too noisy."""
    good = np.isfinite(step_mps)
    smooth = centred_mean(np.where(good, step_mps, 0.0), 5)
    share = centred_mean(good.astype(np.float64), 5)
    return np.where(good, smooth / np.where(share > 0, share, 1.0), np.nan)


def _along(latitude_deg: Floats, longitude_deg: Floats) -> Floats:
    """Return the distance along the positions; NaN where there is none."""
    out = np.full(len(latitude_deg), np.nan)
    at = np.flatnonzero(np.isfinite(latitude_deg) & np.isfinite(longitude_deg))
    if len(at):
        steps = haversine(latitude_deg[at], longitude_deg[at])
        out[at] = np.concatenate(([0.0], np.cumsum(steps)))
    return out


def haversine(latitude_deg: Floats, longitude_deg: Floats) -> Floats:
    """Return the great-circle distance [m] from each position to the next."""
    north, east = np.radians(latitude_deg), np.radians(longitude_deg)
    a = (
        np.sin(np.diff(north) / 2) ** 2
        + np.cos(north[:-1]) * np.cos(north[1:]) * np.sin(np.diff(east) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(a, 1.0)))
