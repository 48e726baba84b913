"""What a session is for, guessed from its words and steps where nobody says it."""

import re
from collections.abc import Iterable, Sequence
from functools import cache

from runningcoach.coach.plans.estimates import is_walk, step_duration_s, target_band
from runningcoach.coach.plans.text.vocabulary import type_words
from runningcoach.model.workout import (
    BandTarget,
    DistanceEnd,
    HeartRateZoneTarget,
    OpenTarget,
    PaceBand,
    RampTarget,
    StepTarget,
    TimeEnd,
    WorkoutItem,
    WorkoutRepeat,
    WorkoutStep,
    WorkoutType,
)
from runningcoach.model.workout_steps import flatten

LONG_RUN_S, LONG_RUN_M = 5_400, 16_000
"""From 90 minutes or 16 km on an easy run is a long one."""
STRIDE_S, STRIDE_M = 30, 150
"""A stride is no longer than this; longer repetitions are a session of their own."""
LEAST_RUN_BEFORE_STRIDES_S = 900
STRIDES_SHARE = 1 / 3
"""Strides are added to a run that is at least three times as long."""
REPETITION_S, VO2MAX_S = 100, 330
"""Longest work at the pace of repetitions, and of intervals, where no band is stated."""
CRUISE_LEAST_S, CRUISE_RECOVERY_SHARE = 180, 1 / 3
"""Work of three minutes and more with a recovery as short as this is done at threshold."""

_WORDS_FIRST: tuple[WorkoutType, ...] = ("time_trial", "hills", "fartlek", "run_walk")
_REPEATED: dict[PaceBand, WorkoutType] = {"R": "repetition", "I": "vo2max", "T": "cruise"}
_PARTS_OF_RECOVERY = ("recovery", "rest", "warmup", "cooldown")


def guess_type(steps: Sequence[WorkoutItem], title: str = "") -> WorkoutType:
    """Return the likeliest type: by words, then by repeats, then by what is run in one piece."""
    everything = flatten(steps)
    words = " ".join([title, *(step.note or "" for step in everything)])
    for workout_type in _WORDS_FIRST:
        if _has_word(words, workout_type):
            return workout_type
    repeats = [i for i in steps if isinstance(i, WorkoutRepeat) and not _is_strides(i, steps)]
    if repeats:
        return _repeated_type(repeats)
    outside = [item for item in steps if isinstance(item, WorkoutStep)]
    if len(outside) == 1 and _has_word(words, "race") and not _has_word(words, "race_pace"):
        return "race"
    return _continuous_type(outside, words)


def _has_word(text: str, workout_type: WorkoutType) -> bool:
    return _words_pattern(workout_type).search(text) is not None


@cache
def _words_pattern(workout_type: WorkoutType) -> re.Pattern[str]:
    """Return the pattern of the words for a type: whole words, but Korean ones with endings."""
    words = "|".join(re.escape(word) for word in type_words(workout_type))
    return re.compile(rf"(?<!\w)(?:{words})(?![a-z])", re.IGNORECASE)


# ---- repeats ---------------------------------------------------------------------------------


def _is_strides(repeat: WorkoutRepeat, steps: Sequence[WorkoutItem]) -> bool:
    """Return whether a repeat is a few short accelerations after an easy run."""
    work = _work(repeat)
    run_s = sum(step_duration_s(step, None) for step in steps if isinstance(step, WorkoutStep))
    strides_s = sum(step_duration_s(step, None) for step in flatten([repeat]))
    is_added = run_s >= LEAST_RUN_BEFORE_STRIDES_S and strides_s <= STRIDES_SHARE * run_s
    return is_added and bool(work) and all(map(_is_stride, work))


def _is_stride(step: WorkoutStep) -> bool:
    if isinstance(step.end, TimeEnd):
        return step.end.seconds <= STRIDE_S
    return isinstance(step.end, DistanceEnd) and step.end.meters <= STRIDE_M


def _work(repeat: WorkoutRepeat) -> list[WorkoutStep]:
    """Return the steps of one round that are not recovery."""
    return [step for step in flatten(repeat.steps) if step.intensity not in _PARTS_OF_RECOVERY]


def _repeated_type(repeats: Sequence[WorkoutRepeat]) -> WorkoutType:
    work = [step for repeat in repeats for step in _work(repeat)]
    rounds = [step for repeat in repeats for step in flatten(repeat.steps)]
    aimed = [step.target for step in work if not isinstance(step.target, OpenTarget)]
    bands = {band for target in aimed if (band := _band(target))}
    for band, workout_type in _REPEATED.items():
        if band in bands:
            return workout_type
    if "M" in bands:
        return "race_pace"
    if not work or bands:
        return "other"
    return _type_by_length(work, rounds) if aimed else _untargeted_type(work, rounds)


def _untargeted_type(work: list[WorkoutStep], rounds: list[WorkoutStep]) -> WorkoutType:
    """Return the type of repeats without a target: with walks, or timed play with speed."""
    if not all(isinstance(step.end, TimeEnd) for step in work):
        return _type_by_length(work, rounds)
    return "run_walk" if any(is_walk(step) for step in rounds) else "fartlek"


def _type_by_length(work: list[WorkoutStep], rounds: list[WorkoutStep]) -> WorkoutType:
    """Return the type that repetitions of this length and recovery are usually run as."""
    longest_s = max(step_duration_s(step, None) for step in work)
    rest_s = [step_duration_s(step, None) for step in rounds if step not in work]
    if longest_s <= REPETITION_S:
        return "repetition"
    is_short = max(rest_s, default=0.0) <= CRUISE_RECOVERY_SHARE * longest_s
    if longest_s > VO2MAX_S or (is_short and longest_s >= CRUISE_LEAST_S):
        return "cruise"
    return "vo2max"


# ---- in one piece ----------------------------------------------------------------------------


def _continuous_type(steps: list[WorkoutStep], words: str) -> WorkoutType:
    bands = [_band(step.target) for step in steps if step.intensity not in _PARTS_OF_RECOVERY]
    known = {band for band in bands if band}
    is_long = _is_long(steps)
    if is_long and (_is_rising(steps) or _has_word(words, "long_progression")):
        return "long_progression"
    if "T" in known or _has_word(words, "tempo"):
        return "tempo"
    if "M" in known:
        return _marathon_type(steps, is_long=is_long)
    if known & {"I", "R"} or None in bands:
        return "other"
    if is_long or _has_word(words, "long"):
        return "long"
    is_slowest = all(step.target == HeartRateZoneTarget(zone=1) for step in steps)
    return "recovery" if is_slowest or _has_word(words, "recovery") else "easy"


def _marathon_type(steps: list[WorkoutStep], *, is_long: bool) -> WorkoutType:
    """Return the type of running at marathon effort; by heart rate it is steady running."""
    if any(step.target == BandTarget(name="M") for step in steps):
        return "long_marathon_pace" if is_long else "race_pace"
    return "steady"


def _is_long(steps: Iterable[WorkoutStep]) -> bool:
    shares = [
        step.end.seconds / LONG_RUN_S
        if isinstance(step.end, TimeEnd)
        else step.end.meters / LONG_RUN_M
        for step in steps
        if isinstance(step.end, TimeEnd | DistanceEnd)
    ]
    return sum(shares) >= 1


def _is_rising(steps: Sequence[WorkoutStep]) -> bool:
    """Return whether the run becomes faster in three parts or more, or up to threshold."""
    order: tuple[PaceBand, ...] = ("E", "M", "T", "I", "R")
    bands = [_band(step.target) for step in steps if step.intensity != "cooldown"]
    places = [order.index(band) for band in bands if band]
    if len(places) < len(bands) or places != sorted(places):
        return False
    return len(set(places)) > 2 or (len(set(places)) == 2 and bands[-1] != "M")


def _band(target: StepTarget) -> PaceBand | None:
    """Return the band of a target; None where that depends on the athlete."""
    if target.kind in ("pace", "hr_bpm", "power"):
        return None
    if isinstance(target, RampTarget):
        ends = {_band(target.start), _band(target.end)}
        return None if None in ends else target_band(target, None)
    return target_band(target, None)
