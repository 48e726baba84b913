"""What we write, other decoders read: fitparse and fitdecode are the judges."""

import io
from datetime import UTC, datetime
from typing import Any

import fitdecode
import fitparse
import numpy as np
import pytest

from runningcoach.fit.write import write

pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcfromtimestamp")

START = datetime(2026, 3, 1, 6, 0, tzinfo=UTC)
START_S = START.timestamp()
SECONDS = np.arange(5)

ACTIVITY = [
    ("file_id", {"type": 4, "manufacturer": 1, "serial_number": 3, "time_created": START_S}),
    ("event", {"timestamp": START_S, "event": 0, "event_type": 0}),
    (
        "record",
        {
            "timestamp": START_S + SECONDS,
            "position_lat": np.array([448_000_000, 448_000_100, np.nan, 448_000_300, 448_000_400]),
            "distance": 3.21 * SECONDS,
            "enhanced_speed": np.full(5, 3.217),
            "enhanced_altitude": np.array([-12.4, 0.0, 12.2, np.nan, 8848.8]),
            "heart_rate": np.array([140, 141, np.nan, 143, 144]),
            "temperature": -7,
        },
    ),
    ("hrv", {"time": np.array([[0.412, 0.42, np.nan], [0.431, 0.44, 0.45]])}),
    ("session", {"timestamp": START_S + 5, "sport": 1, "total_timer_time": 4.5}),
]

RECORDS = [
    {"position_lat": 448_000_000, "heart_rate": 140, "enhanced_altitude": -12.4},
    {"position_lat": 448_000_100, "heart_rate": 141, "enhanced_altitude": 0.0},
    {"position_lat": None, "heart_rate": None, "enhanced_altitude": 12.2},
    {"position_lat": 448_000_300, "heart_rate": 143, "enhanced_altitude": None},
    {"position_lat": 448_000_400, "heart_rate": 144, "enhanced_altitude": 8848.8},
]


def by_fitparse(data: bytes) -> list[tuple[str, dict[str, Any]]]:
    messages = fitparse.FitFile(io.BytesIO(data)).get_messages()
    return [(m.name, m.get_values()) for m in messages]


def by_fitdecode(data: bytes) -> list[tuple[str, dict[str, Any]]]:
    with fitdecode.FitReader(io.BytesIO(data), check_crc=fitdecode.CrcCheck.RAISE) as frames:
        return [
            (f.name, {field.name: field.value for field in f.fields})
            for f in frames
            if isinstance(f, fitdecode.FitDataMessage)
        ]


@pytest.mark.parametrize("read", [by_fitparse, by_fitdecode])
def test_an_activity_reads_back_as_written(read) -> None:
    messages = read(write(ACTIVITY))
    assert [name for name, _ in messages] == (
        ["file_id", "event"] + ["record"] * 5 + ["hrv"] * 2 + ["session"]
    )
    records = [values for name, values in messages if name == "record"]
    for n, (expected, got) in enumerate(zip(RECORDS, records, strict=True)):
        assert got["timestamp"].replace(tzinfo=UTC).timestamp() == START_S + n
        assert got["distance"] == pytest.approx(3.21 * n)
        assert got["enhanced_speed"] == 3.217
        assert got["temperature"] == -7
        for name, value in expected.items():
            assert got[name] == (value if value is None else pytest.approx(value))
    assert messages[0][1]["serial_number"] == 3
    assert messages[7][1]["time"] == (0.412, 0.42, None)
    assert messages[-1][1]["total_timer_time"] == 4.5
    assert messages[-1][1]["sport"] == "running"


@pytest.mark.parametrize("read", [by_fitparse, by_fitdecode])
def test_a_workout_reads_back_with_its_words(read) -> None:
    names = ["Warm up", "1000 m in 4:00", None]
    steps = {
        "message_index": [0, 1, 2],
        "wkt_step_name": names,
        "duration_type": [0, 1, 6],
        "duration_value": [900_000, 100_000, 1],
        "intensity": [2, 0, np.nan],
    }
    workout = ("workout", {"wkt_name": "Intervalle à 4:00", "sport": 1, "num_valid_steps": 3})
    messages = read(write([("file_id", {"type": 5}), workout, ("workout_step", steps)]))
    assert messages[1][1]["wkt_name"] == "Intervalle à 4:00"
    assert [m[1]["wkt_step_name"] for m in messages[2:]] == names
    assert [m[1]["intensity"] for m in messages[2:]] == ["warmup", "active", None]


@pytest.mark.parametrize("read", [by_fitparse, by_fitdecode])
def test_more_kinds_of_messages_than_local_numbers(read) -> None:
    kinds = [("event", dict.fromkeys(fields, 1)) for fields in _field_sets()]
    messages = read(write([("file_id", {"type": 4}), *kinds, *kinds]))
    assert len(messages) == 1 + 2 * len(kinds)
    assert messages[1][1].keys() >= kinds[0][1].keys()


def _field_sets() -> list[list[str]]:
    names = ["event_group", "score", "opponent_score", "event_type", "device_index"]
    return [[n for bit, n in enumerate(names) if mask >> bit & 1] for mask in range(1, 32)]


def test_a_value_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="heart_rate"):
        write([("record", {"heart_rate": 300})])
    with pytest.raises(ValueError, match="254"):
        write([("workout", {"wkt_name": "x" * 300})])
