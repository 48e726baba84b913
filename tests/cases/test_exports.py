"""Account exports: rows name their files in any language, and rows without a file count."""

import csv
import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from runningcoach import jobs
from runningcoach.base import i18n
from runningcoach.ingest import activity_removal, quarantine
from runningcoach.ingest.exports import dates, strava_tables
from runningcoach.ingest.files.sport_choice import UnknownSport, sport_by_name
from runningcoach.model.user import User
from tests.cases.conftest import Import
from tests.ingest import build

HEAD = "?,??,???,????,?????,??????,Weg,?,?,?,?,Zeug,Datei,?,?,??????,?b,Weg"


def archive(path: Path, **files: bytes) -> Path:
    """Write an export; `table` is its activities.csv, `run` its only file."""
    names = {"table": "activities.csv", "run": "activities/8100000001.gpx"}
    with zipfile.ZipFile(path, "w") as packed:
        for name, data in files.items():
            packed.writestr(names[name], data)
    return path


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("de.zip", ("Morgenlauf, locker", "Regen\nund Wind", "Schuh A")),
        ("fr.zip", ("Footing du matin", None, "Chaussure")),
        ("old.zip", ("Evening Run", None, "Shoe")),
    ],
)
def test_a_row_describes_the_run_whose_file_it_names(import_case: Import, name: str, told):
    case = import_case("strava_languages", name)
    (run,) = [one for one in case.activities if one["source"] == "gpx"]
    assert (run["name"], run["notes"], run["gear"]) == told
    assert case.report.rows["named"] == 1
    assert case.report.rows["file_missing"] == 0


def test_rows_of_a_german_export_without_a_file_are_activities(import_case: Import):
    case = import_case("strava_languages", "de.zip")
    typed_in = [one for one in case.activities if one["source"] == "strava"]
    assert [(one["name"], one["distance_m"], one["timer_s"]) for one in typed_in] == [
        ("Kaputt", 5400, 1800),
        ("Laufband ohne Uhr", 6000, 2400),
    ]
    assert typed_in[1]["started_at"] == datetime(2024, 9, 6, 5, tzinfo=UTC)


def test_a_treadmill_run_typed_in_at_strava(import_case: Import):
    case = import_case("typed_in", "en.zip")
    run = next(one for one in case.activities if one["source"] == "strava")
    assert (run["name"], run["sport"]) == ("Treadmill typed in", "running")
    assert (run["distance_m"], run["timer_s"], run["elapsed_s"]) == (6000, 2400, 2400)
    assert (run["distance_source"], run["time_source"]) == ("table", "table")
    assert run["load"] > 0
    assert case.report.rows["typed_in"] == 1


def test_a_run_typed_in_at_garmin(import_case: Import):
    case = import_case("typed_in", "export.zip")
    (run,) = [one for one in case.activities if one["source"] == "garmin"]
    assert (run["distance_m"], run["timer_s"], run["garmin_activity_id"]) == (
        6000, 2400, 11000000002,
    )  # fmt: skip
    assert (run["sport"], str(run["local_date"])) == ("running", "2025-10-04")


def test_the_type_column_makes_a_file_without_a_sport_a_run(import_paths: Import, tmp_path: Path):
    gpx = build.gpx(seconds=1800, name="x").replace(b"<type>running</type>", b"")
    row = '9,"May 12, 2026, 9:30:00 PM",Loop,Run,,1800,5.40,,,false,,,activities/8100000001.gpx'
    row += ",70,,1800.0,1800.0,5400.0"
    head = HEAD.replace("????,", "Activity Type,")
    case = import_paths(archive(tmp_path / "x.zip", table=f"{head}\n{row}\n".encode(), run=gpx))
    run = case.activity
    assert (run["sport"], run["name"]) == ("running", "Loop")
    # 1,800 s at 3 m/s: 5,400 m, so that its best efforts reach 5 km in 1,667 s.
    (best,) = case.rows(
        "SELECT elapsed_s FROM best_efforts WHERE user_id = %(user_id)s AND distance_m = 5000"
    )
    assert best["elapsed_s"] == pytest.approx(5000 / 3, abs=5)


def test_a_table_that_comes_later_makes_the_facts_anew(import_paths: Import, tmp_path: Path):
    gpx = build.gpx(seconds=1800, name="x").replace(b"<type>running</type>", b"")
    folder = build.put(tmp_path / "a", {"activities/8100000001.gpx": gpx})
    assert import_paths(folder).activity["sport"] == "generic"
    row = "9,2026-05-12 21:30:00,Loop,Run,,1800,5400.0,false,,activities/8100000001.gpx"
    head = "id,date,name,type,description,elapsed_time,distance,commute,gear,filename"
    case = import_paths(build.put(folder, {"activities.csv": f"{head}\n{row}\n".encode()}))
    assert case.activity["sport"] == "running"
    assert case.rows("SELECT 1 FROM best_efforts WHERE distance_m = 5000")


DATES = {
    "ko": "2024. 9. 2. \uc624\ud6c4 5:04:03", "en": "Sep 2, 2024, 5:04:03 PM",
    "en-GB": "2 Sep 2024, 17:04:03", "de": "02.09.2024, 17:04:03",
    "fr": "2 sept. 2024 \u00e0 17:04:03", "es": "2 sept 2024, 17:04:03",
    "it": "2 set 2024, 17:04:03", "nl": "2 sep. 2024 17:04:03",
    "pt": "2 de set. de 2024, 17:04:03", "ja": "2024/09/02 17:04:03",
    "ja-long": "2024\u5e749\u67082\u65e5 17:04:03", "zh": "2024\u5e749\u67082\u65e5 17:04:03",
    "zh-TW": "2024\u5e749\u67082\u65e5 \u4e0b\u53485:04:03", "pl": "2 wrz 2024, 17:04:03",
    "sv": "2 sep. 2024 17:04:03", "da": "2. sep. 2024 kl. 17.04.03",
    "no": "2. sep. 2024, 17:04:03", "ru": "2 \u0441\u0435\u043d\u0442. 2024 \u0433., 17:04:03",
    "old": "2024-09-02 17:04:03", "es-MX": "2 sep. 2024 5:04:03 p. m.",
}  # fmt: skip


@pytest.mark.parametrize("words", DATES.values(), ids=DATES.keys())
def test_dates_in_the_languages_of_strava(words: str):
    assert dates.moment(words) == datetime(2024, 9, 2, 17, 4, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("month", "words"),
    [
        (1, "enero janvier Januar stycznia gennaio jan. janv. ene sty"),
        (3, "m\u00e4rz mars marzo maart mar\u00e7o marca mrt."),
        (5, "mai mayo maggio mei maj maja"),
        (6, "juin juni junio giugno czerwca"),
        (7, "juillet juli julio luglio lipca"),
        (8, "ao\u00fbt agosto sierpnia aug."),
        (10, "pa\u017adziernika octubre ottobre oktober out. okt."),
        (12, "d\u00e9c. dez. dic. grudnia desember diciembre"),
    ],
)
def test_months_by_their_names(month: int, words: str):
    for word in words.split():
        found = dates.moment(f"4 {word} 2023, 06:00:00")
        assert found == datetime(2023, month, 4, 6, tzinfo=UTC), word


def rows(header: str, *lines: str) -> list[strava_tables.Description]:
    return strava_tables.descriptions(
        strava_tables.parse_rows("\n".join([header, *lines]).encode()).events
    )


def test_columns_of_an_unknown_language_by_what_is_in_them():
    line = '{n},"2. sep. 2024 kl. 0{n}.00.00",Tur,Run,note,0:30:00,"5,40",150,9,false,,Sko,{file}'
    line += ",70.0,,1800.0,1795.0,5400.0"
    first, second = rows(
        HEAD, line.format(n=1, file="activities/81.fit.gz"), line.format(n=2, file="")
    )
    assert (first.file_name, first.name, first.notes, first.gear) == (
        "81.fit.gz", "Tur", "note", "Sko",
    )  # fmt: skip
    assert first.started_at == datetime(2024, 9, 2, 1, tzinfo=UTC)
    assert (second.is_typed_in, second.distance_m, second.elapsed_s, second.timer_s) == (
        True, 5400, 1800, 1795,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("elapsed", "distance", "metres"),
    [
        ("1800", "5.40", 5400),  # kilometres with a point
        ("0:30:00", '"5,40"', 5400),  # with a comma, time as a clock
        ("1800.0", "5400.0", 5400),  # metres, before 2019
        ('"1,800"', '"5,400.0"', 5400),  # thousands
    ],
)
def test_distances_and_times_however_they_are_written(elapsed: str, distance: str, metres: float):
    head = "id,date,name,type,description,elapsed_time,distance,commute,gear,filename"
    (row,) = rows(head, f"7,2018-09-12 15:02:23,a,Run,,{elapsed},{distance},false,,")
    assert (row.elapsed_s, row.distance_m) == (1800, pytest.approx(metres))


def test_the_day_and_the_month_are_told_by_the_whole_table():
    head = "id,date,name,type,description,elapsed_time,distance,commute,gear,filename"
    line = "{n},{date} 05:00,a,Run,,1800,5400,false,,"
    days = rows(head, line.format(n=1, date="03/04/2024"), line.format(n=2, date="25/04/2024"))
    assert [row.started_at.day for row in days if row.started_at] == [3, 25]
    days = rows(head, line.format(n=1, date="03/04/2024"), line.format(n=2, date="04/25/2024"))
    assert [row.started_at.day for row in days if row.started_at] == [4, 25]


def test_a_date_that_cannot_be_read_does_not_keep_the_name_from_its_file(
    import_paths: Import, tmp_path: Path
):
    row = "9,heute,Loop,Run,,1800,5400.0,false,Shoe,activities/8100000001.gpx"
    typed = "10,heute,Lost,Run,,1800,5400.0,false,,"
    head = "id,date,name,type,description,elapsed_time,distance,commute,gear,filename"
    table = f"{head}\n{row}\n{typed}\n".encode()
    case = import_paths(archive(tmp_path / "x.zip", table=table, run=build.gpx()))
    assert (case.activity["name"], case.activity["gear"]) == ("Loop", "Shoe")
    assert case.report.rows["no_date"] == 1


HEADER = "id,date,name,type,description,elapsed_time,distance,commute,gear,filename\n"
TYPED = "7,2026-05-12 21:30:00,By hand,Run,,1200,3600,false,,\n"


@pytest.mark.parametrize("first", ["table", "file"])
def test_a_typed_in_row_and_a_file_of_its_time_are_one(
    import_paths: Import, tmp_path: Path, first: str
):
    parts = {
        "table": build.put(tmp_path / "t", {"activities.csv": (HEADER + TYPED).encode()}),
        "file": build.put(tmp_path / "f", {"run.fit": build.fit()}),
    }
    import_paths(parts.pop(first))
    case = import_paths(*parts.values())
    assert (case.activity["source"], case.activity["name"]) == ("fit", "By hand")


def test_a_typed_in_row_comes_in_once_follows_its_row_and_stays_deleted(
    import_paths: Import, tmp_path: Path
):
    folder = tmp_path / "t"
    case = import_paths(build.put(folder, {"activities.csv": (HEADER + TYPED).encode()}))
    number = case.activity["id"]
    longer = (HEADER + TYPED.replace("3600", "4000")).encode()
    case = import_paths(build.put(folder, {"activities.csv": longer}))
    assert (case.activity["id"], case.activity["distance_m"]) == (number, 4000)
    assert activity_removal.remove(case.conn, case.user.id, number, case.home)
    third = (HEADER + TYPED.replace("By hand", "Renamed")).encode()
    assert import_paths(build.put(folder, {"activities.csv": third})).activities == []
    (held,) = quarantine.everything(case.conn, case.user.id)
    quarantine.retry(case.conn, case.user.id, [held.id], home=case.home)
    assert case.activity["distance_m"] == 3600
    assert quarantine.everything(case.conn, case.user.id) == []


def summaries(text: str) -> bytes:
    return f'[{{"summarizedActivitiesExport": [{text}]}}]'.encode()


MANUAL = (
    '{{"activityId": {n}, "name": "by hand", "activityType": "running", "manualActivity": true,'
    ' "beginTimestamp": {ms}, "duration": {duration}, "distance": {distance}}}'
)


@pytest.mark.parametrize(
    "odd",
    [
        '"distance": NaN', '"distance": Infinity', '"distance": 1e400', '"distance": 1e300',
        f'"distance": {"9" * 5000}', '"name": "\\ud800 half"', '"name": "a\\u0000b"',
        '"activityId": 21, "activityId": 22', '"duration": -1e999',
        '"workoutRpe": 1e308, "avgHr": -Infinity',
    ],
)  # fmt: skip
def test_odd_json_stops_nothing(import_paths: Import, tmp_path: Path, odd: str):
    ms = round(datetime(2026, 5, 13, 6, tzinfo=UTC).timestamp() * 1000)
    good = MANUAL.format(n=12, ms=ms, duration=2_400_000, distance=600_000)
    other = f'{{"activityId": 20, "beginTimestamp": {ms}, "duration": 60000, {odd}}}'
    night = {"calendarDate": "2026-05-12", "deepSleepSeconds": 5400, "lightSleepSeconds": 9000}
    files = {
        "me_0_summarizedActivities.json": summaries(f"{other}, {good}"),
        "2026_sleepData.json": json.dumps([night]).encode(),
        "run.fit": build.fit(),
    }
    case = import_paths(build.put(tmp_path / "export", files))
    assert [(one["source"], one["distance_m"]) for one in case.activities] == [
        ("fit", 3600), ("garmin", 6000),
    ]  # fmt: skip
    assert case.rows("SELECT total_s FROM sleep") == [{"total_s": 14_400}]


@pytest.mark.parametrize(
    "body",
    [
        "[" * 5000 + "]" * 5000,
        '[{"calendarDate": "2026-05-12", "metrics": ' + "[" * 300 + "]" * 300 + "}]",
        '[{"calendarDate": "2026-05-12"',
        '[{"calendarDate": "2026-05-12", "metrics": '
        + '{"a":' * 20_000
        + "1"
        + "}" * 20_000
        + "}]",
        "[" + "9" * 2_000_000 + "]",
        '[{"calendarDate": "2026-05-12"}, \udc80]',
    ],
)
def test_one_bad_table_goes_to_quarantine_alone(import_paths: Import, tmp_path: Path, body: str):
    files = {
        "2026_healthStatusData.json": body.encode(errors="surrogateescape"),
        "run.fit": build.fit(),
    }
    case = import_paths(build.put(tmp_path / "export", files))
    assert case.report.counts == {"quarantined": 1, "imported": 1}
    assert case.rows("SELECT reason_code FROM quarantine") == [{"reason_code": "bad_json"}]


@pytest.mark.slow
@pytest.mark.deep
def test_a_number_of_a_hundred_megabytes_stops_nothing(import_paths: Import, tmp_path: Path):
    files = {
        "2026_healthStatusData.json": b'[{"calendarDate": ' + b"9" * 100_000_000 + b"}]",
        "2026_UDSFile.json": b'[{"calendarDate": "2026-05-12", "totalSteps": 5000}]',
        "run.fit": build.fit(),
    }
    case = import_paths(build.put(tmp_path / "export", files))
    assert case.report.counts["imported"] == 1
    assert case.rows("SELECT steps FROM health_metrics") == [{"steps": 5000}]


ODD_CELLS = (
    "NaN", "inf", "-Infinity", "1e400", "1e308", "9" * 5000, "-1", "\x00", "\x00" * 50,
    "a" * 300_000,
)  # fmt: skip


@pytest.mark.parametrize("field", ["Elapsed Time", "Distance", "Average Heart Rate", "Activity ID"])
def test_odd_cells_of_a_table_of_strava_stop_nothing(import_paths: Import, tmp_path: Path, field):
    known = {
        "Activity ID": "1", "Activity Date": "May 13, 2026, 6:00:00 AM", "Activity Name": "Run",
        "Activity Type": "Run", "Activity Description": "", "Elapsed Time": "2400",
        "Distance": "6.00", "Average Heart Rate": "150", "Filename": "",
    }  # fmt: skip
    rows = [known] + [
        known | {"Activity ID": f"{n}", "Activity Date": f"May {n}, 2026, 6:00:00 AM", field: odd}
        for n, odd in enumerate(ODD_CELLS, start=14)
    ]
    table = io.StringIO()
    writer = csv.DictWriter(table, list(known))
    writer.writeheader()
    writer.writerows(rows)
    files = {"activities.csv": table.getvalue().encode(), "run.fit": build.fit()}
    case = import_paths(build.put(tmp_path / "export", files))
    assert case.report.counts["imported"] == 1
    found = case.rows("SELECT distance_m, elapsed_s, average_hr_bpm FROM activities")
    assert {"distance_m": 6000.0, "elapsed_s": 2400.0, "average_hr_bpm": 150.0} in found
    for row in found:
        assert 0 < row["elapsed_s"] <= 864_000
        assert row["distance_m"] is None or 0 < row["distance_m"] <= 1e6
        assert row["average_hr_bpm"] is None or 30 <= row["average_hr_bpm"] <= 240


def test_numbers_of_days_and_nights_are_held_to_bounds(import_paths: Import, tmp_path: Path):
    days = [
        {"calendarDate": "2026-05-12", "totalSteps": 1e12, "restingHeartRate": 47},
        {"calendarDate": "0001-01-01", "totalSteps": 5},
        {"calendarDate": "9999-12-31", "totalSteps": 5},
    ]
    nights = [
        {"calendarDate": "2026-05-12", "deepSleepSeconds": 1e9, "lightSleepSeconds": 9000,
         "sleepScores": {"overallScore": 1e6}, "sleepStartTimestampGMT": "2020-01-01T00:00:00"},
    ]  # fmt: skip
    weight = {"metaData": {"calendarDate": "2026-05-12"}, "weight": {"weight": 1e9}}
    files = {
        "UDSFile_1.json": json.dumps(days).encode(),
        "1_sleepData.json": json.dumps(nights).encode(),
        "1_userBioMetrics.json": json.dumps([weight]).encode(),
    }
    case = import_paths(build.put(tmp_path / "export", files))
    (day,) = case.rows("SELECT date, steps, resting_hr_bpm, weight_kg FROM health_metrics")
    assert (str(day["date"]), day["steps"], day["resting_hr_bpm"], day["weight_kg"]) == (
        "2026-05-12", None, 47, None,
    )  # fmt: skip
    (night,) = case.rows("SELECT deep_s, total_s, score, started_at FROM sleep")
    assert night == {"deep_s": None, "total_s": 9000, "score": None, "started_at": None}


def test_a_row_of_the_future_and_one_without_a_time_are_told(import_paths: Import, tmp_path: Path):
    later = datetime.now(UTC) + timedelta(days=30)
    lines = [
        f"7,{later:%Y-%m-%d %H:%M:%S},a,Run,,1800,5400,false,,",
        "8,2024-05-12 21:30:00,a,Run,,,5400,false,,",
        "x,2024-05-12 21:30:00,a,Run,,60,5400,false,,",
        "9,2024-05-12 21:30:00,a,Run,,60,200,false,,activities/1234567890.fit",
        "10,2024-05-12 21:30:00,a,Run,,60,200,false,,activities/1234567899.fit",
    ]
    table = (HEADER + "\n".join(lines)).encode()
    case = import_paths(build.put(tmp_path / "t", {"activities.csv": table}))
    assert case.activities == []
    told = case.report.rows
    names = ("future", "no_time", "no_id", "named", "file_missing")
    assert [told[name] for name in names] == [1, 1, 1, 2, 2]


def test_files_without_a_sport_take_the_one_of_the_import(
    conn: psycopg.Connection[Any], user: User, home: Path, cases: Path
):
    """The command's --sport is for files that state none, and for no other."""
    vague = build.gpx(seconds=600, name="x").replace(b"<type>running</type>", b"")
    track = build.put(home / "x", {"track.gpx": vague})
    paths = [cases / "week_mixes_sports" / "history.zip", track]
    jobs.take_files(conn, user.id, paths, home=home, sport=sport_by_name("hiking"))
    sports = conn.execute("SELECT sport FROM activities WHERE source = 'gpx'").fetchall()
    assert sports == [("hiking",)]
    others = {sport for (sport,) in conn.execute("SELECT DISTINCT sport FROM activities")}
    assert {"running", "cycling"} <= others
    with pytest.raises(UnknownSport):
        sport_by_name("quidditch")


def test_the_report_has_one_line_for_many_of_one_kind(import_paths: Import, tmp_path: Path):
    data = build.fit()
    files = {f"copy{n}.fit": data for n in range(7)}
    case = import_paths(build.put(tmp_path / "copies", files))
    assert case.report.counts == {"imported": 1, "duplicate": 6}
    with i18n.speaking("en"):
        told = str(case.report).splitlines()
    (line,) = [one for one in told if "copy1.fit" in one]
    assert "copy1.fit and 5 more: duplicate." in line
    assert not [one for one in told if "copy2.fit" in one]


def test_the_report_says_in_words_what_became_of_rows(import_case: Import):
    case = import_case("strava_languages", "de.zip")
    for language, words in (("en", "without a file: 2."), ("ko", ": 2")):
        with i18n.speaking(language):
            assert words in str(case.report)
