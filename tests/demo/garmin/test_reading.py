"""The real library reads the account: lists, files, days, nights; what it reads agrees."""

import hashlib
import io
import json
import time
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from garminconnect import Garmin, GarminConnectConnectionError, GarminConnectNotFoundError

from runningcoach.demo import write_export
from runningcoach.fit.decode import decode
from runningcoach.simulators.garmin import SimulatorClient, serve

from .conftest import UNTIL, led

ORIGINAL = Garmin.ActivityDownloadFormat.ORIGINAL
SEOUL_S = 9 * 3600


def every(garmin: Garmin, page: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    while more := garmin.get_activities(len(rows), page):
        rows += more
    return rows


def test_starts_at_once_and_counts_ten_years_quickly() -> None:
    began = time.perf_counter()
    with serve(until=UNTIL, years=2.0, seed=7) as fake:
        assert fake.activity_ids()
        assert time.perf_counter() - began < 2
    with serve(until=UNTIL, years=10.0) as fake:
        began = time.perf_counter()
        assert len(fake.activity_ids()) > 2000
        assert time.perf_counter() - began < 1


def test_pages_are_whole_and_newest_first(fake: SimulatorClient, garmin: Garmin) -> None:
    rows = every(garmin, 90)
    numbers = [row["activityId"] for row in rows]
    assert len(numbers) == len(set(numbers)) == garmin.count_activities()
    assert numbers == fake.activity_ids()
    starts = [row["startTimeGMT"] for row in rows]
    assert starts == sorted(starts, reverse=True)
    assert all(row["startTimeGMT"][:10] <= str(UNTIL) for row in rows)


def test_search_by_dates_in_either_order(garmin: Garmin) -> None:
    first, last = date(2026, 8, 1), date(2026, 8, 31)
    rows = garmin.get_activities_by_date(str(first), str(last), sortorder="asc")
    days = [row["startTimeLocal"][:10] for row in rows]
    assert len(days) > 8
    assert days == sorted(days)
    assert str(first) <= days[0] <= days[-1] <= str(last)
    inside = [row for row in every(garmin, 100) if str(first) <= row["startTimeLocal"] < "2026-09"]
    assert {row["activityId"] for row in rows} == {row["activityId"] for row in inside}


def test_originals_are_those_of_the_account_export(garmin: Garmin, tmp_path: Path) -> None:
    write_export(tmp_path / "x", until=UNTIL, years=0.1)
    exported = dict(exported_files(tmp_path))
    shared = [row["activityId"] for row in garmin.get_activities(0, 12)]
    assert len(shared) == 12
    for number in shared:
        archive = garmin.download_activity(str(number), ORIGINAL)
        assert archive == garmin.download_activity(str(number), ORIGINAL)
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            [name] = opened.namelist()
            assert name == f"{number}_ACTIVITY.fit"
            content = opened.read(name)
        assert hashlib.sha256(content).digest() == hashlib.sha256(exported[number]).digest()
        assert decode(content).status == "ok"


@pytest.mark.parametrize("until", [UNTIL, date(2026, 5, 20), date(2025, 3, 12)])
def test_account_holds_the_activities_of_the_export(until: date, tmp_path: Path) -> None:
    """Spring and a false start, a journey and a brick: each day is counted as it is run."""
    write_export(tmp_path / "x", until=until, years=0.3)
    chunks = [json.loads(path.read_text(encoding="utf-8"))
              for path in tmp_path.rglob("*_summarizedActivities.json")]  # fmt: skip
    rows = [row for chunk in chunks for part in chunk for row in part["summarizedActivitiesExport"]]
    exported = {row["activityId"] for row in rows if "parentId" not in row}
    with serve(until=until, years=0.3) as fake:
        assert set(fake.activity_ids()) == exported


def exported_files(folder: Path) -> Iterator[tuple[int, bytes]]:
    for path in folder.rglob("*.zip"):
        with zipfile.ZipFile(path) as opened:
            for name in opened.namelist():
                yield int(name.removesuffix(".fit").rsplit("_", 1)[1]), opened.read(name)


def test_list_summary_laps_and_file_say_the_same(garmin: Garmin) -> None:
    for row in garmin.get_activities(0, 9):
        number = str(row["activityId"])
        summary = garmin.get_activity(number)["summaryDTO"]
        with zipfile.ZipFile(io.BytesIO(garmin.download_activity(number, ORIGINAL))) as opened:
            session = decode(opened.read(opened.namelist()[0])).messages["session"]
        assert row["distance"] == pytest.approx(session["total_distance"][0], abs=0.02)
        assert row["duration"] == session["total_timer_time"][0]
        assert row["elapsedDuration"] == session["total_elapsed_time"][0]
        assert summary["distance"] == row["distance"]
        assert row["beginTimestamp"] / 1000 == session["start_time"][0]
        if "averageHR" in row:
            assert row["averageHR"] == pytest.approx(session["avg_heart_rate"][0], abs=0.51)
            zones = sum(row[f"hrTimeInZone_{zone}"] for zone in range(1, 6))
            assert zones <= row["duration"] + 1
        laps = garmin.get_activity_splits(number)["lapDTOs"]
        assert len(laps) == row["lapCount"] == session["num_laps"][0]
        assert sum(lap["distance"] for lap in laps) == pytest.approx(row["distance"], abs=1)


def test_local_times_are_seoul_time_and_lisbon_time(garmin: Garmin) -> None:
    ahead = set()
    for row in every(garmin, 90):
        local = datetime.fromisoformat(row["startTimeLocal"])
        ahead.add((local - datetime.fromisoformat(row["startTimeGMT"])).total_seconds())
    assert ahead == {SEOUL_S, 3600}  # Lisbon in May keeps summer time


def test_effort_is_told_by_the_summary_where_it_was_put_in(garmin: Garmin) -> None:
    told = [garmin.get_activity(str(row["activityId"]))["summaryDTO"] for row in
            garmin.get_activities(0, 25)]  # fmt: skip
    efforts = [one["directWorkoutRpe"] for one in told if "directWorkoutRpe" in one]
    assert 5 < len(efforts) < 25
    assert all(10 <= effort <= 100 and effort % 10 == 0 for effort in efforts)
    assert any("directWorkoutComplianceScore" in one for one in told)


def test_brick_has_legs_of_its_own(garmin: Garmin) -> None:
    [brick] = [row for row in every(garmin, 90) if row["parent"] and row["startTimeLocal"] > "2026"]
    parent = garmin.get_activity(str(brick["activityId"]))
    assert parent["isMultiSportParent"]
    legs = [garmin.get_activity(str(leg)) for leg in parent["metadataDTO"]["childIds"]]
    assert [leg["activityTypeDTO"]["typeKey"] for leg in legs] == ["cycling", "running"]
    lengths = [leg["summaryDTO"]["distance"] for leg in legs]
    assert sum(lengths) == pytest.approx(brick["distance"], abs=0.1)


def test_details_hold_at_most_what_was_asked(garmin: Garmin) -> None:
    number = str(garmin.get_activities(0, 1)[0]["activityId"])
    details = garmin.get_activity_details(number, maxchart=500)
    rows = details["activityDetailMetrics"]
    assert 250 <= len(rows) == details["metricsCount"] <= 500
    keys = [one["key"] for one in details["metricDescriptors"]]
    distances = [row["metrics"][keys.index("sumDistance")] for row in rows]
    assert distances == sorted(distances)


def test_night_without_watch_has_no_variability(fake: SimulatorClient, garmin: Garmin) -> None:
    known = garmin.get_hrv_data_range("2026-01-01", "2026-11-22")["hrvSummaries"]
    measured = {row["calendarDate"] for row in known}
    every_day = [str(date(2026, 1, 1) + timedelta(days=n)) for n in range(326)]
    bare = [day for day in every_day if day not in measured]
    assert 5 < len(bare) < 60
    assert "2026-09-11" in bare  # the watch was mislaid in those days
    assert garmin.get_hrv_data(bare[0]) == {}
    assert fake.log()[-1].status == 204
    assert garmin.get_sleep_data(bare[0])["dailySleepDTO"]["sleepTimeSeconds"] is None
    assert garmin.get_hrv_data(max(measured))["hrvSummary"]["calendarDate"] == max(measured)


def test_stages_add_up_and_local_times_are_shifted_epochs(garmin: Garmin) -> None:
    answer = garmin.get_sleep_data("2026-11-18")
    night = answer["dailySleepDTO"]
    parts = ("deepSleepSeconds", "lightSleepSeconds", "remSleepSeconds")
    assert sum(night[part] for part in parts) == night["sleepTimeSeconds"]
    assert night["sleepStartTimestampLocal"] - night["sleepStartTimestampGMT"] == 1000 * SEOUL_S
    begun = datetime.fromtimestamp(night["sleepStartTimestampGMT"] / 1000, UTC)
    assert answer["sleepLevels"][0]["startGMT"] == begun.strftime("%Y-%m-%dT%H:%M:%S.0")
    ended = datetime.fromtimestamp(night["sleepEndTimestampGMT"] / 1000, UTC)
    assert answer["sleepLevels"][-1]["endGMT"] == ended.strftime("%Y-%m-%dT%H:%M:%S.0")
    for before, after in pairwise(answer["sleepLevels"]):
        assert before["endGMT"] == after["startGMT"]


def test_day_and_ranges_agree(garmin: Garmin) -> None:
    day = "2026-11-17"
    resting = garmin.get_stats(day)["restingHeartRate"]
    assert garmin.get_heart_rates(day)["restingHeartRate"] == resting
    assert garmin.get_rhr_daily(day, day) == [{"calendarDate": day, "value": float(resting)}]
    brief = garmin.get_daily_summaries(day, day)["data"][0]
    assert brief["heartRate"]["restingValue"] == resting
    assert brief["movement"]["steps"] == garmin.get_stats(day)["totalSteps"]
    [battery] = garmin.get_body_battery(day, day)
    levels = [row[2] for row in garmin.get_stress_data(day)["bodyBatteryValuesArray"]]
    assert max(levels) == max(level for _, level in battery["bodyBatteryValuesArray"])


def test_pulse_of_a_run_is_in_the_pulse_of_its_day(garmin: Garmin) -> None:
    run = next(row for row in garmin.get_activities(0, 30) if row.get("maxHR", 0) > 160)
    day = run["startTimeLocal"][:10]
    values = garmin.get_heart_rates(day)["heartRateValues"]
    begun = run["beginTimestamp"]
    inside = [
        beat for at, beat in values
        if beat and begun + 300_000 < at < begun + 1000 * run["elapsedDuration"]
    ]  # fmt: skip
    assert np.mean(inside) == pytest.approx(run["averageHR"], abs=6)
    gaps = {after - before for (before, _), (after, _) in pairwise(values)}
    assert gaps == {120_000}


def test_day_of_travel_is_as_long_as_it_was(garmin: Garmin) -> None:
    """May 2026: Seoul to Lisbon and back; the days of the change are longer and shorter."""
    hours = {}
    for number in range(1, 32):
        day = f"2026-05-{number:02d}"
        span = garmin.get_heart_rates(day)
        ends = (span["startTimestampGMT"], span["endTimestampGMT"])
        begun, ended = (datetime.fromisoformat(end) for end in ends)
        hours[day] = (ended - begun).total_seconds() / 3600
    assert sorted(set(hours.values())) == [16, 24, 32]
    assert list(hours.values()).count(24) == 29


def test_today_is_a_morning(garmin: Garmin) -> None:
    today = garmin.get_stats(str(UNTIL))
    assert today["restingHeartRate"]
    assert today["totalSteps"] is None
    assert garmin.get_sleep_data(str(UNTIL))["dailySleepDTO"]["sleepTimeSeconds"]
    contexts = {row["inputContext"] for row in garmin.get_training_readiness(str(UNTIL))}
    assert contexts == {"AFTER_WAKEUP_RESET"}


def test_readiness_comes_several_times_a_day_newest_first(garmin: Garmin) -> None:
    run = garmin.get_activities(0, 1)[0]
    rows = garmin.get_training_readiness(run["startTimeLocal"][:10])
    contexts = [row["inputContext"] for row in rows]
    assert contexts == [
        "UPDATE_REALTIME_VARIABLES", "AFTER_POST_EXERCISE_RESET", "AFTER_WAKEUP_RESET"
    ]  # fmt: skip
    assert rows[-1]["score"] > rows[1]["score"]
    ranged = garmin.get_training_readiness_range("2026-11-01", "2026-11-20")
    assert [row["timestamp"] for row in ranged] == sorted(
        (row["timestamp"] for row in ranged), reverse=True
    )


def test_predictions_records_and_threshold_fit_one_runner(garmin: Garmin) -> None:
    predicted = garmin.get_race_predictions()
    times = [predicted[name] for name in ("time5K", "time10K", "timeHalfMarathon", "timeMarathon")]
    paces = [time / length for time, length in zip(times, (5, 10, 21.0975, 42.195), strict=True)]
    assert paces == sorted(paces)
    records = {row["typeId"]: row["value"] for row in garmin.get_personal_record()}
    assert set(records) == {1, 2, 3, 4, 5, 6, 7}
    assert 0.93 < records[4] / predicted["time10K"] < 1.08
    threshold = garmin.get_lactate_threshold()["speed_and_heart_rate"]
    assert 3.0 < 10 * threshold["speed"] < 5.0
    assert 160 < threshold["heartRate"] < 185


def test_vo2max_is_estimated_on_days_with_a_run(garmin: Garmin) -> None:
    first, last = "2026-10-01", "2026-10-31"
    days = {row["generic"]["calendarDate"] for row in garmin.get_max_metrics_range(first, last)}
    ran = {row["startTimeLocal"][:10] for row in garmin.get_activities_by_date(first, last)}
    assert days == ran


def test_weighings_are_in_grams(garmin: Garmin) -> None:
    days = garmin.get_weigh_ins("2026-10-01", "2026-10-31")["dailyWeightSummaries"]
    assert 8 < len(days) < 22
    assert all(60_000 < day["latestWeight"]["weight"] < 75_000 for day in days)


def test_shoes_of_an_activity_are_in_the_list(garmin: Garmin) -> None:
    pairs = {pair["gearPk"] for pair in garmin.get_gear_list()}
    for row in garmin.get_activities(0, 10):
        [worn] = garmin.get_activity_gear(row["activityId"])
        assert worn["gearPk"] in pairs


def test_too_long_ranges_break_down(fake: SimulatorClient, garmin: Garmin) -> None:
    assert garmin.get_daily_summaries("2026-08-25", "2026-11-22")["data"]  # 90 days
    with pytest.raises(GarminConnectConnectionError):
        garmin.get_daily_summaries("2026-08-24", "2026-11-22")
    with pytest.raises(GarminConnectConnectionError):
        garmin.get_body_battery("2026-10-01", "2026-11-01")
    assert [call.status for call in fake.log()] == [200, 500, 400]


def test_unknown_activity_is_not_found(garmin: Garmin) -> None:
    for number in ("1", "9007399401", "99999999999999"):
        with pytest.raises(GarminConnectNotFoundError):
            garmin.get_activity(number)


def test_another_process_plays_the_same_account(fake: SimulatorClient, garmin: Garmin) -> None:
    """Two simulators of the same arguments answer alike, whatever was asked of them before."""
    with serve(until=UNTIL) as other:
        twin = led(Garmin(fake.email, fake.password, retry_attempts=0), other.url)
        twin.login()
        assert twin.get_activities(40, 3) == garmin.get_activities(40, 3)
        for method in ("get_stats", "get_sleep_data", "get_hrv_data", "get_stress_data"):
            assert getattr(twin, method)("2026-11-10") == getattr(garmin, method)("2026-11-10")
