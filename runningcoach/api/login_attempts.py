"""How often a login may fail before the next one waits, and how long.

Failures are counted by name and address together, so that a stranger's do not lock out the owner
elsewhere; more loosely by address and by name, against those who go from name to name or from
address to address. A browser that logged in before has an allowance of its own.
"""

import math
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import psycopg

from runningcoach.api.problems import TooManyAttempts
from runningcoach.base.periods import now
from runningcoach.store import accounts

type Connection = psycopg.Connection[Any]

FREE_FAILURES = {"device": 10, "pair": 5, "address": 20, "user": 100, "token": 20}
"""Failures without a wait; a whole household may share an address."""
FIRST_WAIT_S = 15
LONGEST_WAIT_S = 15 * 60
REMEMBERED = timedelta(hours=24)


def subjects(username: str, guest: str, device: str | None) -> list[str]:
    """Return the subjects that an attempt counts against; a success clears the first."""
    name = username[:64]
    if device:
        return [f"device:{device}"]
    return [f"pair:{name} {guest}", f"address:{guest}", f"user:{name}"]


def begin(conn: Connection, subjects: Sequence[str]) -> None:
    """Count an attempt as a failure until it has succeeded. Raises TooManyAttempts.

    So attempts made at the same time cannot slip through together.
    """
    with conn.transaction():
        for subject in subjects:
            accounts.lock_login(conn, subject)
        seconds = max(_wait_s(conn, subject) for subject in subjects)
        if seconds > 0:
            raise TooManyAttempts(seconds)
        for subject in subjects:
            accounts.record_failure(conn, subject)
        accounts.sweep_failures(conn, now() - REMEMBERED)


def token_subjects(guest: str) -> list[str]:
    """Return the subjects that a wrong API token counts against: the address alone."""
    return [f"token:{guest}"]


def succeed(conn: Connection, subjects: Sequence[str]) -> None:
    """Clear the failures of a user who logged in; of a shared subject only the newest."""
    accounts.clear_failures(conn, subjects[0])
    for shared in subjects[1:]:
        accounts.forgive_failure(conn, shared)


def _wait_s(conn: Connection, subject: str) -> int:
    """Return how many seconds a login on `subject` still has to wait."""
    failures = accounts.failures_since(conn, subject, now() - REMEMBERED)
    beyond = failures.times - FREE_FAILURES[subject.partition(":")[0]]
    if beyond < 0 or failures.last_at is None:
        return 0
    wait = min(FIRST_WAIT_S * 2 ** min(beyond, 10), LONGEST_WAIT_S)
    return max(math.ceil((failures.last_at - now()).total_seconds() + wait), 0)
