"""What may be spent on models: looked at before each call, in the runner's own days.

A call at an unknown price cannot be held against a budget: it is allowed, counted and shown as
unknown. What a call may cost at most is reserved when it is let through, and until it is in the
ledger, so that several calls at a time cannot pass a budget together.
"""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg

from runningcoach.base import periods
from runningcoach.base.errors import Phrase, RunningCoachError
from runningcoach.coach.talk.prices import total_usd
from runningcoach.model.conversation import AiSettings, BudgetState
from runningcoach.model.user import User
from runningcoach.store import ai_calls

type Connection = psycopg.Connection[Any]

RESERVED_FOR = timedelta(minutes=10)
"""After that a call without an entry in the ledger is dead; none may take so long."""
LEAST_SHOWN_USD = 0.0001
"""Money is shown to this; what is less, to all its decimals."""


class BudgetUsed(RunningCoachError):
    """A call may cost more than is left of the day's or the month's budget."""

    code = "talk.budget_used"
    status = 409


def budget_state(conn: Connection, user: User, settings: AiSettings, now: datetime) -> BudgetState:
    """Return what was spent today and this month, by the calendar of the runner's zone.

    Calls of unknown price are those of the month.
    """
    spent_today, _ = ai_calls.spent(conn, user.id, _day_start(now, user))
    spent_month, unknown = ai_calls.spent(conn, user.id, _month_start(now, user))
    return BudgetState(
        spent_today_usd=spent_today,
        daily_budget_usd=settings.daily_budget_usd,
        spent_month_usd=spent_month,
        monthly_budget_usd=settings.monthly_budget_usd,
        unknown_price_calls=unknown,
    )


def check_budget(
    conn: Connection, user: User, settings: AiSettings, at_most_usd: float | None, now: datetime
) -> None:
    """Let a call through that costs `at_most_usd`, None if unknown, and reserve that. Once a call.

    Raises BudgetUsed where it may cost more than is left of a budget. The entry in the ledger
    (store.ai_calls.add), which every call gets, failed ones too, ends the reservation.
    """
    with conn.transaction():
        ai_calls.lock_budget(conn, user.id)
        if at_most_usd is not None:
            _refuse_what_is_too_much(conn, user, settings, at_most_usd, now)
        ai_calls.reserve(conn, user.id, at_most_usd or 0.0, now)


def _refuse_what_is_too_much(
    conn: Connection, user: User, settings: AiSettings, at_most_usd: float, now: datetime
) -> None:
    state = budget_state(conn, user, settings, now)
    under_way = ai_calls.reserved(conn, user.id, now - RESERVED_FOR)
    for period, spent, budget, goes_on_at in (
        ("monthly", state.spent_month_usd, state.monthly_budget_usd, _next_month(now, user)),
        ("daily", state.spent_today_usd, state.daily_budget_usd, _next_day(now, user)),
    ):
        used = total_usd((spent, under_way)) or 0.0
        if (total_usd((used, at_most_usd)) or 0.0) > budget:
            raise BudgetUsed(
                period=Phrase(f"talk.budget.{period}"),
                spent_usd=_money(used),
                budget_usd=_money(budget),
                at_most_usd=_money(at_most_usd),
                goes_on_at=Phrase("talk.budget.never")
                if at_most_usd > min(state.monthly_budget_usd, state.daily_budget_usd)
                else periods.clock(goes_on_at, user.timezone),
            )


def _money(usd: float) -> str:
    return f"{usd:.8f}" if 0 < usd < LEAST_SHOWN_USD else f"{usd:.4f}"


def _day_start(now: datetime, user: User) -> datetime:
    zone = ZoneInfo(user.timezone)
    return datetime.combine(now.astimezone(zone).date(), time(0), zone)


def _month_start(now: datetime, user: User) -> datetime:
    return _day_start(now, user).replace(day=1)


def _next_day(now: datetime, user: User) -> datetime:
    return _day_start(now, user) + timedelta(days=1)  # by the clock on the wall


def _next_month(now: datetime, user: User) -> datetime:
    return (_month_start(now, user) + timedelta(days=31)).replace(day=1)
