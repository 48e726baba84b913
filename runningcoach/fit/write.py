"""Columns to FIT bytes: activities and workouts, a definition for each new set of fields."""

import struct
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from fastcrc import crc16
from numpy.typing import NDArray

from runningcoach.fit.profile import EPOCH_S, MESSAGES, RELATIVE_BELOW, Field

type Message = tuple[str, Mapping[str, Any]]

_PROTOCOL_2_0 = 0x20
_PROFILE_VERSION = 21_171
_HEADER_SIZE = 14
_LOCAL_NUMBERS = 16
_DEFINITION = 0x40


def write(messages: Sequence[Message]) -> bytes:
    """Return one FIT file that holds `messages` in their order.

    A message is the profile's name and its fields in physical units, times in unix seconds.
    Arrays write one message for each row (scalars beside them repeat); a second dimension is
    the field's own array. NaN and None are missing values.
    """
    return seal(b"".join(_blocks(messages)))


def seal(body: bytes) -> bytes:
    """Return `body` between the header and the checksum of a FIT file."""
    head = struct.pack("<BBHI4s", _HEADER_SIZE, _PROTOCOL_2_0, _PROFILE_VERSION, len(body), b".FIT")
    content = head + struct.pack("<H", crc16.arc(head)) + body
    return content + struct.pack("<H", crc16.arc(content))


def _blocks(messages: Sequence[Message]) -> list[bytes]:
    """Return definitions and data; a definition that is still in force is not repeated."""
    blocks: list[bytes] = []
    in_force: dict[bytes, int] = {}
    for name, values in messages:
        definition, rows = _encode(name, values)
        local = in_force.pop(definition, None)
        if local is None:
            local = _free(in_force)
            blocks.append(bytes([_DEFINITION | local]) + definition)
        in_force[definition] = local
        rows["header"] = local
        blocks.append(rows.tobytes())
    return blocks


def _free(in_force: dict[bytes, int]) -> int:
    """Return a local message number to use, taking the one that was not used for longest."""
    if len(in_force) < _LOCAL_NUMBERS:
        return len(in_force)
    return in_force.pop(next(iter(in_force)))


def _encode(name: str, values: Mapping[str, Any]) -> tuple[bytes, NDArray[Any]]:
    """Return the definition (without its header byte) and the rows of one kind of message."""
    message = MESSAGES[name]
    fields = [message.by_name[key] for key in values]
    columns = [_raw(field, value) for field, value in zip(fields, values.values(), strict=True)]
    layout = [("header", "u1")] + [
        (field.name, column.dtype, column.shape[1:])
        for field, column in zip(fields, columns, strict=True)
    ]
    rows = np.zeros(max((len(column) for column in columns), default=1), np.dtype(layout))
    for field, column in zip(fields, columns, strict=True):
        rows[field.name] = column
    sizes = [rows.dtype[field.name].itemsize for field in fields]
    triples = b"".join(
        bytes([field.number, size, field.base.code])
        for field, size in zip(fields, sizes, strict=True)
    )
    return struct.pack("<BBHB", 0, 0, message.number, len(fields)) + triples, rows


def _raw(field: Field, value: Any) -> NDArray[Any]:
    """Return `value` as it stands in the file, at least one row of it."""
    if field.kind == "string":
        return _strings(value)
    physical = np.atleast_1d(np.asarray(value, dtype=np.float64))
    dtype = np.dtype(f"<{field.base.numpy}")
    if field.base.invalid is None:
        return physical.astype(dtype)
    return _integers(field, physical, dtype, field.base.invalid)


def _integers(
    field: Field, physical: NDArray[np.float64], dtype: np.dtype[Any], invalid: int
) -> NDArray[Any]:
    missing = np.isnan(physical)
    raw = np.rint((_since_epoch(field, physical) + field.offset) * field.scale)
    limits = np.iinfo(dtype)
    if not ((raw >= limits.min) & (raw <= limits.max) | missing).all():
        raise ValueError(f"{field.name}: a value does not fit into {dtype.name}")
    raw[missing] = invalid
    return raw.astype(dtype)


def _since_epoch(field: Field, seconds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return unix seconds as FIT counts them; relative times and other numbers stay."""
    if field.kind == "number":
        return seconds
    return np.where(seconds < RELATIVE_BELOW, seconds, seconds - EPOCH_S)


def _strings(value: Any) -> NDArray[Any]:
    """Return strings as UTF-8 of one size, each with the zero byte at its end."""
    texts = [value] if isinstance(value, str) or value is None else list(value)
    encoded = [("" if text is None else str(text)).encode() for text in texts]
    size = max(map(len, encoded)) + 1
    if size > 255:
        raise ValueError("a string is longer than the 254 bytes that FIT allows")
    return np.array(encoded, dtype=f"S{size}")
