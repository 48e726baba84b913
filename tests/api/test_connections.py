"""What a stranger's connections may take of the running server, and what it makes of odd bytes."""

import re
import socket
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from runningcoach.api import connection_limits

from .running import Web, drained, running

GET = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"
LOGIN = b"POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
SHORT = {
    "HEAD_S": 1.0,
    "BODY_S": 1.5,
    "AFTER_ANSWER_S": 1.0,
    "IDLE_S": 0.3,
    "MOST_PER_ADDRESS": 40,
}


@pytest.fixture(scope="module")
def web(clone, tmp_path_factory) -> Iterator[Web]:
    with clone() as url, running(url, tmp_path_factory.mktemp("web"), SHORT) as started:
        yield started


def status(answer: bytes) -> int:
    """Status of the first answer; 0 when there was none."""
    found = re.match(rb"HTTP/1\.1 (\d{3})", answer)
    return int(found[1]) if found else 0


def answers(received: bytes) -> list[int]:
    return [int(code) for code in re.findall(rb"HTTP/1\.1 (\d{3}) ", received)]


def seconds_until_closed(peer: socket.socket) -> tuple[float, bytes]:
    began = time.monotonic()
    peer.settimeout(10)
    received = drained(peer)
    return time.monotonic() - began, received


def seconds_of_dripping(peer: socket.socket, drop: bytes) -> float:
    """How long a server takes what comes drop by drop."""
    began = time.monotonic()
    with suppress(ConnectionError):
        while time.monotonic() - began < 8:
            peer.sendall(drop)
            time.sleep(0.1)
    return time.monotonic() - began


def test_limits_are_those_of_a_household():
    assert connection_limits.HEAD_S <= 10
    assert connection_limits.BODY_S <= 20
    assert connection_limits.HEAD_BYTES <= 65_536
    assert 50 <= connection_limits.MOST_PER_ADDRESS < connection_limits.MOST_IN_ALL < 1024


@pytest.mark.parametrize(
    "head",
    [
        GET + b"X-Long: " + b"a" * 60_000 + b"\r\n\r\n",
        GET + b"X-Long: " + b"a" * 600_000,
        GET + b"".join(b"X-%d: a\r\n" % n for n in range(200)) + b"\r\n",
        b"GET /" + b"a" * 600_000,
    ],
    ids=["long", "endless", "many", "path"],
)
def test_a_head_has_a_limit(web: Web, head: bytes):
    answer = web.talk(head)
    assert status(answer) == 431
    assert b"application/problem+json" in answer
    assert b"too many headers" in answer


@pytest.mark.parametrize("begun", [b"", b"GET", GET, LOGIN + b"Content-Length: 9"])
def test_a_head_that_does_not_come_is_not_waited_for(web: Web, begun: bytes):
    with web.connect() as peer:
        peer.sendall(begun)
        seconds, answer = seconds_until_closed(peer)
    assert seconds < 4
    assert status(answer) == (408 if begun else 0)


def test_a_second_head_is_not_waited_for_either(web: Web):
    with web.connect() as peer:
        peer.sendall(GET + b"\r\n")
        while b'"ok"' not in peer.recv(65536):
            pass
        peer.sendall(b"GET /healthz")
        seconds, answer = seconds_until_closed(peer)
    assert (seconds < 4, status(answer)) == (True, 408)


def test_a_head_that_drips_is_not_waited_for(web: Web):
    with web.connect() as peer:
        assert seconds_of_dripping(peer, b"G") < 4


@pytest.mark.parametrize(
    ("body", "drop"),
    [
        (b"Content-Length: 900\r\n\r\n{", b" "),
        (b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n", b"1\r\n \r\n"),
    ],
    ids=["length", "chunks"],
)
def test_a_body_that_drips_is_not_waited_for(web: Web, body: bytes, drop: bytes):
    began = time.monotonic()
    with web.connect() as peer:
        peer.sendall(LOGIN + body)
        peer.setblocking(False)
        received = b""
        while time.monotonic() - began < 8 and b"408" not in received:
            time.sleep(0.2)
            peer.send(drop)
            try:
                received += peer.recv(65536)
            except BlockingIOError:
                continue
    assert status(received) == 408
    assert time.monotonic() - began < 5


def test_chunks_that_bring_no_body_are_cut_off(web: Web):
    head = LOGIN + b"Transfer-Encoding: chunked\r\n\r\n"
    for framing in (b"1;" + b"a" * 900_000, b"0\r\nX-Trailer: " + b"a" * 900_000):
        assert status(web.talk(head + framing)) in (400, 401, 422, 431)
    assert web.rss_mb < 400


def test_a_body_goes_on_as_long_as_it_keeps_coming(web: Web):
    """Slower than the limit allows to a stranger who stalls, but steadily."""
    with web.connect() as peer:
        peer.sendall(LOGIN + b"Content-Length: 12000\r\n\r\n{")
        for _ in range(10):
            time.sleep(0.25)
            peer.sendall(b" " * 1_000)
        peer.sendall(b" " * 1_999)
        assert status(peer.recv(65536)) == 422


def test_who_was_refused_does_not_go_on_sending(web: Web):
    upload = b"POST /api/v1/activities/upload HTTP/1.1\r\nHost: x\r\nContent-Length: 90000000"
    with web.connect() as peer:
        peer.sendall(upload + b"\r\n\r\n")
        assert status(peer.recv(65536)) == 401
        assert seconds_of_dripping(peer, b"x" * 1_000) < 4


def test_before_a_login_bodies_are_small(web: Web):
    form = b"application/x-www-form-urlencoded"
    for path, kind in ((b"/api/v1/auth/login", b"application/json"), (b"/login", form)):
        head = b"POST " + path + b" HTTP/1.1\r\nHost: x\r\nContent-Type: " + kind + b"\r\n"
        assert status(web.talk(head + b"Content-Length: 20000\r\n\r\n" + b" " * 20_000)) == 413
        chunked = b"Transfer-Encoding: chunked\r\n\r\n" + b"1000\r\n" + b" " * 4096 + b"\r\n"
        assert status(web.talk(head + chunked + (b"1000\r\n" + b" " * 4096 + b"\r\n") * 5)) == 413


def test_requests_sent_ahead_have_a_limit(web: Web):
    received = web.talk((GET + b"\r\n") * 2_000)
    assert len(answers(received)) < 50
    with web.client() as http:
        assert http.get("/healthz").status_code == 200


def test_connections_of_one_address_have_a_limit_and_others_are_served(web: Web):
    peers = [web.connect() for _ in range(60)]
    try:
        for peer in peers:
            peer.sendall(GET)
        time.sleep(0.3)
        refused = peers[-1].recv(65536)
        assert status(refused) == 503
        assert b"retry-after" in refused.lower()
        with web.client("127.0.0.2") as elsewhere:
            assert elsewhere.get("/healthz").status_code == 200
        assert all(seconds_until_closed(peer)[0] < 4 for peer in peers)
    finally:
        for peer in peers:
            peer.close()
    with web.client() as http:
        assert http.get("/healthz").status_code == 200


def test_a_thousand_half_open_requests_take_little_and_go(web: Web):
    before = web.rss_mb
    peers = [web.connect(f"127.0.1.{n % 12 + 1}") for n in range(900)]
    try:
        for peer in peers:
            peer.setblocking(False)
            try:
                peer.send(GET + b"X-Long: " + b"a" * 30_000)
            except OSError:
                continue
        time.sleep(0.5)
        assert web.rss_mb - before < 60
        began = time.monotonic()
        for peer in peers:
            peer.setblocking(True)
            seconds_until_closed(peer)
        assert time.monotonic() - began < 5
    finally:
        for peer in peers:
            peer.close()
    with web.client() as http:
        assert http.get("/readyz").status_code == 200


UPGRADE = (
    b"GET /voila/x HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)


def test_websockets_of_strangers_have_the_same_limits(web: Web):
    assert status(web.talk(UPGRADE + b"X-Long: " + b"a" * 600_000)) == 431
    with web.connect() as peer:
        peer.sendall(UPGRADE)
        seconds, answer = seconds_until_closed(peer)
    assert (seconds < 4, status(answer)) == (True, 408)
    for _ in range(60):  # none stays counted
        assert status(web.talk(UPGRADE + b"\r\n")) == 403


SMUGGLED = b"GET /api/v1/auth/me HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        b"Content-Length: 5\r\nContent-Length: 60\r\n",
        b"Content-Length: +5\r\n",
        b"Content-Length: 5, 60\r\n",
        b"Content-Length: -1\r\n",
        b"Transfer-Encoding: chunked, identity\r\n",
        b"Transfer-Encoding : chunked\r\n",
        b"Transfer-Encoding:\x0bchunked\r\n",
        b" Transfer-Encoding: chunked\r\n",
        b"X: a\nTransfer-Encoding: chunked\r\n",
    ],
)
def test_no_request_is_smuggled_inside_another(web: Web, head: bytes):
    """A proxy in front may read such a request otherwise, so it is refused and nothing follows."""
    sent = b"POST /healthz HTTP/1.1\r\nHost: x\r\n" + head + b"\r\n0\r\n\r\n" + SMUGGLED
    received = answers(web.talk(sent))
    assert received[:1] == [400]
    assert len(received) == 1


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),
        b"GET  /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /healthz HTTP/9.9\r\nHost: x\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
        b"CONNECT evil.example:443 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET http://evil.example/login HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /%ff%00%0a HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /api/v1/activities/%00 HTTP/1.1\r\nHost: \xec\x99\x9c\r\n\r\n",
        b"GET /login?next=%00%ff HTTP/1.1\r\nHost: x\r\n"
        b"Cookie: \xff=\x80; runningcoach_session=\xe9\r\n\r\n",
        b"GET /login HTTP/1.1\r\nHost: x\r\nUser-Agent: \xe9\xff\r\nX-Request-ID: \xff\r\n\r\n",
        b"POST /login HTTP/1.1\r\nHost: x\r\nOrigin: http://[\xff\r\nContent-Length: 0\r\n\r\n",
        b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data\r\n"
        b"Content-Length: 3\r\n\r\n\xff\xff\xff",
        b"POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        b"Content-Length: 4\r\n\r\n\xff\xfe\x00{",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
        b"GET /voila/x HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    ],
)  # fmt: skip
def test_odd_bytes_are_answered_and_never_with_a_fault(web: Web, sent: bytes):
    received = answers(web.talk(sent))
    assert received
    assert all(100 <= code < 500 for code in received)
