"""/dashboard: today at a glance."""

from collections.abc import Sequence
from datetime import date, timedelta

from fastapi import APIRouter, Response
from pydantic import BaseModel

from runningcoach.api import cached_responses
from runningcoach.api.dependencies import CurrentUser, Database
from runningcoach.api.problems import described
from runningcoach.base import periods
from runningcoach.derive import form
from runningcoach.model.activity import SportSum
from runningcoach.model.fitness import DailyFitness, Summary
from runningcoach.model.health import HealthDay
from runningcoach.store import activities, fitness, health
from runningcoach.store.activities import ListedActivity

router = APIRouter(prefix="/dashboard", tags=["dashboard"])

TREND_DAYS = 42
HEALTH_DAYS = 7
LATEST = 5


class FormToday(BaseModel):
    """Fitness, fatigue and form today, and what changed in seven days."""

    date: date
    ctl: float
    atl: float
    tsb: float | None
    form_pct: float | None
    ctl_change_7d: float | None
    atl_change_7d: float | None
    tsb_change_7d: float | None
    provisional: bool
    estimated_share: float


class PeriodTotals(BaseModel):
    """What was done in a week or a month; a period without activities is all zeros.

    Distance, time and climb are those of the runs, `activities` and `load` those of all sports;
    `by_sport` holds each sport apart.
    """

    starts_on: date
    activities: int = 0
    runs: int = 0
    distance_m: float = 0.0
    moving_s: float = 0.0
    elevation_gain_m: float | None = None
    load: float = 0.0
    by_sport: list[SportSum] = []


class PeriodComparison(BaseModel):
    """The current period so far, compared with the whole previous one."""

    this: PeriodTotals
    last: PeriodTotals


class TrendDay(BaseModel):
    """The trend of effective VO2max on one day."""

    date: date
    value: float


class Dashboard(BaseModel):
    """Today at a glance."""

    today: date
    form: FormToday | None
    week: PeriodComparison
    month: PeriodComparison
    vo2max_trend: list[TrendDay]
    latest: list[ListedActivity]
    health: HealthDay | None
    behind_since: date | None


@router.get("/summary", response_model=Dashboard, responses=described(401))
def summary(db: Database, user: CurrentUser) -> Response:
    """Return form, this week and month beside the last, VO2max trend, latest activities, health.

    `behind_since` tells that numbers from that day on are about to be computed anew.
    """
    today = periods.today(user.timezone)
    days = fitness.daily(db, user.id, today - timedelta(days=TREND_DAYS), today)
    dashboard = Dashboard.model_construct(
        today=today,
        form=_form(days),
        week=_compare(_weeks(today), fitness.summaries(db, user.id, "week", *_weeks(today))),
        month=_compare(_months(today), fitness.summaries(db, user.id, "month", *_months(today))),
        vo2max_trend=_trend(days),
        latest=activities.page(db, user.id, limit=LATEST),
        health=_latest(health.days(db, user.id, today - timedelta(days=HEALTH_DAYS), today)),
        behind_since=activities.stale_since(db, user.id),
    )
    return cached_responses.record(dashboard)


def _form(days: Sequence[DailyFitness]) -> FormToday | None:
    """Return form on the last day there is, beside the day seven days before it."""
    if not days:
        return None
    now, changes = days[-1], form.changes_in_week(days)
    return FormToday(
        date=now.date,
        ctl=now.ctl,
        atl=now.atl,
        tsb=now.tsb,
        form_pct=now.form_pct,
        ctl_change_7d=changes.ctl,
        atl_change_7d=changes.atl,
        tsb_change_7d=changes.tsb,
        provisional=now.provisional,
        estimated_share=now.estimated_share,
    )


def _weeks(today: date) -> tuple[date, date]:
    this = periods.week_start(today)
    return this - timedelta(days=7), this


def _months(today: date) -> tuple[date, date]:
    this = periods.month_start(today)
    return periods.month_start(this - timedelta(days=1)), this


def _compare(starts: tuple[date, date], summaries: Sequence[Summary]) -> PeriodComparison:
    by_start = {summary.starts_on: summary for summary in summaries}
    last, this = (_totals(day, by_start.get(day)) for day in starts)
    return PeriodComparison(this=this, last=last)


def _totals(starts_on: date, summary: Summary | None) -> PeriodTotals:
    if summary is None:
        return PeriodTotals(starts_on=starts_on)
    return PeriodTotals(
        starts_on=starts_on,
        activities=summary.activities,
        runs=summary.runs,
        distance_m=summary.distance_m,
        moving_s=summary.moving_s,
        elevation_gain_m=summary.elevation_gain_m,
        load=summary.load,
        by_sport=summary.by_sport,
    )


def _trend(days: Sequence[DailyFitness]) -> list[TrendDay]:
    values = [(day.date, day.vo2max_trend) for day in days]
    return [TrendDay(date=day, value=value) for day, value in values if value is not None]


def _latest(days: Sequence[HealthDay]) -> HealthDay | None:
    return days[-1] if days else None
