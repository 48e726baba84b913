"""Two years of the made-up runner, written once for all tests of this room."""

import json
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

import pytest

from runningcoach.demo import DemoReport, write_export
from runningcoach.fit.decode import Columns, decode

UNTIL = date(2026, 11, 22)


class Export:
    """An export that was written, as files."""

    def __init__(self, report: DemoReport) -> None:
        self.report = report
        self.root = report.folder / "DI_CONNECT"

    def fit_files(self) -> Iterator[tuple[int, bytes]]:
        for path in sorted(self.root.glob("DI-Connect-Uploaded-Files/*.zip")):
            with zipfile.ZipFile(path) as archive:
                for name in archive.namelist():
                    yield int(name.removesuffix(".fit").rsplit("_", 1)[1]), archive.read(name)

    def rows(self, pattern: str) -> list[dict[str, Any]]:
        paths = sorted(self.root.glob(f"*/{pattern}"))
        return [row for path in paths for row in json.loads(path.read_text(encoding="utf-8"))]

    def activity_rows(self) -> list[dict[str, Any]]:
        chunks = self.rows("*_summarizedActivities.json")
        return [row for chunk in chunks for row in chunk["summarizedActivitiesExport"]]


@pytest.fixture(scope="session")
def export(tmp_path_factory: pytest.TempPathFactory) -> Export:
    folder = tmp_path_factory.mktemp("demo") / "account"
    return Export(write_export(folder, until=UNTIL))


class Filed(NamedTuple):
    """A FIT file of the export, decoded."""

    number: int
    messages: Mapping[str, Columns]

    @property
    def session(self) -> dict[str, float]:
        return {name: column[0] for name, column in self.messages["session"].items()}

    @property
    def records(self) -> Columns:
        return self.messages["record"]


@pytest.fixture(scope="session")
def filed(export: Export) -> list[Filed]:
    """Return every FIT file of the export."""
    decoded = [(number, decode(content)) for number, content in export.fit_files()]
    assert {file.status for _, file in decoded} == {"ok"}
    return [Filed(number, file.messages) for number, file in decoded]
