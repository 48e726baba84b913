"""Requests that change something must come from our own pages."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from runningcoach.api import problems

HARMLESS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class Origins:
    """Middleware that refuses changing requests and websockets of foreign pages."""

    def __init__(self, app: ASGIApp, public_url: str | None) -> None:
        self.app = app
        self.public_host = host_of(public_url) if public_url else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through unless a page of another origin made it."""
        if not _changing(scope) or not is_foreign(Headers(scope=scope), self.public_host):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": "foreign origin"})
        else:
            await problems.of_error(problems.ForeignOrigin())(scope, receive, send)


def _changing(scope: Scope) -> bool:
    return scope["type"] == "websocket" or scope.get("method", "GET") not in HARMLESS


def is_foreign(headers: Headers, public_host: str | None) -> bool:
    """Return whether a page of another origin sent this.

    Browsers always tell, by Sec-Fetch-Site or Origin, and no page can make them lie. Who sends
    neither is no browser, and carries no cookie that it was not given. Sec-Fetch-Site holds
    behind a proxy that puts a host of its own into the request, too.
    """
    site = headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        return True
    origin = headers.get("origin")
    if origin is None or site == "same-origin":
        return False
    return host_of(origin) not in _ours(headers, public_host)


def browser_host_of(headers: Headers, public_host: str | None) -> str:
    """Return the host in the browser, by Origin or Referer of our own pages; else Host."""
    browser_host = host_of(headers.get("origin", "")) or host_of(headers.get("referer", ""))
    is_trusted = headers.get("sec-fetch-site") == "same-origin" or browser_host in _ours(
        headers, public_host
    )
    return browser_host if browser_host and is_trusted else headers.get("host", "")


def host_of(address: str) -> str:
    """Return host and port of an address; "" for `null` and invalid addresses."""
    try:
        return urlsplit(address).netloc.lower()
    except ValueError:
        return ""


def _ours(headers: Headers, public_host: str | None) -> set[str]:
    return {host.lower() for host in (headers.get("host"), public_host) if host}
