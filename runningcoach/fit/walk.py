"""One walk over the message headers, which finds every message and what defines it."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from runningcoach.fit.problems import FitProblem, problem

_DEFINITION = 0x40
_DEVELOPER_DATA = 0x20
_COMPRESSED = 0x80
_FIXED_DEFINITION = 6
_MANY, _AT_ONCE = 16, 4096
"""Messages alike that are worth to be looked for at once, and how many of them."""


class WrittenField(NamedTuple):
    """A field as a definition lays it out; `owner` is the developer index of developer fields."""

    number: int
    size: int
    base_code: int
    offset: int
    owner: int | None = None


@dataclass(frozen=True, slots=True)
class MessageDefinition:
    """The layout of a kind of message, as the file itself states it."""

    message: int
    big_endian: bool
    fields: tuple[WrittenField, ...]
    size: int

    def find(self, number: int, size: int) -> WrittenField | None:
        """Return the ordinary field of this number and size."""
        for field in self.fields:
            if field.owner is None and (field.number, field.size) == (number, size):
                return field
        return None


@dataclass(frozen=True, slots=True)
class MessageIndex:
    """Every data message of a part: where its header stands and which definition it follows."""

    definitions: list[MessageDefinition]
    positions: NDArray[np.int64]
    definition_of: NDArray[np.intp]
    compressed: NDArray[np.bool_]


class MessageWalker:
    """The state of a walk: the definitions in force, and the messages found so far."""

    def __init__(self, data: bytes, end: int) -> None:
        self.data = data
        self.headers = np.frombuffer(data, np.uint8)
        self.end = end
        self.definitions: list[MessageDefinition] = []
        self.known: dict[bytes, int] = {}
        self.positions: list[int] = []
        self.sizes = [0] * 256
        self.local = [-1] * 16
        self.changes: list[tuple[int, tuple[int, ...]]] = []

    def run(self, position: int) -> tuple[int, FitProblem | None]:
        """Walk from `position`; return where it ended, and why if that was too early."""
        data, end, sizes, found = self.data, self.end, self.sizes, self.positions.append
        while position < end:
            header = data[position]
            size = sizes[header]
            if size:
                found(position)
                position += size
                if position + _MANY * size < end and data[position + _MANY * size] == header:
                    position = self.repeat(position, header, size)
            elif header & 0xC0 == _DEFINITION:
                after = self.define(position)
                if after > end:
                    return position, problem(position, "cut_definition")
                position = after
            else:
                return position, problem(position, "undefined_message")
        if position > end:
            position = self.positions.pop()
            return position, problem(position, "cut_message")
        return position, None

    def repeat(self, position: int, header: int, size: int) -> int:
        """Take messages that begin alike, one behind another; return where the last one ends."""
        heads = self.headers[position : self.end : size][:_AT_ONCE]
        alike = heads == header
        count = len(heads) if alike.all() else int(alike.argmin())
        after = position + count * size
        self.positions.extend(range(position, after, size))
        return after

    def define(self, position: int) -> int:
        """Take the definition at `position` into force; return where it ends."""
        header = self.data[position]
        after = _definition_end(self.data, position)
        if after > self.end:
            return after
        written = self.data[position + 1 : after] + bytes([header & _DEVELOPER_DATA])
        if written not in self.known:
            self.known[written] = len(self.definitions)
            self.definitions.append(_definition(written))
        self.take(header & 15, self.known[written])
        return after

    def take(self, local: int, definition: int) -> None:
        """Let messages with this local number follow this definition from here on."""
        size = self.definitions[definition].size + 1
        self.local[local] = definition
        self.sizes[local:64:16] = [size] * 4
        if local < 4:
            start = _COMPRESSED | local << 5
            self.sizes[start : start + 32] = [size] * 32
        self.changes.append((len(self.positions), tuple(self.local)))

    def forget(self, messages: int) -> None:
        """Keep the first `messages` found, and the definitions in force at that point."""
        del self.positions[messages:]
        kept = [table for at, table in self.changes if at <= messages]
        self.changes = self.changes[: len(kept)]
        self.local[:] = [-1] * 16
        self.sizes[:] = [0] * 256
        for local, definition in enumerate(kept[-1] if kept else ()):
            if definition >= 0:
                self.take(local, definition)

    def found(self) -> MessageIndex:
        """Look up each message's definition: which were in force, and its header's number."""
        positions = np.array(self.positions, dtype=np.int64)
        headers = self.headers[positions]
        compressed = headers >= _COMPRESSED
        local = np.where(compressed, (headers >> 5) & 3, headers & 15)
        since = [at for at, _ in self.changes] + [len(positions)]
        in_force = np.array([table for _, table in self.changes] or [[-1] * 16], dtype=np.intp)
        table = np.repeat(np.arange(len(self.changes)), np.diff(since))
        return MessageIndex(self.definitions, positions, in_force[table, local], compressed)


def _definition_end(data: bytes, position: int) -> int:
    """Return where the definition at `position` ends; beyond the file if it is cut."""
    beyond = len(data) + 1
    after = position + _FIXED_DEFINITION
    if after > len(data):
        return beyond
    after += 3 * data[after - 1]
    if not data[position] & _DEVELOPER_DATA:
        return after
    return after + 1 + 3 * data[after] if after < len(data) else beyond


def _definition(written: bytes) -> MessageDefinition:
    """Read a definition from its bytes after the header."""
    big_endian = written[1] != 0
    message = int.from_bytes(written[2:4], "big" if big_endian else "little")
    count = written[4]
    fields: list[WrittenField] = []
    size = 0
    for at in range(5, 5 + 3 * count, 3):
        number, length, code = written[at : at + 3]
        fields.append(WrittenField(number, length, code, size))
        size += length
    for at in range(6 + 3 * count, len(written) - 3, 3):
        number, length, owner = written[at : at + 3]
        fields.append(WrittenField(number, length, 0, size, owner))
        size += length
    return MessageDefinition(message, big_endian, tuple(fields), size)
