"""JSON as models write it: comments, trailing commas, other quotes, Python's words.

Nothing is executed. What a text needed beyond strict JSON is named, so that it can be shown.
"""

import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple

OPENING_QUOTES = {
    '"': '"', "'": "'", "\u201c": "\u201d", "\u2018": "\u2019", "\u201e": "\u201d",
    "\u201d": "\u201d", "\u2019": "\u2019",
}  # fmt: skip
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "/": "/", "\\": "\\"}
WORDS: dict[str, Any] = {
    "true": True, "false": False, "null": None, "True": True, "False": False, "None": None,
    "NaN": None, "nan": None, "Infinity": None, "inf": None, "undefined": None,
}  # fmt: skip
STRICT_WORDS = frozenset({"true", "false", "null"})
PYTHON_WORDS = frozenset({"True", "False", "None"})
NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?")
WORD = re.compile(r"[-+]?[^\W\d]\w*")
BLANK = re.compile(r"\s*")
DEEPEST = 40
LONGEST_WHOLE = 18
MOST_STARTS = 300
"""How many openings of an object are tried in a text: prose may hold braces."""


class LooseJsonError(ValueError):
    """A text is no JSON, not even loosely; `is_cut`: it ends in the middle of a value."""

    def __init__(self, *, is_cut: bool = False) -> None:
        super().__init__("cut" if is_cut else "no JSON")
        self.is_cut = is_cut


class FoundValue(NamedTuple):
    """A value in a text, where it stands, and what was loose about it."""

    value: Any
    start: int
    end: int
    slips: frozenset[str]


class FoundValues(NamedTuple):
    """The objects and lists of a text in order; `is_cut`: the last one has no end."""

    values: list[FoundValue]
    is_cut: bool


def find_values(text: str) -> FoundValues:
    """Return the outermost objects and lists in a text, read loosely."""
    values: list[FoundValue] = []
    position = 0
    for _ in range(MOST_STARTS):
        opening = re.compile(r"[{\[]").search(text, position)
        if opening is None:
            break
        try:
            found = read_value(text, opening.start())
        except LooseJsonError as error:
            if error.is_cut and text[opening.start()] == "{":
                return FoundValues(values, is_cut=True)
            position = opening.end()
        else:
            values.append(found)
            position = found.end
    return FoundValues(values, is_cut=False)


def read_value(text: str, start: int = 0) -> FoundValue:
    """Return the value that begins at a place. Raises LooseJsonError."""
    reader = _JsonText(text, start)
    value = reader.value(0)
    return FoundValue(value, start, reader.at, frozenset(reader.slips))


@dataclass
class _JsonText:
    text: str
    at: int
    slips: set[str] = field(default_factory=set[str])

    def value(self, depth: int) -> Any:
        self._skip()
        if depth > DEEPEST:
            raise LooseJsonError
        character = self._here()
        if character == "{":
            return self._object(depth)
        if character == "[":
            return self._list(depth)
        if character in OPENING_QUOTES:
            return self._string()
        return self._scalar()

    def _here(self) -> str:
        if self.at >= len(self.text):
            raise LooseJsonError(is_cut=True)
        return self.text[self.at]

    def _skip(self) -> None:
        """Pass blanks and comments."""
        while True:
            blank = BLANK.match(self.text, self.at)
            self.at = blank.end() if blank else self.at
            if self.text.startswith("//", self.at) or self.text.startswith("#", self.at):
                self._pass_until("\n", is_end_needed=False)
            elif self.text.startswith("/*", self.at):
                self._pass_until("*/", is_end_needed=True)
            else:
                return

    def _pass_until(self, end: str, *, is_end_needed: bool) -> None:
        self.slips.add("comment")
        place = self.text.find(end, self.at + 1)
        if place < 0 and is_end_needed:
            raise LooseJsonError(is_cut=True)
        self.at = len(self.text) if place < 0 else place + len(end)

    def _object(self, depth: int) -> dict[str, Any]:
        record: dict[str, Any] = {}
        self.at += 1
        while not self._ends("}"):
            name = self._name()
            self._skip()
            if self._here() != ":":
                raise LooseJsonError
            self.at += 1
            record[name] = self.value(depth + 1)
            self._comma("}")
        return record

    def _list(self, depth: int) -> list[Any]:
        items: list[Any] = []
        self.at += 1
        while not self._ends("]"):
            items.append(self.value(depth + 1))
            self._comma("]")
        return items

    def _ends(self, end: str) -> bool:
        self._skip()
        if self._here() != end:
            return False
        self.at += 1
        return True

    def _comma(self, end: str) -> None:
        self._skip()
        if self._here() == end:
            return
        if self._here() != ",":
            raise LooseJsonError
        self.at += 1
        self._skip()
        if self._here() == end:
            self.slips.add("trailing_comma")

    def _name(self) -> str:
        self._skip()
        if self._here() in OPENING_QUOTES:
            return self._string()
        word = WORD.match(self.text, self.at)
        if word is None:
            raise LooseJsonError
        self.slips.add("bare_name")
        self.at = word.end()
        return word[0]

    def _string(self) -> str:
        opening = self.text[self.at]
        closing = OPENING_QUOTES[opening]
        if opening != '"':
            self.slips.add("single_quotes" if opening == "'" else "curly_quotes")
        parts: list[str] = []
        self.at += 1
        while (end := self._string_part(closing)) is not None:
            parts.append(self.text[self.at : end])
            self.at = end
            if self.text[end] == closing:
                break
            parts.append(self._escape())
            self.at += 1
        if end is None:
            raise LooseJsonError(is_cut=True)
        self.at += 1
        return "".join(parts)

    def _string_part(self, closing: str) -> int | None:
        """Return where a string goes on to its end or to an escape; None where it has no end.

        Texts are searched, not walked through: there may be hundreds of strings without an end.
        """
        end = self.text.find(closing, self.at)
        if end < 0:
            return None
        escape = self.text.find("\\", self.at, end)
        return end if escape < 0 else escape

    def _escape(self) -> str:
        """Return what an escape stands for, and stop at its last character."""
        self.at += 1
        character = self._here()
        if character != "u":
            return ESCAPES.get(character, character)
        digits = self.text[self.at + 1 : self.at + 5]
        if not re.fullmatch(r"[0-9a-fA-F]{4}", digits):
            raise LooseJsonError(is_cut=len(digits) < 4)
        self.at += 4
        return chr(int(digits, 16))

    def _scalar(self) -> Any:
        word = WORD.match(self.text, self.at)
        if word is not None:
            self.at = word.end()
            return self._word(word[0].lstrip("+-"))
        number = NUMBER.match(self.text, self.at)
        if number is None:
            raise LooseJsonError
        self.at = number.end()
        is_whole = len(number[0]) <= LONGEST_WHOLE and not re.search(r"[.eE]", number[0])
        return int(number[0]) if is_whole else float(number[0])

    def _word(self, word: str) -> Any:
        if word not in WORDS:
            raise LooseJsonError(is_cut=self.at == len(self.text))
        if word in PYTHON_WORDS:
            self.slips.add("python_words")
        elif word not in STRICT_WORDS:
            self.slips.add("not_a_number")
        return WORDS[word]
