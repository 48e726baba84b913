"""The rounds of an answer: the model is called, the tools that it asks for are run, until it ends.

Tools only read. A tool that fails answers with words for the model; nothing that a model sent
raises. A plan comes back as a draft, which code reads, checks and stores as a proposal.
"""

from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from runningcoach.coach.knowledge.retrieval import FoundPassage
from runningcoach.coach.talk.conversation.model_calls import (
    AnswerCalls,
    call_model,
    raise_if_stopped,
)
from runningcoach.coach.talk.conversation.talk_events import (
    TalkEvent,
    plan_event,
    text_event,
    tool_event,
)
from runningcoach.coach.talk.model_plans.plan_tool import PLAN_TOOL, run_plan_tool
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
NO_MORE_PLANS = "No other plan can be proposed in this answer. Say what became of the last one."


class ToolOptions(NamedTuple):
    """What tools are run with, but for the connection: see ToolContext."""

    user: User
    today: date
    privacy_level: PrivacyLevel
    language: str


@dataclass
class RoundsLog:
    """What the rounds of an answer brought: tools run, their results, passages, a plan.

    `sent` are the messages that later rounds send beside the first; `is_full`: there is no room for
    more results; `is_planned`: no other plan is to be proposed.
    """

    tools: list[str] = field(default_factory=list[str])
    results: list[str] = field(default_factory=list[str])
    passages: dict[str, FoundPassage] = field(default_factory=dict[str, FoundPassage])
    sent: list[ModelMessage] = field(default_factory=list[ModelMessage])
    plan_id: int | None = None
    tokens: int = 0
    is_full: bool = False
    is_planned: bool = False


def answer_in_rounds(
    calls: AnswerCalls, request: ModelRequest, context: ToolOptions, log: RoundsLog
) -> Generator[TalkEvent, None, ModelDone]:
    """Yield what happens and return the last answer of the model.

    `log` is filled as the rounds go, so that it tells of an answer that is broken off too.
    """
    for _ in range(MOST_ROUNDS):
        done = yield from call_model(calls, _with(request, log))
        if not done.tool_calls:
            return done
        if done.text:
            yield text_event("\n\n")
        yield from _run_tools(calls, request, done, context, log)
        if log.is_full:
            break
    last = _with(request, log).model_copy(update={"tools": ()})
    done = yield from call_model(calls, last)
    return done.model_copy(update={"tool_calls": ()})


def _with(request: ModelRequest, log: RoundsLog) -> ModelRequest:
    return request.model_copy(update={"messages": (*request.messages, *log.sent)})


def _run_tools(
    calls: AnswerCalls,
    request: ModelRequest,
    done: ModelDone,
    context: ToolOptions,
    log: RoundsLog,
) -> Generator[TalkEvent]:
    log.sent.append(ModelMessage(role="assistant", content=done.text, tool_calls=done.tool_calls))
    offered = {tool.name for tool in request.tools}
    for number, call in enumerate(done.tool_calls):
        raise_if_stopped(calls)
        if number >= MOST_CALLS_A_ROUND or log.is_full:
            _note(call, ToolResult(NO_ROOM, is_error=True), log)
            continue
        if call.name in offered:
            log.tools.append(call.name)
            yield tool_event(call.name)
        if call.name == PLAN_TOOL and call.name in offered:
            result = yield from _propose(calls, call, log)
        else:
            result = _read(calls, call, context)
        _note(call, result, log)


def _read(calls: AnswerCalls, call: ToolCall, context: ToolOptions) -> ToolResult:
    with calls.connect() as conn:
        return run_tool(ToolContext(conn, *context), call.name, call.arguments)


def _propose(
    calls: AnswerCalls, call: ToolCall, log: RoundsLog
) -> Generator[TalkEvent, None, ToolResult]:
    if log.is_planned:
        return ToolResult(NO_MORE_PLANS, is_error=True)
    answer = run_plan_tool(
        calls.connect,
        calls.user,
        call.arguments,
        calls.conversation_id,
        attempt=log.tools.count(PLAN_TOOL),
    )
    log.is_planned = answer.is_last
    if answer.stored is not None:
        log.plan_id = answer.stored.id
        yield plan_event(answer.stored.id, answer.stored.version)
    return ToolResult(answer.content, is_error=answer.is_error)


def _note(call: ToolCall, result: ToolResult, log: RoundsLog) -> None:
    """Add a result to what is sent next, where there is room for it."""
    tokens = count_tokens(result.content)
    if log.tokens + tokens > MOST_RESULT_TOKENS and not result.is_error:
        log.is_full = True
        result, tokens = ToolResult(NO_ROOM, is_error=True), count_tokens(NO_ROOM)
    log.results.append(result.content)
    log.passages |= {passage.id: passage for passage in result.passages}
    log.tokens += tokens
    log.sent.append(ModelMessage(role="tool", content=result.content, call_id=call.call_id))
