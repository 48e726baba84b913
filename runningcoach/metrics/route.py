"""The way along recorded positions: without teleports, jitter and the wandering of those who stand.

A receiver that loses the sky repeats its last position and then catches up in one step: that
distance was run, and is spread over the seconds of the stall. A position far off the way and back
was never visited. Whoever stands does not move, though the positions around the place do.
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from runningcoach.metrics.windows import Floats, Mask, extremes, prefix_sum, run_lengths, spans

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius (IUGG)."""
METRES_PER_DEGREE = np.pi * EARTH_RADIUS_M / 180

# The limits below are ours, set by hand-made tracks and compared with the real ones of the tests.
SPIKE_RATIO, SPIKE_LEAST_MPS, SPIKE_LEAST_M = 1.8, 3.0, 5.0
"""A position is off the way when the steps to it and from it are both so much faster than usual,
and without it the pace is the usual one."""
DETOUR_S = 60
"""A stretch elsewhere of at most so long, with the way going on before and after, was not run."""
STALL_RATIO, CATCH_UP_RATIO, LONGEST_STALL_S = 0.2, 1.6, 30
USUAL_S, MOVED_MPS = 15, 0.3
STANDING_S, STANDING_M, WANDERING = 31, 15.0, 3.0
"""Half a minute in a square of 15 m, on a path three times as long as it leads, is standing."""

type Indices = NDArray[np.intp]


class Steps(NamedTuple):
    """Distance covered between known seconds: `covered_m[i]` from `at[i]` to `at[i + 1]`."""

    at: Indices
    covered_m: Floats
    is_mended: bool = False

    @property
    def seconds(self) -> NDArray[np.intp]:
        """Return how long each step took."""
        return np.diff(self.at)


def haversine(latitude_deg: Floats, longitude_deg: Floats) -> Floats:
    """Return the great-circle distance [m] from each position to the next."""
    return _between(latitude_deg[:-1], longitude_deg[:-1], latitude_deg[1:], longitude_deg[1:])


def _between(lat1: Floats, lon1: Floats, lat2: Floats, lon2: Floats) -> Floats:
    north1, north2 = np.radians(lat1), np.radians(lat2)
    a = (
        np.sin((north2 - north1) / 2) ** 2
        + np.cos(north1) * np.cos(north2) * np.sin(np.radians(lon2 - lon1) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(a, 1.0)))


def usual_speed(steps: Steps) -> float:
    """Return the median speed while moving [m/s], over spans that hide stalls; 0 without any."""
    first, last = int(steps.at[0]), int(steps.at[-1])
    at = np.linspace(first, last, max((last - first) // USUAL_S, 1) + 1)
    speed = np.diff(np.interp(at, steps.at, prefix_sum(steps.covered_m))) / (at[1] - at[0])
    moved = speed[speed > MOVED_MPS]
    return float(np.median(moved)) if len(moved) else 0.0


def along(latitude_deg: Floats, longitude_deg: Floats, fastest_mps: float) -> Steps | None:
    """Return the steps along the positions of a 1 Hz grid; None with fewer than two positions."""
    at = np.flatnonzero(np.isfinite(latitude_deg) & np.isfinite(longitude_deg))
    if len(at) < 2:
        return None
    lat, lon = latitude_deg[at], longitude_deg[at]
    covered = haversine(lat, lon)
    usual = usual_speed(Steps(at, covered))
    off = _off_the_way(lat, lon, at, covered, usual)
    mended = bool(off.any())
    if mended:
        at, lat, lon = at[~off], lat[~off], lon[~off]
        covered = haversine(lat, lon)
    steps = merge_stalls(Steps(at, covered))
    keep = np.isin(at, steps.at)
    lat, lon = lat[keep], lon[keep]
    elsewhere = _elsewhere(lat, lon, steps, fastest_mps)
    if elsewhere.any():
        lat, lon, mended = lat[~elsewhere], lon[~elsewhere], True
        steps = Steps(steps.at[~elsewhere], haversine(lat, lon))
    if len(steps.at) < 2:
        return None
    return Steps(steps.at, _without_wandering(lat, lon, steps), mended)


def _off_the_way(lat: Floats, lon: Floats, at: Indices, covered: Floats, usual: float) -> Mask:
    """Return the single positions that were never visited."""
    off = np.zeros(len(at), dtype=np.bool_)
    speed = covered / np.diff(at)
    fast = speed > max(SPIKE_RATIO * usual, SPIKE_LEAST_MPS)
    middle = np.flatnonzero(fast[:-1] & fast[1:]) + 1
    if not len(middle):
        return off
    before, after = middle - 1, middle + 1
    direct = _between(lat[before], lon[before], lat[after], lon[after])
    detour = covered[middle - 1] + covered[middle] - direct
    calm = direct <= (1.4 * usual + 1.0) * (at[after] - at[before])
    off[middle[calm & (detour > SPIKE_LEAST_M)]] = True
    off[1:] &= ~off[:-1]  # of two in a row only the first is judged against a true neighbour
    return off


def merge_stalls(steps: Steps) -> Steps:
    """Spread a catch-up over the stall before it, where the mean of both is an honest speed."""
    seconds = steps.seconds
    speed = steps.covered_m / seconds
    usual = usual_speed(steps)
    stalled = speed < STALL_RATIO * usual
    leaps = np.flatnonzero(stalled[:-1] & (speed[1:] > CATCH_UP_RATIO * usual)) + 1
    if not len(leaps):
        return steps
    run = run_lengths(stalled)
    begin = leaps - run[leaps - 1]
    total = prefix_sum(steps.covered_m)
    lasted = steps.at[leaps + 1] - steps.at[begin]
    mean = (total[leaps + 1] - total[begin]) / lasted
    honest = (mean <= 1.4 * usual) & (mean >= 0.4 * usual)
    honest &= steps.at[leaps] - steps.at[begin] <= LONGEST_STALL_S
    keep = np.ones(len(steps.at), dtype=np.bool_)
    for first, leap in zip(begin[honest].tolist(), leaps[honest].tolist(), strict=True):
        keep[first + 1 : leap + 1] = False
    return Steps(steps.at[keep], np.diff(total[keep]), steps.is_mended)


def _elsewhere(lat: Floats, lon: Floats, steps: Steps, fastest_mps: float) -> Mask:
    """Return the positions of short stretches that nobody can have reached and left in time."""
    gone = np.zeros(len(steps.at), dtype=np.bool_)
    leaps = np.flatnonzero(steps.covered_m > fastest_mps * steps.seconds)
    if not len(leaps):
        return gone
    edges = [0, *(leaps + 1).tolist(), len(steps.at)]
    pieces = list(pairwise(edges))
    longest = max(range(len(pieces)), key=lambda i: pieces[i][1] - pieces[i][0])
    for way in (range(longest + 1, len(pieces)), range(longest - 1, -1, -1)):
        last = longest
        for number in way:
            near, far = sorted((pieces[last], pieces[number]))
            ends = [near[1] - 1, far[0]]
            (direct,) = haversine(lat[ends], lon[ends]).tolist()
            reached = direct <= fastest_mps * float(steps.at[ends[1]] - steps.at[ends[0]])
            if reached or _lasts(steps, pieces[number]) >= DETOUR_S:
                last = number
            else:
                gone[slice(*pieces[number])] = True
    return gone


def _lasts(steps: Steps, piece: tuple[int, int]) -> int:
    return int(steps.at[piece[1] - 1] - steps.at[piece[0]])


def _without_wandering(lat: Floats, lon: Floats, steps: Steps) -> Floats:
    """Return the steps with nothing covered while standing."""
    first, last = int(steps.at[0]), int(steps.at[-1])
    if last - first < STANDING_S:
        return steps.covered_m
    index = np.arange(first, last + 1)
    east = METRES_PER_DEGREE * np.cos(np.radians(float(lat[0]))) * (lon - lon[0])
    x: Floats = _interp(index, steps.at, east)
    north = METRES_PER_DEGREE * (lat - lat[0])
    y: Floats = _interp(index, steps.at, north)
    half = STANDING_S // 2
    net = np.hypot(x[2 * half :] - x[: -2 * half], y[2 * half :] - y[: -2 * half])
    if not (net < STANDING_M).any():
        return steps.covered_m
    path = np.interp(index, steps.at, prefix_sum(steps.covered_m))
    length = path[2 * half :] - path[: -2 * half]
    wanders = np.zeros(len(index), dtype=np.bool_)
    wanders[half:-half] = (net < STANDING_M) & (length > WANDERING * np.maximum(net, 3.0))
    for values in (x, y):
        low, high = extremes(values, STANDING_S)
        wanders &= high - low < STANDING_M
    lasting = np.zeros(len(index), dtype=np.bool_)
    for begin, end in spans(wanders):
        if end - begin >= half:
            lasting[begin:end] = True
    middle = (steps.at[:-1] + steps.at[1:]) // 2 - first
    return np.where(lasting[middle], 0.0, steps.covered_m)


def _interp(index: Indices, at: Indices, values: Floats) -> Floats:
    return np.asarray(np.interp(index, at, values), np.float64)
