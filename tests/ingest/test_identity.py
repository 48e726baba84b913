"""Which recordings are one activity, and which of them is used."""

from datetime import UTC, datetime, timedelta

import pytest

from runningcoach.ingest import matching
from runningcoach.ingest.matching import RecordingIdentity
from runningcoach.store.imports import SimilarActivity

START = datetime(2026, 5, 12, 6, tzinfo=UTC)
COMMON = {
    "file_sha256": "a", "leg": 0, "source": "fit", "garmin_activity_id": None,
    "device_serial": None, "device_created_at": None, "sport": "running", "started_at": START,
    "elapsed_s": 3600.0, "decode_status": "ok", "samples": 3601,
}  # fmt: skip


def claim(**more: object) -> RecordingIdentity:
    return RecordingIdentity(**{**COMMON, "file_sha256": "new", **more})  # type: ignore[arg-type]


def stored(**more: object) -> SimilarActivity:
    return SimilarActivity(**{**COMMON, "id": 1, "file_name": "old.fit", **more})  # type: ignore[arg-type]


def code(new: RecordingIdentity, *old: SimilarActivity) -> str | None:
    found = matching.match(new, old)
    return found.code if found else None


LATER = {"started_at": START + timedelta(hours=1)}


def test_the_same_file_is_known_whatever_else_changed() -> None:
    assert code(claim(file_sha256="a", sport="cycling", **LATER), stored()) == "same_content"


def test_garmins_number_decides_while_the_times_agree() -> None:
    new = {"garmin_activity_id": 7, "started_at": START + timedelta(minutes=50)}
    assert code(claim(**new), stored(garmin_activity_id=7)) == "same_garmin_activity"
    assert code(claim(garmin_activity_id=7, **LATER), stored(garmin_activity_id=7)) is None


def test_the_device_decides_while_the_times_agree() -> None:
    device = {"device_serial": 9, "device_created_at": START}
    torn = claim(**device, elapsed_s=600.0)
    assert code(torn, stored(**device)) == "same_device_file"
    assert code(claim(**device, **LATER), stored(**device)) is None
    assert code(torn, stored(device_serial=9, device_created_at=None)) is None


@pytest.mark.parametrize(
    ("shift_s", "elapsed_s", "sport", "same"),
    [
        (0, 3600, "running", True),
        (60, 3600, "walking", True),
        (700, 3600, "running", True),
        (800, 3600, "running", False),
        (0, 2900, "running", True),
        (0, 2800, "running", False),
        (0, 3600, "cycling", False),
        (3600, 3600, "running", False),
        (-3600, 3600, "running", False),
    ],
)
def test_sport_and_time(shift_s: int, elapsed_s: float, sport: str, same: bool) -> None:
    new = claim(started_at=START + timedelta(seconds=shift_s), elapsed_s=elapsed_s, sport=sport)
    assert (code(new, stored()) == "same_time") is same


def test_the_one_that_shares_most_is_meant() -> None:
    near = stored(id=2, started_at=START + timedelta(seconds=30))
    found = matching.match(claim(), [stored(id=1, started_at=START - timedelta(seconds=500)), near])
    assert found is not None
    assert found.activity.id == 2


@pytest.mark.parametrize(
    ("new", "old", "better"),
    [
        ({}, {"source": "gpx", "samples": 9999}, True),
        ({"source": "tcx"}, {"source": "gpx"}, True),
        ({"source": "gpx", "samples": 9999}, {}, False),
        ({}, {"decode_status": "salvaged", "samples": 9999}, True),
        ({"decode_status": "salvaged", "samples": 9999}, {}, False),
        ({"samples": 3602}, {}, True),
        ({}, {}, False),
    ],
)
def test_the_better_recording(new: dict[str, object], old: dict[str, object], better: bool) -> None:
    assert matching.is_better(claim(**new), stored(**old)) is better
