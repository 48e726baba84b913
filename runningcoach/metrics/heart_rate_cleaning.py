"""Heart rate without the dropouts and jumps of sensors, and the check for cadence lock."""

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runningcoach.metrics.windows import Floats, bridge, hold

LOWEST_BPM, HIGHEST_BPM = 30, 230
STEEPEST_BPM_PER_S = 10
"""No heart changes faster; rule and limits as in fitdocs 0.2.0 hr_benchmarks."""
HOLD_S = 10
"""How long the last heart rate is believed."""
LINE_S = 30
"""Across so many seconds between two known rates it is taken to have changed evenly: the heart
answers a change of effort with a time constant of about half a minute."""
LEVEL_S, LEVEL_BPM = 60, 5.0
"""Across up to a minute only where it came back to what it was: longer, it may have done
anything."""

SUDDEN_BPM, PLATEAU_BPM = 30.0, 35.0
"""A rise or a fall of so much from one second to the next is the sensor's doing where it leads to
a plateau so far from what lies beside it: repeats raise the heart by 20 to 30 bpm."""
ARTEFACT_S = 30
"""Artefacts of so many seconds together are told."""
PLATEAU_S, PLATEAU_LEFT_S = 900, 300
"""The longest stretch that is taken for an artefact, and what must be known beside it."""
STRAP_FROM_S, STRAP_START_S, STRAP_S = 10, 90, 900
"""A strap is wet after a quarter of an hour at the latest; what follows must be as long."""
STRAP_BPM, STRAP_EFFORT = 8.0, 1.05
LOCK_SPAN_S = 60
LOCK_LEAST_S = 180
LOCK_R = 0.9
LOCK_NEAR = 5.0
ONE_SPAN_S, ONE_SMOOTH_S, ONE_LATE_S = 120, 15, (0, 2, 4, 6, 8)
"""Sensors smooth and delay what they show, each in its own way, and add noise: to compare, both
signals are smoothed over 15 s, and the steps come up to 8 s late."""
ONE_APART, ONE_VARIES, ONE_R, ONE_SHARE = 0.5, 0.3, 0.6, 0.4
"""Two minutes hold one signal when its two copies differ by at most half a beat while it varies by
more than a third, with r >= 0.6. Where at least 40 % of the minutes near each other do, they are
locked; real runs whose two rates happen to be alike stay below 10 %, and 1 beat apart."""


def clean(heart_rate_bpm: Floats, longest_s: int = LINE_S) -> tuple[Floats, bool]:
    """Return whole beats per minute on the same grid, and whether artefacts were taken out.

    Values outside 30..230, plateaus that begin and end suddenly, and jumps of more than 10 bpm/s
    against the last accepted value are dropped. The last good value stands in for 10 s; between
    two known values the rate is a line over at most `longest_s`.
    """
    with np.errstate(invalid="ignore"):
        possible = (heart_rate_bpm >= LOWEST_BPM) & (heart_rate_bpm <= HIGHEST_BPM)
    whole = np.where(possible, np.rint(heart_rate_bpm), np.nan)
    plain = without_plateaus(whole)
    rate = without_jumps(plain, STEEPEST_BPM_PER_S)
    dropped = np.count_nonzero(np.isfinite(whole)) - np.count_nonzero(np.isfinite(plain))
    return _filled(rate, longest_s), bool(dropped >= ARTEFACT_S)


def _filled(rate: Floats, longest_s: int) -> Floats:
    held = hold(rate, HOLD_S)
    known = np.flatnonzero(np.isfinite(rate))
    gaps = known[1:] - known[:-1]
    far = gaps > HOLD_S
    if not far.any():
        return held
    line = np.rint(bridge(rate, max(longest_s, LEVEL_S)))
    level = np.abs(np.diff(rate[known])) <= LEVEL_BPM
    believed = far & ((gaps <= longest_s) | ((gaps <= LEVEL_S) & level))
    for begin, end in zip(known[:-1][believed], known[1:][believed], strict=True):
        held[begin + 1 : end] = line[begin + 1 : end]
    return held


def without_plateaus(values: Floats) -> Floats:
    """Drop stretches that begin and end suddenly: a dry strap, a slipped sensor.

    One at the very start that only falls is dropped too where nothing later is as high: no heart
    begins a run at its top and falls by 30 bpm between two beats. The same object comes back
    where nothing is dropped.
    """
    at = np.flatnonzero(np.isfinite(values))
    known = values[at]
    change = np.diff(known)
    sudden = np.flatnonzero(
        (np.abs(change) >= SUDDEN_BPM) & (np.abs(change) > STEEPEST_BPM_PER_S * np.diff(at))
    )
    if not len(sudden):
        return values
    edges = [0, *(sudden + 1).tolist(), len(at)]
    pieces = list(pairwise(edges))
    dropped = [piece for n, piece in enumerate(pieces) if _is_artefact(known, at, pieces, n)]
    if not dropped:
        return values
    out = values.copy()
    for begin, end in dropped:
        out[at[begin:end]] = np.nan
    return out


def _is_artefact(known: Floats, at: Any, pieces: list[tuple[int, int]], number: int) -> bool:
    """Return whether a piece between sudden changes is none of the heart's."""
    begin, end = pieces[number]
    if at[end - 1] - at[begin] > PLATEAU_S:
        return False
    level = float(np.median(known[begin:end]))
    if 0 < number < len(pieces) - 1:
        before, after = float(known[begin - 1]), float(known[end])
        apart = min(abs(level - before), abs(level - after))
        return (level > before) == (level > after) and apart >= PLATEAU_BPM
    if end - begin == len(known) or end - begin < 3:
        return False
    rest = known[end:] if number == 0 else known[:begin]
    return len(rest) >= PLATEAU_LEFT_S and level > float(np.percentile(rest, 98)) + PLATEAU_BPM / 2


def without_jumps(values: Floats, steepest_per_s: float) -> Floats:
    """Drop values that differ from the last accepted one by more than `steepest_per_s` allows.

    What is allowed grows with the seconds since that value, so a true step is soon accepted.
    """
    at = np.flatnonzero(np.isfinite(values))
    known = values[at]
    steep = np.flatnonzero(np.abs(np.diff(known)) > steepest_per_s * np.diff(at))
    if not len(steep):
        return values
    out = values.copy()
    accepted = 0
    for last in steep.tolist():
        if last < accepted:
            continue
        accepted = last + 1
        while accepted < len(at) and (
            abs(known[accepted] - known[last]) > steepest_per_s * (at[accepted] - at[last])
        ):
            out[at[accepted]] = np.nan
            accepted += 1
    return out


def dry_strap_s(heart_rate_bpm: Floats, effort_mps: Floats) -> int:
    """Return for how many seconds from the start heart rate is not to be believed.

    A strap that is still dry shows from the first minute on more than the heart later ever
    reaches, at an effort (grade-adjusted speed) no harder than later. No heart does: it takes a
    minute or two to rise. 0 where that is not so, or not to be told.
    """
    early, late = heart_rate_bpm[STRAP_FROM_S:STRAP_START_S], heart_rate_bpm[STRAP_S:]
    early, late = early[np.isfinite(early)], late[np.isfinite(late)]
    if len(early) < LOCK_SPAN_S / 2 or len(late) < STRAP_S:
        return 0
    highest = float(np.percentile(late, 98))
    if float(np.median(early)) <= highest + STRAP_BPM:
        return 0
    with np.errstate(invalid="ignore"):
        above = np.flatnonzero(heart_rate_bpm[:STRAP_S] > highest)
    seconds = int(above[-1]) + 1
    first, rest = effort_mps[:seconds], effort_mps[STRAP_S:]
    first, rest = first[np.isfinite(first)], rest[np.isfinite(rest)]
    if not len(first) or not len(rest):
        return 0
    return seconds if float(first.mean()) <= STRAP_EFFORT * float(np.median(rest)) else 0


def locked_to_cadence(heart_rate_bpm: Floats, cadence_spm: Floats) -> bool:
    """Return whether an optical sensor counted steps for beats for three minutes or more.

    A span of 60 s is locked when heart rate and cadence (both feet) correlate with r >= 0.9 and
    differ by at most 5 in the median; where a sensor blurs what it counts, two minutes each are
    looked at smoothed. The idea is that of fitdocs; the limits are ours.
    """
    beats, steps, places = _near(heart_rate_bpm, cadence_spm, LOCK_SPAN_S)
    if len(places) * LOCK_SPAN_S < LOCK_LEAST_S:
        return False
    beats, steps = beats[places], steps[places]
    both = np.isfinite(beats) & np.isfinite(steps)
    r = _correlation(_deviations(beats, both), _deviations(steps, both))
    locked = int(np.count_nonzero(r >= LOCK_R))
    return locked * LOCK_SPAN_S >= LOCK_LEAST_S or _one_signal(heart_rate_bpm, cadence_spm)


def _near(
    heart_rate_bpm: Floats, cadence_spm: Floats, span_s: int
) -> tuple[Floats, Floats, NDArray[np.intp]]:
    """Return both in spans, one a row, and those in which they are mostly near each other."""
    shape = (len(heart_rate_bpm) // span_s, span_s)
    beats = heart_rate_bpm[: shape[0] * span_s].reshape(shape)
    steps = cadence_spm[: shape[0] * span_s].reshape(shape)
    with np.errstate(invalid="ignore"):
        near = np.count_nonzero(np.abs(beats - steps) <= LOCK_NEAR, axis=1) > span_s / 2
    return beats, steps, np.flatnonzero(near)


def _one_signal(heart_rate_bpm: Floats, cadence_spm: Floats) -> bool:
    """Return whether much of the time in which both are near they are one signal, blurred."""
    all_beats, all_steps, places = _near(heart_rate_bpm, cadence_spm, ONE_SPAN_S)
    if len(places) * ONE_SPAN_S < LOCK_LEAST_S:
        return False
    beats, steps = all_beats[places], all_steps[places]
    both = np.isfinite(beats) & np.isfinite(steps)
    beats, steps = _smooth(beats, both), _smooth(steps, both)
    varies = steps.std(axis=1) > ONE_VARIES
    beats, steps = beats[varies], steps[varies]
    alike = np.zeros(len(beats), np.bool_)
    for late_s in ONE_LATE_S:
        alike |= _are_copies(beats, np.roll(steps, late_s, axis=1))
    found = np.count_nonzero(alike)
    return bool(found * ONE_SPAN_S >= LOCK_LEAST_S and found >= ONE_SHARE * len(alike))


def _deviations(spans: Floats, known: NDArray[np.bool_] | bool = True) -> Floats:
    """Return spans, one a row, about their means; what is not known is at the mean."""
    return np.where(known, spans - np.mean(spans, axis=1, keepdims=True, where=known), 0.0)


def _smooth(spans: Floats, known: NDArray[np.bool_]) -> Floats:
    """Return the deviations of spans, one a row, smoothed."""
    sums = np.cumsum(_deviations(spans, known), axis=1)
    half = ONE_SMOOTH_S // 2
    upper = np.minimum(np.arange(ONE_SPAN_S) + half, ONE_SPAN_S - 1)
    lower = np.arange(ONE_SPAN_S) - half - 1
    below = np.where(lower >= 0, sums[:, lower], 0.0)
    return (sums[:, upper] - below) / (upper - np.maximum(lower, -1))


def _are_copies(beats: Floats, steps: Floats) -> NDArray[np.bool_]:
    """Tell of each row whether both are one signal; the ends, which the lag mixes, are left out."""
    edge = max(ONE_LATE_S)
    a, b = _deviations(beats[:, edge:-edge]), _deviations(steps[:, edge:-edge])
    return (_correlation(a, b) >= ONE_R) & ((a - b).std(axis=1) <= ONE_APART)


def _correlation(a: Floats, b: Floats) -> Floats:
    """Return r of each row of two tables of deviations; 0 where one of them does not vary."""
    spread = np.sqrt(_products(a, a) * _products(b, b))
    return np.divide(_products(a, b), spread, out=np.zeros(len(a)), where=spread > 0)


def _products(a: Floats, b: Floats) -> Floats:
    return np.einsum("ij,ij->i", a, b)
