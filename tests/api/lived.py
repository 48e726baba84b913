"""Rows of a runner's life, put in by the store's own functions."""

from datetime import date, timedelta

import numpy as np

from runningcoach.metrics.activity import Facts
from runningcoach.metrics.efforts import DURATIONS_S, FastestStretch
from runningcoach.model.fitness import (
    Baseline,
    DailyFitness,
    PredictionMethod,
    RacePrediction,
    RecoveryDay,
    Summary,
)
from runningcoach.store import benchmarks, facts, fitness, health, race_predictions, scores
from runningcoach.store.benchmarks import BenchmarkDetail


def curve(*known: float) -> np.ndarray:
    """A mean-max curve with values for the first durations of the ladder."""
    out = np.full(len(DURATIONS_S), np.nan, np.float32)
    out[: len(known)] = known
    return out


def measured(bests=(), **columns) -> Facts:
    """Facts of a run of an hour, of which little is known."""
    known = {"elapsed_s": 3600.0, "active_s": 3600.0, "moving_s": 3500.0} | columns
    return Facts(**known, best_efforts=tuple(FastestStretch(*one) for one in bests))


def day(on: date, **columns) -> DailyFitness:
    known = {
        "activities": 1, "distance_m": 9000, "moving_s": 3000, "load": 60, "ctl": 40, "atl": 50,
        "tsb": -10, "form_pct": -25, "vo2max_trend": 51.5, "provisional": False,
        "estimated_share": 0,
    }  # fmt: skip
    return DailyFitness(date=on, **known | columns)


def summary(period: str, starts_on: date, **columns) -> Summary:
    known = {"activities": 3, "runs": 3, "distance_m": 30_000, "moving_s": 9000, "load": 180}
    return Summary(period=period, starts_on=starts_on, **known | columns)


def estimate(kind: str, value: float, since: date = date(2026, 1, 1), **more) -> BenchmarkDetail:
    known = {"source": "estimate", "confidence": "medium"} | more
    return BenchmarkDetail(kind=kind, value=value, valid_from=since, **known)


def baseline(on: date) -> Baseline:
    return Baseline(
        as_of=on, first_run=on, runs=1, distance_m=10_000, years=[], active_weeks_share=1,
        typical_week_m=10_000, typical_week_runs=1, usual_weekdays=[0], layoffs=[], ctl=40,
        ctl_max=40, ctl_max_on=on, records=[],
    )  # fmt: skip


def prediction(distance_m: float, time_s: float, on: date) -> RacePrediction:
    return RacePrediction(
        distance_m=distance_m, as_of=on, time_s=time_s, fastest_s=time_s, slowest_s=time_s,
        confidence="low",
        methods=[
            PredictionMethod(method="vdot", time_s=time_s, inputs={"vdot": 50.0}),
            PredictionMethod(method="critical_speed", reason="no_critical_speed"),
        ],
    )  # fmt: skip


def live(conn, user, activity_id: int, today: date) -> None:
    """Let something be known of a runner in every table, up to today."""
    id, week = user.id, today - timedelta(days=today.weekday())
    facts.put(conn, id, activity_id, measured(
        [(1000.0, 280.0, 60.0, 279.0), (5000.0, 1500.0, 60.0, 1490.0)],
        mean_max_speed_mps=curve(6, 5, 4), mean_max_gap_mps=curve(6, 5),
        mean_max_hr_bpm=curve(180, 179), mean_max_power_w=curve(500),
    ))  # fmt: skip
    fitness.replace_daily(conn, id, [day(today - timedelta(days=n)) for n in range(60, -1, -1)])
    fitness.replace_recovery(conn, id, [RecoveryDay(date=today, readiness=71, hrv_7d_ms=60)])
    fitness.replace_summaries(conn, id, [
        summary("week", week), summary("month", today.replace(day=1)),
        summary("year", date(today.year, 1, 1)), summary("all", date(today.year, 1, 1)),
    ])  # fmt: skip
    race_predictions.replace_predictions(conn, id, [prediction(5000, 1500, today)])
    race_predictions.replace_baseline(conn, id, baseline(today))
    benchmarks.replace_estimates(conn, id, [
        estimate("hrmax_bpm", 190), estimate("hr_zone_1_bpm", 95),
        estimate("threshold_speed_mps", 4.0), estimate("critical_speed_mps", 4.1),
        estimate("reserve_m", 180),
    ])  # fmt: skip
    health.put_days(conn, id, {today: {"resting_hr_bpm": 48}}, "garmin_export")
    health.put_nights(conn, id, {today: {"total_s": 27_000, "deep_s": 5000}}, "garmin_export")
    health.put_stream(conn, id, today, "heart_rate", [0, 60], [50, 52], "garmin_export")
    scores.put_gaps(conn, id, "stress", [(today, "not_worn", None)])
