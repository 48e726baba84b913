"""Race predictions from the history up to a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np
import psycopg

from runningcoach.derive import estimation_inputs, plausibility
from runningcoach.derive.plausibility import Verdicts
from runningcoach.metrics import benchmarks, predictions, race
from runningcoach.metrics.critical_speed import CriticalSpeed
from runningcoach.metrics.predictions import Effort, TimePrediction
from runningcoach.model.benchmark_timeline import BenchmarkTimeline, Timeline
from runningcoach.model.fitness import DailyFitness, PredictionMethod, RacePrediction
from runningcoach.store import benchmarks as stored_benchmarks
from runningcoach.store import facts, fitness
from runningcoach.store.facts import ActivityInput

Method = Literal["vdot", "power_law", "critical_speed"]

EVIDENCE_DAYS = 365
"""Races and hard efforts of a year count."""


def predict(
    activities: Sequence[ActivityInput],
    timeline: BenchmarkTimeline,
    daily: Sequence[DailyFitness],
    on: date,
    verdicts: Verdicts | None = None,
) -> list[RacePrediction]:
    """Return the times over 5 km, 10 km, half and whole marathon as of a day."""
    if not any(a.is_run and a.local_date <= on for a in activities):
        return []
    outlook = race_outlook(activities, timeline, daily, on, verdicts)
    return [outlook.at(distance_m) for distance_m in predictions.DISTANCES_M]


def predict_distance(
    conn: psycopg.Connection[Any], user_id: int, distance_m: float, on: date
) -> RacePrediction:
    """Return the time over any distance as of a day, from what is derived already."""
    timeline = Timeline(stored_benchmarks.list_all(conn, user_id))
    daily = fitness.daily(conn, user_id, on, on)
    return race_outlook(facts.list_inputs(conn, user_id), timeline, daily, on).at(distance_m)


@dataclass(frozen=True, slots=True)
class RaceOutlook:
    """Evidence of the history up to a day for races of any distance.

    `races` are metres and days ago; `efforts` the best race or near-maximal effort of each
    distance.
    """

    on: date
    vo2max: float | None
    shape_pct: float | None
    efforts: tuple[Effort, ...]
    critical: CriticalSpeed | None
    races: tuple[tuple[float, int], ...]
    long_run: bool

    def at(self, distance_m: float) -> RacePrediction:
        """Return the prediction over a distance [m]."""
        estimates: dict[Method, TimePrediction] = {
            "vdot": predictions.by_vdot(distance_m, self.vo2max, self.shape_pct),
            "power_law": predictions.by_power_law(distance_m, self.efforts),
            "critical_speed": predictions.by_critical_speed(distance_m, self.critical),
        }
        combined = predictions.together(list(estimates.values()))
        relative_spread = predictions.spread(combined)
        confidence = predictions.confidence(
            distance_m, self.races, long_run=self.long_run, apart=relative_spread
        )
        return RacePrediction(
            distance_m=distance_m,
            as_of=self.on,
            confidence="none" if combined.time_s is None else confidence,
            methods=[
                PredictionMethod(method=m, **estimate._asdict())
                for m, estimate in estimates.items()
            ],
            **combined._asdict(),
        )


def _is_race(activity: ActivityInput, timeline: BenchmarkTimeline, verdicts: Verdicts) -> bool:
    highest = timeline.value("hrmax_bpm", activity.local_date)
    recent_vdot = verdicts.get(activity.activity_id, plausibility.NOTHING).own_vdot
    return estimation_inputs.is_race(activity, highest, recent_vdot)


def race_outlook(
    activities: Sequence[ActivityInput],
    timeline: BenchmarkTimeline,
    daily: Sequence[DailyFitness],
    on: date,
    verdicts: Verdicts | None = None,
) -> RaceOutlook:
    """Return the evidence of the activities up to a day for races; later ones are left out.

    Runs whose speed is in doubt by `verdicts` are left out; without it all are judged anew.

    `daily` holds the row of that day, whose VO2max trend counts; without one the best race of
    180 days does.
    """
    run_verdicts = verdicts if verdicts is not None else plausibility.verdicts(activities)
    runs = plausibility.with_speed([a for a in activities if a.local_date <= on], run_verdicts)
    recent = [a for a in runs if _days_before(a, on) < EVIDENCE_DAYS]
    raced = [a for a in recent if _is_race(a, timeline, run_verdicts)]
    critical = _critical(runs, timeline, on)
    vo2max, shape = _vo2max(runs, raced, daily, on)
    long = (a for a in recent if _days_before(a, on) < predictions.LONG_RUN_DAYS)
    return RaceOutlook(
        on=on,
        vo2max=vo2max,
        shape_pct=shape,
        efforts=_efforts(recent, raced, critical),
        critical=critical,
        races=tuple((a.distance_m, _days_before(a, on)) for a in raced if a.distance_m),
        long_run=any((a.distance_m or 0.0) >= predictions.LONG_RUN_M for a in long),
    )


def _days_before(activity: ActivityInput, on: date) -> int:
    return (on - activity.local_date).days


def _critical(
    runs: Sequence[ActivityInput], timeline: BenchmarkTimeline, on: date
) -> CriticalSpeed | None:
    """Return critical speed in force; None after half a year without a run."""
    fresh = any(_days_before(a, on) <= benchmarks.CS_WINDOWS_DAYS[-1] for a in runs[-1:])
    speed, reserve = (timeline.value(k, on) for k in ("critical_speed_mps", "reserve_m"))
    if not fresh or speed is None or reserve is None:
        return None
    return CriticalSpeed(speed, reserve)


def _vo2max(
    runs: Sequence[ActivityInput],
    raced: Sequence[ActivityInput],
    daily: Sequence[DailyFitness],
    on: date,
) -> tuple[float | None, float | None]:
    """Return VO2max and marathon shape of the day."""
    today = next((day for day in reversed(daily) if day.date == on), None)
    if today is not None and today.vo2max_trend is not None:
        return today.vo2max_trend, today.marathon_shape_pct
    window = (a for a in raced if _days_before(a, on) < benchmarks.RACE_WINDOW_DAYS)
    vdots = [value for a in window if (value := estimation_inputs.best_vdot(a)) is not None]
    return (max(vdots), _shape(max(vdots), runs, on)) if vdots else (None, None)


def _shape(vo2max: float, runs: Sequence[ActivityInput], on: date) -> float:
    days, km = estimation_inputs.run_kilometres(runs)
    first = estimation_inputs.day_of(runs[0])
    everyday = np.full(on.toordinal() - first + 1, vo2max)
    return float(race.marathon_shapes_pct(everyday, days - first, km)[-1])


def _efforts(
    recent: Sequence[ActivityInput], raced: Sequence[ActivityInput], critical: CriticalSpeed | None
) -> tuple[Effort, ...]:
    """Return the best race or near-maximal effort of each distance, shortest first."""
    whole_races = [s for a in raced if (s := estimation_inputs.raced_stretch(a))]
    hard = [
        stretch
        for activity in recent
        for stretch in activity.facts.best_efforts
        if predictions.is_near_maximal(Effort(*stretch[:2]), critical)
    ]
    best: dict[float, Effort] = {}
    for effort in sorted(Effort(*stretch[:2]) for stretch in (*whole_races, *hard)):
        if predictions.obeys_power_law(effort.time_s):
            best.setdefault(effort.distance_m, effort)
    return tuple(best.values())
