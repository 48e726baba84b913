"""Encode samples as Parquet, and decode them.

In memory a channel is float64 with NaN where nothing was measured, `t_s` int32. On disk
whole numbers are integers, positions FIT's 32-bit semicircles, the rest float32, and nothing
measured is null. Delta and byte-stream-split encodings halve what zstd alone makes of it.
"""

# pyarrow comes without types.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from runningcoach.base.units import SEMICIRCLES_PER_DEGREE

type Samples = Mapping[str, NDArray[Any]]

POSITIONS = {
    "latitude_deg": "latitude_semicircles",
    "longitude_deg": "longitude_semicircles",
}
"""Channels that have another name and unit on disk."""

INTEGER_TYPES = {
    "heart_rate_bpm": np.uint8,
    "cadence_spm": np.uint8,
    "power_w": np.uint16,
    "temperature_c": np.int8,
}
"""Channels of whole numbers, as a rule; one that does not fit is stored as float32."""

_PUBLIC = {stored: public for public, stored in POSITIONS.items()}


def encode(samples: Samples) -> bytes:
    """Return the Parquet file of samples; the same samples give the same bytes."""
    columns = {"t_s": pa.array(samples["t_s"].astype(np.int32, copy=False))}
    for name in channels(samples)[1:]:
        columns[POSITIONS.get(name, name)] = _column(name, samples[name])
    return _file(pa.table(columns))


def channels(samples: Samples) -> list[str]:
    """Return the channels that are stored: `t_s`, then those in which something was measured."""
    others = (name for name in samples if name != "t_s")
    return ["t_s", *(name for name in others if not np.isnan(samples[name]).all())]


def _column(name: str, values: NDArray[np.float64]) -> pa.Array:
    if name in POSITIONS:
        return _integers(_semicircles(values), np.int32)
    kind = INTEGER_TYPES.get(name)
    if kind is not None and _fits(values, kind):
        return _integers(values, kind)
    return pa.array(values.astype(np.float32), from_pandas=True)


def _integers(values: NDArray[np.float64], kind: type[np.integer[Any]]) -> pa.Array:
    missing = np.isnan(values)
    return pa.array(np.where(missing, 0, values).astype(kind), mask=missing)


def _semicircles(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    turns = np.rint(degrees * SEMICIRCLES_PER_DEGREE)
    # 180 degrees east is 180 degrees west: the former is one more than 32 bits hold.
    return np.where(turns >= 2**31, turns - 2**32, turns)


def _fits(values: NDArray[np.float64], kind: type[np.integer[Any]]) -> bool:
    """Return whether every value is a whole number that the integer type can hold."""
    measured = values[~np.isnan(values)]
    limits = np.iinfo(kind)
    inside = (measured >= limits.min) & (measured <= limits.max)
    return bool((inside & (np.rint(measured) == measured)).all())


def _file(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(
        table,
        sink,
        compression="zstd",
        compression_level=3,
        use_dictionary=False,
        column_encoding={field.name: _encoding(field.type) for field in table.schema},
        row_group_size=max(1, table.num_rows),
        store_schema=False,
    )
    return sink.getvalue().to_pybytes()


def _encoding(kind: pa.DataType) -> str:
    return "BYTE_STREAM_SPLIT" if pa.types.is_floating(kind) else "DELTA_BINARY_PACKED"


def decode(path: Path, selected: Sequence[str] | None = None) -> Any:
    """Return the samples of a file as a pyarrow.Table, in the units of their names.

    `wanted` picks and orders channels; those that the file lacks are left out.
    """
    with pq.ParquetFile(path, pre_buffer=False) as file:
        stored_names = file.schema_arrow.names
        columns = (
            stored_names if selected is None else [POSITIONS.get(name, name) for name in selected]
        )
        names = [name for name in columns if name in stored_names]
        stored = file.read(columns=names, use_threads=False)  # small: threads cost more
    return pa.table({_PUBLIC.get(name, name): _public(name, stored[name]) for name in names})


def _public(name: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
    if name not in _PUBLIC:
        return column
    return pc.call_function("divide", [column.cast(pa.float64()), SEMICIRCLES_PER_DEGREE])


def arrays(table: Any) -> dict[str, NDArray[Any]]:
    """Return the columns of such a table as samples."""
    return {
        name: table[name].to_numpy().astype(np.int32 if name == "t_s" else np.float64, copy=False)
        for name in table.column_names
    }
