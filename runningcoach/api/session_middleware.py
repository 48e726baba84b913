"""Middleware that requires a session or an API token for all but a few open paths.

It stands before bodies are read and routes are looked up, so a route that forgets to ask for
the user is closed all the same.
"""

from typing import Any

import psycopg
from psycopg_pool import ConnectionPool, PoolTimeout
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from runningcoach.api import problems, token_access
from runningcoach.api.request_context import cookie
from runningcoach.base import i18n, security
from runningcoach.base.errors import RunningCoachError
from runningcoach.model.user import User
from runningcoach.store import accounts

type Connection = psycopg.Connection[Any]

COOKIE = security.SESSION_COOKIE
API = "/api/v1/"
OPEN = frozenset({"/api/v1/auth/login"})
"""Paths of the API that need no session."""
PAGES = frozenset({"/", "/login", "/logout"})
"""Our own pages: they use a session but do not require one."""
BODILESS = frozenset({"GET", "HEAD"})
WAIT_S = 10.0


class SessionMiddleware:
    """Middleware that finds the user, and lends a connection until the answer begins."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or go on with `state.user` and `state.loan` set."""
        path = scope["path"] if scope["type"] == "http" else ""
        if not path.startswith(API) and path not in PAGES:
            await self.app(scope, receive, send)
            return
        pool: ConnectionPool = scope["app"].state.pool
        try:
            loan, user = await run_in_threadpool(_enter, pool, scope)
        except (psycopg.OperationalError, PoolTimeout) as error:
            await problems.of_database(error)(scope, receive, send)
            return
        except RunningCoachError as error:
            await problems.of_error(error)(scope, receive, send)
            return
        try:
            await self._pass(loan, user, scope, receive, send)
        finally:
            loan.give_back()

    async def _pass(
        self, loan: "ConnectionLease", user: User | None, scope: Scope, receive: Receive, send: Send
    ) -> None:
        if user is not None:
            i18n.use(user.language)
        elif scope["path"] not in OPEN | PAGES:
            await problems.of_error(problems.NotSignedIn())(scope, receive, send)
            return
        if scope["method"] not in BODILESS:
            loan.give_back()
        scope["state"] |= {"user": user, "loan": loan}

        async def sending(message: Message) -> None:
            loan.give_back()
            await send(message)

        await self.app(scope, receive, sending)


class ConnectionLease:
    """A connection of the pool, lent for as long as a route works with it.

    It goes back when the answer begins, and while a body is waited for: neither a slow reader
    nor a slow sender keeps a connection from others.
    """

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool
        self._conn: Connection | None = None

    def connection(self) -> Connection:
        """Return the connection; the first time, or after it went back, wait for one."""
        if self._conn is None:
            self._conn = self._pool.getconn(timeout=WAIT_S)
        return self._conn

    @property
    def is_lent(self) -> bool:
        """Return whether there is a connection now."""
        return self._conn is not None

    def give_back(self) -> None:
        """Return the connection to the pool, if it is lent."""
        if self._conn is not None:
            self._pool.putconn(self._conn)
            self._conn = None


def _enter(pool: ConnectionPool, scope: Scope) -> tuple[ConnectionLease, User | None]:
    loan = ConnectionLease(pool)
    try:
        return loan, _request_user(loan.connection(), scope)
    except BaseException:
        loan.give_back()
        raise


def _request_user(conn: Connection, scope: Scope) -> User | None:
    """Return the user of the request's token, where it carries one, else of its session."""
    is_for_tokens = scope["path"].startswith(API) and scope["path"] not in OPEN
    token = token_access.token_of(scope) if is_for_tokens else None
    if token is not None:
        return token_access.token_user(conn, scope, token)
    return session_user(conn, cookie(scope, COOKIE))


def session_user(conn: Connection, token: str | None) -> User | None:
    """Return the user of the session in a cookie."""
    return accounts.session_user(conn, security.token_sha256(token)) if token else None
