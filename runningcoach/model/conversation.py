"""Talking with the coach: settings, conversations, what a model is asked and what it answers."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from runningcoach.model.record import Record

PrivacyLevel = Literal["summary", "training", "health"]
"""What may leave the host: weekly totals, paces and the plan; single runs too; health and notes
too. Never places, names, or anything from Strava."""
ModelApi = Literal["responses", "chat"]
FinishReason = Literal["stop", "tool_calls", "length", "refusal", "content_filter", "cancelled"]
MessageRole = Literal["user", "assistant"]


class AiSettings(Record):
    """How a runner's coach talks; off until it is switched on. Budgets are in US dollars."""

    is_enabled: bool = False
    privacy_level: PrivacyLevel = "training"
    api: ModelApi = "responses"
    base_url: str | None = None
    chat_model: str = ""
    plan_model: str = ""
    daily_budget_usd: Annotated[float, Field(ge=0)] = 0.5
    monthly_budget_usd: Annotated[float, Field(ge=0)] = 5.0
    has_key: bool = False


class ModelPart(Record):
    """The base of what is exchanged with a model: frozen, no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ToolCall(ModelPart):
    """A model asks for a tool: `arguments` is JSON text as it came."""

    call_id: str
    name: str
    arguments: str


class ModelMessage(ModelPart):
    """One turn for a model: words, the tools that it asked for, or the result of one."""

    role: Literal["user", "assistant", "tool"]
    content: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    call_id: str | None = None


class ToolSpec(ModelPart):
    """A tool that a model may ask for: `parameters` is its JSON schema."""

    name: str
    description: str
    parameters: dict[str, Any]


class ModelRequest(ModelPart):
    """All that is sent to a model in one call; `answer_schema` asks for JSON of this form."""

    model: str
    instructions: str
    messages: tuple[ModelMessage, ...]
    tools: tuple[ToolSpec, ...] = ()
    answer_name: str | None = None
    answer_schema: dict[str, Any] | None = None
    max_output_tokens: int = 2_000
    user_hash: str = ""


class ModelUsage(ModelPart):
    """What a call used; `output_tokens` includes `reasoning_tokens`."""

    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    reasoning_tokens: int = 0


class TextDelta(ModelPart):
    """A piece of an answer."""

    kind: Literal["text"] = "text"
    text: str


class ModelDone(ModelPart):
    """The end of a model's answer: the whole text, the tools asked for, what it used."""

    kind: Literal["done"] = "done"
    text: str
    tool_calls: tuple[ToolCall, ...] = ()
    finish_reason: FinishReason
    usage: ModelUsage | None = None
    model: str = ""
    response_id: str | None = None
    request_id: str | None = None
    latency_ms: int = 0


ModelEvent = TextDelta | ModelDone


class Citation(Record):
    """A passage that an answer cites; only such as were retrieved for it."""

    passage_id: str
    title: str
    source: str
    doi: str | None = None


class Conversation(Record):
    """A conversation of a runner with the coach."""

    id: int
    title: str
    created_at: datetime
    updated_at: datetime


class ChatMessage(Record):
    """One message of a conversation.

    `sign` is the category of a sign of danger; `unknown_numbers` are figures of an answer that no
    tool returned; `cost_usd` is None where the price is not known. `plan_id` is a proposed plan.
    """

    id: int
    conversation_id: int
    role: MessageRole
    content: str
    sign_level: Literal["red", "amber", "none"] = "none"
    sign: str | None = None
    citations: list[Citation] = []
    tools: list[str] = []
    unknown_numbers: list[str] = []
    plan_id: int | None = None
    model: str | None = None
    usage: ModelUsage | None = None
    cost_usd: float | None = None
    latency_ms: int | None = None
    prompt_version: str | None = None
    prompt_sha256: str | None = None
    section_tokens: dict[str, int] = {}
    finish_reason: FinishReason | None = None
    error_code: str | None = None
    created_at: datetime


class UsageDay(Record):
    """What calls of one model used on a day; `cost_usd` is None where a price is not known."""

    date: date
    model: str
    calls: int
    usage: ModelUsage
    cost_usd: float | None = None
