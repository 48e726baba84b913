"""A made-up history of records, the same every time, to draw charts and tiles from."""

import math
import random
from datetime import UTC, date, datetime, timedelta

import numpy as np

from runningcoach.metrics.efforts import DURATIONS_S
from runningcoach.metrics.streams import Streams, clean
from runningcoach.model.activity import Activity, ActivityMetrics, BestEffort, Lap
from runningcoach.model.fitness import DailyFitness, RecoveryDay, Summary
from runningcoach.model.health import HealthDay
from runningcoach.store.activities import ListedActivity
from runningcoach.store.activity_totals import (
    CalendarDay,
    MonthTotals,
    NightSummary,
    PersonalRecord,
    RunQuality,
)
from runningcoach.store.benchmarks import BenchmarkDetail

TODAY = date(2026, 11, 22)
NAMES = ("Easy run", "Intervals", "Long run", "Tempo run", "Recovery run")


def daily(days: int = 400, last: date = TODAY) -> list[DailyFitness]:
    """Days of load with seasons, rest days and a break."""
    chance, rows, ctl, atl, before = random.Random(7), [], 20.0, 20.0, []
    for n in range(days):
        day = last - timedelta(days=days - 1 - n)
        season = 1 + 0.4 * math.sin(n / 58)
        rest = day.weekday() in (0, 4) or chance.random() < 0.12 or 150 < n % 400 < 172
        load = 0.0 if rest else season * chance.uniform(28, 75) * (1.9 if day.weekday() == 6 else 1)
        tsb = ctl - atl
        ctl, atl = ctl + (load - ctl) * 0.0235, atl + (load - atl) * 0.1331
        before.append(ctl)
        rows.append(
            DailyFitness(
                date=day,
                activities=int(load > 0),
                distance_m=load * 145,
                moving_s=load * 48,
                load=load,
                trimp=load * 1.3,
                ctl=ctl,
                atl=atl,
                tsb=tsb,
                form_pct=100 * tsb / ctl,
                ramp_7d=ctl - before[max(0, n - 7)],
                monotony=1.3,
                strain=300,
                vo2max_trend=None if n < 30 else 48 + 3 * math.sin(n / 90) + n / 300,
                provisional=False,
                estimated_share=0.0,
            )
        )
    return rows


def summaries(rows: list[DailyFitness], period: str) -> list[Summary]:
    """The same days summed by week or month."""
    groups: dict[date, list[DailyFitness]] = {}
    for row in rows:
        start = row.date - timedelta(days=row.date.weekday())
        groups.setdefault(start if period == "week" else row.date.replace(day=1), []).append(row)
    return [_summary(period, start, group) for start, group in groups.items()]


def _summary(period: str, start: date, group: list[DailyFitness]) -> Summary:
    moving = sum(day.moving_s for day in group)
    return Summary(
        period=period,
        starts_on=start,
        activities=sum(day.activities for day in group),
        runs=sum(day.activities for day in group),
        distance_m=sum(day.distance_m for day in group),
        moving_s=moving,
        elevation_gain_m=moving / 50,
        load=sum(day.load for day in group),
        longest_run_m=max(day.distance_m for day in group),
        hr_zone_s=[moving * share for share in (0.2, 0.45, 0.2, 0.1, 0.05)],
        low_share=0.78,
        ctl_end=group[-1].ctl,
    )


def calendar(rows: list[DailyFitness]) -> list[CalendarDay]:
    return [
        CalendarDay(date=d.date, load=d.load, distance_m=d.distance_m, activities=1, activity_id=n)
        for n, d in enumerate(rows, start=1)
        if d.activities
    ]


def months(rows: list[DailyFitness]) -> list[MonthTotals]:
    return [
        MonthTotals(month=s.starts_on, activities=s.activities, distance_m=s.distance_m)
        for s in summaries(rows, "month")
    ]


def health(days: int = 60) -> list[HealthDay]:
    chance = random.Random(3)
    return [
        HealthDay(
            date=TODAY - timedelta(days=days - 1 - n),
            resting_hr_bpm=47 + chance.gauss(0, 1.5),
            hrv_ms=68 + chance.gauss(0, 5),
            sleep_s=25_800 + chance.gauss(0, 2400),
        )
        for n in range(days)
    ]


def activity(number: int = 1, **changes: object) -> ListedActivity:
    """One activity; `changes` replace fields."""
    started = datetime(2026, 11, 22, 6, 24, tzinfo=UTC) - timedelta(days=number)
    fields = {
        "id": number,
        "source": "fit",
        "sport": "running",
        "name": NAMES[number % len(NAMES)],
        "has_gps": True,
        "started_at": started,
        "timezone": "Asia/Seoul",
        "local_started_at": started.replace(tzinfo=None) + timedelta(hours=9),
        "local_date": (started + timedelta(hours=9)).date(),
        "elapsed_s": 2890.0 + 60 * number,
        "timer_s": 2832.0 + 60 * number,
        "moving_s": 2810.0 + 60 * number,
        "distance_m": 9_120.0 + 350 * number,
        "ascent_m": 84.0,
        "average_hr_bpm": 148.0,
        "max_hr_bpm": 171.0,
        "average_speed_mps": 3.2,
        "average_cadence_spm": 176.0,
        "average_power_w": 268.0,
        "device_name": "Forerunner 965",
        "device_training_effect": 3.4,
        "decode_status": "ok",
        "load": 61.0,
        "load_source": "rtss",
    }
    return ListedActivity.model_validate(fields | changes)


def whole_activity(**changes: object) -> Activity:
    return Activity.model_validate(activity(**changes).model_dump())


def metrics(**changes: object) -> ActivityMetrics:
    fields = {
        "activity_id": 1,
        "engine_version": "1",
        "moving_s": 2810.0,
        "hr_coverage": 0.98,
        "speed_coverage": 1.0,
        "gap_mps": 3.31,
        "ngp_mps": 3.4,
        "elevation_gain_m": 84.0,
        "elevation_loss_m": 82.0,
        "efficiency_factor": 1.34,
        "decoupling_pct": None,
        "effective_vo2max": 51.2,
        "trimp": 88.0,
        "hr_zone_s": [240.0, 1210.0, 980.0, 330.0, 70.0],
        "hrtss": 58.0,
        "rtss": 61.0,
        "load": 61.0,
        "load_source": "rtss",
        "flags": ["sex_assumed"],
        "reasons": {"decoupling_pct": "not_steady"},
    }
    return ActivityMetrics.model_validate(fields | changes)


def samples(seconds: int = 2900) -> dict[str, np.ndarray]:
    """A run around a lake, with a stop and a hole in the heart rate."""
    chance = np.random.default_rng(5)
    t = np.arange(seconds)
    turn = 2 * np.pi * t / seconds * 2
    speed = 3.2 + 0.5 * np.sin(t / 180) + chance.normal(0, 0.08, seconds)
    speed[1200:1240] = 0.0
    heart = 120 + 32 * (1 - np.exp(-t / 300)) + 8 * np.sin(t / 180) + chance.normal(0, 1, seconds)
    heart[2000:2060] = np.nan
    return {
        "t_s": t.astype(np.int32),
        "latitude_deg": 37.511 + 0.006 * np.sin(turn) + 0.0012 * np.sin(3 * turn),
        "longitude_deg": 127.1 + 0.010 * np.cos(turn) + 0.0008 * np.cos(5 * turn),
        "altitude_m": 24 + 14 * np.sin(turn / 2) + 3 * np.sin(t / 90),
        "distance_m": np.cumsum(speed),
        "speed_mps": speed,
        "heart_rate_bpm": heart.round(),
        "cadence_spm": (174 + 4 * np.sin(t / 180) + chance.normal(0, 1, seconds)).round(),
        "power_w": (260 + 40 * np.sin(t / 180) + chance.normal(0, 9, seconds)).round(),
    }


def streams(seconds: int = 2900) -> Streams:
    return clean(samples(seconds))


def laps(count: int = 9) -> list[Lap]:
    start = datetime(2026, 11, 21, 21, 24, tzinfo=UTC)
    return [
        Lap(
            lap_index=n,
            started_at=start + timedelta(seconds=312 * n),
            elapsed_s=312.0 - 14 * (n % 3),
            distance_m=1000.0 if n < count - 1 else 640.0,
            average_hr_bpm=140 + 2 * n,
            average_cadence_spm=175,
            ascent_m=9,
        )
        for n in range(count)
    ]


def efforts() -> list[BestEffort]:
    return [
        BestEffort(activity_id=1, distance_m=d, elapsed_s=s, start_s=600, local_date=TODAY)
        for d, s in ((400, 88), (800, 184), (1000, 236), (1609.344, 391), (3000, 765), (5000, 1322))
    ]


def records() -> list[PersonalRecord]:
    return [
        PersonalRecord(
            distance_m=e.distance_m,
            elapsed_s=e.elapsed_s - 9,
            local_date=date(2025, 10, 12),
            activity_id=12,
            name="Race",
        )
        for e in efforts()
    ] + [
        PersonalRecord(
            distance_m=d, elapsed_s=s, local_date=date(2026, 3, 15), activity_id=7, name=None
        )
        for d, s in ((10000, 2710), (21097.5, 6021), (42195, 12875))
    ]


def marked(rows: list[DailyFitness]) -> list[DailyFitness]:
    """The same days, the first provisional and the last with much estimated load."""
    first = [row.model_copy(update={"provisional": True}) for row in rows[:126]]
    last = [row.model_copy(update={"estimated_share": 0.4}) for row in rows[-30:]]
    return [*first, *rows[126:-30], *last]


def mornings(days: int = 60) -> list[RecoveryDay]:
    chance = random.Random(11)
    return [
        RecoveryDay(
            date=TODAY - timedelta(days=days - 1 - n),
            hrv_7d_ms=64 + chance.gauss(0, 2),
            hrv_low_ms=61,
            hrv_high_ms=68,
            resting_hr_3d_bpm=47.0,
            resting_hr_usual_bpm=47.5,
            sleep_need_s=27_000.0,
            readiness=60.0 + n % 30,
            readiness_band="high" if n % 30 >= 15 else "normal",
        )
        for n in range(days)
    ]


def nights(days: int = 60) -> list[NightSummary]:
    return [
        NightSummary(
            date=TODAY - timedelta(days=n),
            total_s=26_000.0,
            deep_s=5_000.0,
            light_s=15_000.0,
            rem_s=6_000.0,
            awake_s=900.0,
        )
        for n in range(days)
    ]


def qualities(count: int = 40) -> list[RunQuality]:
    return [
        RunQuality(
            activity_id=n,
            local_date=TODAY - timedelta(days=200 - 5 * n),
            name=NAMES[n % len(NAMES)],
            is_race=n % 10 == 0,
            distance_m=10_000.0,
            vdot=49.0 + n / 20,
            effective_vo2max=48.0,
            efficiency_factor=1.25 + n / 400,
            efficiency_index=98.0 + n / 10,
        )
        for n in range(count)
    ]


def benchmarks() -> list[BenchmarkDetail]:
    return [
        BenchmarkDetail(
            kind=kind, value=value, valid_from=day, source="estimate", confidence="medium"
        )
        for kind, value, day in (
            ("hrmax_bpm", 186.0, date(2025, 11, 1)),
            ("hrmax_bpm", 188.0, date(2026, 4, 1)),
            ("critical_speed_mps", 4.1, date(2025, 11, 1)),
            ("critical_speed_mps", 4.2, date(2026, 5, 1)),
        )
    ]


def speed_curves() -> dict[int, np.ndarray]:
    seconds = np.array(DURATIONS_S, float)
    return {year: (6 + (year - 2025) / 5) * seconds**-0.07 for year in (2024, 2025, 2026)}
