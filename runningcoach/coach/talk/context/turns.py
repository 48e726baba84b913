"""The talk so far, for a model: the last messages, or a summary that code makes of them."""

from collections.abc import Iterable, Sequence

from runningcoach.base.key_masking import mask_keys
from runningcoach.coach.talk.drafts.untrusted_text import visible
from runningcoach.coach.talk.prompts import part
from runningcoach.model.conversation import ChatMessage, ModelMessage
from runningcoach.sources.openai.tokens import count_tokens

MOST_TURNS, TURN_TOKENS = 8, 2_000
LONGEST_TURN = 2_500
SUMMARY_LINES, SUMMARY_CHARACTERS = 16, 110


def without_danger(turns: Iterable[ChatMessage]) -> list[ChatMessage]:
    """Return messages without those of a red sign and the answers to them: no model sees these."""
    shown: list[ChatMessage] = []
    is_red = False
    for turn in turns:
        if turn.role == "user":
            is_red = turn.sign_level == "red"
        if not is_red and turn.sign_level != "red" and turn.content.strip():
            shown.append(turn)
    return shown


def last_turns(turns: Sequence[ChatMessage]) -> tuple[list[ChatMessage], list[ChatMessage]]:
    """Return the messages that are given whole, and those before them that are summed up."""
    count, tokens = 0, 0
    for turn in reversed(turns[-MOST_TURNS:]):
        tokens += count_tokens(turn_text(turn))
        if tokens > TURN_TOKENS:
            break
        count += 1
    split = len(turns) - count
    return list(turns[split:]), list(turns[:split])


def turn_text(turn: ChatMessage) -> str:
    """Return the words of a message as they are sent: visible, without keys, cut."""
    return sent_text(turn.content)[:LONGEST_TURN]


def sent_text(text: str) -> str:
    """Return a runner's words as they are sent: what cannot be seen and what is secret is out."""
    return mask_keys(visible(text)).strip()


def summarise(turns: Sequence[ChatMessage]) -> str:
    """Return the beginnings of messages on lines, oldest first; nothing of none."""
    if not turns:
        return ""
    lines = [_summary_line(turn) for turn in turns[-SUMMARY_LINES:]]
    return "\n".join([part("summary"), *lines])


def _summary_line(turn: ChatMessage) -> str:
    line = " ".join(turn_text(turn).split())
    short = line if len(line) <= SUMMARY_CHARACTERS else f"{line[: SUMMARY_CHARACTERS - 1]}…"
    return f"- {part('asked' if turn.role == 'user' else 'answered')}: {short}"


def turn_messages(turns: Iterable[ChatMessage]) -> list[ModelMessage]:
    """Return messages of the talk as a model takes them."""
    return [ModelMessage(role=turn.role, content=turn_text(turn)) for turn in turns]
