"""Days that are asked for once more, whatever was asked before."""

from datetime import date, timedelta

from runningcoach.ingest.garmin import history_span
from runningcoach.ingest.garmin.sync_report import SyncReport

from .conftest import TODAY, Runner


def again(runner: Runner, first: date, last: date) -> SyncReport:
    return history_span.refetch_days(
        runner.conn, runner.user_id, runner.place, first, last, pace=runner.pace
    )


def test_a_range_brings_its_days_and_no_activity_of_others(keyed: Runner):
    first, last = TODAY - timedelta(days=6), TODAY - timedelta(days=4)
    assert again(keyed, first, last).stopped is None
    assert set(keyed.units()) <= {"done", "no_data"}
    assert keyed.units()["done"] > 5
    found = keyed.conn.execute("SELECT local_date FROM activities").fetchall()
    assert found
    assert all(first <= day <= last for (day,) in found)
    nights = {day for (day,) in keyed.conn.execute("SELECT date FROM sleep").fetchall()}
    assert nights & {first, first + timedelta(days=1), last}
    asked = "SELECT requests_today FROM garmin_sync_state"
    assert keyed.value(asked) == len(keyed.fake.log("personal")) > 0


def test_a_second_range_downloads_no_file_again(keyed: Runner):
    day = TODAY - timedelta(days=5)
    again(keyed, day, day)
    keyed.fake.clear_log()
    again(keyed, day, day)
    assert keyed.asked()
    assert keyed.asked("download") == []
