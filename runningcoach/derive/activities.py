"""Measures of each activity, with the benchmarks that counted on its day."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

from runningcoach.derive.timeline import Timeline
from runningcoach.metrics import ENGINE_VERSION
from runningcoach.metrics.activity import Athlete, Facts, Measures, measure
from runningcoach.records import ActivityMetrics, Sex
from runningcoach.store.facts import Measured

_FROM_FACTS = tuple(
    f.name
    for f in fields(Facts)
    if f.name in ActivityMetrics.model_fields and f.name not in ("flags", "reasons")
)
_FROM_MEASURES = tuple(f.name for f in fields(Measures) if f.name not in ("flags", "reasons"))
_BENCHMARKS = tuple(f.name for f in fields(Athlete))
_SCALARS = (*_FROM_FACTS, "active_s", "vo2max_speed_mps", "vo2max_hr_bpm", "flags")


def athlete_on(activity: Measured, timeline: Timeline, sex: Sex) -> Athlete:
    """Return the benchmarks in force on the day of an activity."""
    day = activity.local_date
    return Athlete(
        hrmax_bpm=timeline.value("hrmax_bpm", day),
        hrrest_bpm=timeline.value("hrrest_bpm", day),
        lthr_bpm=timeline.value("lthr_bpm", day),
        threshold_speed_mps=timeline.value("threshold_speed_mps", day),
        sex=sex,
    )


def inputs_hash(activity: Measured, athlete: Athlete) -> str:
    """Return a hash of everything that the measures of an activity depend on."""
    facts = activity.facts
    inputs = (
        ENGINE_VERSION,
        tuple(getattr(athlete, name) for name in _BENCHMARKS),
        activity.sport,
        activity.sub_sport,
        activity.rpe,
        activity.timer_s,
        activity.ascent_m,
        activity.distance_m,
        *(getattr(facts, name) for name in _SCALARS),
    )
    digest = hashlib.blake2b(repr(inputs).encode(), digest_size=16)
    if facts.hr_seconds is not None:
        digest.update(facts.hr_seconds.tobytes())
    return digest.hexdigest()


def changed(
    activities: Sequence[Measured], timeline: Timeline, sex: Sex, known: Mapping[int, str]
) -> Iterator[dict[str, Any]]:
    """Yield the rows of activities whose inputs are not those of `known`, by activity."""
    for activity in activities:
        athlete = athlete_on(activity, timeline, sex)
        inputs = inputs_hash(activity, athlete)
        if known.get(activity.activity_id) != inputs:
            yield _row(activity, athlete) | {"inputs_hash": inputs}


def _row(activity: Measured, athlete: Athlete) -> dict[str, Any]:
    facts = activity.facts
    found = measure(
        facts,
        athlete,
        sport=activity.sport,
        sub_sport=activity.sub_sport,
        rpe=activity.rpe,
        timer_s=activity.timer_s,
        ascent_m=activity.ascent_m,
        distance_m=activity.distance_m,
    )
    reasons = facts.reasons | found.reasons
    return {
        "activity_id": activity.activity_id,
        **{name: getattr(facts, name) for name in _FROM_FACTS},
        **{name: getattr(found, name) for name in _FROM_MEASURES},
        "engine_version": ENGINE_VERSION,
        "flags": [*facts.flags, *found.flags],
        "reasons": {n: why for n, why in reasons.items() if n in ActivityMetrics.model_fields},
    }
