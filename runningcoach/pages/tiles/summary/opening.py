"""What a week or a month came to, in words, in pillars and by its form at the end."""

from collections.abc import Sequence
from itertools import groupby

from runningcoach.base import periods, units
from runningcoach.base.i18n import t
from runningcoach.derive.comparisons import change, distance_m, fractions, percent_change
from runningcoach.model.fitness import DailyFitness
from runningcoach.pages import formatting, page
from runningcoach.pages.markup import Piece, macros
from runningcoach.pages.tiles import form as words
from runningcoach.pages.tiles import sports
from runningcoach.pages.tiles.summary.span import A_DAY, Span, SpanHistory, at

CARDS = macros("cards")


def headline(span: Span, spans: SpanHistory, days: Sequence[DailyFitness]) -> Piece:
    """Return which span it is and what it came to, in plain words."""
    return CARDS.hero(
        t(f"jobs.names.{span.period}ly_summary"),
        _title(span),
        " ".join(_said(span, spans, days)),
        _pillars(span, days),
    )


def _title(span: Span) -> str:
    if span.period == "month":
        return formatting.month(span.first)
    return t(
        "jobs.summary.from_to", first=formatting.day(span.first), last=formatting.day(span.last)
    )


def _said(span: Span, spans: SpanHistory, days: Sequence[DailyFitness]) -> list[str]:
    """Return a few sentences: how much, more or less than before, fitter or not."""
    this = spans.this
    if not this.activities:
        return [t(f"jobs.summary.{span.period}.nothing"), *_fitness_said(span, days)]
    sums = t(
        "jobs.summary.sums",
        count=this.runs,
        km=formatting.km(this.distance_m, 1),
        time=formatting.spell(this.moving_s),
    )
    rest = sports.in_words(sports.others(this.by_sport))
    besides = [t("pages.sports_sum.besides", sports=rest)] if rest else []
    return [sums, *besides, *_distance_said(span, spans), *_fitness_said(span, days)]


def _distance_said(span: Span, spans: SpanHistory) -> list[str]:
    moved = percent_change(spans.this.distance_m, spans.before.distance_m)
    if moved is None:
        return []
    percent = round(moved)
    key = "same" if abs(percent) < 3 else "more" if percent > 0 else "less"
    return [t(f"jobs.summary.{span.period}.{key}", percent=abs(percent))]


def _fitness_said(span: Span, days: Sequence[DailyFitness]) -> list[str]:
    then, now = at(days, span.first - A_DAY), at(days, span.last)
    moved = change(now and now.ctl, then and then.ctl)
    if now is None or moved is None:
        return []
    key = "steady" if abs(moved) < 0.5 else "rose" if moved > 0 else "fell"
    return [t(f"jobs.summary.fitness_{key}", change=f"{abs(moved):.1f}", value=f"{now.ctl:.0f}")]


def _pillars(span: Span, days: Sequence[DailyFitness]) -> Piece:
    """Return the distances of a week's days, or of a month's weeks, as pillars."""
    parts = _days(span, days) if span.period == "week" else _weeks(span, days)
    heights = fractions([metres for _, metres in parts])
    pillars = [
        (None, formatting.km(metres, 1) if metres else "", round(units.percent(height)), name)
        for (name, metres), height in zip(parts, heights, strict=True)
    ]
    return CARDS.pillars(t(f"jobs.summary.{span.period}.by_part"), pillars)


def _days(span: Span, days: Sequence[DailyFitness]) -> list[tuple[str, float]]:
    metres = {day.date: day.distance_m for day in days}
    return [
        (t(f"charts.weekdays.{day.weekday()}"), metres.get(day, 0.0))
        for day in periods.days(span.first, span.last)
    ]


def _weeks(span: Span, days: Sequence[DailyFitness]) -> list[tuple[str, float]]:
    """Return the weeks of a month, named by their days in it, as 5–11."""
    parts: list[tuple[str, float]] = []
    for _, week in groupby(periods.days(span.first, span.last), periods.week_start):
        inside = list(week)
        name = f"{inside[0].day}–{inside[-1].day}" if len(inside) > 1 else f"{inside[0].day}"
        parts.append((name, distance_m(days, inside[0], inside[-1])))
    return parts


def form(span: Span, days: Sequence[DailyFitness]) -> Piece:
    """Return the gauge of form at the end of the span."""
    until = [day for day in days if day.date <= span.last]
    shown = until if until and until[-1].date == span.last else []
    return page.card(t("jobs.summary.form_at_end"), words.dial(shown), width=5, name="form")
