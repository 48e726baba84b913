"""The facts of activities made again from their samples, in processes of their own.

Workers read the samples themselves and return facts, which are small; only the parent writes.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import psycopg

from runningcoach import executors
from runningcoach.metrics import streams
from runningcoach.metrics.activity import Facts
from runningcoach.metrics.activity import facts as measured
from runningcoach.store import facts, samples
from runningcoach.store.facts import Sampled

type Progress = Callable[[int, int], None]

log = logging.getLogger(__name__)


class Task(NamedTuple):
    """An activity whose samples lie in a home."""

    home: Path
    activity: Sampled


class Unread(NamedTuple):
    """An activity whose samples could not be read: its file, and why."""

    activity_id: int
    path: str
    why: str


@dataclass(frozen=True, slots=True)
class Made:
    """Facts with the activity each was made from, and the activities that gave none."""

    facts: list[tuple[Sampled, Facts]]
    unread: list[Unread]


def facts_of(task: Task) -> Facts:
    """Return what the samples of an activity say."""
    activity = task.activity
    clean = streams.clean(
        samples.read(task.home, activity.path),
        activity.pauses,
        treadmill=activity.is_treadmill,
        altitude_is_barometric=activity.source == "fit",
    )
    return measured(clean, sport=activity.sport)


def make(
    home: Path, activities: Sequence[Sampled], workers: int, progress: Progress | None = None
) -> Made:
    """Read all samples and measure them; what cannot be read stops nothing."""
    made = Made([], [])
    tasks = (Task(home, activity) for activity in activities)
    for done, (task, future) in enumerate(executors.in_order(facts_of, tasks, workers), start=1):
        if error := future.exception():
            made.unread.append(_unread(task.activity, error))
        else:
            made.facts.append((task.activity, future.result()))
        if progress:
            progress(done, len(activities))
    return made


def _unread(activity: Sampled, error: BaseException) -> Unread:
    why = f"{type(error).__name__}: {error}"
    log.warning("samples of activity %d: %s", activity.activity_id, why)
    return Unread(activity.activity_id, activity.path, why)


def keep(conn: psycopg.Connection[Any], user_id: int, made: Made) -> int:
    """Write the facts that differ from those stored; return how many.

    Facts of samples that a better file replaced meanwhile, or that were deleted, are not kept.
    """
    sampled = {one.activity_id: one for one in facts.sampled(conn, user_id)}
    stored = {one.activity_id: one.facts for one in facts.all_for(conn, user_id)}
    new = {
        activity.activity_id: found
        for activity, found in made.facts
        if sampled.get(activity.activity_id) == activity
        and differ(stored.get(activity.activity_id), found)
    }
    facts.put_many(conn, user_id, new)
    return len(new)


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
