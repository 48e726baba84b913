"""Workouts on one line: 2km E + 5x(1km T, 60s jog) + 1km E."""

import re
from dataclasses import dataclass, field
from functools import cache

from runningcoach.coach.plans.text.drafts import ItemDraft, RepeatDraft
from runningcoach.coach.plans.text.errors import WorkoutTextError, text_error
from runningcoach.coach.plans.text.steps import QUOTED, parse_step, word_pattern
from runningcoach.coach.plans.text.vocabulary import unit_words
from runningcoach.model.workout import MOST_ROUNDS

DEEPEST = 3
_SEPARATORS = "+,;\n"


@dataclass(slots=True)
class OneLineReader:
    """A whole text, and the warnings of what has been read of it."""

    text: str
    warnings: list[str] = field(default_factory=list)

    def fail(self, reason: str, position: int) -> WorkoutTextError:
        """Return the error for a place of the text."""
        line, column = self.place(position)
        return text_error(reason, self.text[position:].split("\n")[0], line, column)

    def place(self, position: int) -> tuple[int, int]:
        """Return line and column of a position, both counted from 1."""
        before = self.text[:position]
        return before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1


def parse_one_line(text: str, start: int = 0) -> tuple[list[ItemDraft], list[str]]:
    """Return the items of a text from `start` on, and the keys of its warnings."""
    reader = OneLineReader(text)
    items = _items(reader, start, len(text), depth=0)
    if not items:
        raise reader.fail("empty", min(start, len(text)))
    return items, reader.warnings


def _items(reader: OneLineReader, start: int, end: int, depth: int) -> list[ItemDraft]:
    items: list[ItemDraft] = []
    for piece_start, piece_end in _pieces(reader, start, end):
        if reader.text[piece_start:piece_end].strip():
            items += _piece_items(reader, piece_start, piece_end, depth)
    return items


def _pieces(reader: OneLineReader, start: int, end: int) -> list[tuple[int, int]]:
    """Return where the pieces between separators begin and end."""
    cuts = [start - 1]
    depth, position = 0, start
    while position < end:
        sign = reader.text[position]
        if sign == '"' and not reader.text[position - 1 : position].isdigit():
            position = _quotation_end(reader, position)
            continue
        depth += (sign == "(") - (sign == ")")
        if depth < 0:
            raise reader.fail("brackets", position)
        if sign in _SEPARATORS and depth == 0:
            cuts.append(position)
        position += 1
    if depth:
        raise reader.fail("brackets", start)
    return [(a + 1, b) for a, b in zip(cuts, [*cuts[1:], end], strict=True)]


def _quotation_end(reader: OneLineReader, position: int) -> int:
    match = QUOTED.match(reader.text, position)
    if match is None:
        raise reader.fail("brackets", position)
    return match.end()


@cache
def _times_pattern() -> re.Pattern[str]:
    marks = "|".join(re.escape(mark) for mark in unit_words("times"))
    return re.compile(
        rf"\s*(?:(?P<label>[^\W\d][^\d\"()]*?)\s+)?(?P<times>\d+)\s*(?:{marks})\s*(?P<open>\()?",
        re.I,
    )


_WITH = re.compile(r"\s+(?:w/|with)\s+", re.IGNORECASE)


def _piece_items(reader: OneLineReader, start: int, end: int, depth: int) -> list[ItemDraft]:
    match = _times_pattern().match(reader.text, start, end)
    label = match["label"] if match else None
    if match is None or (label and not _is_label(label)):
        return [_step(reader, start, end, is_in_repeat=depth > 0)]
    if depth >= DEEPEST:
        raise reader.fail("deep_repeat", start)
    times = int(match["times"][:4])
    if not 1 <= times <= MOST_ROUNDS:
        raise reader.fail("bad_repeat", match.start("times"))
    if match["open"]:
        return [_bracketed(reader, times, match.end(), end, depth)]
    return [_unbracketed(reader, times, match.end(), end)]


def _is_label(words: str) -> bool:
    return any(word_pattern(topic).fullmatch(words.strip()) for topic in ("main", "interval"))


def _bracketed(reader: OneLineReader, times: int, start: int, end: int, depth: int) -> RepeatDraft:
    """Return the repeat whose steps begin behind its bracket."""
    close = _closing_bracket(reader, start, end)
    steps = _items(reader, start, close, depth + 1)
    if not steps:
        raise reader.fail("empty_repeat", start)
    rest = reader.text[close + 1 : end]
    stripped = rest.strip()
    if stripped and not word_pattern("skip_last").fullmatch(stripped):
        raise reader.fail("brackets", close + 1 + len(rest) - len(rest.lstrip()))
    return RepeatDraft(times, steps, skip_last_recovery=bool(stripped))


def _closing_bracket(reader: OneLineReader, start: int, end: int) -> int:
    depth, position = 1, start
    while position < end:
        sign = reader.text[position]
        if sign == '"' and not reader.text[position - 1].isdigit():
            position = _quotation_end(reader, position)
            continue
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            return position
        position += 1
    raise reader.fail("brackets", start - 1)


def _unbracketed(reader: OneLineReader, times: int, start: int, end: int) -> RepeatDraft:
    """Return the repeat of "5x1km T" or "5x1km T w/ 60s jog"."""
    recovery = _WITH.search(reader.text, start, end)
    if recovery is None:
        return RepeatDraft(times, [_step(reader, start, end, is_in_repeat=True)])
    return RepeatDraft(
        times,
        [
            _step(reader, start, recovery.start(), is_in_repeat=True),
            _step(reader, recovery.end(), end, is_in_repeat=True),
        ],
    )


def _step(reader: OneLineReader, start: int, end: int, *, is_in_repeat: bool) -> ItemDraft:
    text = reader.text[start:end]
    start += len(text) - len(text.lstrip())
    line, column = reader.place(start)
    draft, warnings = parse_step(text.strip(), "one_line", line, column, is_in_repeat=is_in_repeat)
    keeps = ("zone_kind",)  # on one line a zone without a word is that of heart rate
    reader.warnings += [key for key in warnings if key not in keeps]
    return draft
