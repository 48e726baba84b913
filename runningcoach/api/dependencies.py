"""Dependencies of routes: the database, the user, the home folder."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Annotated, Any

import psycopg
from fastapi import Depends, Request, Security
from fastapi import Path as PathParameter
from fastapi.security import APIKeyCookie, HTTPBearer
from starlette.concurrency import run_in_threadpool

from runningcoach.api.problems import NotSignedIn
from runningcoach.api.session_middleware import COOKIE, ConnectionLease
from runningcoach.base.settings import Settings
from runningcoach.model.user import User

session_cookie = APIKeyCookie(
    name=COOKIE,
    auto_error=False,
    scheme_name="session",
    description="Set by a login; HTTP-only.",
)
bearer_token = HTTPBearer(
    auto_error=False,
    scheme_name="token",
    description="A personal API token, made under /tokens.",
)


async def _database(request: Request) -> psycopg.Connection[Any]:
    """Return the connection that is lent to this request, now that its body is here."""
    loan: ConnectionLease = request.state.loan
    return loan.connection() if loan.is_lent else await run_in_threadpool(loan.connection)


async def _current_user(
    request: Request,
    _: Annotated[str | None, Security(session_cookie)],
    __: Annotated[object, Security(bearer_token)],
) -> User:
    """Return the user of the session or the token, looked up by the middleware."""
    if request.state.user is None:
        raise NotSignedIn
    return request.state.user


async def _feed_user(request: Request) -> User:
    """Return the user of the token in the path, looked up by the middleware."""
    return request.state.user


async def _connections(request: Request) -> Callable[[], Any]:
    """Return a way to borrow a connection, for routes that wait for somebody else in between."""
    loan: ConnectionLease = request.state.loan
    loan.give_back()
    return request.app.state.pool.connection


async def _settings(request: Request) -> Settings:
    return request.app.state.settings


async def _home(request: Request) -> Path:
    return request.app.state.settings.home


LARGEST_ID = 9_223_372_036_854_775_807
"""What a bigint of the database holds."""
RowId = Annotated[int, PathParameter(alias="id", ge=1, le=LARGEST_ID)]
Database = Annotated[psycopg.Connection[Any], Depends(_database)]
Connections = Annotated[
    Callable[[], AbstractContextManager[psycopg.Connection[Any]]], Depends(_connections)
]
CurrentUser = Annotated[User, Depends(_current_user)]
FeedUser = Annotated[User, Depends(_feed_user)]
Configured = Annotated[Settings, Depends(_settings)]
Home = Annotated[Path, Depends(_home)]
