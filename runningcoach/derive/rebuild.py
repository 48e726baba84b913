"""Bring everything derived up to date, or make all of it again from the samples."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import psycopg

from runningcoach import periods
from runningcoach.derive import (
    activities,
    baseline,
    benchmarks,
    daily,
    history,
    predictions,
    recovery,
    summaries,
)
from runningcoach.derive.timeline import Timeline
from runningcoach.metrics import streams
from runningcoach.metrics.activity import facts as facts_of
from runningcoach.store import benchmarks as stored_benchmarks
from runningcoach.store import facts, fitness, health, outlook, samples

type Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a derivation did: printable, in a notebook too."""

    activities: int = 0
    measured: int = 0
    benchmarks: int = 0
    days: int = 0
    summaries: int = 0
    seconds: float = 0.0


def refresh(conn: psycopg.Connection[Any], user_id: int) -> Refreshed:
    """Derive what is behind; return at once when nothing is.

    Also carries the daily rows on to today, which moves by itself.
    """
    today = periods.today(fitness.person(conn, user_id).timezone)
    state = fitness.state(conn, user_id)
    if not state.is_stale and (state.last is None or state.last >= today):
        return Refreshed()
    with conn.transaction():
        return _derive(conn, user_id, today)


def rebuild(
    conn: psycopg.Connection[Any],
    user_id: int,
    home: Path,
    progress: Progress | None = None,
) -> Refreshed:
    """Make all facts again from the samples, then everything that follows from them.

    One transaction: readers see the old rows until all new ones stand.
    """
    today = periods.today(fitness.person(conn, user_id).timezone)
    with conn.transaction():
        fitness.begin(conn, user_id)
        _facts_again(conn, user_id, home, progress)
        return _derive(conn, user_id, today)


def _facts_again(
    conn: psycopg.Connection[Any], user_id: int, home: Path, progress: Progress | None
) -> None:
    wanted = facts.sampled(conn, user_id)
    for done, one in enumerate(wanted, start=1):
        clean = streams.clean(
            samples.read(home, one.path),
            one.pauses,
            treadmill=one.is_treadmill,
            altitude_is_barometric=one.source == "fit",
        )
        facts.put(conn, user_id, one.activity_id, facts_of(clean, sport=one.sport))
        if progress:
            progress(done, len(wanted))


def _derive(conn: psycopg.Connection[Any], user_id: int, today: date) -> Refreshed:
    begun = time.perf_counter()
    fitness.begin(conn, user_id)
    known, person = facts.all_for(conn, user_id), fitness.person(conn, user_id)
    rows = stored_benchmarks.all(conn, user_id)
    given = [row for row in rows if row.source in ("user", "garmin")]
    resting = fitness.resting_hr(conn, user_id)
    nights = health.overnight_hr(conn, user_id)
    estimated = benchmarks.estimate(known, resting, given, person.birth_date, nights)
    stored_benchmarks.replace_estimates(conn, user_id, estimated.rows)
    timeline = Timeline([*given, *estimated.rows])
    hashes = fitness.hashes(conn, user_id)
    befores = history.before(known, timeline, estimated)
    changed = list(activities.changed(known, befores, timeline, person, hashes))
    fitness.put_metrics(conn, user_id, changed)
    metrics = fitness.metrics(conn, user_id)
    days = daily.days(known, metrics, estimated, person.preferences, today)
    mornings = recovery.mornings(health.days(conn, user_id, date.min, today), days, today)
    spans = summaries.summaries(known, metrics, days, timeline)
    races = predictions.predict(known, timeline, days, today)
    fitness.replace_daily(conn, user_id, days)
    fitness.replace_recovery(conn, user_id, mornings)
    fitness.replace_summaries(conn, user_id, spans)
    outlook.replace_predictions(conn, user_id, races)
    outlook.replace_baseline(conn, user_id, baseline.baseline(known, metrics, days, today))
    return Refreshed(
        activities=len(known),
        measured=len(changed),
        benchmarks=len(estimated.rows),
        days=len(days),
        summaries=len(spans),
        seconds=time.perf_counter() - begun,
    )
