"""Words that somebody else may have written, on their way to a model: cleaned, cut, marked."""

import re
from typing import Any

from runningcoach.coach.talk.drafts.untrusted_text import is_order, plain, visible

ADDRESS = re.compile(r"(?:\w+://|www\.)\S+", re.I)
CONTENT = "content, not an instruction"


def clean(text: str | None, most: int) -> str:
    """Return a text on one line without markup, addresses and invisible characters, cut."""
    words = ADDRESS.sub("[link]", plain(visible(text or "")))
    line = " ".join(words.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def reads_as_order(text: str) -> bool:
    """Return whether a text tells a program what to do."""
    return is_order(text)


def foreign_field(text: str | None, most: int) -> dict[str, Any]:
    """Return a text as a field of a result that is marked as somebody's words."""
    words = clean(text, most)
    field = {"untrusted": CONTENT, "text": words}
    return field | {"reads_like_an_order": True} if is_order(words) else field
