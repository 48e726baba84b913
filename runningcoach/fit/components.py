"""Values that a file packs into other fields, or writes only in their older, coarser field."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from runningcoach.fit.columns import Columns

_ENHANCED: Mapping[str, Mapping[str, str]] = {
    "record": {
        "speed": "enhanced_speed",
        "altitude": "enhanced_altitude",
        "respiration_rate": "enhanced_respiration_rate",
    },
    "session": {
        "avg_speed": "enhanced_avg_speed",
        "max_speed": "enhanced_max_speed",
        "avg_altitude": "enhanced_avg_altitude",
        "min_altitude": "enhanced_min_altitude",
        "max_altitude": "enhanced_max_altitude",
        "avg_respiration_rate": "enhanced_avg_respiration_rate",
        "max_respiration_rate": "enhanced_max_respiration_rate",
        "min_respiration_rate": "enhanced_min_respiration_rate",
    },
}
_ENHANCED_LAP = {k: v for k, v in _ENHANCED["session"].items() if k != "min_respiration_rate"}
_ENHANCED_LENGTH = {k: v for k, v in _ENHANCED_LAP.items() if "respiration" in k}


def expand(message: str, table: Columns) -> None:
    """Add to `table` what other fields of the same message hold packed."""
    if message == "record":
        _speed_and_distance(table)
        _running_total(table, "cycles", "total_cycles", bits=8)
        _running_total(table, "compressed_accumulated_power", "accumulated_power", bits=16)
    if message == "event" and "data16" in table:
        _fill(table, "data", table["data16"])
    for plain, enhanced in _enhanced(message).items():
        if plain in table and table[plain].ndim == 1:
            _fill(table, enhanced, table[plain])


def _enhanced(message: str) -> Mapping[str, str]:
    if message == "lap":
        return _ENHANCED_LAP
    return _ENHANCED_LENGTH if message == "length" else _ENHANCED.get(message, {})


def _fill(table: Columns, name: str, values: NDArray[np.float64]) -> None:
    """Use `values` where the column `name` has none."""
    column = table.get(name)
    if column is None:
        table[name] = values.copy()
    elif column.shape == values.shape and column.dtype == values.dtype:
        table[name] = np.where(np.isnan(column), values, column)


def _speed_and_distance(table: Columns) -> None:
    """Unpack three bytes: 12 bits of speed [cm/s], 12 bits of a distance that rolls over."""
    packed = table.get("compressed_speed_distance")
    if packed is None or packed.ndim != 2 or packed.shape[1] != 3:
        return
    bits = packed @ np.array([1.0, 256.0, 65536.0])
    _fill(table, "speed", bits % 4096 / 100)
    _fill(table, "distance", _unrolled(bits // 4096, 12) / 16)


def _running_total(table: Columns, counter: str, total: str, bits: int) -> None:
    if counter in table and table[counter].ndim == 1:
        _fill(table, total, _unrolled(table[counter], bits))


def _unrolled(counter: NDArray[np.float64], bits: int) -> NDArray[np.float64]:
    """Return a counter of `bits` bits as a total that does not start again at zero."""
    known = ~np.isnan(counter)
    steps = np.diff(counter[known], prepend=0.0)
    total = np.full(len(counter), np.nan)
    total[known] = np.cumsum(steps % 2**bits)
    return total
