"""Transactions that meet: each waits, is repeated, or sees tables as they were; none is lost."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, BrokenBarrierError

import psycopg
import pytest

from runningcoach.store import database
from runningcoach.store.database import locks


@pytest.fixture
def other(database_url):
    with database.connect(database_url) as connection:
        yield connection


@pytest.fixture
def table(conn):
    conn.execute("CREATE TABLE pair (id int PRIMARY KEY, n int NOT NULL)")
    conn.execute("INSERT INTO pair VALUES (1, 0), (2, 0)")
    conn.execute("SET deadlock_timeout = '50ms'")
    return conn


def bump(conn: psycopg.Connection, *ids: int, meet: Barrier | None = None) -> None:
    with conn.transaction():
        for id in ids:
            conn.execute("UPDATE pair SET n = n + 1 WHERE id = %s", [id])
            if meet is not None and id == ids[0]:
                try:
                    meet.wait(1)
                except BrokenBarrierError:
                    meet.abort()  # the other's second attempt comes alone


def test_with_retries_repeats_after_a_deadlock(table, other):
    meet = Barrier(2)
    with ThreadPoolExecutor(2) as threads:
        both = [
            threads.submit(
                database.with_retries, conn, lambda c=conn, i=ids: bump(c, *i, meet=meet)
            )
            for conn, ids in ((table, (1, 2)), (other, (2, 1)))
        ]
        for one in both:
            one.result(20)
    assert table.execute("SELECT n FROM pair ORDER BY id").fetchall() == [(2,), (2,)]


def test_with_retries_gives_up(conn):
    tried = []

    def refused():
        tried.append(1)
        raise psycopg.errors.SerializationFailure

    with pytest.raises(psycopg.errors.SerializationFailure):
        database.with_retries(conn, refused, attempts=3)
    assert len(tried) == 3


def test_with_retries_inside_a_transaction_raises(conn):
    tried = []

    def refused():
        tried.append(1)
        raise psycopg.errors.DeadlockDetected

    conn.execute("BEGIN")
    with pytest.raises(psycopg.errors.DeadlockDetected):
        database.with_retries(conn, refused)
    assert len(tried) == 1


def test_a_snapshot_sees_tables_as_they_were(table, other):
    with database.snapshot(table):
        assert table.execute("SELECT sum(n) FROM pair").fetchone() == (0,)
        bump(other, 1, 2)
        assert table.execute("SELECT sum(n) FROM pair").fetchone() == (0,)
    assert table.execute("SELECT sum(n) FROM pair").fetchone() == (2,)
    assert table.isolation_level is None


def test_hold_change_lock_is_per_user(conn, other, user):
    other.execute("SET lock_timeout = '100ms'")
    with locks.hold_change_lock(conn, user.id):
        with pytest.raises(psycopg.errors.LockNotAvailable), locks.hold_change_lock(other, user.id):
            raise AssertionError
        with locks.hold_change_lock(other, user.id + 1):
            pass
    with locks.hold_change_lock(other, user.id):
        pass


def test_hold_derive_lock_ends_with_its_block(conn, other, user):
    other.execute("SET lock_timeout = '100ms'")
    with locks.hold_derive_lock(conn, user.id):
        with locks.hold_change_lock(other, user.id):  # changes go on beside a derivation
            pass
        with pytest.raises(psycopg.errors.LockNotAvailable), locks.hold_derive_lock(other, user.id):
            raise AssertionError
    with pytest.raises(ZeroDivisionError), locks.hold_derive_lock(conn, user.id):
        raise ZeroDivisionError
    with locks.hold_derive_lock(other, user.id):
        pass
