"""Deriving beside other work: what fails is noted, and tried again with the next."""

from datetime import date

import psycopg
import pytest

from runningcoach import jobs
from runningcoach.derive import rebuild
from runningcoach.store import fitness, inventory

DAY = date(2026, 3, 1)


@pytest.mark.parametrize("error", [psycopg.DataError("invalid\0 number"), KeyError(3)])
def test_a_failure_is_noted_until_a_derivation_succeeds(conn, user, monkeypatch, error):
    def failing(*_: object) -> None:
        raise error

    fitness.mark_stale(conn, user.id, DAY)
    with monkeypatch.context() as patch:
        patch.setattr(rebuild, "refresh", failing)
        assert jobs.bring_up_to_date(conn, user.id) is None
    (behind,) = inventory.list_stale_users(conn)
    assert (behind.username, behind.since) == ("runner", DAY)
    assert behind.error.startswith(type(error).__name__)
    assert behind.failed_at is not None
    assert jobs.bring_up_to_date(conn, user.id) is not None
    assert inventory.list_stale_users(conn) == []
