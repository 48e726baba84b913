"""The outside of a FIT file: its headers, checksums, and parts chained one after another."""

from collections.abc import Iterator
from typing import NamedTuple

from fastcrc import crc16

from runningcoach.fit.problems import FitProblem, problem

SIGNATURE = b".FIT"
_SIGNATURE_AT = 8
_SHORTEST_HEADER = 12
LONGEST_HEADER = 14
_CRC_SIZE = 2


class FilePart(NamedTuple):
    """One FIT file among the chained: where its messages stand, and what is wrong around them."""

    start: int
    end: int
    problems: tuple[FitProblem, ...]
    header: int = 0


def parts(data: bytes) -> Iterator[FilePart]:
    """Yield the chained files of `data`; bytes that belong to none are reported and passed."""
    position = 0
    while position < len(data):
        part = _part(data, position) or _lost(data, position)
        yield part
        position = part.end if part.start == part.end else part.end + _CRC_SIZE


def chained(data: bytes) -> list[bytes]:
    """Return the bytes of each chained file, with what stands behind it; all when there is one."""
    starts = [part.header for part in parts(data) if part.start < part.end]
    if len(starts) < 2:
        return [data]
    return [
        data[at:end] for at, end in zip([0, *starts[1:]], [*starts[1:], len(data)], strict=True)
    ]


def _part(data: bytes, position: int) -> FilePart | None:
    """Return the part whose header stands at `position`, or None when there is no header."""
    header_size = data[position]
    signature = data[position + _SIGNATURE_AT : position + _SHORTEST_HEADER]
    start = position + header_size
    if signature != SIGNATURE or header_size < _SHORTEST_HEADER or start > len(data):
        return None
    stated = int.from_bytes(data[position + 4 : position + 8], "little")
    problems = []
    if header_size not in (_SHORTEST_HEADER, LONGEST_HEADER):
        problems.append(problem(position, "header_size", size=header_size))
    end = start + stated
    if stated == 0 and start + _CRC_SIZE < len(data):
        end = len(data) - _CRC_SIZE
        problems.append(problem(position, "no_data_size"))
    elif end + _CRC_SIZE > len(data):
        end = min(end, len(data))
        missing = start + stated + _CRC_SIZE - len(data)
        problems.append(problem(len(data), "truncated", missing=missing))
    elif crc16.arc(data[position : end + _CRC_SIZE]):
        problems.append(problem(end, "bad_crc"))
    return FilePart(start, end, tuple(problems), position)


def _lost(data: bytes, position: int) -> FilePart:
    """Return an empty part from `position` to the next header, or to the end of the file."""
    signature = data.find(SIGNATURE, position + _SIGNATURE_AT + 1)
    while signature >= 0:
        for header_size in (LONGEST_HEADER, _SHORTEST_HEADER):
            header = signature - _SIGNATURE_AT
            if data[header] == header_size and header > position:
                return _nothing(header, position, "bytes_between")
        signature = data.find(SIGNATURE, signature + 1)
    return _nothing(len(data), position, "not_fit" if position == 0 else "bytes_after")


def _nothing(end: int, position: int, code: str) -> FilePart:
    return FilePart(end, end, (problem(position, code, size=end - position),))
