"""What the simulated model is given, and what it gives back: the same for both APIs."""

from typing import Any, NamedTuple

from runningcoach.model.conversation import ModelMessage, ToolSpec


class BrainRequest(NamedTuple):
    """All that a request held; `messages` are in order, with the results of tools among them.

    `answer_schema` is the JSON schema that the answer must have the form of, where one was sent.
    """

    model: str
    instructions: str
    messages: tuple[ModelMessage, ...]
    tools: tuple[ToolSpec, ...] = ()
    answer_schema: dict[str, Any] | None = None


class BrainAnswer(NamedTuple):
    """What the model answers: words, and tools that it asks for as (name, arguments as JSON)."""

    text: str = ""
    tool_calls: tuple[tuple[str, str], ...] = ()
