"""Records as the data frames that charts draw."""

from collections.abc import Sequence
from datetime import date

import pandas as pd

from runningcoach import periods
from runningcoach.jupyter.gauge import band
from runningcoach.records import DailyFitness, HealthDay, Summary
from runningcoach.store.pages import CalendarDay, MonthTotals

CALENDAR = ("date", "load", "distance_m", "activities", "activity_id")


def daily(days: Sequence[DailyFitness]) -> pd.DataFrame:
    """Return date, ctl, atl, tsb, band of form and VO2max trend for each day."""
    return pd.DataFrame(
        {
            "date": pd.to_datetime([day.date for day in days]),
            "ctl": [round(day.ctl, 1) for day in days],
            "atl": [round(day.atl, 1) for day in days],
            "tsb": [_rounded(day.tsb) for day in days],
            "band": [band(day.form_pct) for day in days],
            "vo2max_trend": [_rounded(day.vo2max_trend) for day in days],
        }
    )


def summaries(rows: Sequence[Summary], today: date) -> pd.DataFrame:
    """Return starts_on, distance_km, load and whether it is the present one, oldest first."""
    present = {periods.week_start(today), periods.month_start(today)}
    return pd.DataFrame(
        {
            "starts_on": pd.to_datetime([row.starts_on for row in rows]),
            "distance_km": [round(row.distance_m / 1000, 1) for row in rows],
            "load": [round(row.load) for row in rows],
            "now": [row.starts_on in present for row in rows],
        }
    )


def zones(rows: Sequence[Summary]) -> pd.DataFrame:
    """Return hours in each zone of each week: starts_on, zone, hours."""
    return pd.DataFrame(
        [
            {
                "starts_on": pd.Timestamp(row.starts_on),
                "zone": zone,
                "hours": round(seconds / 3600, 2),
            }
            for row in rows
            for zone, seconds in enumerate(row.hr_zone_s or [], start=1)
        ],
        columns=["starts_on", "zone", "hours"],
    )


def calendar(days: Sequence[CalendarDay]) -> pd.DataFrame:
    """Return the columns of the training calendar."""
    return pd.DataFrame(
        [[getattr(day, name) for name in CALENDAR] for day in days], columns=CALENDAR
    )


def months(rows: Sequence[MonthTotals]) -> pd.DataFrame:
    """Return month, distance_km, activities."""
    return pd.DataFrame(
        {
            "month": pd.to_datetime([row.month for row in rows]),
            "distance_km": [round(row.distance_m / 1000, 1) for row in rows],
            "activities": [row.activities for row in rows],
        }
    )


def signal(days: Sequence[HealthDay], field: str) -> pd.DataFrame:
    """Return date, one signal and its normal range: mean and one deviation of 60 days before."""
    frame = pd.DataFrame(
        {"date": pd.to_datetime([d.date for d in days]), field: [getattr(d, field) for d in days]}
    )
    known = frame[field].astype(float)
    before = known.shift(1).rolling(60, min_periods=14)
    return frame.assign(low=before.mean() - before.std(), high=before.mean() + before.std())


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
