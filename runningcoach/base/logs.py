"""Logs on standard error: one line an event, JSON for machines, plain for a terminal.

Every line carries the request_id or run_id in force. Secrets are taken out before a line is
written: values of telling names, passwords inside addresses, and tokens.
"""

import json
import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, TextIO

from runningcoach.base.key_masking import mask_keys

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
run_id: ContextVar[str | None] = ContextVar("run_id", default=None)

REMOVED = "***"
_TELLING = (
    r"pass(?:word|wd)?|pwd|secret|token|api[_-]?key|authorization|cookie|runningcoach_session"
)
_NAMED = re.compile(
    rf"(?i)\b([\w-]*(?:{_TELLING})[\w-]*[\"']?\s*[=:]\s*)(?!\*\*\*)(\"[^\"]*\"|'[^']*'|[^\s,;&)}}]+)"
)
_BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]+")
_API_TOKEN = re.compile(r"rc_[\w-]{20,}")
_ADDRESS = re.compile(r"(\w+://[^\s:/@]*):[^\s@/]+@")
_KEY = re.compile(rf"(?i){_TELLING}")
_ORDINARY = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message"}


def configure(
    level: str = "INFO", *, plain: bool | None = None, stream: TextIO | None = None
) -> None:
    """Send all logs to `stream` (standard error); plain when that is a terminal, else JSON."""
    out = stream or sys.stderr
    handler = logging.StreamHandler(out)
    handler.setFormatter(Plain() if _is_plain(plain, out) else Json())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs addresses with their queries
    logging.getLogger("mcp").setLevel(logging.WARNING)  # it logs what assistants ask and are told
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = name != "uvicorn.access"


def _is_plain(plain: bool | None, stream: TextIO) -> bool:
    return stream.isatty() if plain is None else plain


@contextmanager
def run(id: str) -> Iterator[None]:
    """Let every line inside the block carry `id` as its run_id."""
    token = run_id.set(id)
    try:
        yield
    finally:
        run_id.reset(token)


def without_secrets(text: str) -> str:
    """Return the text with passwords, tokens and keys replaced by asterisks."""
    text = mask_keys(_API_TOKEN.sub(REMOVED, _BEARER.sub(rf"\1 {REMOVED}", text)))
    text = _ADDRESS.sub(rf"\1:{REMOVED}@", text)
    return _NAMED.sub(rf"\1{REMOVED}", text)


def fields(record: logging.LogRecord) -> dict[str, Any]:
    """Return the fields of a line besides its message: the ids in force and `extra`."""
    ids = {"request_id": request_id.get(), "run_id": run_id.get()}
    extra = {name: value for name, value in vars(record).items() if name not in _ORDINARY}
    present = {name: value for name, value in (ids | extra).items() if value is not None}
    return {name: _harmless(name, value) for name, value in present.items()}


def _harmless(name: str, value: object) -> object:
    if _KEY.search(name):
        return REMOVED
    return value if isinstance(value, int | float) else without_secrets(str(value))


class Json(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as JSON."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": without_secrets(record.getMessage()),
        }
        if record.exc_info:
            line["error"] = without_secrets(self.formatException(record.exc_info))
        return json.dumps(fields(record) | line, ensure_ascii=False)


class Plain(logging.Formatter):
    """Time, level and message, then the fields as name=value."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as text for a person."""
        when = datetime.fromtimestamp(record.created).astimezone().strftime("%H:%M:%S")
        extra = " ".join(f"{name}={value}" for name, value in fields(record).items())
        line = (
            f"{when} {record.levelname:<7} {without_secrets(record.getMessage())} {extra}".rstrip()
        )
        if record.exc_info:
            line += "\n" + without_secrets(self.formatException(record.exc_info))
        return line
