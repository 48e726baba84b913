"""The folder tree of a Garmin account export: FIT files in zips, summaries and days in JSON."""

import json
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import batched, groupby
from pathlib import Path

from runningcoach.base.errors import RunningCoachError
from runningcoach.demo.summaries import USER_ID, Row

EMAIL = "runner@runningcoach.example"

_ROOT = "DI_CONNECT"
_FILES_IN_ZIP = 1000
_ROWS_IN_SUMMARY = 1000
_DAYS_IN_FILE = 100
_ZIP_TIME = (2020, 1, 1, 0, 0, 0)
_UNIX, _READABLE = 3, 0o644 << 16


class FolderInUse(RunningCoachError):
    """The folder holds something already."""

    code = "demo.folder_in_use"
    status = 409


def prepare(folder: Path) -> Path:
    """Make the root of the tree in `folder`, which must be empty or new."""
    if folder.exists() and any(folder.iterdir()):
        raise FolderInUse(folder=folder)
    root = folder / _ROOT
    root.mkdir(parents=True)
    return root


def write_fit_files(root: Path, files: Iterable[tuple[int, bytes]]) -> int:
    """Write the FIT files of activities, a thousand in each zip; return how many."""
    folder = root / "DI-Connect-Uploaded-Files"
    folder.mkdir()
    count = 0
    for part, some in groupby(enumerate(files), key=lambda item: item[0] // _FILES_IN_ZIP):
        with zipfile.ZipFile(folder / f"UploadedFiles_0-_Part{part + 1}.zip", "w") as archive:
            for _, (number, content) in some:
                _put(archive, f"{EMAIL}_{number}.fit", content)
                count += 1
    return count


def _put(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    """Add a member whose bytes depend on nothing but name and content."""
    member = zipfile.ZipInfo(name, _ZIP_TIME)
    member.create_system, member.external_attr = _UNIX, _READABLE
    archive.writestr(member, content, zipfile.ZIP_DEFLATED, compresslevel=1)


def write_summaries(root: Path, rows: Sequence[Row]) -> None:
    """Write what the account says of its activities."""
    for number, some in enumerate(batched(rows, _ROWS_IN_SUMMARY)):
        name = f"{EMAIL}_{number * _ROWS_IN_SUMMARY}_summarizedActivities.json"
        content = [{"summarizedActivitiesExport": list(some)}]
        _write(root / "DI-Connect-Fitness" / name, content)


def write_gear(root: Path, content: Sequence[Row]) -> None:
    """Write which shoes were worn when."""
    _write(root / "DI-Connect-Fitness" / f"{EMAIL}_gear.json", list(content))


def write_sleep(root: Path, rows: Sequence[Row]) -> None:
    """Write the nights."""
    for first, last, some in _by_days(rows):
        name = f"{first}_{last}_{USER_ID}_sleepData.json"
        _write(root / "DI-Connect-Wellness" / name, some)


def write_health_status(root: Path, rows: Sequence[Row]) -> None:
    """Write what the mornings said: HRV and pulse."""
    for first, last, some in _by_days(rows):
        name = f"{first}_{last}_{USER_ID}_healthStatusData.json"
        _write(root / "DI-Connect-Wellness" / name, some)


def write_days(root: Path, rows: Sequence[Row]) -> None:
    """Write the summaries of the days."""
    for first, last, some in _by_days(rows):
        _write(root / "DI-Connect-Aggregator" / f"UDSFile_{first}_{last}.json", some)


def write_user(root: Path, weighings: Sequence[Row], profile: Row) -> None:
    """Write who the runner is and what he weighs."""
    folder = root / "DI-Connect-User"
    _write(folder / f"{USER_ID}_userBioMetrics.json", list(weighings))
    _write(folder / "user_profile.json", profile)


def _by_days(rows: Sequence[Row]) -> Iterator[tuple[date, date, list[Row]]]:
    """Yield the rows in pieces of a hundred days, each with its first and last day."""
    for some in batched(rows, _DAYS_IN_FILE):
        first, last = (date.fromisoformat(row["calendarDate"]) for row in (some[0], some[-1]))
        yield first, last, list(some)


def _write(path: Path, content: object) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
