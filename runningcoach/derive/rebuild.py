"""Bring everything derived up to date, or rebuild it from the samples."""

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
from runningcoach.metrics import catalogue
from runningcoach.metrics.activity import PriorHistory
from runningcoach.metrics.limits import HEALTH_RANGES
from runningcoach.model.activity import ParkedActivity
from runningcoach.model.benchmark_timeline import BenchmarkTimeline, Timeline
from runningcoach.store import benchmarks as stored_benchmarks
from runningcoach.store import derive_failures, facts, fitness, health, race_predictions
from runningcoach.store.blobs import samples
from runningcoach.store.database import locks
from runningcoach.store.facts import ActivityInput, SampledActivity


@dataclass(frozen=True, slots=True)
class RefreshReport:
    """Counts of a derivation, printable in a notebook.

    `activities` is how many there are. The others count the rows that were written, because they
    were new or different: an equal row is left alone.
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
    """Counts of a rebuild, and the changes it made.

    `facts` counts the activities whose facts changed; `engines` are the
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
    """Derive stale rows; return at once when there are none.

    Also carries the daily rows on to today, which moves by itself.
    """
    today = _today(conn, user_id)
    if _is_current(conn, user_id, today):
        return RefreshReport()
    with locks.hold_derive_lock(conn, user_id):
        if _is_current(conn, user_id, today):  # by the derivation that was waited for
            return RefreshReport()
        return snapshots.run_in_snapshot(
            conn,
            user_id,
            lambda: _derive(conn, user_id, today, fitness.hashes(conn, user_id)),
        )


def _is_current(conn: psycopg.Connection[Any], user_id: int, today: date) -> bool:
    state = fitness.get_derive_state(conn, user_id)
    return not state.is_stale and (state.last is None or state.last >= today)


def rebuild(
    conn: psycopg.Connection[Any],
    user_id: int,
    home: Path,
    progress: Progress | None = None,
    *,
    workers: int = 1,
) -> RebuildReport:
    """Recompute all facts from the samples, then everything derived from them.

    The samples are read before anything is locked. What follows is one transaction: readers see
    the old rows until all new ones stand, and rows that say the same are not written.
    """
    return _rebuild(conn, user_id, home, facts.list_sampled(conn, user_id), workers, progress)


def renew(
    conn: psycopg.Connection[Any], user_id: int, home: Path, *, workers: int = 1
) -> RebuildReport | None:
    """Rebuild what another engine or algorithm made; return None when nothing was."""
    if not engine_versions.is_outdated(conn, user_id):
        return None
    return _rebuild(
        conn, user_id, home, engine_versions.activities_to_recompute(conn, user_id), workers
    )


def _rebuild(
    conn: psycopg.Connection[Any],
    user_id: int,
    home: Path,
    sampled: Sequence[SampledActivity],
    workers: int,
    progress: Progress | None = None,
) -> RebuildReport:
    begun = time.perf_counter()
    recomputed = recompute_facts.recompute(home, sampled, workers, progress)

    def derive() -> RebuildReport:
        before = _StateBefore(conn, user_id)
        locks.take_change_lock(conn, user_id)
        stored = recompute_facts.store(conn, user_id, recomputed)
        failed = [_parked(activity, home) for activity in recomputed.unread]
        attempted = [activity.activity_id for activity in sampled]
        derive_failures.replace_parked(conn, user_id, READING, failed, attempted)
        derived = _derive(conn, user_id, _today(conn, user_id), hashes={})
        engine_versions.record_algorithms(conn, user_id)
        return RebuildReport(
            derived=derived,
            facts=stored,
            changes=list(
                metric_changes.compare_snapshots(
                    before.values, metric_changes.snapshot(conn, user_id)
                )
            ),
            engines=before.engines,
            algorithms=metric_changes.replaced_algorithms(
                before.algorithms, catalogue.algorithms()
            ),
            unread=recomputed.unread,
            seconds=time.perf_counter() - begun,
        )

    with locks.hold_derive_lock(conn, user_id):
        return snapshots.run_in_snapshot(conn, user_id, derive)


def _parked(unread: UnreadableSamples, home: Path) -> ParkedActivity:
    """Return an activity whose facts could not be made again: its samples, or what they hold."""
    try:
        samples.read(home, unread.path)
    except Exception:
        return failures.new_parked(unread.activity_id, "samples", unread.why)
    return failures.new_parked(unread.activity_id, "facts", unread.why)


class _StateBefore:
    """Stored values before a rebuild, and the algorithms and engines that made them."""

    def __init__(self, conn: psycopg.Connection[Any], user_id: int) -> None:
        self.values = metric_changes.snapshot(conn, user_id)
        self.algorithms = race_predictions.algorithms(conn, user_id)
        self.engines = engine_versions.engines(conn, user_id)


DERIVING = ("measures", "estimates")
READING = ("samples", "facts")
"""The stages at which an activity can fail: while deriving, and while facts are made again."""


class _EstimationContext:
    """Inputs of estimates other than the activities."""

    def __init__(self, conn: psycopg.Connection[Any], user_id: int) -> None:
        rows = stored_benchmarks.list_all(conn, user_id)
        self.fixed = [row for row in rows if row.source in ("user", "garmin")]
        low, high = HEALTH_RANGES["resting_hr_bpm"]
        nights = fitness.resting_hr(conn, user_id)
        self.resting = [(day, bpm) for day, bpm in nights if low <= bpm <= high]
        self.nights = health.overnight_hr(conn, user_id)


def _measure(
    usable: Sequence[ActivityInput],
    inputs: _EstimationContext,
    person: fitness.AthleteProfile,
    hashes: Mapping[int, str],
    aside: DeriveFailures,
) -> tuple[BenchmarkEstimates, BenchmarkTimeline, list[dict[str, Any]]]:
    """Return the estimates, and the rows of activities that changed.

    Whenever one cannot be measured, all is estimated again without it. Where estimating itself
    fails, the activities that it fails on are looked for one by one.
    """
    while True:
        usable = aside.without(usable)
        before = len(aside.rows)
        try:
            estimated, timeline, befores = _estimate(usable, inputs, person)
        except Exception:
            if len(aside.working(usable)) == len(usable):
                raise
            continue
        changed = list(activities.changed_rows(usable, befores, timeline, person, hashes, aside))
        if len(aside.rows) == before:
            return estimated, timeline, changed


def _estimate(
    usable: Sequence[ActivityInput], inputs: _EstimationContext, person: fitness.AthleteProfile
) -> tuple[BenchmarkEstimates, BenchmarkTimeline, list[PriorHistory]]:
    estimated = benchmarks.estimate(
        usable, inputs.resting, inputs.fixed, person.birth_date, inputs.nights
    )
    timeline = Timeline([*inputs.fixed, *estimated.rows])
    return estimated, timeline, history.prior_histories(usable, timeline, estimated)


def _today(conn: psycopg.Connection[Any], user_id: int) -> date:
    return periods.today(fitness.get_profile(conn, user_id).timezone)


def _derive(
    conn: psycopg.Connection[Any], user_id: int, today: date, hashes: Mapping[int, str]
) -> RefreshReport:
    """Derive from the facts; activities whose inputs are those of `hashes` are not measured."""
    begun = time.perf_counter()
    person, inputs = fitness.get_profile(conn, user_id), _EstimationContext(conn, user_id)
    aside = DeriveFailures()
    usable = aside.usable(facts.list_inputs(conn, user_id))
    estimated, timeline, changed = _measure(usable, inputs, person, hashes, aside)
    usable = aside.without(usable)
    locks.take_change_lock(conn, user_id)
    if engine_versions.has_current_algorithms(conn, user_id):
        engine_versions.record_algorithms(conn, user_id)
    derive_failures.replace_parked(conn, user_id, DERIVING, list(aside.rows.values()))
    fitness.delete_metrics(conn, user_id, aside.rows)
    measured = fitness.put_metrics(conn, user_id, changed)
    metrics = fitness.metrics(conn, user_id)
    days = daily.days(usable, metrics, estimated, person.preferences, today)
    mornings = recovery.mornings(health.days(conn, user_id, date.min, today), days, today)
    spans = summaries.summaries(usable, metrics, days, timeline)
    races = predictions.predict(usable, timeline, days, today, estimated.verdicts)
    page = history_summary.baseline(usable, metrics, days, today)
    return RefreshReport(
        activities=len(usable),
        measured=measured,
        benchmarks=stored_benchmarks.replace_estimates(conn, user_id, estimated.rows),
        days=fitness.replace_daily(conn, user_id, days),
        mornings=fitness.replace_recovery(conn, user_id, mornings),
        summaries=fitness.replace_summaries(conn, user_id, spans),
        predictions=race_predictions.replace_predictions(conn, user_id, races),
        baseline=race_predictions.replace_baseline(conn, user_id, page),
        seconds=time.perf_counter() - begun,
    )
