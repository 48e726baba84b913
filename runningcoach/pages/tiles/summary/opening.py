"""What a week or a month came to, in words, in pillars and by its form at the end."""

from collections.abc import Sequence
from itertools import groupby

from markupsafe import Markup

from runningcoach.base import periods
from runningcoach.base.i18n import t
from runningcoach.model.fitness import DailyFitness
from runningcoach.pages import formatting, page
from runningcoach.pages.tiles import form as words
from runningcoach.pages.tiles import sports
from runningcoach.pages.tiles.summary.span import A_DAY, Beside, Span, at


def headline(span: Span, spans: Beside, days: Sequence[DailyFitness]) -> Markup:
    """Return which span it is and what it came to, in plain words."""
    body = Markup('<p class="eyebrow">{}</p><h1>{}</h1><p class="lead">{}</p>{}').format(
        t(f"jobs.names.{span.period}ly_summary"),
        _title(span),
        " ".join(_said(span, spans, days)),
        _pillars(span, days),
    )
    return Markup('<section class="card w7 hero">{}</section>').format(body)


def _title(span: Span) -> str:
    if span.period == "month":
        return formatting.month(span.first)
    return t(
        "jobs.summary.from_to", first=formatting.day(span.first), last=formatting.day(span.last)
    )


def _said(span: Span, spans: Beside, days: Sequence[DailyFitness]) -> list[str]:
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


def _distance_said(span: Span, spans: Beside) -> list[str]:
    if not spans.before.distance_m:
        return []
    percent = round(100 * (spans.this.distance_m / spans.before.distance_m - 1))
    key = "same" if abs(percent) < 3 else "more" if percent > 0 else "less"
    return [t(f"jobs.summary.{span.period}.{key}", percent=abs(percent))]


def _fitness_said(span: Span, days: Sequence[DailyFitness]) -> list[str]:
    then, now = at(days, span.first - A_DAY), at(days, span.last)
    if now is None or then is None:
        return []
    moved = now.ctl - then.ctl
    key = "steady" if abs(moved) < 0.5 else "rose" if moved > 0 else "fell"
    return [t(f"jobs.summary.fitness_{key}", change=f"{abs(moved):.1f}", value=f"{now.ctl:.0f}")]


def _pillars(span: Span, days: Sequence[DailyFitness]) -> Markup:
    """Return the distances of a week's days, or of a month's weeks, as pillars."""
    parts = _days(span, days) if span.period == "week" else _weeks(span, days)
    most = max((metres for _, metres in parts), default=0.0) or 1.0
    pillars = page.join(
        Markup(
            '<li><span class="km">{}</span><span class="pillar"><i style="height:{}%"></i></span>'
            '<span class="weekday">{}</span></li>'
        ).format(formatting.km(metres, 1) if metres else "", round(100 * metres / most), name)
        for name, metres in parts
    )
    return Markup('<ol class="week" aria-label="{}">{}</ol>').format(
        t(f"jobs.summary.{span.period}.by_part"), pillars
    )


def _days(span: Span, days: Sequence[DailyFitness]) -> list[tuple[str, float]]:
    metres = {day.date: day.distance_m for day in days}
    return [
        (t(f"charts.weekdays.{day.weekday()}"), metres.get(day, 0.0))
        for day in periods.days(span.first, span.last)
    ]


def _weeks(span: Span, days: Sequence[DailyFitness]) -> list[tuple[str, float]]:
    """Return the weeks of a month, named by their days in it, as 5–11."""
    metres = {day.date: day.distance_m for day in days}
    parts: list[tuple[str, float]] = []
    for _, week in groupby(periods.days(span.first, span.last), periods.week_start):
        inside = list(week)
        name = f"{inside[0].day}–{inside[-1].day}" if len(inside) > 1 else f"{inside[0].day}"
        parts.append((name, sum(metres.get(day, 0.0) for day in inside)))
    return parts


def form(span: Span, days: Sequence[DailyFitness]) -> Markup:
    """Return the gauge of form at the end of the span."""
    until = [day for day in days if day.date <= span.last]
    shown = until if until and until[-1].date == span.last else []
    return page.card(t("jobs.summary.form_at_end"), words.dial(shown), width=5, name="form")
