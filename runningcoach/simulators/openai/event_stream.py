"""Send an answer in pieces, and notice when nobody listens any more."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from runningcoach.simulators.openai.state import ModelServerState

LONGEST_SILENCE_S = 120.0


class StreamEvent(NamedTuple):
    """One event as it goes over the wire; `is_piece` for a piece of text."""

    wire: bytes
    is_piece: bool = False


class EventStream:
    """ASGI: the events of an answer; a fault of the wire strikes half-way through the pieces."""

    def __init__(
        self,
        request: Request,
        events: Sequence[StreamEvent],
        entry: dict[str, Any],
        fault: str | None,
        failure: bytes,
    ) -> None:
        self._events, self._entry = events, entry
        self._fault, self._failure = fault, failure
        self._state: ModelServerState = request.app.state.world
        self._hang_up: Callable[[Scope], None] = request.app.state.hang_up

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the events, until the end or until the listener has gone."""
        headers = [(b"content-type", b"text/event-stream; charset=utf-8")]
        headers.append((b"x-request-id", self._entry["request_id"].encode()))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        gone = asyncio.create_task(_until_gone(receive))
        try:
            await self._send_all(scope, send, gone)
        finally:
            self._entry["is_hung_up"] = gone.done()
            gone.cancel()

    async def _send_all(self, scope: Scope, send: Send, gone: asyncio.Task[None]) -> None:
        sent, half = 0, sum(event.is_piece for event in self._events) // 2
        for event in self._events:
            if self._fault is not None and event.is_piece and sent >= half:
                await self._strike(scope, send, gone)
                return
            await self._pause(gone, self._state.delay_s if event.is_piece else 0.0)
            if gone.done():
                return
            await self._write(send, event.wire)
            sent += event.is_piece
        if "stays_open" in self._state.traits:
            await self._pause(gone, LONGEST_SILENCE_S)
        await self._end(send)

    async def _strike(self, scope: Scope, send: Send, gone: asyncio.Task[None]) -> None:
        """Let the fault happen, which ends the answer."""
        match self._fault:
            case "cut":
                await asyncio.sleep(0.05)  # what was written is on its way
                self._hang_up(scope)
            case "stall":
                await self._pause(gone, LONGEST_SILENCE_S)
            case "endless":
                while not gone.done():
                    await self._write(send, b": still here\n\n")
                    await self._pause(gone, 0.05)
            case "bad_event":
                await self._end(send, b'data: {"type": "response.output_te\n\n')
            case "failed":
                await self._end(send, self._failure)
            case _:
                await self._end(send)

    async def _end(self, send: Send, last: bytes = b"") -> None:
        await send({"type": "http.response.body", "body": last, "more_body": False})

    async def _write(self, send: Send, wire: bytes) -> None:
        size = self._state.write_bytes or len(wire)
        for first in range(0, len(wire), size):
            body = wire[first : first + size]
            await send({"type": "http.response.body", "body": body, "more_body": True})
            if size < len(wire):
                await asyncio.sleep(0)

    async def _pause(self, gone: asyncio.Task[None], seconds: float) -> None:
        # Without a pause the loop takes its turn too, so that a listener who left is noticed.
        await asyncio.sleep(0)
        if seconds:
            await asyncio.wait({gone}, timeout=seconds)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def wait_until_gone(receive: Receive, seconds: float) -> bool:
    """Return whether the listener left within `seconds`."""
    try:
        await asyncio.wait_for(_until_gone(receive), seconds)
    except TimeoutError:
        return False
    return True
