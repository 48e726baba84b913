"""What surrounds every request: its id, its language, safe headers, one line in the log."""

import logging
import re
import time
from urllib.parse import parse_qs, quote

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from runningcoach.base import i18n, logs, security

LANGUAGE_COOKIE = "runningcoach_language"
PAGE_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'self'"
)
"""Nothing from another host. Pages of cells stream inline scripts, so those are let in."""
SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
FEED = "/api/v1/calendar/feed/"
"""Paths below hold an API token, for programs that know an address only."""
MCP = "/mcp"
"""Where assistants ask for the coach's tools."""
_CLIENT_ID = re.compile(r"[\w.-]{8,64}")

log = logging.getLogger(__name__)


class Requests:
    """Middleware around all others."""

    def __init__(self, app: ASGIApp, language: str) -> None:
        self.app = app
        self.language = language

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Name the request, speak its language, and log how it ended."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        logs.request_id.set(_id(scope))
        i18n.use(requested_language(scope, self.language))
        scope.setdefault("state", {})
        began, status = time.perf_counter(), 500

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                _add_headers(scope["path"], headers)
                _stay_here(headers, Headers(scope=scope).get("host", ""))
            await send(message)

        try:
            await self.app(scope, receive, sending)
        finally:
            _note(scope, status, time.perf_counter() - began)


def requested_language(scope: Scope, default: str) -> str:
    """Return the language of a request: ?language=, its cookie, or the default."""
    values = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("language")
    language = values[-1] if values else cookie(scope, LANGUAGE_COOKIE)
    return language if language in i18n.LANGUAGES else default


def cookie(scope: Scope, name: str) -> str | None:
    """Return the value of a cookie."""
    return security.cookie("; ".join(Headers(scope=scope).getlist("cookie")), name)


def _id(scope: Scope) -> str:
    client_id = Headers(scope=scope).get("x-request-id", "")
    return client_id if _CLIENT_ID.fullmatch(client_id) else security.new_token()[:16]


def _add_headers(path: str, headers: MutableHeaders) -> None:
    for name, value in SAFE_HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("Content-Security-Policy", PAGE_POLICY)
    headers["X-Request-ID"] = logs.request_id.get() or ""
    if path.startswith("/api/v1/") or path == MCP:
        headers.setdefault("Cache-Control", "no-store")
        headers.add_vary_header("Cookie")
        headers.add_vary_header("Authorization")


def _stay_here(headers: MutableHeaders, host: str) -> None:
    """Redirect to a path alone: host and scheme are those of the browser, not of the request."""
    target = headers.get("location", "")
    for origin in (f"http://{host}/", f"https://{host}/"):
        if target.startswith(origin):
            headers["location"] = "/" + target.removeprefix(origin).lstrip("/")


def _logged_path(path: str) -> str:
    """Return a path without the token of a calendar feed."""
    return f"{FEED}***" if path.startswith(FEED) else path


def _note(scope: Scope, status: int, seconds: float) -> None:
    if scope["type"] != "http":
        return
    user = scope["state"].get("user")
    log.info(
        "%s %s %d", scope["method"], quote(_logged_path(scope["path"]), safe="/*"), status,
        extra={"ms": round(seconds * 1000, 1), "user_id": user.id if user else None},
    )  # fmt: skip
