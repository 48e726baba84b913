"""FIT bytes to columns. Never raises on bad bytes: it says what is wrong and gives the rest."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from runningcoach.fit import salvage
from runningcoach.fit.columns import Columns, DeveloperFields, Group, TooLargeError, columns, put
from runningcoach.fit.components import expand
from runningcoach.fit.container import LONGEST_HEADER, SIGNATURE, chained, parts
from runningcoach.fit.developer import developer_fields
from runningcoach.fit.problems import FitProblem, problem
from runningcoach.fit.profile import MESSAGES, MESSAGES_BY_NUMBER, Message
from runningcoach.fit.times import compressed_timestamps
from runningcoach.fit.walk import MessageIndex

if TYPE_CHECKING:
    import pandas as pd

type Engine = Literal["numpy", "fitparse"]
type Status = Literal["ok", "salvaged", "unreadable"]

_IMPLAUSIBLE_S = 2 * 86_400
_ANOTHER_ACTIVITY_AFTER_S = 4 * 3600
_DESCRIPTION = MESSAGES["field_description"]


@dataclass(frozen=True, slots=True)
class FitFile:
    """What a file holds: columns of equal length for each kind of message, and its problems.

    Numbers are float64 in the profile's units with NaN for missing; a field of several values
    has a row of them for each message; strings are objects, None for missing. Times are unix
    seconds, unless the device counted them from its start (below 0x10000000).
    """

    status: Status
    problems: tuple[FitProblem, ...]
    messages: dict[str, Columns]

    def to_frame(self, kind: str) -> "pd.DataFrame":
        """Return the messages of a kind as a DataFrame, a row each; empty where there are none.

        A field of several values is a column of arrays.
        """
        import pandas as pd  # only who works by hand wants frames

        columns = self.messages.get(kind, {})
        return pd.DataFrame({n: c if c.ndim == 1 else list(c) for n, c in columns.items()})


def read(path: str | PathLike[str]) -> FitFile:
    """Read a FIT file: of each kind of message, its fields as columns.

    Parameters
    ----------
    path
        Where the file is; a file of any other kind comes back "unreadable".

    Returns
    -------
    FitFile
        `status` is "ok", "salvaged" (parts were damaged) or "unreadable", and `problems` says what
        was wrong. `messages` holds NumPy columns by kind and field, named and in units as in
        Garmin's profile: `messages["record"]["heart_rate"]` [bpm], `["distance"]` [m],
        `["timestamp"]` [unix seconds]; a missing number is NaN, a missing string None.
        `to_frame(kind)` is the same as a DataFrame.

    Examples
    --------
    >>> run = rc.fit.read("run.fit")
    >>> run.status
    'ok'
    >>> run.to_frame("record")[["distance", "heart_rate"]].tail(2)
          distance  heart_rate
    1798   5395.5       147.0
    1799   5398.5       147.0
    """
    return decode(Path(path).read_bytes())


@np.errstate(all="ignore")  # damaged files hold any number, also such as overflow
def decode(data: bytes, engine: Engine = "numpy") -> FitFile:
    """Return what the bytes of a FIT file hold.

    `engine` says which decoder reads first; fitparse also helps out when our own finds nothing
    in a file that says it is FIT.
    """
    if not data:
        return FitFile("unreadable", (problem(0, "empty"),), {})
    if engine == "fitparse":
        return _by_fitparse(data, ())
    try:
        messages, problems = _by_columns(data)
    except Exception as error:  # a mistake of ours must not cost the runner a file
        return _by_fitparse(data, (problem(0, "own_mistake", error=repr(error)),))
    file = FitFile(_status(problems, messages), tuple(problems), messages)
    if file.status == "unreadable" and SIGNATURE in data[:LONGEST_HEADER] and not _absurd(file):
        second = _by_fitparse(data, (*file.problems, problem(0, "fallback")))
        return file if second.status == "unreadable" else second
    return file


def decode_parts(data: bytes, engine: Engine = "numpy") -> list[FitFile]:
    """Return what each activity among chained FIT files holds; one for a file like most.

    Chained files that go on with the one before (heart rate of a strap, a second half without a
    session, the same recording again) are joined to it.
    """
    pieces = chained(data)
    if len(pieces) < 2:
        return [decode(data, engine)]
    files: list[FitFile] = []
    for piece in pieces:
        file = decode(piece, engine)
        if files and not _is_separate(files[-1], file):
            files[-1] = _together(files[-1], file)
        else:
            files.append(file)
    return files


def _is_separate(before: FitFile, after: FitFile) -> bool:
    """Say whether a chained file is an activity of its own, after that of the file before."""
    spans = _recorded_span(before), _recorded_span(after)
    if "file_id" not in after.messages or None in spans:
        return False
    (_, end), (start, _) = spans  # pyright: ignore[reportGeneralTypeIssues]
    if start - end > _ANOTHER_ACTIVITY_AFTER_S:
        return True
    has_sessions = "session" in before.messages and "session" in after.messages
    return has_sessions and start >= end


def _recorded_span(file: FitFile) -> tuple[float, float] | None:
    """Return the first and last time of the records, or of the sessions where there are none."""
    for kind in ("record", "session"):
        times = file.messages.get(kind, {}).get("timestamp")
        if times is not None and times.ndim == 1 and np.isfinite(times).any():
            return float(np.nanmin(times)), float(np.nanmax(times))
    return None


def _together(before: FitFile, after: FitFile) -> FitFile:
    """Return two chained files as one."""
    kinds = dict.fromkeys([*before.messages, *after.messages])
    tables = ([f.messages[kind] for f in (before, after) if kind in f.messages] for kind in kinds)
    messages = dict(zip(kinds, map(_joined, tables), strict=True))
    problems = (*before.problems, *after.problems)
    return FitFile(_status(problems, messages), problems, messages)


def _absurd(file: FitFile) -> bool:
    return any(problem.code == "absurd_table" for problem in file.problems)


def _by_fitparse(data: bytes, before: tuple[FitProblem, ...]) -> FitFile:
    from runningcoach.fit import by_fitparse  # costs 60 ms that few need

    messages, problems = by_fitparse.read(data)
    problems = [*before, *problems]
    return FitFile(_status(problems, messages), tuple(problems), messages)


def _by_columns(data: bytes) -> tuple[dict[str, Columns], list[FitProblem]]:
    messages: dict[str, list[Columns]] = {}
    problems: list[FitProblem] = []
    for part in parts(data):
        problems += part.problems
        if part.start < part.end:
            found, wrong = _part(data, part.start, part.end, damaged=bool(part.problems))
            problems += wrong
            for name, table in found.items():
                messages.setdefault(name, []).append(table)
    if not messages and not problems:
        problems.append(problem(0, "no_messages"))
    return {name: _joined(tables) for name, tables in messages.items()}, problems


def _status(problems: Sequence[FitProblem], messages: Mapping[str, Columns]) -> Status:
    if not messages:
        return "unreadable"
    return "salvaged" if problems else "ok"


def _part(
    data: bytes, start: int, end: int, *, damaged: bool
) -> tuple[dict[str, Columns], list[FitProblem]]:
    """Return the messages of one part, and what went wrong among them."""
    walk, problems = salvage.walk(data, start, end)
    found: dict[str, Columns] = {}
    developer: DeveloperFields = {}
    headers = compressed_timestamps(data, walk) if walk.compressed.any() else None
    for message, rows, groups in _kinds(walk):
        try:
            table = columns(data, message, groups, developer)
        except TooLargeError:
            problems.append(problem(start, "absurd_table", message=message.name))
            continue
        if message is _DESCRIPTION:
            developer = developer_fields(table)
        if headers is not None:
            _put_times(table, headers[rows])
        expand(message.name, table)
        found[message.name] = table
    if (damaged or problems) and "record" in found:
        problems += _drop_implausible(found, start)
    return found, problems


def _kinds(walk: MessageIndex) -> Iterator[tuple[Message, NDArray[np.intp], list[Group]]]:
    """Yield each kind of message we know, its rows, and its groups; descriptions come first."""
    by_definition = np.argsort(walk.definition_of, kind="stable")
    bounds = np.searchsorted(
        walk.definition_of[by_definition], np.arange(len(walk.definitions) + 1)
    )
    kinds: dict[int, list[int]] = {_DESCRIPTION.number: []}
    for number, definition in enumerate(walk.definitions):
        if bounds[number] < bounds[number + 1] and definition.message in MESSAGES_BY_NUMBER:
            kinds.setdefault(definition.message, []).append(number)
    for kind, numbers in kinds.items():
        rows = [by_definition[bounds[n] : bounds[n + 1]] for n in numbers]
        groups = [
            (walk.definitions[n], walk.positions[r] + 1) for n, r in zip(numbers, rows, strict=True)
        ]
        if groups:
            yield MESSAGES_BY_NUMBER[kind], np.sort(np.concatenate(rows)), groups


def _put_times(table: Columns, times: NDArray[np.float64]) -> None:
    if np.isfinite(times).any():
        put(table, "timestamp", np.arange(len(times)), times, len(times))


def _drop_implausible(messages: dict[str, Columns], offset: int) -> list[FitProblem]:
    """Drop records of a damaged part whose time is far from all others, or missing."""
    table = messages["record"]
    times = table.get("timestamp")
    if times is None or not np.isfinite(times).any():
        return []
    known = np.sort(times[np.isfinite(times)])
    kept = np.abs(times - known[len(known) // 2]) < _IMPLAUSIBLE_S
    if kept.all():
        return []
    messages["record"] = {name: column[kept] for name, column in table.items()}
    return [problem(offset, "implausible_records", count=int((~kept).sum()))]


def _joined(tables: list[Columns]) -> Columns:
    """Return the columns of chained files one below the other."""
    if len(tables) == 1:
        return tables[0]
    lengths = [len(next(iter(table.values()), ())) for table in tables]
    joined: Columns = {}
    start = 0
    for table, length in zip(tables, lengths, strict=True):
        where = np.arange(start, start + length)
        for name, column in table.items():
            put(joined, name, where, column, sum(lengths))
        start += length
    return joined
