"""Signing in and out: throttling, sessions, cookies. The API and the login page share it."""

import math
import os
from datetime import timedelta
from threading import BoundedSemaphore
from typing import Any

import psycopg
from fastapi import Request, Response

from runningcoach import security
from runningcoach.api.gate import COOKIE, Loan
from runningcoach.api.problems import TooManyAttempts, WrongCredentials
from runningcoach.periods import now
from runningcoach.records import User
from runningcoach.settings import Settings
from runningcoach.store import accounts

type Connection = psycopg.Connection[Any]

FREE_FAILURES = {"user": 5, "address": 20}
"""Failures without a wait; a whole household may share an address."""
FIRST_WAIT_S = 15
LONGEST_WAIT_S = 15 * 60
REMEMBERED = timedelta(hours=24)
HASHING = BoundedSemaphore(os.cpu_count() or 1)
"""Passwords hashed at one time: each takes 64 MB and a core."""


def sign_in(request: Request, settings: Settings, username: str, password: str) -> tuple[User, str]:
    """Return the user and the token of a new session. Raises WrongCredentials, TooManyAttempts.

    An attempt counts as a failure until it has succeeded, so that attempts made at the same
    time cannot slip through together. The connection goes back while the password is hashed,
    which takes long, so that many logins at once keep nobody else from the database.
    """
    username = username.strip().lower()
    subjects = [f"user:{username[:64]}", f"address:{_address(request)}"]
    loan: Loan = request.state.loan
    _attempt(loan.connection(), subjects)
    found = accounts.credentials(loan.connection(), username)
    loan.give_back()
    user, stored = found or (None, None)
    with HASHING:
        is_right = security.verify_password(stored, password)
        renewed = (
            security.hash_password(password)
            if is_right and stored and security.needs_rehash(stored)
            else None
        )
    if not is_right or user is None:
        raise WrongCredentials
    conn = loan.connection()
    if renewed:
        accounts.renew_hash(conn, user.id, renewed)
    with conn.transaction():
        accounts.clear_failures(conn, subjects[0])
        accounts.forgive_failure(conn, subjects[1])
        sign_out(conn, request)
        return user, open_session(conn, request, settings, user)


def open_session(conn: Connection, request: Request, settings: Settings, user: User) -> str:
    """Return the token of a new session."""
    token = security.new_token()
    agent = request.headers.get("user-agent", "")[:200]
    expires_at = now() + timedelta(days=settings.session_days)
    accounts.open_session(conn, user.id, security.token_sha256(token), expires_at, agent)
    return token


def sign_out(conn: Connection, request: Request) -> None:
    """End the session that the request carries, if any."""
    if token := request.cookies.get(COOKIE):
        accounts.close_session(conn, security.token_sha256(token))


def give_cookie(response: Response, settings: Settings, token: str) -> None:
    """Let the browser keep the token, out of scripts' reach."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=settings.session_days * 24 * 3600,
        httponly=True,
        samesite="lax",
        secure=is_https(settings),
    )


def take_cookie(response: Response, settings: Settings) -> None:
    """Let the browser forget the token."""
    response.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=is_https(settings))


def is_https(settings: Settings) -> bool:
    """Say whether browsers reach us by https."""
    return (settings.public_url or "").startswith("https://")


def _address(request: Request) -> str:
    return request.client.host if request.client else "unknown"


def _attempt(conn: Connection, subjects: list[str]) -> None:
    with conn.transaction():
        for subject in subjects:
            accounts.lock_login(conn, subject)
        seconds = max(_wait_s(conn, subject) for subject in subjects)
        if seconds > 0:
            raise TooManyAttempts(seconds)
        for subject in subjects:
            accounts.record_failure(conn, subject)
        accounts.sweep_failures(conn, now() - REMEMBERED)


def _wait_s(conn: Connection, subject: str) -> int:
    """Return how many seconds a login on `subject` still has to wait."""
    failures = accounts.failures_since(conn, subject, now() - REMEMBERED)
    beyond = failures.times - FREE_FAILURES[subject.split(":")[0]]
    if beyond < 0 or failures.last_at is None:
        return 0
    wait = min(FIRST_WAIT_S * 2 ** min(beyond, 10), LONGEST_WAIT_S)
    return max(math.ceil((failures.last_at - now()).total_seconds() + wait), 0)
