"""A derivation beside changes: nothing it reads is torn, no change is forgotten."""

from datetime import date

import psycopg
import pytest

from runningcoach.derive import rebuild, snapshots
from runningcoach.store import database, fitness
from runningcoach.store.database import locks

DAY = date(2026, 3, 1)


@pytest.fixture
def other(database_url):
    with database.connect(database_url) as connection:
        yield connection


def is_stale(conn, user):
    return fitness.get_derive_state(conn, user.id).is_stale


def test_the_note_goes_when_all_changes_were_seen(conn, user):
    fitness.mark_stale(conn, user.id, DAY)
    fitness.mark_stale(conn, user.id, DAY)
    with locks.hold_derive_lock(conn, user.id):
        assert snapshots.run_in_snapshot(conn, user.id, lambda: 7) == 7
    assert not is_stale(conn, user)


def test_a_change_that_comes_in_meanwhile_keeps_the_note(conn, other, user):
    fitness.mark_stale(conn, user.id, DAY)
    with locks.hold_derive_lock(conn, user.id):
        snapshots.run_in_snapshot(conn, user.id, lambda: fitness.mark_stale(other, user.id, DAY))
    assert is_stale(conn, user)


def test_a_derivation_that_is_overtaken_is_made_again_at_last_without_changes(conn, other, user):
    conn.execute("CREATE TABLE seen (n int)")
    conn.execute("INSERT INTO seen VALUES (0)")
    attempts = []

    def derive():
        attempts.append(conn.execute("SELECT n FROM seen").fetchone()[0])
        if len(attempts) <= snapshots.FREE_ATTEMPTS:
            other.execute("UPDATE seen SET n = n + 1")
        else:
            other.execute("SET lock_timeout = '50ms'")
            with (
                pytest.raises(psycopg.errors.LockNotAvailable),
                locks.hold_change_lock(other, user.id),
            ):
                raise AssertionError
        conn.execute("UPDATE seen SET n = n + 100")

    with locks.hold_derive_lock(conn, user.id):
        snapshots.run_in_snapshot(conn, user.id, derive)
    assert attempts == [0, 1, 2, 3]
    assert conn.execute("SELECT n FROM seen").fetchone() == (103,)


def test_a_refresh_after_another_has_nothing_to_do(conn, user):
    fitness.mark_stale(conn, user.id, DAY)
    rebuild.refresh(conn, user.id)
    assert rebuild.refresh(conn, user.id) == rebuild.RefreshReport()
