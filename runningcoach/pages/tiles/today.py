"""The tiles of the page "today": where the runner stands."""

from collections.abc import Sequence
from datetime import date, timedelta

from runningcoach.base import periods, units
from runningcoach.base.i18n import t
from runningcoach.coach.plans.calendar import TrainingCalendarDay, planned_distance_m
from runningcoach.derive.comparisons import change, distance_m, fractions, rolling_sums
from runningcoach.derive.pace_index import PaceIndex
from runningcoach.derive.sport_totals import total
from runningcoach.model.activity import ParkedActivity
from runningcoach.model.fitness import DailyFitness, Summary
from runningcoach.model.health import HealthDay
from runningcoach.model.user import User
from runningcoach.pages import formatting, page
from runningcoach.pages.charts import calendar as charts_calendar
from runningcoach.pages.charts import fitness as charts
from runningcoach.pages.markup import Piece, join, macros
from runningcoach.pages.tiles import common, frames, sports, zones
from runningcoach.pages.tiles import form as words
from runningcoach.pages.tiles import parked as parked_tiles
from runningcoach.store.activities import ListedActivity
from runningcoach.store.activity_totals import CalendarDay

CARDS = macros("cards")

WEEK, A_WEEK_AGO = 7, 8
"""Days; and the place from the end of the day a week ago."""
A_WEEK = timedelta(days=WEEK)
YEAR = timedelta(days=364)
HALF_YEAR_DAYS = 182


def parked(rows: Sequence[ParkedActivity]) -> Piece:
    """Return how many activities could not be computed; nothing when none is."""
    return parked_tiles.count(rows)


def greeting(
    user: User, today: date, days: Sequence[DailyFitness], week: Sequence[TrainingCalendarDay]
) -> Piece:
    """Return who, when, what the last days mean in plain words, and this week day by day."""
    rest = join([_week(today, days, week), page.paragraph(_last_week(days), "said")])
    greeting = t("pages.today.greeting", name=user.display_name)
    return CARDS.hero(formatting.full_day(today), greeting, words.meaning(days), rest)


def _last_week(days: Sequence[DailyFitness]) -> Piece:
    """Return the runs of the last seven days in a line, and the other sports in one below."""
    last = days[-WEEK:]
    sums = sports.of(last)
    runs = t(
        "pages.today.last_week",
        count=sports.runs(sums),
        km=formatting.km(total(day.distance_m for day in last) or 0.0, 1),
        time=formatting.spell(total(day.moving_s for day in last) or 0.0),
    )
    return CARDS.two_lines(runs, sports.in_words(sports.others(sums)))


def _week(today: date, days: Sequence[DailyFitness], week: Sequence[TrainingCalendarDay]) -> Piece:
    """Return the days of this week as pillars, Monday first: what was run before the planned."""
    by_day = {day.date: day.distance_m for day in days[-WEEK:]}
    run_m = [by_day.get(day.date, 0.0) for day in week]
    planned_m = [float(planned_distance_m(day)) for day in week]
    heights = [round(units.percent(share)) for share in fractions([*run_m, *planned_m])]
    pillars = [
        _pillar(day.date, today, metres, heights_pct)
        for day, metres, heights_pct in zip(
            week,
            zip(run_m, planned_m, strict=True),
            zip(heights[:WEEK], heights[WEEK:], strict=True),
            strict=True,
        )
    ]
    return CARDS.planned_pillars(t("pages.today.this_week"), pillars)


def _pillar(
    day: date, today: date, metres: tuple[float, float], heights_pct: tuple[int, int]
) -> dict[str, object]:
    """Return a day with the distance that was run, for a day to come the planned one."""
    run_m, planned_m = metres
    shown_m = planned_m if day >= today and not run_m else run_m
    return {
        "look": "now" if day == today else "ahead" if day > today else "",
        "km": formatting.km(shown_m, 1) if shown_m else "",
        "run_pct": heights_pct[0],
        "planned_pct": heights_pct[1],
        "name": t(f"charts.weekdays.{day.weekday()}"),
    }


def form(days: Sequence[DailyFitness]) -> Piece:
    """Return the gauge of form."""
    return page.card(
        page.explained(t("pages.form"), page.meaning("tsb")),
        words.dial(days),
        width=5,
        aside=common.caution(days[-1]) if days else "",
        name="form",
    )


def state(days: Sequence[DailyFitness], today: date) -> Piece:
    """Return the numbers of now with how they moved in seven days."""
    if not days:
        return page.notice(t("pages.today.nothing"), t("pages.today.import_some"))
    return page.card(
        t("pages.today.state"),
        page.stats(
            _moved(days, "ctl", t("pages.fitness"), "cyan", digits=0, good=1),
            _moved(days, "atl", t("pages.fatigue"), "amber", digits=0, good=0),
            _moved(days, "load", t("pages.load_7d"), "violet", digits=0, good=0, total=True),
            _moved(days, "vo2max_trend", t("pages.vo2max"), "mint", digits=1, good=1),
            _this_week(days, today),
        ),
        aside=t("pages.today.against"),
    )


def _moved(
    days: Sequence[DailyFitness],
    field: str,
    label: str,
    tint: str,
    *,
    digits: int,
    good: int,
    total: bool = False,
) -> Piece:
    values: list[float | None] = [getattr(day, field) for day in days]
    if total:
        values = [*rolling_sums(values, WEEK)]
    now, then = values[-1], values[-A_WEEK_AGO] if len(values) > WEEK else None
    difference = change(now, then)
    moved = None if difference is None else round(difference, digits)
    note = page.change(moved, formatting.number(abs(moved), digits), good=good) if moved else ""
    return page.stat(
        label,
        formatting.number(now, digits),
        metric="load_7d" if total else field,
        about="" if total else days[-1].date.isoformat(),
        note=note or page.change(0, t("pages.today.same") if moved == 0 else ""),
        why=t("pages.today.no_vo2max") if now is None else "",
        spark=page.spark(values[-42:], tint),
    )


def _this_week(days: Sequence[DailyFitness], today: date) -> Piece:
    monday = periods.week_start(today)
    done = distance_m(days, monday, date.max)
    before = distance_m(days, monday - A_WEEK, today - A_WEEK)
    moved = round(units.km(change(done, before) or 0.0), 1)
    return page.stat(
        t("pages.today.this_week"),
        formatting.km(done, 1),
        "km",
        note=page.change(moved, f"{abs(moved):.1f} km" if moved else t("pages.today.same"), good=0),
    )


def curves(days: Sequence[DailyFitness], width: int = 8) -> Piece:
    """Return fitness and fatigue of the last six months."""
    title = t("pages.fitness_and_fatigue")
    drawing = charts.load(frames.daily(days[-HALF_YEAR_DAYS:]))
    return page.card(
        title, page.chart(drawing, title), width=width, aside=t("pages.today.six_months")
    )


def weeks(rows: Sequence[Summary], today: date, width: int = 4) -> Piece:
    """Return the distance of each of the last weeks."""
    title = t("pages.today.weekly")
    drawing = charts.distance(frames.summaries(rows, today))
    return page.card(title, page.chart(drawing, title), width=width, aside="km")


def zones_in_force(in_force: zones.InForce, index: PaceIndex | None) -> Piece:
    """Return the zones to train by: heart rate in bpm, and paces."""
    return zones.card(in_force, index)


def calendar(days: Sequence[CalendarDay], today: date) -> Piece:
    """Return the last year as a calendar whose days lead to their activities."""
    drawing = charts_calendar.calendar(frames.calendar(days), today - YEAR, today)
    return page.card(
        t("charts.calendar"), page.calendar(drawing), aside=t("pages.today.year"), name="calendars"
    )


def daily_form(days: Sequence[DailyFitness]) -> Piece:
    """Return the form of each day of the last six months."""
    title = t("pages.today.daily_form")
    drawing = charts.form(frames.daily(days[-HALF_YEAR_DAYS:]))
    return page.card(title, page.chart(drawing, title), aside=t("pages.today.six_months"))


def recent(rows: Sequence[ListedActivity], today: date, width: int = 8) -> Piece:
    """Return the latest activities."""
    return page.card(
        t("pages.today.recent"),
        common.activity_table(rows, today),
        width=width,
        aside=page.link(t("pages.today.all"), "activities.ipynb"),
    )


def body(days: Sequence[HealthDay], width: int = 4) -> Piece:
    """Return the latest resting heart rate, HRV and sleep, each with the day it is of."""
    rows = [
        _signal(days, "resting_hr_bpm", t("pages.health.resting_hr"), "bpm", "rose"),
        _signal(days, "hrv_ms", t("pages.health.hrv"), "ms", "mint"),
        _signal(days, "sleep_s", t("pages.health.sleep"), "", "violet"),
    ]
    return page.card(t("pages.health.title"), page.stats(*rows), width=width, name="body")


def _signal(days: Sequence[HealthDay], field: str, label: str, unit: str, tint: str) -> Piece:
    known = [(day.date, getattr(day, field)) for day in days if getattr(day, field) is not None]
    if not known:
        return page.stat(label, formatting.NOTHING, why=t("pages.health.none"))
    when, value = known[-1]
    text = formatting.spell(value) if field == "sleep_s" else formatting.number(value)
    return page.stat(
        label,
        text,
        unit,
        metric=field,
        note=formatting.day(when),
        spark=page.spark([getattr(day, field) for day in days[-30:]], tint),
    )
