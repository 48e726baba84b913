"""Small activity files for the tests of the import, made to order."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from runningcoach.fit.write import Message, write
from runningcoach.ingest.files import decoding
from runningcoach.ingest.files.readers import Recording
from runningcoach.metrics.activity import measure_recording
from runningcoach.metrics.totals import Stated
from runningcoach.store import facts

SEOUL = (37.5326, 127.0246)
START = datetime(2026, 5, 12, 21, 30, tzinfo=UTC)
SPORTS = {"running": 1, "cycling": 2, "swimming": 5}


def fit(
    start: datetime = START,
    seconds: int = 1200,
    *,
    sport: str = "running",
    sub_sport: int = 0,
    serial: int | None = 3_301_234_567,
    created: datetime | None = None,
    position: tuple[float, float] | None = SEOUL,
    offset_s: int | None = 32_400,
    speed_mps: float = 3.0,
    bpm: float = 150.0,
    legs: Sequence[str] = (),
) -> bytes:
    """Return a FIT activity at an even pace; `legs` makes a multisport one of equal parts."""
    at = start.timestamp()
    messages: list[Message] = [("file_id", _file_id(serial, created or start))]
    each = seconds // max(len(legs), 1)
    for number, name in enumerate(legs or [sport]):
        messages += _leg(at + number * each, each, name, sub_sport, position, speed_mps, bpm)
    closing: dict[str, float | int] = {"timestamp": at + seconds, "num_sessions": len(legs) or 1}
    if offset_s is not None:
        closing["local_timestamp"] = at + seconds + offset_s
    return write([*messages, ("activity", closing)])


def _file_id(serial: int | None, created: datetime) -> dict[str, float | int]:
    head: dict[str, float | int] = {"type": 4, "manufacturer": 1, "product": 3113}
    if serial is not None:
        head |= {"serial_number": serial, "time_created": created.timestamp()}
    return head


def _leg(
    at: float,
    seconds: int,
    sport: str,
    sub_sport: int,
    position: tuple[float, float] | None,
    speed_mps: float,
    bpm: float,
) -> list[Message]:
    t = np.arange(seconds + 1, dtype=np.float64)
    record = {
        "timestamp": at + t,
        "distance": t * speed_mps,
        "enhanced_speed": np.full(len(t), speed_mps),
        "heart_rate": bpm + np.round(5 * np.sin(t / 60)),
    }
    if position is not None:
        to_semicircles = 2**31 / 180
        record["position_lat"] = (position[0] + t * speed_mps / 111_195) * to_semicircles
        record["position_long"] = np.full(len(t), position[1] * to_semicircles)
    total = {
        "timestamp": at + seconds, "start_time": at, "total_elapsed_time": float(seconds),
        "total_timer_time": float(seconds), "total_distance": seconds * speed_mps,
        "avg_heart_rate": bpm, "max_heart_rate": bpm + 5, "sport": SPORTS[sport],
        "sub_sport": sub_sport,
    }  # fmt: skip
    return [
        ("event", {"timestamp": at, "event": 0, "event_type": 0}),
        ("record", record),
        ("event", {"timestamp": at + seconds, "event": 0, "event_type": 4}),
        ("lap", total),
        ("session", {**total, "num_laps": 1, "first_lap_index": 0}),
    ]


def gpx(
    start: datetime = START,
    seconds: int = 1200,
    *,
    name: str = "Morning Run",
    position: tuple[float, float] = SEOUL,
    speed_mps: float = 3.0,
) -> bytes:
    """Return a GPX track with a point every ten seconds."""
    points = "".join(
        f'<trkpt lat="{position[0] + s * speed_mps / 111_195:.7f}" lon="{position[1]}">'
        f"<ele>20</ele><time>{start + timedelta(seconds=s):%Y-%m-%dT%H:%M:%SZ}</time></trkpt>"
        for s in range(0, seconds + 1, 10)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<gpx version="1.1" creator="test" xmlns="http://www.topografix.com/GPX/1/1">'
        f"<trk><name>{name}</name><type>running</type><trkseg>{points}</trkseg></trk></gpx>"
    ).encode()


def put(folder: Path, files: dict[str, bytes]) -> Path:
    """Write files below a folder and return it."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def decided(recording: Recording) -> dict[str, Any]:
    """Return the summary of a recording with the totals that are decided for it."""
    stated = decoding.stated_of(recording)
    found = measure_recording(
        recording.samples,
        recording.pauses,
        stated,
        sport=recording.sport,
        treadmill=recording.is_treadmill,
    )
    return recording.summary | facts.totals_row(stated, found)


def decided_by_samples(recording: Recording) -> dict[str, Any]:
    """Return the same where the file states no total."""
    return decided(replace(recording, stated=Stated(), summary={}))
