"""Tools on how fast: best efforts, and race times that follow from the history."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated

from pydantic import Field

from runningcoach.base import periods, units
from runningcoach.base.units import M_PER_KM
from runningcoach.coach.talk.tools.result_fields import (
    day_fields,
    distance_name,
    km,
    known,
    pace_fields,
    rounded,
    time_fields,
)
from runningcoach.coach.talk.tools.strict_schema import ToolArguments
from runningcoach.coach.talk.tools.tool_context import Fields, ToolContext, ToolRefusal
from runningcoach.coach.talk.tools.training_totals import missing_history
from runningcoach.model.fitness import RacePrediction
from runningcoach.store import activities, activity_totals, best_efforts, race_predictions

RECENT_DAYS = 60
NEAR_SHARE = 0.01
"""A distance that differs by less than this is taken for the one that was asked for."""
SHORTEST_M, LONGEST_M = 1_000.0, 100_000.0


class BestEffortsArguments(ToolArguments):
    """Which bests are shown."""

    distance_km: Annotated[float, Field(gt=0, le=100)] | None = Field(
        default=None, description="5, 10, 21.0975 ...; all distances if null"
    )
    recent_days: Annotated[int, Field(ge=7, le=730)] | None = Field(
        default=None, description="Of how many days the recent bests are, 60 if null"
    )


class PredictionsArguments(ToolArguments):
    """Over which distance a time is predicted."""

    distance_km: Annotated[float, Field(ge=1, le=100)] | None = Field(
        default=None, description="Any distance; 5 km, 10 km, half and marathon if null"
    )


class BestStretch(ToolArguments):
    """The fastest stretch of a distance, in a race or within a run."""

    distance_m: float
    elapsed_s: float
    local_date: date
    is_race: bool


def best_stretches(context: ToolContext) -> list[BestStretch]:
    """Return the best of each distance over the whole history, shortest first."""
    years = best_efforts.by_year(context.conn, context.user.id)
    return [BestStretch(**_stretch(best)) for best in best_efforts.all_time(years)]


def _stretch(best: best_efforts.RankedEffort) -> Fields:
    return {name: getattr(best, name) for name in BestStretch.model_fields}


def best_efforts_tool(context: ToolContext, arguments: BestEffortsArguments) -> Fields:
    """Return the bests of all time and of recent days, shortest distance first."""
    days = arguments.recent_days or RECENT_DAYS
    first = periods.span_start(context.today, days)
    every, recent = best_stretches(context), _recent(context, first)
    if arguments.distance_km is not None:
        wanted = arguments.distance_km * M_PER_KM
        every, recent = _near(every, wanted), _near(recent, wanted)
    history = race_predictions.baseline(context.conn, context.user.id)
    missing = missing_history(context, context.today, history)
    if not every:
        missing["bests"] = "no run holds such a distance"
    elif not recent:
        missing["recent_bests"] = "no run of these days holds such a distance"
    return {
        "history_begins": history.first_run.isoformat() if history else None,
        "all_time": [stretch_fields(best, context) for best in every],
        "recent_period": {
            "days": days,
            "first": first.isoformat(),
            "last": context.today.isoformat(),
        },
        "recent": [stretch_fields(best, context) for best in recent],
        "missing": missing
        | {"comparison_with_others": "no data of other runners, no age-grading table"},
    }


def _recent(context: ToolContext, first: date) -> list[BestStretch]:
    rows = activity_totals.personal_records(context.conn, context.user.id, first)
    return [
        BestStretch(
            distance_m=row.distance_m,
            elapsed_s=row.elapsed_s,
            local_date=row.local_date,
            is_race=_is_race(context, row.activity_id),
        )
        for row in rows
    ]


def _is_race(context: ToolContext, activity_id: int) -> bool:
    found = activities.get(context.conn, context.user.id, activity_id)
    return found is not None and found.is_race


def _near(bests: Iterable[BestStretch], wanted_m: float) -> list[BestStretch]:
    return [b for b in bests if abs(b.distance_m - wanted_m) <= NEAR_SHARE * wanted_m]


def stretch_fields(best: BestStretch, context: ToolContext) -> Fields:
    """Return a best as fields; its day is that of a single run."""
    when = day_fields(best.local_date) if context.allows("training") else {}
    return {
        "distance": distance_name(best.distance_m),
        **time_fields(best.elapsed_s),
        **pace_fields(best.distance_m / best.elapsed_s),
        **(when or {"year": best.local_date.year}),
        "kind": "race" if best.is_race else "within a run",
    }


def predictions_tool(context: ToolContext, arguments: PredictionsArguments) -> Fields:
    """Return race times as of today with their range, and how sure they are."""
    found = _predicted(context, arguments.distance_km)
    history = race_predictions.baseline(context.conn, context.user.id)
    missing = missing_history(context, context.today, history)
    for row in found:
        if row.time_s is None:
            missing[distance_name(row.distance_m)] = "no race or hard effort to predict from"
    return {
        "as_of": found[0].as_of.isoformat() if found else context.today.isoformat(),
        "predictions": [prediction_fields(row) for row in found if row.time_s is not None],
        "missing": missing,
    }


def _predicted(context: ToolContext, distance_km: float | None) -> list[RacePrediction]:
    stored = race_predictions.predictions(context.conn, context.user.id)
    if distance_km is None:
        return stored
    wanted = distance_km * M_PER_KM
    if not SHORTEST_M <= wanted <= LONGEST_M:
        raise ToolRefusal("times are predicted over 1 to 100 km")
    return [p for p in stored if abs(p.distance_m - wanted) <= NEAR_SHARE * wanted] or [
        _of_distance(context, wanted)
    ]


def _of_distance(context: ToolContext, distance_m: float) -> RacePrediction:
    from runningcoach.derive.predictions import predict_distance  # reads the whole history

    if race_predictions.baseline(context.conn, context.user.id) is None:
        raise ToolRefusal("no run is recorded yet, so no time can be predicted")
    return predict_distance(context.conn, context.user.id, distance_m, context.today)


def prediction_fields(row: RacePrediction) -> Fields:
    """Return a predicted time with its range, confidence and methods."""
    return known(
        {
            "distance": distance_name(row.distance_m),
            "distance_km": km(row.distance_m),
            **time_fields(row.time_s),
            **pace_fields(row.distance_m / row.time_s if row.time_s else None),
            "range": range_text(row),
            "range_s": [rounded(row.fastest_s), rounded(row.slowest_s)],
            "confidence": row.confidence,
            "methods": {m.method: units.clock(m.time_s) for m in row.methods if m.time_s},
        }
    )


def range_text(row: RacePrediction) -> str:
    """Return the fastest and the slowest time of a prediction."""
    return f"{units.clock(row.fastest_s)} to {units.clock(row.slowest_s)}"
