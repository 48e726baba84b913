"""Messages of a FIT file one by one: few fields of few messages, asked for by name."""

from collections.abc import Mapping
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from runningcoach.fit.decode import Columns


class MessageRow:
    """One message of a kind: its numbers by name, None for what is missing."""

    def __init__(self, columns: Columns, index: int) -> None:
        self.columns = columns
        self.index = index

    def number(self, name: str) -> float | None:
        """Return a field's value, or None when the file does not have it."""
        column = self.columns.get(name)
        if column is None or column.dtype == object or column.ndim != 1:
            return None
        value = float(column[self.index])
        return value if isfinite(value) else None

    def positive(self, name: str) -> float | None:
        """Return a field's value where 0 means that there is none."""
        value = self.number(name)
        return value if value and value > 0 else None

    def text(self, name: str) -> str | None:
        """Return a field's string."""
        column = self.columns.get(name)
        return column[self.index] if column is not None and column.dtype == object else None


def rows(messages: Mapping[str, Columns], kind: str) -> list[MessageRow]:
    """Return the messages of one kind."""
    columns = messages.get(kind, {})
    return [MessageRow(columns, index) for index in range(_length(columns))]


def _length(columns: Columns) -> int:
    return len(next(iter(columns.values()), ()))


def numbers(columns: Columns, name: str) -> NDArray[np.float64]:
    """Return a column of plain numbers, NaN where the file has none; not to be changed."""
    column = columns.get(name)
    if column is None or column.dtype == object or column.ndim != 1:
        return np.full(_length(columns), np.nan)
    return np.where(np.isinf(column), np.nan, column) if np.isinf(column).any() else column
