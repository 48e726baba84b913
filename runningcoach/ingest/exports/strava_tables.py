"""activities.csv of a Strava export: names, descriptions, gear, kinds and the names of the files.

The table's first line is in the runner's language, its columns and times changed over the years:
see strava_columns, calendar_words and strava_numbers. Times in it are UTC, whatever they look
like. A row without a file was typed in.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from runningcoach.ingest.exports import dates, strava_columns, strava_numbers
from runningcoach.ingest.exports.descriptions import Description
from runningcoach.ingest.exports.strava_numbers import DistanceStyle
from runningcoach.ingest.files import recording_rows
from runningcoach.ingest.files.recording_rows import text
from runningcoach.ingest.files.sport_choice import sport_of
from runningcoach.store.imports import SideFact

KIND = "strava.activity"
FEWEST_COLUMNS = 6
LONGEST_FIELD = 2**20
SEPARATORS = ",;\t"
HIGHEST_ID = 2**63
LONGEST_S = 10 * 86_400
"""The longest races take days; what claims more is a mistake."""
LONGEST_M, HIGHEST_M = 1e6, 20_000
HR_BPM, RPE = (30, 240), (0, 10)
BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")


class NotStrava(ValueError):
    """The table is not the one that Strava writes."""


class ActivityRows(NamedTuple):
    """The activities of a table, and how many rows were left out, by reason."""

    events: list[SideFact]
    left_out: Counter[str]


def parse_rows(data: bytes) -> ActivityRows:
    """Return one event for each activity of the table, and what was left out."""
    header, rows = _parse_csv(data)
    columns = strava_columns.find_columns(header, rows)
    if rows and not columns.keys() & {"date", "file"}:
        raise NotStrava("neither dates nor files")
    style, day_first = _style(rows, columns), _is_day_first(header, rows, columns)
    bodies = [_body(row, columns, style, day_first=day_first) for row in rows if any(row)]
    facts = [SideFact(KIND, body["id"], body) for body in bodies if _is_id(body.get("id", ""))]
    if not facts and rows:
        raise NotStrava("no activity ids")
    return ActivityRows(facts, Counter({"no_id": len(bodies) - len(facts)}))


def _parse_csv(data: bytes) -> tuple[list[str], list[list[str]]]:
    csv.field_size_limit(LONGEST_FIELD)
    encoding = "utf-16" if data[:2] in BYTE_ORDER_MARKS else "utf-8-sig"
    try:
        words = data.decode(encoding).replace("\0", "")
        separator = max(SEPARATORS, key=words.partition("\n")[0].count)
        rows = list(csv.reader(io.StringIO(words, newline=""), delimiter=separator))
    except (UnicodeDecodeError, csv.Error) as error:
        raise NotStrava(str(error)) from error
    if not rows or len(rows[0]) < FEWEST_COLUMNS:
        raise NotStrava("too few columns")
    return rows[0], rows[1:]


def _is_id(cell: str) -> bool:
    return cell.isascii() and cell.isdigit() and int(cell) < HIGHEST_ID


def _is_day_first(
    header: Sequence[str], rows: Sequence[Sequence[str]], columns: Mapping[str, int]
) -> bool:
    """Return whether dates begin with the day; where the cells do not show it, English does not."""
    place = columns.get("date", -1)
    cells = [row[place] for row in rows if 0 <= place < len(row)]
    is_english = 0 <= place < len(header) and header[place].strip() == "Activity Date"
    return dates.is_day_first(cells, default=not is_english)


def _style(rows: Sequence[Sequence[str]], columns: Mapping[str, int]) -> DistanceStyle:
    distances = _column(rows, columns, "distance")
    comma = strava_numbers.has_decimal_comma(distances)
    lengths = [
        recording_rows.between(strava_numbers.number(cell, comma=comma), 0, LONGEST_M)
        for cell in distances
    ]  # without impossible values
    times = _column(rows, columns, "elapsed")
    times_s = [strava_numbers.seconds(cell) for cell in times]
    return DistanceStyle(comma, strava_numbers.metres_per_unit(times_s, lengths))


def _column(rows: Sequence[Sequence[str]], columns: Mapping[str, int], field: str) -> list[str]:
    place = columns.get(field, -1)
    return [row[place] if 0 <= place < len(row) else "" for row in rows]


def _body(
    row: Sequence[str], columns: Mapping[str, int], style: DistanceStyle, *, day_first: bool
) -> dict[str, Any]:
    """Return the cells by field, with times and distances parsed in the table's style."""
    cells = {field: row[at].strip() for field, at in columns.items() if at < len(row)}
    started_at = dates.moment(cells.get("date", ""), day_first=day_first)
    elapsed_s = _first(cells, ("raw_elapsed", "elapsed"))
    return cells | {
        "started_at": started_at.isoformat() if started_at else None,
        "elapsed_s": elapsed_s,
        "timer_s": _first(cells, ("moving",)),
        "distance_m": _distance_m(cells, style),
    }


def _first(cells: Mapping[str, str], fields: Sequence[str]) -> float | None:
    """Return the first of some times that is plausible."""
    times = (strava_numbers.seconds(cells.get(field, "")) for field in fields)
    return next((time_s for time_s in times if time_s and 1 <= time_s <= LONGEST_S), None)


def _distance_m(cells: Mapping[str, str], style: DistanceStyle) -> float | None:
    raw = strava_numbers.number(cells.get("raw_distance", ""))
    stated = strava_numbers.number(cells.get("distance", ""), comma=style.comma)
    if raw is None and stated is not None:
        raw = stated * style.metres_per_unit
    return recording_rows.between(raw, 1, LONGEST_M)


def descriptions(events: Iterable[SideFact]) -> list[Description]:
    """Return the description of each activity; of two rows of one, the later."""
    latest = {event.key: event.body for event in events if event.kind == KIND}
    return list(_to_descriptions(latest.values()))


def _to_descriptions(rows: Iterable[Mapping[str, Any]]) -> Iterator[Description]:
    for row in rows:
        sport, sub_sport = sport_of(row.get("type"))
        file = str(row.get("file", ""))
        is_named = bool(strava_columns.FILE.match(file))
        yield Description(
            number=int(row["id"]),
            website="strava",
            started_at=_started_at(row),
            elapsed_s=row.get("elapsed_s", strava_numbers.seconds(row.get("elapsed", ""))),
            file_name=PurePosixPath(file.replace("\\", "/")).name if is_named else None,
            name=text(row.get("name")),
            notes=text(row.get("description")),
            gear=text(row.get("gear")),
            rpe=_in_points(row, "rpe", *RPE),
            sport=None if sport == "generic" else sport,
            sub_sport=sub_sport,
            is_typed_in=not is_named,
            timer_s=row.get("timer_s"),
            distance_m=row.get("distance_m"),
            ascent_m=_in_points(row, "ascent", 0, HIGHEST_M),
            average_hr_bpm=_in_points(row, "average_hr", *HR_BPM),
        )


def _started_at(row: Mapping[str, Any]) -> datetime | None:
    if row.get("started_at"):
        return datetime.fromisoformat(row["started_at"]).astimezone(UTC)
    return dates.moment(row.get("date", ""))


def _in_points(row: Mapping[str, Any], field: str, least: float, most: float) -> float | None:
    """Return a number that the raw half of the table holds, with a decimal point everywhere."""
    return recording_rows.between(strava_numbers.number(str(row.get(field, ""))), least, most)
