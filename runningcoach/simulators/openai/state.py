"""State of a running simulator of OpenAI."""

from collections import deque
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from runningcoach.model.conversation import FinishReason

KEY = "sk-simulated-not-a-secret"
CONTROL_KEY = "rc-simulated-control"
MODELS = ("gpt-6-luna", "gpt-6.1-terra", "gpt-6.1-sol", "qwen3:8b", "text-embedding-3-small")

type Trait = Literal[
    "without_responses",
    "without_streaming",
    "without_usage",
    "without_store",
    "without_stream_options",
    "without_response_format",
    "without_max_tokens",
    "without_call_ids",
    "without_call_numbers",
    "whole_arguments",
    "object_arguments",
    "keepalive_comments",
    "stays_open",
    "reasoning",
    "thinks_aloud",
    "ignores_dimensions",
    "float_vectors",
]
"""Ways in which compatible servers differ from OpenAI's own."""
TRAITS: tuple[str, ...] = get_args(Trait.__value__)


@dataclass(slots=True)
class ScriptedAnswer:
    """An answer that was laid down beforehand."""

    text: str = ""
    tool_calls: tuple[tuple[str, str], ...] = ()
    finish: FinishReason | None = None


@dataclass(slots=True)
class ModelFault:
    """A fault of the next answers; see `OpenAiSimulator.fail_next`."""

    kind: str
    times: int = 1
    retry_after_s: float | None = None
    text: str | None = None


@dataclass(slots=True)
class RawReply:
    """An answer as its very bytes, in place of everything else."""

    body: str
    status: int
    content_type: str
    headers: dict[str, str]


@dataclass(slots=True)
class ModelServerState:
    """What a simulator holds; `log` holds its requests, oldest first.

    `delay_s` is the pause before each piece of a stream, `write_bytes` the size of what is
    written at once, `context_tokens` what a model can read, `prompts` the last prompt of each
    cache key.
    """

    models: tuple[str, ...] = MODELS
    traits: set[str] = field(default_factory=set)
    scripted: deque[ScriptedAnswer] = field(default_factory=deque)
    raw: deque[RawReply] = field(default_factory=deque)
    faults: list[ModelFault] = field(default_factory=list)
    log: list[dict[str, Any]] = field(default_factory=list)
    prompts: dict[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    write_bytes: int | None = None
    context_tokens: int = 272_000
    answers: int = 0

    def reset(self) -> None:
        """Forget everything, in place."""
        fresh = ModelServerState()
        for name in ModelServerState.__slots__:
            setattr(self, name, getattr(fresh, name))

    def take_fault(self, kinds: tuple[str, ...]) -> ModelFault | None:
        """Return the next fault of these kinds, and count it."""
        found = next((fault for fault in self.faults if fault.kind in kinds), None)
        if found is not None:
            found.times -= 1
            self.faults = [fault for fault in self.faults if fault.times > 0]
        return found
