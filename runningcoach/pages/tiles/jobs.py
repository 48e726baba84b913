"""The tiles of the page "jobs": what runs when, and what became of it."""

from collections.abc import Container, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from runningcoach.base import i18n, periods
from runningcoach.base.i18n import t
from runningcoach.jobs import due_times, job_table
from runningcoach.model.user import User
from runningcoach.pages import formatting, page
from runningcoach.pages.markup import Piece, macros
from runningcoach.store import home as homes
from runningcoach.store.job_runs import JobRun

JOBS = macros("jobs")
FORMS = macros("forms")

API = "/api/v1/jobs"
LOOKS = {
    "succeeded": "good",
    "failed": "bad",
    "timed_out": "bad",
    "crashed": "bad",
    "missed": "warn",
    "skipped": "warn",
}
"""The looks of states; those that are not named are plain."""


def disk(home: Path) -> Piece:
    """Return why no run begins, where the disk is full; else nothing."""
    if homes.has_room(home):
        return ""
    return page.notice(t("jobs.page.disk_full"), t("jobs.page.disk_full_hint"), kind="bad")


def plan(user: User, connected: Container[int], latest: Mapping[str, JobRun]) -> Piece:
    """Return the jobs of this runner, when each runs next, its last run, and a button for now."""
    jobs = job_table.jobs_for(job_table.table(), user, connected)
    head = [t(f"jobs.page.{name}") for name in ("job", "next", "last", "state", "by_hand")]
    rows = [_planned(job, user, latest.get(job.name)) for job in jobs]
    return page.card(t("jobs.page.plan"), page.table(head, rows, name="jobs"), FORMS.told())


def _planned(job: job_table.Job, user: User, last: JobRun | None) -> list[Piece]:
    following = due_times.next_after(job, user, periods.now())
    return [
        page.explained(_words("names", job.name), _words("about", job.name)),
        _when(following, user) if following else t("jobs.never"),
        _when(last.ended_at or last.queued_at, user) if last else t("jobs.yet"),
        _state(last) if last else formatting.NOTHING,
        _cancel(last) if last and not last.ended_at else _run(job),
    ]


def _run(job: job_table.Job) -> Piece:
    return FORMS.send(t("jobs.page.run"), f"{API}/{job.name}/run")


def _cancel(run: JobRun) -> Piece:
    """Return the button that cancels a run; the page's script looks how the run goes."""
    return JOBS.cancel(f"{API}/runs/{run.id}", run.state)


def runs(rows: Sequence[JobRun], user: User) -> Piece:
    """Return the last runs, each with its report."""
    if not rows:
        return page.notice(t("jobs.page.none"), t("jobs.page.none_hint"))
    head = [t(f"jobs.page.{name}") for name in ("job", "due", "state", "lasted", "report")]
    return page.card(
        t("jobs.page.runs"), page.table(head, [_ran(row, user) for row in rows], name="runs")
    )


def _ran(run: JobRun, user: User) -> list[Piece]:
    said = JOBS.name(_words("names", run.job), _why(run))
    return [said, _when(run.scheduled_for, user), _state(run), _lasted(run), _report(run)]


def _why(run: JobRun) -> str:
    """Return why a run did not succeed, and at which attempt."""
    again = t("jobs.page.attempt", number=run.attempt) if run.attempt > 1 else ""
    why = _words("why", run.error_code) if run.error_code else ""
    return " ".join(filter(None, [again, why, run.error]))


def _state(run: JobRun) -> Piece:
    return page.badge(_words("states", run.state), LOOKS.get(run.state, ""))


def _lasted(run: JobRun) -> str:
    if not run.started_at or not run.ended_at:
        return formatting.NOTHING
    seconds = (run.ended_at - run.started_at).total_seconds()
    return (
        t("jobs.page.seconds", seconds=f"{seconds:.0f}")
        if seconds < 60
        else formatting.spell(seconds)
    )


def _report(run: JobRun) -> Piece:
    if run.report is None:
        return formatting.NOTHING
    return page.link(t("jobs.page.open"), f"{API}/runs/{run.id}/report")


def _when(moment: datetime, user: User) -> str:
    local = moment.astimezone(ZoneInfo(user.timezone))
    return f"{formatting.day(local.date())} {local:%H:%M}"


def _words(group: str, name: str) -> str:
    """Return the words for a name; a job of the owner's own table is called by its name."""
    return i18n.words(i18n.language(), "jobs")[group].get(name, name)
