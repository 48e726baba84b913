"""NumPy arrays as PostgreSQL arrays, in binary and without a Python loop over the elements.

Only for arrays of one dimension without NULL: a missing number inside them is NaN.
"""

from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg.abc import Buffer, DumperKey, PyFormat
from psycopg.adapt import Dumper, Loader
from psycopg.pq import Format

# dtype: OID of the element, OID of the array (pg_type.dat), bytes on the wire.
_TYPES = {
    np.dtype(np.int32): (23, 1007, ">i4"),
    np.dtype(np.float32): (700, 1021, ">f4"),
    np.dtype(np.float64): (701, 1022, ">f8"),
}
_HEAD = np.dtype(">i4")


def _element(wire: str) -> np.dtype[Any]:
    return np.dtype([("bytes", ">i4"), ("value", wire)])


class _ArrayDumper(Dumper):
    """Writes an array of int32, float32 or float64."""

    format = Format.BINARY

    def get_key(self, obj: NDArray[Any], format: PyFormat) -> DumperKey:  # noqa: ARG002
        return (self.cls, obj.dtype.type)

    def upgrade(self, obj: NDArray[Any], format: PyFormat) -> Dumper:  # noqa: ARG002
        dumper = _ArrayDumper(self.cls)
        dumper.oid = _TYPES[obj.dtype][1]
        return dumper

    def dump(self, obj: NDArray[Any]) -> Buffer:
        element, _, wire = _TYPES[obj.dtype]
        body = np.empty(len(obj), _element(wire))
        body["bytes"], body["value"] = obj.dtype.itemsize, obj
        return np.array([1, 0, element, len(obj), 1], _HEAD).tobytes() + body.tobytes()


class _ArrayLoader(Loader):
    """Reads an array into NumPy."""

    format = Format.BINARY
    dtype: np.dtype[Any]
    element: np.dtype[Any]

    def load(self, data: Buffer) -> NDArray[Any]:
        dimensions = int(np.frombuffer(data, _HEAD, count=1)[0])
        if dimensions == 0:
            return np.empty(0, self.dtype)
        return np.frombuffer(data, self.element, offset=20)["value"].astype(self.dtype)


def _loader(kind: np.dtype[Any], wire: str) -> type[Loader]:
    members = {"dtype": kind, "element": _element(wire)}
    return type(f"_{kind.name}ArrayLoader", (_ArrayLoader,), members)


_LOADERS = {oid: _loader(kind, wire) for kind, (_, oid, wire) in _TYPES.items()}


def register_numpy(cursor: psycopg.Cursor[Any]) -> None:
    """Register NumPy arrays as parameters of a cursor and, when binary, as results."""
    cursor.adapters.register_dumper(np.ndarray, _ArrayDumper)
    for oid, loader in _LOADERS.items():
        cursor.adapters.register_loader(oid, loader)
