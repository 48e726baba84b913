"""The tiles of the weekly and the monthly summary: a span that ended, beside the spans before."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from statistics import fmean
from typing import Literal

from markupsafe import Markup

from runningcoach import periods, units
from runningcoach.charts import fitness as charts
from runningcoach.i18n import t
from runningcoach.jupyter import gauge, page, report, written
from runningcoach.jupyter.tiles import common, frames
from runningcoach.jupyter.tiles.fitness import distance_name
from runningcoach.records import DailyFitness, HealthDay, Summary
from runningcoach.store.activities import Filters, ListedActivity
from runningcoach.store.pages import PersonalRecord

SHOWN = {"week": 12, "month": 12}
"""Spans that the charts show, this one included."""
USUAL = {"week": 8, "month": 6}
"""Spans before this one that make the average."""
BODY_DAYS = 28
"""Days before the span that the body's signals are held against."""
ENOUGH_DAYS = 3
RUNS = ("running", "trail_running")
SHORTEST_FOR_PACE_M = 3_000.0
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """A whole week or month that has ended."""

    period: Literal["week", "month"]
    first: date
    last: date

    @property
    def starts(self) -> list[date]:
        """Return the first days of the spans that charts show, oldest first."""
        found = [self.first]
        while len(found) < SHOWN[self.period]:
            found.insert(0, _start(self.period, found[0] - A_DAY))
        return found

    @property
    def filters(self) -> Filters:
        """Return what picks the activities of the span."""
        return Filters(first=self.first, last=self.last)

    def holds(self, day: date) -> bool:
        """Return whether a day is in the span."""
        return self.first <= day <= self.last


def _start(period: str, day: date) -> date:
    return periods.week_start(day) if period == "week" else periods.month_start(day)


def week_before(day: date) -> Span:
    """Return the last whole week before `day`."""
    last = periods.week_start(day) - A_DAY
    return Span("week", periods.week_start(last), last)


def month_before(day: date) -> Span:
    """Return the last whole month before `day`."""
    last = periods.month_start(day) - A_DAY
    return Span("month", periods.month_start(last), last)


@dataclass(frozen=True, slots=True)
class Beside:
    """A span, the one before it, and those that make the usual; a span without rows is zeros."""

    this: Summary
    before: Summary
    usual: list[Summary]
    shown: list[Summary]


def beside(span: Span, rows: Sequence[Summary]) -> Beside:
    """Return a span beside those before it; the usual begins with the first that has a row."""
    known = {row.starts_on: row for row in rows}
    shown = [known.get(start) or _empty(span.period, start) for start in span.starts]
    since = [row for row in shown[:-1] if row.starts_on >= min(known, default=span.first)]
    return Beside(shown[-1], shown[-2], since[-USUAL[span.period] :], shown)


def _empty(period: Literal["week", "month"], start: date) -> Summary:
    nothing = {"activities": 0, "runs": 0, "distance_m": 0.0, "moving_s": 0.0, "load": 0.0}
    return Summary(period=period, starts_on=start, **nothing)  # pyright: ignore[reportArgumentType]


# What happened -------------------------------------------------------------------------------


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
        return written.month(span.first)
    return t("jobs.summary.from_to", first=written.day(span.first), last=written.day(span.last))


def _said(span: Span, spans: Beside, days: Sequence[DailyFitness]) -> list[str]:
    """Return a few sentences: how much, more or less than before, fitter or not."""
    this = spans.this
    if not this.activities:
        return [t(f"jobs.summary.{span.period}.nothing"), *_fitness_said(span, days)]
    sums = t(
        "jobs.summary.sums",
        count=this.activities,
        km=written.km(this.distance_m, 1),
        time=written.spell(this.moving_s),
    )
    return [sums, *_distance_said(span, spans), *_fitness_said(span, days)]


def _distance_said(span: Span, spans: Beside) -> list[str]:
    if not spans.before.distance_m:
        return []
    percent = round(100 * (spans.this.distance_m / spans.before.distance_m - 1))
    key = "same" if abs(percent) < 3 else "more" if percent > 0 else "less"
    return [t(f"jobs.summary.{span.period}.{key}", percent=abs(percent))]


def _fitness_said(span: Span, days: Sequence[DailyFitness]) -> list[str]:
    then, now = _at(days, span.first - A_DAY), _at(days, span.last)
    if now is None or then is None:
        return []
    moved = round(now.ctl, 1) - round(then.ctl, 1)
    key = "steady" if abs(moved) < 0.5 else "rose" if moved > 0 else "fell"
    return [t(f"jobs.summary.fitness_{key}", change=f"{abs(moved):.1f}", value=f"{now.ctl:.0f}")]


def _at(days: Sequence[DailyFitness], when: date) -> DailyFitness | None:
    return next((day for day in reversed(days) if day.date == when), None)


def _pillars(span: Span, days: Sequence[DailyFitness]) -> Markup:
    """Return the distances of a week's days, or of a month's weeks, as pillars."""
    parts = _days(span, days) if span.period == "week" else _weeks(span, days)
    most = max((metres for _, metres in parts), default=0.0) or 1.0
    pillars = page.join(
        Markup(
            '<li><span class="km">{}</span><span class="pillar"><i style="height:{}%"></i></span>'
            '<span class="weekday">{}</span></li>'
        ).format(written.km(metres, 1) if metres else "", round(100 * metres / most), name)
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
    end = _at(days, span.last)
    pct, value = (end.form_pct, written.signed(end.tsb)) if end else (None, written.NOTHING)
    band = gauge.band(pct)
    words = t(f"pages.today.bands.{band}.name") if band else t("pages.today.unknown")
    dial = gauge.gauge(pct, value, words, t("pages.today.form_label", value=value, words=words))
    return page.card(t("jobs.summary.form_at_end"), dial, width=5, name="form")


# Numbers beside those before -------------------------------------------------------------------

type Writer = Callable[[float | None], str]


def compared(span: Span, spans: Beside) -> Markup:
    """Return the sums of the span, how they moved, and the average of the spans before."""
    numbers = (
        _compared(spans, "distance_m", "km", lambda v: written.km(v, 1)),
        _compared(spans, "moving_s", "", written.spell, sparks=False),
        _compared(spans, "runs", "", lambda v: written.number(v, 0)),
        _compared(spans, "load", "", lambda v: written.number(v, 0)),
        _compared(spans, "elevation_gain_m", "m", lambda v: written.number(v, 0)),
        _compared(spans, "longest_run_m", "km", lambda v: written.km(v, 1)),
    )
    count = len(spans.usual)
    aside = t(f"jobs.summary.{span.period}.usual", count=count) if count else ""
    return page.card(t("jobs.summary.numbers"), page.stats(*numbers), aside=aside)


def _compared(
    spans: Beside, field: str, unit: str, write: Writer, *, sparks: bool = True
) -> Markup:
    value, before = getattr(spans.this, field), getattr(spans.before, field)
    known = [v for row in spans.usual if (v := getattr(row, field)) is not None]
    usual = t("jobs.summary.average", value=write(fmean(known))) if known else ""
    notes = [note for note in (_moved(value, before, write), usual) if note]
    return page.stat(
        t(f"jobs.summary.fields.{field}"),
        write(value),
        unit,
        note=Markup(" · ").join(notes),
        spark=page.spark([getattr(row, field) for row in spans.shown]) if sparks else "",
    )


def _moved(value: float | None, before: float | None, write: Writer, good: int = 0) -> Markup:
    if value is None or before is None:
        return Markup()
    moved = value - before
    text = write(abs(moved))
    return page.change(moved, text, good=good) if text != write(0.0) else Markup()


def state(span: Span, days: Sequence[DailyFitness]) -> Markup:
    """Return fitness, fatigue, form and VO2max at the end, and how they moved in the span."""
    then, now = _at(days, span.first - A_DAY), _at(days, span.last)
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
) -> Markup:
    value, before = getattr(now, field, None), getattr(then, field, None)
    write = written.signed if field == "tsb" else written.number
    return page.stat(
        page.explained(label, page.meaning(field)),
        write(value, 1),
        note=_moved(value, before, lambda v: written.number(v, 1), good),
        spark=page.spark([getattr(day, field) for day in days[-42:]], tint),
    )


def distances(span: Span, spans: Beside, width: int = 6) -> Markup:
    """Return the distance of each of the last spans, this one marked."""
    title = t(f"jobs.summary.{span.period}.distances")
    drawing = charts.distance(
        frames.summaries(spans.shown, span.first), 210, months=span.period == "month"
    )
    return page.card(title, report.chart(drawing, title), width=width, aside="km")


def curves(days: Sequence[DailyFitness], width: int = 6) -> Markup:
    """Return fitness and fatigue over the spans that are shown."""
    if not days:
        return Markup()
    title = t("pages.fitness_and_fatigue")
    return page.card(title, report.chart(charts.load(frames.daily(days), 210), title), width=width)


# What stood out --------------------------------------------------------------------------------


def highlights(
    span: Span, done: Sequence[ListedActivity], records: Sequence[PersonalRecord], width: int = 7
) -> Markup:
    """Return the longest, fastest and hardest of the span, and the bests that were set in it."""
    rows = [*_outstanding(done), *(_best(one) for one in records if span.holds(one.local_date))]
    if not rows:
        return Markup()
    head = [t(f"jobs.summary.columns.{name}") for name in ("what", "activity", "value")]
    table = page.table(head, rows, name="tight highlights")
    return page.card(t("jobs.summary.highlights"), table, width=width)


def _outstanding(done: Sequence[ListedActivity]) -> list[list[page.Piece]]:
    runs = [one for one in done if one.sport in RUNS]
    paced = [one for one in runs if (one.distance_m or 0) >= SHORTEST_FOR_PACE_M and one.moving_s]
    found = [
        _most("longest", runs, lambda one: one.distance_m, lambda one: _km(one.distance_m)),
        _most("fastest", paced, _speed, lambda one: _pace(_speed(one))),
        _most("hardest", done, lambda one: one.load, lambda one: written.number(one.load)),
    ]
    return [row for row in found if row]


def _most(
    what: str,
    among: Sequence[ListedActivity],
    by: Callable[[ListedActivity], float | None],
    write: Callable[[ListedActivity], page.Piece],
) -> list[page.Piece]:
    known = [one for one in among if by(one)]
    if not known:
        return []
    best = max(known, key=lambda one: by(one) or 0.0)
    return [t(f"jobs.summary.{what}"), _linked(best), write(best)]


def _linked(one: ListedActivity) -> Markup:
    return Markup("{} <small>{}</small>").format(
        page.link(common.title(one), common.address(one.id)), written.day(one.local_date)
    )


def _speed(one: ListedActivity) -> float:
    return (one.distance_m or 0.0) / (one.moving_s or float("inf"))


def _pace(speed_mps: float) -> Markup:
    return common.with_unit(units.pace(speed_mps), "/km")


def _km(metres: float | None) -> Markup:
    return common.with_unit(written.km(metres, 1), "km")


def _best(record: PersonalRecord) -> list[page.Piece]:
    link = page.link(record.name or t("pages.titles.activity"), common.address(record.activity_id))
    return [
        t("jobs.summary.best", distance=distance_name(record.distance_m)),
        Markup("{} <small>{}</small>").format(link, written.day(record.local_date)),
        units.clock(record.elapsed_s),
    ]


def zones(spans: Beside, width: int = 5) -> Markup:
    """Return the time in each heart-rate zone, and how easy it was beside the span before."""
    seconds = spans.this.hr_zone_s or []
    whole = sum(seconds)
    if not whole:
        return Markup()
    bars = page.bars(
        (t(f"pages.zones.z{i}"), one / whole, written.spell(one), f"z{i}")
        for i, one in enumerate(seconds, start=1)
    )
    return page.card(t("jobs.summary.zones"), bars, _easy(spans), width=width)


def _easy(spans: Beside) -> Markup:
    """Return the share of easy time, now and before."""
    shares = [row.easy_share for row in (spans.this, spans.before)]
    if shares[0] is None:
        return Markup()
    now, before = (written.number(None if v is None else 100 * v) for v in shares)
    return Markup('<p class="below">{}</p>').format(t("jobs.summary.easy", now=now, before=before))


# The body ----------------------------------------------------------------------------------------


def body(span: Span, days: Sequence[HealthDay]) -> Markup:
    """Return resting heart rate, HRV and sleep on average, beside the four weeks before."""
    numbers = [
        _signal(span, days, "resting_hr_bpm", t("pages.health.resting_hr"), "bpm", "rose", -1),
        _signal(span, days, "hrv_ms", t("pages.health.hrv"), "ms", "mint", 1),
        _signal(span, days, "sleep_s", t("pages.health.sleep"), "", "violet", 1),
    ]
    if not any(numbers):
        return Markup()
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
) -> Markup:
    known = [(day.date, v) for day in days if (v := getattr(day, field)) is not None]
    here = [value for day, value in known if span.holds(day)]
    early = span.first - timedelta(days=BODY_DAYS)
    before = [value for day, value in known if early <= day < span.first]
    if len(here) < ENOUGH_DAYS:
        return Markup()
    write: Writer = written.spell if field == "sleep_s" else written.number
    usual = fmean(before) if len(before) >= ENOUGH_DAYS else None
    return page.stat(
        page.explained(label, page.meaning(field)),
        write(fmean(here)),
        unit,
        note=_moved(fmean(here), usual, write, good),
        spark=page.spark([getattr(day, field) for day in days[-42:]], tint),
    )


def done(span: Span, rows: Sequence[ListedActivity]) -> Markup:
    """Return the activities of the span."""
    if not rows:
        return Markup()
    title = t(f"jobs.summary.{span.period}.done")
    return page.card(title, common.activity_table(rows, span.last))
