"""The FIT files: readable, consistent in themselves, and within what a body can do."""

import io
from collections import Counter
from datetime import UTC, datetime

import fitdecode
import numpy as np
import pytest

from runningcoach.demo import diary, runs
from runningcoach.demo.athlete import history
from runningcoach.demo.diary import DiaryEntry
from runningcoach.fit.decode import decode

from .conftest import UNTIL, Filed

RUNNING, CYCLING = 1, 2

pytestmark = pytest.mark.deep


@pytest.fixture(scope="module")
def running(filed: list[Filed]) -> list[Filed]:
    return [file for file in filed if len(file.messages["session"]["sport"]) == 1]


@pytest.fixture(scope="module")
def planned() -> list[DiaryEntry]:
    """Return the last half year as the generator meant it."""
    states = history(7, 0.5, UNTIL)[:-1]
    return [activity for state in states for activity in diary.activities(state, 7, "en")]


def test_sessions_agree_with_their_records(running: list[Filed]) -> None:
    for file in running:
        session, records = file.session, file.records
        assert session["total_distance"] == pytest.approx(records["distance"][-1], abs=0.02)
        assert session["total_timer_time"] == len(records["timestamp"]) - 1
        elapsed = records["timestamp"][-1] - records["timestamp"][0]
        assert session["total_elapsed_time"] == elapsed
        known = records["heart_rate"][np.isfinite(records["heart_rate"])]
        if len(known):
            assert session["avg_heart_rate"] == pytest.approx(known.mean(), abs=1)
            assert session["max_heart_rate"] == known.max()
        else:
            assert np.isnan(session["avg_heart_rate"])


def test_laps_add_up_to_the_session(running: list[Filed]) -> None:
    for file in running:
        laps, session = file.messages["lap"], file.session
        assert len(laps["timestamp"]) == session["num_laps"]
        for name in ("total_elapsed_time", "total_timer_time", "total_ascent"):
            if name in session:
                assert laps[name].sum() == session[name]
        assert laps["total_distance"].sum() == pytest.approx(session["total_distance"], abs=0.5)
        assert laps["start_time"][1:].tolist() == laps["timestamp"][:-1].tolist()


def test_pauses_are_the_gaps_in_the_records(running: list[Filed]) -> None:
    with_pause = 0
    for file in running:
        session, times = file.session, file.records["timestamp"]
        gaps = np.diff(times)
        assert gaps.min() == 1
        paused = (gaps - 1).sum()
        assert paused == session["total_elapsed_time"] - session["total_timer_time"]
        kinds = Counter(file.messages["event"]["event_type"].tolist())
        assert kinds[0] == (gaps > 1).sum() + 1
        with_pause += bool(paused)
    assert 60 < with_pause < 200


def test_bodies_stay_within_bounds(running: list[Filed]) -> None:
    for file in running:
        records = file.records
        pulse = records["heart_rate"][np.isfinite(records["heart_rate"])]
        assert pulse.size == 0 or (pulse.min() >= 40 and pulse.max() <= 200)
        speed = records["enhanced_speed"]
        assert np.nanmax(speed) < 7
        steps = 2 * (records["cadence"] + records["fractional_cadence"])
        assert ((steps >= 150) & (steps <= 200))[speed > 2.05].all()
        assert (np.diff(records["distance"]) >= 0).all()


def test_paces_are_those_of_a_runner(running: list[Filed]) -> None:
    paces = [
        1000 / file.session["enhanced_avg_speed"]
        for file in running
        if file.session["total_distance"] > 3000
    ]
    assert min(paces) > 165
    assert max(paces) < 540
    assert 300 < np.median(paces) < 345


def test_heart_beats_faster_at_speed(running: list[Filed]) -> None:
    flat = [
        file.session
        for file in running
        if file.session["total_distance"] > 5000 and file.session["sub_sport"] == 0
    ]
    speeds = [session["enhanced_avg_speed"] for session in flat]
    pulses = [session["avg_heart_rate"] for session in flat]
    known = np.isfinite(pulses)
    assert np.corrcoef(np.array(speeds)[known], np.array(pulses)[known])[0, 1] > 0.75


def test_other_decoder_reads_what_the_generator_meant(planned: list[DiaryEntry]) -> None:
    for activity in planned[4::19]:
        if activity.fit is None or len(activity.tracks) != 1:
            continue
        [track] = activity.tracks
        frames = [
            frame
            for frame in fitdecode.FitReader(io.BytesIO(activity.fit))
            if frame.frame_type == fitdecode.FIT_FRAME_DATA
        ]
        records = [frame for frame in frames if frame.name == "record"]
        laps = [frame for frame in frames if frame.name == "lap"]
        assert len(records) == len(track.t_s)
        assert [lap.get_value("intensity") for lap in laps] == [lap.intensity for lap in track.laps]
        started = datetime.fromtimestamp(activity.head.started_at, UTC)
        assert records[0].get_value("timestamp") == started
        pulses = [record.get_value("heart_rate", fallback=None) for record in records]
        wanted = track.channels["heart_rate"]
        assert [pulse is None for pulse in pulses] == np.isnan(wanted).tolist()
        [closing] = [frame for frame in frames if frame.name == "activity"]
        local = closing.get_value("local_timestamp").replace(tzinfo=UTC)
        ahead = local - closing.get_value("timestamp")
        assert ahead.total_seconds() == activity.utc_offset_s


def test_workouts_have_a_lap_for_each_step(planned: list[DiaryEntry]) -> None:
    workouts = [activity for activity in planned if activity.session.laps_by_step]
    assert len(workouts) > 20
    for activity in workouts:
        steps = activity.session.steps
        laps = decode(activity.fit or b"").messages["lap"]
        assert laps["total_distance"] == pytest.approx([step.distance_m for step in steps], abs=12)
        assert set(laps["lap_trigger"][:-1]) == {0}


def test_bulk_runs_differ_and_last_as_long_as_asked() -> None:
    files = list(runs(6, seconds=900))
    assert len({name for name, _ in files}) == 6
    assert len({content for _, content in files}) == 6
    for _, content in files:
        decoded = decode(content)
        assert decoded.status == "ok"
        assert decoded.messages["session"]["total_timer_time"] == [900]
        assert len(decoded.messages["record"]["timestamp"]) == 901
    assert files == list(runs(6, seconds=900))
