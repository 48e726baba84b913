"""Personal API tokens, each stored by its hash alone."""

from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import class_row, dict_row

from runningcoach.base import security
from runningcoach.model.api_token import ApiToken, NewApiToken, TokenScope
from runningcoach.model.user import User
from runningcoach.store.database import statements

type Connection = psycopg.Connection[Any]

SQL = statements("api_tokens")


def create(
    conn: Connection,
    user_id: int,
    name: str,
    scope: TokenScope,
    expires_at: datetime | None = None,
) -> NewApiToken:
    """Create a token; its secret is returned here and cannot be read again."""
    token = security.new_api_token()
    row = {
        "user_id": user_id,
        "name": name,
        "scope": scope,
        "token_sha256": security.token_sha256(token).hex(),
        "expires_at": expires_at,
    }
    (stored,) = conn.cursor(row_factory=class_row(ApiToken)).execute(SQL["create"], row).fetchall()
    return NewApiToken(**stored.model_dump(), token=token)


def list_active(conn: Connection, user_id: int) -> list[ApiToken]:
    """Return the tokens that are neither revoked nor expired, newest first."""
    rows = conn.cursor(row_factory=class_row(ApiToken))
    return rows.execute(SQL["list_active"], {"user_id": user_id}).fetchall()


def revoke(conn: Connection, user_id: int, token_id: int) -> ApiToken | None:
    """Revoke a token; None when the user has no such token, or revoked it before."""
    params = {"user_id": user_id, "id": token_id}
    return conn.cursor(row_factory=class_row(ApiToken)).execute(SQL["revoke"], params).fetchone()


def renew(conn: Connection, user_id: int, token_id: int) -> NewApiToken | None:
    """Replace a token by a new one of the same name, scope and end; None when there is none."""
    with conn.transaction():
        former = revoke(conn, user_id, token_id)
        if former is None:
            return None
        return create(conn, user_id, former.name, former.scope, former.expires_at)


def authenticate(conn: Connection, token: str) -> tuple[User, TokenScope] | None:
    """Return the user and the scope of a token; None when it is unknown, revoked or expired.

    Its last use is written at most once a minute.
    """
    params = {"token_sha256": security.token_sha256(token).hex()}
    row = conn.cursor(row_factory=dict_row).execute(SQL["authenticate"], params).fetchone()
    return None if row is None else (User(**row), row["scope"])
