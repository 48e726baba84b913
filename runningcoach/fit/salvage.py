"""After damage inside a file: find the place where whole messages begin again.

Behind damage a walk goes on through bytes that are no messages until one of them cannot be a
header. Records tell where it left the rails: their times stop making sense. From the last
record that does, we look for the next bytes that read as a record whose time fits.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from runningcoach.fit.problems import FitProblem, problem
from runningcoach.fit.profile import MESSAGES, TIMESTAMP
from runningcoach.fit.walk import MessageDefinition, MessageIndex, MessageWalker

_RECORD = MESSAGES["record"].number
_LARGEST_STEP_S = 86_400
_DOUBTED_RECORDS = 1000
_MOST_ATTEMPTS = 32


def walk(data: bytes, start: int, end: int) -> tuple[MessageIndex, list[FitProblem]]:
    """Find the messages between `start` and `end`, also those behind damage."""
    walker = MessageWalker(data, end)
    _, error = walker.run(start)
    problems = [error] if error else []
    resumed_at: list[int] = []
    while error and len(resumed_at) < _MOST_ATTEMPTS:
        again = _resumption(walker)
        if again is None:
            break
        resumed_at.append(again)
        _, error = walker.run(again)
    if resumed_at:
        problems.append(problem(resumed_at[0], "resumed", times=len(resumed_at)))
    return walker.found(), problems


def _resumption(walker: MessageWalker) -> int | None:
    """Drop the messages that make no sense; return where the next sensible record begins."""
    rows, times = _records(walker)
    if not len(rows):
        return None
    last = _last_sensible(times)
    start = walker.positions[rows[last]] + 1
    if last + 1 < len(rows):
        walker.forget(int(rows[last]) + 1)
    return min(_candidates(walker, start, int(times[last])), default=None)


def _records(walker: MessageWalker) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
    """Return which messages are records with a time of their own, and those times (raw)."""
    found = walker.found()
    times = np.full(len(found.positions), -1, dtype=np.int64)
    for number, definition in enumerate(found.definitions):
        offset = _time_offset(definition)
        if offset is not None:
            rows = found.definition_of == number
            times[rows] = _uint32(
                walker.data, found.positions[rows] + offset, definition.big_endian
            )
    rows = np.flatnonzero(times >= 0)
    return rows, times[rows]


def _last_sensible(times: NDArray[np.int64]) -> int:
    """Return the last record before the first senseless step among the doubted ones."""
    first = max(len(times) - _DOUBTED_RECORDS, 0)
    steps = np.diff(times[first:])
    senseless = np.flatnonzero((steps < -_LARGEST_STEP_S) | (steps > _LARGEST_STEP_S))
    return first + int(senseless[0]) if len(senseless) else len(times) - 1


def _candidates(walker: MessageWalker, start: int, time: int) -> Iterator[int]:
    """Yield, for each layout of records in force, the first place that reads like the next one."""
    content = np.frombuffer(walker.data, np.uint8)[: walker.end]
    headers = np.array(walker.sizes) > 0
    headers[0x40:0x80] = True
    for local, number in enumerate(walker.local):
        definition = walker.definitions[number]
        offset = _time_offset(definition) if number >= 0 else None
        last = walker.end - definition.size - 1
        if offset is None or last <= start:
            continue
        places = start + np.flatnonzero(content[start:last] == local)
        places = places[headers[content[places + definition.size + 1]]]
        steps = _uint32(walker.data, places + offset, definition.big_endian) - time
        places = places[(steps >= 0) & (steps <= _LARGEST_STEP_S)]
        if len(places):
            yield int(places[0])


def _time_offset(definition: MessageDefinition) -> int | None:
    """Return how far behind its header a record's time stands."""
    field = definition.find(TIMESTAMP, 4) if definition.message == _RECORD else None
    return None if field is None else 1 + field.offset


def _uint32(data: bytes, places: NDArray[np.int64], big_endian: bool) -> NDArray[np.int64]:
    four = np.frombuffer(data, np.uint8)[places[:, np.newaxis] + np.arange(4)]
    return four.view(">u4" if big_endian else "<u4")[:, 0].astype(np.int64)
