"""Files as devices and apps write them: what they state, when, and which activities they hold."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from runningcoach.fit.write import write
from runningcoach.ingest.files.readers import ReadFile, Recording, read
from tests.cases.conftest import Import
from tests.cases.inputs import (
    START,
    START_S,
    activity,
    counted,
    developer_fit,
    fit,
    gpx,
    lap,
    north,
    records,
    session,
    tcx,
    timer,
    track,
)
from tests.ingest.build import decided

DAY_S = 86_400


@pytest.fixture
def read_case(cases: Path):
    def run(case: str, name: str) -> ReadFile:
        return read((cases / case / name).read_bytes(), name)

    return run


def only(file: ReadFile) -> Recording:
    assert file.outcome in ("ok", "salvaged"), file.reasons
    (recording,) = file.recordings
    return recording


# Laps ----------------------------------------------------------------------------------------


def test_a_last_lap_that_was_never_closed_states_nothing(read_case) -> None:
    stated = only(read_case("lap_totals", "c52_last_lap_empty.tcx")).stated
    assert (stated.laps_timer_s, stated.laps_distance_m) == (None, None)


def test_a_lap_with_an_impossible_distance_is_told_and_not_summed(read_case) -> None:
    file = read_case("lap_totals", "c62_crazy_lap.tcx")
    stated = only(file).stated
    assert (stated.laps_timer_s, stated.laps_distance_m) == (2700, None)
    assert file.reason_code == "implausible"
    assert "distance_m" in file.reasons[0]
    assert "296816" in file.reasons[0]


def test_fit_laps_are_summed_beside_the_session() -> None:
    laps = [
        session(0, 300, "lap", total_distance=900),
        session(300, 300, "lap", total_distance=950),
    ]
    stated = only(read(fit(records(distance=np.arange(600.0)), *laps, session()), "a.fit")).stated
    assert (stated.timer_s, stated.distance_m) == (600, None)
    assert (stated.laps_timer_s, stated.laps_distance_m) == (600, 1850)


def test_a_fit_lap_of_nothing_with_records_in_it_states_nothing() -> None:
    laps = [session(0, 300, "lap", total_distance=900), session(300, 0, "lap", total_distance=0)]
    file = read(fit(records(distance=3 * np.arange(600.0)), *laps, session()), "a.fit")
    stated = only(file).stated
    assert (stated.laps_timer_s, stated.laps_distance_m) == (None, None)


def test_a_lap_without_distance_whose_counter_went_on_states_none() -> None:
    laps = [lap(0, 300, 900, counted(0, 300)), lap(300, 300, 0, counted(305, 600))]
    stated = only(read(tcx(activity(*laps)), "a.tcx")).stated
    assert (stated.laps_timer_s, stated.laps_distance_m) == (600, None)


# Pauses and starts ---------------------------------------------------------------------------


def test_a_pause_is_known_without_the_opening_start(read_case) -> None:
    recording = only(read_case("no_first_start", "c11b_no_first_start.fit"))
    assert recording.pauses == ((600, 900),)


@pytest.mark.parametrize(
    ("switches", "pauses"),
    [
        (((100, 4), (160, 0), (300, 1), (310, 0), (600, 4)), ((100, 160), (300, 310))),
        (((100, 4),), ()),
        (((0, 4), (20, 0), (600, 4)), ((0, 20),)),
        (((0, 0), (100, 4), (160, 0), (600, 4)), ((100, 160),)),
    ],
)
def test_pauses_are_what_the_timer_says(switches, pauses) -> None:
    file = read(fit(*timer(*switches), records(heart_rate=120), session()), "a.fit")
    assert only(file).pauses == pauses


def test_a_gap_alone_is_no_pause() -> None:
    halves = records(0, 200, heart_rate=120), records(400, 200, heart_rate=120)
    assert only(read(fit(*halves, session()), "a.fit")).pauses == ()


def test_the_lap_says_when_an_activity_began(read_case) -> None:
    recording = only(read_case("late_first_point", "c24_late_first_point.tcx"))
    assert recording.started_at == datetime(2025, 5, 26, 0, 0, tzinfo=UTC)
    assert recording.samples["t_s"][[0, -1]].tolist() == [600, 3600]
    assert recording.stated.laps_timer_s == 3600


def test_a_session_says_when_an_activity_began_hours_before_its_first_record() -> None:
    late = records(5400, 600, heart_rate=120)
    recording = only(read(fit(late, session(0, 6000)), "a.fit"))
    assert recording.started_at == START
    assert recording.samples["t_s"][0] == 5400


def test_a_lap_start_from_another_clock_is_not_believed() -> None:
    laps = lap(-3600, 600, 1800, counted(0, 600))  # an hour early, but 600 s long like the points
    recording = only(read(tcx(activity(laps)), "a.tcx"))
    assert recording.started_at == START
    assert recording.samples["t_s"][0] == 0


# A file is not an event ----------------------------------------------------------------------


def test_chained_runs_of_two_days_are_two_events(read_case) -> None:
    file = read_case("chained_two_days", "c58_chained_two_days.fit")
    assert (file.outcome, file.reasons) == ("ok", ())
    assert [(r.leg, r.event, r.device.serial) for r in file.recordings] == [
        (0, 0, 114),
        (1, 1, 115),
    ]
    assert [r.started_at.day for r in file.recordings] == [20, 25]
    assert [len(r.samples["t_s"]) for r in file.recordings] == [1801, 1801]


@pytest.mark.parametrize("engine", ["numpy", "fitparse"])
def test_chained_runs_of_one_day_are_two_events(engine) -> None:
    parts = [
        fit(records(at, heart_rate=bpm), session(at), serial_number=7)
        for at, bpm in ((0, 120), (1800, 150))
    ]
    first, second = read(b"".join(parts), "a.fit", engine).recordings
    assert (first.event, second.event) == (0, 1)
    assert second.started_at == START + timedelta(seconds=1800)
    assert np.nanmax(first.samples["heart_rate_bpm"]) == 120


def test_one_activity_in_two_chained_parts_is_one() -> None:
    parts = (
        fit(records(0, 300, heart_rate=120)),
        write([records(300, 300, heart_rate=120), session()]),
    )
    recording = only(read(b"".join(parts), "a.fit"))
    assert recording.samples["t_s"][[0, -1]].tolist() == [0, 599]


def test_sessions_of_a_month_are_each_an_event() -> None:
    days = (0, 3, 31)
    messages = [
        m for day in days for m in (records(day * DAY_S, heart_rate=120), session(day * DAY_S))
    ]
    file = read(fit(*messages), "a.fit")
    assert file.outcome == "ok"
    assert [r.event for r in file.recordings] == [0, 1, 2]
    assert [(r.started_at - START).days for r in file.recordings] == list(days)
    assert [r.stated.timer_s for r in file.recordings] == [600, 600, 600]


def test_one_session_of_a_month_leaves_nothing_out() -> None:
    month = records(0, 400, heart_rate=120), records(31 * DAY_S, 200, heart_rate=150)
    file = read(fit(*month, session(0, 31 * DAY_S + 200)), "a.fit")
    assert [len(r.samples["t_s"]) for r in file.recordings] == [400, 200]
    assert [r.stated.timer_s for r in file.recordings] == [None, None]


def test_a_transition_that_took_no_time_keeps_the_ride(import_case: Import) -> None:
    legs = import_case("zero_transition").activities
    found = {leg["sport"]: leg for leg in legs}
    assert [leg["sport"] for leg in legs] == ["swimming", "transition", "cycling", "running"]
    assert [round(leg["distance_m"] or 0) for leg in legs] == [720, 0, 16_200, 3600]
    assert found["transition"]["elapsed_s"] == 0
    assert {leg["event"] for leg in legs} == {0}
    assert {leg["parent_id"] for leg in legs} == {None, found["swimming"]["id"]}


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2)])
def test_sessions_that_begin_together_are_all_kept(order: tuple[int, ...]) -> None:
    legs = session(0, 600, sport=2, total_distance=5000), session(0, 0, sport=3), session(600, 300)
    laps = session(0, 600, "lap"), session(0, 0, "lap"), session(600, 300, "lap")
    messages = [legs[i] for i in order] + [laps[i] for i in order]
    change, ride, run = read(fit(records(0, 900, heart_rate=120), *messages), "a.fit").recordings
    assert [leg.sport for leg in (change, ride, run)] == ["transition", "cycling", "running"]
    assert [leg.samples["t_s"][-1] for leg in (change, ride, run)] == [0, 599, 299]
    assert [leg.laps[0].elapsed_s for leg in (change, ride, run)] == [0, 600, 300]


def test_activities_of_a_tcx_are_events_and_legs_of_a_session_share_one() -> None:
    alone = activity(lap(0, 600, 1800, counted(0, 600)))
    swim = activity(lap(7200, 600, 600, counted(7200, 7800, 1)), sport="Other")
    run = activity(lap(7860, 600, 1800, counted(7860, 8460)))
    change = f"<Transition>{lap(7800, 60, 0, [(7800, 0), (7860, 0)])[4:]}".replace(
        "<Transition> ", "<Transition "
    ).replace("</Lap>", "</Transition>")
    multisport = f"<MultiSportSession><FirstSport>{swim}</FirstSport><NextSport>{change}{run}"
    file = read(tcx(alone, f"{multisport}</NextSport></MultiSportSession>", alone), "a.tcx")
    assert [r.event for r in file.recordings] == [0, 1, 1, 1, 2]
    assert [r.sport for r in file.recordings][1:4] == ["generic", "transition", "running"]


def test_tracks_of_days_in_one_gpx_are_events_and_a_long_track_too() -> None:
    days = b"".join(track(north(range(0, 60, 10)), start=START + timedelta(days=n)) for n in (0, 1))
    two = read(b"<gpx>" + days + b"</gpx>", "a.gpx").recordings
    week = [*north(range(0, 60, 10)), *north(range(6 * DAY_S, 6 * DAY_S + 60, 10), 0)]
    apart = read(gpx(week), "a.gpx")
    assert [r.event for r in two] == [0, 1]
    assert [r.event for r in apart.recordings] == [0, 1]
    assert [len(r.samples["t_s"]) for r in apart.recordings] == [6, 6]


# Developers' fields and straps ---------------------------------------------------------------


def test_developer_fields_fill_native_ones(import_case: Import) -> None:
    run = import_case("developer_native").activity
    assert run["average_hr_bpm"] == pytest.approx(152, abs=1)
    assert any("dev0:Power" in note for note in run["decode_notes"])


def test_developer_fields_fill_in_their_units() -> None:
    fields = [("way", "km", 5), ("pace", "km/h", 6), ("pulse", "bpm", 3), ("mood", "", None)]
    data = developer_fit(fields, 11, {"way": 1, "pace": 18, "pulse": 150, "mood": 9})
    samples = only(read(data, "a.fit")).samples
    assert samples["distance_m"].tolist() == [1000.0 * second for second in range(11)]
    assert samples["speed_mps"] == pytest.approx(np.full(11, 5.0))
    assert samples["heart_rate_bpm"].tolist() == [150] * 11
    assert samples["dev0:pulse"].tolist() == [150] * 11
    assert samples["dev0:mood"].tolist() == [9] * 11


def test_a_native_field_is_never_replaced() -> None:
    described = ("field_description", {"developer_data_index": 0, "field_definition_number": 0})
    recording = only(read(fit(described, records(heart_rate=120, power=200), session()), "a.fit"))
    assert np.unique(recording.samples["power_w"]).tolist() == [200]
    assert recording.remarks == ()


def packed(low_bits: list[int]) -> list[int]:
    """Return times of 12 bits as bytes, two in three."""
    return [
        byte
        for one, two in zip(low_bits[::2], low_bits[1::2], strict=True)
        for byte in (one & 255, one >> 8 | (two & 15) << 4, two >> 4)
    ]


@pytest.mark.parametrize("own", [np.nan, 90.0])
def test_heart_rate_of_a_strap_is_merged(own: float) -> None:
    """Sixteen beats a second apart from second 0, at 120 bpm and more; the watch knows better."""
    first = 5_000 * 1024
    beats = [
        ("hr", {"timestamp": START_S, "fractional_timestamp": 0.0, "event_timestamp": first / 1024,
                "filtered_bpm": 120}),
        *(
            ("hr", {"filtered_bpm": np.array([[121 + n * 8 + i for i in range(8)]]),
                    "event_timestamp_12": np.array([packed(
                        [(first + 1024 * (1 + n * 8 + i)) % 4096 for i in range(8)])])})
            for n in range(2)
        ),
    ]  # fmt: skip
    swim = records(0, 20, step=4, heart_rate=own)
    recording = only(read(fit(swim, session(0, 20, sport=5, avg_heart_rate=128), *beats), "a.fit"))
    heart_rate = dict(
        zip(recording.samples["t_s"].tolist(), recording.samples["heart_rate_bpm"], strict=True)
    )
    assert [heart_rate[second] for second in (0, 4, 8, 16)] == [120, 124, 128, 136]
    assert heart_rate[5] == 125


# Cadence -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["c18_walk_spm.tcx", "c18b_walk_spm.gpx", "c73_walk_steps.fit"])
def test_steps_of_walks_stay_steps(read_case, name: str) -> None:
    recording = only(read_case("cadence_of_walks", name))
    assert np.nanmedian(recording.samples["cadence_spm"]) == 112


def test_a_rest_lap_counts_like_the_run(read_case) -> None:
    recording = only(read_case("cadence_of_walks", "c18c_run_walk_spm.tcx"))
    assert [one.average_cadence_spm for one in recording.laps] == [170, 110, 170]
    assert np.nanmedian(recording.samples["cadence_spm"]) == 170


@pytest.mark.parametrize(
    ("sport", "mps", "counted_spm", "steps"),
    [
        (11, 1.3, 56, 112),  # strides of 1.4 m
        (11, 1.3, 112, 112),
        (11, 2.0, 70, 140),
        (17, 0.5, 45, 90),  # uphill
        (17, 0.6, 88, 88),
        (1, 2.4, 80, 160),
        (1, 2.4, 160, 160),
        (1, 1.3, 112, 112),  # walked, in a run's file
        (1, 1.0, 41, 82),  # up a mountain
        (1, 4.5, 92, 184),
        (2, 8.0, 85, 85),
    ],
)
def test_strides_or_steps_by_speed(
    sport: int, mps: float, counted_spm: float, steps: float
) -> None:
    run = records(distance=mps * np.arange(600), cadence=counted_spm)
    file = read(fit(run, session(sport=sport, avg_cadence=counted_spm)), "a.fit")
    recording = only(file)
    assert np.nanmedian(recording.samples["cadence_spm"]) == steps
    assert recording.summary["average_cadence_spm"] == steps


def test_laps_in_steps_beside_records_in_strides() -> None:
    laps = [session(at, 300, "lap", avg_cadence=168) for at in (0, 300)]
    run = records(distance=3.0 * np.arange(600), cadence=84)
    recording = only(read(fit(run, *laps, session()), "a.fit"))
    assert [one.average_cadence_spm for one in recording.laps] == [168, 168]
    assert np.nanmedian(recording.samples["cadence_spm"]) == 168


# Clocks --------------------------------------------------------------------------------------


def test_a_watch_that_counts_from_power_up_has_its_day_from_local_time(read_case) -> None:
    recording = only(read_case("relative_clock", "c10_relative_clock.fit"))
    # 2012-02-13 12:21:03 is the end of 1800 s on the runner's clock.
    assert recording.started_at == datetime(2012, 2, 13, 11, 51, 3, tzinfo=UTC)
    assert recording.utc_offset_s == 0


@pytest.mark.parametrize(
    "closing",
    [
        {"timestamp": 70_600.0, "local_timestamp": START_S + 600},
        {"local_timestamp": START_S + 600},
        {"timestamp": START_S + 599},
    ],
)
def test_days_of_a_relative_clock(closing: dict[str, float]) -> None:
    run = ("record", {"timestamp": 70_000.0 + np.arange(600), "heart_rate": 120})
    times = {"start_time": 70_000.0, "timestamp": 70_600.0, "total_elapsed_time": 600.0}
    file = read(fit(run, ("session", {**times, "sport": 1}), ("activity", closing)), "a.fit")
    assert abs((only(file).started_at - START).total_seconds()) <= 1
    assert file.reason_code == "relative_clock"


def test_the_offset_of_a_local_time_without_time() -> None:
    local = ("activity", {"local_timestamp": START_S + 600 + 9 * 3600 + 20})
    assert (
        only(read(fit(records(heart_rate=120), session(), local), "a.fit")).utc_offset_s == 32_400
    )


WEEKS_S = 1024 * 7 * DAY_S


def test_weeks_that_began_again_are_corrected_by_the_name(read_case) -> None:
    file = read_case("week_rollover", "RunnerUp_2025-06-16-09-00-00_Running.tcx")
    assert only(file).started_at == datetime(2025, 6, 16, tzinfo=UTC)
    assert file.reason_code == "week_rollover"


@pytest.mark.parametrize(
    ("name", "created", "code"),
    [
        ("Run 20260301.fit", None, "week_rollover"),
        ("01.03.2026.fit", None, "week_rollover"),
        (f"{int(START_S)}.fit", None, "week_rollover"),
        ("run.fit", START_S, "week_rollover"),
    ],
)
def test_weeks_that_began_again_in_a_fit_file(name: str, created: float | None, code: str) -> None:
    run = ("record", {"timestamp": START_S - WEEKS_S + np.arange(600), "heart_rate": 120})
    made = {} if created is None else {"time_created": created}
    file = read(fit(run, session(-WEEKS_S), **made), name)
    assert (only(file).started_at, file.reason_code) == (START, code)


def test_an_old_date_that_nothing_corrects_is_told() -> None:
    old = gpx(north(range(0, 60, 10)), start=datetime(2003, 5, 1, 6, tzinfo=UTC))
    file = read(old, "run.gpx")
    assert (only(file).started_at.year, file.reason_code) == (2003, "date_doubtful")
    assert "2022-12-15" in file.reasons[0]  # 7168 days later


def test_a_right_date_is_left_alone() -> None:
    file = read(gpx(north(range(0, 60, 10))), "2045-10-16.gpx")
    assert (only(file).started_at, file.reasons) == (START, ())


def test_a_date_in_the_future_says_clock(read_case) -> None:
    file = read_case("future_date", "c32_future.tcx")
    assert (file.outcome, file.reason_code) == ("unreadable", "bad_clock")


def test_future_points_and_future_laps_say_clock() -> None:
    later = datetime(2105, 1, 1, tzinfo=UTC)
    points = gpx(north(range(0, 60, 10)), start=later)
    laps = tcx(activity(lap(0, 600, 1800, start=later)))
    codes = [read(points, "a.gpx").reason_code, read(laps, "a.tcx").reason_code]
    assert codes == ["bad_clock", "bad_clock"]


def test_one_activity_of_the_future_is_counted_beside_a_sound_one() -> None:
    later = datetime(2105, 1, 1, tzinfo=UTC)
    good, bad = lap(0, 600, 1800, counted(0, 600)), lap(0, 600, 1800, start=later)
    file = read(tcx(activity(good), activity(bad)), "a.tcx")
    assert only(file).started_at == START
    assert file.reason_code == "activities_left_out"


# Numbers as phones write them ----------------------------------------------------------------


def test_decimal_commas(read_case) -> None:
    recording = only(read_case("decimal_commas", "c21_comma.gpx"))
    assert recording.has_gps
    assert decided(recording)["distance_m"] == pytest.approx(10_800, rel=0.001)


def test_decimal_commas_in_all_values() -> None:
    points = [(0, "37,5", "127,0"), (10, "37,5001", "127,0")]
    inside = "<ele>1.020,5</ele><extensions><hr>150,0</hr></extensions>"
    samples = only(read(gpx(points, inside=inside), "a.gpx")).samples
    assert samples["latitude_deg"].tolist() == [37.5, 37.5001]
    assert samples["altitude_m"].tolist() == [1020.5, 1020.5]
    assert samples["heart_rate_bpm"].tolist() == [150, 150]
    laps = activity(lap(0, "600,5", "1800,25", [(0, 0), (600, 1800)]))
    stated = only(read(tcx(laps), "a.tcx")).stated
    assert (stated.laps_timer_s, stated.laps_distance_m) == (600.5, 1800.25)


def test_what_was_left_out_is_counted() -> None:
    untimed = ("record", {"timestamp": [np.nan, np.nan, np.nan], "heart_rate": 99})
    lost = session(-20 * 365 * DAY_S, 60, "lap")
    file = read(fit(records(heart_rate=120), untimed, lost, session()), "a.fit")
    recording = only(file)
    assert file.reason_code == "laps_left_out"
    assert any("3" in remark for remark in recording.remarks)
    assert len(recording.samples["t_s"]) == 600


def test_lap_without_a_start_is_counted() -> None:
    broken = lap(300, 300, 900).replace("StartTime", "Start")
    file = read(tcx(activity(lap(0, 300, 900, counted(0, 300)), broken)), "a.tcx")
    assert file.reason_code == "laps_left_out"
    assert len(only(file).laps) == 1
