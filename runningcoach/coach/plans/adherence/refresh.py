"""Compare the planned workouts of some days with what was run, and store the result."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg

from runningcoach.coach.plans.adherence.adherence_report import AdherenceReport
from runningcoach.coach.plans.adherence.comparison import compare
from runningcoach.coach.plans.adherence.engine import ENGINE_VERSION, REACH_DAYS
from runningcoach.coach.plans.adherence.matching import (
    ActivityMatches,
    RunForMatching,
    SessionMatch,
    WorkoutForMatching,
    match_activities,
)
from runningcoach.coach.plans.adherence.recorded_runs import (
    air_of,
    load_series,
    run_for_matching,
)
from runningcoach.coach.plans.adherence.run_series import RunSeries
from runningcoach.coach.plans.adherence.sessions import place_match
from runningcoach.coach.plans.athlete import load_athlete
from runningcoach.model.activity import Activity
from runningcoach.model.adherence import WorkoutAdherence
from runningcoach.model.plan_request import AthleteState
from runningcoach.model.stored_plan import StoredWorkout
from runningcoach.store import adherence as store
from runningcoach.store import workouts

type Connection = psycopg.Connection[Any]


@dataclass(frozen=True, slots=True)
class _StoredRuns:
    """The activities around some days, with their series."""

    activities: Mapping[int, Activity]
    series: Mapping[int, RunSeries | None]


def refresh_adherence(
    conn: Connection,
    user_id: int,
    first: date,
    last: date,
    home: Path,
    *,
    today: date | None = None,
) -> AdherenceReport:
    """Compare the workouts planned from `first` to `last` with the activities, and store it.

    `home` holds the samples. A workout of today, by default `last`, that was not run yet is not
    missed, and has no row. The same tables give the same rows.
    """
    reach, seen_at = timedelta(days=REACH_DAYS), store.read_clock(conn)
    planned = workouts.list_between(conn, user_id, first - reach, last + reach)
    runs = _load_runs(conn, user_id, first - 2 * reach, last + 2 * reach, home)
    athlete = load_athlete(conn, user_id, last)
    matches = _match(conn, user_id, planned, runs, athlete)
    inside = [row for row in planned if row.day is not None and first <= row.day <= last]
    may_follow = {row.id for row in inside if row.day == (today or last)}
    report = _store(conn, user_id, inside, may_follow, matches, runs, athlete)
    store.mark_compared(conn, user_id, [row.id for row in inside], seen_at)
    days = {a.id: a.local_date for a in runs.activities.values() if a.sport == "running"}
    free = [one for one in matches.unplanned if first <= days.get(int(one), date.min) <= last]
    return replace(report, unplanned=len(free))


def _load_runs(conn: Connection, user_id: int, first: date, last: date, home: Path) -> _StoredRuns:
    rows = {row.id: row for row in store.list_activities(conn, user_id, first, last)}
    return _StoredRuns(rows, {i: load_series(conn, user_id, row, home) for i, row in rows.items()})


def _match(
    conn: Connection,
    user_id: int,
    planned: Sequence[StoredWorkout],
    runs: _StoredRuns,
    athlete: AthleteState,
) -> ActivityMatches:
    """Match activities with workouts, by what the watch knows them by where it does."""
    links = store.list_links(conn, user_id, [row.id for row in planned])
    at_garmin = {link.garmin_workout_id: link.workout_id for link in links}
    at_garmin.pop(None, None)
    markers = {link.workout_id: link.marker for link in links}
    sessions = [
        WorkoutForMatching(row.id, row.day, row.workout, markers.get(row.id))
        for row in planned
        if row.day is not None
    ]
    known: list[RunForMatching] = [
        run_for_matching(row, runs.series[row.id], at_garmin.get(row.garmin_workout_id))
        for row in runs.activities.values()
    ]
    return match_activities(sessions, known, athlete)


def _store(
    conn: Connection,
    user_id: int,
    rows: Sequence[StoredWorkout],
    may_follow: Collection[int],
    matches: ActivityMatches,
    runs: _StoredRuns,
    athlete: AthleteState,
) -> AdherenceReport:
    """Store how workouts went; those of `may_follow` are not missed where they were not run."""
    by_id = {match.session_id: match for match in matches.sessions}
    open_ids = [row.id for row in rows if row.id in may_follow and not by_id[row.id].activity_ids]
    judged = {
        row.id: _went(row, by_id[row.id], runs, athlete) for row in rows if row.id not in open_ids
    }
    with conn.transaction():
        changed = store.remove(conn, user_id, open_ids)
        for workout_id, went in judged.items():
            changed += store.put(conn, user_id, workout_id, went, ENGINE_VERSION)
    missed = sum(went.verdict == "missed" for went in judged.values())
    return AdherenceReport(
        workouts=len(rows), run=len(judged) - missed, missed=missed, changed=changed
    )


def _went(
    row: StoredWorkout, match: SessionMatch, runs: _StoredRuns, athlete: AthleteState
) -> WorkoutAdherence:
    """Return how a workout went."""
    ids = [int(one) for one in match.activity_ids]
    parts = [runs.activities[one] for one in ids]
    went = compare(
        row.workout,
        _with_gaps(parts, runs.series),
        workout_date=row.day or athlete.today,
        run_date=match.run_date,
        activity_ids=ids,
        athlete=athlete,
        air=air_of(parts),
    )
    return place_match(went, match)


def _with_gaps(
    parts: Sequence[Activity], series: Mapping[int, RunSeries | None]
) -> list[RunSeries]:
    """Return the series of activities, each with its time since the end of the one before."""
    out: list[RunSeries] = []
    before: Activity | None = None
    for part in parts:
        run = series[part.id]
        if run is not None:
            gap = 0.0
            if before is not None:
                between = (part.started_at - before.started_at).total_seconds()
                gap = max(between - before.elapsed_s, 0.0)
            out.append(replace(run, start_gap_s=gap))
            before = part
    return out
