"""Numbers that cannot be, files of too much, positions elsewhere, archives: bounded, and told."""

import io
import sys
import tarfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from runningcoach.ingest.files import archives, recording_rows
from runningcoach.ingest.files.archives import ArchiveWalk, ImportItem, RefusedItem
from runningcoach.ingest.files.readers import read
from tests.cases.conftest import Import
from tests.cases.inputs import (
    START,
    activity,
    counted,
    fit,
    gpx,
    lap,
    north,
    records,
    session,
    tcx,
    track,
)


def test_a_tcx_of_1e308_metres_is_finite() -> None:
    laps = lap(0, "1e308", "1e308", [(0, 0), (600, 1e308)])
    file = read(tcx(activity(laps)), "a.tcx")
    (recording,) = file.recordings
    assert file.reason_code == "implausible"
    assert {"timer_s", "distance_m"} <= {reason.partition(":")[0] for reason in file.reasons}
    assert (recording.stated.laps_timer_s, recording.stated.laps_distance_m) == (None, None)
    assert all(np.isfinite(value) for value in recording.summary.values())
    assert np.nanmax(recording.samples["distance_m"]) == 0


EXTRA = (
    "<HeartRateBpm><Value>999</Value></HeartRateBpm><AltitudeMeters>1e9</AltitudeMeters>"
    "<Cadence>9999</Cadence><Extensions><Watts>-1e300</Watts><Speed>inf</Speed></Extensions>"
)


def test_impossible_samples_are_missing_and_named() -> None:
    good, bad = counted(0, 300), counted(305, 600)
    laps = lap(0, 300, 900, good), lap(300, 300, 900, bad, EXTRA)
    file = read(tcx(activity(*laps)), "a.tcx")
    (recording,) = file.recordings
    named = {reason.partition(":")[0] for reason in file.reasons}
    assert named >= {"heart_rate_bpm", "altitude_m", "cadence_spm", "power_w"}
    assert set(recording.samples) == {"t_s", "distance_m"}
    assert len(recording.samples["t_s"]) == 121


@pytest.mark.parametrize(
    ("field", "value", "name"),
    [
        ("total_distance", 4e7, "distance_m"),
        ("total_distance", 60_000, "distance_m"),  # 100 m/s on foot
        ("total_elapsed_time", 4e6, "elapsed_s"),
        ("avg_heart_rate", 253, "average_hr_bpm"),
        ("avg_power", 65_000, "average_power_w"),
        ("total_ascent", 65_000, "ascent_m"),
    ],
)
def test_impossible_totals_of_a_session_are_missing(field: str, value: float, name: str) -> None:
    file = read(fit(records(heart_rate=120), session(**{field: value})), "a.fit")
    (recording,) = file.recordings
    assert file.reason_code == "implausible"
    assert [reason.partition(":")[0] for reason in file.reasons] == [name]
    assert getattr(recording.stated, name, None) is None
    assert recording.summary.get(name, 0) != value


def test_a_serial_beyond_the_database_is_none() -> None:
    creator = "<Creator><UnitId>1e30</UnitId><ProductID>99999999999</ProductID></Creator>"
    laps = lap(0, 600, 1800, counted(0, 600))
    (recording,) = read(tcx(activity(laps, inside=creator)), "a.tcx").recordings
    row = recording_rows.activity_row(
        recording, file_sha256="", source="tcx", timezone="UTC", status="ok", notes=()
    )
    assert (row["device_serial"], row["device_product"]) == (None, None)


# Too much ------------------------------------------------------------------------------------


def test_thousands_of_tracks_of_one_point_are_read_in_seconds() -> None:
    parts = [track([(at, "37.5", "127.0")]) for at in range(11_000)]
    began = time.process_time()
    (recording,) = read(b"<gpx>" + b"".join(parts) + b"</gpx>", "a.gpx").recordings
    assert time.process_time() - began < 3
    assert len(recording.samples["t_s"]) == 11_000


@pytest.mark.parametrize("apart", [timedelta(0), timedelta(days=1)])
def test_work_grows_with_the_number_of_tracks_and_no_faster(apart: timedelta) -> None:
    """Once, as four times as many tracks took sixteen times as long, 4 MB took minutes."""

    def calls(tracks: int) -> int:
        points = [(at, "37.5", f"{127 + at / 1e5}") for at in range(0, 60, 10)]
        parts = [
            track(points, start=START + n * (apart or timedelta(minutes=2))) for n in range(tracks)
        ]
        data, counted = b"<gpx>" + b"".join(parts) + b"</gpx>", Counter[str]()
        sys.setprofile(lambda _frame, event, _argument: counted.update([event]))
        try:
            assert read(data, "a.gpx").recordings
        finally:
            sys.setprofile(None)
        return counted["call"] + counted["c_call"]

    assert calls(400) < 4.4 * calls(100)


def test_too_many_activities_are_refused_with_their_reason() -> None:
    days = [track([(0, "37.5", "127")], start=START - timedelta(days=n)) for n in range(2001)]
    tracks = read(b"<gpx>" + b"".join(days) + b"</gpx>", "a.gpx")
    messages = [session(-n, 1, sport=n % 2) for n in range(2001)]
    sessions = read(fit(*messages, records(heart_rate=120)), "a.fit")
    assert tracks.outcome == sessions.outcome == "unreadable"
    assert tracks.reason_code == sessions.reason_code == "too_many_activities"
    assert "2000" in tracks.reasons[0].replace(",", "")


# Positions -----------------------------------------------------------------------------------

LONDON, SEOUL = (51.48, -0.001), (37.52, 126.98)
AT = datetime(2025, 3, 12, 21, 30, tzinfo=UTC)


def test_first_fixes_elsewhere_do_not_move_a_day(import_case: Import) -> None:
    run = import_case("first_fix_elsewhere").activity
    assert run["timezone"] == "Asia/Seoul"
    assert run["local_started_at"].isoformat() == "2025-03-13T06:30:00"


def run_at(*places: tuple[tuple[float, float], int], offset_s: int | None = None):
    """Return a recording with so many seconds of fixes at each place."""
    fixes = np.concatenate([np.tile(place, (count, 1)) for place, count in places])
    degrees = fixes * 2**31 / 180
    end_s = AT.timestamp() + len(fixes)
    local = {} if offset_s is None else {"local_timestamp": end_s + offset_s}
    data = fit(
        ("record", {"timestamp": AT.timestamp() + np.arange(len(fixes)),
                    "position_lat": degrees[:, 0], "position_long": degrees[:, 1]}),
        ("activity", {"timestamp": end_s, **local}),
    )  # fmt: skip
    return read(data, "a.fit").recordings[0]


@pytest.mark.parametrize(
    ("places", "offset_s", "expected"),
    [
        (((LONDON, 60), (SEOUL, 600)), None, SEOUL),
        (((SEOUL, 300), (LONDON, 60), (SEOUL, 300)), None, SEOUL),
        (((LONDON, 400), (SEOUL, 300)), 32_400, SEOUL),
        (((LONDON, 400), (SEOUL, 300)), 0, LONDON),
        (((LONDON, 1),), None, LONDON),
        ((((37.5, 179.9999), 100), ((37.5, -179.9999), 90)), None, (37.5, 179.9999)),
    ],
)
def test_the_start_is_where_others_confirm_it(places, offset_s, expected) -> None:
    found = recording_rows.start_position(run_at(*places, offset_s=offset_s))
    assert found == pytest.approx(expected, abs=1e-5)


def test_no_position_is_no_start() -> None:
    (recording,) = read(fit(records(heart_rate=120)), "a.fit").recordings
    assert recording_rows.start_position(recording) is None


# Archives ------------------------------------------------------------------------------------

GPX = gpx(north(range(0, 600, 10)), kind="running")


def test_a_colon_in_a_zip_is_no_path(import_case: Import) -> None:
    runs = import_case("colon_in_zip", "colon.zip").activities
    assert [run["started_at"].day for run in runs] == [5, 6]


def packed(path: Path, mode: str, files: dict[str, bytes]) -> Path:
    with tarfile.open(path, mode) as tar:  # pyright: ignore[reportCallIssue, reportArgumentType]
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
        link = tarfile.TarInfo("link.gpx")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    return path


@pytest.mark.parametrize(
    ("name", "mode"),
    [("a.tar", "w"), ("a.tar.gz", "w:gz"), ("a.tgz", "w:gz"), ("a.tar.xz", "w:xz")],
)
def test_tars_are_walked_like_zips(tmp_path: Path, name: str, mode: str) -> None:
    files = {"runs/07:30 Run.gpx": GPX, "../up.gpx": GPX, "c:\\up.gpx": GPX}
    found = list(ArchiveWalk(tmp_path).over([packed(tmp_path / name, mode, files)]))
    items = {one.name: one.read() for one in found if isinstance(one, ImportItem)}
    assert items == {f"{name}/runs/07:30 Run.gpx": GPX}
    assert [one.code for one in found if isinstance(one, RefusedItem)] == ["unsafe_name"] * 2


def test_a_tar_is_imported(import_paths: Import, tmp_path: Path) -> None:
    report = import_paths(packed(tmp_path / "runs.tar.gz", "w:gz", {"07:30 Run.gpx": GPX})).report
    assert report.counts["imported"] == 1


def test_a_tar_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    bomb = packed(tmp_path / "bomb.tgz", "w:gz", {"zeros.gpx": bytes(20 * 2**20)})
    assert [
        one.code for one in ArchiveWalk(tmp_path).over([bomb]) if isinstance(one, RefusedItem)
    ] == ["archive_bomb"]


def test_archives_past_the_limit_are_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {f"{n}.gpx": GPX for n in range(9)}
    monkeypatch.setattr(archives, "MAX_TOTAL_BYTES", 2 * len(GPX))
    found = list(ArchiveWalk(tmp_path).over([packed(tmp_path / "much.tar", "w", files)]))
    refused = [one for one in found if isinstance(one, RefusedItem)]
    assert [one.code for one in refused] == ["archive_too_large"]
    assert sum(isinstance(one, ImportItem) for one in found) == 3


def test_a_broken_archive_larger_than_any_file_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cut.zip").write_bytes(b"PK\x03\x04" + bytes(5000))
    monkeypatch.setattr(archives, "MAX_FILE_BYTES", 1000)
    (found,) = ArchiveWalk(tmp_path).over([tmp_path / "cut.zip"])
    assert isinstance(found, RefusedItem)
    assert (found.code, found.item) == ("archive_bad", None)
