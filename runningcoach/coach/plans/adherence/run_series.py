"""A run as its watch recorded it, and the clean second-by-second course of one or more of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from runningcoach.metrics import grade
from runningcoach.metrics.moving_time import FASTEST_ON_FOOT_MPS
from runningcoach.metrics.windows import Floats, Mask, centred_mean

LapTrigger = Literal["button", "step", "distance", "time", "end"]

LONGEST_STEP_S = 12
"""Records of a running watch are at most some 8 s apart; a longer step without way is a pause."""
STANDING_MPS = 0.5
STALL_S = 5
"""Distance that stands still for 5 s while speed goes on has been lost."""
SPEED_GAP_MPS = 3.0
"""A second's way that differs more from the watch's own speed is a jump of position."""
SMOOTH_S = 5


class RunLap(NamedTuple):
    """One lap [s since the start of the activity]; `trigger` is None where it is not known."""

    start_s: float
    end_s: float
    distance_m: float | None = None
    trigger: LapTrigger | None = None


@dataclass(frozen=True, slots=True, eq=False)
class RunSeries:
    """One activity as recorded: arrays of one length, NaN where nothing was measured.

    `t_s` counts from the start of the activity and leaves out pauses or not; `distance_m` is
    cumulative; `gps_ok` is None where it is not known. Empty arrays are channels without values.
    """

    t_s: Floats
    distance_m: Floats
    speed_mps: Floats
    heart_rate_bpm: Floats
    altitude_m: Floats
    gps_ok: Mask | None = None
    laps: tuple[RunLap, ...] = ()
    is_indoor: bool = False
    start_gap_s: float = 0.0
    """Time since the end of the activity before it that belongs to the same workout."""


@dataclass(frozen=True, slots=True, eq=False)
class RunTimeline:
    """One or more activities as one course, one value a second of the timer.

    `way_m` is the way of each second after jumps and lost stretches were mended; `is_mended` marks
    those; `is_unknown` marks seconds whose speed nothing tells. `gap_mps` are the speeds on the
    flat that cost the same, by two models of the cost of slopes.
    """

    way_m: Floats
    speed_mps: Floats
    gap_mps: tuple[Floats, Floats]
    heart_rate_bpm: Floats
    is_mended: Mask
    is_unknown: Mask
    is_indoor: bool
    lap_s: NDArray[np.int64]
    joint_s: NDArray[np.int64]
    gaps_s: tuple[float, ...]

    def __len__(self) -> int:
        return len(self.way_m)


class _TimerGrid:
    """The seconds of the timer of one activity, pauses left out."""

    def __init__(self, run: RunSeries) -> None:
        self.run = run
        step_s = np.diff(run.t_s)
        ahead_m = np.diff(_filled(run.distance_m, len(run.t_s)))
        long = step_s > LONGEST_STEP_S
        paused = long & ~(ahead_m > STANDING_MPS * step_s)
        self.timer_s = np.concatenate(([0.0], np.cumsum(np.where(paused, 1.0, step_s))))
        self.seconds = np.arange(int(self.timer_s[-1]) + 1, dtype=np.float64)

    def channel(self, values: Floats) -> Floats:
        """Return a channel on the seconds of the timer; holes are bridged, all NaN stays so."""
        if not len(values):
            return np.full(len(self.seconds), np.nan)
        known = np.isfinite(values)
        if not known.any():
            return np.full(len(self.seconds), np.nan)
        return np.interp(self.seconds, self.timer_s[known], values[known])

    @cached_property
    def lap_s(self) -> NDArray[np.int64]:
        """Where workout laps begin and end, on the seconds of the timer."""
        laps = workout_laps(self.run.laps)
        edges = sorted({edge for lap in laps for edge in (lap.start_s, lap.end_s)})
        return np.rint(np.interp(edges, self.run.t_s, self.timer_s)).astype(np.int64)


def workout_laps(laps: Sequence[RunLap]) -> tuple[RunLap, ...]:
    """Return the laps that a button or the steps of a workout ended, not those by distance.

    Where the watch does not tell, laps of one and the same distance but the last are auto-laps.
    """
    if len(laps) < 2:
        return ()
    if any(lap.trigger for lap in laps):
        ends = [lap for lap in laps if lap.trigger not in ("distance", "time")]
        return tuple(ends) if len(ends) > 1 else ()
    return () if has_auto_laps(laps) else tuple(laps)


AUTO_LAP_SPREAD, AUTO_LAP_LEAST_M = 0.02, 400.0


def has_auto_laps(laps: Sequence[RunLap]) -> bool:
    """Return whether all laps but the last have one distance."""
    lengths = [lap.distance_m for lap in laps[:-1] if lap.distance_m is not None]
    if not lengths or len(lengths) < len(laps) - 1:
        return False
    middle = float(np.median(lengths))
    apart = max(abs(length - middle) for length in lengths)
    last = laps[-1].distance_m or 0.0
    is_even = apart <= AUTO_LAP_SPREAD * middle and last <= middle * (1 + AUTO_LAP_SPREAD)
    return is_even and middle >= AUTO_LAP_LEAST_M


def _filled(values: Floats, count: int) -> Floats:
    """Return values with holes bridged; zeros where nothing is known."""
    known = np.isfinite(values)
    if len(values) != count or not known.any():
        return np.zeros(count)
    return np.interp(np.arange(count), np.flatnonzero(known), values[known])


class _Way(NamedTuple):
    way_m: Floats
    is_mended: Mask
    is_unknown: Mask


def _mended_way(grid: _TimerGrid) -> _Way:
    """Return the way of each second, without jumps and with what was lost filled in from speed."""
    distance = grid.channel(grid.run.distance_m)
    speed = grid.channel(grid.run.speed_mps)
    way = np.diff(distance, prepend=distance[:1])
    if not np.isfinite(way).any():
        way = np.full(len(grid.seconds), np.nan)
    told = np.isfinite(speed)
    bad = ~np.isfinite(way) | (way < 0) | (way > FASTEST_ON_FOOT_MPS)
    with np.errstate(invalid="ignore"):
        bad |= told & (way - speed > SPEED_GAP_MPS)
        bad |= _stalled(way) & (~told | (speed > STANDING_MPS)) & _is_lost(grid, told)
    bad[:1] = False
    way[:1] = np.where(told[:1], speed[:1], 0.0)
    likely = told & (speed <= FASTEST_ON_FOOT_MPS)
    good = way[~bad]
    typical = float(np.median(good)) if len(good) else 0.0
    around = np.interp(grid.seconds, grid.seconds[~bad], good) if len(good) else typical
    way = np.where(bad, np.where(likely, speed, np.where(_jumps(bad), typical, around)), way)
    return _Way(way, bad, bad & ~likely)


def _jumps(bad: Mask) -> Mask:
    """Return the bad seconds next to other bad ones: what is beside them tells nothing."""
    return bad & (np.roll(bad, 1) | np.roll(bad, -1))


def _stalled(way_m: Floats) -> Mask:
    """Return the seconds inside a stretch of at least 5 s without any way."""
    still = np.concatenate(([0], (way_m == 0).astype(np.int8), [0]))
    edges = np.flatnonzero(np.diff(still))
    out = np.zeros(len(way_m), bool)
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        if end - begin >= STALL_S:
            out[begin:end] = True
    return out


def _is_lost(grid: _TimerGrid, told: Mask) -> Mask:
    """Return where a stall is a loss: speed goes on, or there is no speed and no position."""
    if grid.run.gps_ok is None:
        return told
    return told | (grid.channel(grid.run.gps_ok.astype(np.float64)) < 0.5)


def _gap_speeds(way_m: Floats, altitude_m: Floats) -> tuple[Floats, Floats]:
    """Return equivalent flat speeds: by heart rates of real runs, and by the cost of running."""
    by = grade.smoothing(grade.noise_m(altitude_m))
    slopes = grade.slopes(way_m, altitude_m, by)
    speed = centred_mean(way_m, SMOOTH_S)
    return speed * grade.factor(slopes, "strava2017"), speed * grade.factor(slopes, "minetti2002")


def join_runs(runs: Sequence[RunSeries]) -> RunTimeline:
    """Return one course of the activities that ran a workout, in the order of their start.

    Runs without records are left out; ValueError where none is left.
    """
    grids = [_TimerGrid(run) for run in runs if len(run.t_s) > 1]
    if not grids:
        raise ValueError("no records")
    ways = [_mended_way(grid) for grid in grids]
    altitude = [grid.channel(grid.run.altitude_m) for grid in grids]
    gaps = [_gap_speeds(way.way_m, height) for way, height in zip(ways, altitude, strict=True)]
    starts = np.cumsum([0, *(len(grid.seconds) for grid in grids)])
    way_m = np.concatenate([way.way_m for way in ways])
    return RunTimeline(
        way_m=way_m,
        speed_mps=np.concatenate([centred_mean(way.way_m, SMOOTH_S) for way in ways]),
        gap_mps=(
            np.concatenate([first for first, _ in gaps]),
            np.concatenate([second for _, second in gaps]),
        ),
        heart_rate_bpm=np.concatenate([g.channel(g.run.heart_rate_bpm) for g in grids]),
        is_mended=np.concatenate([way.is_mended for way in ways]),
        is_unknown=np.concatenate([way.is_unknown for way in ways]),
        is_indoor=any(_is_without_position(grid.run) for grid in grids),
        lap_s=np.concatenate(
            [grid.lap_s + start for grid, start in zip(grids, starts[:-1], strict=True)]
        ),
        joint_s=starts.astype(np.int64),
        gaps_s=tuple(grid.run.start_gap_s for grid in grids[1:]),
    )


def _is_without_position(run: RunSeries) -> bool:
    """Return whether distance comes from the arm's swing: on a treadmill, or without any fix."""
    return run.is_indoor or (run.gps_ok is not None and not run.gps_ok.any())
