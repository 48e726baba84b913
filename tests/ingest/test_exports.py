"""Account exports: names, gear and effort find their activities; nights and days come in."""

import json
import tomllib
import unicodedata
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from runningcoach.ingest import imports
from runningcoach.ingest.exports import dates, garmin_tables, strava_columns, strava_tables
from runningcoach.model.user import User
from runningcoach.store import health
from tests.ingest import build
from tests.ingest.build import START

type Conn = psycopg.Connection[Any]

GARMIN_ID = 19_000_000_123


def summary(start: datetime = START, number: int = GARMIN_ID, **more: object) -> dict[str, Any]:
    return {
        "activityId": number, "name": "Han river loop", "activityType": "running",
        "beginTimestamp": start.timestamp() * 1000, "startTimeGmt": start.timestamp() * 1000,
        "duration": 1_200_000.0, "elapsedDuration": 1_200_000.0, "workoutRpe": 40, **more,
    }  # fmt: skip


def summaries(*entries: dict[str, Any]) -> bytes:
    return json.dumps([{"summarizedActivitiesExport": list(entries)}]).encode()


SUMMARIES = "DI_CONNECT/DI-Connect-Fitness/me_0_summarizedActivities.json"
GEAR = "DI_CONNECT/DI-Connect-Fitness/me_gear.json"
FIT = "DI_CONNECT/DI-Connect-Uploaded-Files/me@example.org_55512345678.fit"


def described(conn: Conn) -> list[tuple[Any, ...]]:
    return conn.execute(
        "SELECT name, rpe, gear, is_race, garmin_activity_id, notes FROM activities"
        " ORDER BY started_at"
    ).fetchall()


WHOLE = ("Han river loop", 4.0, "Vaporfly 3", True, GARMIN_ID, "windy")


def tables() -> dict[str, bytes]:
    gear = {
        "gearDTOS": [{"gearPk": 77, "displayName": "Vaporfly 3"}],
        "gearActivityDTOs": {"77": [{"activityId": GARMIN_ID, "gearPk": 77}]},
    }
    entry = summary(description="windy", eventTypeId=1, splits=[{"a": 1}])
    return {SUMMARIES: summaries(entry), GEAR: json.dumps([gear]).encode()}


def test_tables_and_file_together(conn: Conn, user: User, home: Path, tmp_path: Path) -> None:
    folder = build.put(tmp_path / "export", {**tables(), FIT: build.fit()})
    report = imports.take(conn, user.id, folder, home=home)
    assert report.counts == {"facts": 2, "imported": 1}
    assert described(conn) == [WHOLE]


def test_tables_that_come_after_the_file(
    conn: Conn, user: User, home: Path, tmp_path: Path
) -> None:
    folder = build.put(tmp_path / "export", {FIT: build.fit()})
    imports.take(conn, user.id, folder, home=home)
    report = imports.take(conn, user.id, build.put(folder, tables()), home=home)
    assert report.described > 0
    assert described(conn) == [WHOLE]


def test_tables_that_come_long_before_the_file(
    conn: Conn, user: User, home: Path, tmp_path: Path
) -> None:
    folder = build.put(tmp_path / "export", tables())
    imports.take(conn, user.id, folder, home=home)
    imports.take(conn, user.id, build.put(folder, {"later/run.fit": build.fit()}), home=home)
    assert described(conn) == [WHOLE]


def test_what_the_runner_wrote_is_left_alone(
    conn: Conn, user: User, home: Path, tmp_path: Path
) -> None:
    folder = build.put(tmp_path / "export", {FIT: build.fit()})
    imports.take(conn, user.id, folder, home=home)
    conn.execute("UPDATE activities SET name = 'mine', rpe = NULL, edited = '{name,rpe}'")
    imports.take(conn, user.id, build.put(folder, tables()), home=home)
    assert described(conn) == [("mine", None, *WHOLE[2:])]


def test_two_runs_of_a_morning_get_their_own_names(
    conn: Conn, user: User, home: Path, tmp_path: Path
) -> None:
    later = START + timedelta(minutes=25)
    entries = summary(), summary(later, GARMIN_ID + 1, name="Strides", workoutRpe=None)
    files = {"a.fit": build.fit(), "b.fit": build.fit(later), SUMMARIES: summaries(*entries)}
    imports.take(conn, user.id, build.put(tmp_path / "export", files), home=home)
    assert [row[:2] for row in described(conn)] == [("Han river loop", 4.0), ("Strides", None)]


def test_an_upload_number_that_is_another_activitys_is_not_believed(
    conn: Conn, user: User, home: Path, tmp_path: Path
) -> None:
    wrong = summary(START - timedelta(days=400), 55_512_345_678, name="long ago")
    files = {FIT: build.fit(), SUMMARIES: summaries(wrong, summary())}
    imports.take(conn, user.id, build.put(tmp_path / "export", files), home=home)
    assert described(conn)[0][0] == "Han river loop"


def test_a_manual_entry_without_a_file_fails_nothing(
    conn: Conn, user: User, home: Path, tmp_path: Path
) -> None:
    files = {SUMMARIES: summaries(summary(manualActivity=True), {"activityId": None}, {})}
    report = imports.take(conn, user.id, build.put(tmp_path / "export", files), home=home)
    assert report.counts == {"facts": 1}


@pytest.mark.parametrize(
    "text", ["{", '{"a": 1}', "[1, 2]", '[{"summarizedActivitiesExport": 3}]', "\x00"]
)
def test_a_broken_table_goes_to_quarantine(
    conn: Conn, user: User, home: Path, tmp_path: Path, text: str
) -> None:
    files = {SUMMARIES: text.encode(), FIT: build.fit()}
    report = imports.take(conn, user.id, build.put(tmp_path / "export", files), home=home)
    assert report.counts == {"imported": 1, "quarantined": 1}
    assert conn.execute("SELECT reason_code FROM quarantine").fetchone() == ("bad_json",)


def health_tables() -> dict[str, bytes]:
    night = {
        "calendarDate": "2026-05-12", "sleepStartTimestampGMT": "2026-05-11T14:12:00.0",
        "sleepEndTimestampGMT": "2026-05-11T21:30:00.0", "deepSleepSeconds": 5400,
        "lightSleepSeconds": 14_400, "remSleepSeconds": 5400, "awakeSleepSeconds": 600,
        "sleepScores": {"overallScore": 83},
    }  # fmt: skip
    unmeasured = {"calendarDate": "2026-05-13", "sleepWindowConfirmationType": "UNCONFIRMED"}
    day = {
        "calendarDate": "2026-05-12", "totalSteps": 9000, "restingHeartRate": 47,
        "allDayStress": {"aggregatorList": [{"type": "AWAKE", "averageStressLevel": 40},
                                            {"type": "TOTAL", "averageStressLevel": 29}]},
        "bodyBattery": {"bodyBatteryStatList": [
            {"bodyBatteryStatType": "HIGHEST", "statsValue": 91},
            {"bodyBatteryStatType": "LOWEST", "statsValue": 22}]},
    }  # fmt: skip
    unworn = {
        "calendarDate": "2026-05-13",
        "allDayStress": {"aggregatorList": [{"type": "TOTAL", "averageStressLevel": -1}]},
    }
    old = {"calendarDate": {"date": "May 11, 2026 12:00:00 AM"}, "restingHeartRate": 48}
    weight = {"metaData": {"calendarDate": "2026-05-12T07:11:00.0"}, "weight": {"weight": 66_400.0}}
    status = {
        "calendarDate": "2026-05-12",
        "metrics": [{"type": "HR", "value": 47.0}, {"type": "HRV", "value": 55.0}],
    }
    return {
        "2026_sleepData.json": json.dumps([night, unmeasured]).encode(),
        "UDSFile_2026.json": json.dumps([day, unworn, old]).encode(),
        "1_userBioMetrics.json": json.dumps([weight, {"metaData": {}, "height": {}}]).encode(),
        "2026_healthStatusData.json": json.dumps([status]).encode(),
    }


def test_nights_and_days_come_in(conn: Conn, user: User, home: Path, tmp_path: Path) -> None:
    imports.take(conn, user.id, build.put(tmp_path / "export", health_tables()), home=home)
    before, day = health.days(conn, user.id, date(2026, 5, 1), date(2026, 5, 31))
    assert (before.date, before.resting_hr_bpm) == (date(2026, 5, 11), 48)
    assert day.model_dump() == {
        "date": date(2026, 5, 12), "resting_hr_bpm": 47, "hrv_ms": 55, "average_stress": 29,
        "body_battery_max": 91, "body_battery_min": 22, "weight_kg": 66.4, "sleep_s": 25_200,
        "sleep_score": 83, "hrv_source": "garmin_export",
    }  # fmt: skip
    night = conn.execute("SELECT started_at, ended_at, awake_s FROM sleep").fetchone()
    assert night == (
        datetime(2026, 5, 11, 14, 12, tzinfo=UTC),
        datetime(2026, 5, 11, 21, 30, tzinfo=UTC),
        600,
    )
    assert conn.execute("SELECT since FROM stale").fetchone() == (date(2026, 5, 11),)


def test_health_taken_twice_is_the_same_and_the_runners_words_stay(
    conn: Conn, user: User, home: Path, tmp_path: Path
) -> None:
    folder = build.put(tmp_path / "export", health_tables())
    imports.take(conn, user.id, folder, home=home)
    conn.execute(
        'UPDATE health_metrics SET weight_kg = 65, sources = sources || \'{"weight_kg": "user"}\''
        " WHERE date = '2026-05-12'"
    )
    before = conn.execute("SELECT * FROM health_metrics ORDER BY date").fetchall()
    imports.take(conn, user.id, folder, home=home, again=True)
    assert conn.execute("SELECT * FROM health_metrics ORDER BY date").fetchall() == before


def test_other_shapes_of_sleep_scores_and_times() -> None:
    body = {"calendarDate": "2026-05-12", "deepSleepSeconds": 60,
            "sleepScores": {"overall": {"value": 70}},
            "sleepStartTimestampGMT": 1_778_500_000_000}  # fmt: skip
    (event,) = garmin_tables.events("x_sleepData.json", [body])
    night = garmin_tables.nights([event])[date(2026, 5, 12)]
    assert night["score"] == 70
    assert night["started_at"] == datetime.fromtimestamp(1_778_500_000, UTC)


HEADER = (
    "Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Elapsed Time,"
    "Distance"
)
STRAVA = (
    f"{HEADER},Activity Gear,Filename,Elapsed Time\n"
    '981,"May 12, 2026, 9:30:00 PM",Evening loop,Run,"felt good, ""easy""",1200,3.6,'
    "Vaporfly 3,activities/7771234567.fit.gz,1200.0\n"
    '982,"May 14, 2026, 9:30:00 PM",Gym,Workout,,3600,0,,,3600\n'
)
TYPED_IN = ("Gym", None, None, False, None, None)


def test_a_strava_export(conn: Conn, user: User, home: Path, tmp_path: Path) -> None:
    files = {
        "activities.csv": STRAVA.encode(),
        "activities/7771234567.fit": build.fit(),
        "media/a.jpg": b"-",
    }
    report = imports.take(conn, user.id, build.put(tmp_path / "export", files), home=home)
    assert report.counts == {"facts": 1, "imported": 1, "ignored": 1}
    assert described(conn) == [
        ("Evening loop", None, "Vaporfly 3", False, None, 'felt good, "easy"'),
        TYPED_IN,
    ]


def test_a_strava_export_in_korean() -> None:
    names = tomllib.loads(strava_columns.HEADERS.read_text("utf-8"))
    words = {
        field: next(one for one in known if unicodedata.name(one[0]).startswith("HANGUL"))
        for field, known in names.items()
    }
    halves = tomllib.loads(dates.WORDS.read_text("utf-8"))["halves"]
    words["afternoon"] = halves["pm"][1]
    header = ",".join(words[f] for f in ("id", "date", "name", "type", "description", "elapsed"))
    when = f'"2026. 5. 12. {words["afternoon"]} 9:30:00"'
    table = f"{header},?,{words['file']}\n981,{when},run,Run,hot,1200,,activities/1.gpx\n"
    (found,) = strava_tables.descriptions(strava_tables.parse_rows(table.encode()).events)
    assert (found.started_at, found.name, found.notes, found.file_name, found.elapsed_s) == (
        datetime(2026, 5, 12, 21, 30, tzinfo=UTC), "run", "hot", "1.gpx", 1200.0,
    )  # fmt: skip


def test_a_strava_export_in_a_language_we_do_not_know() -> None:
    row = '981,"May 12, 2026, 9:30:00 AM",n,Run,d,60,,activities/1.gpx'
    table = f'"a","b","c","d","e","f","g","h"\n{row}\n'
    (found,) = strava_tables.descriptions(strava_tables.parse_rows(table.encode()).events)
    assert (found.name, found.file_name) == ("n", "1.gpx")
    assert found.started_at == datetime(2026, 5, 12, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "data", [b"", b"a,b\n1,2\n", b"\xff\xfe\x00", b"id,b,c,d,e,f\nx,2,3,4,5,6\n"]
)
def test_another_table_called_activities_goes_to_quarantine(
    conn: Conn, user: User, home: Path, tmp_path: Path, data: bytes
) -> None:
    folder = build.put(tmp_path / "export", {"activities.csv": data})
    report = imports.take(conn, user.id, folder, home=home)
    assert report.counts == {"quarantined": 1}


def test_garmin_is_heard_before_strava(conn: Conn, user: User, home: Path, tmp_path: Path) -> None:
    files = {**tables(), "activities.csv": STRAVA.encode(), FIT: build.fit()}
    imports.take(conn, user.id, build.put(tmp_path / "export", files), home=home)
    assert described(conn) == [WHOLE, TYPED_IN]
