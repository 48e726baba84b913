"""Middleware of the simulator: lanes, request log, injected faults, authorisation."""

import asyncio
import contextlib
import json
import re
import time
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from runningcoach.simulators.garmin import personal
from runningcoach.simulators.garmin.faults import InjectedFault
from runningcoach.simulators.garmin.world import SimulatorState

type Hang = Callable[[Scope], None]

CONTROL = "/__fake__"
_SIGNIN = re.compile(r"/(mobile|portal|sso|gcm)/|/app$")
_TOKEN = re.compile(r"/(di-oauth2-service|personalapitoken-service)/")
_PAGE = b"<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>"


@dataclass(slots=True)
class HeldAnswer:
    """An answer that is not sent yet."""

    status: int = 0
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""
    stated_length: int | None = None

    async def receive(self, message: Message) -> None:
        """Collect one part of the answer, in place of sending it."""
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], list(message["headers"])
        else:
            self.body += message.get("body", b"")

    async def forward(self, send: Send) -> None:
        """Send the answer; with more promised than there is, the server closes in the middle."""
        named = [pair for pair in self.headers if pair[0] != b"content-length"]
        if self.status != 204:
            named.append((b"content-length", str(self.stated_length or len(self.body)).encode()))
        await send({"type": "http.response.start", "status": self.status, "headers": named})
        part: Message = {"type": "http.response.body", "body": self.body}
        await send(part | {"more_body": self.stated_length is not None})


class RequestGate:
    """ASGI: log, lane, faults, bearer, limits; then the application behind it."""

    def __init__(self, app: ASGIApp, world: SimulatorState, hang_up: Hang) -> None:
        self._app, self._world, self._hang_up = app, world, hang_up
        self._open: dict[str, int] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; the control door is not logged and never upset."""
        if scope["type"] != "http":
            return
        if scope["path"].startswith(CONTROL):
            await self._app(scope, receive, send)
            return
        await self._answer_logged(scope, receive, send)

    async def _answer_logged(self, scope: Scope, receive: Receive, send: Send) -> None:
        lane, begun, calls = self._lane(scope), time.time(), self._world.calls
        with self._count_open(lane):
            call = self._call(scope, lane, begun)
            answered = await self._answer(scope, receive, lane)
            call |= {"status": answered.status, "took_s": time.time() - begun}
        calls.append(call)
        if answered.status:
            answered.headers.append((b"date", self._world.clock.http_date().encode()))
            await answered.forward(send)

    @contextlib.contextmanager
    def _count_open(self, lane: str) -> Any:
        self._open[lane] = self._open.get(lane, 0) + 1
        try:
            yield
        finally:
            self._open[lane] -= 1

    def _call(self, scope: Scope, lane: str, begun: float) -> dict[str, Any]:
        return {
            "at_s": begun,
            "method": scope["method"],
            "path": scope["path"],
            "query": scope["query_string"].decode(),
            "lane": lane,
            "in_flight": sum(self._open.values()),
        }

    def _lane(self, scope: Scope) -> str:
        if _SIGNIN.match(scope["path"]):
            return "signin"
        if _TOKEN.match(scope["path"]):
            return "token"
        return self._world.tokens.kind(bearer(Headers(scope=scope))) or "other"

    async def _answer(self, scope: Scope, receive: Receive, lane: str) -> HeldAnswer:
        struck = [fault for fault in self._world.faults if fault.strikes(scope, lane)]
        # Also without a delay the loop takes its turn, so that open requests are seen as open.
        await asyncio.sleep(max([self._world.latency_s, *(fault.delay_s for fault in struck)]))
        if any(fault.spoil == "drop" for fault in struck):
            self._hang_up(scope)
            await asyncio.sleep(0)
            return HeldAnswer()
        status = next((fault.status for fault in struck if fault.status), None)
        answered = await self._call_app(scope, receive, lane, status)
        await asyncio.sleep(max([0.0, *(fault.answer_delay_s for fault in struck)]))
        if any(fault.spoil == "lost" for fault in struck):
            self._hang_up(scope)
            await asyncio.sleep(0)
            return HeldAnswer()
        for fault in struck:
            _spoil(answered, fault)
        return answered

    async def _call_app(
        self, scope: Scope, receive: Receive, lane: str, status: int | None
    ) -> HeldAnswer:
        answered = HeldAnswer()
        app = _refusal(status) if status else self._refusal_for(scope, lane) or self._app
        try:
            await app(scope, receive, answered.receive)
        except Exception as error:  # a mistake of ours: nobody would look for it in a log
            answered = HeldAnswer()
            await _refusal(500, repr(error))(scope, receive, answered.receive)
        return answered

    def _refusal_for(self, scope: Scope, lane: str) -> Response | None:
        if lane == "other":
            return JSONResponse({"message": "Token is not active", "error": "Unauthorized"}, 401)
        if lane == "personal":
            return personal.refusal(scope, self._open[lane])
        return None


def bearer(headers: Headers) -> str:
    """Return the access token of a request: a bearer, or the web application's cookie."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    cookie = SimpleCookie(headers.get("cookie", "")).get("JWT_WEB")
    return token if scheme == "Bearer" else cookie.value if cookie else ""


def _refusal(status: int, message: str = "as asked for") -> Response:
    return JSONResponse({"message": f"HTTP {status}: {message}", "error": "Simulator"}, status)


def _spoil(answered: HeldAnswer, fault: InjectedFault) -> None:
    named = [(name.lower().encode(), value.encode()) for name, value in fault.headers.items()]
    answered.headers += named
    if fault.spoil == "broken":
        answered.stated_length = len(answered.body)
    if fault.spoil in ("cut", "broken"):
        answered.body = answered.body[: len(answered.body) // 2]
    elif fault.spoil == "gateway":
        answered.status, answered.body = 504, _PAGE
    elif fault.spoil == "malformed":
        answered.body = b'{"calendarDate": "2026-'
    elif fault.spoil == "html":
        answered.body = _PAGE
        answered.headers = [(b"content-type", b"text/html"), *named]
    if fault.add or fault.remove:
        changed = _change_json(json.loads(answered.body or b"null"), fault)
        answered.body = json.dumps(changed).encode()


def _change_json(value: Any, fault: InjectedFault) -> Any:
    if isinstance(value, list):
        return [_change_json(item, fault) for item in value]
    if not isinstance(value, MutableMapping):
        return value
    changed = {name: _change_json(item, fault) for name, item in value.items()}
    return {name: item for name, item in changed.items() if name not in fault.remove} | dict(
        fault.add
    )
