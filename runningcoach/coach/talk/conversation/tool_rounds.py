"""The rounds of an answer: the model is called, the tools that it asks for are run, until it ends.

Tools only read. A tool that fails answers with words for the model; nothing that a model sent
raises. A plan comes back as a draft, which code reads, checks and stores as a proposal.
"""

from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from runningcoach.coach.knowledge.retrieval import FoundPassage
from runningcoach.coach.talk.conversation.events import TalkEvent, plan_event, tool_event
from runningcoach.coach.talk.conversation.model_calls import (
    CallDesk,
    call_model,
    raise_if_stopped,
)
from runningcoach.coach.talk.conversation.plan_tool import PROPOSE_PLAN, propose_plan
from runningcoach.coach.talk.tools import ToolContext, ToolResult, run_tool
from runningcoach.model.conversation import (
    ModelDone,
    ModelMessage,
    ModelRequest,
    PrivacyLevel,
    ToolCall,
)
from runningcoach.model.user import User
from runningcoach.sources.openai.tokens import count_tokens

MOST_ROUNDS = 6
"""Rounds of tools in one answer; then the model is called once more, without tools."""
MOST_CALLS_A_ROUND = 6
MOST_RESULT_TOKENS = 8_000
"""Tokens of all results of tools in one answer, on top of the context."""
NO_ROOM = "There is no room for more results in this answer. Answer from what you have."


class ToolOptions(NamedTuple):
    """What tools are run with, but for the connection: see ToolContext."""

    user: User
    today: date
    privacy_level: PrivacyLevel
    language: str


@dataclass
class RoundsLog:
    """What the rounds of an answer brought: tools run, their results, passages, a plan."""

    tools: list[str] = field(default_factory=list[str])
    results: list[str] = field(default_factory=list[str])
    passages: dict[str, FoundPassage] = field(default_factory=dict[str, FoundPassage])
    sent: list[ModelMessage] = field(default_factory=list[ModelMessage])
    plan_id: int | None = None
    tokens: int = 0
    is_full: bool = False


def answer_in_rounds(
    desk: CallDesk, request: ModelRequest, context: ToolOptions, log: RoundsLog
) -> Generator[TalkEvent, None, ModelDone]:
    """Yield what happens and return the last answer of the model.

    `log` is filled as the rounds go, so that it tells of an answer that is broken off too.
    """
    for _ in range(MOST_ROUNDS):
        done = yield from call_model(desk, _with(request, log))
        if not done.tool_calls:
            return done
        yield from _run_tools(desk, request, done, context, log)
        if log.is_full:
            break
    last = _with(request, log).model_copy(update={"tools": ()})
    done = yield from call_model(desk, last)
    return done.model_copy(update={"tool_calls": ()})


def _with(request: ModelRequest, log: RoundsLog) -> ModelRequest:
    return request.model_copy(update={"messages": (*request.messages, *log.sent)})


def _run_tools(
    desk: CallDesk,
    request: ModelRequest,
    done: ModelDone,
    context: ToolOptions,
    log: RoundsLog,
) -> Generator[TalkEvent]:
    log.sent.append(
        ModelMessage(role="assistant", content=done.text, tool_calls=done.tool_calls)
    )
    offers_plan = any(tool.name == PROPOSE_PLAN for tool in request.tools)
    for number, call in enumerate(done.tool_calls):
        raise_if_stopped(desk)
        yield tool_event(call.name)
        if number >= MOST_CALLS_A_ROUND or log.is_full:
            result = ToolResult(NO_ROOM, is_error=True)
        elif call.name == PROPOSE_PLAN and offers_plan:
            result = yield from _propose(desk, call, context, log)
        else:
            result = _read(desk, call, context)
        _note(call, result, log)


def _read(desk: CallDesk, call: ToolCall, context: ToolOptions) -> ToolResult:
    with desk.connect() as conn:
        return run_tool(ToolContext(conn, *context), call.name, call.arguments)


def _propose(
    desk: CallDesk, call: ToolCall, context: ToolOptions, log: RoundsLog
) -> Generator[TalkEvent, None, ToolResult]:
    attempt = 1 + log.tools.count(PROPOSE_PLAN)
    proposal = propose_plan(
        desk.connect, desk.user, context.today, call.arguments, desk.conversation_id, attempt
    )
    if isinstance(proposal, str):
        return ToolResult(proposal, is_error=True)
    if proposal.plan_id is not None and proposal.version is not None:
        log.plan_id = proposal.plan_id
        yield plan_event(proposal.plan_id, proposal.version)
    return ToolResult(proposal.words)


def _note(call: ToolCall, result: ToolResult, log: RoundsLog) -> None:
    """Add a result to what is sent next, where there is room for it."""
    tokens = count_tokens(result.content)
    if log.tokens + tokens > MOST_RESULT_TOKENS and not result.is_error:
        log.is_full = True
        result, tokens = ToolResult(NO_ROOM, is_error=True), count_tokens(NO_ROOM)
    log.tools.append(call.name)
    log.results.append(result.content)
    log.passages |= {passage.id: passage for passage in result.passages}
    log.tokens += tokens
    log.sent.append(ModelMessage(role="tool", content=result.content, call_id=call.call_id))
