"""One address for everything: the pages of Voila and JupyterLab, passed through behind the login.

Requests and answers are streamed as they come, never held whole, so that a page's first cards are
seen while its last are still drawn. A websocket is taken from our own pages only.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple
from urllib.parse import quote

import httpx
import websockets
from fastapi import FastAPI
from psycopg_pool import ConnectionPool
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection, Request
from starlette.responses import (
    HTMLResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from runningcoach.api import origin_check
from runningcoach.api.request_context import cookie
from runningcoach.api.session_middleware import COOKIE, session_user
from runningcoach.base import i18n
from runningcoach.model.user import User

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
VOILA_PATHS = (
    "/voila",
    "/voila/{rest:path}",
    "/api/kernels/{rest:path}",
)
LAB_PATHS = ("/lab", "/lab/{rest:path}")
HOP_BY_HOP = frozenset(
    [
        *("connection", "keep-alive", "proxy-authenticate", "proxy-authorization"),
        *("proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"),
    ]
)
REWRITTEN = HOP_BY_HOP | {
    *("host", "forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto")
}
"""Request headers that are not passed on as they came."""
PASSED_TO_WEBSOCKETS = frozenset({b"cookie", b"user-agent"})

REFUSED = 4403
UNKNOWN = 4401
UNREACHABLE = 1014


class Backend(NamedTuple):
    """A Jupyter server: its address, and its users."""

    address: str
    owner_only: bool

    def admits(self, user: User) -> bool:
        """Return whether `user` may use it."""
        return not self.owner_only or user.role == "owner"


def mount(app: FastAPI, voila_address: str, lab_address: str | None = None) -> None:
    """Serve the pages at `voila_address`, and JupyterLab if given, under `app`'s own address."""
    client = _client()
    public_url = app.state.settings.public_url
    public_host = origin_check.host_of(public_url) if public_url else None
    pages = ReverseProxy(client, Backend(voila_address, owner_only=False), public_host)
    app.router.routes.extend(_routes(VOILA_PATHS, pages))
    if lab_address:
        lab = ReverseProxy(client, Backend(lab_address, owner_only=True), public_host)
        app.router.routes.extend(_routes(LAB_PATHS, lab))
    _close_with(app, client)


def _routes(paths: tuple[str, ...], passage: "ReverseProxy") -> list[BaseRoute]:
    return [
        route
        for path in paths
        for route in (
            Route(path, passage.request, methods=METHODS, include_in_schema=False),
            WebSocketRoute(path, passage.websocket),
        )
    ]


def _client() -> httpx.AsyncClient:
    """Return a client that waits as long as a page takes to draw and keeps no cookies."""
    return httpx.AsyncClient(
        timeout=httpx.Timeout(10.0, read=None, pool=None),
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=20),
        trust_env=False,
    )


def _close_with(app: FastAPI, client: httpx.AsyncClient) -> None:
    inner: Any = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[Any]:
        async with inner(app) as state, client:
            yield state

    app.router.lifespan_context = lifespan


class ReverseProxy:
    """Passes requests and websockets of logged-in users on to one Jupyter server."""

    def __init__(
        self, client: httpx.AsyncClient, backend: Backend, public_host: str | None
    ) -> None:
        self._client = client
        self._backend = backend
        self._public_host = public_host

    async def request(self, request: Request) -> Response:
        """Answer with the response of the upstream server."""
        user = await run_in_threadpool(who_is, request)
        if user is None:
            return _to_login(request)
        if not self._backend.admits(user):
            return PlainTextResponse("403", 403)
        if _climbs(request):
            return PlainTextResponse("404", 404)
        try:
            return await self._passed_on(request)
        except httpx.TransportError:
            return _later(user.language)

    async def _passed_on(self, request: Request) -> Response:
        body = request.stream() if _has_body(request) else None
        sent = self._client.build_request(
            request.method,
            self._url("http", request),
            headers=_headers(request, self._public_host),
            content=body,
            extensions={"target": _target(request)},
        )
        answer = await self._client.send(sent, stream=True)
        response = StreamingResponse(
            answer.aiter_raw(), answer.status_code, background=BackgroundTask(answer.aclose)
        )
        response.raw_headers = [
            (name.lower(), value)
            for name, value in answer.headers.raw
            if name.lower().decode() not in HOP_BY_HOP
        ]
        return response

    async def websocket(self, browser: WebSocket) -> None:
        """Carry messages both ways until one side ends."""
        user = await run_in_threadpool(who_is, browser)
        if user is None:
            await browser.close(UNKNOWN)
            return
        if not self._backend.admits(user) or _climbs(browser):
            await browser.close(REFUSED)
            return
        try:
            server = await self._connected(browser)
        except (OSError, TimeoutError, websockets.WebSocketException):
            await browser.close(UNREACHABLE)
            return
        async with server:
            await browser.accept(subprotocol=server.subprotocol)
            await _carry(browser, server)

    async def _connected(self, browser: WebSocket) -> websockets.ClientConnection:
        headers = [
            (name.decode(), value.decode("latin-1"))
            for name, value in browser.headers.raw
            if name in PASSED_TO_WEBSOCKETS
        ]
        return await websockets.connect(
            self._url("ws", browser),
            additional_headers=headers,
            subprotocols=browser.scope.get("subprotocols") or None,
            user_agent_header=None,
            compression=None,
            max_size=None,
            open_timeout=10,
            proxy=None,
        )

    def _url(self, scheme: str, connection: HTTPConnection) -> str:
        """Return the address behind, with path and query byte for byte as they came."""
        return f"{scheme}://{self._backend.address}{_target(connection).decode()}"


def _target(connection: HTTPConnection) -> bytes:
    path = connection.scope.get("raw_path", connection.url.path.encode()).split(b"?")[0]
    query = connection.scope["query_string"]
    return path + (b"?" + query if query else b"")


def _climbs(connection: HTTPConnection) -> bool:
    """Return whether a path leads upwards, spelled out or not: no page of ours is there."""
    return ".." in connection.scope["path"].replace("\\", "/").split("/")


def who_is(connection: HTTPConnection) -> User | None:
    """Return the user of the request's session."""
    pool: ConnectionPool = connection.app.state.pool
    with pool.connection() as conn:
        return session_user(conn, cookie(connection.scope, COOKIE))


def _has_body(request: Request) -> bool:
    return "content-length" in request.headers or "transfer-encoding" in request.headers


def _headers(request: Request, public_host: str | None) -> list[tuple[bytes, bytes]]:
    """Return the headers to pass on: the browser's, byte for byte, its host, address and scheme."""
    named = request.headers.get("connection", "").lower().replace(" ", "").split(",")
    passed = [
        (name, value)
        for name, value in request.headers.raw
        if name.decode("latin-1") not in REWRITTEN.union(named)
    ]
    peer = request.client.host if request.client else ""
    return [
        *passed,
        (b"host", origin_check.browser_host_of(request.headers, public_host).encode("latin-1")),
        (b"x-forwarded-for", peer.encode()),
        (b"x-forwarded-proto", request.url.scheme.encode()),
    ]


def _to_login(request: Request) -> Response:
    """Send a reader to the login and from there back; refuse anything else."""
    wants_page = request.method == "GET" and "text/html" in request.headers.get("accept", "")
    if not wants_page:
        return PlainTextResponse("401", 401)
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"/login?next={quote(here, safe='/')}", 303)


def _later(language: str) -> Response:
    """Say that the pages are being started, and look again soon."""
    words = i18n.t("up.pages_starting", language)
    page = (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
        f'<meta http-equiv="refresh" content="2"><title>RunningCoach</title>'
        f'<body style="background:#0b1220;color:#cde;font:1.1rem sans-serif;padding:3rem">{words}'
    )
    return HTMLResponse(page, 503, headers={"Retry-After": "2", "Cache-Control": "no-store"})


async def _carry(browser: WebSocket, server: websockets.ClientConnection) -> None:
    ways = [
        asyncio.create_task(_from_browser(browser, server)),
        asyncio.create_task(_from_server(browser, server)),
    ]
    _, running = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    for way in running:
        way.cancel()
    await asyncio.gather(*ways, return_exceptions=True)


async def _from_browser(browser: WebSocket, server: websockets.ClientConnection) -> None:
    while True:
        message = await browser.receive()
        if message["type"] == "websocket.disconnect":
            return
        data = message.get("bytes")
        await server.send(data if data is not None else message["text"])


async def _from_server(browser: WebSocket, server: websockets.ClientConnection) -> None:
    try:
        async for message in server:
            if isinstance(message, bytes):
                await browser.send_bytes(message)
            else:
                await browser.send_text(message)
        await browser.close()
    except (WebSocketDisconnect, websockets.ConnectionClosedError):
        return
