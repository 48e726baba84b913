"""Look at a runner's plan on a day; propose a changed one, or take back what no longer fits."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import psycopg

from runningcoach.coach.plans.adaptation.case import PlanProposal, Sign, sign_of
from runningcoach.coach.plans.adaptation.propose import propose
from runningcoach.coach.plans.adaptation.signals import load_signals
from runningcoach.coach.plans.athlete import load_athlete
from runningcoach.coach.plans.versions import propose_plan
from runningcoach.model.plan import Plan, PlanDay
from runningcoach.model.plan_request import AthleteState
from runningcoach.model.stored_plan import AdaptationOutcome, StoredPlan
from runningcoach.store import adherence, fitness, garmin, plans

type Connection = psycopg.Connection[Any]


@dataclass(frozen=True, slots=True)
class AdaptationReport:
    """What became of a look at a plan, and the version that is proposed or was taken back.

    `no_plan`: none is followed; `stands`: nothing is to be changed; `proposed`: a new version
    waits for the runner; `kept`: that of an earlier look still does; `waiting`: a proposal of
    another origin waits, so that nothing was looked at; `withdrawn`: its sign is gone; `behind`:
    the last sync is more than a day old, so that what was run is not known.
    """

    outcome: AdaptationOutcome
    proposal: StoredPlan | None = None


def adapt_plan(
    conn: Connection,
    user_id: int,
    today: date,
    language: str = "ko",
) -> AdaptationReport:
    """Propose a change of the current plan where a sign asks for one; the runner decides.

    At most one proposal is open: a new one takes the place of one that was made earlier, and one
    that would not be made today is archived. What the runner rejected is not proposed for the same
    sign again. The same tables give the same answer.
    """
    with conn.transaction():
        plans.lock(conn, user_id)
        current, waiting = plans.get_current(conn, user_id), plans.get_proposed(conn, user_id)
        if waiting is not None and waiting.origin != "adaptation":
            return AdaptationReport("waiting", waiting)
        if current is None:
            return AdaptationReport("no_plan")
        if _is_sync_behind(conn, user_id, today):
            return AdaptationReport("behind")
        athlete = load_athlete(conn, user_id, today)
        proposal = _propose(conn, user_id, current, athlete, language)
        if proposal is None:
            return _withdraw(conn, user_id, waiting)
        if waiting is not None and _is_same_ahead(waiting, proposal, athlete):
            return AdaptationReport("kept", waiting)
        stored = propose_plan(
            conn, user_id, proposal.plan, "adaptation", current.id, proposal.reasons
        )  # fmt: skip
        return AdaptationReport("proposed", stored)


def _is_sync_behind(conn: Connection, user_id: int, today: date) -> bool:
    """Return whether runs may be missing: a sync worked once, but not today or yesterday."""
    last = garmin.sync_marks(conn, user_id).last_success_at
    if last is None or not _is_synced(conn, user_id):
        return False
    zone = ZoneInfo(fitness.get_profile(conn, user_id).timezone)
    return (today - last.astimezone(zone).date()).days > 1


def _is_synced(conn: Connection, user_id: int) -> bool:
    """Return whether there is a connection that was not ended by the runner."""
    lanes = garmin.connections(conn, user_id)
    return any(lane.status != "disconnected" for lane in lanes)


def _propose(
    conn: Connection,
    user_id: int,
    current: StoredPlan,
    athlete: AthleteState,
    language: str,
) -> PlanProposal | None:
    plan, today = current.plan, athlete.today
    return propose(
        plan,
        athlete,
        adherence.list_between(conn, user_id, plan.weeks[0].start, today),
        today,
        load_signals(conn, user_id, plan, athlete),
        language,
        declined=_declined_signs(conn, user_id),
    )


def _declined_signs(conn: Connection, user_id: int) -> set[Sign]:
    return {sign_of(one) for one in plans.list_declined_reasons(conn, user_id)}


def _withdraw(conn: Connection, user_id: int, waiting: StoredPlan | None) -> AdaptationReport:
    """Archive a proposal that would not be made today."""
    if waiting is None:
        return AdaptationReport("stands")
    withdrawn = plans.set_status(conn, user_id, waiting.id, "proposed", "archived")
    return AdaptationReport("withdrawn", withdrawn)


def _is_same_ahead(waiting: StoredPlan, proposal: PlanProposal, athlete: AthleteState) -> bool:
    """Return whether two proposals are one for the days to come."""
    ahead = [
        {day: one for day, one in _days(plan).items() if day >= athlete.today}
        for plan in (waiting.plan, proposal.plan)
    ]
    return ahead[0] == ahead[1]


def _days(plan: Plan) -> dict[date, PlanDay]:
    return {day.date: day for week in plan.weeks for day in week.days}
