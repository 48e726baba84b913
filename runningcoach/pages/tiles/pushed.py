"""The tiles of a run that sends workouts to Garmin's calendar."""

from datetime import date

from runningcoach.base.i18n import t
from runningcoach.jobs import PushReport
from runningcoach.pages import formatting, page
from runningcoach.pages.markup import Piece


def intro(days: int, day: date) -> Piece:
    """Return what a run of a day is to send."""
    lead = page.paragraph(t("publish.report.lead", days=days), "lead")
    return page.card(t("jobs.names.workout_push"), lead, aside=formatting.full_day(day))


def outcome(report: PushReport) -> Piece:
    """Return what was sent, and what was not and why."""
    lines = (page.paragraph(line, "hint") for line in str(report).splitlines())
    return page.card(t("publish.report.title"), *lines)
