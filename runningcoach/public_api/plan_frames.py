"""A version of a plan as DataFrames: weeks, days, findings, simulation, differences, adherence."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pandas as pd

from runningcoach.base.units import M_PER_KM, minutes
from runningcoach.coach.plans.overview import PlanOverview, note_texts, overview_weeks
from runningcoach.coach.plans.overview_days import OverviewDay, overview_days
from runningcoach.coach.plans.text.render import render_steps
from runningcoach.coach.plans.validator.finding_words import finding_text, fix_text
from runningcoach.model.record import Record
from runningcoach.model.workout import Workout

DAY_COLUMNS = (
    "week", "type", "title", "distance_km", "duration_min", "steps", "verdict",
    "compliance_pct", "why",
)  # fmt: skip
FINDING_COLUMNS = ("code", "severity", "week", "day", "text", "fix")
DIFF_COLUMNS = ("change", "before", "after")
ADHERENCE_COLUMNS = ("run_date", "title", "verdict", "compliance_pct", "activity_ids", "excuse")


def weeks_frame(overview: PlanOverview) -> pd.DataFrame:
    """Return one row a week, indexed by its number from 1."""
    return _records(overview_weeks(overview)).set_index("number")


def days_frame(overview: PlanOverview) -> pd.DataFrame:
    """Return one row a workout, indexed by date; a day of rest has a row without a type."""
    rows = [
        row
        for number, week in enumerate(overview_days(overview), start=1)
        for day in week
        for row in _day_rows(number, day)
    ]
    return _dated(rows, ("date", *DAY_COLUMNS))


def _day_rows(week: int, day: OverviewDay) -> Iterator[dict[str, Any]]:
    row = {"date": day.date, "week": week, "why": " ".join(note_texts(day.reasons))}
    if day.is_rest:
        yield row
    for session in day.sessions:
        went = session.adherence
        yield row | {
            "type": session.workout.type,
            "title": session.workout.title,
            "distance_km": session.distance_m / M_PER_KM,
            "duration_min": minutes(session.duration_s),
            "steps": render_steps(session.workout.steps),
            "verdict": went.verdict if went else None,
            "compliance_pct": went.compliance_pct if went else None,
        }


def findings_frame(overview: PlanOverview) -> pd.DataFrame:
    """Return one row a finding, numbered from 0 as `edit.fix` takes it."""
    rows = [
        {
            "code": finding.code,
            "severity": finding.severity,
            "week": finding.week,
            "day": finding.day,
            "text": finding_text(finding),
            "fix": fix_text(finding.fix),
        }
        for finding in overview.findings
    ]
    return pd.DataFrame(rows, columns=pd.Index(FINDING_COLUMNS))


def simulation_frame(overview: PlanOverview) -> pd.DataFrame:
    """Return load, fitness, fatigue and form of every day of the plan, indexed by date."""
    return _dated([dict(day) for day in overview.simulation.days], ("date",))


def diff_frame(overview: PlanOverview) -> pd.DataFrame:
    """Return the days on which the version differs from the one it is compared with."""
    days = overview.diff.days if overview.diff else []
    rows = [
        {
            "date": day.date,
            "change": day.change,
            "before": _titles(day.before),
            "after": _titles(day.after),
        }
        for day in days
    ]
    return _dated(rows, ("date", *DIFF_COLUMNS))


def adherence_frame(overview: PlanOverview) -> pd.DataFrame:
    """Return how the past workouts of the plan went, indexed by date."""
    titles = {
        day.date: _titles(day.workouts) for week in overview.stored.plan.weeks for day in week.days
    }
    rows = [
        {
            "date": row.workout_date,
            "run_date": row.run_date,
            "title": titles.get(row.workout_date, ""),
            "verdict": row.verdict,
            "compliance_pct": row.compliance_pct,
            "activity_ids": row.activity_ids,
            "excuse": row.excuse,
        }
        for row in overview.adherence
    ]
    return _dated(rows, ("date", *ADHERENCE_COLUMNS))


def race_series(overview: PlanOverview) -> pd.Series:
    """Return what the race day may bring; empty without a race."""
    request, simulation = overview.stored.plan.request, overview.simulation
    if request.race_date is None:
        return pd.Series(dtype=object)
    return pd.Series({
        "name": request.race_name,
        "date": request.race_date,
        "days_left": (request.race_date - overview.athlete.today).days,
        "tsb": simulation.race_tsb,
        "form_pct": simulation.race_form_pct,
        "time_low_s": simulation.race_time_low_s,
        "time_high_s": simulation.race_time_high_s,
    })  # fmt: skip


def _titles(workouts: Iterable[Workout]) -> str:
    return " + ".join(workout.title for workout in workouts)


def _records(rows: Sequence[Record]) -> pd.DataFrame:
    return pd.DataFrame([dict(row) for row in rows])


def _dated(rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
    """Return rows indexed by their date; empty ones have the columns too."""
    frame = pd.DataFrame(rows) if rows else pd.DataFrame(columns=pd.Index(columns))
    ordered = frame.reindex(columns=[*columns, *(c for c in frame if c not in columns)])
    return ordered.astype({"date": "datetime64[s]"}).set_index("date")
