"""Heart rate without the dropouts and jumps of sensors, and the check for cadence lock."""

import numpy as np

from runningcoach.metrics.windows import Floats, hold

LOWEST_BPM, HIGHEST_BPM = 30, 230
STEEPEST_BPM_PER_S = 10
"""No heart changes faster; rule and limits as in fitdocs 0.2.0 hr_benchmarks."""
LOCK_SPAN_S = 60
LOCK_LEAST_S = 180
LOCK_R = 0.9
LOCK_NEAR = 5.0


def clean(heart_rate_bpm: Floats, hold_s: int = 10) -> Floats:
    """Return whole beats per minute on the same grid.

    Values outside 30..230 and jumps of more than 10 bpm/s against the last accepted value are
    dropped; the last good value stands in for at most `hold_s` seconds.
    """
    with np.errstate(invalid="ignore"):
        possible = (heart_rate_bpm >= LOWEST_BPM) & (heart_rate_bpm <= HIGHEST_BPM)
    whole = np.where(possible, np.rint(heart_rate_bpm), np.nan)
    return hold(without_jumps(whole, STEEPEST_BPM_PER_S), hold_s)


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


def locked_to_cadence(heart_rate_bpm: Floats, cadence_spm: Floats) -> bool:
    """Tell whether an optical sensor counted steps for beats for three minutes or more.

    A span of 60 s is locked when heart rate and cadence (both feet) correlate with r >= 0.9
    and differ by at most 5 in the median. The idea is that of fitdocs; the limits are ours.
    """
    spans = len(heart_rate_bpm) // LOCK_SPAN_S
    shape = (spans, LOCK_SPAN_S)
    beats = heart_rate_bpm[: spans * LOCK_SPAN_S].reshape(shape)
    steps = cadence_spm[: spans * LOCK_SPAN_S].reshape(shape)
    with np.errstate(invalid="ignore"):
        near = np.count_nonzero(np.abs(beats - steps) <= LOCK_NEAR, axis=1) > LOCK_SPAN_S / 2
    locked = sum(_correlate(beats[i], steps[i]) for i in np.flatnonzero(near))
    return locked * LOCK_SPAN_S >= LOCK_LEAST_S


def _correlate(beats: Floats, steps: Floats) -> bool:
    both = np.isfinite(beats) & np.isfinite(steps)
    a, b = beats[both] - beats[both].mean(), steps[both] - steps[both].mean()
    spread = float(np.sqrt((a @ a) * (b @ b)))
    return spread > 0 and float(a @ b) / spread >= LOCK_R
