"""What befalls the account: late and double uploads, new names, deletions, odd sources, time."""

import io
import zipfile
from datetime import date, datetime, timedelta

import pytest
from garminconnect import Garmin, GarminConnectNotFoundError

from runningcoach.fit.decode import decode
from runningcoach.simulators.garmin import SimulatorClient

from .conftest import UNTIL

ORIGINAL = Garmin.ActivityDownloadFormat.ORIGINAL


def original(garmin: Garmin, number: int) -> tuple[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(garmin.download_activity(str(number), ORIGINAL))) as opened:
        [name] = opened.namelist()
        return name, opened.read(name)


def test_late_upload_stands_among_its_own_days(fake: SimulatorClient, garmin: Garmin) -> None:
    before = garmin.count_activities()
    number = fake.late_upload()
    assert garmin.count_activities() == before + 1
    day = str(UNTIL - timedelta(days=35))
    assert number in [row["activityId"] for row in garmin.get_activities_by_date(day, day)]
    rows = garmin.get_activities(0, 100)
    assert rows[0]["activityId"] != number
    starts = [row["startTimeGMT"] for row in rows]
    assert starts == sorted(starts, reverse=True)
    name, content = original(garmin, number)
    assert name == f"{number}_ACTIVITY.fit"
    [row] = [row for row in rows if row["activityId"] == number]
    assert decode(content).messages["session"]["start_time"][0] == row["beginTimestamp"] / 1000


def test_new_name_is_in_list_and_summary(fake: SimulatorClient, garmin: Garmin) -> None:
    number = fake.activity_ids()[3]
    content = original(garmin, number)
    fake.rename(number, "Morning along the river")
    assert garmin.get_activities(3, 1)[0]["activityName"] == "Morning along the river"
    assert garmin.get_activity(str(number))["activityName"] == "Morning along the river"
    assert original(garmin, number) == content


def test_deleted_activity_is_gone(fake: SimulatorClient, garmin: Garmin) -> None:
    number, before = fake.activity_ids()[2], garmin.count_activities()
    fake.delete(number)
    assert garmin.count_activities() == before - 1
    assert number not in [row["activityId"] for row in garmin.get_activities(0, 10)]
    with pytest.raises(GarminConnectNotFoundError):
        garmin.get_activity(str(number))
    with pytest.raises(GarminConnectNotFoundError):
        garmin.download_activity(str(number), ORIGINAL)


def test_two_watches_record_one_run(fake: SimulatorClient, garmin: Garmin) -> None:
    first, second = (garmin.get_activity(str(number)) for number in fake.two_devices())
    starts = [datetime.fromisoformat(one["summaryDTO"]["startTimeGMT"]) for one in (first, second)]
    assert abs(starts[1] - starts[0]) < timedelta(minutes=1)
    devices = {one["metadataDTO"]["deviceMetaDataDTO"]["deviceId"] for one in (first, second)}
    assert len(devices) == 2
    lengths = [one["summaryDTO"]["distance"] for one in (first, second)]
    assert lengths[0] != lengths[1]
    assert lengths[0] == pytest.approx(lengths[1], rel=0.02)


def test_run_beyond_the_date_line_has_two_dates(fake: SimulatorClient, garmin: Garmin) -> None:
    summary = garmin.get_activity(str(fake.date_line(days_ago=5)))
    local = datetime.fromisoformat(summary["summaryDTO"]["startTimeLocal"])
    gmt = datetime.fromisoformat(summary["summaryDTO"]["startTimeGMT"])
    assert local.date() == UNTIL - timedelta(days=5)
    assert gmt.date() == local.date() + timedelta(days=1)
    assert gmt - local == timedelta(hours=10)
    assert summary["timeZoneUnitDTO"]["timeZone"] == "Pacific/Honolulu"


def test_typed_in_activity_has_no_file(fake: SimulatorClient, garmin: Garmin) -> None:
    number = fake.manual()
    assert garmin.get_activity(str(number))["metadataDTO"]["manualActivity"]
    with pytest.raises(GarminConnectNotFoundError):
        garmin.download_activity(str(number), ORIGINAL)


def test_imported_run_is_a_gpx_file(fake: SimulatorClient, garmin: Garmin) -> None:
    number = fake.gpx_import()
    name, content = original(garmin, number)
    assert name == f"{number}.gpx"
    assert content.startswith(b"<?xml")
    assert content.count(b"<trkpt") > 600
    assert garmin.get_activity(str(number))["metadataDTO"]["fileFormat"]["formatKey"] == "gpx"


def test_days_go_by(fake: SimulatorClient, garmin: Garmin) -> None:
    before = fake.activity_ids()
    late = fake.late_upload()
    fake.today(UNTIL + timedelta(days=7))
    after = fake.activity_ids()
    assert set(before) | {late} < set(after)
    assert 2 <= len(after) - len(before) - 1 <= 8
    new = garmin.get_activities(0, 1)[0]
    assert str(UNTIL) <= new["startTimeLocal"][:10] < str(UNTIL + timedelta(days=7))
    assert garmin.get_stats(str(UNTIL))["totalSteps"]
    fake.reset()
    assert fake.activity_ids() == before


def test_first_day_stays_while_days_go_by(fake: SimulatorClient) -> None:
    oldest = fake.activity_ids()[-1]
    fake.today(date(2027, 3, 1))
    assert fake.activity_ids()[-1] == oldest
