"""The numbers of a week or a month beside those before: sums, fitness, the body's signals."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from runningcoach.base.i18n import t
from runningcoach.derive.comparisons import change, mean_of_known
from runningcoach.model.fitness import DailyFitness
from runningcoach.model.health import HealthDay
from runningcoach.pages import formatting, page, run_report
from runningcoach.pages.charts import fitness as charts
from runningcoach.pages.markup import Piece, join
from runningcoach.pages.tiles import frames
from runningcoach.pages.tiles.summary.span import A_DAY, Span, SpanHistory, at

BODY_DAYS = 28
"""Days before the span that the body's signals are held against."""
ENOUGH_DAYS = 3

type Writer = Callable[[float | None], str]


def compared(span: Span, spans: SpanHistory) -> Piece:
    """Return the sums of the span, how they moved, and the average of the spans before."""
    numbers = (
        _compared(spans, "distance_m", "km", lambda v: formatting.km(v, 1)),
        _compared(spans, "moving_s", "", formatting.spell, sparks=False),
        _compared(spans, "runs", "", lambda v: formatting.number(v, 0)),
        _compared(spans, "load", "", lambda v: formatting.number(v, 0)),
        _compared(spans, "elevation_gain_m", "m", lambda v: formatting.number(v, 0)),
        _compared(spans, "longest_run_m", "km", lambda v: formatting.km(v, 1)),
    )
    count = len(spans.usual)
    aside = t(f"jobs.summary.{span.period}.usual", count=count) if count else ""
    return page.card(t("jobs.summary.numbers"), page.stats(*numbers), aside=aside)


def _compared(
    spans: SpanHistory, field: str, unit: str, write: Writer, *, sparks: bool = True
) -> Piece:
    value, before = getattr(spans.this, field), getattr(spans.before, field)
    mean = mean_of_known(getattr(row, field) for row in spans.usual)
    usual = "" if mean is None else t("jobs.summary.average", value=write(mean))
    notes = [note for note in (_moved(value, before, write), usual) if note]
    return page.stat(
        t(f"jobs.summary.fields.{field}"),
        write(value),
        unit,
        note=join(notes, " · "),
        spark=page.spark([getattr(row, field) for row in spans.shown]) if sparks else "",
    )


def _moved(value: float | None, before: float | None, write: Writer, good: int = 0) -> Piece:
    moved = change(value, before)
    if moved is None:
        return ""
    text = write(abs(moved))
    return page.change(moved, text, good=good) if text != write(0.0) else ""


def state(span: Span, days: Sequence[DailyFitness]) -> Piece:
    """Return fitness, fatigue, form and VO2max at the end, and how they moved in the span."""
    then, now = at(days, span.first - A_DAY), at(days, span.last)
    numbers = [
        _state(then, now, days, "ctl", t("pages.fitness"), "cyan", 1),
        _state(then, now, days, "atl", t("pages.fatigue"), "amber", 0),
        _state(then, now, days, "tsb", t("pages.form"), "violet", 0),
        _state(then, now, days, "vo2max_trend", t("pages.vo2max"), "mint", 1),
    ]
    aside = t(f"jobs.summary.{span.period}.moved")
    return page.card(t("jobs.summary.state"), page.stats(*numbers), aside=aside)


def _state(
    then: DailyFitness | None,
    now: DailyFitness | None,
    days: Sequence[DailyFitness],
    field: str,
    label: str,
    tint: str,
    good: int,
) -> Piece:
    value, before = getattr(now, field, None), getattr(then, field, None)
    write = formatting.signed if field == "tsb" else formatting.number
    return page.stat(
        page.explained(label, page.meaning(field)),
        write(value, 1),
        note=_moved(value, before, lambda v: formatting.number(v, 1), good),
        spark=page.spark([getattr(day, field) for day in days[-42:]], tint),
    )


def distances(span: Span, spans: SpanHistory, width: int = 6) -> Piece:
    """Return the distance of each of the last spans, this one marked."""
    title = t(f"jobs.summary.{span.period}.distances")
    drawing = charts.distance(
        frames.summaries(spans.shown, span.first), 210, months=span.period == "month"
    )
    return page.card(title, run_report.chart(drawing, title), width=width, aside="km")


def curves(days: Sequence[DailyFitness], width: int = 6) -> Piece:
    """Return fitness and fatigue over the spans that are shown."""
    if not days:
        return ""
    title = t("pages.fitness_and_fatigue")
    return page.card(
        title, run_report.chart(charts.load(frames.daily(days), 210), title), width=width
    )


def body(span: Span, days: Sequence[HealthDay]) -> Piece:
    """Return resting heart rate, HRV and sleep on average, beside the four weeks before."""
    numbers = [
        _signal(span, days, "resting_hr_bpm", t("pages.health.resting_hr"), "bpm", "rose", -1),
        _signal(span, days, "hrv_ms", t("pages.health.hrv"), "ms", "mint", 1),
        _signal(span, days, "sleep_s", t("pages.health.sleep"), "", "violet", 1),
    ]
    if not any(numbers):
        return ""
    title = t("pages.health.title")
    return page.card(title, page.stats(*numbers), aside=t("jobs.summary.body", days=BODY_DAYS))


def _signal(
    span: Span,
    days: Sequence[HealthDay],
    field: str,
    label: str,
    unit: str,
    tint: str,
    good: int,
) -> Piece:
    known = [(day.date, v) for day in days if (v := getattr(day, field)) is not None]
    early = span.first - timedelta(days=BODY_DAYS)
    mean = mean_of_known((value for day, value in known if span.holds(day)), ENOUGH_DAYS)
    usual = mean_of_known((v for day, v in known if early <= day < span.first), ENOUGH_DAYS)
    if mean is None:
        return ""
    write: Writer = formatting.spell if field == "sleep_s" else formatting.number
    return page.stat(
        page.explained(label, page.meaning(field)),
        write(mean),
        unit,
        note=_moved(mean, usual, write, good),
        spark=page.spark([getattr(day, field) for day in days[-42:]], tint),
    )
