"""The turn that a model has to answer: the question, the tools, what they have returned so far."""

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from runningcoach.model.conversation import ModelMessage, ToolCall
from runningcoach.simulators.openai.brain.quantities import QuestionQuantities, find_quantities
from runningcoach.simulators.openai.brain.records import BrainRequest
from runningcoach.simulators.openai.brain.sentences import sentence, word
from runningcoach.simulators.openai.brain.topics import QuestionTopic, find_topics

type Json = dict[str, Any]

HANGUL = re.compile("[\uac00-\ud7a3\u3131-\u318e]")
TODAY = re.compile(r"today\W{1,6}(?:is\W{1,4})?(?:date\W{1,6})?(\d{4}-\d{2}-\d{2})", re.I)


class CallResult(NamedTuple):
    """A call of a tool in this turn and what came back; `content` is empty where it failed."""

    name: str
    arguments: Json
    content: Json


class FoundText(NamedTuple):
    """A passage that may be cited."""

    id: str
    title: str
    text: str
    is_trusted: bool


class QuestionTurn(NamedTuple):
    """A question and all that is at hand to answer it; `text` is the question in lower case."""

    question: str
    text: str
    language: str
    today: date | None
    quantities: QuestionQuantities
    topics: tuple[QuestionTopic, ...]
    tools: dict[str, Json]
    answers: tuple[CallResult, ...]
    rounds: int = 0

    def results(self, name: str) -> list[Json]:
        """Return what a tool has returned in this turn, in order."""
        return [one.content for one in self.answers if one.name == name and one.content]

    def result(self, name: str) -> Json:
        """Return what a tool returned last; nothing where it was not asked or failed."""
        found = self.results(name)
        return found[-1] if found else {}

    def say(self, key: str, **blanks: Any) -> str:
        """Return a sentence in the language of the question."""
        return sentence(key, self.language, **blanks)

    def word(self, group: str, name: str) -> str:
        """Return a word in the language of the question."""
        return word(group, name, self.language)

    @property
    def passages(self) -> tuple[FoundText, ...]:
        """The passages found in this turn, each once."""
        rows = [row for found in self.results("guideline_search") for row in found["passages"]]
        return tuple({row["id"]: _passage(row) for row in rows}.values())


def read_turn(request: BrainRequest) -> QuestionTurn:
    """Return the turn that a request asks to go on with."""
    messages = request.messages
    last = max((n for n, m in enumerate(messages) if m.role == "user"), default=-1)
    question = messages[last].content.strip() if last >= 0 else ""
    text = question.casefold()
    quantities = find_quantities(text)
    answers = tuple(_answers(messages[last + 1 :]))
    return QuestionTurn(
        question=question,
        text=text,
        language="ko" if HANGUL.search(question) else "en",
        today=_today(request, answers),
        quantities=quantities,
        topics=find_topics(text, quantities),
        tools={tool.name: tool.parameters for tool in request.tools},
        answers=answers,
        rounds=sum(1 for message in messages[last + 1 :] if message.tool_calls),
    )


def _answers(messages: tuple[ModelMessage, ...]) -> Iterator[CallResult]:
    calls: dict[str, ToolCall] = {}
    for message in messages:
        calls |= {call.call_id: call for call in message.tool_calls}
        call = calls.get(message.call_id or "")
        if message.role == "tool" and call is not None:
            content = _json(message.content)
            is_error = "error" in content
            yield CallResult(call.name, _json(call.arguments), {} if is_error else content)


def _json(text: str) -> Json:
    try:
        content = json.loads(text)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _today(request: BrainRequest, answers: tuple[CallResult, ...]) -> date | None:
    """Return the day that a result names as today, else the one of the request's own words."""
    for answer in answers:
        if isinstance(day := answer.content.get("today"), dict) and "date" in day:
            return date.fromisoformat(day["date"])
    words = [request.instructions, *(message.content for message in reversed(request.messages))]
    found = next((match for text in words if (match := TODAY.search(text))), None)
    return date.fromisoformat(found[1]) if found else None


def _passage(row: Json) -> FoundText:
    return FoundText(row["id"], row.get("title", ""), row.get("text", ""), "untrusted" not in row)
