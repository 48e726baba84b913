"""From what a device recorded to clean channels on a grid of one second.

The grid starts at second 0 of the activity and every grid second counts as one second. Paused
seconds stay on the grid, so that elapsed time is kept, but no channel has a value there. Seconds
without a record in which the timer ran are running time: distance goes on evenly across them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from runningcoach.base.units import SEMICIRCLES_PER_DEGREE
from runningcoach.metrics import grade, heart_rate_cleaning, moving_time, vehicle
from runningcoach.metrics.moving_time import (
    MOVING_MPS,
    ON_FOOT,
    STEP_S,
    UNTOLD,
    Motion,
)
from runningcoach.metrics.sports import ON_THE_SPOT
from runningcoach.metrics.totals import LONGEST_S
from runningcoach.metrics.windows import Floats, Mask, bridge, centred_mean, hold

HOLD_S, LONGEST_HOLD_S = 5, 30
"""How long the last cadence or power is believed; longer only where records are that far apart."""
ALTITUDE_HOLE_S = 60
SPARSE_SHARE = 0.05
"""Share of the running time between records that are more than 10 s apart which is told."""
HOLE_S = 30
"""A longer step between records while the timer ran is a hole that was interpolated."""
POSSIBLE = {
    "altitude_m": (-500.0, 9000.0),
    "cadence_spm": (0.0, 300.0),
    "power_w": (0.0, 2500.0),
    "temperature_c": (-40.0, 60.0),
    "latitude_deg": (-90.0, 90.0),
    "longitude_deg": (-180.0, 180.0),
    "distance_m": (0.0, 1e9),
}
MOST = 1e9
"""Values outside are not measurements."""
POSITIONS = ("latitude_deg", "longitude_deg")


@dataclass(frozen=True, slots=True, eq=False)
class Streams:
    """Clean channels at 1 Hz, all of one length; NaN is missing, whatever the channel.

    `active` is the timer's time without rides in a vehicle, `moving` the part of it with the
    athlete under way; where no movement was recorded, and on the spot, all of it. `distance_m`
    only ever grows and, once anything is known of it, has no hole, also while paused; the others
    are NaN outside active time. `heart_rate_bpm` holds whole numbers.
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
    altitude_by: grade.Smoothing = grade.BAROMETRIC
    interpolated_share: float = 0.0
    vehicle_s: int = 0

    def __len__(self) -> int:
        return len(self.active)

    @property
    def covered_m(self) -> float | None:
        """Return the distance of the whole activity; None where nothing is known of it."""
        known = len(self) > 0 and bool(np.isfinite(self.distance_m[-1]))
        return float(self.distance_m[-1]) if known else None


class Kind(NamedTuple):
    """What is known of an activity beside its records, as cleaning them needs it."""

    sport: str = "running"
    treadmill: bool = False
    barometric: bool = True

    @property
    def on_foot(self) -> bool | None:
        """Return whether it is done on foot; None where the sport does not tell."""
        return None if self.sport in UNTOLD else self.sport in ON_FOOT


class Grid:
    """Where the records lie on the seconds of the activity."""

    def __init__(self, samples: Mapping[str, NDArray[Any]]) -> None:
        self.samples = samples
        self.keep, self.seconds = _kept(np.asarray(samples.get("t_s", ()), dtype=np.float64))
        self.n = int(self.seconds[-1]) + 1 if len(self.seconds) else 0

    def channel(self, name: str) -> Floats:
        """Return one channel on the grid; NaN where nothing, or nothing possible, was recorded."""
        out = np.full(self.n, np.nan)
        low, high = POSSIBLE.get(name, (-MOST, MOST))
        if name in self.samples:
            values = _as_stored(name, np.asarray(self.samples[name], np.float64)[self.keep])
            with np.errstate(invalid="ignore"):
                possible = (values >= low) & (values <= high)
            out[self.seconds] = values if possible.all() else np.where(possible, values, np.nan)
        return out

    @cached_property
    def steps_s(self) -> NDArray[np.int64]:
        """The seconds between records."""
        return self.seconds[1:] - self.seconds[:-1]

    @cached_property
    def usual_step_s(self) -> float:
        """The median time between records."""
        if len(self.seconds) < 3 or len(self.seconds) > self.n / 2:
            return 1.0
        return float(np.median(self.steps_s))


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
    sport: str = "running",
    elapsed_s: float | None = None,
    distance_m: float | None = None,
) -> Streams:
    """Return the clean channels of a recording whose totals are decided.

    Parameters
    ----------
    samples : channels of equal length by name; `t_s` is seconds since the start
    pauses : [from, to) seconds since the start with the timer stopped
    treadmill : no position is expected, the whole timer's time counts as moving
    altitude_is_barometric : else ascent and grade rest on GPS altitude, which is flagged
    sport : decides which speeds can be true
    elapsed_s, distance_m : the totals; None, or a time that none takes, leaves it to the records

    Nothing recorded, or a span of more than four days, gives empty streams.
    """
    grid = Grid(samples)
    kind = Kind(sport, treadmill, altitude_is_barometric)
    motion = moving_time.motion(
        grid.channel, grid.n, on_foot=kind.on_foot, reference_m=(distance_m,)
    )
    possible_s = elapsed_s if elapsed_s is not None and elapsed_s <= LONGEST_S else None
    made = assemble(grid, motion, pauses, kind, elapsed_s=possible_s)
    return made if distance_m is None else to_distance(made, motion, distance_m)


def assemble(
    grid: Grid,
    motion: Motion,
    pauses: Sequence[tuple[int, int]],
    kind: Kind,
    *,
    elapsed_s: float | None = None,
) -> Streams:
    """Return the clean channels of records whose motion and pauses are known."""
    n = max(grid.n, int(elapsed_s) + 1 if elapsed_s and grid.n else 0)
    active = np.ones(n, dtype=np.bool_)
    for begin, end in pauses:
        active[max(begin, 0) : max(end, 0)] = False
    last_active = int(active[: grid.n].sum())
    if n > grid.n and last_active == int(active.sum()):
        n, active = grid.n, active[: grid.n]  # nothing ran after the last record
    beats = np.where(active, _longer(grid.channel("heart_rate_bpm"), n), np.nan)
    rate, artefacts = heart_rate_cleaning.clean(beats, _line_s(grid))
    cadence = hold(_longer(grid.channel("cadence_spm"), n), _hold_s(grid))
    speed, step = moving_time.track(motion, active)
    ridden = np.zeros(n, dtype=np.bool_)
    if kind.on_foot and not kind.treadmill:
        ridden = vehicle.in_vehicle(np.where(active, speed, np.nan), cadence, rate)
    if ridden.any():
        active = active & ~ridden
        step = np.where(ridden, 0.0, step)

    def where_active(values: Floats) -> Floats:
        return np.where(active, values, np.nan)

    rate, cadence, speed = where_active(rate), where_active(cadence), where_active(speed)
    altitude = where_active(_longer(_altitude(grid), n))
    noise = grade.noise_m(altitude)
    is_noisy = kind.on_foot is not False and noise is not None and noise >= grade.NOISY_M
    holes = _holes(grid, active)
    flags = {
        "treadmill": kind.treadmill,
        "cadence_lock": heart_rate_cleaning.locked_to_cadence(
            hold(beats, heart_rate_cleaning.HOLD_S), cadence
        ),
        "hr_suspect": artefacts,
        "alt_gps": (is_noisy or not kind.barometric) and bool(np.isfinite(altitude).any()),
        "noisy_altitude": is_noisy,
        "sparse_recording": holes.steps_share > SPARSE_SHARE,
        "interpolated": holes.longest_s > HOLE_S,
        "vehicle": bool(ridden.any()),
        **dict.fromkeys(sorted(motion.flags), True),
    }
    still = kind.treadmill or kind.sport in ON_THE_SPOT or not np.isfinite(speed).any()
    return Streams(
        active=active,
        moving=active if still else active & _under_way(speed),
        heart_rate_bpm=rate,
        speed_mps=speed,
        distance_m=np.cumsum(step) if motion.source else np.full(n, np.nan),
        altitude_m=altitude,
        cadence_spm=cadence,
        power_w=where_active(hold(_longer(grid.channel("power_w"), n), _hold_s(grid))),
        temperature_c=where_active(_longer(grid.channel("temperature_c"), n)),
        treadmill=kind.treadmill,
        flags=tuple(name for name, raised in flags.items() if raised),
        altitude_by=grade.smoothing(noise if kind.on_foot is not False else None),
        interpolated_share=holes.share,
        vehicle_s=int(np.count_nonzero(ridden)),
    )


def _longer(values: Floats, n: int) -> Floats:
    """Return a channel with unknown seconds up to a length."""
    return values if len(values) == n else np.append(values, np.full(n - len(values), np.nan))


def _line_s(grid: Grid) -> int:
    """Return across how many seconds heart rate is interpolated: old tracks are sparser."""
    return max(
        heart_rate_cleaning.LINE_S, int(3 * grid.usual_step_s) if grid.usual_step_s > STEP_S else 0
    )


def _hold_s(grid: Grid) -> int:
    """Return how long cadence and power are believed: as long as records are apart."""
    if len(grid.seconds) < 2 or len(grid.seconds) > 0.95 * grid.n:
        return HOLD_S
    apart = float(np.percentile(grid.steps_s, 95))
    return int(np.clip(apart, HOLD_S, LONGEST_HOLD_S))


def _altitude(grid: Grid) -> Floats:
    altitude = grade.without_dropouts(grid.channel("altitude_m"))
    return bridge(altitude, ALTITUDE_HOLE_S)


class _Holes(NamedTuple):
    """Shares of the running time between far records, and the longest such time."""

    share: float
    steps_share: float
    longest_s: float


def _holes(grid: Grid, active: Mask) -> _Holes:
    """Return how much of the running time lies between records more than 10 s apart."""
    n = len(active)
    edges = np.concatenate(([-1], grid.seconds, [n] if n > grid.n else []))
    far = np.flatnonzero(edges[1:] - edges[:-1] > STEP_S)
    if not len(far) or not active.any():
        return _Holes(0.0, 0.0, 0.0)
    clock = np.concatenate(([0], np.cumsum(active)))
    begin, end = edges[far].astype(int) + 1, np.minimum(edges[far + 1].astype(int), n)
    ran = clock[end] - clock[begin]
    whole = int(clock[-1])
    short = ran[ran <= HOLE_S]
    return _Holes(float(ran.sum()) / whole, float(short.sum()) / whole, float(ran.max()))


def _under_way(speed_mps: Floats) -> Mask:
    """Return where speed, smoothed over 5 s, says that one is moving; unknown speed says no."""
    smooth = centred_mean(np.where(np.isfinite(speed_mps), speed_mps, 0.0), 5)
    return (smooth > MOVING_MPS) & np.isfinite(speed_mps)


# To the decided distance -------------------------------------------------------------------------

CALIBRATED_FROM = 0.002
"""Below, belt and watch agree."""
END_PACE = (0.3, 1.5)
"""What was covered before the first record or after the last must have been at such a share of
the usual speed."""


def to_distance(made: Streams, motion: Motion, distance_m: float) -> Streams:
    """Return streams that add up to the decided distance, where they should.

    What the total has more was covered before the first record or after the last, while the timer
    ran; where there was no such time and no position contradicts, the belt or the foot pod was
    calibrated, and all speeds with it. A small difference to positions stays.
    """
    covered = made.covered_m
    if not covered or distance_m <= 0 or "vehicle" in made.flags:
        return made
    missing = distance_m - covered
    unseen = _unseen(made, motion)
    seconds = int(np.count_nonzero(unseen))
    if missing > 0 and seconds > STEP_S and motion.usual_mps > 0:
        rate = missing / seconds
        if END_PACE[0] <= rate / motion.usual_mps <= END_PACE[1]:
            return _with_ends(made, unseen, rate)
    factor = distance_m / covered
    if abs(factor - 1) <= CALIBRATED_FROM or not 0.5 <= factor <= 2:
        return made
    if not made.treadmill and motion.positions is not None:
        return made
    return replace(
        made, speed_mps=made.speed_mps * factor, distance_m=made.distance_m * factor,
        flags=(*made.flags, "calibrated_distance"),
    )  # fmt: skip


def _unseen(made: Streams, motion: Motion) -> Mask:
    """Return the active seconds before the first known distance and after the last."""
    out = np.zeros(len(made), dtype=np.bool_)
    if motion.steps is not None:
        first, last = int(motion.steps.at[0]), int(motion.steps.at[-1])
        if first > STEP_S and not motion.lead_m:
            out[1 : first + 1] = True
        out[last + 1 :] = True
    return out & made.active


def _with_ends(made: Streams, unseen: Mask, rate_mps: float) -> Streams:
    speed = np.where(unseen, rate_mps, made.speed_mps)
    step = np.diff(made.distance_m, prepend=made.distance_m[:1])
    return replace(
        made, speed_mps=speed, distance_m=np.cumsum(np.where(unseen, rate_mps, step)),
        moving=made.moving | unseen,
    )  # fmt: skip


def coverage(values: Floats, active: Mask) -> float | None:
    """Return which share of the active seconds has a value; None without active seconds."""
    seconds = int(np.count_nonzero(active))
    return int(np.count_nonzero(np.isfinite(values) & active)) / seconds if seconds else None
