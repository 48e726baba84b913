"""Find the columns of Strava's table of activities in any language.

In the order of trust: what is in the cells (numbers of activities, dates, paths of files), the
names that we know, and where the columns have always stood, counted from the number.
"""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

from runningcoach.ingest.exports import dates
from runningcoach.ingest.files.sport_choice import sport_of

HEADERS = Path(__file__).with_name("strava_headers.toml")
FILE = re.compile(r"^activities[/\\].+\.\w+$")
FROM_THE_NUMBER = {"name": 2, "type": 3, "description": 4, "elapsed": 5, "distance": 6}
"""Columns behind that of the activity's number, in exports of every year."""
WORDS_ONLY = re.compile(r"[^\W\d_]")
TRUE_OR_FALSE = {"true", "false", "0", "1"}
ENOUGH = 0.8
"""Share of the cells with content that must be of a kind for the column to be so."""
NONE = -1

type Rows = Sequence[Sequence[str]]


def find_columns(header: Sequence[str], rows: Rows) -> dict[str, int]:
    """Return the column index of each field that was found."""
    named = _named_columns(header)
    places = {
        "id": _of_kind(rows, named.get("id", 0), str.isdigit),
        "date": _of_kind(rows, named.get("date", 1), _is_date),
        "file": _of_kind(rows, named.get("file", NONE), _is_path),
    }
    if places["file"] == NONE:
        places["file"] = named.get("file", NONE)  # all rows were typed in
    if places["id"] == 0 and places["date"] == 1:
        places |= {
            field: behind for field, behind in FROM_THE_NUMBER.items() if behind < len(header)
        }
    places |= {field: place for field, place in named.items() if field not in places}
    places |= {field: named[field] for field in FROM_THE_NUMBER if field in named}
    if not _is_sport_column(rows, places.get("type", NONE)):
        places["type"] = _sport_column(rows, places.get("type", NONE))
    places["gear"] = places.get("gear", _before_the_file(rows, places["file"]))
    places |= _raw(header, places)
    return {field: place for field, place in places.items() if place != NONE}


def _named_columns(header: Sequence[str]) -> dict[str, int]:
    """Return the fields whose names we know; of two columns with one name, the first."""
    places = {bare(name): place for place, name in reversed(list(enumerate(header)))}
    known_places = {
        field: next((places[name] for name in names if name in places), NONE)
        for field, names in names_of_columns().items()
    }
    return {field: place for field, place in known_places.items() if place != NONE}


@cache
def names_of_columns() -> Mapping[str, Sequence[str]]:
    """Return the names of each field in all languages that are known, made bare."""
    table = tomllib.loads(HEADERS.read_text("utf-8"))
    return {field: [bare(name) for name in names] for field, names in table.items()}


def bare(name: str) -> str:
    """Return a column's name without case, accents, spaces and punctuation."""
    return re.sub(r"[\W_]+", "", dates.plain(name))


def _of_kind(rows: Rows, place: int, is_one: Callable[[str], bool]) -> int:
    """Return the place if its cells are of a kind, else the first whose are; NONE for none."""
    width = max(map(len, rows), default=0)
    if not rows:
        return place
    order = [place, *range(width)] if place != NONE else range(width)
    return next((one for one in order if _are(_cells(rows, one), is_one)), NONE)


def _are(cells: Sequence[str], is_one: Callable[[str], bool]) -> bool:
    return bool(cells) and sum(map(is_one, cells)) >= ENOUGH * len(cells)


def _cells(rows: Rows, place: int) -> list[str]:
    cells = (row[place].strip() for row in rows if 0 <= place < len(row))
    return [cell for cell in cells if cell]


def _is_date(cell: str) -> bool:
    return not cell.isdigit() and dates.moment(cell) is not None


def _is_path(cell: str) -> bool:
    """Return whether a cell names a file; "#error#" stands where Strava lost it."""
    return bool(FILE.match(cell)) or cell.startswith("#")


def _is_sport(cell: str) -> bool:
    return sport_of(cell)[0] != "generic"


def _is_sport_column(rows: Rows, place: int) -> bool:
    return any(map(_is_sport, _cells(rows, place)))


def _sport_column(rows: Rows, otherwise: int) -> int:
    """Return the column of few words, most of which are sports."""
    width = max(map(len, rows), default=0)
    return next((one for one in range(width) if _are(_cells(rows, one), _is_sport)), otherwise)


def _before_the_file(rows: Rows, file: int) -> int:
    """Return the column of shoes and bikes: words, just before the file."""
    cells = _cells(rows, file - 1) if file > 0 else []
    return file - 1 if any(map(_is_words, cells)) else NONE


def _is_words(cell: str) -> bool:
    return cell.casefold() not in TRUE_OR_FALSE and bool(WORDS_ONLY.search(cell))


def _raw(header: Sequence[str], places: Mapping[str, int]) -> dict[str, int]:
    """Return where time and distance stand once more, in seconds and metres, since 2019."""
    names = [bare(name) for name in header]
    raw: dict[str, int] = {}
    for field in ("elapsed", "distance"):
        place = places.get(field, NONE)
        if 0 <= place < len(names):
            again = [one for one in range(place + 1, len(names)) if names[one] == names[place]]
            raw |= {f"raw_{field}": again[-1]} if again else {}
    if "moving" not in places and "raw_elapsed" in raw:
        is_between = raw.get("raw_distance") == raw["raw_elapsed"] + 2
        raw |= {"moving": raw["raw_elapsed"] + 1} if is_between else {}
    return raw
