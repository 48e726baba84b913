"""The ledger: what was used and spent, by day, and what is reserved."""

from datetime import UTC, date, datetime, timedelta

import pytest

from runningcoach.model.conversation import ModelUsage, NewModelCall
from runningcoach.store import ai_calls

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
USED = ModelUsage(input_tokens=1_000, cached_tokens=600, output_tokens=50, reasoning_tokens=20)


@pytest.fixture
def enter(conn, user):
    """A function that enters a call of a moment in the ledger."""

    def enter(at=NOON, owner=user, **columns):
        call = NewModelCall(**{"purpose": "chat", "model": "gpt-6-luna"} | columns)
        stored = ai_calls.add(conn, owner.id, call)
        conn.execute("UPDATE ai_calls SET called_at = %s WHERE id = %s", [at, stored.id])
        return stored

    return enter


def test_calls_come_newest_first_and_in_pages(conn, user, enter):
    calls = [enter(usage=USED, cost_usd=n / 8, latency_ms=n) for n in range(4)]
    assert calls[2].usage == USED
    listed = ai_calls.list_recent(conn, user.id, 2)
    assert [call.cost_usd for call in listed] == [0.375, 0.25]
    rest = ai_calls.list_recent(conn, user.id, 9, listed[-1].id)
    assert [call.id for call in rest] == [calls[1].id, calls[0].id]


def test_spent_sums_as_decimals(conn, user, enter):
    for _ in range(10):
        enter(cost_usd=0.1)  # added one by one as binary fractions: 0.9999999999999999
    enter(cost_usd=1e-8)
    assert ai_calls.spent(conn, user.id, NOON) == (1.00000001, 0)


def test_spent_counts_from_the_moment_on_and_unknown_prices_apart(conn, user, other_user, enter):
    enter(NOON - timedelta(seconds=1), cost_usd=5)
    enter(cost_usd=0.25)
    enter(usage=USED)
    enter(error_code="openai.key_refused")
    enter(error_code="openai.cut", usage=USED)
    enter(owner=other_user, cost_usd=9)
    assert ai_calls.spent(conn, user.id, NOON) == (0.25, 2)
    assert ai_calls.spent(conn, user.id, NOON + timedelta(days=1)) == (0, 0)


def test_by_day_is_of_the_runners_zone(conn, user, enter):
    conn.execute("UPDATE users SET timezone = 'Asia/Seoul' WHERE id = %s", [user.id])
    enter(datetime(2026, 11, 29, 15, 0, tzinfo=UTC), usage=USED, cost_usd=0.1)  # midnight
    enter(datetime(2026, 11, 30, 14, 59, tzinfo=UTC), usage=USED, cost_usd=0.2)
    enter(datetime(2026, 11, 29, 14, 59, tzinfo=UTC), usage=USED, cost_usd=0.4)
    enter(model="local", usage=USED)
    enter(model="refused", error_code="openai.key_refused")
    monday = date(2026, 11, 30)
    days = ai_calls.by_day(conn, user.id, monday, monday)
    assert [(day.model, day.calls, day.cost_usd) for day in days] == [
        ("gpt-6-luna", 2, 0.3),
        ("local", 1, None),
        ("refused", 1, 0),
    ]
    assert days[0].usage == ModelUsage(
        input_tokens=2_000, cached_tokens=1_200, output_tokens=100, reasoning_tokens=40
    )
    both = ai_calls.by_day(conn, user.id, date(2026, 11, 29), monday)
    assert [day.date for day in both] == [monday, monday, monday, date(2026, 11, 29)]


def test_a_call_that_ends_ends_the_oldest_reservation(conn, user, other_user, enter):
    for owner, cost in ((user, 0.5), (user, 0.1), (other_user, 4)):
        ai_calls.reserve(conn, owner.id, cost, NOON)
    assert ai_calls.reserved(conn, user.id, NOON) == 0.6
    enter(cost_usd=0.3)
    assert ai_calls.reserved(conn, user.id, NOON) == 0.1
    enter(cost_usd=0.3)
    enter(cost_usd=0.3)
    assert ai_calls.reserved(conn, user.id, NOON) == 0
    assert ai_calls.reserved(conn, other_user.id, NOON) == 4


def test_reservations_of_dead_calls_are_forgotten(conn, user):
    ai_calls.reserve(conn, user.id, 0.5, NOON - timedelta(minutes=11))
    ai_calls.reserve(conn, user.id, 0.25, NOON)
    assert ai_calls.reserved(conn, user.id, NOON - timedelta(minutes=10)) == 0.25
    assert conn.execute("SELECT cost_usd FROM ai_reservations").fetchall() == [(0.25,)]
