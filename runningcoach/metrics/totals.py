"""Time, distance and ascent of an activity: what a file states, and what is decided from it."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from runningcoach.metrics.moving_time import Motion

type Pauses = tuple[tuple[int, int], ...]
type DistanceSource = Literal["session", "laps", "records", "positions", "speed", "table"]
type TimeSource = Literal["session", "laps", "events", "records", "table"]
type AscentSource = Literal["session", "laps", "altitude", "table"]


@dataclass(frozen=True, slots=True)
class Stated:
    """Totals as a file states them; None where it states none, or an impossible one.

    Times in seconds, lengths in metres. `laps_timer_s` and `laps_distance_m` are the sums over
    the laps, None when a lap does not state its part. Averages are those of the session.
    """

    elapsed_s: float | None = None
    timer_s: float | None = None
    distance_m: float | None = None
    ascent_m: float | None = None
    descent_m: float | None = None
    laps_timer_s: float | None = None
    laps_distance_m: float | None = None
    average_hr_bpm: float | None = None
    max_hr_bpm: float | None = None
    average_speed_mps: float | None = None
    average_cadence_spm: float | None = None
    average_power_w: float | None = None
    average_temperature_c: float | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """The totals of an activity that everything shown, summed and divided rests on.

    Always elapsed_s >= timer_s >= moving time. `pauses` are the seconds [from, to) since the
    start in which the timer stood still.
    """

    elapsed_s: float
    timer_s: float
    time_source: TimeSource
    distance_m: float | None = None
    distance_source: DistanceSource | None = None
    ascent_m: float | None = None
    descent_m: float | None = None
    ascent_source: AscentSource | None = None
    pauses: Pauses = ()


LONGEST_S = 4 * 86_400
"""An activity that spans more is a broken clock, not an activity. The importer believes times
within half of it around the middle of a file."""

# The limits below are ours; docs/decisions/totals.md says why.
GAP_S = 10
"""Records further apart than this, or than three times the usual step, leave a gap."""
STILL_S, STILL_MPS = 30, 0.5
"""Without a timer, a gap of half a minute or more is a pause if one hardly moved across it."""
STALE_S, STALE_SHARE = 30.0, 0.02
"""A timer that leaves out so much of the time in which the records move was saved too early."""
OVERLONG_S, OVERLONG_SHARE = 60.0, 0.05
ROUNDING_S = 5.0
"""Ends of pauses are whole seconds."""
AGREE_SHARE, AGREE_M = 0.03, 20.0
CONFIRM_SHARE = 0.05
UNSEEN_PACE, HARDLY_SEEN = 0.25, 0.5
"""Where records cover more than half of the timer's time but not all, their pace must be within
this of the total's."""
COVERED_SHARE = 0.97
STEEPEST_SHARE, LEAST_RISE = 0.5, 0.5
"""An ascent is of at most half of the distance, and at least half of the largest rise seen."""


class Times(NamedTuple):
    """Elapsed and timer's time with the pauses between, and where the timer's time comes from."""

    elapsed_s: float
    timer_s: float
    source: TimeSource
    pauses: Pauses


def decide_times(
    stated: Stated, seconds: NDArray[np.int64], known_pauses: Pauses, motion: Motion
) -> Times:
    """Decide how long an activity took, and when its timer stood still.

    Parameters
    ----------
    stated : what the file states
    seconds : the seconds that have records, growing
    known_pauses : pauses by events of the timer, segments, or an earlier decision
    motion : what the records tell of movement
    """
    last = float(seconds[-1]) if len(seconds) else 0.0
    timer, source = _stated_timer(stated, last, known_pauses, motion)
    stated_elapsed = stated.elapsed_s or 0.0
    stated_elapsed = stated_elapsed if stated_elapsed <= LONGEST_S else 0.0
    is_whole = timer is not None or (stated.timer_s is None and stated.laps_timer_s is None)
    elapsed = max(last, timer or 0.0, stated_elapsed if is_whole else 0.0)
    known = _within(known_pauses, elapsed)
    if timer is None:
        pauses = (*known, *_still(_gaps(seconds, elapsed, known), seconds, motion))
        found: TimeSource = "events" if pauses else "records"
        return Times(elapsed, elapsed - _sum(pauses), found, _merged(pauses))
    stood = elapsed - timer
    lacking = stood - _sum(known)
    slack = ROUNDING_S + len(known)
    if lacking > slack:
        known = (*known, *_largest(_gaps(seconds, elapsed, known), lacking, slack, motion))
    elif lacking < -slack:
        known = _without_running(known, -lacking, slack, motion)
    return Times(elapsed, timer, source, _merged(known))


def _stated_timer(
    stated: Stated, last_s: float, known: Pauses, motion: Motion
) -> tuple[float | None, TimeSource]:
    """Return the first stated timer that the records do not contradict; None without any."""
    moved = motion.moved_s()
    running = last_s - _sum(_within(known, last_s))
    candidates: tuple[tuple[float | None, TimeSource, float | None], ...] = (
        (stated.timer_s, "session", stated.distance_m),
        (stated.laps_timer_s, "laps", stated.laps_distance_m),
    )
    for timer, source, distance in candidates:
        if not timer or not 0 < timer <= LONGEST_S:
            continue
        seen = min(moved, running) if moved is not None else 0.0
        if timer + max(STALE_S, STALE_SHARE * timer) < seen:
            continue  # saved too early
        covered = float(motion.sofar_m[-1]) if len(motion.sofar_m) else None
        overlong = timer > last_s * (1 + OVERLONG_SHARE) + OVERLONG_S
        if overlong and distance and covered and agree(distance, covered):
            continue  # the records are all there was
        return timer, source
    return None, "records"


def _within(pauses: Pauses, end_s: float) -> Pauses:
    """Return pauses cut to the activity, in order, those that overlap joined."""
    cut = [(max(begin, 0), min(end, math.floor(end_s))) for begin, end in pauses]
    return _merged((begin, end) for begin, end in cut if begin < end)


def _merged(pauses: Iterable[tuple[int, int]]) -> Pauses:
    found: list[tuple[int, int]] = []
    for begin, end in sorted(pauses):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((begin, end))
    return tuple(found)


def _sum(pauses: Iterable[tuple[int, int]]) -> float:
    return float(sum(end - begin for begin, end in pauses))


def _gaps(seconds: NDArray[np.int64], elapsed_s: float, known: Pauses) -> Pauses:
    """Return the gaps between records outside the known pauses, both ends included."""
    edges = np.concatenate(([0], seconds, [math.floor(elapsed_s)]))
    far = np.flatnonzero(np.diff(edges) > GAP_S)
    gaps = zip(edges[far].tolist(), edges[far + 1].tolist(), strict=True)
    return tuple(
        (begin, end) for begin, end in gaps if not any(b < end and begin < e for b, e in known)
    )


def _still(gaps: Pauses, seconds: NDArray[np.int64], motion: Motion) -> Pauses:
    """Return the gaps in which, without any timer, one stood still."""
    usual = float(np.median(np.diff(seconds))) if len(seconds) > 2 else 1.0
    longest = max(GAP_S, 3 * usual)
    found: list[tuple[int, int]] = []
    for begin, end in gaps:
        rate = motion.rate(begin, end)
        if end - begin <= longest:
            continue
        if rate is None or (rate < STILL_MPS and end - begin >= STILL_S):
            found.append((begin, end))
    return tuple(found)


def _largest(gaps: Pauses, lacking_s: float, slack_s: float, motion: Motion) -> Pauses:
    """Return the largest gaps until they account for the seconds lacking, still ones first."""

    def order(gap: tuple[int, int]) -> tuple[bool, int]:
        rate = motion.rate(*gap)
        return (rate or 0.0) >= STILL_MPS and motion.source == "records", gap[0] - gap[1]

    found: list[tuple[int, int]] = []
    for begin, end in sorted(gaps, key=order):
        if lacking_s <= slack_s:
            break
        end = min(end, begin + round(lacking_s))
        found.append((begin, end))
        lacking_s -= end - begin
    return tuple(found)


def _without_running(known: Pauses, excess_s: float, slack_s: float, motion: Motion) -> Pauses:
    """Return pauses without those that the stated timer says were running, and movement too."""
    moving = [(motion.rate(*pause) or 0.0, pause) for pause in known]
    left = set(known)
    for rate, (begin, end) in sorted(moving, reverse=True):
        if rate < STILL_MPS or excess_s <= slack_s:
            break
        if end - begin <= excess_s + slack_s:
            left.discard((begin, end))
            excess_s -= end - begin
    return tuple(sorted(left))


# Distance ------------------------------------------------------------------------------------


class Distance(NamedTuple):
    """The distance and where it comes from."""

    distance_m: float | None
    source: DistanceSource | None


def agree(one_m: float, other_m: float, share: float = AGREE_SHARE) -> bool:
    """Return whether two distances are the same but for measuring."""
    return abs(one_m - other_m) <= max(share * max(one_m, other_m), AGREE_M)


def decide_distance(
    stated: Stated, times: Times, covered_m: float | None, seen_s: float, motion: Motion
) -> Distance:
    """Decide how far an activity went.

    Parameters
    ----------
    covered_m : what counter, positions or speed give, cleaned; None without any
    seen_s : the running seconds that these cover
    """
    own = Distance(covered_m or None, motion.source if covered_m else None)
    fastest = motion.fastest_mps * max(times.timer_s, 1.0) + AGREE_M
    voices: tuple[tuple[float | None, DistanceSource, bool], ...] = (
        (stated.distance_m, "session", times.source == "session"),
        (stated.laps_distance_m, "laps", times.source in ("session", "laps")),
    )
    claims: list[tuple[float, DistanceSource, bool]] = [
        (distance, source, is_timely)
        for distance, source, is_timely in voices
        if distance and 0 < distance <= fastest
    ]
    for distance, source, is_timely in claims:
        others = [other for other, name, _ in claims if name != source and other]
        if own.distance_m is None or _is_confirmed(distance, others, own.distance_m, motion):
            return Distance(distance, source)
        if is_timely and _explains(distance, own.distance_m, times, seen_s, motion):
            return Distance(distance, source)
    return own


def _is_confirmed(claim_m: float, others_m: list[float], own_m: float, motion: Motion) -> bool:
    """Return whether another source says the same as a total."""
    counted = [own_m, own_m + motion.lead_m, motion.by_speed_m or own_m]
    if any(agree(claim_m, other) for other in counted):
        return True
    way = motion.positions if motion.source != "positions" else None
    if way is None:
        return False
    length = float(way.covered_m.sum())
    if agree(length, own_m, CONFIRM_SHARE):
        return False  # the way says what the counter says
    return agree(length, claim_m, CONFIRM_SHARE) or any(agree(claim_m, o) for o in others_m)


def _explains(claim_m: float, own_m: float, times: Times, seen_s: float, motion: Motion) -> bool:
    """Tell whether a total differs from the records for a reason: calibration, or missing ones."""
    if motion.positions is None and 0.5 <= claim_m / own_m <= 2.0:
        return True  # calibrated by hand, on a belt or with a foot pod
    if seen_s <= 0 or seen_s >= COVERED_SHARE * times.timer_s or claim_m < own_m:
        return False
    if seen_s < HARDLY_SEEN * times.timer_s:
        return True
    return abs((claim_m / times.timer_s) / (own_m / seen_s) - 1) <= UNSEEN_PACE


# Ascent --------------------------------------------------------------------------------------


class Ascent(NamedTuple):
    """Metres up and down, and where they come from."""

    ascent_m: float | None
    descent_m: float | None
    source: AscentSource | None


def decide_ascent(
    stated: Stated, counted_m: tuple[float | None, float | None], distance_m: float | None,
    largest_rise_m: float,
) -> Ascent:  # fmt: skip
    """Decide the metres climbed: the device's where it states possible ones, else ours."""
    up, down = stated.ascent_m, stated.descent_m
    highest = max(STEEPEST_SHARE * distance_m, AGREE_M) if distance_m else math.inf
    if up is not None and LEAST_RISE * (largest_rise_m - AGREE_M) <= up <= highest:
        return Ascent(up, down if down is not None and down <= highest else counted_m[1], "session")
    return Ascent(*counted_m, "altitude" if counted_m[0] is not None else None)
