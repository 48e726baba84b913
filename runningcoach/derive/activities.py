"""Measures of each activity, with the benchmarks in force on its day."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from runningcoach.derive.failures import DeriveFailures
from runningcoach.derive.sport_totals import decided_measures
from runningcoach.metrics import ENGINE_VERSION, zones
from runningcoach.metrics.activity import Athlete, Facts, Measures, PriorHistory, measure
from runningcoach.model.activity import ActivityMetrics
from runningcoach.model.benchmark import HR_ZONES
from runningcoach.model.benchmark_timeline import BenchmarkTimeline
from runningcoach.model.user import LoadBy, Sex
from runningcoach.store.facts import ActivityInput
from runningcoach.store.fitness import AthleteProfile

_FROM_FACTS = tuple(
    f.name
    for f in fields(Facts)
    if f.name in ActivityMetrics.model_fields and f.name not in ("flags", "reasons")
)
_FROM_MEASURES = tuple(f.name for f in fields(Measures) if f.name not in ("flags", "reasons"))
_BENCHMARKS = tuple(f.name for f in fields(Athlete))
_SCALARS = (
    *_FROM_FACTS,
    "active_s",
    "average_hr_bpm",
    "average_altitude_m",
    "vo2max_speed_mps",
    "vo2max_hr_bpm",
    "best_efforts",
    "flags",
    "reasons",
)


def athlete_on(activity: ActivityInput, timeline: BenchmarkTimeline, sex: Sex) -> Athlete:
    """Return the benchmarks in force on the day of an activity."""
    day = activity.local_date
    highest = timeline.value("hrmax_bpm", day)
    return Athlete(
        hrmax_bpm=highest,
        hrrest_bpm=timeline.value("hrrest_bpm", day),
        lthr_bpm=timeline.value("lthr_bpm", day),
        threshold_speed_mps=timeline.value("threshold_speed_mps", day),
        sex=sex,
        zone_edges_bpm=_zone_edges(timeline, day, highest),
        vt1_bpm=timeline.value("vt1_bpm", day),
        vt2_bpm=timeline.value("vt2_bpm", day),
    )


def _zone_edges(
    timeline: BenchmarkTimeline, day: date, hrmax_bpm: float | None
) -> tuple[float, ...] | None:
    """Return the lower edges in force; a share of HRmax for each that is not set."""
    rows = [timeline.value(kind, day) for kind in HR_ZONES]
    if None not in rows:
        return tuple(edge for edge in rows if edge is not None)
    if hrmax_bpm is None:
        return None
    return tuple(
        share if edge is None else edge
        for edge, share in zip(rows, zones.hrmax_zones(hrmax_bpm), strict=True)
    )


def inputs_hash(
    activity: ActivityInput, athlete: Athlete, before: PriorHistory, load_by: LoadBy
) -> str:
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
        activity.descent_m,
        activity.distance_m,
        activity.is_race,
        activity.device_training_effect,
        activity.air_temperature_c,
        activity.dew_point_c,
        before,
        load_by,
        *(getattr(facts, name) for name in _SCALARS),
    )
    digest = hashlib.blake2b(repr(inputs).encode(), digest_size=16)
    for array in (facts.hr_seconds, facts.hr_10s_bpm, facts.late_gap_mps):
        digest.update(b"-" if array is None else array.tobytes())
    return digest.hexdigest()


def changed_rows(
    activities: Sequence[ActivityInput],
    befores: Sequence[PriorHistory],
    timeline: BenchmarkTimeline,
    person: AthleteProfile,
    hashes: Mapping[int, str],
    parking: DeriveFailures | None = None,
) -> Iterator[dict[str, Any]]:
    """Yield the rows of activities whose inputs differ from those of `hashes`, by activity.

    One that cannot be measured is parked in `parking`; without it, the error is raised.
    """
    load_by = person.preferences.load_by
    for activity, before in zip(activities, befores, strict=True):
        try:
            athlete = athlete_on(activity, timeline, person.sex)
            inputs = inputs_hash(activity, athlete, before, load_by)
            if hashes.get(activity.activity_id) == inputs:
                continue
            row = _row(activity, athlete, before, load_by) | {"inputs_hash": inputs}
        except Exception as error:
            if parking is None:
                raise
            parking.park(activity.activity_id, "measures", error)
        else:
            yield row


def _row(
    activity: ActivityInput, athlete: Athlete, before: PriorHistory, load_by: LoadBy
) -> dict[str, Any]:
    facts = activity.facts
    measures = measure(
        facts,
        athlete,
        before=before,
        load_by=load_by,
        sport=activity.sport,
        sub_sport=activity.sub_sport,
        rpe=activity.rpe,
        timer_s=activity.timer_s,
        ascent_m=activity.ascent_m,
        distance_m=activity.distance_m,
        is_race=activity.is_race,
        device_training_effect=activity.device_training_effect,
        air_temperature_c=activity.air_temperature_c,
        dew_point_c=activity.dew_point_c,
    )
    reasons = facts.reasons | measures.reasons
    return {
        "activity_id": activity.activity_id,
        **{name: getattr(facts, name) for name in _FROM_FACTS},
        **decided_measures(activity),
        **{name: getattr(measures, name) for name in _FROM_MEASURES},
        "engine_version": ENGINE_VERSION,
        "flags": [*facts.flags, *measures.flags],
        "reasons": {n: why for n, why in reasons.items() if n in ActivityMetrics.model_fields},
    }
