"""The training plan in a notebook: to look at, to edit, and to approve exactly what was shown."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from runningcoach.base import i18n, periods
from runningcoach.base.errors import RunningCoachError
from runningcoach.coach.plans import versions
from runningcoach.coach.plans.overview import PlanOverview, load_overview
from runningcoach.coach.plans.plan_days import day_of
from runningcoach.coach.plans.text.render import render_workout
from runningcoach.model.plan_edit import PlanEdit
from runningcoach.public_api import connections, plan_frames
from runningcoach.public_api.plan_editor import PlanDate, PlanEditor, to_date
from runningcoach.public_api.plan_prices import NotebookPrice

if TYPE_CHECKING:
    import altair as alt


GLANCE = ["start", "phase", "km", "done_km", "longest_km", "load", "tsb"]
"""Columns of the weeks that a plan shows of itself."""


class EditsPending(RunningCoachError):
    """There are edits that were not proposed, so what is approved is not what is shown."""

    code = "plan_workbench.edits_pending"
    status = 409


class PlanWorkbench:
    """A version of the runner's plan, as `rc.plan()` returns it.

    What it shows was read when it was made. Everything but `propose`, `approve` and `reject` reads
    through sessions that cannot write; these three do what the page's buttons do, for the same
    user alone, each in one transaction.

    Attributes
    ----------
    overview : PlanOverview
        The records behind the frames: the version, the athlete's state, findings, simulation.
    edit : PlanEditor
        Edits to come: `move`, `swap`, `scale`, `scale_week`, `replace`, `make_easy`, `fix`,
        `undo`.

    Examples
    --------
    >>> plan = rc.plan(today=date(2026, 11, 22))
    >>> plan.adherence[["run_date", "verdict", "compliance_pct"]].tail(2)
                  run_date verdict  compliance_pct
    date
    2026-11-18  2026-11-18    done           100.0
    2026-11-19  2026-11-20   moved            90.0
    >>> plan.edit.replace("2026-11-22", "14km E").week_km_change
    {datetime.date(2026, 11, 16): -3.5}
    >>> plan.edit
    <PlanEditor: 1 pending>
    >>> plan.propose().diff[["change", "after"]]
                 change   after
    date
    2026-11-22  changed  14km E
    >>> plan.reject().status
    'rejected'
    """

    def __init__(
        self, user_id: int, plan_id: int | None = None, today: PlanDate | None = None
    ) -> None:
        self._user_id = user_id
        self._today = None if today is None else to_date(today)
        self._load(plan_id)

    def _load(self, plan_id: int | None) -> None:
        with connections.reading(self._user_id) as (conn, user):
            self._language = user.language
            today = self._today or periods.today(user.timezone)
            overview = load_overview(conn, user.id, today, plan_id)
        if overview is None:
            raise versions.NoCurrentPlan
        self.overview: PlanOverview = overview
        self.edit = PlanEditor(self._price, overview.findings)

    # ---- what it is ------------------------------------------------------------------------

    @property
    def id(self) -> int:
        """Return the number of the version, as the API and commands take it."""
        return self.overview.stored.id

    @property
    def today(self) -> date:
        """Return the day as of which it is judged and edited."""
        return self.overview.athlete.today

    @property
    def status(self) -> str:
        """Return "proposed", "current", "archived" or "rejected"."""
        return self.overview.stored.status

    @property
    def sha256(self) -> str:
        """Return the hash of what is shown, which an approval is bound to."""
        return self.overview.stored.sha256

    @property
    def weeks(self) -> pd.DataFrame:
        """Return one row a week, with the columns of `OverviewWeek`.

        `km` and `minutes` are planned, `done_km` is what was run: NaN where it has not begun.
        """
        return plan_frames.weeks_frame(self.overview)

    @property
    def days(self) -> pd.DataFrame:
        """Return one row a workout, by date, with its steps, its reasons and how it went."""
        with i18n.speaking(self._language):
            return plan_frames.days_frame(self.overview)

    @property
    def findings(self) -> pd.DataFrame:
        """Return what the rules find: an error blocks approval, a warning does not."""
        with i18n.speaking(self._language):
            return plan_frames.findings_frame(self.overview)

    @property
    def simulation(self) -> pd.DataFrame:
        """Return load, `ctl`, `atl` and `tsb` of every day that the plan leads to."""
        return plan_frames.simulation_frame(self.overview)

    @property
    def race(self) -> pd.Series:
        """Return the race: its day, the form [load/day] and the range of the time [s] on it."""
        return plan_frames.race_series(self.overview)

    @property
    def diff(self) -> pd.DataFrame:
        """Return the days that differ from the current version, or from what it came from."""
        return plan_frames.diff_frame(self.overview)

    @property
    def adherence(self) -> pd.DataFrame:
        """Return how the past workouts went: verdict and score, 0 to 100."""
        return plan_frames.adherence_frame(self.overview)

    def text(self, day: PlanDate) -> str:
        """Return the workouts of a day in the text form, as `edit.replace` takes one."""
        found = day_of(self.overview.stored.plan, to_date(day))
        return "\n".join(render_workout(workout) for workout in found.workouts) if found else ""

    # ---- changing it -----------------------------------------------------------------------

    def propose(self) -> "PlanWorkbench":
        """Store the pending edits as a proposed version, and show that one."""
        with connections.writing(self._user_id) as (conn, user):
            today = self.today
            stored = versions.edit_plan(conn, user.id, self.id, self.edit.pending, today)
        self._load(stored.id)
        return self

    def approve(self) -> "PlanWorkbench":
        """Make the proposed version that is shown the current one; its workouts go to the watch.

        Raises EditsPending, PlanNotProposed, PlanHashDiffers where something else is stored by
        now, and PlanHasErrors.
        """
        from runningcoach.jobs.workout_push_requests import approve_and_push

        if self.edit.pending:
            raise EditsPending(count=len(self.edit.pending))
        with connections.writing(self._user_id) as (conn, user):
            approve_and_push(conn, user, self.id, self.sha256, self.today)
        self._load(self.id)
        return self

    def reject(self) -> "PlanWorkbench":
        """Reject the proposed version; the current one stays."""
        with connections.writing(self._user_id) as (conn, user):
            versions.reject_plan(conn, user.id, self.id)
        self._load(self.id)
        return self

    def _price(self, edits: Sequence[PlanEdit]) -> NotebookPrice:
        with connections.reading(self._user_id) as (conn, user):
            price = versions.price_edits(conn, user.id, self.id, edits, self.today)
            return NotebookPrice(**dict(price), language=user.language)

    # ---- showing it ------------------------------------------------------------------------

    def chart(self) -> "alt.VConcatChart":
        """Draw the distance of the weeks, planned and run, and fitness, fatigue and form."""
        from runningcoach.public_api.plan_chart import plan_chart

        with i18n.speaking(self._language):
            return plan_chart(self.overview)

    def __repr__(self) -> str:
        stored = self.overview.stored
        return f"<PlanWorkbench {stored.id}: {stored.plan.title}, {stored.status}>"

    def _repr_html_(self) -> str:
        from runningcoach.pages import markup

        with i18n.speaking(self._language):
            head = markup.macros("plan_notebook").head(self.overview.stored)
        return f"{head}{self.weeks[GLANCE].round(1).to_html(na_rep='')}"
