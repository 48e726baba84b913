"""/mcp: the coach's tools for assistants by streamable HTTP, behind an API token.

No session opens it, and no page of another origin. Nothing is kept between two requests; what MCP
needs is loaded with the first of them.
"""

import ipaddress
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import psycopg
from psycopg_pool import ConnectionPool, PoolTimeout
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from runningcoach.api import origin_check, problems, token_access
from runningcoach.api.session_middleware import WAIT_S
from runningcoach.base import i18n
from runningcoach.base.errors import RunningCoachError

if TYPE_CHECKING:
    from runningcoach.api.mcp_server import Context, McpServer, ServedWith
    from runningcoach.api.mcp_tools import McpCaller

MOST_BYTES = 1_000_000
"""Bytes of a request: a draft of a plan has about 30,000."""
MOST_AT_ONCE = 8
"""Requests of one runner at once; an assistant calls a few tools side by side."""
RETRY_S = 5
BROWSER_HEADERS = ("origin", "sec-fetch-site")
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="RunningCoach"'}


class McpEndpoint:
    """The endpoint: who asks, whether there is room, then the MCP server."""

    def __init__(self) -> None:
        self._rooms: defaultdict[int, BoundedSemaphore] = defaultdict(
            lambda: BoundedSemaphore(MOST_AT_ONCE)
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it with a problem."""
        try:
            _check_browser(scope)
            caller = await run_in_threadpool(_caller, scope)
            i18n.use(caller.user.language)
            scope["state"]["user"] = caller.user
            with self._room_for(caller.user.id):
                await _serve(caller, scope, receive, send)
        except (psycopg.OperationalError, PoolTimeout) as error:
            await problems.of_database(error)(scope, receive, send)
        except RunningCoachError as error:
            await _refusal(error)(scope, receive, send)

    @contextmanager
    def _room_for(self, user_id: int) -> Iterator[None]:
        """Keep one of a runner's places while a request is answered. Raises TooManyConnections."""
        room = self._rooms[user_id]
        if not room.acquire(blocking=False):
            raise problems.TooManyConnections(RETRY_S)
        try:
            yield
        finally:
            room.release()


def _check_browser(scope: Scope) -> None:
    """Raise ForeignOrigin for a page that is not our own.

    A page whose host's name was pointed at this machine has an origin equal to its host: so from
    a browser only the public address, this machine's own name and plain IP addresses are taken.
    """
    headers = Headers(scope=scope)
    if not any(name in headers for name in BROWSER_HEADERS):
        return
    public_url = scope["app"].state.settings.public_url
    public_host = origin_check.host_of(public_url) if public_url else None
    host = headers.get("host", "").lower()
    if origin_check.is_foreign(headers, public_host) or not _is_own_host(host, public_host):
        raise problems.ForeignOrigin


def _is_own_host(host: str, public_host: str | None) -> bool:
    if host == public_host:
        return True
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or bool(ipaddress.ip_address(name))
    except ValueError:
        return False


def _caller(scope: Scope) -> "McpCaller":
    """Return who holds the token. Raises TokenRequired, WrongToken, TooManyAttempts."""
    from runningcoach.api.mcp_tools import McpCaller

    token = token_access.token_of(scope)
    if not token:
        raise problems.TokenRequired
    pool: ConnectionPool = scope["app"].state.pool
    with pool.connection(timeout=WAIT_S) as conn:
        user, granted = token_access.token_holder(conn, scope, token)
    if granted == "feed":
        raise problems.WrongToken
    return McpCaller(user, can_propose=granted == "write")


def _refusal(error: RunningCoachError) -> Response:
    response = problems.of_error(error)
    if error.status == problems.WrongToken.status:
        response.headers.update(CHALLENGE)
    return response


async def _serve(caller: "McpCaller", scope: Scope, receive: Receive, send: Send) -> None:
    if scope["method"] != "POST":
        await problems.problem(405, "http.method_not_allowed", headers={"Allow": "POST"})(
            scope, receive, send
        )
        return
    body = await Request(scope, receive).body()
    from runningcoach.api import mcp_server

    pool: ConnectionPool = scope["app"].state.pool
    served = mcp_server.ServedWith(caller, lambda: pool.connection(timeout=WAIT_S))
    scope["state"]["mcp"] = served
    await mcp_server.serve_http(_server(), scope, _replayed(body, receive), send, MOST_BYTES)


@cache
def _server() -> "McpServer":
    from runningcoach.api import mcp_server

    return mcp_server.make_server(_served_with)


def _served_with(context: "Context") -> "ServedWith":
    request: Any = context.request
    return request.scope["state"]["mcp"]


def _replayed(body: bytes, receive: Receive) -> Receive:
    """Return what gives the body that was read already, then what comes after it."""
    is_given = False

    async def replay() -> Message:
        nonlocal is_given
        if is_given:
            return await receive()
        is_given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
