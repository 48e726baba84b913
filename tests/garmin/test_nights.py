"""Nights and days in time zones: of Seoul, of travellers, of days of 23 and 25 hours.

All answers here are made by hand, after the form of recorded ones.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from runningcoach.ingest.garmin import activities, activity_files, answers, days, gaps, nights
from runningcoach.ingest.garmin.json_values import wall_clock
from runningcoach.sources.garmin import GarminAnswer
from runningcoach.store import scores

from .conftest import TODAY, Runner

SEOUL = ZoneInfo("Asia/Seoul")


def ms(zone, *when):
    return round(datetime(*when, tzinfo=zone).timestamp() * 1000)


def dto(zone, day, begun, ended):
    """Return a night whose "local" times hold the offset inside, as Garmin's do."""
    starts, ends = ms(zone, *begun), ms(zone, *ended)
    return {
        "calendarDate": day,
        "sleepTimeSeconds": 25_000,
        "sleepStartTimestampGMT": starts,
        "sleepEndTimestampGMT": ends,
        "sleepStartTimestampLocal": ms(UTC, *begun),
        "sleepEndTimestampLocal": ms(UTC, *ended),
    }


def test_a_night_in_seoul_belongs_to_the_day_of_waking():
    told = dto(SEOUL, "2026-03-18", (2026, 3, 17, 23, 10), (2026, 3, 18, 6, 40))
    found = nights.night({"dailySleepDTO": told}, date(2026, 3, 18))
    assert found["started_at"] == datetime(2026, 3, 17, 14, 10, tzinfo=UTC)
    assert found["ended_at"] == datetime(2026, 3, 17, 21, 40, tzinfo=UTC)


def test_local_times_are_never_read_as_moments():
    told = dto(SEOUL, "2026-03-18", (2026, 3, 17, 23, 10), (2026, 3, 18, 6, 40))
    del told["sleepStartTimestampGMT"]
    found = nights.night({"dailySleepDTO": told}, date(2026, 3, 18))
    assert found["total_s"] == 25_000
    assert found.get("started_at") is None


def test_a_local_timestamp_is_a_wall_clock():
    assert wall_clock(ms(UTC, 2026, 3, 18, 6, 40)) == datetime(2026, 3, 18, 6, 40)  # noqa: DTZ001


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Seoul"])
def test_a_night_anywhere_on_earth_has_its_times(zone):
    there = ZoneInfo(zone)
    told = dto(there, "2026-03-18", (2026, 3, 17, 22, 0), (2026, 3, 18, 7, 0))
    found = nights.night({"dailySleepDTO": told}, date(2026, 3, 18))
    assert found["ended_at"] - found["started_at"] == timedelta(hours=9)


@pytest.mark.parametrize(
    ("begun", "ended"),
    [
        ((2026, 3, 18, 6), (2026, 3, 17, 23)),  # backwards
        ((2026, 3, 14, 23), (2026, 3, 15, 6)),  # another night
        ((1970, 1, 1), (1970, 1, 1, 8)),  # zero, as Garmin writes unknown times
        ((2026, 3, 16, 23), (2026, 3, 18, 6)),  # longer than a day
    ],
)
def test_times_that_cannot_be_of_the_night_are_not_kept(begun, ended):
    told = dto(SEOUL, "2026-03-18", begun, ended)
    found = nights.night({"dailySleepDTO": told}, date(2026, 3, 18))
    assert found["total_s"] == 25_000
    assert "started_at" not in found


def test_the_night_on_which_the_clocks_go_forward():
    berlin = ZoneInfo("Europe/Berlin")
    told = dto(berlin, "2026-03-29", (2026, 3, 28, 23, 0), (2026, 3, 29, 7, 0))
    found = nights.night({"dailySleepDTO": told}, date(2026, 3, 29))
    assert found["ended_at"] - found["started_at"] == timedelta(hours=7)


def test_stages_begin_in_seconds_since_falling_asleep():
    told = dto(SEOUL, "2026-03-18", (2026, 3, 17, 23, 10), (2026, 3, 18, 6, 40))
    levels = [
        {"startGMT": f"2026-03-17T{begins}:00.0", "activityLevel": level}
        for begins, level in (("14:40", 0.0), ("14:10", 1.0), ("15:00", 2.0), ("15:20", 3.0))
    ]
    levels.append({"startGMT": "2031-01-01T00:00:00.0", "activityLevel": 1.0})
    found = nights.night({"dailySleepDTO": told, "sleepLevels": levels}, date(2026, 3, 18))
    assert (found["stages_at_s"], found["stages"]) == ([0, 1800, 3000, 4200], [1, 0, 2, 3])


def test_a_night_in_short_of_either_lane():
    day = date(2026, 3, 18)
    full = dto(SEOUL, "2026-03-18", (2026, 3, 17, 23, 10), (2026, 3, 18, 6, 40))
    values = {
        "totalSleepTimeInSeconds": 25_000, "deepTime": 4_000, "lightTime": 15_000,
        "remTime": 6_000, "awakeTime": 300, "sleepScore": 77, "restingHeartRate": 48,
        "avgOvernightHrv": 60.0, "respiration": 13.0,
        "gmtSleepStartTimeInMillis": full["sleepStartTimestampGMT"],
        "gmtSleepEndTimeInMillis": full["sleepEndTimestampGMT"],
    }  # fmt: skip
    assert nights.brief({"calendarDate": "2026-03-18", "values": values}, day) == {
        "started_at": datetime(2026, 3, 17, 14, 10, tzinfo=UTC),
        "ended_at": datetime(2026, 3, 17, 21, 40, tzinfo=UTC),
        "total_s": 25_000, "deep_s": 4_000, "light_s": 15_000, "rem_s": 6_000, "awake_s": 300,
        "score": 77, "hrv_ms": 60, "resting_hr_bpm": 48, "respiration": 13,
    }  # fmt: skip
    by_key = nights.brief(full | {"sleepScores": {"overall": {"value": 71}}}, day)
    assert (by_key["score"], by_key["started_at"].hour) == (71, 14)


# Days --------------------------------------------------------------------------------------


def heart_rates(zone, day, hours, **more):
    begun = ms(zone, *day)
    rows = [[begun + hour * 3_600_000, 60 + hour] for hour in range(hours)]
    return {"calendarDate": f"{date(*day)}", "heartRateValues": rows} | more


def gmt(zone, *when):
    return f"{datetime(*when, tzinfo=zone).astimezone(UTC):%Y-%m-%dT%H:%M:%S}.0"


@pytest.mark.parametrize(("day", "hours"), [((2026, 3, 29), 23), ((2026, 10, 25), 25)])
def test_a_day_on_which_clocks_are_set_has_all_its_hours(day, hours):
    berlin = ZoneInfo("Europe/Berlin")
    body = heart_rates(berlin, day, 27, startTimestampGMT=gmt(berlin, *day))
    found = days.stream(days.HEART_RATE, body, date(*day), "Asia/Seoul")
    # Two hours of the next day that came along are left out, but for a day of 23 hours.
    assert found.at_s[0] == 0
    assert found.at_s[hours - 1] == (hours - 1) * 3600
    assert found.at_s[-1] == 24 * 3600


def test_a_day_of_the_key_is_the_day_at_home():
    body = heart_rates(SEOUL, (2026, 3, 18), 24)
    del body["heartRateValues"][:7]  # the watch was put on at seven
    found = days.stream(days.HEART_RATE, body, date(2026, 3, 18), "Asia/Seoul")
    assert (found.at_s[0], found.values[0], len(found.values)) == (7 * 3600, 67, 17)


def test_a_day_of_the_key_elsewhere_begins_with_its_first_row():
    body = heart_rates(ZoneInfo("America/New_York"), (2026, 3, 18), 24)
    found = days.stream(days.HEART_RATE, body, date(2026, 3, 18), "Asia/Seoul")
    assert (found.at_s[0], found.at_s[-1]) == (0, 23 * 3600)


def test_a_begin_that_is_not_of_the_day_is_not_believed():
    body = heart_rates(SEOUL, (2026, 3, 18), 3, startTimestampGMT="1970-01-01T00:00:00.000")
    found = days.stream(days.HEART_RATE, body, date(2026, 3, 18), "Asia/Seoul")
    assert found.at_s == [0, 3600, 7200]


# Over the date line ------------------------------------------------------------------------


def test_the_day_of_an_activity_is_that_of_its_wall_clock():
    item = {"startTimeLocal": "2026-03-17 20:00:00", "startTimeGMT": "2026-03-18 06:00:00"}
    assert activity_files.day_of(item) == date(2026, 3, 17)


def test_an_activity_over_the_date_line_keeps_its_local_day(conn, user):
    item = {
        "activityId": 100_200_300, "activityName": "Honolulu", "duration": 1800.0,
        "startTimeLocal": "2026-03-17 20:00:00", "startTimeGMT": "2026-03-18 06:00:00",
        "activityType": {"typeKey": "running"},
    }  # fmt: skip
    activities.store_listed(conn, user.id, item, "signin")
    activities.put_without_file(conn, user.id, 100_200_300)
    query = "SELECT local_date, timezone, started_at FROM activities"
    assert conn.execute(query).fetchone() == (
        date(2026, 3, 17), "Etc/GMT+10", datetime(2026, 3, 18, 6, tzinfo=UTC),
    )  # fmt: skip


def _take(conn, user, endpoint, key, body):
    answers.store_answer(
        conn, user.id, endpoint, key, GarminAnswer(200, body), "signin", date(2026, 3, 25)
    )


def test_a_day_lived_twice_is_one_day_with_all_that_is_known(conn, user):
    _take(conn, user, "days", "2026-03-17..2026-03-18", [
        {"calendarDate": "2026-03-17", "totalSteps": 4_000, "restingHeartRate": 50},
        {"calendarDate": "2026-03-17", "totalSteps": 9_000, "restingHeartRate": None},
        {"calendarDate": "2026-03-18", "totalSteps": 7_000},
    ])  # fmt: skip
    query = "SELECT date::text, steps, resting_hr_bpm FROM health_metrics ORDER BY date"
    assert conn.execute(query).fetchall() == [
        ("2026-03-17", 9_000, 50),
        ("2026-03-18", 7_000, None),
    ]


def test_a_day_that_was_skipped_is_a_gap_between_days(conn, user):
    told = [{"calendarDate": f"2026-03-{day}", "lastNightAvg": 50} for day in (16, 18)]
    _take(conn, user, "hrvs", "2026-03-16..2026-03-18", {"hrvSummaries": told})
    query = "SELECT date::text, stream, reason FROM health_gaps"
    assert conn.execute(query).fetchall() == [("2026-03-17", "hrv", "no_data")]


def test_the_day_itself_is_no_gap_yet(runner: Runner):
    yesterday = TODAY - timedelta(days=1)
    gaps.note_stream(
        runner.conn, runner.user_id, "sleep", dict.fromkeys((yesterday, TODAY), "not_worn"), TODAY
    )
    found = scores.gaps(runner.conn, runner.user_id, yesterday, TODAY)
    assert [(gap.date, gap.reason) for gap in found] == [(yesterday, "not_worn")]
