"""The facts and totals of activities made again from their samples, in processes of their own.

Workers read the samples themselves and return facts, which are small; only the parent writes.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import psycopg

from runningcoach.base import executors
from runningcoach.metrics.activity import Facts, RecordingMetrics, measure_recording
from runningcoach.metrics.totals import Stated
from runningcoach.store import facts
from runningcoach.store.blobs import samples
from runningcoach.store.facts import Sampled

type Progress = Callable[[int, int], None]

log = logging.getLogger(__name__)


class RecomputeTask(NamedTuple):
    """An activity whose samples lie in a home."""

    home: Path
    activity: Sampled


class UnreadableSamples(NamedTuple):
    """An activity whose samples could not be read: its file, and why."""

    activity_id: int
    path: str
    why: str


@dataclass(frozen=True, slots=True)
class RecomputedFacts:
    """What recordings come to, each with its activity, and the activities that gave nothing."""

    recordings: list[tuple[Sampled, RecordingMetrics]]
    unread: list[UnreadableSamples]


def facts_of(task: RecomputeTask) -> RecordingMetrics:
    """Return the facts and totals of an activity, from its samples and what its file states."""
    activity = task.activity
    return measure_recording(
        samples.read(task.home, activity.path),
        activity.pauses,
        Stated(**activity.stated),
        sport=activity.sport,
        treadmill=activity.is_treadmill,
        barometric=activity.source == "fit",
    )


def make(
    home: Path, activities: Sequence[Sampled], workers: int, progress: Progress | None = None
) -> RecomputedFacts:
    """Read all samples and measure them; what cannot be read stops nothing."""
    made = RecomputedFacts([], [])
    tasks = (RecomputeTask(home, activity) for activity in activities)
    for done, (task, future) in enumerate(executors.in_order(facts_of, tasks, workers), start=1):
        if error := future.exception():
            made.unread.append(_unread(task.activity, error))
        else:
            made.recordings.append((task.activity, future.result()))
        if progress:
            progress(done, len(activities))
    return made


def _unread(activity: Sampled, error: BaseException) -> UnreadableSamples:
    why = f"{type(error).__name__}: {error}"
    log.warning("samples of activity %d: %s", activity.activity_id, why)
    return UnreadableSamples(activity.activity_id, activity.path, why)


def keep(conn: psycopg.Connection[Any], user_id: int, made: RecomputedFacts) -> int:
    """Write the facts and totals that differ from those stored; return of how many activities.

    What was made of samples that a better file replaced meanwhile, or that were deleted, is not
    kept.
    """
    sampled = {one.activity_id: one for one in facts.sampled(conn, user_id)}
    stored = {one.activity_id: one.facts for one in facts.all_for(conn, user_id)}
    valid = [(one, found) for one, found in made.recordings if sampled.get(one.activity_id) == one]
    new = {
        one.activity_id: found.facts
        for one, found in valid
        if differ(stored.get(one.activity_id), found.facts)
    }
    decided = {
        one.activity_id: row
        for one, found in valid
        if (row := facts.totals_row(Stated(**one.stated), found)) != one.totals
    }
    facts.put_many(conn, user_id, new)
    facts.put_totals(conn, user_id, decided)
    return len(new.keys() | decided.keys())


def differ(one: Facts | None, other: Facts) -> bool:
    """Tell whether facts differ in anything; what is not known equals what is not known."""
    if one is None:
        return True
    mine, theirs = _columns(one), _columns(other)
    return any(not _same(value, theirs[name]) for name, value in mine.items())


def _columns(found: Facts) -> Mapping[str, Any]:
    columns = {field.name: getattr(found, field.name) for field in fields(Facts)}
    return columns | {"best_efforts": np.array(found.best_efforts, np.float64)}


def _same(one: Any, other: Any) -> bool:
    if one is None or other is None:
        return one is other
    if isinstance(one, np.ndarray):
        return np.array_equal(one, other, equal_nan=True)
    return bool(one == other)
