"""An answer while it comes in, the same for both APIs."""

import math
from dataclasses import dataclass, field
from typing import Any

from runningcoach.model.conversation import FinishReason, ModelUsage, ToolCall


@dataclass(slots=True)
class CallParts:
    """A tool that is being asked for; its arguments come in pieces, told apart by `number`."""

    call_id: str = ""
    name: str = ""
    arguments: str = ""
    number: Any = None


@dataclass(slots=True)
class AnswerParts:
    """What has come of an answer so far; it is complete when `finish_reason` is known.

    `told_error` is the error that the server put in place of the rest.
    """

    texts: list[str] = field(default_factory=list)
    calls: list[CallParts] = field(default_factory=list)
    finish_reason: FinishReason | None = None
    usage: ModelUsage | None = None
    model: str = ""
    response_id: str | None = None
    told_error: Any = None

    def tool_calls(self, turn: int) -> tuple[ToolCall, ...]:
        """Return the tools asked for; `turn` numbers the ids that a server left out."""
        return tuple(
            ToolCall(
                call_id=call.call_id or f"call_{turn}_{number}",
                name=call.name,
                arguments=call.arguments or "{}",
            )
            for number, call in enumerate(self.calls)
        )

    def finish(self, reason: FinishReason) -> None:
        """Complete the answer; one that stopped has done so for tools where it asks for some."""
        stopped = "tool_calls" if self.calls else "stop"
        self.finish_reason = stopped if reason in ("stop", "tool_calls") else reason


def item(value: Any, *path: str) -> Any:
    """Return what stands at `path` in nested objects of JSON; None where there is no such place."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def text(value: Any, *path: str) -> str:
    """Return the text that stands there, or an empty one."""
    found = item(value, *path)
    return found if isinstance(found, str) else ""


def rows(value: Any, *path: str) -> list[Any]:
    """Return the list that stands there, or an empty one."""
    found = item(value, *path)
    return found if isinstance(found, list) else []


def count(value: Any, *path: str) -> int:
    """Return the number of 0 or more that stands there, or 0."""
    found = item(value, *path)
    is_number = isinstance(found, int | float) and math.isfinite(found)
    return max(int(found), 0) if is_number else 0
