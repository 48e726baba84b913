"""How runs compare with the plan: of one activity step by step, of a week session by session."""

from runningcoach.base.i18n import t
from runningcoach.coach.plans.adherence.run_sessions import RunSession
from runningcoach.pages import formatting, page
from runningcoach.pages.markup import Piece, macros
from runningcoach.pages.tiles import workouts

WORKOUTS = macros("workouts")


def of_activity(found: RunSession | None) -> Piece:
    """Return the planned workout beside the run, step by step; nothing for an unplanned run."""
    if found is None:
        return ""
    planned, went = found
    return page.card(
        t("calendar.activity.title"),
        WORKOUTS.session(
            workouts.colour(planned.workout),
            workouts.title(planned.workout),
            workouts.verdict_badge(went),
            t("calendar.activity.on_day", day=formatting.day(went.workout_date)),
            _excuse(went.excuse),
            workouts.step_table(went.steps),
        ),
        aside=page.link(t("calendar.today_card.all"), _address(found)),
        name="against-plan",
    )


def _excuse(excuse: str | None) -> str:
    """Return in words what the comparison allowed for."""
    if not excuse:
        return ""
    names = [t(f"adherence.excuse.{name}") for name in excuse.split(", ")]
    return t("calendar.activity.excuse", excuse=", ".join(names))


def _address(found: RunSession) -> str:
    return f"calendar.ipynb?month={found.adherence.workout_date:%Y-%m}"
