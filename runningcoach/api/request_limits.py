"""How large a request may be; larger ones are refused before they fill memory or disk."""

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from runningcoach.api import mcp, problems, session_middleware
from runningcoach.api.request_context import MCP

ORDINARY_BYTES = 1_000_000
"""Room for any JSON or form that the API reads."""
LOGIN_BYTES = 16_000
"""Bytes of a login form: user name, password and the next path."""
ENVELOPE_BYTES = 1_000_000
"""Bytes that multipart adds to the files."""


class BodyLimitMiddleware:
    """Middleware that refuses bodies that are too large."""

    def __init__(self, app: ASGIApp, upload_path: str, upload_mb: int) -> None:
        self.app = app
        self.upload_path = upload_path
        self.upload_bytes = upload_mb * 1_000_000 + ENVELOPE_BYTES

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse by the announced length, or when more than that arrives."""
        if scope["type"] != "http" or not _is_ours(scope["path"]):
            await self.app(scope, receive, send)
            return
        limit = self._limit(scope["path"])
        announced = Headers(scope=scope).get("content-length", "0")
        if announced.isdigit() and int(announced) > limit:
            await problems.of_error(problems.RequestTooLarge())(scope, receive, send)
            return
        await self.app(scope, _counted(receive, limit), send)

    def _limit(self, path: str) -> int:
        if path == MCP:
            return mcp.MOST_BYTES
        if path in session_middleware.OPEN | session_middleware.PAGES:
            return LOGIN_BYTES
        return self.upload_bytes if path == self.upload_path else ORDINARY_BYTES


def _is_ours(path: str) -> bool:
    is_of_api = path.startswith(session_middleware.API)
    return is_of_api or path == MCP or path in session_middleware.PAGES


def _counted(receive: Receive, limit: int) -> Receive:
    arrived = 0

    async def counting() -> Message:
        nonlocal arrived
        message = await receive()
        arrived += len(message.get("body", b""))
        if arrived > limit:
            raise HTTPException(413)
        return message

    return counting
