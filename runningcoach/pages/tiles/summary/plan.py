"""A week against the plan: how far, how many sessions, and how each of them went."""

from runningcoach.base.i18n import t
from runningcoach.coach.plans.calendar import CalendarWorkout, TrainingCalendar, sum_days
from runningcoach.pages import formatting, page
from runningcoach.pages.markup import Piece
from runningcoach.pages.tiles import planned, workouts


def against_plan(found: TrainingCalendar) -> Piece:
    """Return what was planned beside what was run; nothing where nothing was planned."""
    rows = [workout for day in found.days for workout in day.workouts]
    if not rows:
        return ""
    head = [t(f"calendar.columns.{name}") for name in ("session", "day", "planned", "verdict")]
    return page.card(
        t("calendar.summary.title"),
        page.stats(*planned.total_stats(sum_days(found.days))),
        page.table(head, [_row(row) for row in rows], name="tight sessions"),
    )


def _row(row: CalendarWorkout) -> list[Piece]:
    return [
        workouts.title(row.workout),
        formatting.day(row.day) if row.day else formatting.NOTHING,
        workouts.about(row.distance_m, row.duration_s),
        workouts.verdict_badge(row.adherence) if row.adherence else formatting.NOTHING,
    ]
