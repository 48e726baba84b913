"""VO2max of the last weeks, put right by races, and the endurance that a marathon asks for."""

from collections.abc import Callable, Sequence
from datetime import date

from runningcoach.metrics import benchmarks, race, vo2max
from runningcoach.metrics.definitions.day_inputs import DayTraceInput, computed, own
from runningcoach.metrics.definitions.definition import (
    Definition,
    Series,
    TraceIngredient,
    TracePhrase,
    Value,
    one,
    template,
)
from runningcoach.metrics.definitions.vo2max import OXYGEN


def _runs(of: DayTraceInput) -> list[tuple[float, float, float]]:
    """Return day, VO2max and seconds of the runs that the trend rests on."""
    columns = of.find_vo2max()
    runs = vo2max.trend_runs(columns[0], of.day.toordinal())
    days, values, seconds = (column[runs].tolist() for column in columns)
    return list(zip(days, values, seconds, strict=True))


def _mean(of: DayTraceInput) -> float | None:
    runs = _runs(of)
    seconds = [run[2] for run in runs]
    if len(runs) < vo2max.TREND_RUNS or sum(seconds) <= 0:
        return None
    return vo2max.shape([run[1] for run in runs], seconds)


def _run_parts(of: DayTraceInput) -> list[TraceIngredient]:
    return [
        TraceIngredient(
            f"run_{number}",
            value,
            OXYGEN,
            TracePhrase("weight", {"minutes": f"{seconds / 60:.0f}"}),
            date.fromordinal(int(day)).isoformat(),
        )
        for number, (day, value, seconds) in enumerate(_runs(of))
    ]


def _correction(of: DayTraceInput) -> float:
    stored: float | None = of.columns.get("vo2max_correction")
    if stored is not None:
        return stored
    return float(benchmarks.corrections(of.find_races(), [of.day.toordinal()])[0])


def _race_parts(of: DayTraceInput) -> list[TraceIngredient]:
    races = of.find_races()
    rows = benchmarks.correcting_races(races, of.day.toordinal())
    return [
        TraceIngredient(
            f"race_{number}",
            float(races.vdot[row] / races.vo2max_by_hr[row]),
            "",
            f"{races.vdot[row]:.2f} / {races.vo2max_by_hr[row]:.2f}",
            date.fromordinal(int(races.days[row])).isoformat(),
        )
        for number, row in enumerate(rows)
    ]


def _ratios(of: DayTraceInput) -> Value:
    return "; ".join(f"{part.value:.4f}" for part in _race_parts(of)) or None


def _counted_days(of: DayTraceInput) -> int:
    since = (of.day - of.first).days + 1
    return max(race.SHAPE_LEAST_DAYS, min(race.SHAPE_WEEK_DAYS, since))


def _run_km(of: DayTraceInput) -> Value:
    counted = _counted_days(of)
    return sum(km for day, km in of.list_runs() if (of.day - day).days < counted)


def _targets_km(of: DayTraceInput) -> tuple[float, float] | None:
    trend: float | None = of.columns.get("vo2max_trend")
    return race.marathon_targets_km(trend) if trend else None


def _target_km(which: int) -> Callable[[DayTraceInput], float | None]:
    def value(of: DayTraceInput) -> float | None:
        targets = _targets_km(of)
        return None if targets is None else targets[which]

    return value


def _points(of: DayTraceInput) -> float | None:
    targets = _targets_km(of)
    if targets is None:
        return None
    runs = [((of.day - day).days, km) for day, km in of.list_runs()]
    return race.long_run_points(runs, targets[1])


DEFINITIONS: Sequence[Definition[DayTraceInput]] = (
    Definition(
        *("vo2max_trend", "day", OXYGEN, "vo2max.trend30.v2"),
        literature="Runalyze 2019",
        formula="{vo2max_mean} × {vo2max_correction}",
        inputs=(
            computed("vo2max_mean", OXYGEN, _mean),
            computed("vo2max_correction", "", _correction),
            Series(_run_parts),
        ),
        why_not="few_runs",
        reasons=("few_runs",),
    ),
    Definition(
        *("vo2max_correction", "day", "1", "vo2max.correction.v2"),
        literature="Runalyze 2019",
        formula=template(
            "min({most:.2f}; max({least:.2f}; {median_of}({ratios})))",
            least=vo2max.CORRECTION_RANGE[0],
            most=vo2max.CORRECTION_RANGE[1],
        ),
        inputs=(computed("ratios", "", _ratios), Series(_race_parts)),
        notes=lambda of: () if _race_parts(of) else ("no_races",),
    ),
    Definition(
        *("marathon_shape_pct", "day", "%", "marathon_shape.runalyze.v1"),
        literature="Runalyze 2019",
        formula=template(
            "100 × ({week} × {run_km} × 7 / {counted_days} / {week_target_km} + "
            "{long} × {long_run_points} × 7 / {days})",
            week=race.SHAPE_WEEK_SHARE,
            long=1 - race.SHAPE_WEEK_SHARE,
            days=race.SHAPE_LONG_DAYS,
        ),
        inputs=(
            own("vo2max_trend", OXYGEN),
            one("run_km", "km", "samples", _run_km),
            computed("counted_days", "", _counted_days),
            computed("week_target_km", "km", _target_km(0)),
            computed("long_target_km", "km", _target_km(1)),
            computed("long_run_points", "", _points),
        ),
        why_not="needs_vo2max",
        reasons=("few_runs", "needs_vo2max"),
    ),
)
