"""Budgets: of the runner's day and month, before a call, and for several at a time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest

from runningcoach.coach.talk.budget import BudgetUsed, budget_state, check_budget
from runningcoach.model.conversation import AiSettings, BudgetState, ModelUsage, NewModelCall
from runningcoach.store import ai_calls, database

NOW = datetime(2026, 11, 30, 3, tzinfo=UTC)  # noon in Seoul
MIDNIGHT = datetime(2026, 11, 29, 15, tzinfo=UTC)
SETTINGS = AiSettings(daily_budget_usd=0.01, monthly_budget_usd=0.05)


@pytest.fixture
def spend(conn, user):
    """A function that enters money spent at a moment in the ledger."""

    def spend(cost_usd, at=NOW):
        usage = ModelUsage(input_tokens=10, output_tokens=1)
        call = NewModelCall(purpose="chat", model="m", usage=usage, cost_usd=cost_usd)
        stored = ai_calls.add(conn, user.id, call)
        conn.execute("UPDATE ai_calls SET called_at = %s WHERE id = %s", [at, stored.id])

    return spend


def refusal(conn, user, at_most_usd, settings=SETTINGS, now=NOW):
    with pytest.raises(BudgetUsed) as caught:
        check_budget(conn, user, settings, at_most_usd, now)
    assert (caught.value.code, caught.value.status) == ("talk.budget_used", 409)
    return caught.value


def test_state_is_of_the_runners_day_and_month(conn, user, spend):
    spend(0.001, MIDNIGHT)
    spend(0.002, MIDNIGHT - timedelta(seconds=1))
    spend(0.004, datetime(2026, 10, 31, 15, tzinfo=UTC))
    spend(0.008, datetime(2026, 10, 31, 14, 59, tzinfo=UTC))
    spend(None)
    assert budget_state(conn, user, SETTINGS, NOW) == BudgetState(
        spent_today_usd=0.001,
        daily_budget_usd=0.01,
        spent_month_usd=0.007,
        monthly_budget_usd=0.05,
        unknown_price_calls=1,
    )


def test_a_budget_of_a_cent_stops_the_next_call(conn, user, spend):
    check_budget(conn, user, SETTINGS, 0.0075, NOW)
    spend(0.0075)
    check_budget(conn, user, SETTINGS, 0.0025, NOW)  # to the last fraction of it
    spend(0.0025)
    told = refusal(conn, user, 0.00000001)
    assert told.what("en") == (
        "The daily budget does not allow this: 0.0100 of 0.0100 US dollars are spent,"
        " and the request may cost 0.00000001 more."
    )
    assert "2026-12-01 00:00" in told.remedy("en")
    assert "2026-12-01 00:00" in told.remedy("ko")
    check_budget(conn, user, SETTINGS, 0.01, NOW + timedelta(hours=12))  # after midnight


def test_the_budget_of_the_month_holds_on_a_new_day(conn, user, spend):
    spend(0.045, MIDNIGHT - timedelta(days=3))
    told = refusal(conn, user, 0.006)
    assert told.what("en").startswith("The monthly budget does not allow this: 0.0450 of 0.0500")
    assert "2026-12-01 00:00" in told.remedy("en")


def test_a_call_that_no_budget_can_hold_is_told_so(conn, user):
    for most, settings in (
        (0.02, SETTINGS),
        (0.02, AiSettings(daily_budget_usd=1, monthly_budget_usd=0.01)),
    ):
        told = refusal(conn, user, most, settings)
        assert "not by waiting" in told.remedy("en")
        assert "0.0200" in told.what("ko")


def test_a_month_goes_on_at_its_first_day_in_the_runners_zone(conn, user, spend):
    spend(0.05, datetime(2026, 1, 5, tzinfo=UTC))
    told = refusal(conn, user, 0.001, now=datetime(2026, 1, 20, tzinfo=UTC))
    assert "2026-02-01 00:00" in told.remedy("en")
    spend(0.05, datetime(2026, 1, 31, 15, tzinfo=UTC))
    told = refusal(conn, user, 0.001, now=datetime(2026, 1, 31, 15, tzinfo=UTC))
    assert "2026-03-01 00:00" in told.remedy("en")


def test_a_day_goes_on_at_midnight_where_clocks_change(conn, user, spend):
    berlin = user.model_copy(update={"timezone": "Europe/Berlin"})
    long_day = datetime(2026, 10, 25, 12, tzinfo=UTC)  # 25 hours
    spend(0.01, datetime(2026, 10, 24, 22, tzinfo=UTC))
    told = refusal(conn, berlin, 0.001, now=long_day)
    assert "2026-10-26 00:00" in told.remedy("en")
    refusal(conn, berlin, 0.001, now=datetime(2026, 10, 25, 22, 59, tzinfo=UTC))
    check_budget(conn, berlin, SETTINGS, 0.001, datetime(2026, 10, 25, 23, tzinfo=UTC))


def test_a_budget_of_nothing_stops_all_that_costs_something(conn, user):
    none = AiSettings(daily_budget_usd=0, monthly_budget_usd=0)
    refusal(conn, user, 0.000001, none)
    check_budget(conn, user, none, 0.0, NOW)


def test_a_call_of_unknown_price_is_let_through(conn, user, spend):
    spend(1.0)
    check_budget(conn, user, SETTINGS, None, NOW)


def test_what_a_call_may_cost_counts_until_it_is_in_the_ledger(conn, user, spend):
    check_budget(conn, user, SETTINGS, 0.008, NOW)
    told = refusal(conn, user, 0.004)
    assert "0.0080" in told.what("en")
    spend(0.001)  # it was cheaper than it might have been
    check_budget(conn, user, SETTINGS, 0.009, NOW)


def test_a_dead_call_counts_for_ten_minutes(conn, user):
    check_budget(conn, user, SETTINGS, 0.01, NOW)
    refusal(conn, user, 0.01, now=NOW + timedelta(minutes=10))
    check_budget(conn, user, SETTINGS, 0.01, NOW + timedelta(minutes=10, seconds=1))


def test_another_runners_money_is_another_matter(conn, user, other_user, spend):
    spend(0.01)
    check_budget(conn, other_user, SETTINGS, 0.01, NOW)


def test_of_many_calls_at_a_time_no_more_pass_than_the_budget_has_room_for(
    conn, user, database_url
):
    together = Barrier(8)

    def call(_):
        with database.connect(database_url) as own:
            together.wait()
            try:
                check_budget(own, user, SETTINGS, 0.003, NOW)
            except BudgetUsed:
                return False
            return True

    with ThreadPoolExecutor(8) as callers:
        passed = list(callers.map(call, range(8)))
    assert sum(passed) == 3
