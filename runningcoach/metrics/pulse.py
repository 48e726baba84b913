"""Heart rate without the dropouts and jumps of sensors, and the check for cadence lock."""

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runningcoach.metrics.windows import Floats, bridge, centred_mean, hold

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
SMOOTH_LOCK_S = (5, 9, 13)
"""Sensors smooth what they show: over so many seconds the steps are smoothed to compare."""
LOCK_APART, LOCK_VARIES, LOCK_R_LOOSE, LOCK_SHARE = 1.0, 0.5, 0.6, 0.6
"""Smoothed steps and beats are one signal when their difference spreads by at most one a minute
while the steps themselves do by more than half, with r >= 0.6, in 60 % of the spans where both are
near. Real runs whose two rates happen to be alike reach 20 %."""


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
    """Tell whether a piece between sudden changes is none of the heart's."""
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
    """Tell whether an optical sensor counted steps for beats for three minutes or more.

    A span of 60 s is locked when heart rate and cadence (both feet), smoothed as the sensor does,
    correlate with r >= 0.9 and differ by at most 5 in the median, and either the steps as they
    are do so or the two are one signal. The idea is that of fitdocs; the limits are ours.
    """
    spans = len(heart_rate_bpm) // LOCK_SPAN_S
    shape = (spans, LOCK_SPAN_S)
    beats = heart_rate_bpm[: spans * LOCK_SPAN_S].reshape(shape)
    steps = cadence_spm[: spans * LOCK_SPAN_S].reshape(shape)
    with np.errstate(invalid="ignore"):
        near = np.count_nonzero(np.abs(beats - steps) <= LOCK_NEAR, axis=1) > LOCK_SPAN_S / 2
    places = np.flatnonzero(near)
    if len(places) * LOCK_SPAN_S < LOCK_LEAST_S:
        return False
    locked = sum(_correlate(beats[i], steps[i]) for i in places)
    if locked * LOCK_SPAN_S >= LOCK_LEAST_S:
        return True
    return any(
        _follow(beats, steps, places, width, late_s)
        for width in SMOOTH_LOCK_S
        for late_s in (0, width // 2)
    )


def _follow(
    beats: Floats, steps: Floats, places: NDArray[np.intp], width: int, late_s: int
) -> bool:
    """Tell whether most of the spans where both are near hold one and the same signal.

    The steps are smoothed over `width` seconds around each, or before it with `late_s`.
    """
    smooth = centred_mean(np.where(np.isfinite(steps), steps, 0.0).ravel(), width)
    smooth = np.roll(smooth, late_s).reshape(steps.shape)[places]
    apart = beats[places] - smooth
    with np.errstate(invalid="ignore"):
        one = (apart.std(axis=1) <= LOCK_APART) & (smooth.std(axis=1) > LOCK_VARIES)
    alike = sum(_correlate(beats[places[i]], smooth[i], LOCK_R_LOOSE) for i in np.flatnonzero(one))
    return alike * LOCK_SPAN_S >= LOCK_LEAST_S and alike >= LOCK_SHARE * len(places)


def _correlate(beats: Floats, steps: Floats, least_r: float = LOCK_R) -> bool:
    both = np.isfinite(beats) & np.isfinite(steps)
    a, b = beats[both] - beats[both].mean(), steps[both] - steps[both].mean()
    spread = float(np.sqrt((a @ a) * (b @ b)))
    return spread > 0 and float(a @ b) / spread >= least_r
