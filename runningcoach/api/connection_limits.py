"""Limits of a connection before login: bytes, headers, time, connections per address.

The limits stand in the server itself, before a request is whole: nothing behind it sees one that
is still on its way. A request's head must be there within `HEAD_S` and its body keep coming at
`LEAST_BYTES_PER_S`; after an answer nobody may go on sending.
"""

import asyncio
from collections import Counter
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from runningcoach.api import problems
from runningcoach.api.client_addresses import TrustedProxies, guest
from runningcoach.base.errors import RunningCoachError

HEAD_BYTES = 32_768
MOST_HEADERS = 100
HEAD_S = 10.0
BODY_S = 20.0
"""How long a body may take, and one second more for each `LEAST_BYTES_PER_S` that have come."""
LEAST_BYTES_PER_S = 500
AFTER_ANSWER_S = 5.0
IDLE_S = 5.0
"""How long a connection may stay open between two requests."""
FRAMING = 8
"""Bytes of chunked encoding for a byte of body, at most: chunks of one byte take six."""
MOST_PIPELINED = 8
MOST_PER_ADDRESS = 200
MOST_IN_ALL = 600
PROXIES = "trusted proxies"
RETRY_S = 10


class OpenConnections:
    """Counts connections by address; a trusted proxy brings those of everybody."""

    def __init__(self, trusted: TrustedProxies) -> None:
        self._trusted = trusted
        self._counts: Counter[str] = Counter()

    def enter(self, transport: asyncio.BaseTransport) -> str:
        """Count a connection; return the name under which it is to leave."""
        host = (transport.get_extra_info("peername") or ("",))[0]
        name = PROXIES if host in self._trusted else guest(host)
        self._counts[name] += 1
        return name

    def leave(self, name: str) -> None:
        """Count a connection no more."""
        self._counts[name] -= 1
        if not self._counts[name]:
            del self._counts[name]

    def are_too_many(self, name: str) -> bool:
        """Return whether there are more than there may be, of one address or in all."""
        of_one = self._counts[name] > MOST_PER_ADDRESS and name != PROXIES
        return of_one or self._counts.total() > MOST_IN_ALL


class GuardedHttp(HttpToolsProtocol):
    """An HTTP connection with limits."""

    def __init__(self, *arguments: Any, opened: OpenConnections, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._opened = opened
        self._guest = ""
        self._deadline: asyncio.TimerHandle | None = None
        self._refusal: RunningCoachError | None = None
        self._is_in_body = False
        self._head_bytes = 0
        self._raw_bytes = 0
        self._body_bytes = 0
        self._body_began = 0.0

    # The connection --------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request, unless there are too many connections."""
        super().connection_made(transport)
        self._guest = self._opened.enter(transport)
        if self._opened.are_too_many(self._guest):
            self._refuse(problems.TooManyConnections(RETRY_S))
        else:
            self._wait(HEAD_S)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._stop_waiting()
        self._opened.leave(self._guest)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count received bytes; refuse too many for the body that they carry."""
        if self.transport.is_closing():
            return
        if self._is_in_body:
            self._raw_bytes += len(data)
        else:
            self._head_bytes += len(data)
            if self._deadline is None:
                self._wait(HEAD_S)
        super().data_received(data)
        if self.transport.get_protocol() is self and not self.transport.is_closing():
            self._check_size()

    def _check_size(self) -> None:
        framing = self._raw_bytes - self._body_bytes
        if not self._is_in_body and self._head_bytes > HEAD_BYTES:
            self._refuse(problems.HeadTooLarge())
        elif self._is_in_body and framing > HEAD_BYTES + FRAMING * self._body_bytes:
            self._refuse(problems.MalformedRequest())

    def handle_websocket_upgrade(self) -> None:
        """Hand the connection over; it is counted there from now on."""
        self._stop_waiting()
        self._opened.leave(self._guest)
        super().handle_websocket_upgrade()

    # The parser's callbacks ------------------------------------------------------------------

    def on_message_begin(self) -> None:
        """Refuse a client that pipelines requests without waiting for answers."""
        if len(self.pipeline) >= MOST_PIPELINED:
            self._give_up(problems.MalformedRequest())
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header, or a trailer, unless there are too many."""
        if len(self.headers) >= MOST_HEADERS:
            self._give_up(problems.HeadTooLarge())
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Begin to wait for the body."""
        if len(self.url) + sum(len(n) + len(v) for n, v in self.headers) > HEAD_BYTES:
            self._give_up(problems.HeadTooLarge())
        self._is_in_body = True
        self._head_bytes = self._raw_bytes = self._body_bytes = 0
        self._body_began = self.loop.time()
        self._wait(BODY_S)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Count the bytes received of the body."""
        self._body_bytes += len(body)
        self._raw_bytes = max(self._raw_bytes, self._body_bytes)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Wait for nothing more until the next request begins."""
        self._is_in_body = False
        self._stop_waiting()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Close the connection of a client that goes on sending after the answer."""
        super().on_response_complete()
        if self._is_in_body:
            self._wait(AFTER_ANSWER_S)

    # Time ------------------------------------------------------------------------------------

    def _wait(self, seconds: float) -> None:
        self._stop_waiting()
        self._deadline = self.loop.call_later(seconds, self._look_at_the_clock)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _look_at_the_clock(self) -> None:
        """Close a connection that is too slow, with a problem where a request is pending."""
        left_s = self._left_s()
        if left_s > 0:
            self._wait(left_s)
        elif self._is_answered() and (self._is_in_body or not self._head_bytes):
            self.transport.close()
        else:
            self._refuse(problems.TooSlow())

    def _left_s(self) -> float:
        """Return the seconds left for a body; a pause of our own reading does not count."""
        if not self._is_in_body or self._is_answered():
            return 0.0
        if self.flow.read_paused:
            return BODY_S
        due = self._body_began + BODY_S + self._body_bytes / LEAST_BYTES_PER_S
        return due - self.loop.time()

    def _is_answered(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    # Refusals --------------------------------------------------------------------------------

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002
        """Answer a request that cannot be parsed, or that a callback refused, with a problem."""
        self._refuse(self._refusal or problems.MalformedRequest())

    def _give_up(self, error: RunningCoachError) -> None:
        """Let the parser stop."""
        self._refusal = error
        raise error

    def _refuse(self, error: RunningCoachError) -> None:
        """Say why and close; an answer that is under way is cut off."""
        self._stop_waiting()
        if self._is_answered() or not self.cycle.response_started:
            self.transport.write(_rendered(error))
            self.transport.close()
        else:
            self.transport.abort()


class GuardedWebSocket(WebSocketsSansIOProtocol):
    """A websocket, counted like any connection."""

    def __init__(self, *arguments: Any, opened: OpenConnections, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._opened = opened
        self._guest = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count the connection."""
        super().connection_made(transport)
        self._guest = self._opened.enter(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Count it no more."""
        self._opened.leave(self._guest)
        super().connection_lost(exc)


def _rendered(error: RunningCoachError) -> bytes:
    """Return a problem as bytes on the wire, after which the connection is closed."""
    answer = problems.of_error(error)
    head = [
        f"HTTP/1.1 {answer.status_code} {problems.title(answer.status_code)}".encode(),
        *(name + b": " + value for name, value in answer.raw_headers),
        b"connection: close",
    ]
    return b"\r\n".join(head) + b"\r\n\r\n" + cast("bytes", answer.body)
