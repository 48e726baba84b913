"""Put together what a model is given for a message."""

import secrets
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import psycopg

from runningcoach.base import i18n
from runningcoach.coach.knowledge.retrieval import FoundPassage
from runningcoach.coach.talk import prompts
from runningcoach.coach.talk.context import turns as talk
from runningcoach.coach.talk.context.runner_data import RunnerData, load_runner_data
from runningcoach.coach.talk.context.trimming import (
    PASSAGES,
    ContextDetail,
    MessageTooLong,
    less_and_less,
)
from runningcoach.coach.talk.safety.gate import SafetySign
from runningcoach.coach.talk.tools import tool_specs
from runningcoach.coach.talk.tools.reference_tools import find_passages, passage_fields
from runningcoach.coach.talk.tools.result_size import write
from runningcoach.coach.talk.tools.tool_context import ToolContext
from runningcoach.model.canonical import record_sha256
from runningcoach.model.conversation import (
    AiSettings,
    ChatMessage,
    ModelMessage,
    ModelRequest,
    PromptSection,
    ToolSpec,
)
from runningcoach.model.user import User
from runningcoach.sources.openai.tokens import count_tokens

type Connection = psycopg.Connection[Any]

CAP_TOKENS, BUDGET_TOKENS = 16_000, 12_000
STABLE = ("athlete", "history", "weeks", "runs", "wellness", "plan")
VOLATILE = ("notes", "passages", "sign")
ORDER = (STABLE, VOLATILE)
"""Sections of the data, which stay the same over a day, and of the material for one message."""
QUERY_CHARACTERS = 300


class TalkContext(NamedTuple):
    """What is sent: instructions, messages, and the same in sections with their tokens.

    `passages` may be cited. `sha256` is that of instructions and messages.
    """

    sections: tuple[PromptSection, ...]
    instructions: str
    messages: tuple[ModelMessage, ...]
    passages: tuple[FoundPassage, ...]
    prompt_version: str
    sha256: str


class _Material(NamedTuple):
    """All that could be given, before it is shortened."""

    runner: RunnerData
    passages: tuple[FoundPassage, ...]
    turns: list[ChatMessage]
    category: str | None
    nonce: str
    tools: Sequence[ToolSpec]
    text: str


def build_context(
    conn: Connection,
    user: User,
    settings: AiSettings,
    turns: Sequence[ChatMessage],
    text: str,
    today: date,
    *,
    sign: SafetySign,
    cap_tokens: int = CAP_TOKENS,
    budget_tokens: int = BUDGET_TOKENS,
    tools: Sequence[ToolSpec] | None = None,
) -> TalkContext:
    """Return what a model is given for a message of a runner.

    `turns` are the messages before it. `tools` are those that will be offered, by default the
    reading ones. What does not fit the budget is shortened in the order of `less_and_less`; what
    is above the cap even then raises MessageTooLong.
    """
    level = settings.privacy_level
    context = ToolContext(conn, user, today, level, user.language)
    with i18n.speaking(user.language):
        runner = load_runner_data(context)
        passages = tuple(find_passages(context, text[:QUERY_CHARACTERS], PASSAGES).passages)
    material = _Material(
        runner=runner,
        passages=passages,
        turns=talk.without_danger(turns),
        category=_category(sign, turns),
        nonce=secrets.token_hex(8),
        tools=tool_specs(level) if tools is None else tools,
        text=talk.sent_text(text),
    )
    return _fitted(material, budget_tokens, cap_tokens)


def _category(sign: SafetySign, turns: Sequence[ChatMessage]) -> str | None:
    """Return the amber sign in force: of this message, or of a late one."""
    if sign.level == "amber":
        return sign.category or "unspecified"
    late = [turn for turn in turns[-talk.MOST_TURNS :] if turn.sign_level == "amber"]
    return (late[-1].sign or "unspecified") if late else None


def _fitted(material: _Material, budget_tokens: int, cap_tokens: int) -> TalkContext:
    """Return the fullest context within the budget, else the shortest, if it is below the cap."""
    shortest: TalkContext | None = None
    for detail in less_and_less():
        shortest = _context(material, detail)
        if _tokens(shortest) <= min(budget_tokens, cap_tokens):
            return shortest
    if shortest is None or _tokens(shortest) > cap_tokens:
        raise MessageTooLong
    return shortest


def _tokens(context: TalkContext) -> int:
    return sum(section.tokens for section in context.sections)


def _context(material: _Material, detail: ContextDetail) -> TalkContext:
    passages = material.passages[: detail.passages]
    whole, summed = talk.last_turns(material.turns)
    if not detail.has_turns:
        whole, summed = [], material.turns
    bodies = _bodies(material, detail, passages)
    data, near = (_message([bodies[n] for n in names if n in bodies]) for names in ORDER)
    summary = talk.summarise(summed)
    spoken = [ModelMessage(role="user", content=summary)] if summary else []
    spoken += talk.turn_messages(whole)
    messages = (*data, *near, *spoken, ModelMessage(role="user", content=material.text))
    instructions = prompts.instructions()
    told = {
        "rules": instructions,
        "tools": write([spec.model_dump() for spec in material.tools]),
        **bodies,
        "turns": "\n".join(f"{one.role}: {one.content}" for one in spoken),
        "message": material.text,
    }
    return TalkContext(
        sections=tuple(_section(name, words) for name, words in told.items() if words),
        instructions=instructions,
        messages=messages,
        passages=passages,
        prompt_version=prompts.prompt_version(),
        sha256=record_sha256(ModelRequest(model="", instructions=instructions, messages=messages)),
    )


def _bodies(
    material: _Material, detail: ContextDetail, passages: Sequence[FoundPassage]
) -> dict[str, str]:
    """Return the sections of data that have anything in them, each under its heading."""
    runner = material.runner
    weeks = runner.runs[: detail.detailed_weeks]
    told = {
        "athlete": runner.athlete,
        "history": runner.history,
        "weeks": runner.weeks,
        "runs": "\n".join(line for week in weeks for line in week.lines),
        "wellness": "\n".join(runner.wellness[: detail.wellness_days]),
        "plan": runner.plan,
        "notes": _untrusted(runner.notes if detail.has_notes else (), material.nonce),
        "passages": _passages(passages, material.nonce),
    }
    bodies = {name: f"## {prompts.title(name)}\n{words}" for name, words in told.items() if words}
    if material.category is not None:
        bodies["sign"] = prompts.part("amber", category=material.category)
    for head, names in zip(("data", "volatile"), ORDER, strict=True):
        if first := next((name for name in names if name in bodies), None):
            bodies[first] = f"{prompts.part(head)}\n\n{bodies[first]}"
    return bodies


def _passages(passages: Sequence[FoundPassage], nonce: str) -> str:
    """Return passages as lines of JSON; the runner's own documents in a block of their own."""
    trusted = [write(passage_fields(one)) for one in passages if one.is_trusted]
    foreign = [passage_fields(one) for one in passages if not one.is_trusted]
    return "\n".join(filter(None, [*trusted, _untrusted(foreign, nonce)]))


def _untrusted(entries: Sequence[dict[str, Any]], nonce: str) -> str:
    """Return entries as JSON between marks that nobody could have known beforehand."""
    if not entries:
        return ""
    lines = [write(entry) for entry in entries]
    begin = prompts.part("untrusted_begin", nonce=nonce)
    return "\n".join([begin, *lines, prompts.part("untrusted_end", nonce=nonce)])


def _message(bodies: Sequence[str]) -> list[ModelMessage]:
    return [ModelMessage(role="user", content="\n\n".join(bodies))] if bodies else []


def _section(name: str, words: str) -> PromptSection:
    return PromptSection(name=name, text=words, tokens=count_tokens(words))
