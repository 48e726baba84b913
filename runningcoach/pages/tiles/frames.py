"""Records as the data frames that charts draw."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from runningcoach.base import periods, units
from runningcoach.base.i18n import t
from runningcoach.derive.sport_totals import merge_sums
from runningcoach.metrics import baselines
from runningcoach.metrics.efficiency import usual_efficiency
from runningcoach.metrics.efforts import DURATIONS_S, best_curve
from runningcoach.metrics.hrv import usual_ms as usual_hrv_ms
from runningcoach.model.benchmark import BenchmarkKind
from runningcoach.model.benchmark_timeline import Timeline
from runningcoach.model.fitness import DailyFitness, RecoveryDay, Summary
from runningcoach.model.health import HealthDay
from runningcoach.pages.gauge import band
from runningcoach.pages.tiles import common
from runningcoach.store.activity_totals import CalendarDay, MonthTotals, NightSummary, RunQuality
from runningcoach.store.benchmarks import BenchmarkDetail

CALENDAR = ("date", "load", "distance_m", "activities", "activity_id")
STAGES = ("deep", "light", "rem", "awake")


def daily(days: Sequence[DailyFitness]) -> pd.DataFrame:
    """Return date, ctl, atl, tsb, band of form, VO2max trend and how sure each day is."""
    return pd.DataFrame(
        {
            "date": pd.to_datetime([day.date for day in days]),
            "ctl": [round(day.ctl, 1) for day in days],
            "atl": [round(day.atl, 1) for day in days],
            "tsb": [rounded(day.tsb) for day in days],
            "band": [band(day.form_pct) for day in days],
            "vo2max_trend": [rounded(day.vo2max_trend) for day in days],
            "provisional": [day.provisional for day in days],
            "estimated": [common.much_estimated(day) for day in days],
        }
    )


def measures(days: Sequence[DailyFitness]) -> pd.DataFrame:
    """Return date, acwr, monotony, marathon_shape_pct for each day."""
    fields = ("acwr", "monotony", "marathon_shape_pct")
    columns = {name: [rounded(getattr(day, name), 2) for day in days] for name in fields}
    return pd.DataFrame({"date": pd.to_datetime([day.date for day in days]), **columns})


def summaries(rows: Sequence[Summary], today: date) -> pd.DataFrame:
    """Return starts_on, distance_km, load and whether it is the present one, oldest first."""
    present = {periods.week_start(today), periods.month_start(today)}
    return pd.DataFrame(
        {
            "starts_on": pd.to_datetime([row.starts_on for row in rows]),
            "distance_km": [round(units.km(row.distance_m), 1) for row in rows],
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
                "hours": round(units.hours(seconds), 2),
            }
            for row in rows
            for zone, seconds in enumerate(row.hr_zone_s or [], start=1)
        ],
        columns=["starts_on", "zone", "hours"],
    )


def sport_loads(rows: Sequence[Summary]) -> pd.DataFrame:
    """Return the load of each sport in each period: starts_on, sport (in words), order, load."""
    order = {
        one.sport: n for n, one in enumerate(merge_sums(s for row in rows for s in row.by_sport))
    }
    return pd.DataFrame(
        [
            (pd.Timestamp(row.starts_on), common.sport(one.sport), order[one.sport], one.load)
            for row in rows
            for one in row.by_sport
        ],
        columns=["starts_on", "sport", "order", "load"],
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
            "distance_km": [round(units.km(row.distance_m), 1) for row in rows],
            "activities": [row.activities for row in rows],
        }
    )


def signal(days: Sequence[HealthDay], field: str) -> pd.DataFrame:
    """Return date, one signal and its usual range by `metrics.baselines`, over calendar days."""
    frame = pd.DataFrame(
        {"date": pd.to_datetime([d.date for d in days]), field: [getattr(d, field) for d in days]}
    )
    daily = frame.set_index("date")[field].astype(float).asfreq("D")
    low, high = baselines.usual_range(daily.to_numpy())
    ends = pd.DataFrame({"low": low, "high": high}, index=daily.index)
    return frame.join(ends, on="date")


def hrv(mornings: Sequence[RecoveryDay], body: Sequence[HealthDay]) -> pd.DataFrame:
    """Return each night's HRV, its 7-day mean and one's usual range: columns of against_usual."""
    return _usual(
        [
            (
                day,
                told and told.hrv_ms,
                found and found.hrv_7d_ms,
                found and found.hrv_low_ms,
                found and found.hrv_high_ms,
                found and usual_hrv_ms(found.hrv_low_ms, found.hrv_high_ms),
            )
            for day, found, told in _days(mornings, body)
        ]
    )


def resting_hr(mornings: Sequence[RecoveryDay], body: Sequence[HealthDay]) -> pd.DataFrame:
    """Return resting heart rate, its 3-day mean and one's usual: columns of against_usual."""
    return _usual(
        [
            (
                day,
                told and told.resting_hr_bpm,
                found and found.resting_hr_3d_bpm,
                None,
                None,
                found and found.resting_hr_usual_bpm,
            )
            for day, found, told in _days(mornings, body)
        ]
    )


def _usual(rows: Sequence[tuple[object, ...]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["date", "night", "mean", "low", "high", "usual"])
    numbers = frame.drop(columns="date").astype(float).round(1)
    return numbers.assign(date=pd.to_datetime(frame.date))


def _days(
    mornings: Sequence[RecoveryDay], body: Sequence[HealthDay]
) -> Iterator[tuple[date, RecoveryDay | None, HealthDay | None]]:
    """Yield each day of which anything is known, with what is known of it."""
    found, told = {row.date: row for row in mornings}, {row.date: row for row in body}
    return ((day, found.get(day), told.get(day)) for day in sorted(found.keys() | told.keys()))


def sleep(nights: Sequence[NightSummary]) -> pd.DataFrame:
    """Return date, stage, hours, order, name and clock of each stage of each night."""
    return pd.DataFrame(
        [
            {
                "date": pd.Timestamp(night.date),
                "stage": stage,
                "hours": round(units.hours(seconds), 2),
                "order": order,
                "name": t(f"charts.stages.{stage}"),
                "clock": units.clock(seconds).removesuffix(":00"),
            }
            for night in nights
            for order, (stage, seconds) in enumerate(_stages(night))
        ],
        columns=["date", "stage", "hours", "order", "name", "clock"],
    )


def _stages(night: NightSummary) -> list[tuple[str, float]]:
    """Return the stages of a night; without any, all of it as `asleep`."""
    known = [(stage, getattr(night, f"{stage}_s")) for stage in STAGES]
    known = [(stage, seconds) for stage, seconds in known if seconds]
    if any(stage != "awake" for stage, _ in known):
        return known
    return [("asleep", night.total_s)] if night.total_s else []


def needs(mornings: Sequence[RecoveryDay]) -> pd.DataFrame:
    """Return how much sleep is one's need by day: date, hours."""
    known = [(row.date, units.hours(row.sleep_need_s)) for row in mornings if row.sleep_need_s]
    frame = pd.DataFrame(known, columns=["date", "hours"])
    return frame.assign(date=pd.to_datetime(frame.date))


def scores(mornings: Sequence[RecoveryDay]) -> pd.DataFrame:
    """Return date, score and band of the mornings that have a score."""
    known = [(row.date, row.readiness, row.readiness_band) for row in mornings]
    frame = pd.DataFrame(known, columns=["date", "score", "band"]).dropna(subset=["score"])
    return frame.assign(date=pd.to_datetime(frame.date), score=frame.score.astype(float).round())


def races(runs: Sequence[RunQuality]) -> pd.DataFrame:
    """Return what races were worth: date, vdot, name, distance_km."""
    known = [
        (run.local_date, round(run.vdot, 1), run.name or "", _km(run.distance_m))
        for run in runs
        if run.is_race and run.vdot is not None
    ]
    frame = pd.DataFrame(known, columns=["date", "vdot", "name", "distance_km"])
    return frame.assign(date=pd.to_datetime(frame.date))


def _km(metres: float | None) -> float | None:
    return None if metres is None else round(units.km(metres), 1)


def efficiency(runs: Sequence[RunQuality]) -> pd.DataFrame:
    """Return the efficiency of runs that can be compared, and the median of six weeks.

    Columns date, efficiency_factor, efficiency_index, name, usual. Runs that were too short, too
    hard or too uneven to be compared have no index and are left out.
    """
    known = [
        (run.local_date, run.efficiency_factor, run.efficiency_index, run.name or "")
        for run in runs
        if run.efficiency_index is not None and run.efficiency_factor is not None
    ]
    names = ["date", "efficiency_factor", "efficiency_index", "name"]
    frame = pd.DataFrame(known, columns=names)
    frame = frame.round(3).assign(date=pd.to_datetime(frame.date))
    usual_factor = usual_efficiency(
        [day.toordinal() for day in frame.date], frame.efficiency_factor
    )
    return frame.assign(usual=usual_factor.round(3))


def steps(
    rows: Sequence[BenchmarkDetail], kinds: Sequence[BenchmarkKind], first: date, last: date
) -> pd.DataFrame:
    """Return the history of benchmarks as steps: date, kind, value, shown, source.

    Speeds become paces [s/km]. The value that held before begins at `first`, and the last step is
    drawn on to `last`; both by rows without a source.
    """
    table = [step for kind in kinds for step in _steps(rows, kind, first, last)]
    frame = pd.DataFrame(table, columns=["date", "kind", "value", "shown", "source"])
    return frame.assign(date=pd.to_datetime(frame.date))


def _steps(
    rows: Sequence[BenchmarkDetail], kind: BenchmarkKind, first: date, last: date
) -> list[tuple[object, ...]]:
    changes = {row.valid_from for row in rows if row.kind == kind and first < row.valid_from < last}
    held = [(day, in_force(rows, kind, day)) for day in sorted({first, *changes, last})]
    return [
        (day, kind, *_written(row), _said(row) if day in changes else "")
        for day, row in held
        if row
    ]


def in_force(
    rows: Sequence[BenchmarkDetail], kind: BenchmarkKind, day: date
) -> BenchmarkDetail | None:
    """Return the row of a kind that counts on a day, of all that are known; None before any."""
    return Timeline(rows).row(kind, day)


def _written(row: BenchmarkDetail) -> tuple[float | None, str]:
    if row.kind.endswith("_mps"):
        return rounded(units.pace_s_per_km(row.value)), f"{units.pace(row.value)} /km"
    return round(row.value), f"{row.value:.0f} bpm"


def _said(row: BenchmarkDetail) -> str:
    """Return in words whose the value is and how sure it is."""
    source, sure = t(f"metrics.sources.{row.source}"), t(f"pages.confidence.{row.confidence}")
    return f"{source} · {sure}"


def pace_curves(curves: Mapping[int, NDArray[np.float32]], year: int) -> pd.DataFrame:
    """Return best paces by duration: season (this_year, last_year, all), duration_s, pace_s, ..."""
    seasons = {"all": list(curves.values()), "last_year": [], "this_year": []}
    for name, wanted in (("last_year", year - 1), ("this_year", year)):
        seasons[name] = [curves[wanted]] if wanted in curves else []
    rows = [
        (
            name,
            seconds,
            rounded(units.pace_s_per_km(speed)),
            units.pace(speed),
            units.clock(seconds),
        )
        for name, found in seasons.items()
        if found
        for seconds, speed in zip(DURATIONS_S, best_curve(found).tolist(), strict=False)
        if speed > 0.5
    ]
    frame = pd.DataFrame(rows, columns=["season", "duration_s", "pace_s", "pace", "clock"])
    return frame.assign(name=[t(f"charts.seasons.{name}") for name in frame.season])


def rounded(value: float | None, digits: int = 1) -> float | None:
    """Return a number for a chart, rounded; None for one that is not known."""
    return None if value is None else round(value, digits)
