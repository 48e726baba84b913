"""Speed and distance from whatever the device recorded: its counter, its positions, its speed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np

from runningcoach.metrics import route
from runningcoach.metrics.heart_rate_cleaning import without_jumps
from runningcoach.metrics.route import Steps, merge_stalls, usual_speed
from runningcoach.metrics.windows import Floats, Mask, bridge, centred_mean, prefix_sum, run_lengths

ON_FOOT = frozenset({"running", "walking", "hiking", "mountaineering", "snowshoeing", "transition"})
UNTOLD = frozenset({"generic", "multisport", "all"})
"""What a device calls an activity whose kind nobody chose."""

FASTEST_ON_FOOT_MPS = 12.0
FASTEST_RUN_MPS = 6.7
FASTEST_MPS = 40.0
FASTEST_OF_ALL_MPS = 350.0
STEEPEST_MPS2 = 4.0
MOVING_MPS = 0.5
"""Below this one stands. No published value is known; ours."""
BRIDGE_S = 6
"""Five missing seconds: the known ones beside them are six apart."""
STEP_S = 10
"""Records further apart than this leave a hole: what happened between them is interpolated."""
SLOWEST_MEAN_MPS = 0.2
"""A counter that says less on average is in another unit, or never moved."""
COUNTER_UNITS = (1000.0, 1609.344, 0.01, 0.001)
"""A distance in kilometres, miles, centimetres or millimetres where metres belong."""
SPEED_UNITS = (3.6, 2.236936, 1.943844)
"""A speed in km/h, mph or knots where m/s belong."""
UNIT_TOLERANCE, LEAST_OF_UNIT_M = 0.06, 500.0
VEHICLE_S = 60
MOSTLY = 0.9

LEAD_M = 50.0
"""What a counter may show at the first record of a run that it counts from its start."""

type Channel = Callable[[str], Floats]
type MotionSource = Literal["records", "positions", "speed"]


@dataclass(frozen=True)
class Motion:
    """What the records of an activity tell of its movement, before any pause is known.

    `steps` are from the counter, else from the positions; None where only speed, or nothing, is
    known. `lead_m` is what the counter had counted at its first record, if it could have. `leaps`
    are the steps that are too fast to be true; their distance is that of the device's speed.
    """

    seconds: int
    channel: Channel
    fastest_mps: float
    device_mps: Floats
    steps: Steps | None
    source: MotionSource | None
    lead_m: float
    leaps: Mask
    flags: frozenset[str]

    @cached_property
    def positions(self) -> Steps | None:
        """The way along the positions."""
        return positions(self.channel, self.fastest_mps)

    @cached_property
    def sofar_m(self) -> Floats:
        """The distance at each of the known seconds, from the first."""
        return prefix_sum(self.steps.covered_m) if self.steps else np.empty(0)

    @cached_property
    def by_speed_m(self) -> float | None:
        """The distance by the device's speed alone; None where it tells less than most of it."""
        known = np.isfinite(self.device_mps)
        share = np.count_nonzero(known) / max(self.seconds, 1)
        return float(self.device_mps[known].sum()) / share if share > MOSTLY else None

    @cached_property
    def usual_mps(self) -> float:
        """The median speed while moving."""
        if self.steps is not None:
            return usual_speed(self.steps)
        moved = self.device_mps[self.device_mps > MOVING_MPS]
        return float(np.median(moved)) if len(moved) else 0.0

    def moved_s(self) -> float | None:
        """Return the recorded seconds under way, holes left out; None where nothing is known."""
        if self.steps is None:
            known = np.isfinite(self.device_mps)
            return float(np.count_nonzero(self.device_mps > MOVING_MPS)) if known.any() else None
        seconds = self.steps.seconds
        under_way = (self.steps.covered_m > MOVING_MPS * seconds) & (seconds <= STEP_S)
        return float(seconds[under_way].sum())

    def rate(self, begin_s: float, end_s: float) -> float | None:
        """Return the mean speed between two seconds [m/s]; None where it is not known."""
        if self.steps is None or end_s <= begin_s:
            return None
        first, last = self.steps.at[0], self.steps.at[-1]
        if begin_s < first:
            return self.lead_m / float(first) if self.lead_m and first else None
        if end_s > last:
            return None
        begun, ended = np.interp([begin_s, end_s], self.steps.at, self.sofar_m)
        return float(ended - begun) / (end_s - begin_s)


def motion(
    channel: Channel,
    seconds: int,
    *,
    on_foot: bool | None = True,
    reference_m: Sequence[float | None] = (),
) -> Motion:
    """Return what `seconds` of records tell of movement.

    `on_foot` is None where the sport does not tell. `reference_m` are distances that the file
    states; they tell a counter in another unit.
    """
    flags: set[str] = set()
    recorded = channel("speed_mps")
    steps, lead_m = _counter(channel("distance_m"))
    source: MotionSource = "records"
    if steps is not None:
        steps, factor = _in_metres(steps, channel, recorded, reference_m)
        lead_m *= factor
        flags |= {"distance_unit"} if factor != 1 else set()
    fastest = _limit(steps, recorded, on_foot)
    if steps is None:
        steps, lead_m, source = positions(channel, fastest), 0.0, "positions"
        fastest = max(fastest, _limit(steps, recorded, on_foot))
    else:
        steps = merge_stalls(steps)
    if steps is not None and not steps.covered_m.sum() > 0:
        steps = None
    recorded, is_other_unit = _in_mps(recorded, steps)
    flags |= {"speed_unit"} if is_other_unit else set()
    with np.errstate(invalid="ignore"):
        device = np.where((recorded >= 0) & (recorded <= fastest), recorded, np.nan)
    if steps is None:
        if not (device > 0).any():  # a sensor that never felt a movement was not there
            device = np.full(seconds, np.nan)
        named: MotionSource | None = "speed" if np.isfinite(device).any() else None
        none = np.zeros(0, np.bool_)
        return Motion(seconds, channel, fastest, device, None, named, 0.0, none, frozenset(flags))
    if lead_m > fastest * steps.at[0] + LEAD_M:
        lead_m = 0.0
    steps, leaps = _without_leaps(steps, fastest, device)
    if steps.is_mended:
        flags.add("distance_jump")
    return Motion(seconds, channel, fastest, device, steps, source, lead_m, leaps, frozenset(flags))


def _counter(counted_m: Floats) -> tuple[Steps | None, float]:
    """Return the steps of the device's counter, and what stood on it first; None: it has none."""
    at = np.flatnonzero(np.isfinite(counted_m))
    if len(at) < 2:
        return None, 0.0
    values = np.maximum.accumulate(counted_m[at])
    covered = np.diff(values)
    return (Steps(at, covered), max(float(values[0]), 0.0)) if covered.any() else (None, 0.0)


def positions(channel: Channel, fastest_mps: float) -> Steps | None:
    """Return the way along the positions; None without any."""
    return route.along(channel("latitude_deg"), channel("longitude_deg"), fastest_mps)


def _in_metres(
    steps: Steps, channel: Channel, recorded_mps: Floats, reference_m: Sequence[float | None]
) -> tuple[Steps, float]:
    """Return the counter in metres, and by what it was multiplied.

    Only a counter that would be far too slow or too fast is doubted; positions, speed or what
    the file states must then confirm one of the units.
    """
    total = float(steps.covered_m.sum())
    lasted = float(steps.at[-1] - steps.at[0])
    if SLOWEST_MEAN_MPS * lasted <= total <= FASTEST_MPS * lasted or total <= 0:
        return steps, 1.0
    way = positions(channel, FASTEST_MPS)
    known = [*reference_m, float(way.covered_m.sum()) if way else None, _summed(recorded_mps)]
    for reference in known:
        for factor in COUNTER_UNITS:
            if reference and abs(factor * total / reference - 1) <= UNIT_TOLERANCE:
                return Steps(steps.at, steps.covered_m * factor), factor
    return steps, 1.0


def _summed(speed_mps: Floats) -> float | None:
    known = np.isfinite(speed_mps)
    return float(speed_mps[known].sum()) if known.any() else None


def _in_mps(recorded_mps: Floats, steps: Steps | None) -> tuple[Floats, bool]:
    """Return recorded speed in m/s, and whether it was in another unit: distance tells."""
    if steps is None or not np.isfinite(recorded_mps).any():
        return recorded_mps, False
    here = recorded_mps[steps.at[1:]]
    both = np.isfinite(here) & (steps.seconds <= STEP_S)
    ours = float(steps.covered_m[both].sum())
    theirs = float((here[both] * steps.seconds[both]).sum())
    if ours < LEAST_OF_UNIT_M or theirs < 1.5 * ours:
        return recorded_mps, False
    for factor in SPEED_UNITS:
        if abs(theirs / ours / factor - 1) <= UNIT_TOLERANCE:
            return recorded_mps / factor, True
    return recorded_mps, False


def _limit(steps: Steps | None, recorded_mps: Floats, on_foot: bool | None) -> float:
    """Return the speed that is too fast to be true: for those on foot, or for those who ride.

    Nobody runs for half of an hour as fast as the 5,000 m record: who does, rides; a quarter is
    enough where the sport is not told. Who is faster than a sprinter for a minute on end, rides
    for a while.
    """
    if on_foot is False:
        return FASTEST_MPS
    if steps is not None:
        usual = steps.covered_m / steps.seconds
        minute = max(VEHICLE_S // max(int(np.median(steps.seconds)), 1), 1)
    else:
        usual, minute = recorded_mps[np.isfinite(recorded_mps)], VEHICLE_S
    if not len(usual) or float(usual.max()) <= FASTEST_RUN_MPS:
        return FASTEST_ON_FOOT_MPS
    rides = float(np.percentile(usual, 50 if on_foot else 75)) > FASTEST_RUN_MPS
    if not rides and len(usual) >= minute:
        rides = bool((_longest(usual > FASTEST_ON_FOOT_MPS)) >= minute)
    return FASTEST_MPS if rides else FASTEST_ON_FOOT_MPS


def _longest(good: Mask) -> int:
    return int(run_lengths(good).max(initial=0))


def _without_leaps(steps: Steps, fastest_mps: float, device_mps: Floats) -> tuple[Steps, Mask]:
    """Return the steps with the device's speed where they are too fast, and where that is."""
    leaps = steps.covered_m > fastest_mps * steps.seconds
    if not leaps.any():
        return steps, leaps
    here = device_mps[steps.at[1:]]
    believed = np.where(np.isfinite(here), here, 0.0) * steps.seconds
    return Steps(steps.at, np.where(leaps, believed, steps.covered_m), True), leaps


class Track(NamedTuple):
    """Speed in each second, and the metres covered in it; both NaN-free only where known."""

    speed_mps: Floats
    step_m: Floats


def track(motion: Motion, active: Mask) -> Track:
    """Return speed and distance second by second, of the seconds in which the timer ran.

    Steps of any length are running time: their distance is spread evenly over their active
    seconds. What positions moved while the timer stood still is not run.
    """
    n = len(active)
    device = np.full(n, np.nan)
    device[: motion.seconds] = motion.device_mps
    if motion.steps is None:
        device = bridge(without_jumps(device, STEEPEST_MPS2), BRIDGE_S)
        return Track(device, np.where(np.isfinite(device) & active, device, 0.0))
    step, known = _by_second(motion, active)
    if motion.source == "positions":
        known = _smooth(known)
    speed = np.where(np.isfinite(device), device, known)
    with np.errstate(invalid="ignore"):
        speed = np.where((speed >= 0) & (speed <= motion.fastest_mps), speed, np.nan)
    return Track(bridge(without_jumps(speed, STEEPEST_MPS2), BRIDGE_S), step)


def _by_second(motion: Motion, active: Mask) -> tuple[Floats, Floats]:
    """Return the metres of each second, and speed by distance where that can be true."""
    steps = motion.steps
    if steps is None:
        raise ValueError("no steps")
    at, covered, n = steps.at, steps.covered_m, len(active)
    clock = prefix_sum(active.astype(np.float64))
    ran = clock[at[1:] + 1] - clock[at[:-1] + 1]
    moved = ran > 0
    if motion.source == "positions":
        moved &= ran == steps.seconds
    rate = np.where(moved, covered / np.where(moved, ran, 1.0), 0.0)
    believed = np.where(moved & ~motion.leaps & (rate <= motion.fastest_mps), rate, np.nan)
    index = np.arange(n)
    piece = np.searchsorted(at, index) - 1 if len(at) < n else index - 1
    inside = (index > at[0]) & (index <= at[-1])
    piece = np.clip(piece, 0, len(rate) - 1)
    step = np.where(inside & active, rate[piece], 0.0)
    speed = np.where(inside, believed[piece], np.nan)
    speed[at[0]] = believed[0]
    if motion.lead_m and at[0] > STEP_S:
        lead = slice(1, int(at[0]) + 1)
        ran_first = max(np.count_nonzero(active[lead]), 1)
        step[lead] = np.where(active[lead], motion.lead_m / ran_first, 0.0)
        speed[: int(at[0]) + 1] = motion.lead_m / ran_first
    return step, speed


def _smooth(step_mps: Floats) -> Floats:
    """Return speed between positions as a 5 s mean: single fixes are too noisy."""
    good = np.isfinite(step_mps)
    smooth = centred_mean(np.where(good, step_mps, 0.0), 5)
    share = centred_mean(good.astype(np.float64), 5)
    return np.where(good, smooth / np.where(share > 0, share, 1.0), np.nan)
