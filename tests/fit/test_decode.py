"""What the decoder makes of files that a few bytes describe, whole and damaged."""

import struct

import numpy as np
import pytest

from runningcoach.fit.columns import Columns
from runningcoach.fit.decode import FitFile, decode
from runningcoach.fit.write import seal, write

EPOCH_S = 631_065_600
START_S = 1_772_344_800
START = START_S - EPOCH_S
N = 600


def definition(local: int, message: int, *fields: tuple[int, int, int], big: bool = False) -> bytes:
    order = ">" if big else "<"
    head = struct.pack(f"{order}BBBHB", 0x40 | local, 0, int(big), message, len(fields))
    return head + b"".join(bytes(field) for field in fields)


def run(seconds: int = N) -> bytes:
    t = np.arange(seconds)
    return write(
        [
            ("file_id", {"type": 4, "manufacturer": 1, "time_created": START_S}),
            (
                "record",
                {
                    "timestamp": START_S + t,
                    "distance": 3.0 * t,
                    "heart_rate": 120 + t % 40,
                    "position_lat": 448_000_000 + t,
                },
            ),
            ("session", {"timestamp": START_S + seconds, "sport": 1, "total_distance": 3.0 * N}),
        ]
    )


def codes(file: FitFile) -> list[str]:
    return [problem.code for problem in file.problems]


def assert_records_are_true(records: Columns) -> None:
    """Each record that was delivered is one of those that `run` wrote."""
    t = records["timestamp"] - START_S
    assert np.isin(t, np.arange(N)).all()
    assert (records["distance"] == 3.0 * t).all()
    assert (records["heart_rate"] == 120 + t % 40).all()


def test_what_was_written_comes_back() -> None:
    file = decode(run())
    assert (file.status, file.problems) == ("ok", ())
    records = file.messages["record"]
    assert_records_are_true(records)
    assert len(records["timestamp"]) == N
    assert file.messages["session"]["total_distance"].tolist() == [1800.0]
    assert file.messages["file_id"]["manufacturer"].tolist() == [1.0]


def test_missing_values_are_nan() -> None:
    rows = {"timestamp": START_S + np.arange(3), "heart_rate": [60, np.nan, 62]}
    heart_rate = decode(write([("record", rows)])).messages["record"]["heart_rate"]
    assert np.array_equal(heart_rate, [60, np.nan, 62], equal_nan=True)


def test_strings_and_arrays() -> None:
    file = decode(
        write(
            [
                ("workout", {"wkt_name": "6 × 800 m"}),
                ("workout_step", {"message_index": [0, 1], "wkt_step_name": ["warm-up", None]}),
                ("hrv", {"time": [[0.4, np.nan], [0.5, 0.6]]}),
            ]
        )
    )
    assert file.messages["workout"]["wkt_name"].tolist() == ["6 × 800 m"]
    assert file.messages["workout_step"]["wkt_step_name"].tolist() == ["warm-up", None]
    times = file.messages["hrv"]["time"]
    assert np.array_equal(times, [[0.4, np.nan], [0.5, 0.6]], equal_nan=True)


def test_definitions_that_change_on_the_way_keep_the_order() -> None:
    messages = [
        ("record", {"timestamp": START_S + n, "heart_rate" if n % 2 else "power": 100 + n})
        for n in range(6)
    ]
    records = decode(write(messages)).messages["record"]
    nan = np.nan
    assert records["timestamp"].tolist() == [START_S + n for n in range(6)]
    assert np.array_equal(records["heart_rate"], [nan, 101, nan, 103, nan, 105], equal_nan=True)
    assert np.array_equal(records["power"], [100, nan, 102, nan, 104, nan], equal_nan=True)


def test_big_endian() -> None:
    body = definition(0, 20, (253, 4, 0x86), (7, 2, 0x84), big=True)
    body += struct.pack(">BIH", 0, START, 250) + struct.pack(">BIH", 0, START + 1, 0xFFFF)
    records = decode(seal(body)).messages["record"]
    assert records["timestamp"].tolist() == [START_S, START_S + 1]
    assert np.array_equal(records["power"], [250, np.nan], equal_nan=True)


def test_enhanced_fields_are_filled_from_the_plain_ones() -> None:
    rows = {"speed": [2.0, 3.0], "enhanced_speed": [np.nan, 3.5], "altitude": [10.0, 11.0]}
    records = decode(write([("record", rows)])).messages["record"]
    assert records["enhanced_speed"].tolist() == [2.0, 3.5]
    assert records["enhanced_altitude"].tolist() == [10.0, 11.0]


def test_compressed_timestamps_follow_the_last_full_one() -> None:
    body = definition(1, 20, (253, 4, 0x86), (3, 1, 0x02)) + struct.pack("<BIB", 1, START, 100)
    body += definition(0, 20, (3, 1, 0x02))
    offsets = [(START + n) & 31 for n in (1, 2, 30, 40)]
    body += b"".join(bytes([0x80 | offset, 101]) for offset in offsets)
    records = decode(seal(body)).messages["record"]
    assert (records["timestamp"] - START_S).tolist() == [0, 1, 2, 30, 40]
    assert records["heart_rate"].tolist() == [100, 101, 101, 101, 101]


def test_compressed_speed_and_distance_roll_over() -> None:
    body = definition(0, 20, (8, 3, 0x0D))
    for speed, distance in ((250, 4000), (300, 4090), (310, 20)):
        body += b"\0" + (speed | distance << 12).to_bytes(3, "little")
    records = decode(seal(body)).messages["record"]
    assert records["speed"].tolist() == [2.5, 3.0, 3.1]
    assert records["distance"].tolist() == [250.0, 4090 / 16, (4096 + 20) / 16]


def test_relative_times_stay_as_they_are() -> None:
    rows = {"timestamp": [120.0, 121.0], "heart_rate": [90, 91]}
    assert decode(write([("record", rows)])).messages["record"]["timestamp"].tolist() == [120, 121]


def test_developer_fields_have_names_of_their_own() -> None:
    body = definition(0, 207, (3, 1, 0x02)) + bytes([0, 0])
    body += definition(1, 206, (0, 1, 2), (1, 1, 2), (2, 1, 2), (3, 6, 7), (6, 1, 2))
    body += bytes([1, 0, 5, 0x84]) + b"Power\0" + bytes([255])
    body += bytes([1, 0, 6, 0x84]) + b"Load\0\0" + bytes([10])
    body += bytes([0x60 | 2, 0, 0]) + struct.pack("<HB", 20, 1) + bytes([7, 2, 0x84])
    body += bytes([2, 5, 2, 0, 6, 2, 0])
    body += bytes([2]) + struct.pack("<HHH", 200, 210, 718)
    records = decode(seal(body)).messages["record"]
    assert records["power"].tolist() == [200.0]
    assert records["dev0:Power"].tolist() == [210.0]
    assert records["dev0:Load"].tolist() == [71.8]


def test_sizes_that_do_not_fit_their_type_are_read_as_bytes() -> None:
    body = definition(0, 20, (253, 4, 0x86), (5, 1, 0x86), (3, 1, 0x02))
    body += struct.pack("<BIBB", 0, START, 7, 100)
    file = decode(seal(body))
    assert file.status == "ok"
    assert file.messages["record"]["heart_rate"].tolist() == [100.0]
    assert file.messages["record"]["distance"].tolist() == [0.07]


def test_a_field_of_no_size_has_no_values() -> None:
    body = definition(0, 20, (253, 4, 0x86), (7, 0, 0x84), (3, 1, 0x02))
    records = decode(seal(body + struct.pack("<BIB", 0, START, 100))).messages["record"]
    assert records.keys() == {"timestamp", "heart_rate"}


def test_chained_files_follow_one_another() -> None:
    file = decode(run() + run())
    assert file.status == "ok"
    assert len(file.messages["record"]["timestamp"]) == 2 * N
    assert len(file.messages["session"]["sport"]) == 2


def test_header_of_twelve_bytes() -> None:
    with_crc = run()
    body = with_crc[14:-2]
    head = bytes([12]) + with_crc[1:12]
    file = decode(head + body + _crc(head + body))
    assert (file.status, len(file.messages["record"]["timestamp"])) == ("ok", N)


def test_header_without_its_checksum() -> None:
    data = run()
    head = data[:12] + b"\0\0"
    assert decode(head + data[14:-2] + _crc(head + data[14:-2])).status == "ok"


def _crc(data: bytes) -> bytes:
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return struct.pack("<H", crc)


# Damage --------------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_truncated_file_gives_what_it_holds(share: float) -> None:
    data = run()
    file = decode(data[: int(len(data) * share)])
    assert file.status == "salvaged"
    assert "truncated" in codes(file)
    assert_records_are_true(file.messages["record"])
    assert len(file.messages["record"]["timestamp"]) >= int(N * share) - 10


def test_a_wrong_checksum_is_a_warning() -> None:
    data = bytearray(run())
    data[-1] ^= 0xFF
    file = decode(bytes(data))
    assert (file.status, codes(file)) == ("salvaged", ["bad_crc"])
    assert len(file.messages["record"]["timestamp"]) == N


def test_a_header_that_does_not_know_the_size() -> None:
    data = bytearray(run())
    data[4:8] = bytes(4)
    file = decode(bytes(data))
    assert file.status == "salvaged"
    assert codes(file)[0] == "no_data_size"
    assert len(file.messages["record"]["timestamp"]) == N


@pytest.mark.parametrize("at", [0.2, 0.5, 0.8])
def test_zeroed_bytes_cost_only_the_records_in_them(at: float) -> None:
    data = bytearray(run())
    start = int(len(data) * at)
    data[start : start + 512] = bytes(512)
    file = decode(bytes(data))
    assert file.status == "salvaged"
    assert_records_are_true(file.messages["record"])
    assert len(file.messages["record"]["timestamp"]) > N - 512 / 14 - 30


@pytest.mark.parametrize("at", [0.2, 0.5, 0.8])
def test_lost_bytes_cost_only_the_records_around_them(at: float) -> None:
    data = run()
    start = int(len(data) * at)
    file = decode(data[:start] + data[start + 100 :])
    assert file.status == "salvaged"
    assert len(file.messages["record"]["timestamp"]) > N - 100 / 14 - 30
    times = file.messages["record"]["timestamp"] - START_S
    assert np.isin(times, np.arange(N)).sum() > N - 100 / 14 - 30


def test_bytes_after_the_end_are_noted() -> None:
    file = decode(run() + b"garbage")
    assert (file.status, codes(file)) == ("salvaged", ["bytes_after"])


def test_bytes_between_chained_files_are_passed() -> None:
    file = decode(run() + bytes(37) + run())
    assert (file.status, codes(file)) == ("salvaged", ["bytes_between"])
    assert len(file.messages["record"]["timestamp"]) == 2 * N


@pytest.mark.parametrize("engine", ["numpy", "fitparse"])
@pytest.mark.parametrize(
    "data", [b"", b"\x0e", b"<!DOCTYPE html><html>login</html>", b"PK\x03\x04" + bytes(200)]
)
def test_what_is_no_fit_file_is_unreadable(data: bytes, engine) -> None:
    file = decode(data, engine)
    assert (file.status, file.messages) == ("unreadable", {})
    assert file.problems


def test_a_table_too_large_for_memory_is_left_out() -> None:
    wide = [(number, 255, 0x0D) for number in range(1, 250)]
    body = definition(0, 20, (253, 4, 0x86)) + definition(1, 20, *wide)
    body += struct.pack("<BI", 0, START) * 100_000 + b"\1" + bytes(255 * len(wide))
    file = decode(seal(body))
    assert "absurd_table" in codes(file)
    assert "record" not in file.messages


# The second engine ---------------------------------------------------------------------------


def test_fitparse_reads_the_same() -> None:
    ours, theirs = decode(run()), decode(run(), "fitparse")
    assert theirs.status == "ok"
    assert ours.messages.keys() == theirs.messages.keys()
    for name, table in ours.messages.items():
        assert table.keys() == theirs.messages[name].keys()
        for column, values in table.items():
            assert np.array_equal(values, theirs.messages[name][column], equal_nan=True)


def test_fitparse_gives_what_stands_before_the_damage() -> None:
    data = run()
    file = decode(data[: len(data) // 2], "fitparse")
    assert file.status == "salvaged"
    assert_records_are_true(file.messages["record"])
    assert len(file.messages["record"]["timestamp"]) > N / 3


def test_a_mistake_of_ours_falls_back_to_fitparse(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a mistake")

    monkeypatch.setattr("runningcoach.fit.decode.columns", broken)
    file = decode(run())
    assert (file.status, codes(file)) == ("salvaged", ["own_mistake"])
    assert_records_are_true(file.messages["record"])
