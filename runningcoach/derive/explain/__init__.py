"""Why a stored number is what it is: of an activity, of a day, of a morning, of a benchmark."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from typing import Any

import psycopg

from runningcoach.base import i18n
from runningcoach.derive.explain.answer import StoredValue, answer, plain
from runningcoach.derive.explain.inputs import (
    activity_input,
    benchmark_input,
    day_input,
    list_activities,
    recovery_input,
    shown_total,
)
from runningcoach.derive.explain.problems import (
    NoActivities,
    NothingYet,
    OfActivities,
    OneSubject,
    UnknownActivity,
    UnknownDay,
    UnknownMetric,
)
from runningcoach.metrics import ENGINE_VERSION, catalogue
from runningcoach.metrics.catalogue import CATALOGUE, Metric, Table
from runningcoach.metrics.definitions.definition import Derivation
from runningcoach.model.activity import Activity, ActivityMetrics
from runningcoach.model.explanation import Explanation
from runningcoach.model.record import Record
from runningcoach.store import activities, benchmarks, fitness, race_predictions
from runningcoach.store.activities import ListedActivity

__all__ = ["known_metric", "of", "of_activity", "of_day"]

type Connection = psycopg.Connection[Any]

BY_DAY: tuple[Table, ...] = ("day", "morning", "benchmark")


def known_metric(name: str) -> dict[Table, Metric]:
    """Return the quantities of a name, by table; raises UnknownMetric with names like it."""
    found = catalogue.named(name)
    if found:
        return found
    like = get_close_matches(name, [metric.name for metric in CATALOGUE], n=3, cutoff=0.4)
    raise UnknownMetric(metric=name[:80], like=", ".join(like) or "load, trimp, ctl")


def of(
    conn: Connection, user_id: int, name: str, activity_id: int | None, on: date | None
) -> Explanation:
    """Explain a number of an activity or of a day, of which one must be given."""
    if activity_id is not None and on is None:
        return of_activity(conn, user_id, name, activity_id)
    if on is not None and activity_id is None:
        return of_day(conn, user_id, name, on)
    raise OneSubject


def of_activity(conn: Connection, user_id: int, name: str, activity_id: int) -> Explanation:
    """Explain a number of an activity; one of days as it stood on the activity's day."""
    metrics = known_metric(name)
    found = activities.get(conn, user_id, activity_id)
    if found is None:
        raise UnknownActivity(activity=activity_id)
    if "activity" not in metrics:
        return of_day(conn, user_id, name, found.local_date)
    return _activity(conn, user_id, metrics["activity"], found)


def of_day(conn: Connection, user_id: int, name: str, on: date) -> Explanation:
    """Explain a number of a day, a morning, or a benchmark as it counted on a day."""
    metrics = known_metric(name)
    for table in BY_DAY:
        if table in metrics:
            return DAYS[table](conn, user_id, metrics[table], on)
    raise _ask_for_activity(list_activities(conn, user_id, on, on), name, on)


def _ask_for_activity(
    done: Iterable[ListedActivity], name: str, on: date
) -> OfActivities | NoActivities:
    listed = ", ".join(f"{a.id} ({a.name or a.sport})" for a in done)
    blanks: dict[str, object] = {"label": i18n.t(f"metrics.labels.{name}"), "date": on.isoformat()}
    return OfActivities(**blanks, activities=listed) if listed else NoActivities(**blanks)


def _activity(conn: Connection, user_id: int, metric: Metric, of: Activity) -> Explanation:
    rows = benchmarks.in_force(conn, user_id, of.local_date)
    stored = fitness.metrics_of(conn, user_id, of.id)
    metrics = stored or ActivityMetrics(activity_id=of.id, engine_version=ENGINE_VERSION)
    traced = activity_input(conn, user_id, of, metrics, rows)
    name = " · ".join([of.local_date.isoformat(), of.name or of.sport])
    found = replace(_stored(metric, stored), rows=rows, algorithm=_made_by(conn, user_id, metric))
    shown = shown_total(metric.name, of, metrics)
    found = replace(found, value=found.value if shown is None else shown)
    return answer(metric, name, found, metric.trace(traced))


def _stored(metric: Metric, row: Any) -> StoredValue:
    """Return what a row of one of the tables holds of a quantity."""
    if row is None:
        return StoredValue(engine_version=ENGINE_VERSION)
    return StoredValue(
        value=plain(getattr(row, metric.name)),
        reason=row.reasons.get(metric.name, ""),
        flags=row.flags,
        engine_version=getattr(row, "engine_version", ENGINE_VERSION),
    )


def _made_by(conn: Connection, user_id: int, metric: Metric) -> str:
    return race_predictions.algorithms(conn, user_id).get(
        f"{metric.of}.{metric.name}", metric.algorithm
    )


def _span(conn: Connection, user_id: int, on: date) -> date:
    """Return the first day that was derived; raises where `on` lies after the last, or none is."""
    last = fitness.get_derive_state(conn, user_id).last
    every = fitness.daily(conn, user_id, date.min, last or on)
    if last is None or not every:
        raise NothingYet
    if on > last:
        raise UnknownDay(
            date=on.isoformat(), first=every[0].date.isoformat(), last=last.isoformat()
        )
    return every[0].date


def _day(conn: Connection, user_id: int, metric: Metric, on: date) -> Explanation:
    first = _span(conn, user_id, on)
    row = next(iter(fitness.daily(conn, user_id, on, on)), None)
    derivation = _before_history(metric)
    if on >= first:
        derivation = metric.trace(day_input(conn, user_id, on, first))
    return answer(metric, on.isoformat(), _of_row(conn, user_id, metric, row), derivation)


def _before_history(metric: Metric) -> Derivation:
    """Return the derivation of a number before there was any."""
    return Derivation(metric.formula, why_not="before_history")


def _of_row(conn: Connection, user_id: int, metric: Metric, row: Record | None) -> StoredValue:
    notes = ["provisional"] if getattr(row, "provisional", False) else []
    by = _made_by(conn, user_id, metric)
    return replace(_stored(metric, row), notes=notes, algorithm=by)


def _morning(conn: Connection, user_id: int, metric: Metric, on: date) -> Explanation:
    derivation, row = _before_history(metric), None
    if on >= _span(conn, user_id, on):
        row = next(iter(fitness.recovery(conn, user_id, on, on)), None)
        derivation = metric.trace(recovery_input(conn, user_id, on, row))
    return answer(metric, on.isoformat(), _of_row(conn, user_id, metric, row), derivation)


def _benchmark(conn: Connection, user_id: int, metric: Metric, on: date) -> Explanation:
    rows = benchmarks.in_force(conn, user_id, on)
    found = StoredValue(engine_version=ENGINE_VERSION, rows=rows)
    if row := rows.get(metric.name):
        found = replace(found, value=row.value, algorithm=row.algorithm or "")
        if row.source in ("user", "garmin"):
            found = replace(found, given_by=row.source, algorithm=f"{row.source}.given")
    traced = benchmark_input(conn, user_id, metric.name, on, rows)
    return answer(metric, on.isoformat(), found, metric.trace(traced))


DAYS = {"day": _day, "morning": _morning, "benchmark": _benchmark}
"""How the quantities of each table that goes by days are explained."""
