"""/analytics: weeks to all time in numbers, the history in a page, bests, curves, race times."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from runningcoach.api import cached_responses
from runningcoach.api.date_ranges import DateRange
from runningcoach.api.dependencies import CurrentUser, Database
from runningcoach.api.problems import described
from runningcoach.base import periods
from runningcoach.derive import predictions
from runningcoach.model.fitness import Baseline, RacePrediction, Summary
from runningcoach.store import benchmarks, best_efforts, fitness, mean_max_curves, race_predictions
from runningcoach.store.benchmarks import BenchmarkDetail
from runningcoach.store.best_efforts import RankedEffort, YearOfBests
from runningcoach.store.mean_max_curves import CurveKind, MeanMaxCurve

router = APIRouter(prefix="/analytics", tags=["analytics"])

EVER = date.max.toordinal()


class OfYear(BaseModel):
    """Which calendar year is shown."""

    model_config = ConfigDict(extra="forbid")

    year: Annotated[int | None, Field(ge=1, le=9999, description="Only this one")] = None


class Records(BaseModel):
    """The best of each distance over all time and in each year, newest year first.

    `years` names every year that has one, also when only one year was asked for.
    """

    years: list[int]
    all_time: list[RankedEffort]
    by_year: list[YearOfBests]


class CurveSpan(DateRange):
    """Of which days the curve is, of what, and of which other days one to compare with."""

    kind: Annotated[CurveKind, Field(description="gap: speed on the flat worth as much")] = "speed"
    compare_from: Annotated[date | None, Field(description="First day to compare with")] = None
    compare_to: Annotated[date | None, Field(description="Last day to compare with")] = None

    def compared(self) -> tuple[date, date] | None:
        """Return the days to compare with, open where only one end is given."""
        if self.compare_from is None and self.compare_to is None:
            return None
        return self.compare_from or date.min, self.compare_to or date.max


class OverDistance(BaseModel):
    """The distance of a race prediction."""

    model_config = ConfigDict(extra="forbid")

    distance_m: Annotated[
        float | None, Field(ge=400, le=200_000, description="Any distance; else the usual four")
    ] = None


class PaceCurve(BaseModel):
    """The best of each duration, compared with that of other days on request.

    `critical_speed` and `reserve` (D') are those in force on the last day, up to today, for
    drawing speed = critical speed + reserve / duration.
    """

    kind: CurveKind
    curve: MeanMaxCurve
    compared: MeanMaxCurve | None
    critical_speed: BenchmarkDetail | None
    reserve: BenchmarkDetail | None


@router.get("/weekly", responses=described(401, 422))
def weekly(db: Database, user: CurrentUser, span: Annotated[DateRange, Query()]) -> list[Summary]:
    """Return the weeks whose Monday is in a span, oldest first; by default the last year's."""
    return fitness.summaries(db, user.id, "week", *span.days(user.timezone, back=371))


@router.get("/monthly", responses=described(401, 422))
def monthly(db: Database, user: CurrentUser, span: Annotated[DateRange, Query()]) -> list[Summary]:
    """Return the months whose 1st is in a span, oldest first; by default the last two years'."""
    return fitness.summaries(db, user.id, "month", *span.days(user.timezone, back=731))


@router.get("/yearly", responses=described(401, 422))
def yearly(db: Database, user: CurrentUser, span: Annotated[DateRange, Query()]) -> list[Summary]:
    """Return the years whose January 1st is in a span, oldest first; by default all."""
    return fitness.summaries(db, user.id, "year", *span.days(user.timezone, back=EVER))


@router.get("/all", responses=described(401))
def everything(db: Database, user: CurrentUser) -> Summary | None:
    """Return everything in numbers; null before anything was derived."""
    rows = fitness.summaries(db, user.id, "all", date.min, date.max)
    return rows[0] if rows else None


@router.get("/baseline", responses=described(401))
def baseline(db: Database, user: CurrentUser) -> Baseline | None:
    """Return the whole history in a page, as a coach reads it; null without a run."""
    return race_predictions.baseline(db, user.id)


@router.get("/records", responses=described(401, 422))
def records(db: Database, user: CurrentUser, query: Annotated[OfYear, Query()]) -> Records:
    """Return the fastest stretch of each distance: over all time and by calendar year."""
    years = best_efforts.by_year(db, user.id)
    return Records(
        years=[year.year for year in years],
        all_time=best_efforts.all_time(years),
        by_year=[year for year in years if query.year in (None, year.year)],
    )


@router.get("/pace-curve", response_model=PaceCurve, responses=described(401, 422))
def pace_curve(db: Database, user: CurrentUser, query: Annotated[CurveSpan, Query()]) -> Response:
    """Return the best mean of each duration from a second to six hours; the last 90 days' runs.

    Speed [m/s], grade-adjusted speed [m/s], heart rate [bpm] or power [W]. Each point names
    the run that holds it. Treadmills count for heart rate and power alone.
    """
    first, last = query.days(user.timezone, back=90)
    other = query.compared()
    limits = benchmarks.in_force(db, user.id, min(last, periods.today(user.timezone)))
    return cached_responses.record(
        PaceCurve.model_construct(
            kind=query.kind,
            curve=mean_max_curves.best(db, user.id, query.kind, first, last),
            compared=mean_max_curves.best(db, user.id, query.kind, *other) if other else None,
            critical_speed=limits.get("critical_speed_mps"),
            reserve=limits.get("reserve_m"),
        )
    )


@router.get("/predictions", responses=described(401, 422))
def race_times(
    db: Database, user: CurrentUser, query: Annotated[OverDistance, Query()]
) -> list[RacePrediction]:
    """Return race times with each method that made them; as of the last day derived.

    With `distance_m` the time over that distance alone, as of today.
    """
    if query.distance_m is None:
        return race_predictions.predictions(db, user.id)
    today = periods.today(user.timezone)
    return [predictions.predict_distance(db, user.id, query.distance_m, today)]
