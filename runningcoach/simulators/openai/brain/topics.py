"""What a question is about, by the words in it: see topics.toml."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from runningcoach.simulators.openai.brain.quantities import QuestionQuantities

MOST_TOPICS = 3


class QuestionTopic(NamedTuple):
    """A subject: how it is recognised, which tools are asked for it, what is answered."""

    name: str
    words: tuple[str, ...]
    also: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    alone: bool = False
    needs_quantity: bool = False
    without_quantity: bool = False
    hint: bool = False
    tools: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    searches: tuple[str, ...] = ()
    search_question: bool = False
    passages: tuple[str, ...] = ()

    @property
    def asks_for_passages(self) -> bool:
        """Return whether the guidelines are searched for this topic."""
        return bool(self.searches) or self.search_question


@cache
def all_topics() -> tuple[QuestionTopic, ...]:
    """Return the topics, the ones that go first in front."""
    path = Path(__file__).with_name("topics.toml")
    tables = tomllib.loads(path.read_text(encoding="utf-8"))["topic"]
    return tuple(QuestionTopic(**_with_tuples(table)) for table in tables)


def _with_tuples(table: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}


def find_topics(text: str, quantities: QuestionQuantities) -> tuple[QuestionTopic, ...]:
    """Return what a question is about, the most important first; `text` is in lower case."""
    fitting = [topic for topic in all_topics() if _fits(topic, text, quantities)]
    if fitting and fitting[0].alone:
        return (fitting[0],)
    leading = [topic for topic in fitting if not topic.alone and not topic.hint]
    told = [t for n, t in enumerate(leading) if _adds(t, leading[:n])][:MOST_TOPICS]
    has_facts = any(topic.facts for topic in told)
    hints = [topic for topic in fitting if topic.hint]
    return (*told, *(hint._replace(facts=()) if has_facts else hint for hint in hints))


def _adds(topic: QuestionTopic, earlier: list[QuestionTopic]) -> bool:
    """Return whether a topic adds to those before it: general knowledge does not add to advice."""
    is_general = topic.asks_for_passages and not topic.facts
    is_advised = any(one.facts and one.asks_for_passages for one in earlier)
    return not (is_general and is_advised)


def _fits(topic: QuestionTopic, text: str, quantities: QuestionQuantities) -> bool:
    has_quantity = quantities != QuestionQuantities()
    if (topic.needs_quantity and not has_quantity) or (topic.without_quantity and has_quantity):
        return False
    if not _any(topic.words, text) or _any(topic.without, text):
        return False
    return not topic.also or _any(topic.also, text)


def _any(patterns: tuple[str, ...], text: str) -> bool:
    return any(re.search(pattern, text) for pattern in patterns)
