"""The way of a plan to the watch, into files and back, and its versions."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from runningcoach.base import i18n
from runningcoach.base.i18n import t
from runningcoach.base.settings import Settings
from runningcoach.coach.plans.overview import PlanOverview
from runningcoach.jobs.workout_push_requests import WORKOUT_PUSH
from runningcoach.model.connection import GarminConnection
from runningcoach.model.stored_plan import WorkoutDelivery
from runningcoach.pages import formatting, page, session
from runningcoach.pages.markup import Piece, macros
from runningcoach.pages.tiles import plan as tiles
from runningcoach.store.job_runs import JobRun
from runningcoach.store.plans import PlanVersion

PLAN = macros("plan")

STATE_LOOKS = {"scheduled": "good", "uploaded": "warn", "planned": "", "blocked": "bad"}
MOST_ROWS = 14


def card(
    overview: PlanOverview | None,
    rows: Sequence[WorkoutDelivery],
    lanes: Iterable[GarminConnection],
    runs: Mapping[str, JobRun],
    chosen: Settings,
) -> Piece:
    """Return how far workouts have come on their way, or how to get them there.

    `runs` are the latest of each job.
    """
    if overview is None:
        return ""
    title, stored = t("plan_page.watch.title"), overview.stored
    if stored.status != "current":
        return page.card(title, page.paragraph(t("plan_page.watch.not_current"), "hint"), width=7)
    is_signed_in = any(one.lane == "signin" and one.status == "connected" for one in lanes)
    can_send = is_signed_in and chosen.push_workouts
    key = "ready" if can_send else "off" if is_signed_in else "no_sign_in"
    return page.card(
        title,
        PLAN.watch(
            t(f"plan_page.watch.{key}", days=chosen.push_days)
            if key == "ready"
            else t(f"plan_page.watch.{key}"),
            can_send,
            is_signed_in,
            f"{tiles.API}/{stored.id}",
            _under_way(runs.get(WORKOUT_PUSH)),
        ),
        _states(rows, overview.athlete.today) if can_send or rows else "",
        width=7,
        name="watch",
    )


def _under_way(push: JobRun | None) -> JobRun | None:
    return push if push and not push.ended_at else None


def _states(rows: Sequence[WorkoutDelivery], today: date) -> Piece:
    if not rows:
        return page.paragraph(t("plan_page.watch.none"), "none")
    head = [t(f"plan_page.watch.{name}") for name in ("day", "workout", "state")]
    return page.table(head, [_row(row, today) for row in rows[:MOST_ROWS]], name="tight deliveries")


def _row(row: WorkoutDelivery, today: date) -> list[Piece]:
    state = page.badge(t(f"plan_page.watch.states.{row.state}"), STATE_LOOKS.get(row.state, ""))
    blocked = i18n.words(i18n.language(), "publish")["blocked"]
    why = blocked.get(row.error or "", "")
    return [
        formatting.short_day(row.date, today),
        PLAN.with_reason(row.workout.title, why),
        state,
    ]


def files(overview: PlanOverview | None, versions: Sequence[PlanVersion]) -> Piece:
    """Return the ways into a file and back, and the versions that there are."""
    if overview is None:
        return page.card(t("plan_page.files.import"), PLAN.importing(f"{tiles.API}/import"))
    stored = overview.stored
    return page.card(
        t("plan_page.files.title"),
        PLAN.files(f"{tiles.API}/{stored.id}/export", f"{tiles.API}/import"),
        PLAN.versions([_version(version, stored.id) for version in versions]),
        width=5,
        name="plan-files",
    )


def _version(version: PlanVersion, shown_id: int) -> dict[str, object]:
    made = version.created_at.astimezone(ZoneInfo(session.user().timezone))
    return {
        "href": f"{tiles.PAGE}?id={version.id}",
        "number": version.version,
        "title": version.title,
        "made": formatting.short_day(made.date(), session.today()),
        "origin": t(f"plan_page.origin.{version.origin}"),
        "status": t(f"plan_page.status.{version.status}"),
        "look": tiles.STATUS_LOOKS[version.status],
        "is_shown": version.id == shown_id,
    }
