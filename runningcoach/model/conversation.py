"""Talking with the coach: settings, conversations, what a model is asked and what it answers."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from runningcoach.model.plan_edit import PlanFinding
from runningcoach.model.plan_request import PlanRequest
from runningcoach.model.record import Record
from runningcoach.model.stored_plan import StoredPlan

PrivacyLevel = Literal["summary", "training", "health"]
"""What may leave the host: weekly totals, paces and the plan; single runs too; health and notes
too. Never places, names, or anything from Strava."""
ModelApi = Literal["responses", "chat"]
FinishReason = Literal["stop", "tool_calls", "length", "refusal", "content_filter", "cancelled"]
MessageRole = Literal["user", "assistant"]
CallPurpose = Literal["chat", "plan", "weekly", "check", "embedding"]
DraftTreatment = Literal["accept", "repair", "ask", "reject", "fallback"]
"""What becomes of a text that should hold a draft: see coach.talk.drafts."""
ExportSize = Literal["short", "normal", "full"]
PlanOutcomeKind = Literal["model", "rules", "questions", "sign"]


class AiSettings(Record):
    """How a runner's coach talks; off until it is switched on. Budgets are in US dollars.

    Prices are per million tokens, where the runner states them (0 for a model at home); None takes
    the dated table. `agreed_at` is when the runner saw a whole request and agreed to it: a change
    of the address, the model or the privacy level asks anew.
    """

    is_enabled: bool = False
    privacy_level: PrivacyLevel = "training"
    api: ModelApi = "responses"
    base_url: str | None = None
    chat_model: str = ""
    plan_model: str = ""
    embedding_model: str | None = None
    daily_budget_usd: Annotated[float, Field(ge=0, le=1_000)] = 0.5
    monthly_budget_usd: Annotated[float, Field(ge=0, le=10_000)] = 5.0
    input_price_usd: Annotated[float, Field(ge=0, le=1_000)] | None = None
    output_price_usd: Annotated[float, Field(ge=0, le=1_000)] | None = None
    has_weekly_word: bool = True
    has_key: bool = False
    agreed_at: datetime | None = None


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


class MessageContent(Record):
    """What is said in one message of a conversation, and how it came about.

    `sign` is the category of a sign of danger; `unknown_numbers` are figures of an answer that no
    tool returned; `cost_usd` is None where the price is not known. `plan_id` is a proposed plan.
    """

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


class NewMessage(MessageContent):
    """A message to be stored; `context` is all that was sent to a model for it."""

    context: dict[str, Any] | None = None


class ChatMessage(MessageContent):
    """A stored message of a conversation."""

    id: int
    conversation_id: int
    created_at: datetime


class UsageDay(Record):
    """What calls of one model used on a day; `cost_usd` is None where a price is not known."""

    date: date
    model: str
    calls: int
    usage: ModelUsage
    cost_usd: float | None = None


class NewModelCall(Record):
    """One call of a model, for the ledger; `cost_usd` is None where a price is not known."""

    purpose: CallPurpose
    model: str
    usage: ModelUsage = ModelUsage()
    cost_usd: float | None = None
    latency_ms: int | None = None
    response_id: str | None = None
    request_id: str | None = None
    error_code: str | None = None


class ModelCall(NewModelCall):
    """A call in the ledger."""

    id: int
    called_at: datetime


class BudgetState(Record):
    """What has been spent of the budgets, in US dollars; calls of unknown price are counted."""

    spent_today_usd: float
    daily_budget_usd: float
    spent_month_usd: float
    monthly_budget_usd: float
    unknown_price_calls: int


class PromptSection(Record):
    """A part of what is sent to a model: its name, its words, how many tokens they are about."""

    name: str
    text: str
    tokens: int


class PromptPreview(Record):
    """All that would be sent for a message, and what it would cost at most; None if unknown.

    A red sign sends nothing: `sections` is then empty.
    """

    model: str
    base_url: str | None = None
    privacy_level: PrivacyLevel
    sign_level: Literal["red", "amber", "none"]
    sections: list[PromptSection]
    tools: list[str]
    tokens: int
    most_output_tokens: int
    cost_usd: float | None = None


class DraftAttempt(Record):
    """One answer of a model that should be a plan, and what became of it."""

    id: int
    conversation_id: int | None = None
    round: int
    text: str
    treatment: DraftTreatment
    reasons: list[str] = []
    changes: list[str] = []
    findings: list[PlanFinding] = []
    plan_id: int | None = None
    created_at: datetime


class AiImport(Record):
    """A text that a runner brought from another chat, and what became of it.

    `changes` and `reasons` are sentences in the language of the runner.
    """

    id: int
    treatment: DraftTreatment
    reasons: list[str] = []
    changes: list[str] = []
    questions: list[str] = []
    findings: list[PlanFinding] = []
    plan_id: int | None = None
    created_at: datetime


class UnderstoodPlan(Record):
    """What was read of a plan, also of one that was refused; `km` is what its days state."""

    title: str
    weeks: int
    first_day: date
    last_day: date
    sessions: int
    km: float | None = None


class PastedPlan(AiImport):
    """A pasted text and what became of it.

    `reply` is a text to paste into the other chat; empty where nothing is to be asked of it.
    `request` is what the plan was taken to be for.
    """

    understood: UnderstoodPlan | None = None
    reply: str = ""
    request: PlanRequest


class ExportedText(Record):
    """A text to paste into another chat, about how many tokens it has, and what it asks for."""

    text: str
    tokens: int
    privacy_level: PrivacyLevel
    request: PlanRequest


class ModelPlanOutcome(Record):
    """What became of a wish for a plan by a model; `findings` are of the plan.

    `kind`: "model", the plan is the model's; "rules", the rules made it, and the reasons of the
    plan tell why; "questions" of the model, without a plan; "sign", nothing was sent. `reply` is
    the answer to a sign of danger in the wishes. `changes` are what was put right in the model's
    plan, in sentences.
    """

    kind: PlanOutcomeKind
    plan: StoredPlan | None = None
    findings: list[PlanFinding] = []
    questions: list[str] = []
    changes: list[str] = []
    reply: str = ""
    attempts: list[DraftAttempt] = []


class WeeklyWord(Record):
    """What the coach says of a week on its Sunday: by rules, or in a model's words."""

    week_start: date
    text: str
    origin: Literal["rule", "model"]
    plan_id: int | None = None
    citations: list[Citation] = []
    created_at: datetime


class LoggedMessage(ChatMessage):
    """A message with all that was sent for it, while that is kept."""

    context: dict[str, Any] | None = None


class LoggedConversation(Conversation):
    """A conversation with its messages."""

    messages: list[LoggedMessage]


class LoggedImport(AiImport):
    """A pasted text and what became of it."""

    text: str


class TalkLog(Record):
    """All that is kept of a runner's talks."""

    exported_at: datetime
    conversations: list[LoggedConversation]
    calls: list[ModelCall]
    drafts: list[DraftAttempt]
    imports: list[LoggedImport]
    weekly_words: list[WeeklyWord]
