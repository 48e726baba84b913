"""A CONNECT proxy that ends TLS itself: the vendors' names lead here, every other name nowhere.

With it the real client libraries run unchanged: the environment names the proxy and the
authority that signed its certificate. A host that nobody plays gets 403 and is written down,
so that a request to the internet is both impossible and seen.
"""

import asyncio
import contextlib
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import trustme

HOSTS = tuple(
    f"{name}.garmin.{land}"
    for land in ("com", "cn")
    for name in (
        "sso",
        "connectapi",
        "diauth",
        "connect",
        "mobile.integration",
        "personal.connectapi",
    )
)


class TlsProxy:
    """The proxy at `url`; `certificates` is the file to trust, `turned_away` who was refused."""

    def __init__(self, port_behind: int, certificates: Path) -> None:
        self.certificates = certificates
        self.turned_away: list[str] = []
        self.seen: list[str] = []
        self._behind = port_behind
        self._context = _context(certificates)
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()

    @property
    def environment(self) -> dict[str, str]:
        """What a process must find in its environment to come here, whatever it asks for."""
        proxies = dict.fromkeys(
            ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"), self.url
        )
        return proxies | {"REQUESTS_CA_BUNDLE": str(self.certificates), "NO_PROXY": ""}

    @contextlib.contextmanager
    def running(self) -> Iterator["TlsProxy"]:
        thread = threading.Thread(target=self._run, daemon=True)
        thread.start()
        self._ready.wait(10)
        try:
            yield self
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            thread.join()
            self._loop.close()

    def _run(self) -> None:
        self._loop.run_until_complete(self._listen())
        self._loop.run_forever()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._server.close()
        self._loop.run_until_complete(asyncio.sleep(0.05))

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._taken, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        self._ready.set()

    async def _taken(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            line = (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")[0].decode()
            method, target, _ = line.split(" ")
            host = target.rpartition(":")[0]
            if method != "CONNECT" or host not in HOSTS:
                await self._turn_away(target, writer)
            else:
                await self._joined(host, reader, writer)
        writer.close()

    async def _turn_away(self, target: str, writer: asyncio.StreamWriter) -> None:
        self.turned_away.append(target)
        writer.write(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n")
        await writer.drain()

    async def _joined(
        self, host: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.seen.append(host)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await writer.drain()
        await writer.start_tls(self._context)
        inner, outer = await asyncio.open_connection("127.0.0.1", self._behind)
        try:
            await asyncio.gather(_pour(reader, outer), _pour(inner, writer))
        finally:  # nobody waits for a farewell
            outer.transport.abort()
            writer.transport.abort()


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
        writer.close()


def _context(certificates: Path) -> ssl.SSLContext:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(certificates))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.set_alpn_protocols(["http/1.1"])
    authority.issue_cert(*HOSTS).configure_cert(context)
    return context
