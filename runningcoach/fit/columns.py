"""Messages of one kind become columns: one NumPy call a field, not one a value."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runningcoach.fit.profile import (
    BASE_TYPES,
    BASE_TYPES_BY_CODE,
    EPOCH_S,
    RELATIVE_BELOW,
    BaseType,
    Field,
    Message,
)
from runningcoach.fit.walk import MessageDefinition, WrittenField

type Columns = dict[str, NDArray[Any]]
type Where = slice | NDArray[np.intp]
type Group = tuple[MessageDefinition, NDArray[np.int64]]
type DeveloperFields = Mapping[tuple[int, int], Field]

ALL = slice(None)
_BYTE = BASE_TYPES["byte"]
_STRING = BASE_TYPES["string"]
_MOST_CELLS = 30_000_000


class TooLargeError(Exception):
    """A small file describes a table that no memory holds."""


def columns(
    data: bytes, message: Message, groups: Sequence[Group], developer_fields: DeveloperFields
) -> Columns:
    """Return the columns of all messages of one kind, in the order of the file.

    `groups` holds, for each definition, where the contents of its messages stand. Raises
    TooLargeError when the columns would be absurdly larger than the file.
    """
    order = np.sort(np.concatenate([positions for _, positions in groups]))
    refuse_absurd(len(order), _width_of_all(groups))
    table: Columns = {}
    for definition, positions in groups:
        where = ALL if len(groups) == 1 else np.searchsorted(order, positions)
        rows = _MessageBlock(data, definition, positions)
        for written in definition.fields:
            field = _meaning(written, message, developer_fields)
            if field is not None and written.size:
                put(table, field.name, where, rows.values(written, field), len(order))
    return table


def refuse_absurd(rows: int, width: int) -> None:
    """Raise TooLargeError when so many rows of such a width can be no activity."""
    if rows * width > _MOST_CELLS:
        raise TooLargeError


def _width_of_all(groups: Sequence[Group]) -> int:
    sizes = {
        (field.owner, field.number): field.size
        for definition, _ in groups
        for field in definition.fields
    }
    return sum(sizes.values())


def _meaning(
    written: WrittenField, message: Message, developer_fields: DeveloperFields
) -> Field | None:
    """Return what a written field stands for; None for a developer's that nobody describes.

    A number the profile does not know, or knows as text where the file has a number (and the
    other way round), becomes `unknown_<number>`.
    """
    if written.owner is not None:
        return developer_fields.get((written.owner, written.number))
    field = message.fields.get(written.number)
    base = BASE_TYPES_BY_CODE.get(written.base_code, _BYTE)
    if field is not None and (field.kind == "string") == (base is _STRING):
        return field
    kind = "string" if base is _STRING else "number"
    return Field(written.number, f"unknown_{written.number}", base, kind, is_array=True)


class _MessageBlock:
    """The messages of one definition as a block of memory with a fixed step from row to row."""

    def __init__(
        self, data: bytes, definition: MessageDefinition, positions: NDArray[np.int64]
    ) -> None:
        self.count = len(positions)
        self.byte_order = ">" if definition.big_endian else "<"
        self.start, self.step = int(positions[0]), definition.size + 1
        self.block: Any = data
        if positions[-1] - positions[0] != (self.count - 1) * self.step:
            self.start, self.step = 0, definition.size
            self.block = _gathered(data, positions, definition.size)

    def values(self, written: WrittenField, field: Field) -> NDArray[Any]:
        """Return a field's values in physical units, missing ones NaN or None."""
        if field.kind == "string":
            return self._texts(written)
        base = BASE_TYPES_BY_CODE.get(written.base_code, _BYTE)
        if written.owner is not None:
            base = field.base
        if base is _STRING or written.size % base.size:
            base = _BYTE
        width = written.size // base.size
        raw = self._raw(written, base, width if field.is_array else 1)
        return physical(field, raw, base)

    def _raw(self, written: WrittenField, base: BaseType, width: int) -> NDArray[Any]:
        """Return raw values: one a message, or a row of `width` a message."""
        kind, offset = self.byte_order + base.numpy, self.start + written.offset
        if width == 1:
            return np.ndarray((self.count,), kind, self.block, offset, (self.step,))
        return np.ndarray((self.count, width), kind, self.block, offset, (self.step, base.size))

    def _texts(self, written: WrittenField) -> NDArray[Any]:
        kind = np.dtype(f"S{written.size}")
        offset = self.start + written.offset
        texts = np.ndarray((self.count,), kind, self.block, offset, (self.step,))
        found = np.empty(self.count, dtype=object)
        found[:] = [_text(value) for value in texts.tolist()]
        return found


def _gathered(data: bytes, positions: NDArray[np.int64], size: int) -> NDArray[np.uint8]:
    """Return the messages one behind another: each a window on the file, copied once."""
    windows = np.ndarray((len(data) - size + 1, size), np.uint8, data, 0, (1, 1))
    return np.ascontiguousarray(windows[positions])


def _text(value: bytes) -> str | None:
    return value.partition(b"\0")[0].decode("utf-8", "replace") or None


def physical(field: Field, raw: NDArray[Any], base: BaseType) -> NDArray[np.float64]:
    """Return raw values in the field's unit; those that say "none" become NaN."""
    values = raw.astype(np.float64)
    missing = _missing(raw, base)
    if missing is not None:
        values[missing] = np.nan
    if field.scale != 1.0:
        values /= field.scale
    if field.offset:
        values -= field.offset
    if field.kind == "date_time":
        values[values >= RELATIVE_BELOW] += EPOCH_S
    elif field.kind == "local_date_time":
        values += EPOCH_S
    return values


def _missing(raw: NDArray[Any], base: BaseType) -> NDArray[np.bool_] | None:
    """Return which values are the type's "none". An array of bytes is so as a whole or not."""
    if base.invalid is None:
        return None
    missing = raw == base.invalid
    if base is _BYTE and raw.ndim == 2:
        missing = missing.all(axis=1)
    return missing if missing.any() else None


def put(table: Columns, name: str, where: Where, values: NDArray[Any], count: int) -> None:
    """Place what is not missing of `values` at the rows `where` of a column of `count` rows."""
    column = table.get(name)
    if column is None and where is ALL:
        table[name] = values
        return
    if column is not None and (column.dtype == object) != (values.dtype == object):
        put(table, f"{name}#{'text' if values.dtype == object else 'number'}", where, values, count)
        return
    width = max(_width(values), 0 if column is None else _width(column))
    column = _widened(_empty(values, count) if column is None else column, width)
    values, taken = _widened(values, width), column[where]
    column[where] = np.where(_is_missing(values), taken, values)
    table[name] = column


def _is_missing(column: NDArray[Any]) -> NDArray[np.bool_]:
    if column.dtype != object:
        return np.isnan(column)
    return np.array([text is None for text in column], dtype=bool)


def _empty(like: NDArray[Any], count: int) -> NDArray[Any]:
    return np.full(count, None if like.dtype == object else np.nan, dtype=like.dtype)


def _width(column: NDArray[Any]) -> int:
    return column.shape[1] if column.ndim == 2 else 0


def _widened(column: NDArray[Any], width: int) -> NDArray[Any]:
    """Return a column with `width` values a row (0: plain numbers), padded with NaN."""
    if width == _width(column):
        return column
    wide = np.full((len(column), width), np.nan)
    wide[:, : max(_width(column), 1)] = column.reshape(len(column), -1)
    return wide
