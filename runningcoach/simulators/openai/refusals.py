"""Refusals in OpenAI's form."""

from collections.abc import Mapping
from typing import Any


class RefusedCall(Exception):
    """A refusal: its status, its body and its headers."""

    def __init__(
        self,
        status: int,
        message: str,
        code: str | None = None,
        *,
        kind: str = "invalid_request_error",
        param: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.headers = status, dict(headers or {})
        self.body: dict[str, Any] = {
            "error": {"message": message, "type": kind, "param": param, "code": code}
        }


def invalid(message: str, param: str | None = None, code: str | None = None) -> RefusedCall:
    """Return the refusal of a request that is not right."""
    return RefusedCall(400, message, code, param=param)
