"""Files as they come from watches and websites, read as recordings."""

import struct
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from runningcoach.base import i18n
from runningcoach.fit.write import write
from runningcoach.ingest.files.readers import ReadFile, Recording, read
from tests.ingest.build import decided

START = datetime(2026, 3, 1, 6, 0, tzinfo=UTC)
START_S = START.timestamp()
N = 1200


def session(start: float = 0, seconds: float = N, **fields: float) -> tuple[str, dict]:
    times = {"start_time": START_S + start, "timestamp": START_S + start + seconds}
    totals = {"total_elapsed_time": seconds, "total_timer_time": seconds}
    return "session", {**times, **totals, "sport": 1, "sub_sport": 0, **fields}


def records(start: float = 0, seconds: int = N, **fields) -> tuple[str, dict]:
    return "record", {"timestamp": START_S + start + np.arange(seconds), **fields}


def timer(*moments: tuple[float, int]) -> list[tuple[str, dict]]:
    return [
        ("event", {"timestamp": START_S + at, "event": 0, "event_type": kind})
        for at, kind in moments
    ]


def read_run(*messages: tuple[str, dict], **file_id: float) -> ReadFile:
    head = ("file_id", {"type": 4, "manufacturer": 1, "product": 4024, **file_id})
    return read(write([head, *messages]), "run.fit")


def only(file: ReadFile) -> Recording:
    assert file.outcome in ("ok", "salvaged"), file.reasons
    (recording,) = file.recordings
    return recording


def test_channels_have_units_and_empty_ones_are_left_out() -> None:
    degrees = 2**31 / 180
    recording = only(
        read_run(
            records(
                seconds=3,
                position_lat=np.array([37.5, 37.6, np.nan]) * degrees,
                position_long=np.array([127.0, 127.1, np.nan]) * degrees,
                altitude=[10.0, 10.2, 10.4],
                speed=[3.0, 3.1, 3.2],
                distance=[0.0, 3.1, 6.3],
                heart_rate=[0, 140, 141],
                power=[np.nan, np.nan, np.nan],
                step_length=[1000.0, 1010.0, 1020.0],
            ),
            session(seconds=3),
        )
    )
    samples = recording.samples
    assert samples["t_s"].tolist() == [0, 1, 2]
    assert samples["t_s"].dtype == np.int32
    assert samples["latitude_deg"][:2] == pytest.approx([37.5, 37.6], abs=1e-6)
    assert samples["longitude_deg"][:2] == pytest.approx([127.0, 127.1], abs=1e-6)
    assert samples["altitude_m"] == pytest.approx([10.0, 10.2, 10.4])
    assert samples["speed_mps"].tolist() == [3.0, 3.1, 3.2]
    assert np.isnan(samples["heart_rate_bpm"][0])
    assert samples["step_length_mm"].tolist() == [1000.0, 1010.0, 1020.0]
    assert "power_w" not in samples
    assert recording.has_gps
    assert (recording.sport, recording.sub_sport) == ("running", "generic")
    assert recording.started_at == START


def test_positions_at_zero_are_none() -> None:
    at_zero = records(seconds=2, position_lat=[0, 0], position_long=[0, 0], heart_rate=90)
    recording = only(read_run(at_zero, session(seconds=2)))
    assert not recording.has_gps


def test_strides_become_steps_but_only_on_foot() -> None:
    cadence = {"cadence": [85, 86], "fractional_cadence": [0.5, 0.0]}
    run = only(read_run(records(seconds=2, **cadence), session(seconds=2, avg_cadence=85)))
    ride = only(
        read_run(records(seconds=2, **cadence), session(seconds=2, sport=2, avg_cadence=85))
    )
    assert run.samples["cadence_spm"].tolist() == [171.0, 172.0]
    assert run.summary["average_cadence_spm"] == 170.0
    assert ride.samples["cadence_spm"].tolist() == [85.5, 86.0]
    assert ride.summary["average_cadence_spm"] == 85.0


def test_cadence_that_counts_both_feet_already_is_left_alone() -> None:
    recording = only(read_run(records(seconds=2, cadence=[170, 172]), session(seconds=2)))
    assert recording.samples["cadence_spm"].tolist() == [170.0, 172.0]


def test_pauses_come_from_the_timer() -> None:
    events = timer((0, 0), (300, 4), (360, 0), (361, 0), (700, 1), (705, 0), (N, 4))
    recording = only(read_run(*events, records(heart_rate=120), session(total_timer_time=N - 65)))
    assert recording.pauses == ((300, 360), (700, 705))
    assert decided(recording)["timer_s"] == N - 65


def test_a_stop_at_the_end_is_no_pause() -> None:
    recording = only(read_run(*timer((0, 0), (600, 4)), records(heart_rate=120), session()))
    assert recording.pauses == ()


@pytest.mark.parametrize(
    ("sub_sport", "expected"), [(0, False), (1, True), (45, True), (58, True), (3, False)]
)
def test_treadmills(sub_sport: int, expected: bool) -> None:
    recording = only(read_run(records(heart_rate=120), session(sub_sport=sub_sport)))
    assert recording.is_treadmill is expected


def test_totals_are_the_devices_own() -> None:
    totals = {
        "total_distance": 4000.5,
        "total_ascent": 55,
        "total_fractional_ascent": 0.5,
        "avg_heart_rate": 151,
        "max_heart_rate": 170,
        "total_calories": 300,
        "enhanced_avg_speed": 3.3,
        "total_training_effect": 3.1,
        "total_anaerobic_training_effect": 0.0,
        "avg_temperature": -4,
    }
    recording = only(read_run(records(distance=3.0 * np.arange(N)), session(**totals)))
    stated = recording.stated
    assert (stated.elapsed_s, stated.timer_s) == (N, N)
    assert (stated.distance_m, stated.ascent_m) == pytest.approx((4000.5, 55.5))
    expected = {
        "average_hr_bpm": 151,
        "max_hr_bpm": 170,
        "calories_kcal": 300,
        "average_speed_mps": 3.3,
        "device_training_effect": 3.1,
        "device_anaerobic_effect": 0.0,
        "average_temperature_c": -4,
    }
    assert recording.summary == pytest.approx(expected)


def test_without_a_session_the_samples_tell_the_totals() -> None:
    t = np.arange(N)
    events = timer((0, 0), (100, 4), (130, 0), (N, 4))
    run = records(distance=3.0 * t, heart_rate=np.where(t < 600, 125, 139))
    recording = only(read_run(*events, run, ("sport", {"sport": 1, "sub_sport": 3})))
    assert (recording.sport, recording.sub_sport) == ("running", "trail")
    assert decided(recording)["elapsed_s"] == N - 1
    assert decided(recording)["timer_s"] == N - 1 - 30
    assert decided(recording)["distance_m"] == pytest.approx(3.0 * (N - 1 - 30))
    # 570 seconds at 125 and 599.5 at 139: the pause does not count.
    assert decided(recording)["average_hr_bpm"] == pytest.approx(132.2, abs=0.1)
    assert decided(recording)["max_hr_bpm"] == 139


def test_distance_without_a_counter_goes_along_the_positions() -> None:
    north = 37.5 + np.arange(101) * 1e-5
    run = records(
        seconds=101,
        position_lat=north * 2**31 / 180,
        position_long=127.0 * 2**31 / 180,
    )
    recording = only(read_run(run, session(seconds=101)))
    assert decided(recording)["distance_m"] == pytest.approx(1e-3 * 111_195, rel=1e-3)


def test_laps() -> None:
    laps = (
        "lap",
        {
            "start_time": START_S + np.array([0, 600]),
            "timestamp": START_S + np.array([600, N]),
            "total_elapsed_time": [600.0, 600.5],
            "total_timer_time": [590.0, 600.5],
            "total_distance": [2000.0, 2100.0],
            "avg_heart_rate": [150, np.nan],
            "avg_cadence": [85, 86],
            "intensity": [2, 0],
        },
    )
    first, second = only(read_run(records(heart_rate=120), laps, session())).laps
    assert (first.started_at, second.started_at) == (START, START + timedelta(seconds=600))
    assert (first.elapsed_s, first.timer_s, first.distance_m) == (600, 590, 2000)
    assert (first.average_hr_bpm, second.average_hr_bpm) == (150, None)
    assert (first.average_cadence_spm, first.intensity) == (170, "warmup")
    assert (second.elapsed_s, second.intensity) == (600.5, "active")


def test_multisport_becomes_legs() -> None:
    messages = [
        records(0, 600, distance=2.0 * np.arange(600)),
        records(600, 60, distance=1200.0),
        records(660, 900, distance=1200 + 3.0 * np.arange(900)),
        session(0, 600, sport=5, sub_sport=18, total_distance=1198),
        session(600, 60, sport=3, sub_sport=34),
        session(660, 900, sport=1, total_distance=2697),
    ]
    swim, change, run = read_run(*messages).recordings
    assert [leg.leg for leg in (swim, change, run)] == [0, 1, 2]
    assert [leg.sport for leg in (swim, change, run)] == ["swimming", "transition", "running"]
    assert swim.sub_sport == "open_water"
    assert run.started_at == START + timedelta(seconds=660)
    assert [len(leg.samples["t_s"]) for leg in (swim, change, run)] == [600, 60, 900]
    assert run.samples["t_s"][0] == 0
    assert run.samples["distance_m"][-1] == pytest.approx(3.0 * 899, abs=3)


def test_local_time_and_device() -> None:
    activity = {"timestamp": START_S + N, "local_timestamp": START_S + N + 9 * 3600 + 2}
    recording = only(
        read_run(
            records(heart_rate=120),
            session(),
            ("activity", activity),
            serial_number=77,
            time_created=START_S,
        )
    )
    assert recording.utc_offset_s == 9 * 3600
    device = recording.device
    assert (device.manufacturer, device.product, device.serial) == ("Garmin", 4024, 77)
    assert device.created_at == START
    assert device.name == "Garmin Forerunner 955"


def test_beats() -> None:
    beats = ("hrv", {"time": [[0.8, 0.81, np.nan], [0.79, np.nan, np.nan]]})
    recording = only(read_run(records(heart_rate=75), beats, session()))
    assert recording.rr_ms is not None
    assert recording.rr_ms == pytest.approx([800, 810, 790])


def test_records_out_of_order_are_sorted() -> None:
    swapped = (
        "record",
        {"timestamp": START_S + np.array([0, 2, 1, 3]), "heart_rate": [1, 3, 2, 4]},
    )
    samples = only(read_run(swapped, session(seconds=4))).samples
    assert samples["t_s"].tolist() == [0, 1, 2, 3]
    assert samples["heart_rate_bpm"].tolist() == [1, 2, 3, 4]


# Clocks --------------------------------------------------------------------------------------


def test_records_years_away_are_left_out() -> None:
    stray = ("record", {"timestamp": START_S - 10 * 365 * 86400, "heart_rate": 99})
    file = read_run(stray, records(heart_rate=120), session())
    recording = only(file)
    assert (file.outcome, file.reason_code) == ("salvaged", "clock_jump")
    assert len(recording.samples["t_s"]) == N
    assert recording.started_at == START


def test_a_clock_set_on_the_way_is_mended() -> None:
    years = 10 * 365 * 86400
    t = np.arange(N)
    shown = START_S + t - np.where(t < 100, years, 0)
    run = ("record", {"timestamp": shown, "distance": 3.0 * t})
    file = read_run(run, session(-years, N - 1))
    recording = only(file)
    assert (file.outcome, file.reason_code) == ("salvaged", "clock_set")
    assert recording.samples["t_s"].tolist() == t.tolist()
    assert recording.started_at == START


def test_two_equal_halves_years_apart_keep_one() -> None:
    early = ("record", {"timestamp": START_S - 10 * 365 * 86400 + np.arange(N), "heart_rate": 99})
    recording = only(read_run(early, records(heart_rate=120), session()))
    assert recording.samples["t_s"].tolist() == list(range(N))


def test_a_watch_that_never_knew_the_date_is_unreadable() -> None:
    run = ("record", {"timestamp": 1000.0 + np.arange(N), "heart_rate": 120})
    file = read_run(run, ("session", {"start_time": 1000.0, "sport": 1}))
    assert (file.outcome, file.reason_code, file.recordings) == ("unreadable", "bad_clock", ())


def test_a_date_in_the_future_is_not_believed() -> None:
    soon = datetime.now(UTC).timestamp() + 3 * 86400
    file = read_run(("record", {"timestamp": soon + np.arange(9), "heart_rate": 99}))
    assert (file.outcome, file.reason_code) == ("unreadable", "bad_clock")


# Other files ---------------------------------------------------------------------------------


def test_settings_are_no_activity() -> None:
    file = read(write([("file_id", {"type": 2}), ("user_profile", {"weight": 70.0})]), "s.fit")
    assert (file.outcome, file.reason_code) == ("not_an_activity", "not_an_activity")


def test_an_activity_without_records_is_none() -> None:
    file = read_run(("event", {"timestamp": START_S, "event": 0, "event_type": 0}))
    assert (file.outcome, file.reason_code) == ("not_an_activity", "no_records")


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "a.fit", "empty"),
        (bytes(100), "a.fit", "empty"),
        (b"\n<!DOCTYPE html><html><body>Sign in</body></html>", "a.fit", "html"),
        (b"<HTML><head>", "a.gpx", "html"),
        (b"PK\x03\x04" + bytes(90), "a.fit", "zip"),
        (b"\x1f\x8b\x08" + bytes(90), "a.fit.gz", "zip"),
        (b"Date,Distance\n2026-03-01,10", "a.csv", "unknown_format"),
        (b"not a fit file, whatever its name", "a.fit", "not_fit"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, name: str, code: str) -> None:
    file = read(data, name)
    assert (file.outcome, file.reason_code, file.recordings) == ("unreadable", code, ())
    assert all(file.reasons)


def test_reasons_speak_the_readers_language() -> None:
    with i18n.speaking("en"):
        assert read(b"", "a.fit").reasons == ("The file is empty.",)


def test_a_truncated_run_keeps_what_it_has() -> None:
    head = ("file_id", {"type": 4, "manufacturer": 1})
    data = write([head, records(distance=3.0 * np.arange(N)), session()])
    file = read(data[: len(data) // 2], "run.fit")
    recording = only(file)
    assert (file.outcome, file.reason_code) == ("salvaged", "truncated")
    assert decided(recording)["distance_m"] == pytest.approx(3.0 * (N / 2), rel=0.02)


@pytest.mark.parametrize("engine", ["numpy", "fitparse"])
def test_both_engines_make_the_same_recording(engine) -> None:
    data = write(
        [
            ("file_id", {"type": 4, "manufacturer": 1, "time_created": START_S}),
            *timer((0, 0), (300, 4), (360, 0), (N, 4)),
            records(distance=3.0 * np.arange(N), heart_rate=120, cadence=85),
            session(total_distance=3600),
        ]
    )
    recording = only(read(data, "run.fit", engine))
    assert decided(recording)["distance_m"] == 3600
    assert recording.pauses == ((300, 360),)
    assert recording.samples["cadence_spm"].tolist() == [170.0] * N


def test_the_content_decides_not_the_name() -> None:
    data = write([("file_id", {"type": 4}), records(heart_rate=120), session()])
    assert struct.unpack_from("<B", data)[0] == 14
    assert read(data, "run.gpx").kind == "fit"
