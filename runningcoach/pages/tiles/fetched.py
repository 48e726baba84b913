"""The tiles of a run that asks Garmin: what for, what came, and why it ended before its time."""

from datetime import date

from runningcoach.base.i18n import t
from runningcoach.ingest.garmin import connection_status
from runningcoach.ingest.garmin.sync_report import SyncReport
from runningcoach.jobs import GarminOrder, sync_requests
from runningcoach.pages import formatting, page
from runningcoach.pages.markup import Piece


def asked(order: GarminOrder, day: date) -> Piece:
    """Return what a run of a day is to bring."""
    name = t(f"jobs.names.{sync_requests.JOBS[order.mode]}")
    wish = page.paragraph(_wish(order), "lead")
    return page.card(name, wish, aside=formatting.full_day(day))


def _wish(order: GarminOrder) -> str:
    if order.mode == "range":
        return t("jobs.fetched.range", first=order.first, last=order.last)
    if order.mode == "backfill" and order.days:
        return t("jobs.fetched.back", days=order.days)
    return t(f"jobs.fetched.{order.mode}")


def brought(report: SyncReport) -> Piece:
    """Return what a run brought."""
    counts = {
        "new": report.new,
        "changed": report.changed,
        "deleted": report.deleted,
        "days": len(report.days),
        "parked": report.parked,
        "requests": report.requests,
    }
    numbers = (
        page.stat(t(f"jobs.fetched.{name}"), formatting.number(count))
        for name, count in counts.items()
    )
    return page.card(t("jobs.fetched.title"), page.stats(*numbers), _ended(report))


def _ended(report: SyncReport) -> Piece:
    """Return in words whether everything came."""
    words = (
        connection_status.code_text("stopped", report.stopped)
        if report.stopped
        else t("jobs.fetched.whole")
    )
    return page.paragraph(words, "hint")
