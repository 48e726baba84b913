"""Accounts, their sessions, and the failed logins that slow a guesser down."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

import psycopg
from psycopg.rows import class_row, scalar_row

from runningcoach.model.user import Role, Sex, User
from runningcoach.store import fitness
from runningcoach.store.database import statements

type Connection = psycopg.Connection[Any]

SQL = statements("accounts")
EDITABLE = ("display_name", "language", "timezone", "sex", "birth_date")


class Failures(NamedTuple):
    """The number of recent failed logins, and the time of the last."""

    times: int
    last_at: datetime | None


class AccountFiles(NamedTuple):
    """The SHA-256 of an account's files: imported ones, and those in quarantine."""

    originals: list[str]
    quarantined: list[str]


def create(
    conn: Connection,
    username: str,
    password_hash: str,
    role: Role = "runner",
    language: str = "ko",
    timezone: str = "Asia/Seoul",
    display_name: str | None = None,
    sex: Sex = "unknown",
    birth_date: date | None = None,
) -> User:
    """Create an account. Raises psycopg's UniqueViolation for a name that exists."""
    params = {
        "username": username,
        "display_name": display_name or username,
        "password_hash": password_hash,
        "role": role,
        "language": language,
        "timezone": timezone,
        "sex": sex,
        "birth_date": birth_date,
    }
    cursor = conn.cursor(row_factory=class_row(User)).execute(SQL["create"], params)
    return cursor.fetchall()[0]


def get(conn: Connection, user_id: int) -> User | None:
    """Return the account with this id."""
    users = conn.cursor(row_factory=class_row(User))
    return users.execute(SQL["get"], {"user_id": user_id}).fetchone()


def fill_in_profile(
    conn: Connection, user_id: int, *, sex: Sex | None, birth_date: date | None
) -> dict[str, str]:
    """Fill in sex and birth date where the runner set none; mark everything derived as stale.

    Return the values that were filled in, by column.
    """
    params = {"user_id": user_id, "sex": sex, "birth_date": birth_date}
    row = conn.execute(SQL["fill_in"], params).fetchone()
    if row is None:
        return {}
    fitness.mark_stale(conn, user_id, date.min)
    filled = zip(("sex", "birth_date"), row, strict=True)
    return {name: words for name, words in filled if words is not None}


def get_by_name(conn: Connection, username: str) -> User | None:
    """Return the account with this user name."""
    users = conn.cursor(row_factory=class_row(User))
    return users.execute(SQL["by_name"], {"username": username}).fetchone()


def all_users(conn: Connection) -> list[User]:
    """Return every account, oldest first."""
    return conn.cursor(row_factory=class_row(User)).execute(SQL["all_users"]).fetchall()


def get_credentials(conn: Connection, username: str) -> tuple[User, str] | None:
    """Return the account with this name and the hash of its password."""
    user = get_by_name(conn, username)
    return None if user is None else (user, password_hash(conn, user.id))


def password_hash(conn: Connection, user_id: int) -> str:
    """Return the hash of the account's password."""
    hashes = conn.cursor(row_factory=scalar_row)
    return hashes.execute(SQL["password_hash"], {"user_id": user_id}).fetchone() or ""


def update(conn: Connection, user_id: int, changes: Mapping[str, Any]) -> User | None:
    """Change those of EDITABLE that are in `changes`; return the account as it is now."""
    row = {name: changes.get(name) for name in EDITABLE}
    row |= {"user_id": user_id, "changed": [name for name in EDITABLE if name in changes]}
    return conn.cursor(row_factory=class_row(User)).execute(SQL["update"], row).fetchone()


def set_password(conn: Connection, user_id: int, password_hash: str) -> None:
    """Set the account's password hash; end its sessions."""
    conn.execute(SQL["set_password"], {"user_id": user_id, "password_hash": password_hash})


def renew_hash(conn: Connection, user_id: int, password_hash: str) -> None:
    """Store a newer hash of the same password; sessions stay open."""
    conn.execute(SQL["renew_hash"], {"user_id": user_id, "password_hash": password_hash})


def list_files(conn: Connection, user_id: int) -> AccountFiles:
    """Return the files that are kept for an account."""
    params = {"user_id": user_id}
    originals, quarantined = (
        conn.cursor(row_factory=scalar_row).execute(SQL[name], params).fetchall()
        for name in ("originals", "quarantined")
    )
    return AccountFiles(originals, quarantined)


def remove(conn: Connection, user_id: int) -> bool:
    """Remove an account with all its rows; return whether it existed."""
    conn.execute(SQL["remove_failures"], {"user_id": user_id})
    return conn.execute(SQL["remove"], {"user_id": user_id}).rowcount == 1


def open_session(
    conn: Connection,
    user_id: int,
    token_sha256: bytes,
    expires_at: datetime,
    user_agent: str | None = None,
) -> None:
    """Store a session by the hash of its token; delete the expired ones."""
    conn.execute(SQL["sweep_sessions"])
    row = {
        "user_id": user_id,
        "token_sha256": token_sha256,
        "expires_at": expires_at,
        "user_agent": user_agent,
    }
    conn.execute(SQL["open_session"], row)


def session_user(conn: Connection, token_sha256: bytes) -> User | None:
    """Return the user of a session; None when it is unknown or has expired."""
    users = conn.cursor(row_factory=class_row(User))
    return users.execute(SQL["session_user"], {"token_sha256": token_sha256}).fetchone()


def close_session(conn: Connection, token_sha256: bytes) -> None:
    """End one session."""
    conn.execute(SQL["close_session"], {"token_sha256": token_sha256})


def lock_login(conn: Connection, subject: str) -> None:
    """Lock login attempts on `subject` until this transaction ends."""
    conn.execute(SQL["lock_login"], {"subject": subject})


def failures_since(conn: Connection, subject: str, since: datetime) -> Failures:
    """Return the failed logins on `subject` after `since`."""
    row = conn.execute(SQL["failures_since"], {"subject": subject, "since": since}).fetchone()
    return Failures(*row) if row else Failures(0, None)


def record_failure(conn: Connection, subject: str) -> None:
    """Count a failed login against `subject`, a user name or an address."""
    conn.execute(SQL["record_failure"], {"subject": subject})


def clear_failures(conn: Connection, subject: str) -> None:
    """Delete every failed login on `subject`."""
    conn.execute(SQL["clear_failures"], {"subject": subject})


def forgive_failure(conn: Connection, subject: str) -> None:
    """Delete the newest failed login on `subject`."""
    conn.execute(SQL["forgive_failure"], {"subject": subject})


def sweep_failures(conn: Connection, before: datetime) -> int:
    """Remove the failures that no longer count; return how many."""
    return conn.execute(SQL["sweep_failures"], {"before": before}).rowcount


def sweep_sessions(conn: Connection) -> int:
    """Remove the sessions that have expired; return how many."""
    return conn.execute(SQL["sweep_sessions"]).rowcount
