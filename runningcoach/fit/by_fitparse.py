"""The second engine: fitparse takes the file apart, our table says what its fields mean.

fitparse keeps developer fields in a table of its module, which lives on from file to file; so
one file is read at a time, and the table is emptied before each.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from threading import Lock
from typing import Any

import fitparse
import fitparse.records
import numpy as np
from fitparse.processors import FitFileDataProcessor
from fitparse.utils import FitCRCError, FitEOFError
from numpy.typing import NDArray

from runningcoach.fit.columns import (
    Columns,
    DeveloperFields,
    TooLargeError,
    physical,
    refuse_absurd,
)
from runningcoach.fit.components import expand
from runningcoach.fit.developer import developer_fields
from runningcoach.fit.problems import FitProblem, problem
from runningcoach.fit.profile import (
    BASE_TYPES,
    MESSAGES,
    MESSAGES_BY_NUMBER,
    TIMESTAMP,
    Field,
    Message,
)

type Key = tuple[int | None, int, bool]
type Row = dict[Key, Any]

_ONE_AT_A_TIME = Lock()
_DESCRIPTION = MESSAGES["field_description"].number
_MISSING_IS_NAN = BASE_TYPES["float64"]


class _RawValues(FitFileDataProcessor):
    """Leave all values as they are written."""

    def run_type_processor(self, field_data: Any) -> None:
        """Do nothing."""

    def run_field_processor(self, field_data: Any) -> None:
        """Do nothing."""

    def run_unit_processor(self, field_data: Any) -> None:
        """Do nothing."""

    def run_message_processor(self, data_message: Any) -> None:
        """Do nothing."""


def read(data: bytes) -> tuple[dict[str, Columns], list[FitProblem]]:
    """Return all messages that fitparse can read, and what stopped it."""
    rows: dict[int, list[Row]] = {_DESCRIPTION: []}
    problems: list[FitProblem] = []
    with _ONE_AT_A_TIME:
        fitparse.records.DEV_TYPES.clear()
        try:
            for number, row in _rows(data):
                rows.setdefault(number, []).append(row)
        except Exception as error:  # what fitparse raises on damage has no common base
            problems.append(_problem(error))
    try:
        return _tables(rows), problems
    except TooLargeError:
        return {}, [*problems, problem(0, "absurd_table", message="fitparse")]


def _problem(error: Exception) -> FitProblem:
    codes = {FitCRCError: "bad_crc", FitEOFError: "cut_message"}
    code = next((code for kind, code in codes.items() if isinstance(error, kind)), "fitparse")
    return problem(0, code, message=str(error) or type(error).__name__)


def _rows(data: bytes) -> Iterator[tuple[int, Row]]:
    """Yield the messages that we know as (message number, raw values by key).

    A key is the developer's index (None for ordinary fields), the field's number, and whether
    the file has text there.

    fitparse's own expansions are passed over, but for the times from compressed headers.
    """
    file = fitparse.FitFile(io.BytesIO(data), data_processor=_RawValues())
    messages: Any = file.get_messages()
    for message in messages:
        if message.mesg_num in MESSAGES_BY_NUMBER:
            row: Row = {}
            for field in message.fields:
                if field.field_def is not None:
                    owner = getattr(field.field_def, "dev_data_index", None)
                    is_text = field.field_def.base_type.name == "string"
                    row[owner, field.field_def.def_num, is_text] = field.raw_value
                elif field.def_num == TIMESTAMP:
                    row[None, TIMESTAMP, False] = field.raw_value
            yield message.mesg_num, row


def _tables(rows: Mapping[int, Sequence[Row]]) -> dict[str, Columns]:
    tables: dict[str, Columns] = {}
    developer: DeveloperFields = {}
    for number, found in rows.items():
        message = MESSAGES_BY_NUMBER[number]
        if found:
            table = tables[message.name] = _table(message, found, developer)
            expand(message.name, table)
        if number == _DESCRIPTION:
            developer = developer_fields(tables.get(message.name, {}))
    return tables


def _table(message: Message, rows: Sequence[Row], developer: DeveloperFields) -> Columns:
    keys = dict.fromkeys(key for row in rows for key in row)
    refuse_absurd(len(rows), sum(max(_count(row.get(key)) for row in rows) for key in keys))
    table: Columns = {}
    for key in keys:
        values = [row.get(key) for row in rows]
        field = _field(key, message, developer)
        if field is not None:
            table[field.name] = _texts(values) if key[-1] else _numbers(field, values)
    return table


def _count(value: Any) -> int:
    return len(value) if isinstance(value, tuple) else 1


def _field(key: Key, message: Message, developer: DeveloperFields) -> Field | None:
    owner, number, is_text = key
    if owner is not None:
        return developer.get((owner, number))
    field = message.fields.get(number)
    if field is not None and (field.kind == "string") == is_text:
        return field
    return Field(number, f"unknown_{number}", BASE_TYPES["byte"], is_array=True)


def _texts(values: Sequence[Any]) -> NDArray[Any]:
    texts = np.empty(len(values), dtype=object)
    texts[:] = [value if isinstance(value, str) else None for value in values]
    return texts


def _numbers(field: Field, values: Sequence[Any]) -> NDArray[np.float64]:
    lists = [value if isinstance(value, tuple) else (value,) for value in values]
    width = max(map(len, lists)) if field.is_array else 1
    raw = np.full((len(lists), width), np.nan)
    for row, several in enumerate(lists):
        raw[row, : len(several)] = [np.nan if v is None else v for v in several[:width]]
    return physical(field, raw if width > 1 else raw[:, 0], _MISSING_IS_NAN)
