"""The text of an uploaded file, and the title that it has where it is given none."""

import codecs
import re
from pathlib import PurePath

from runningcoach.base.errors import RunningCoachError
from runningcoach.coach.knowledge.documents import TITLE_CHARACTERS_MOST
from runningcoach.coach.knowledge.splitting import visible_text

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
UNMARKED = ("utf-8", "cp949")
"""Korean Windows saves text in CP949 still."""
OTHER_KINDS = (b"%PDF-", b"PK\x03\x04", b"{\\rtf")
"""How PDF, zipped documents (docx, odt) and RTF begin."""
HEADING = re.compile(r"\A\s*#{1,6}\s+(.+)")


class DocumentNotText(RunningCoachError):
    """A file that is no text: a PDF, a picture, a word processor's file."""

    code = "knowledge.document_not_text"
    status = 422


def read_text(content: bytes) -> str:
    """Return the text of a file. Raises DocumentNotText."""
    encodings = () if content.startswith(OTHER_KINDS) else _encodings(content)
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise DocumentNotText


def _encodings(content: bytes) -> tuple[str, ...]:
    marked = tuple(encoding for mark, encoding in MARKS if content.startswith(mark))
    return marked or UNMARKED


def title_of(text: str, filename: str) -> str:
    """Return the first Markdown heading of a text, else the name of its file."""
    heading = HEADING.match(text)
    title = heading[1].strip(" #\t\r") if heading else PurePath(filename).stem
    return " ".join(visible_text(title).split())[:TITLE_CHARACTERS_MOST]
