"""The day and the zone of an activity, and other small readings."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from runningcoach.ingest.files import recording_rows
from runningcoach.ingest.files.readers import Device, Recording

SEOUL, AUCKLAND, LOS_ANGELES = (37.5326, 127.0246), (-36.8485, 174.7633), (34.0522, -118.2437)
SUMMER = datetime(2026, 7, 1, 12, tzinfo=UTC)
WINTER = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("position", "offset_s", "at", "home_zone", "expected"),
    [
        (SEOUL, None, SUMMER, "UTC", "Asia/Seoul"),
        (AUCKLAND, 32_400, SUMMER, "Asia/Seoul", "Pacific/Auckland"),
        (None, None, SUMMER, "Asia/Seoul", "Asia/Seoul"),
        (None, 32_400, SUMMER, "Asia/Seoul", "Asia/Seoul"),
        (None, 32_397, SUMMER, "Asia/Seoul", "Asia/Seoul"),
        (None, 7200, SUMMER, "Europe/Berlin", "Europe/Berlin"),
        (None, 7200, WINTER, "Europe/Berlin", "Etc/GMT-2"),
        (None, 3600, WINTER, "Europe/Berlin", "Europe/Berlin"),
        (None, -28_800, SUMMER, "Asia/Seoul", "Etc/GMT+8"),
        (None, 0, SUMMER, "Asia/Seoul", "UTC"),
        (None, 19_800, SUMMER, "Asia/Seoul", "Asia/Kolkata"),
        (None, 10**9, SUMMER, "Asia/Seoul", "Asia/Seoul"),
    ],
)
def test_the_zone_is_that_of_the_start(
    position: tuple[float, float] | None,
    offset_s: int | None,
    at: datetime,
    home_zone: str,
    expected: str,
) -> None:
    assert recording_rows.zone(position, offset_s, at, home_zone) == expected


@pytest.mark.parametrize("offset_s", sorted(recording_rows.BROKEN_HOURS))
def test_zones_of_broken_hours_have_that_offset(offset_s: int) -> None:
    offsets = {
        recording_rows.offset_of(recording_rows.BROKEN_HOURS[offset_s], at)
        for at in (SUMMER, WINTER)
    }
    assert offset_s in offsets


@pytest.mark.parametrize("hours", range(-12, 15))
def test_fixed_zones_have_the_offset_they_stand_for(hours: int) -> None:
    zone = recording_rows.fixed_zone(hours * 3600)
    assert recording_rows.offset_of(zone, SUMMER) == hours * 3600


def recorded(started_at: datetime) -> Recording:
    return Recording(
        leg=0, sport="running", sub_sport=None, started_at=started_at, utc_offset_s=None,
        samples={}, pauses=(), laps=(), summary={"elapsed_s": 60.0, "distance_m": float("nan")},
        device=Device(name="watch\0", product=2**40), name="  ", notes="a\0b", is_treadmill=False,
        has_gps=True, rr_ms=None,
    )  # fmt: skip


def row(started_at: datetime, timezone: str) -> dict[str, object]:
    return recording_rows.activity_row(
        recorded(started_at), file_sha256="f" * 64, source="fit", timezone=timezone, status="ok",
        notes=("a\0",),
    )  # fmt: skip


@pytest.mark.parametrize(("hour", "day"), [(14, 12), (15, 13)])
def test_a_run_after_midnight_in_seoul_belongs_to_the_new_day(hour: int, day: int) -> None:
    found = row(datetime(2026, 5, 12, hour, 50, tzinfo=UTC), "Asia/Seoul")
    assert found["local_date"] == date(2026, 5, day)


def test_a_day_is_lived_twice_over_the_date_line() -> None:
    """Run at 7 in Auckland, fly to Los Angeles, run at 10: the same date, 19 hours apart."""
    auckland = datetime(2026, 6, 1, 7, tzinfo=ZoneInfo("Pacific/Auckland")).astimezone(UTC)
    angeles = datetime(2026, 6, 1, 10, tzinfo=ZoneInfo("America/Los_Angeles")).astimezone(UTC)
    found = [
        row(at, recording_rows.zone(place, None, at, "Asia/Seoul"))["local_date"]
        for at, place in ((auckland, AUCKLAND), (angeles, LOS_ANGELES))
    ]
    assert angeles > auckland
    assert found == [date(2026, 6, 1), date(2026, 6, 1)]


def test_a_run_through_the_change_of_clocks_keeps_the_day_of_its_start() -> None:
    before = datetime(2026, 11, 1, 8, 30, tzinfo=UTC)  # 1:30 in Los Angeles, for the first time
    again = datetime(2026, 11, 1, 9, 30, tzinfo=UTC)
    clocks = [row(at, "America/Los_Angeles")["local_started_at"] for at in (before, again)]
    assert clocks[0] == clocks[1] == datetime(2026, 11, 1, 1, 30)  # noqa: DTZ001


def test_values_that_the_database_cannot_hold_become_unknown() -> None:
    found = row(SUMMER, "UTC")
    assert found["distance_m"] is None
    assert found["device_product"] is None
    assert found["device_name"] == "watch"
    assert found["name"] is None
    assert found["notes"] == "ab"
    assert found["decode_notes"] == ["a"]


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("x/12345678901_ACTIVITY.fit", 12345678901),
        ("activity_12345678901.tcx", 12345678901),
        ("activity_12345678901.gpx.gz", 12345678901),
        ("me@example.org_12345678901.fit", None),
        ("12345678901.fit", None),
        ("2026-05-12-06-00-00.fit", None),
    ],
)
def test_numbers_that_only_garmin_writes(name: str, number: int | None) -> None:
    assert recording_rows.garmin_number(name) == number


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("running", "running", True),
        ("running", "walking", True),
        ("running", "generic", True),
        ("running", "cycling", False),
        ("swimming", "cycling", False),
    ],
)
def test_sports_that_may_be_one(one: str, other: str, same: bool) -> None:
    assert recording_rows.is_same_family(one, other) is same


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Aug 20, 2026, 11:01:45 AM", datetime(2026, 8, 20, 11, 1, 45, tzinfo=UTC)),
        ("Aug 20, 2026, 12:01:45 AM", datetime(2026, 8, 20, 0, 1, 45, tzinfo=UTC)),
        ("Aug 2, 2026, 12:01:45\u202fPM", datetime(2026, 8, 2, 12, 1, 45, tzinfo=UTC)),
        ("Foo 2, 2026, 12:01:45 PM", None),
        ("Feb 30, 2026, 12:01:45 PM", None),
    ],
)
def test_english_times(words: str, expected: datetime | None) -> None:
    assert recording_rows.english_moment(words) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1_778_500_000_000, datetime.fromtimestamp(1_778_500_000, UTC)),
        ("2026-05-11T14:12:00.0", datetime(2026, 5, 11, 14, 12, tzinfo=UTC)),
        ("2026-05-11T23:12:00+09:00", datetime(2026, 5, 11, 14, 12, tzinfo=UTC)),
        (1e300, None),
        (True, None),
        ("soon", None),
    ],
)
def test_moments(value: object, expected: datetime | None) -> None:
    assert recording_rows.moment(value) == expected
