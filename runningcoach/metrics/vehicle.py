"""The part of a run that was a ride: the watch went on in the car, the bus or the train."""

import numpy as np

from runningcoach.metrics.efforts import WORLD_RECORD_S
from runningcoach.metrics.windows import Floats, Mask, Reals, centred_mean, prefix_sum, spans

# The limits are ours, but for the world records.
SHORTEST_S = 60
SPANS_S = (60, 120, 300, 600, 1200)
FASTEST_JOG_MPS = 4.5
STEPLESS_SPM, STEPPING_SPM = 30.0, 100.0
STEPLESS_MPS, STEPLESS_RATIO = 4.0, 1.5
CALM_S, CALM_MPS, CALM_RATIO, CALM_BPM = 180, 5.0, 1.8, 20.0
EDGE_RATIO = 1.3
TRAFFIC_S = 300
"""Stretches in a vehicle with no more than this between them are one: it stood in traffic."""
LEFT_S = 300
"""What is left beside the vehicle must be an activity, or all of it was a ride."""
RECORD_SHARE, RECORD_SPAN_S = 0.9, 600
"""Ten minutes this near to the world record are a champion's, or were ridden."""

_RECORD_MPS = np.array([distance / seconds for distance, seconds in WORLD_RECORD_S.items()])
_RECORD_AT_S = np.array(list(WORLD_RECORD_S.values()))


def record_speed(seconds: float) -> float:
    """Return the speed of the world record over a duration [m/s]; constant beyond both ends."""
    return float(np.interp(seconds, _RECORD_AT_S, _RECORD_MPS))


def in_vehicle(speed_mps: Floats, cadence_spm: Floats, heart_rate_bpm: Floats) -> Mask:
    """Return the seconds of a run that were not run, on the 1 Hz grid.

    A stretch counts that is faster than the world record over its duration, or fast without
    steps, or fast with a heart that rests, in a run that otherwise has steps or beats faster.
    """
    none = np.zeros(len(speed_mps), dtype=np.bool_)
    known = np.isfinite(speed_mps)
    speed = np.where(known, speed_mps, 0.0)
    if len(speed) < SHORTEST_S or float(speed.max()) <= FASTEST_JOG_MPS:
        return none
    minute = centred_mean(speed, SHORTEST_S + 1)
    if float(minute.max()) <= STEPLESS_MPS:
        return none
    run = known & (speed > 0.5) & (speed < record_speed(3600))
    usual = float(np.median(speed[run])) if run.any() else 0.0
    sure = _beyond_records(speed) | _without_steps(speed, minute, cadence_spm, usual)
    sure |= _at_rest(speed, heart_rate_bpm, usual)
    if not sure.any():
        return none
    found = _whole(sure, speed, usual)
    left = np.count_nonzero(known & ~found & (speed > 0.5))
    return found if left >= LEFT_S else none


def _windows(sums: Floats, width: int, least_mean: float) -> Mask:
    """Return the seconds inside any window of `width` whose mean is above the least."""
    inside = np.zeros(len(sums) - 1, dtype=np.bool_)
    if len(sums) <= width:
        return inside
    fast = (sums[width:] - sums[:-width]) > least_mean * width
    for begin, end in spans(fast):
        inside[begin : end + width - 1] = True
    return inside


def _beyond_records(speed: Floats) -> Mask:
    """Return the stretches that no human has run."""
    sums = prefix_sum(speed)
    found = np.zeros(len(speed), dtype=np.bool_)
    for width in SPANS_S:
        found |= _windows(sums, width, record_speed(width))
    return found


def _without_steps(speed: Floats, minute: Floats, cadence_spm: Floats, usual: float) -> Mask:
    """Return the fast seconds without a step, where the run otherwise has steps."""
    with np.errstate(invalid="ignore"):
        still = cadence_spm < STEPLESS_SPM
    stepping = cadence_spm[(speed > 0.5) & ~still & np.isfinite(cadence_spm)]
    if not still.any() or not len(stepping) or float(np.median(stepping)) < STEPPING_SPM:
        return np.zeros(len(speed), dtype=np.bool_)
    fast = still & (minute > max(STEPLESS_MPS, STEPLESS_RATIO * usual))
    return _windows(prefix_sum(fast.astype(np.float64)), SHORTEST_S, 0.8) & still


def _at_rest(speed: Floats, heart_rate_bpm: Floats, usual: float) -> Mask:
    """Return the fast stretches in which the heart calmed down."""
    known = np.isfinite(heart_rate_bpm)
    fast = _windows(prefix_sum(speed), CALM_S, max(CALM_MPS, CALM_RATIO * usual))
    both = fast & known
    if not both.any() or not (known & ~fast).any():
        return np.zeros(len(speed), dtype=np.bool_)
    calm = float(np.median(heart_rate_bpm[known & ~fast])) - CALM_BPM
    return fast & (float(np.median(heart_rate_bpm[both])) < calm)


def _whole(sure: Mask, speed: Floats, usual: float) -> Mask:
    """Return the stretches with their ends, and what stood still between two of them."""
    quick = centred_mean(speed, 11) > max(EDGE_RATIO * usual, 3.0)
    found = np.zeros(len(speed), dtype=np.bool_)
    for begin, end in spans(quick):
        found[begin:end] = sure[begin:end].any()
    stretches = [one for one in spans(found) if one[1] - one[0] >= SHORTEST_S]
    found[:] = False
    for number, (begin, end) in enumerate(stretches):
        before = stretches[number - 1][1] if number else begin
        found[before if begin - before <= TRAFFIC_S else begin : end] = True
    return found


def is_near_record(curve_mps: Reals, durations_s: tuple[int, ...]) -> bool:
    """Return whether a mean-max curve is near the world record over ten minutes or more."""
    seconds = np.array(durations_s)
    near = RECORD_SHARE * np.interp(seconds, _RECORD_AT_S, _RECORD_MPS)
    with np.errstate(invalid="ignore"):
        return bool(((curve_mps >= near) & (seconds >= RECORD_SPAN_S)).any())
