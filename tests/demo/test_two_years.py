"""Two years hold everything that a runner's two years hold."""

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest

from runningcoach.base import i18n
from runningcoach.demo import body, diary
from runningcoach.demo.athlete import history

from .conftest import UNTIL, Export, Filed

NAMES = i18n.words("ko", "demo")["names"]
TREADMILL, TRACK, TRAIL = 1, 4, 3
FULL_DAY_S = 86_400

pytestmark = pytest.mark.deep


def days_of(export: Export) -> list[date]:
    return [
        datetime.fromtimestamp(row["startTimeLocal"] / 1000, UTC).date()
        for row in export.activity_rows()
    ]


def weekly_km(export: Export) -> list[float]:
    weeks: dict[date, float] = defaultdict(float)
    for day, row in zip(days_of(export), export.activity_rows(), strict=True):
        if "parentId" not in row and row["sportType"] == "RUNNING":
            weeks[day - timedelta(days=day.weekday())] += row["distance"] / 1e5
    first, last = min(weeks), max(weeks)
    every = [first + timedelta(days=7 * n) for n in range((last - first).days // 7 + 1)]
    return [weeks.get(week, 0.0) for week in every]


def test_weekly_volume_is_that_of_an_ambitious_amateur(export: Export) -> None:
    weeks = weekly_km(export)
    assert max(weeks) < 95
    assert 38 < sum(weeks) / len(weeks) < 55
    assert 400 < len(export.activity_rows()) < 520


def test_an_injury_stops_the_runner_for_about_five_weeks(export: Export) -> None:
    days = sorted(set(days_of(export)))
    longest = max((later - day).days for day, later in pairwise(days))
    assert 33 <= longest <= 40


@pytest.mark.parametrize(
    "kind",
    [
        "marathon_spring", "marathon_autumn", "half_winter", "race_10k_summer", "saturday_5k",
        "walk_run", "journey", "night", "brick", "treadmill", "trail", "hills", "strides",
        "manual", "recovery",
    ],
)  # fmt: skip
def test_kind_occurs(export: Export, kind: str) -> None:
    assert NAMES[kind] in {row["name"] for row in export.activity_rows()}


def test_workouts_say_what_they_were(export: Export) -> None:
    names = {row["name"] for row in export.activity_rows()}
    wanted = (("intervals", {"length": "1km", "repeats": 5}), ("tempo", {"minutes": 20}))
    for kind, blanks in wanted:
        assert NAMES[kind].format(**blanks) in names


def test_races_are_marked(export: Export) -> None:
    races = [row for row in export.activity_rows() if row["eventTypeId"] == 1]
    assert 14 < len(races) < 26
    marathons = [row for row in races if row["distance"] > 4_200_000]
    assert len(marathons) >= 3
    assert all(10_200 < row["duration"] / 1000 < 12_600 for row in marathons)


def test_treadmill_runs_have_no_position(filed: list[Filed]) -> None:
    indoors = [file for file in filed if file.session["sub_sport"] == TREADMILL]
    assert len(indoors) > 10
    assert all("position_lat" not in file.records for file in indoors)


def test_hard_days_for_sensors_occur(filed: list[Filed]) -> None:
    seen: Counter[str] = Counter()
    for file in filed:
        pulse = file.records["heart_rate"]
        missing = np.isnan(pulse).mean()
        seen["no pulse"] += missing == 1
        seen["pulse lost"] += 0 < missing < 1
        if "position_lat" in file.records and np.isnan(file.records["position_lat"]).any():
            seen["satellites lost"] += 1
            jumps = np.diff(file.records["distance"]).max() > 100
            seen["distance jumped" if jumps else "distance by stride"] += 1
    assert 1 <= seen["no pulse"] <= 14
    assert seen["pulse lost"] > 10
    assert seen["satellites lost"] > 5
    assert seen["distance jumped"] >= 1
    assert seen["distance by stride"] >= 1


def test_pulse_locks_on_cadence_now_and_then(filed: list[Filed]) -> None:
    locked = 0
    for file in filed:
        steps = 2 * (file.records["cadence"] + file.records["fractional_cadence"])
        near = np.abs(file.records["heart_rate"] - steps) <= 1
        whole_minutes = near[: len(near) // 60 * 60].reshape(-1, 60).mean(axis=1) > 0.9
        locked += whole_minutes.sum() >= 4
    assert 3 <= locked <= 30


def test_one_run_a_year_crosses_midnight(export: Export) -> None:
    crossing = [
        row
        for row in export.activity_rows()
        if row["startTimeLocal"] / 1000 % FULL_DAY_S + row["elapsedDuration"] / 1000 > FULL_DAY_S
    ]
    assert {row["name"] for row in crossing} == {NAMES["night"]}


def test_a_journey_is_in_another_time_zone(export: Export) -> None:
    offsets = {
        row["name"]: (row["startTimeLocal"] - row["startTimeGmt"]) / 3_600_000
        for row in export.activity_rows()
    }
    assert offsets[NAMES["journey"]] == 1
    assert offsets[NAMES["easy"]] == 9


def test_some_runs_were_recorded_by_two_watches(filed: list[Filed]) -> None:
    starts = defaultdict(set)
    for file in filed:
        file_id = file.messages["file_id"]
        day = datetime.fromtimestamp(file_id["time_created"][0], UTC).date()
        starts[day].add(file_id["serial_number"][0])
    assert sum(len(serials) == 2 for serials in starts.values()) >= 3


def test_a_brick_holds_two_sports(filed: list[Filed]) -> None:
    bricks = [file for file in filed if len(file.messages["session"]["sport"]) == 2]
    assert 1 <= len(bricks) <= 2
    for file in bricks:
        sessions = file.messages["session"]
        assert sessions["sport"].tolist() == [2, 1]
        ended = sessions["start_time"][0] + sessions["total_elapsed_time"][0]
        assert sessions["start_time"][1] == ended + 1
        assert file.messages["activity"]["num_sessions"] == [2]


def test_summer_is_hot_and_slow(filed: list[Filed], export: Export) -> None:
    easy = {row["activityId"] for row in export.activity_rows() if row["name"] == NAMES["easy"]}
    seen: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for file in filed:
        if file.number in easy:
            month = datetime.fromtimestamp(file.session["start_time"], UTC).month
            now = file.session["avg_temperature"], file.session["enhanced_avg_speed"]
            seen[month].append(now)
    hot, cold = np.mean(seen[7] + seen[8], axis=0), np.mean(seen[12] + seen[2], axis=0)
    assert hot[0] > cold[0] + 9
    assert hot[1] < cold[1] - 0.05


def test_nights_are_believable_and_some_are_missing(export: Export) -> None:
    nights = [row for row in export.rows("*_sleepData.json") if "deepSleepSeconds" in row]
    assert 640 < len(nights) < 715
    hours = [
        sum(row[f"{part}SleepSeconds"] for part in ("deep", "light", "rem")) / 3600
        for row in nights
    ]
    assert 6.5 < np.mean(hours) < 7.7
    scores = [row["sleepScores"]["overallScore"] for row in nights]
    assert 70 < np.mean(scores) < 84
    assert max(scores) <= 98


def test_illness_shows_in_hrv_and_resting_pulse(export: Export) -> None:
    hrv = {r["calendarDate"]: r["metrics"][0]["value"] for r in export.rows("*healthStatus*")}
    resting = {
        r["calendarDate"]: r["restingHeartRate"]
        for r in export.rows("UDSFile_*.json")
        if "restingHeartRate" in r
    }
    usual_hrv, usual_resting = np.median(list(hrv.values())), np.median(list(resting.values()))
    assert 50 < usual_hrv < 62
    assert 45 <= usual_resting <= 53
    ill = min(hrv, key=lambda day: hrv[day])
    assert hrv[ill] < 0.75 * usual_hrv
    assert resting[ill] > usual_resting + 4


def test_weight_is_in_grams(export: Export) -> None:
    grams = [row["weight"]["weight"] for row in export.rows("*_userBioMetrics.json")]
    assert len(grams) > 200
    assert 64_000 < min(grams) <= max(grams) < 73_000


def test_training_makes_fit_and_rest_unfit() -> None:
    career = {state.day: state for state in body.training(7, UNTIL)}
    assert career[date(2013, 2, 1)].vo2max < 44 < career[date(2015, 3, 1)].vo2max
    hurt = diary.season.year(7, 2025).injury
    assert hurt is not None
    assert career[hurt.last].vo2max < career[hurt.first].vo2max - 1.5
    assert career[date(2026, 10, 20)].vo2max > career[hurt.last].vo2max + 3


def test_any_two_years_hold_an_injury_or_its_trace() -> None:
    for until in (date(2020, 7, 1), date(2023, 2, 10), date(2024, 12, 31)):
        states = history(3, 2.0, until)
        injured = sum(diary.season.trouble(3, state.day) == "injured" for state in states)
        assert injured == 35
