"""Bring everything derived up to date, or make all of it again from the samples."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import psycopg

from runningcoach.base import periods
from runningcoach.derive import (
    activities,
    benchmarks,
    daily,
    engine_versions,
    failures,
    history,
    history_summary,
    metric_changes,
    predictions,
    recompute_facts,
    recovery,
    snapshots,
    summaries,
)
from runningcoach.derive.benchmarks import BenchmarkEstimates
from runningcoach.derive.failures import DeriveFailures
from runningcoach.derive.metric_changes import Change
from runningcoach.derive.recompute_facts import Progress, UnreadableSamples
from runningcoach.derive.timeline import Timeline
from runningcoach.metrics import catalogue
from runningcoach.metrics.activity import PriorHistory
from runningcoach.metrics.limits import HEALTH_RANGES
from runningcoach.model.activity import ParkedActivity
from runningcoach.store import benchmarks as stored_benchmarks
from runningcoach.store import derive_failures, facts, fitness, health, race_predictions
from runningcoach.store.blobs import samples
from runningcoach.store.database import locks
from runningcoach.store.facts import ActivityInput, Sampled


@dataclass(frozen=True, slots=True)
class RefreshReport:
    """What a derivation did: printable, in a notebook too.

    `activities` is how many there are. The others count the rows that were written, because they
    were not there or said something else: a row that says the same is left alone.
    """

    activities: int = 0
    measured: int = 0
    benchmarks: int = 0
    days: int = 0
    summaries: int = 0
    seconds: float = 0.0
    mornings: int = 0
    predictions: int = 0
    baseline: int = 0


@dataclass(frozen=True, slots=True)
class RebuildReport:
    """What a rebuild did, and what says something else since.

    `facts` counts the activities whose samples say something else than before; `engines` are the
    other versions of the engine that had made facts; `algorithms` are those that changed, by
    metric, as they were and as they are. `unread` had samples that cannot be read: their facts
    stay as they were.
    """

    derived: RefreshReport
    facts: int
    changes: list[Change]
    engines: list[str]
    algorithms: dict[str, tuple[str | None, str | None]]
    unread: list[UnreadableSamples]
    seconds: float


def refresh(conn: psycopg.Connection[Any], user_id: int) -> RefreshReport:
    """Derive what is behind; return at once when nothing is.

    Also carries the daily rows on to today, which moves by itself.
    """
    today = _today(conn, user_id)
    if _is_current(conn, user_id, today):
        return RefreshReport()
    with locks.deriving(conn, user_id):
        if _is_current(conn, user_id, today):  # by the derivation that was waited for
            return RefreshReport()
        return snapshots.derived(
            conn,
            user_id,
            lambda: _derive(conn, user_id, today, fitness.hashes(conn, user_id)),
        )


def _is_current(conn: psycopg.Connection[Any], user_id: int, today: date) -> bool:
    state = fitness.state(conn, user_id)
    return not state.is_stale and (state.last is None or state.last >= today)


def rebuild(
    conn: psycopg.Connection[Any],
    user_id: int,
    home: Path,
    progress: Progress | None = None,
    *,
    workers: int = 1,
) -> RebuildReport:
    """Make all facts again from the samples, then everything that follows from them.

    The samples are read before anything is locked. What follows is one transaction: readers see
    the old rows until all new ones stand, and rows that say the same are not written.
    """
    return _rebuild(conn, user_id, home, facts.sampled(conn, user_id), workers, progress)


def renew(
    conn: psycopg.Connection[Any], user_id: int, home: Path, *, workers: int = 1
) -> RebuildReport | None:
    """Make again what another engine or another algorithm made; None when nothing was."""
    if not engine_versions.is_outdated(conn, user_id):
        return None
    return _rebuild(conn, user_id, home, engine_versions.affected(conn, user_id), workers)


def _rebuild(
    conn: psycopg.Connection[Any],
    user_id: int,
    home: Path,
    wanted: Sequence[Sampled],
    workers: int,
    progress: Progress | None = None,
) -> RebuildReport:
    begun = time.perf_counter()
    made = recompute_facts.make(home, wanted, workers, progress)

    def derive() -> RebuildReport:
        before = _StateBefore(conn, user_id)
        locks.take_change(conn, user_id)
        written = recompute_facts.keep(conn, user_id, made)
        failed = [_parked(one, home) for one in made.unread]
        tried = [one.activity_id for one in wanted]
        derive_failures.replace_parked(conn, user_id, READING, failed, tried)
        derived = _derive(conn, user_id, _today(conn, user_id), hashes={})
        engine_versions.note(conn, user_id)
        return RebuildReport(
            derived=derived,
            facts=written,
            changes=list(
                metric_changes.between(before.values, metric_changes.snapshot(conn, user_id))
            ),
            engines=before.engines,
            algorithms=metric_changes.replaced(before.algorithms, catalogue.algorithms()),
            unread=made.unread,
            seconds=time.perf_counter() - begun,
        )

    with locks.deriving(conn, user_id):
        return snapshots.derived(conn, user_id, derive)


def _parked(unread: UnreadableSamples, home: Path) -> ParkedActivity:
    """Return an activity whose facts could not be made again: its samples, or what they hold."""
    try:
        samples.read(home, unread.path)
    except Exception:
        return failures.parked(unread.activity_id, "samples", unread.why)
    return failures.parked(unread.activity_id, "facts", unread.why)


class _StateBefore:
    """What was stored before a rebuild, and what had made it."""

    def __init__(self, conn: psycopg.Connection[Any], user_id: int) -> None:
        self.values = metric_changes.snapshot(conn, user_id)
        self.algorithms = race_predictions.algorithms(conn, user_id)
        self.engines = engine_versions.engines(conn, user_id)


DERIVING = ("measures", "estimates")
READING = ("samples", "facts")
"""The stages at which an activity can fail: while deriving, and while facts are made again."""


class _EstimationContext:
    """What estimates rest on beside the activities."""

    def __init__(self, conn: psycopg.Connection[Any], user_id: int) -> None:
        rows = stored_benchmarks.all(conn, user_id)
        self.given = [row for row in rows if row.source in ("user", "garmin")]
        low, high = HEALTH_RANGES["resting_hr_bpm"]
        nights = fitness.resting_hr(conn, user_id)
        self.resting = [(day, bpm) for day, bpm in nights if low <= bpm <= high]
        self.nights = health.overnight_hr(conn, user_id)


def _measured(
    known: Sequence[ActivityInput],
    inputs: _EstimationContext,
    person: fitness.AthleteProfile,
    hashes: Mapping[int, str],
    aside: DeriveFailures,
) -> tuple[BenchmarkEstimates, Timeline, list[dict[str, Any]]]:
    """Return the estimates, and the rows of activities that changed.

    Whenever one cannot be measured, all is estimated again without it. Where estimating itself
    fails, the activities that it fails on are looked for one by one.
    """
    while True:
        known = aside.without(known)
        before = len(aside.rows)
        try:
            estimated, timeline, befores = _estimated(known, inputs, person)
        except Exception:
            if len(aside.working(known)) == len(known):
                raise
            continue
        changed = list(activities.changed(known, befores, timeline, person, hashes, aside))
        if len(aside.rows) == before:
            return estimated, timeline, changed


def _estimated(
    known: Sequence[ActivityInput], inputs: _EstimationContext, person: fitness.AthleteProfile
) -> tuple[BenchmarkEstimates, Timeline, list[PriorHistory]]:
    estimated = benchmarks.estimate(
        known, inputs.resting, inputs.given, person.birth_date, inputs.nights
    )
    timeline = Timeline([*inputs.given, *estimated.rows])
    return estimated, timeline, history.before(known, timeline, estimated)


def _today(conn: psycopg.Connection[Any], user_id: int) -> date:
    return periods.today(fitness.person(conn, user_id).timezone)


def _derive(
    conn: psycopg.Connection[Any], user_id: int, today: date, hashes: Mapping[int, str]
) -> RefreshReport:
    """Derive from the facts; activities whose inputs are those of `hashes` are not measured."""
    begun = time.perf_counter()
    person, inputs = fitness.person(conn, user_id), _EstimationContext(conn, user_id)
    aside = DeriveFailures()
    known = aside.usable(facts.all_for(conn, user_id))
    estimated, timeline, changed = _measured(known, inputs, person, hashes, aside)
    known = aside.without(known)
    locks.take_change(conn, user_id)
    if engine_versions.by_these_algorithms(conn, user_id):
        engine_versions.note(conn, user_id)
    derive_failures.replace_parked(conn, user_id, DERIVING, list(aside.rows.values()))
    fitness.forget_metrics(conn, user_id, aside.rows)
    measured = fitness.put_metrics(conn, user_id, changed)
    metrics = fitness.metrics(conn, user_id)
    days = daily.days(known, metrics, estimated, person.preferences, today)
    mornings = recovery.mornings(health.days(conn, user_id, date.min, today), days, today)
    spans = summaries.summaries(known, metrics, days, timeline)
    races = predictions.predict(known, timeline, days, today, estimated.verdicts)
    page = history_summary.baseline(known, metrics, days, today)
    return RefreshReport(
        activities=len(known),
        measured=measured,
        benchmarks=stored_benchmarks.replace_estimates(conn, user_id, estimated.rows),
        days=fitness.replace_daily(conn, user_id, days),
        mornings=fitness.replace_recovery(conn, user_id, mornings),
        summaries=fitness.replace_summaries(conn, user_id, spans),
        predictions=race_predictions.replace_predictions(conn, user_id, races),
        baseline=race_predictions.replace_baseline(conn, user_id, page),
        seconds=time.perf_counter() - begun,
    )
