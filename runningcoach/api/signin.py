"""Signing in and out: passwords, sessions, cookies. The API and the login page share it."""

import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import anyio.to_thread
import psycopg
from anyio import CapacityLimiter
from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool

from runningcoach.api import client_addresses, known_devices, login_attempts
from runningcoach.api.problems import WrongCredentials, WrongPresentPassword
from runningcoach.api.request_context import cookie
from runningcoach.api.session_middleware import COOKIE, ConnectionLease
from runningcoach.base import security
from runningcoach.base.periods import now
from runningcoach.base.settings import Settings
from runningcoach.model.user import User
from runningcoach.store import accounts

type Connection = psycopg.Connection[Any]


def prepare(app: FastAPI) -> None:
    """Give the app the limiter of password hashing: each hash takes 64 MB and a core."""
    app.state.hashing_turns = CapacityLimiter(os.cpu_count() or 1)


async def sign_in(
    request: Request, response: Response, settings: Settings, username: str, password: str
) -> User:
    """Start a session and set its cookies in the response; return the user.

    Raises WrongCredentials, TooManyAttempts. While the password is hashed, which takes long, the
    connection is given back, and no thread of the requests' pool waits.
    """
    username = username.strip().lower()
    loan: ConnectionLease = request.state.loan

    def begin() -> tuple[User | None, str | None, list[str]]:
        stored_credentials = accounts.get_credentials(loan.connection(), username)
        user, stored = stored_credentials or (None, None)
        device = known_devices.recognise(settings.home, request, user.id) if user else None
        subjects = login_attempts.subjects(username, _guest(request), device)
        login_attempts.begin(loan.connection(), subjects)
        loan.give_back()
        return user, stored, subjects

    user, stored, subjects = await run_in_threadpool(begin)
    is_right, renewed = await _hashed(request, lambda: _verify(stored, password))
    if not is_right or user is None:
        raise WrongCredentials

    def finish(user: User) -> tuple[str, str | None]:
        conn = loan.connection()
        with conn.transaction():
            if renewed:
                accounts.renew_hash(conn, user.id, renewed)
            login_attempts.succeed(conn, subjects)
            sign_out(conn, request)
            token = open_session(conn, request, settings, user)
        return token, known_devices.issue(settings.home, user.id)

    token, device = await run_in_threadpool(finish, user)
    give_cookie(response, settings, token)
    if device:
        _set_cookie(
            response, settings, known_devices.COOKIE, device, known_devices.COOKIE_LIFETIME_S
        )
    return user


async def change_password(
    request: Request, response: Response, settings: Settings, user: User, present: str, new: str
) -> None:
    """Change the password. Every session ends, and this one goes on under a new token."""
    loan: ConnectionLease = request.state.loan

    def read() -> str:
        stored = accounts.password_hash(loan.connection(), user.id)
        loan.give_back()
        return stored

    def write(hash: str) -> str:
        conn = loan.connection()
        with conn.transaction():
            accounts.set_password(conn, user.id, hash)
            return open_session(conn, request, settings, user)

    stored = await run_in_threadpool(read)
    if not await _hashed(request, lambda: security.verify_password(stored, present)):
        raise WrongPresentPassword
    hash = await _hashed(request, lambda: security.hash_password(new))
    give_cookie(response, settings, await run_in_threadpool(write, hash))


async def _hashed[T](request: Request, work: Callable[[], T]) -> T:
    """Hash when it is this request's turn."""
    return await anyio.to_thread.run_sync(work, limiter=request.app.state.hashing_turns)


def _verify(stored: str | None, password: str) -> tuple[bool, str | None]:
    """Return whether a password is right and, if its hash is due for it, a new one."""
    is_right = security.verify_password(stored, password)
    if is_right and stored and security.needs_rehash(stored):
        return True, security.hash_password(password)
    return is_right, None


def open_session(conn: Connection, request: Request, settings: Settings, user: User) -> str:
    """Return the token of a new session."""
    token = security.new_token()
    agent = request.headers.get("user-agent", "")[:200]
    expires_at = now() + timedelta(days=settings.session_days)
    accounts.open_session(conn, user.id, security.token_sha256(token), expires_at, agent)
    return token


def sign_out(conn: Connection, request: Request) -> None:
    """End the session that the request carries, if any."""
    if token := cookie(request.scope, COOKIE):
        accounts.close_session(conn, security.token_sha256(token))


def give_cookie(response: Response, settings: Settings, token: str) -> None:
    """Set the cookie of the session's token."""
    _set_cookie(response, settings, COOKIE, token, settings.session_days * 24 * 3600)


def take_cookie(response: Response, settings: Settings) -> None:
    """Let the browser forget the token."""
    response.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=is_https(settings))


def is_https(settings: Settings) -> bool:
    """Return whether browsers reach us by https."""
    return (settings.public_url or "").startswith("https://")


def _set_cookie(
    response: Response, settings: Settings, name: str, value: str, seconds: int
) -> None:
    """Set an HTTP-only cookie."""
    response.set_cookie(
        name, value, max_age=seconds, httponly=True, samesite="lax", secure=is_https(settings)
    )


def _guest(request: Request) -> str:
    return client_addresses.guest(request.client.host) if request.client else "unknown"
