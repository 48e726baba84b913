"""Tools that add up: weeks, years, the longest runs."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import Field

from runningcoach.base import periods
from runningcoach.coach.talk.tools.result_fields import (
    dated,
    hours,
    km,
    known,
    mean,
    minutes,
    rounded,
)
from runningcoach.coach.talk.tools.run_list import load_rows, row_fields
from runningcoach.coach.talk.tools.strict_schema import ToolArguments
from runningcoach.coach.talk.tools.tool_arguments import Day
from runningcoach.coach.talk.tools.tool_context import Fields, ToolContext
from runningcoach.model.fitness import Baseline, Summary
from runningcoach.store import activities, fitness, race_predictions, training_history

WEEK = timedelta(days=7)
WHOLE_WEEKS = 4
LONG_RUN_DAYS = 30
LONGER_SHARE = 1.10
"""Frandsen et al. 2025, 10.1136/bjsports-2024-109380: runs more than a tenth longer than the
longest of 30 days go with more injuries."""


class WeeklyMileageArguments(ToolArguments):
    """Which weeks are added up."""

    weeks: Annotated[int, Field(ge=1, le=26)] | None = Field(
        default=None, description="How many weeks, 8 if null"
    )
    until: Day | None = Field(
        default=None, description="A day of the last week, YYYY-MM-DD; today if null"
    )


class LongRunsArguments(ToolArguments):
    """Of which days the longest runs are looked for."""

    days: Annotated[int, Field(ge=7, le=730)] | None = Field(
        default=None, description="How many days back, 90 if null"
    )


class YearlyArguments(ToolArguments):
    """Which year is shown month by month."""

    year: Annotated[int, Field(ge=1970, le=2200)] | None = Field(
        default=None, description="A calendar year for its months; null for all years"
    )


def weekly_mileage(context: ToolContext, arguments: WeeklyMileageArguments) -> Fields:
    """Return distance, time, runs and load by week from Monday, newest first."""
    conn, user_id, today = context.conn, context.user.id, context.today
    count = arguments.weeks or 8
    last_monday = periods.week_start(min(arguments.until or today, today))
    first = last_monday - (count - 1) * WEEK
    begin = min(first, periods.week_start(today) - WHOLE_WEEKS * WEEK)
    rows = {row.starts_on: row for row in fitness.summaries(conn, user_id, "week", begin, today)}
    history = race_predictions.baseline(conn, user_id)
    mondays = [last_monday - n * WEEK for n in range(count)]
    weeks = [week_fields(rows[monday], today) for monday in mondays if monday in rows]
    end = last_monday + timedelta(days=6)
    return {
        "period": {"first": first.isoformat(), "last": min(end, today).isoformat()},
        "today": dated(today),
        "weeks": weeks,
        **_last_whole_weeks(rows, today),
        "missing": missing_history(context, first, history)
        | _not_computed([day for day in mondays if day not in rows], history),
    }


def week_fields(row: Summary, today: date) -> Fields:
    """Return a week as fields; `is_partial` while it is not over."""
    end = row.starts_on + timedelta(days=6)
    return known(
        {
            "week_start": row.starts_on.isoformat(),
            "week_end": end.isoformat(),
            "is_partial": end >= today,
            "distance_km": km(row.distance_m, 1),
            "time_min": minutes(row.moving_s),
            "runs": row.runs,
            "longest_km": km(row.longest_run_m, 1),
            "load_all_sports": rounded(row.load),
        }
    )


def _last_whole_weeks(rows: dict[date, Summary], today: date) -> Fields:
    """Return the mean of the last four weeks that are over, where all are known."""
    running = periods.week_start(today)
    mondays = [running - n * WEEK for n in range(1, WHOLE_WEEKS + 1)]
    if not all(monday in rows for monday in mondays):
        return {}
    average = mean([rows[monday].distance_m for monday in mondays])
    return {
        "mean_of_last_4_whole_weeks": {
            "first": mondays[-1].isoformat(),
            "last": (running - timedelta(days=1)).isoformat(),
            "distance_km": km(average),
        }
    }


def missing_history(context: ToolContext, first: date, history: Baseline | None) -> dict[str, str]:
    """Return why days from `first` on are not known: before the history, or derived anew."""
    missing: dict[str, str] = {}
    if history is None:
        missing["history"] = "no run is recorded yet"
    elif first < history.first_run:
        begin = history.first_run.isoformat()
        missing["before_history"] = f"the history begins on {begin}; nothing is known before it"
    stale = activities.stale_since(context.conn, context.user.id)
    if stale is not None:
        missing["behind"] = f"figures from {stale.isoformat()} on are being computed anew"
    return missing


def _not_computed(mondays: Sequence[date], history: Baseline | None) -> dict[str, str]:
    """Return why weeks after the beginning of the history are not there."""
    begun = [day for day in mondays if history and day + WEEK > history.first_run]
    return {day.isoformat(): "this week is not computed yet" for day in begun[:3]}


def long_runs(context: ToolContext, arguments: LongRunsArguments) -> Fields:
    """Return the longest runs, longest first, and how far the next may go by the guideline."""
    today = context.today
    first = periods.span_start(today, arguments.days or 90)
    history = race_predictions.baseline(context.conn, context.user.id)
    fields: Fields = {"period": {"first": first.isoformat(), "last": today.isoformat()}}
    if context.allows("training"):
        rows = load_rows(context.conn, context.user.id, first, today)
        runs = [r for r in rows if r.activity.sport == "running" and r.activity.distance_m]
        runs.sort(key=lambda r: -(r.activity.distance_m or 0.0))
        fields["longest_first"] = [row_fields(row) for row in runs[:8]]
    else:
        weeks = fitness.summaries(context.conn, context.user.id, "week", first, today)
        fields["longest_by_week"] = [
            known({"week_start": w.starts_on.isoformat(), "longest_km": km(w.longest_run_m, 1)})
            for w in reversed(weeks)
        ]
    fields |= longest_of_month(context)
    return fields | {"missing": missing_history(context, first, history)}


def longest_of_month(context: ToolContext) -> Fields:
    """Return the longest run of the last 30 days, and a tenth more than it."""
    first = periods.span_start(context.today, LONG_RUN_DAYS)
    longest_m = training_history.longest_run_m(context.conn, context.user.id, first, context.today)
    if longest_m is None:
        return {}
    return known(
        {
            "longest_of_30_days_km": km(longest_m, 1),
            "longest_of_30_days_date": _day_of(context, first, longest_m),
            "a_tenth_more_km": km(LONGER_SHARE * longest_m, 1),
        }
    )


def _day_of(context: ToolContext, first: date, distance_m: float) -> str | None:
    """Return the latest day with a run of a distance; it is that of a single run."""
    if not context.allows("training"):
        return None
    rows = load_rows(context.conn, context.user.id, first, context.today)
    days = [r.activity.local_date for r in rows if r.activity.distance_m == distance_m]
    return dated(max(days)) if days else None


def yearly(context: ToolContext, arguments: YearlyArguments) -> Fields:
    """Return the years of running; of one year its months and their mean."""
    history = race_predictions.baseline(context.conn, context.user.id)
    if history is None:
        return {"years": [], "missing": {"history": "no run is recorded yet"}}
    years = [
        known(
            {
                "year": row.year,
                "runs": row.runs,
                "distance_km": km(row.distance_m, 1),
                "time_h": hours(row.moving_s),
                "longest_km": km(row.longest_run_m, 1),
            }
        )
        for row in reversed(history.years)
        if arguments.year in (None, row.year)
    ]
    span = {"first": history.first_run.isoformat(), "last": history.as_of.isoformat()}
    fields: Fields = {"period": span, "years": years, "missing": {}}
    if arguments.year is not None:
        fields |= _months(context, arguments.year, history)
    return fields


def _months(context: ToolContext, year: int, history: Baseline) -> Fields:
    first, last = date(year, 1, 1), date(year, 12, 31)
    rows = fitness.summaries(context.conn, context.user.id, "month", first, last)
    is_partial = [_is_partial_month(row.starts_on, history, context.today) for row in rows]
    whole = [row.distance_m for row, partial in zip(rows, is_partial, strict=True) if not partial]
    months: list[dict[str, Any]] = [
        {
            "month": f"{row.starts_on:%Y-%m}",
            "is_partial": partial,
            "runs": row.runs,
            "distance_km": km(row.distance_m, 1),
        }
        for row, partial in zip(rows, is_partial, strict=True)
    ]
    missing: dict[str, str] = {}
    if first < history.first_run:
        begin = history.first_run.isoformat()
        missing[f"{year}"] = f"the history begins on {begin}; nothing is known before it"
    if first > context.today:
        missing[f"{year}"] = "this year has not begun"
    return known(
        {
            "period": {
                "first": max(first, history.first_run).isoformat(),
                "last": min(last, context.today).isoformat(),
            }
            if rows
            else None,
            "months": months,
            "mean_of_whole_months_km": km(mean(whole), 1),
            "missing": missing,
        }
    )


def _is_partial_month(month: date, history: Baseline, today: date) -> bool:
    return month < history.first_run or periods.month_end(month) >= today
