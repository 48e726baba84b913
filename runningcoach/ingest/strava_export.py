"""activities.csv of a Strava export: names, descriptions, gear and the names of the files.

The table's first line is in the runner's language. Columns are found by the names they have in
the languages that we know (locales: ingest.strava), else by where they have stood for years and
by what is in them. Times in it are UTC, whatever they look like.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import PurePosixPath

from runningcoach import i18n
from runningcoach.ingest.descriptions import Description
from runningcoach.ingest.normalise import clock_moment, english_moment, text
from runningcoach.store.imports import Event

KIND = "strava.activity"
PLACES = {"id": 0, "date": 1, "name": 2, "type": 3, "description": 4, "elapsed": 5}
"""Where the first columns have always stood."""

FIELDS = (*PLACES, "gear", "file")
FILE = re.compile(r"^activities/\S+$")
LONGEST_FIELD = 2**20


class NotStrava(ValueError):
    """The table is not the one that Strava writes."""


def events(data: bytes) -> list[Event]:
    """Return one event for each activity of the table."""
    csv.field_size_limit(LONGEST_FIELD)
    try:
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig").replace("\0", ""))))
    except (UnicodeDecodeError, csv.Error) as error:
        raise NotStrava(str(error)) from error
    if not rows or len(rows[0]) <= max(PLACES.values()):
        raise NotStrava("too few columns")
    columns = _columns(rows[0], rows[1:])
    found = [_fields(row, columns) for row in rows[1:] if len(row) == len(rows[0])]
    kept = [Event(KIND, row["id"], row) for row in found if row["id"].isdigit()]
    if not kept and len(rows) > 1:
        raise NotStrava("no activity ids")
    return kept


def _columns(header: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, int]:
    """Return where each field stands; of two columns with one name, the first."""
    places = {name.strip(): index for index, name in reversed(list(enumerate(header)))}
    columns = dict(PLACES)
    for field, names in _names().items():
        columns[field] = next((places[n] for n in names if n in places), columns.get(field, -1))
    if columns["file"] < 0:
        columns["file"] = next((i for i in range(len(header)) if _holds_files(rows, i)), -1)
    return {field: index for field, index in columns.items() if index >= 0}


def _names() -> dict[str, list[str]]:
    tables = [i18n.words(language, "ingest")["strava"] for language in i18n.LANGUAGES]
    return {field: [table[field] for table in tables] for field in FIELDS}


def _holds_files(rows: Sequence[Sequence[str]], index: int) -> bool:
    cells = [row[index] for row in rows if len(row) > index and row[index]]
    return bool(cells) and all(FILE.match(cell) for cell in cells)


def _fields(row: Sequence[str], columns: Mapping[str, int]) -> dict[str, str]:
    return {field: row[index].strip() for field, index in columns.items()}


def descriptions(events: Iterable[Event]) -> list[Description]:
    """Return what the table says of each activity; of two rows of one, the later."""
    latest = {event.key: event.body for event in events if event.kind == KIND}
    return list(_described(latest.values()))


def _described(rows: Iterable[Mapping[str, str]]) -> Iterator[Description]:
    for row in rows:
        started_at = moment(row.get("date", ""))
        if started_at is not None:
            yield Description(
                number=int(row["id"]),
                started_at=started_at,
                elapsed_s=_seconds(row.get("elapsed", "")),
                file_name=PurePosixPath(row.get("file", "")).name or None,
                name=text(row.get("name")),
                notes=text(row.get("description")),
                gear=text(row.get("gear")),
            )


def moment(words: str) -> datetime | None:
    """Return the time that a cell of the table says, in English or Korean."""
    return english_moment(words) or _korean_moment(words)


def _korean_moment(words: str) -> datetime | None:
    table = i18n.words("ko", "ingest")["strava"]
    halves = {table["morning"]: "AM", table["afternoon"]: "PM"}
    match = re.match(
        r"(\d{4})\. (\d{1,2})\. (\d{1,2})\.? (?:(\S+) )?(\d{1,2}):(\d\d):(\d\d)$", words.strip()
    )
    if not match or match[4] not in (None, *halves):
        return None
    year, month, day = (int(part) for part in match.group(1, 2, 3))
    half = halves.get(match[4]) if match[4] else None
    return clock_moment(year, month, day, *match.group(5, 6, 7), half=half)


def _seconds(cell: str) -> float | None:
    try:
        return float(cell.replace(",", ""))
    except ValueError:
        return None
