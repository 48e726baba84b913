"""From what a device recorded to clean channels on a grid of one second.

The grid starts at second 0 of the activity and every grid second counts as one second.
Paused seconds, and seconds inside recording gaps of more than 10 s, stay on the grid, so that
elapsed time is kept, but no channel has a value there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runningcoach.metrics import movement, pulse
from runningcoach.metrics.windows import Floats, Mask, bridge, centred_mean, hold
from runningcoach.units import SEMICIRCLES_PER_DEGREE

LONGEST_S = 48 * 3600
"""An activity that spans more is a broken clock, not an activity."""
GAP_S = 10
"""Records further apart than this were not one stretch of recording."""
HOLD_S = 5
"""How long the last cadence or power is believed."""
MOVING_MPS = 0.5
"""Below this one stands. No published value is known; ours."""
POSSIBLE = {
    "altitude_m": (-500.0, 9000.0),
    "cadence_spm": (0.0, 300.0),
    "power_w": (0.0, 2500.0),
    "temperature_c": (-40.0, 60.0),
    "latitude_deg": (-90.0, 90.0),
    "longitude_deg": (-180.0, 180.0),
}
"""Values outside are not measurements."""
POSITIONS = ("latitude_deg", "longitude_deg")


@dataclass(frozen=True, slots=True, eq=False)
class Streams:
    """Clean channels at 1 Hz, all of one length; NaN is missing, whatever the channel.

    `active` is the timer's time, `moving` the part of it with the athlete under way.
    `distance_m` only ever grows and, once anything is known of it, has no hole, also while
    paused; the others are NaN outside active time. `heart_rate_bpm` holds whole numbers.
    """

    active: Mask
    moving: Mask
    heart_rate_bpm: Floats
    speed_mps: Floats
    distance_m: Floats
    altitude_m: Floats
    cadence_spm: Floats
    power_w: Floats
    temperature_c: Floats
    treadmill: bool
    flags: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.active)


class _Grid:
    """Where the records lie on the seconds of the activity."""

    def __init__(self, samples: Mapping[str, NDArray[Any]]) -> None:
        self.samples = samples
        self.keep, self.seconds = _kept(np.asarray(samples.get("t_s", ()), dtype=np.float64))
        self.n = int(self.seconds[-1]) + 1 if len(self.seconds) else 0

    def channel(self, name: str) -> Floats:
        """Return one channel on the grid; NaN where nothing, or nothing possible, was recorded."""
        out = np.full(self.n, np.nan)
        low, high = POSSIBLE.get(name, (-np.inf, np.inf))
        if name in self.samples:
            values = _as_stored(name, np.asarray(self.samples[name], np.float64)[self.keep])
            with np.errstate(invalid="ignore"):
                possible = np.isfinite(values) & (values >= low) & (values <= high)
            out[self.seconds] = np.where(possible, values, np.nan)
        return out

    def gap_limit(self) -> int:
        """Return the largest step between records that is not a gap.

        10 s; recordings that were meant to be sparser than that (old tracks) set their own.
        """
        if len(self.seconds) < 3:
            return GAP_S
        usual = float(np.median(np.diff(self.seconds)))
        return GAP_S if usual <= GAP_S else int(3 * usual)

    def active(self, pauses: Sequence[tuple[int, int]], gap_s: int) -> Mask:
        """Return which seconds the timer ran in and the device recorded."""
        active = np.ones(self.n, dtype=np.bool_)
        for begin, end in pauses:
            active[max(begin, 0) : max(end, 0)] = False
        before = np.concatenate(([-1], self.seconds[:-1]))
        for i in np.flatnonzero(self.seconds - before > gap_s):
            active[before[i] + 1 : self.seconds[i]] = False
        return active


def _as_stored(name: str, values: Floats) -> Floats:
    """Round as the samples' files do, so that facts made from a file again come out equal."""
    with np.errstate(over="ignore", invalid="ignore"):
        if name in POSITIONS:
            return np.rint(values * SEMICIRCLES_PER_DEGREE) / SEMICIRCLES_PER_DEGREE
        return values.astype(np.float32).astype(np.float64)


def _kept(t_s: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return which records to keep, and their seconds: growing, the last of equal ones."""
    index = np.flatnonzero(np.isfinite(t_s) & (t_s >= 0))
    seconds = np.floor(t_s[index])
    forward = seconds >= np.maximum.accumulate(seconds) if len(seconds) else np.empty(0, np.bool_)
    index, seconds = index[forward], seconds[forward]
    if len(seconds) and seconds[-1] > LONGEST_S:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    last = np.append(seconds[1:] != seconds[:-1], True)[: len(seconds)]
    return index[last], seconds[last].astype(np.int64)


def clean(
    samples: Mapping[str, NDArray[Any]],
    pauses: Sequence[tuple[int, int]] = (),
    *,
    treadmill: bool = False,
    altitude_is_barometric: bool = True,
) -> Streams:
    """Return the clean channels of a recording.

    Parameters
    ----------
    samples : channels of equal length by name; `t_s` is seconds since the start
    pauses : [from, to) seconds since the start with the timer stopped
    treadmill : no position is expected, the whole timer's time counts as moving
    altitude_is_barometric : else ascent and grade rest on GPS altitude, which is flagged

    Nothing recorded, or a span of more than 48 h, gives empty streams.
    """
    grid = _Grid(samples)
    gap_s = grid.gap_limit()
    active = grid.active(pauses, gap_s)
    motion = movement.track(grid.channel, grid.n, gap_s)
    rate = pulse.clean(grid.channel("heart_rate_bpm"), gap_s)
    altitude = bridge(grid.channel("altitude_m"), gap_s)
    cadence = hold(grid.channel("cadence_spm"), HOLD_S)

    def where_active(values: Floats) -> Floats:
        return np.where(active, values, np.nan)

    rate, cadence, altitude = where_active(rate), where_active(cadence), where_active(altitude)
    speed = where_active(motion.speed_mps)
    flags = {
        "treadmill": treadmill,
        "cadence_lock": pulse.locked_to_cadence(rate, cadence),
        "alt_gps": not altitude_is_barometric and bool(np.isfinite(altitude).any()),
        "distance_jump": motion.jumped,
        "sparse_recording": gap_s > GAP_S,
    }
    return Streams(
        active=active,
        moving=active if treadmill else active & _under_way(speed),
        heart_rate_bpm=rate,
        speed_mps=speed,
        distance_m=motion.distance_m,
        altitude_m=altitude,
        cadence_spm=cadence,
        power_w=where_active(hold(grid.channel("power_w"), HOLD_S)),
        temperature_c=where_active(grid.channel("temperature_c")),
        treadmill=treadmill,
        flags=tuple(name for name, raised in flags.items() if raised),
    )


def _under_way(speed_mps: Floats) -> Mask:
    """Return where speed, smoothed over 5 s, says that one is moving; unknown speed says no."""
    smooth = centred_mean(np.where(np.isfinite(speed_mps), speed_mps, 0.0), 5)
    return (smooth > MOVING_MPS) & np.isfinite(speed_mps)


def coverage(values: Floats, active: Mask) -> float | None:
    """Return which share of the active seconds has a value; None without active seconds."""
    seconds = int(np.count_nonzero(active))
    return int(np.count_nonzero(np.isfinite(values) & active)) / seconds if seconds else None
