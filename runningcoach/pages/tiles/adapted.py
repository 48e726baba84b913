"""The tiles of a run that looks at the plan: what was proposed, why, and what is pushed."""

from datetime import date

from runningcoach.base.i18n import t
from runningcoach.jobs import AdaptationReport
from runningcoach.pages import formatting, page
from runningcoach.pages.markup import Piece
from runningcoach.store.job_runs import JobRun


def intro(day: date) -> Piece:
    """Return what a run of a day is to do."""
    lead = page.paragraph(t("adaptation.report.lead"), "lead")
    return page.card(t("jobs.names.plan_adaptation"), lead, aside=formatting.full_day(day))


def outcome(report: AdaptationReport) -> Piece:
    """Return what became of the plan, and why where a change is proposed."""
    version = report.proposal.version if report.proposal else ""
    words = t(f"adaptation.report.{report.outcome}", version=version)
    is_open = report.proposal is not None and report.outcome in ("proposed", "kept")
    reasons = report.proposal.reasons if report.proposal and is_open else []
    lines = (page.paragraph(t(one.key, **one.values)) for one in reasons)
    return page.card(t("adaptation.report.title"), page.paragraph(words, "lead"), *lines)


def push(run: JobRun | None) -> Piece:
    """Return whether workouts are about to go to the watch."""
    words = t(f"adaptation.report.{'push_queued' if run else 'push_none'}")
    return page.card(t("adaptation.report.push_title"), page.paragraph(words, "hint"))
