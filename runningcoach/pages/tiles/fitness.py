"""The tiles of the page "fitness": months and years of training."""

import math
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby

from runningcoach.base import periods, units
from runningcoach.base.i18n import t
from runningcoach.derive.pace_index import PaceIndex
from runningcoach.derive.sport_totals import total
from runningcoach.metrics.sports import counted_speed_mps
from runningcoach.model.fitness import DailyFitness, RecoveryDay, Summary
from runningcoach.model.health import HealthDay
from runningcoach.pages import formatting, page, session
from runningcoach.pages.charts import calendar as charts_calendar
from runningcoach.pages.charts import fitness as charts
from runningcoach.pages.markup import Piece, join, macros
from runningcoach.pages.tiles import common, frames, signals, sports
from runningcoach.pages.tiles import zones as zones_tiles
from runningcoach.store.activity_totals import CalendarDay, PersonalRecord

FITNESS = macros("fitness")

RANGES = {"6w": 42, "3m": 91, "6m": 182, "1y": 365, "2y": 730, "all": 36_500}
USUAL = "6m"
MOST_DAYS = 730
YEAR = timedelta(days=365)
DISTANCE_NAMES = {1609.344: "mile", 21097.5: "half", 42195.0: "marathon"}


def chosen(usual: str = USUAL) -> str:
    """Return the span that the address of the page asks for."""
    asked = session.query("range")
    return asked if asked in RANGES else usual


def first_day(span: str, today: date) -> date:
    """Return the first day of a span that ends today."""
    return periods.span_start(today, RANGES[span])


def spans(span: str, on: str = "fitness") -> Piece:
    """Return the links between the spans of the page `on`."""
    links = [
        (t(f"pages.fitness_page.ranges.{name}"), f"{on}.ipynb?range={name}", name == span)
        for name in RANGES
    ]
    return common.choices(t("pages.fitness_page.range"), links)


def now(days: Sequence[DailyFitness], span: str) -> Piece:
    """Return the numbers of the last day and the choice of span."""
    if not days:
        return page.notice(t("pages.today.nothing"), t("pages.today.import_some"))
    last = days[-1]
    on = last.date.isoformat()
    numbers = page.stats(
        page.stat(t("pages.fitness"), formatting.number(last.ctl, 1), metric="ctl", about=on),
        page.stat(t("pages.fatigue"), formatting.number(last.atl, 1), metric="atl", about=on),
        page.stat(t("pages.form"), formatting.signed(last.tsb, 1), metric="tsb", about=on),
        page.stat(t("pages.ramp"), formatting.signed(last.ramp_7d, 1), metric="ramp_7d", about=on),
        page.stat(
            t("pages.monotony"), formatting.number(last.monotony, 2), metric="monotony", about=on
        ),
        page.stat(
            t("pages.vo2max"),
            formatting.number(last.vo2max_trend, 1),
            metric="vo2max_trend",
            about=on,
            why=t("pages.today.no_vo2max") if last.vo2max_trend is None else "",
        ),
    )
    sure = common.caution(last)
    return page.card(t("pages.fitness_page.title"), numbers, spans(span), aside=sure)


def curves(days: Sequence[DailyFitness]) -> Piece:
    """Return fitness, fatigue and, below, form."""
    frame = frames.daily(days)
    return join(
        [
            page.card(
                t("pages.fitness_and_fatigue"),
                page.chart(charts.load(frame, 280), t("pages.fitness_and_fatigue")),
            ),
            page.card(
                page.explained(t("pages.form"), page.meaning("tsb")),
                page.chart(charts.form(frame, 160), t("pages.form")),
            ),
        ]
    )


def weeks(rows: Sequence[Summary], today: date) -> Piece:
    """Return the latest weeks as bars and as a table."""
    return join(
        [
            page.card(
                t("pages.fitness_page.weeks"),
                page.chart(
                    charts.distance(frames.summaries(rows, today)), t("pages.fitness_page.weeks")
                ),
                width=5,
                aside="km",
            ),
            page.card(t("pages.fitness_page.by_week"), _table(rows[-8:], "week"), width=7),
        ]
    )


def months(rows: Sequence[Summary], today: date) -> Piece:
    """Return the latest months as bars and as a table."""
    frame = frames.summaries(rows[-24:], today)
    return join(
        [
            page.card(t("pages.fitness_page.by_month"), _table(rows[-8:], "month"), width=7),
            page.card(
                t("pages.fitness_page.months"),
                page.chart(charts.distance(frame, months=True), t("pages.fitness_page.months")),
                width=5,
                aside="km",
            ),
        ]
    )


def _table(rows: Sequence[Summary], period: str) -> Piece:
    """Return periods as a table: the runs, the load of all sports, other sports below the name."""
    names = ("runs", "run_distance", "run_time", "gain", "longest", "low", "load")
    head = [t(f"pages.columns.{name}") for name in (period, *names)]
    return page.table(head, [_line(row) for row in reversed(rows)], name="tight periods")


def _line(row: Summary) -> list[Piece]:
    low = None if row.low_share is None else units.percent(row.low_share)
    return [
        _period(row),
        formatting.number(row.runs),
        common.with_unit(formatting.km(row.distance_m, 1), "km"),
        formatting.spell(row.moving_s),
        common.with_unit(formatting.number(row.elevation_gain_m), "m"),
        common.with_unit(formatting.km(row.longest_run_m, 1), "km"),
        common.with_unit(formatting.number(low), "%"),
        formatting.number(row.load),
    ]


def _period(row: Summary) -> Piece:
    """Return the name of a period, and the other sports that it holds."""
    name = (
        formatting.day(row.starts_on) if row.period == "week" else formatting.month(row.starts_on)
    )
    return FITNESS.period(name, sports.in_words(sports.others(row.by_sport), counted=False))


def by_sport(rows: Sequence[Summary], width: int = 12) -> Piece:
    """Return the load of each sport by week and what each adds up to; nothing for running alone."""
    sums = sports.of(rows)
    if not sports.others(sums):
        return ""
    title = t("pages.sports_sum.load_title")
    drawing = page.chart(charts.load_by_sport(frames.sport_loads(rows)), title)
    aside = t("pages.sports_sum.weeks", count=len(rows))
    return page.card(title, drawing, sports.table(sums), width=width, aside=aside, name="by-sport")


def calendars(days: Sequence[CalendarDay]) -> Piece:
    """Return a calendar for every year with activities, this year first."""
    if not days:
        return ""
    years = [list(year) for _, year in groupby(days, key=lambda day: day.date.year)]
    return page.card(
        t("charts.calendar"),
        join(_year(year) for year in reversed(years)),
        aside=t("pages.fitness_page.calendar_hint"),
        name="calendars",
    )


def _year(days: Sequence[CalendarDay]) -> Piece:
    year = days[0].date.year
    first, last = date(year, 1, 1), date(year, 12, 31)
    drawing = charts_calendar.calendar(frames.calendar(days), first, last)
    km = formatting.km(total(day.distance_m for day in days) or 0.0, 0)
    return FITNESS.year(year, km, page.calendar(drawing))


def records(
    ever: Sequence[PersonalRecord], season: Sequence[PersonalRecord], today: date, width: int = 7
) -> Piece:
    """Return the best time of each distance, ever and in the last year."""
    if not ever:
        return page.card(
            t("pages.fitness_page.records"), page.paragraph(formatting.NOTHING), width=width
        )
    lately = {record.distance_m: record for record in season}
    head = [t(f"pages.columns.{name}") for name in ("record", "best", "pace", "date", "season")]
    rows = [_record(record, lately.get(record.distance_m), today) for record in ever]
    return page.card(
        t("pages.fitness_page.records"), page.table(head, rows, name="tight"), width=width
    )


def _record(best: PersonalRecord, lately: PersonalRecord | None, today: date) -> list[Piece]:
    return [
        distance_name(best.distance_m),
        page.link(units.clock(best.elapsed_s), common.address(best.activity_id)),
        units.pace(counted_speed_mps(best.distance_m, best.elapsed_s)),
        formatting.short_day(best.local_date, today),
        page.link(units.clock(lately.elapsed_s), common.address(lately.activity_id))
        if lately
        else formatting.NOTHING,
    ]


def distance_name(metres: float) -> str:
    """Return what runners call a distance."""
    for known, name in DISTANCE_NAMES.items():
        if math.isclose(metres, known, abs_tol=0.5):
            return t(f"pages.distances.{name}")
    return f"{units.km(metres):g} km" if metres >= 1000 else f"{metres:g} m"


def vo2max(days: Sequence[DailyFitness], width: int = 5) -> Piece:
    """Return the trend of the effective VO2max."""
    title = page.explained(t("pages.vo2max"), page.meaning("vo2max_trend"))
    frame = frames.daily(days)
    if frame.vo2max_trend.count() < 2:
        return page.card(title, page.paragraph(t("pages.today.no_vo2max")), width=width)
    drawing = page.chart(charts.vo2max(frame), t("pages.vo2max"))
    return page.card(title, drawing, width=width, aside="ml/kg/min")


def zones(rows: Sequence[Summary], width: int = 12) -> Piece:
    """Return the hours in each heart-rate zone by week."""
    frame = frames.zones(rows)
    if frame.empty:
        none = page.paragraph(common.reason("no_hr"))
        return page.card(t("pages.fitness_page.zones"), none, width=width)
    drawing = page.chart(charts.zones(frame), t("pages.fitness_page.zones"))
    return page.card(t("pages.fitness_page.zones"), drawing, width=width, aside="h")


def zones_in_force(
    in_force: zones_tiles.InForce, index: PaceIndex | None, width: int = 12
) -> Piece:
    """Return the zones to train by: heart rate in bpm, and paces."""
    return zones_tiles.card(in_force, index, width)


def body(days: Sequence[HealthDay], mornings: Sequence[RecoveryDay]) -> Piece:
    """Return resting heart rate and HRV by day against one's usual, as far as they are known."""
    shown, lately = mornings[-MOST_DAYS:], days[-MOST_DAYS:]
    return join(
        [
            signals.resting_hr(frames.resting_hr(shown, lately)),
            signals.hrv(frames.hrv(shown, lately)),
        ]
    )
