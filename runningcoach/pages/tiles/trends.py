"""The tiles of the page "trends": how the runner changes over months and years."""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from runningcoach.base import units
from runningcoach.base.i18n import t
from runningcoach.derive.comparisons import change
from runningcoach.derive.endurance_penalty import shape_cost_s
from runningcoach.model.benchmark import BenchmarkKind
from runningcoach.model.fitness import DailyFitness, PredictionMethod, RacePrediction, Summary
from runningcoach.pages import formatting, page
from runningcoach.pages.charts import theme
from runningcoach.pages.charts import trends as charts
from runningcoach.pages.markup import Piece, join, macros
from runningcoach.pages.tiles import common, frames, sports
from runningcoach.pages.tiles import fitness as spans
from runningcoach.store.activity_totals import RunQuality, YearRecord
from runningcoach.store.benchmarks import BenchmarkDetail

FITNESS = macros("fitness")
CARDS = macros("cards")

USUAL = "1y"
METHODS = ("vdot", "power_law", "critical_speed")
PACES: tuple[BenchmarkKind, ...] = ("threshold_speed_mps", "critical_speed_mps")
PULSES: tuple[BenchmarkKind, ...] = ("hrmax_bpm", "lthr_bpm")
ACWR_RANGE = (0.8, 1.5)
"""Drawn in grey for orientation only: no threshold of injury."""
LEAST_COST_S = 30.0
"""Less than half a minute of missing endurance is not worth a sentence."""
LOOKS = {"high": "good", "medium": "", "low": "warn", "none": "bad"}


def chosen() -> str:
    """Return the span that the address of the page asks for."""
    return spans.chosen(USUAL)


def first_day(span: str, today: date) -> date:
    """Return the first day of a span that ends today."""
    return spans.first_day(span, today)


def now(days: Sequence[DailyFitness], span: str) -> Piece:
    """Return the numbers of the last day that move slowly, and the choice of span."""
    if not days:
        return page.notice(t("pages.today.nothing"), t("pages.today.import_some"))
    last = days[-1]
    numbers = [
        _number(last, "vo2max_trend", 1, "ml/kg/min"),
        _number(last, "vo2max_correction", 2),
        _number(last, "marathon_shape_pct", 0, "%"),
        _number(last, "acwr", 2),
        _number(last, "monotony", 2),
    ]
    return page.card(
        t("pages.trends.title"),
        page.stats(*numbers),
        spans.spans(span, "trends"),
        aside=common.caution(last),
    )


def _number(day: DailyFitness, metric: str, digits: int, unit: str = "") -> Piece:
    value: float | None = getattr(day, metric)
    return page.stat(
        t(f"pages.trends.names.{metric}"),
        formatting.number(value, digits),
        unit,
        metric=metric,
        about=day.date.isoformat(),
        why=common.reason(day.reasons.get(metric)) if value is None else "",
    )


def vo2max(days: Sequence[DailyFitness], runs: Sequence[RunQuality]) -> Piece:
    """Return the trend of the effective VO2max with what races were worth."""
    if not days:
        return ""
    title = page.explained(t("pages.vo2max"), page.meaning("vo2max_trend"))
    frame = frames.daily(days)
    if frame.vo2max_trend.count() < 2:
        return page.empty_card(title, t("pages.today.no_vo2max"), 7)
    drawing = page.chart(charts.vo2max(frame, frames.races(runs)), t("pages.vo2max"))
    return page.card(title, drawing, width=7, aside=t("pages.trends.vo2max_aside"))


def efficiency(days: Sequence[DailyFitness], runs: Sequence[RunQuality]) -> Piece:
    """Return the efficiency of the runs that can be compared."""
    if not days:
        return ""
    title = page.explained(t("pages.trends.efficiency"), page.meaning("efficiency_factor"))
    frame = frames.efficiency(runs)
    if len(frame) < 3:
        return page.empty_card(title, t("pages.trends.no_efficiency"), 5)
    drawing = page.chart(charts.efficiency(frame, 240), t("pages.trends.efficiency"))
    return page.card(title, drawing, width=5, aside=t("pages.trends.efficiency_aside"))


def predictions(rows: Sequence[RacePrediction]) -> Piece:
    """Return the race times that the runner's form suggests, by each method."""
    if not rows:
        return ""
    names = ("distance", "median", "between", "confidence", *METHODS)
    head = [t(f"pages.trends.columns.{name}") for name in names]
    lines = [words for row in rows if (words := _shape_words(row))]
    lines += [t(f"pages.trends.methods.{name}") for name in ("all", *METHODS)]
    return page.card(
        t("pages.trends.predictions"),
        page.table(head, [_prediction(row) for row in rows], name="predictions"),
        page.lines(lines),
        aside=t("pages.trends.as_of", day=formatting.day(rows[0].as_of)),
    )


def _shape_words(row: RacePrediction) -> str:
    """Return how many minutes missing endurance adds to a prediction; "" where it adds none."""
    cost_s = shape_cost_s(row)
    if cost_s is None or cost_s < LEAST_COST_S:
        return ""
    method = next(one for one in row.methods if one.method == "vdot")
    return t(
        "pages.trends.shape_cost",
        distance=spans.distance_name(row.distance_m),
        shape=formatting.number(method.inputs["marathon_shape_pct"]),
        minutes=units.minutes(cost_s),
    )


def _between(row: RacePrediction) -> Piece:
    """Return the fastest and the slowest time, and how far apart they are."""
    if row.fastest_s is None or row.slowest_s is None:
        return formatting.NOTHING
    span = f"{units.clock(row.fastest_s)} – {units.clock(row.slowest_s)}"
    apart = t("pages.trends.apart", time=units.clock(change(row.slowest_s, row.fastest_s)))
    one = row.slowest_s == row.fastest_s
    return page.with_unit(span, t("pages.trends.one_method") if one else apart)


def _prediction(row: RacePrediction) -> list[Piece]:
    methods = {one.method: one for one in row.methods}
    sure = page.badge(t(f"pages.confidence.{row.confidence}"), LOOKS[row.confidence])
    return [
        spans.distance_name(row.distance_m),
        FITNESS.median(units.clock(row.time_s)),
        _between(row),
        sure,
        *(_by(methods.get(name)) for name in METHODS),
    ]


def _by(method: PredictionMethod | None) -> Piece:
    """Return what one method says; a dash tells why it says nothing."""
    if method is None or method.time_s is None:
        return page.explained(formatting.NOTHING, common.reason(method.reason if method else None))
    return units.clock(method.time_s)


def benchmarks(rows: Sequence[BenchmarkDetail], span: str, today: date) -> Piece:
    """Return how the benchmarks came to be what they are, and their values of today."""
    first = max(first_day(span, today), min((row.valid_from for row in rows), default=today))
    held = [frames.in_force(rows, kind, today) for kind in (*PACES, *PULSES)]
    numbers = [_benchmark(row, today) for row in held if row]
    if not numbers:
        return ""
    return page.card(
        t("pages.trends.benchmarks"),
        page.stats(*numbers),
        CARDS.columns(
            (
                _steps(frames.steps(rows, PACES, first, today), "pace"),
                _steps(frames.steps(rows, PULSES, first, today), "pulse"),
            )
        ),
        aside=t("pages.trends.benchmarks_aside"),
    )


def _benchmark(row: BenchmarkDetail, today: date) -> Piece:
    speed = row.kind.endswith("_mps")
    since = formatting.short_day(row.valid_from, today)
    source, sure = t(f"metrics.sources.{row.source}"), t(f"pages.confidence.{row.confidence}")
    note = t("pages.trends.since", source=source, confidence=sure, day=since)
    return page.stat(
        t(f"charts.benchmarks.{row.kind}"),
        units.pace(row.value) if speed else formatting.number(row.value),
        "/km" if speed else "bpm",
        metric=row.kind,
        about=today.isoformat(),
        note=note,
    )


def _steps(frame: pd.DataFrame, of: str) -> Piece:
    if frame.date.nunique() < 2:
        return ""
    words = t(f"pages.trends.steps.{of}")
    drawing = page.chart(charts.steps(frame, pace=of == "pace"), words)
    return CARDS.section(words, drawing)


def curves(found: Mapping[int, NDArray[np.float32]], today: date) -> Piece:
    """Return the best pace for every duration, this year against the last and all."""
    frame = frames.pace_curves(found, today.year)
    if frame.empty:
        return ""
    title = page.explained(t("pages.trends.curve"), page.meaning("mean_max"))
    drawing = page.chart(charts.pace_curves(frame), t("pages.trends.curve"))
    return page.card(title, drawing, aside=t("pages.trends.curve_aside"))


def records(rows: Sequence[YearRecord], width: int = 6) -> Piece:
    """Return the best time of each distance in each year; the best of all stands out."""
    if not rows:
        return ""
    years = sorted({row.year for row in rows})
    best = {(row.distance_m, row.year): row for row in rows}
    lines = [_record(metres, years, best) for metres in sorted({row.distance_m for row in rows})]
    head = [t("pages.columns.record"), *(str(year) for year in years)]
    return page.card(
        t("pages.trends.records"),
        page.scroller(page.table(head, lines, name="tight records")),
        width=width,
        aside=t("pages.trends.records_aside"),
    )


def _record(
    metres: float, years: Sequence[int], best: Mapping[tuple[float, int], YearRecord]
) -> list[Piece]:
    own = [best.get((metres, year)) for year in years]
    fastest = min(row.elapsed_s for row in own if row)
    return [spans.distance_name(metres), *(_time(row, fastest) for row in own)]


def _time(row: YearRecord | None, fastest: float) -> Piece:
    if row is None:
        return formatting.NOTHING
    look = "best" if row.elapsed_s == fastest else ""
    return page.link(units.clock(row.elapsed_s), common.address(row.activity_id), look)


def years(rows: Sequence[Summary], whole: Sequence[Summary], width: int = 6) -> Piece:
    """Return the years in numbers, the newest first, and what they add up to.

    Distance, hours and climb are of the runs; other sports stand in a table of their own.
    """
    if not rows:
        return ""
    names = ("year", "runs", "distance_km", "hours", "gain_m", "longest_km", "load", "vo2max")
    head = [*(t(f"pages.trends.columns.{name}") for name in names), t("pages.fitness")]
    lines = [_year(row) for row in (*reversed(rows), *whole)]
    table = page.scroller(page.table(head, lines, name="tight years"))
    every = sports.of(whole)
    apart = CARDS.columns([CARDS.section(t("pages.sports_sum.title"), sports.table(every))])
    return page.card(
        t("pages.trends.years"),
        table,
        apart if sports.others(every) else "",
        width=width,
        aside=t("pages.trends.years_aside"),
    )


def _year(row: Summary) -> list[Piece]:
    name = t("pages.trends.all_years") if row.period == "all" else str(row.starts_on.year)
    return [
        name,
        formatting.number(row.runs),
        formatting.km(row.distance_m, 0),
        formatting.number(units.hours(row.moving_s)),
        formatting.number(row.elevation_gain_m),
        formatting.km(row.longest_run_m, 1),
        formatting.number(row.load),
        formatting.number(row.vo2max_end, 1),
        formatting.number(row.ctl_end),
    ]


def load_change(days: Sequence[DailyFitness]) -> Piece:
    """Return how fast load changes, how alike the days are, and the marathon shape."""
    frame = frames.measures(days)
    if frame.empty:
        return ""
    return join(
        [
            _measure(frame, "acwr", theme.DIM, ACWR_RANGE, t("pages.trends.acwr_note")),
            _measure(frame, "monotony", theme.AMBER, None, t("pages.trends.monotony_note")),
            _measure(frame, "marathon_shape_pct", theme.MINT, None, t("pages.trends.shape_note")),
        ]
    )


def _measure(
    frame: pd.DataFrame,
    field: str,
    colour: str,
    reference: tuple[float, float] | None,
    note: str,
) -> Piece:
    title = page.explained(t(f"pages.trends.names.{field}"), page.meaning(field))
    if len(frame.dropna(subset=[field])) < 2:
        return page.empty_card(title, t("pages.trends.too_early"), 4)
    drawing = page.chart(
        charts.measure(frame, field, colour, reference), t(f"pages.trends.names.{field}")
    )
    return page.card(title, drawing, page.paragraph(note, "fine"), width=4)
