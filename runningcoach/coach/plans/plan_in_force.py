"""The plan behind the calendar: the one that is followed, and what a proposal would change."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

import psycopg

from runningcoach.coach.plans.plan_diff import ChangedDay, diff_plans
from runningcoach.model.plan import Phase
from runningcoach.model.stored_plan import StoredPlan
from runningcoach.store import plans

type Connection = psycopg.Connection[Any]

SMALL_ORIGINS = frozenset({"edit", "adaptation"})
"""Origins of proposals that change days of the plan; others are a plan of their own."""


class PlanInForce(NamedTuple):
    """The current plan, the proposed one, and by day what the proposal would change."""

    current: StoredPlan | None
    proposed: StoredPlan | None
    changes: Mapping[date, ChangedDay]

    @property
    def is_small_change(self) -> bool:
        """Whether the proposal changes some days of the current plan."""
        proposed = self.proposed
        return proposed is not None and (
            self.current is not None and proposed.origin in SMALL_ORIGINS
        )

    @property
    def editable(self) -> StoredPlan | None:
        """The version that an edit of the calendar changes; None where there is none."""
        if self.proposed is None:
            return self.current
        return self.proposed if self.is_small_change else None

    @property
    def phases(self) -> dict[date, Phase]:
        """The phase of each week of the current plan, by the week's first day."""
        return {} if self.current is None else {w.start: w.phase for w in self.current.plan.weeks}


def load_plan_in_force(conn: Connection, user_id: int, today: date) -> PlanInForce:
    """Return the plan that the runner follows and the one that waits, with its changes to come."""
    current, proposed = plans.get_current(conn, user_id), plans.get_proposed(conn, user_id)
    found = PlanInForce(current, proposed, {})
    if current is None or proposed is None or not found.is_small_change:
        return found
    changes = diff_plans(current.plan, proposed.plan, None, today).days
    return found._replace(changes={day.date: day for day in changes})
