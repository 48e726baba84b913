"""The words of an answer: facts from the results of tools, then what the guidelines say."""

import re
from collections.abc import Iterator

from runningcoach.simulators.openai.brain import facts
from runningcoach.simulators.openai.brain.sentences import korean_passages
from runningcoach.simulators.openai.brain.topics import QuestionTopic
from runningcoach.simulators.openai.brain.turn import FoundText, QuestionTurn

MOST_PASSAGES = 3
UNNAMED_PASSAGES = 2
"""How many passages are told where the topic names none."""


def write_reply(turn: QuestionTurn) -> str:
    """Return the answer to a question."""
    if all(topic.hint for topic in turn.topics):
        return _without_topic(turn)
    blocks = [*_opening(turn), *_told_facts(turn), *_guidelines(turn), *_closing(turn)]
    return "\n\n".join(dict.fromkeys(block for block in blocks if block))


def _without_topic(turn: QuestionTurn) -> str:
    """Answer what no topic fits: by what its words point to and what was found for it."""
    found = [passage for passage in turn.passages if passage.is_trusted][:UNNAMED_PASSAGES]
    told = [block for block in _told_facts(turn) if block]
    passages = [_told(turn, passage) for passage in found]
    heading = [turn.say("advice.knowledge")] if passages else []
    blocks = [*told, *heading, *passages, turn.say("advice.unknown")]
    return "\n\n".join(blocks)


def _opening(turn: QuestionTurn) -> Iterator[str]:
    for topic in turn.topics:
        yield " ".join(turn.say(key) for key in topic.first)


def _told_facts(turn: QuestionTurn) -> Iterator[str]:
    """Yield what the facts of the topics tell, each sentence once."""
    told: set[str] = set()
    for name in dict.fromkeys(name for topic in turn.topics for name in topic.facts):
        sentences = [one for one in dict.fromkeys(facts.ALL[name](turn)) if one not in told]
        told |= set(sentences)
        is_list = any(one.startswith("- ") for one in sentences)
        yield ("\n" if is_list else " ").join(sentences)


def _closing(turn: QuestionTurn) -> Iterator[str]:
    for topic in turn.topics:
        yield " ".join(turn.say(key) for key in topic.last)


# ---- what was read ---------------------------------------------------------------------------


def _guidelines(turn: QuestionTurn) -> Iterator[str]:
    """Tell what the passages say: those that the topics name first, the best found otherwise."""
    looked = [topic for topic in turn.topics if topic.asks_for_passages]
    if not looked:
        return
    shown = _chosen(turn, looked)
    if shown:
        yield turn.say("advice.knowledge")
    elif not any(topic.facts or topic.first for topic in turn.topics):
        yield turn.say("advice.nothing_found")
    for passage in shown:
        yield _told(turn, passage)
    for passage in turn.passages:
        if not passage.is_trusted:
            yield f"{turn.say('advice.foreign', title=_one_line(passage.title))} [p:{passage.id}]"


def _chosen(turn: QuestionTurn, looked: list[QuestionTopic]) -> list[FoundText]:
    found = {passage.id: passage for passage in turn.passages if passage.is_trusted}
    named = [found[name] for topic in looked for name in topic.passages if name in found]
    best = [] if named else list(found.values())[:UNNAMED_PASSAGES]
    return list(dict.fromkeys([*named, *best]))[:MOST_PASSAGES]


def _told(turn: QuestionTurn, passage: FoundText) -> str:
    """Return what a passage says in the language of the question, with its citation."""
    in_korean = korean_passages().get(passage.id) if turn.language == "ko" else None
    return f"{in_korean or _one_line(passage.text)} [p:{passage.id}]"


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
