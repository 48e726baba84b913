"""Recompute the facts and totals of activities from their samples, in worker processes.

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
from runningcoach.store.facts import SampledActivity

type Progress = Callable[[int, int], None]

log = logging.getLogger(__name__)


class RecomputeTask(NamedTuple):
    """An activity whose samples lie in a home."""

    home: Path
    activity: SampledActivity


class UnreadableSamples(NamedTuple):
    """An activity whose samples could not be read: its file, and why."""

    activity_id: int
    path: str
    why: str


@dataclass(frozen=True, slots=True)
class RecomputedFacts:
    """The metrics of recordings with their activities, and the activities that are unreadable."""

    recordings: list[tuple[SampledActivity, RecordingMetrics]]
    unread: list[UnreadableSamples]


def measure_task(task: RecomputeTask) -> RecordingMetrics:
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


def recompute(
    home: Path,
    activities: Sequence[SampledActivity],
    workers: int,
    progress: Progress | None = None,
) -> RecomputedFacts:
    """Read all samples and measure them; unreadable ones are reported."""
    recomputed = RecomputedFacts([], [])
    tasks = (RecomputeTask(home, activity) for activity in activities)
    for finished, (task, future) in enumerate(
        executors.in_order(measure_task, tasks, workers), start=1
    ):
        if error := future.exception():
            recomputed.unread.append(_unreadable(task.activity, error))
        else:
            recomputed.recordings.append((task.activity, future.result()))
        if progress:
            progress(finished, len(activities))
    return recomputed


def _unreadable(activity: SampledActivity, error: BaseException) -> UnreadableSamples:
    why = f"{type(error).__name__}: {error}"
    log.warning("samples of activity %d: %s", activity.activity_id, why)
    return UnreadableSamples(activity.activity_id, activity.path, why)


def store(conn: psycopg.Connection[Any], user_id: int, recomputed: RecomputedFacts) -> int:
    """Write the facts and totals that differ from those stored; return of how many activities.

    Results of samples that a better file replaced meanwhile, or that were deleted, are not
    stored.
    """
    sampled = {activity.activity_id: activity for activity in facts.list_sampled(conn, user_id)}
    stored = {activity.activity_id: activity.facts for activity in facts.list_inputs(conn, user_id)}
    valid = [
        (activity, metrics)
        for activity, metrics in recomputed.recordings
        if sampled.get(activity.activity_id) == activity
    ]
    new = {
        activity.activity_id: metrics.facts
        for activity, metrics in valid
        if differ(stored.get(activity.activity_id), metrics.facts)
    }
    decided = {
        activity.activity_id: row
        for activity, metrics in valid
        if (row := facts.totals_row(Stated(**activity.stated), metrics)) != activity.totals
    }
    facts.put_many(conn, user_id, new)
    facts.put_totals(conn, user_id, decided)
    return len(new.keys() | decided.keys())


def differ(stored: Facts | None, recomputed: Facts) -> bool:
    """Return whether facts differ; NaN equals NaN."""
    if stored is None:
        return True
    old, new = _columns(stored), _columns(recomputed)
    return any(not _same(value, new[name]) for name, value in old.items())


def _columns(facts: Facts) -> Mapping[str, Any]:
    columns = {field.name: getattr(facts, field.name) for field in fields(Facts)}
    return columns | {"best_efforts": np.array(facts.best_efforts, np.float64)}


def _same(old: Any, new: Any) -> bool:
    if old is None or new is None:
        return old is new
    if isinstance(old, np.ndarray):
        return np.array_equal(old, new, equal_nan=True)
    return bool(old == new)
