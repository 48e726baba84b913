"""Compare the planned workouts that were not yet, or not with what is there now.

Every import and every change of an activity ends with this, so that the engine is loaded only
where there is something to compare.
"""

from collections.abc import Sequence
from dataclasses import astuple
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg

from runningcoach.coach.plans.adherence.adherence_report import AdherenceReport
from runningcoach.coach.plans.adherence.engine import ENGINE_VERSION, REACH_DAYS
from runningcoach.store import adherence as store

type Connection = psycopg.Connection[Any]

SPAN_DAYS = 28
"""At most so many days are compared at once, so that few series are in memory."""


def refresh_outdated(conn: Connection, user_id: int, today: date, home: Path) -> AdherenceReport:
    """Compare the workouts of days up to today that were not, or not with what is there now.

    An activity may change which workout others ran, so that days within its reach are compared
    with it. Without a plan, and where nothing changed, this is one statement.
    """
    days = store.list_outdated_days(conn, user_id, today, ENGINE_VERSION, 2 * REACH_DAYS)
    total = AdherenceReport()
    if not days:
        return total
    from runningcoach.coach.plans.adherence.refresh import refresh_adherence

    for first, last in _spans(days, today):
        total = _add(total, refresh_adherence(conn, user_id, first, last, home, today=today))
    return total


def _spans(days: Sequence[date], today: date) -> list[tuple[date, date]]:
    """Return the days with those in reach as spans that do not overlap, each of a few weeks."""
    reach, spans = timedelta(days=REACH_DAYS), list[tuple[date, date]]()
    for day in days:
        first, last = day - reach, min(day + reach, today)
        before = spans[-1] if spans else (date.min, date.min)
        if first <= before[1] and (last - before[0]).days < SPAN_DAYS:
            spans[-1] = (before[0], last)
        elif last > before[1]:
            spans.append((max(first, before[1] + timedelta(days=1)), last))
    return spans


def _add(one: AdherenceReport, other: AdherenceReport) -> AdherenceReport:
    return AdherenceReport(*(a + b for a, b in zip(astuple(one), astuple(other), strict=True)))
