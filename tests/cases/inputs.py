"""Small inputs of the tests: FIT by our writer, TCX and GPX as text; distances at an even pace."""

import struct
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from runningcoach.fit.profile import EPOCH_S
from runningcoach.fit.write import Message, seal, write

START = datetime(2026, 3, 1, 6, 0, tzinfo=UTC)
START_S = START.timestamp()


def fit(*messages: Message, **file_id: float) -> bytes:
    return write(
        [("file_id", {"type": 4, "manufacturer": 1, "product": 3113, **file_id}), *messages]
    )


def records(at: float = 0, seconds: int = 600, step: int = 1, **fields: Any) -> Message:
    return "record", {"timestamp": START_S + at + np.arange(0, seconds, step), **fields}


def session(at: float = 0, seconds: float = 600, kind: str = "session", **fields: Any) -> Message:
    times = {"start_time": START_S + at, "timestamp": START_S + at + seconds}
    totals = {"total_elapsed_time": seconds, "total_timer_time": seconds}
    sport = {"sport": 1} if kind == "session" else {}
    return kind, {**times, **totals, **sport, **fields}


def timer(*switches: tuple[float, int]) -> list[Message]:
    return [
        ("event", {"timestamp": START_S + at, "event": 0, "event_type": kind})
        for at, kind in switches
    ]


def developer_fit(
    fields: Sequence[tuple[str, str, int | None]],
    rows: int,
    value: Mapping[str, int],
    **totals: Any,
) -> bytes:
    """Return a run of 1 Hz whose records hold developers' fields alone: (name, unit, native)."""
    body = _define(0, 207, [(3, 1, 2)]) + bytes([0, 0])
    for number, (name, unit, native) in enumerate(fields):
        texts = [name.encode() + b"\0", unit.encode() + b"\0"]
        layout = [(0, 1, 2), (1, 1, 2), (2, 1, 2), (3, len(texts[0]), 7), (8, len(texts[1]), 7)]
        body += _define(1, 206, [*layout, (14, 2, 0x84), (15, 1, 2)])
        body += bytes([1, 0, number, 0x86]) + texts[0] + texts[1]
        body += struct.pack("<HB", 20, 255 if native is None else native)
    body += bytes([0x62, 0, 0]) + struct.pack("<HB", 20, 1) + bytes([253, 4, 0x86])
    body += bytes([len(fields)]) + b"".join(bytes([n, 4, 0]) for n in range(len(fields)))
    for second in range(rows):
        numbers = [value[name] * (second if name == "way" else 1) for name, _, _ in fields]
        at = int(START_S - EPOCH_S) + second
        body += bytes([2]) + struct.pack(f"<{1 + len(fields)}I", at, *numbers)
    head = write([("file_id", {"type": 4, "manufacturer": 1})])
    tail = write([session(0, rows, **totals)])
    return seal(head[14:-2] + body + tail[14:-2])


def _define(local: int, message: int, fields: Iterable[tuple[int, int, int]]) -> bytes:
    layout = list(fields)
    head = bytes([0x40 | local, 0, 0]) + struct.pack("<HB", message, len(layout))
    return head + b"".join(bytes(field) for field in layout)


def gpx(
    points: Iterable[tuple[float, str, str]],
    *,
    kind: str | None = None,
    name: str | None = None,
    start: datetime = START,
    inside: str = "",
) -> bytes:
    """Return a GPX of one track; a point is (second, latitude, longitude)."""
    return b"<gpx>" + track(points, kind=kind, name=name, start=start, inside=inside) + b"</gpx>"


def track(
    points: Iterable[tuple[float, str, str]],
    *,
    kind: str | None = None,
    name: str | None = None,
    start: datetime = START,
    inside: str = "",
) -> bytes:
    written = "".join(
        f'<trkpt lat="{lat}" lon="{lon}"><time>{stamp(start, at)}</time>{inside}</trkpt>'
        for at, lat, lon in points
    )
    words = (f"<name>{name}</name>" if name else "") + (f"<type>{kind}</type>" if kind else "")
    return f"<trk>{words}<trkseg>{written}</trkseg></trk>".encode()


def north(seconds: Iterable[int], mps: float = 3.0) -> list[tuple[float, str, str]]:
    """Return points on the way north from Seoul."""
    return [(at, f"{37.5 + at * mps / 111_195:.7f}", "127.0") for at in seconds]


def lap(
    at: float,
    timer_s: object,
    metres: object,
    points: Iterable[tuple[float, float]] = (),
    extra: str = "",
    start: datetime = START,
) -> str:
    """Return a lap of a TCX file; a point is (second, counted metres)."""
    written = "".join(
        f"<Trackpoint><Time>{stamp(start, second)}</Time>"
        f"<DistanceMeters>{counted}</DistanceMeters>{extra}</Trackpoint>"
        for second, counted in points
    )
    return (
        f'<Lap StartTime="{stamp(start, at)}"><TotalTimeSeconds>{timer_s}</TotalTimeSeconds>'
        f"<DistanceMeters>{metres}</DistanceMeters>{extra}<Track>{written}</Track></Lap>"
    )


def activity(*laps: str, sport: str = "Running", inside: str = "") -> str:
    return f'<Activity Sport="{sport}">{"".join(laps)}{inside}</Activity>'


def tcx(*activities: str) -> bytes:
    inside = f"<Activities>{''.join(activities)}</Activities>"
    return f"<TrainingCenterDatabase>{inside}</TrainingCenterDatabase>".encode()


def counted(begin: int, end: int, mps: float = 3.0, step: int = 5) -> list[tuple[float, float]]:
    return [(second, second * mps) for second in range(begin, end + 1, step)]


def stamp(start: datetime, seconds: float) -> str:
    return f"{start + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%SZ}"
