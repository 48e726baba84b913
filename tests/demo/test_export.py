"""The export as a whole: repeatable, of the asked length, in the asked language."""

import hashlib
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from runningcoach.base import i18n
from runningcoach.demo import write_export
from runningcoach.demo.athlete import BeforeCareer
from runningcoach.demo.export import FolderInUse

from .conftest import UNTIL, Export


def fingerprint(folder: Path) -> str:
    whole = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        whole.update(str(path.relative_to(folder)).encode() + path.read_bytes())
    return whole.hexdigest()


def written(folder: Path, **arguments: object) -> Export:
    return Export(write_export(folder, until=UNTIL, **arguments))  # type: ignore[arg-type]


def test_same_arguments_give_the_same_bytes(tmp_path: Path) -> None:
    written(tmp_path / "a", years=0.2)
    written(tmp_path / "b", years=0.2)
    written(tmp_path / "c", years=0.2, seed=8)
    assert fingerprint(tmp_path / "a") == fingerprint(tmp_path / "b")
    assert fingerprint(tmp_path / "a") != fingerprint(tmp_path / "c")


@pytest.mark.deep
def test_longer_history_ends_with_the_same_days(tmp_path: Path, export: Export) -> None:
    short = written(tmp_path / "short", years=0.25)
    files = dict(short.fit_files())
    assert len(files) > 20
    assert files.items() <= dict(export.fit_files()).items()
    for pattern in ("*_sleepData.json", "UDSFile_*.json", "*_healthStatusData.json"):
        longer = {row["calendarDate"]: row for row in export.rows(pattern)}
        # The first day alone differs: the day before it is not part of the short history.
        assert all(longer[row["calendarDate"]] == row for row in short.rows(pattern)[1:])


def test_history_is_as_long_as_asked_and_ends_before_the_run_of_the_day(export: Export) -> None:
    starts = [row["startTimeLocal"] / 1000 for row in export.activity_rows()]
    days = [datetime.fromtimestamp(start, UTC).date() for start in starts]
    assert UNTIL - timedelta(days=731) <= min(days) < UNTIL - timedelta(days=715)
    assert UNTIL - timedelta(days=5) < max(days) < UNTIL


def test_last_night_is_there_and_nothing_later(export: Export) -> None:
    wakings = [row.get("sleepEndTimestampGMT", "") for row in export.rows("*_sleepData.json")]
    assert f"{UNTIL - timedelta(days=1)}T18" < max(wakings) < f"{UNTIL}T03"
    today = export.rows("UDSFile_*.json")[-1]
    assert today["calendarDate"] == str(UNTIL)
    assert "restingHeartRate" in today
    assert "totalSteps" not in today


def test_zips_do_not_tell_when_they_were_written(export: Export) -> None:
    [path] = export.root.glob("DI-Connect-Uploaded-Files/*.zip")
    with zipfile.ZipFile(path) as archive:
        assert {member.date_time for member in archive.infolist()} == {(2020, 1, 1, 0, 0, 0)}
        assert archive.testzip() is None


def test_report_counts_what_was_written(export: Export) -> None:
    assert export.report.fit_files == len(list(export.fit_files()))
    whole = [row for row in export.activity_rows() if "parentId" not in row]
    assert export.report.activities == len(whole)
    measured = [row for row in export.rows("*_sleepData.json") if "deepSleepSeconds" in row]
    assert export.report.nights == len(measured)


@pytest.mark.parametrize(("language", "easy"), [("ko", "ko"), ("en", "en")])
def test_names_are_in_the_language(tmp_path: Path, language: str, easy: str) -> None:
    names = {
        row["name"] for row in written(tmp_path / "x", years=0.2, language=language).activity_rows()
    }
    words = i18n.words(easy, "demo")["names"]
    assert words["easy"] in names
    assert words["marathon_autumn"] in names


def test_every_row_with_a_watch_has_its_file(export: Export) -> None:
    files = {number for number, _ in export.fit_files()}
    rows = [row for row in export.activity_rows() if "parentId" not in row]
    recorded = {row["activityId"] for row in rows if not row["manualActivity"]}
    assert recorded < files  # the second watch's files have no row


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(FolderInUse):
        write_export(tmp_path, until=UNTIL)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_no_history_before_the_first_run(tmp_path: Path) -> None:
    with pytest.raises(BeforeCareer, match="2013"):
        write_export(tmp_path / "x", until=date(2012, 5, 1))
    assert not (tmp_path / "x").exists()


def test_every_activity_was_run_in_shoes_that_were_new_before(export: Export) -> None:
    [gear] = export.rows("*_gear.json")
    worn = [use["activityId"] for uses in gear["gearActivityDTOs"].values() for use in uses]
    rows = [row for row in export.activity_rows() if "parentId" not in row]
    assert sorted(worn) == sorted(row["activityId"] for row in rows)
    bought = {str(pair["gearPk"]): pair["dateBegin"] for pair in gear["gearDTOS"]}
    started = {row["activityId"]: row["startTimeLocal"] / 1000 for row in rows}
    for key, uses in gear["gearActivityDTOs"].items():
        first = datetime.fromisoformat(bought[key]).replace(tzinfo=UTC).timestamp()
        assert all(started[use["activityId"]] >= first for use in uses)
