"""The tiles of the page "calendar": a month of training, done and planned, and a week in words."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from runningcoach.base import i18n, periods, units
from runningcoach.base.i18n import t
from runningcoach.coach.plans.calendar import (
    EARLIEST_YEAR,
    LATEST_YEAR,
    TrainingCalendar,
    TrainingCalendarDay,
    TrainingCalendarWeek,
    sum_days,
)
from runningcoach.coach.plans.plan_in_force import PlanInForce
from runningcoach.derive.comparisons import fractions
from runningcoach.model.plan_request import TrainingPaces
from runningcoach.pages import formatting, page, session
from runningcoach.pages.markup import Piece, macros
from runningcoach.pages.tiles import planned, workouts
from runningcoach.pages.tiles.calendar_days import CalendarContext, day_cell, day_row

CALENDAR = macros("calendar")

A_DAY, A_WEEK = timedelta(days=1), timedelta(days=7)
SCRIPT_WORDS = (
    "move", "swap", "own_move", "pending", "stored", "effect_week", "effect_load", "effect_form",
    "effect_time", "effect_none", "new_error", "new_finding", "gone_finding", "copied", "past_day",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CalendarView:
    """The month that is shown, by its first day, and the week in words, by its Monday."""

    month: date
    week: date
    today: date

    @property
    def first(self) -> date:
        """The first day of the grid, a Monday."""
        return periods.week_start(self.month)

    @property
    def last(self) -> date:
        """The last day of the grid, a Sunday: after today there is always a whole week."""
        month_end = periods.month_end(self.month)
        is_now = self.month <= self.today <= month_end
        last = max(month_end, self.today + A_WEEK) if is_now else month_end
        return periods.week_start(last) + timedelta(days=6)

    def address(self, month: date, week: date | None = None) -> str:
        """Return the address of the page for another month, and a week in it perhaps."""
        place = f"calendar.ipynb?month={month:%Y-%m}"
        return f"{place}&week={week}#week" if week else place


def view(today: date) -> CalendarView:
    """Return what the address asks for; what it does not say, or says wrongly, is today's."""
    month = _month(session.query("month")) or periods.month_start(today)
    shown = CalendarView(month, periods.week_start(month), today)
    weeks = [_day(session.query("week")), today]
    fitting = (w for w in weeks if w is not None and shown.first <= w <= shown.last)
    week = next(fitting, month)
    return CalendarView(month, periods.week_start(week), today)


def _month(text: str | None) -> date | None:
    return _day(f"{text}-01") if text else None


def _day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if EARLIEST_YEAR <= day.year <= LATEST_YEAR else None


# ---- the month -------------------------------------------------------------------------------


def month(
    shown: CalendarView,
    found: TrainingCalendar,
    plan: PlanInForce,
    paces: TrainingPaces | None,
    today: date,
) -> Piece:
    """Return the month as a grid: each day with what is planned and what was run."""
    context = CalendarContext(today, shown.month, plan, paces, found.days)
    lengths = _bar_lengths(found.weeks)
    weeks = [
        _week(shown, week, days, bars, context)
        for week, days, bars in zip(found.weeks, _by_week(found.days), lengths, strict=True)
    ]
    grid = CALENDAR.month(
        {
            "weekdays": [t(f"charts.weekdays.{number}") for number in range(7)],
            "weeks": weeks,
            "plan_id": plan.editable.id if plan.editable else "",
            "today": today.isoformat(),
            "words": _script_words(),
            "legend": [(name, t(f"calendar.colours.{name}")) for name in workouts.COLOUR_NAMES],
        }
    )
    return page.card(
        _title(shown, plan, today),
        _summary(found.days, shown.month),
        grid,
        aside=_navigation(shown, today),
        name="month-card",
    )


def _title(shown: CalendarView, plan: PlanInForce, today: date) -> Piece:
    is_now = shown.month == periods.month_start(today)
    return CALENDAR.title(
        formatting.month(shown.month),
        t("calendar.now") if is_now else "",
        t("calendar.to_plan") if plan.current else "",
    )


def _navigation(shown: CalendarView, today: date) -> Piece:
    before = periods.month_start(shown.month - A_DAY)
    after = periods.month_end(shown.month) + A_DAY
    links = [
        (t("calendar.previous"), shown.address(before), "prev"),
        (t("calendar.today"), shown.address(periods.month_start(today)), ""),
        (t("calendar.next"), shown.address(after), "next"),
    ]
    return CALENDAR.navigation(links)


def _summary(days: Sequence[TrainingCalendarDay], month: date) -> Piece:
    """Return what the days of the month come to, against what was planned."""
    totals = sum_days(day for day in days if periods.month_start(day.date) == month)
    return page.stats(*planned.total_stats(totals))


def _by_week(days: Sequence[TrainingCalendarDay]) -> list[list[TrainingCalendarDay]]:
    by_week: dict[date, list[TrainingCalendarDay]] = {}
    for day in days:
        by_week.setdefault(periods.week_start(day.date), []).append(day)
    return list(by_week.values())


def _bar_lengths(weeks: Sequence[TrainingCalendarWeek]) -> list[tuple[int, int]]:
    """Return for each week how long its bars of planned and run distance are [%]."""
    metres = [float(m) for week in weeks for m in (week.planned_m, week.run_m)]
    percents = [round(units.percent(share)) for share in fractions(metres)]
    return list(zip(percents[::2], percents[1::2], strict=True))


def _week(
    shown: CalendarView,
    week: TrainingCalendarWeek,
    days: Sequence[TrainingCalendarDay],
    bars: tuple[int, int],
    context: CalendarContext,
) -> dict[str, object]:
    phase = context.plan.phases.get(week.start)
    return {
        "is_chosen": week.start == shown.week,
        "is_past": week.start + timedelta(days=6) < context.today,
        "href": shown.address(shown.month, week.start),
        "name": t("calendar.week_of", day=formatting.day(week.start)),
        "phase": t(f"calendar.phases.{phase}") if phase else "",
        "run": formatting.km(week.run_m, 1) if week.run_m else "",
        "planned": formatting.km(week.planned_m, 1) if week.planned_m else "",
        "planned_pct": bars[0],
        "run_pct": bars[1],
        "sessions": t("calendar.totals.of", done=week.workouts_done, all=week.workouts)
        if week.workouts
        else "",
        "days": [day_cell(day, context) for day in days],
    }


def _script_words() -> str:
    words = {name: t(f"calendar.script.{name}") for name in SCRIPT_WORDS}
    return json.dumps(words | {"findings": _finding_words()}, ensure_ascii=False)


def _finding_words() -> dict[str, str]:
    """Return what each rule says, by its code and key, with blanks."""
    tables = i18n.words(i18n.language(), "findings")
    return {
        f"{code}.{key}": text
        for code, table in tables.items()
        if code.startswith("v")
        for key, text in table.items()
        if isinstance(text, str)
    }


# ---- the week --------------------------------------------------------------------------------


def week(
    shown: CalendarView,
    found: TrainingCalendar,
    plan: PlanInForce,
    paces: TrainingPaces | None,
    today: date,
) -> Piece:
    """Return the days of one week, each with its sessions in words."""
    context = CalendarContext(today, shown.month, plan, paces, found.days)
    days = [day for day in found.days if periods.week_start(day.date) == shown.week]
    totals = next(week for week in found.weeks if week.start == shown.week)
    rows = [day_row(day, context) for day in days]
    return page.card(
        _week_title(shown.week, plan),
        page.stats(*planned.total_stats(totals)),
        CALENDAR.week(rows),
        width=8,
        aside=_week_navigation(shown),
        name="week-card",
    )


def _week_title(monday: date, plan: PlanInForce) -> Piece:
    title = t(
        "calendar.from_to",
        first=formatting.day(monday),
        last=formatting.day(monday + timedelta(days=6)),
    )
    phase = plan.phases.get(monday)
    return CALENDAR.title(title, t(f"calendar.phases.{phase}") if phase else "")


def _week_navigation(shown: CalendarView) -> Piece:
    before, after = shown.week - A_WEEK, shown.week + A_WEEK
    links = [
        (t("calendar.previous_week"), _of_week(shown, before), "prev"),
        (t("calendar.next_week"), _of_week(shown, after), "next"),
    ]
    return CALENDAR.navigation(links)


def _of_week(shown: CalendarView, monday: date) -> str:
    """Return the address of a week, in the month that is shown where it lies in its grid."""
    inside = shown.first <= monday <= shown.last
    return shown.address(shown.month if inside else periods.month_start(monday), monday)
