"""The incremental run: few requests, and nothing that changed at Garmin goes unseen."""

from datetime import timedelta

import pytest

from runningcoach.base import i18n
from runningcoach.ingest.garmin import connection
from runningcoach.store import database
from runningcoach.store.blobs import files

from .conftest import TODAY, Runner

LISTING = "/activities/search/"


def changed(runner: Runner, before: dict[str, list[str]]) -> list[str]:
    """Return the rows that came or went, but for notes that there was nothing."""
    after = runner.tables()
    found = [row for name, rows in after.items() for row in set(rows) ^ set(before[name])]
    return [row for row in found if not row.startswith('{"body": null')]


def a_day_later(runner: Runner) -> None:
    """Let the daily look at the last weeks be due."""
    runner.conn.execute("UPDATE garmin_sync_state SET reconciled_45_at = now() - interval '1 day'")


def a_week_later(runner: Runner) -> None:
    a_day_later(runner)
    runner.conn.execute("UPDATE garmin_sync_state SET reconciled_90_at = now() - interval '7 days'")


def test_nothing_new_takes_at_most_twelve_requests(kept_up: Runner):
    before = kept_up.tables()
    report = kept_up.sync()
    assert (report.new, report.changed, report.deleted, report.stopped) == (0, 0, 0, None)
    assert len(kept_up.asked()) <= 12
    assert kept_up.asked("/download-service/") == []
    assert changed(kept_up, before) == []


@pytest.mark.parametrize("later", [a_day_later, a_week_later])
def test_nothing_new_takes_at_most_twelve_also_when_weeks_are_compared(kept_up: Runner, later):
    later(kept_up)
    assert kept_up.sync().stopped is None
    assert len(kept_up.asked()) <= 12
    assert kept_up.asked("/download-service/") == []


def test_one_new_run_takes_at_most_twenty_requests(kept_up: Runner):
    number = kept_up.fake.late_upload(days_ago=1)
    report = kept_up.sync()
    assert report.new == 1
    assert len(kept_up.asked()) <= 20
    assert [call.path.rsplit("/", 1)[-1] for call in kept_up.asked("/download-service/")] == [
        str(number)
    ]
    assert kept_up.value("SELECT count(*) FROM activities WHERE garmin_activity_id = %s", number)


def test_first_sync_brings_the_newest_and_leaves_the_rest_to_the_backfill(keyed: Runner):
    report = keyed.sync()
    assert report.new == 20
    assert len(keyed.asked(LISTING)) == 1


def test_sync_tells_what_it_did_in_the_reader_s_language(kept_up: Runner):
    report = kept_up.sync()
    with i18n.speaking("en"):
        assert str(report).startswith(f"{report.requests} requests: 0 activities new")
    assert str(report).startswith("요청 ")


def test_late_upload_beyond_the_first_page_is_found_once_a_day(kept_up: Runner):
    number = kept_up.fake.late_upload(days_ago=43)
    assert kept_up.sync().new == 0
    a_day_later(kept_up)
    assert kept_up.sync().new == 1
    day = kept_up.value("SELECT local_date FROM activities WHERE garmin_activity_id = %s", number)
    assert day == TODAY - timedelta(days=43)
    assert len(kept_up.asked("/download-service/")) == 1


def test_late_upload_of_five_weeks_ago_comes_with_its_file(kept_up: Runner):
    number = kept_up.fake.late_upload(days_ago=35)
    a_day_later(kept_up)
    assert kept_up.sync().new == 1
    assert kept_up.value("SELECT source FROM activities WHERE garmin_activity_id = %s", number) == (
        "fit"
    )
    assert len(kept_up.asked("/download-service/")) == 1


@pytest.mark.deep
def test_count_finds_a_late_upload_at_once(signed: Runner):
    signed.sync()
    signed.backfill()
    signed.fake.clear_log()
    assert signed.sync().new == 0
    assert len(signed.asked(LISTING)) == 1
    signed.fake.late_upload(days_ago=43)
    assert signed.sync().new == 1


def test_edited_name_arrives_and_what_the_runner_wrote_stays(kept_up: Runner):
    first, second = kept_up.fake.activity_ids()[:2]
    kept_up.conn.execute(
        "UPDATE activities SET name = 'Mine', edited = '{name}' WHERE garmin_activity_id = %s",
        [second],
    )
    for number in (first, second):
        kept_up.fake.rename(number, "Along the river")
    assert kept_up.sync().changed == 2
    name = "SELECT name FROM activities WHERE garmin_activity_id = %s AND leg = 0"
    assert kept_up.value(name, first) == "Along the river"
    assert kept_up.value(name, second) == "Mine"
    assert kept_up.asked("/download-service/") == []


def test_deleted_activity_goes_and_its_file_is_kept_apart(kept_up: Runner):
    number = kept_up.fake.activity_ids()[4]
    sha256 = kept_up.value(
        "SELECT file_sha256 FROM activities WHERE garmin_activity_id = %s AND leg = 0", number
    )
    kept_up.fake.delete(number)
    a_day_later(kept_up)
    assert kept_up.sync().deleted == 1
    assert not kept_up.value("SELECT count(*) FROM activities WHERE file_sha256 = %s", sha256)
    assert files.path(kept_up.home, sha256).exists()
    a_day_later(kept_up)
    again = kept_up.sync()
    assert (again.deleted, again.new) == (0, 0)


def test_run_from_two_watches_is_one_activity(kept_up: Runner):
    before = kept_up.value("SELECT count(*) FROM activities WHERE leg = 0")
    pair = kept_up.fake.two_devices(days_ago=2)
    report = kept_up.sync()
    assert report.new == 2
    assert kept_up.value("SELECT count(*) FROM activities WHERE leg = 0") == before + 1
    shown = kept_up.value("SELECT garmin_activity_id FROM activities ORDER BY id DESC LIMIT 1")
    assert shown in pair
    kept_up.fake.clear_log()
    a_day_later(kept_up)
    again = kept_up.sync()
    assert (again.new, again.changed) == (0, 0)
    assert kept_up.asked("/download-service/") == []


def test_activity_typed_in_by_hand_is_shown_without_a_file(kept_up: Runner):
    number = kept_up.fake.manual(days_ago=1)
    assert kept_up.sync().new == 1
    row = kept_up.conn.execute(
        "SELECT source, distance_m, sport FROM activities WHERE garmin_activity_id = %s", [number]
    ).fetchone()
    assert row is not None
    assert row[0] == "garmin"
    assert row[1] > 1000
    kept_up.fake.clear_log()
    kept_up.sync()
    assert kept_up.asked("/download-service/") == []


def test_file_that_is_a_gpx_is_taken(kept_up: Runner):
    number = kept_up.fake.gpx_import(days_ago=2)
    kept_up.sync()
    source = "SELECT source FROM activities WHERE garmin_activity_id = %s"
    assert kept_up.value(source, number) == "gpx"


def test_pause_of_two_months_is_asked_for_in_windows_that_garmin_answers(kept_up: Runner):
    kept_up.conn.execute(
        "UPDATE garmin_sync_state SET last_success_at = now() - interval '60 days'"
    )
    report = kept_up.sync()
    assert (report.stopped, report.parked) == (None, 0)
    assert {call.status for call in kept_up.asked()} == {200}
    assert len(kept_up.asked("/dailysummaries")) == 3


def test_night_handed_in_late_is_found(keyed: Runner):
    day = TODAY - timedelta(days=9)
    keyed.fake.fault("dailySleep|hrv-service|bodyBattery|stress|dailysummaries", spoil=None,
                     status=404, count=None)  # fmt: skip
    keyed.sync()
    assert keyed.value("SELECT count(*) FROM sleep WHERE date = %s", day) == 0
    keyed.fake.clear_faults()
    a_day_later(keyed)
    keyed.sync()
    assert keyed.value("SELECT total_s FROM sleep WHERE date = %s", day) > 0


def test_only_one_process_talks_to_garmin(keyed: Runner, database_url: str):
    with database.connect(database_url) as other:
        held = connection.lanes(other, keyed.user_id, keyed.place)
        with held, pytest.raises(connection.GarminBusy):
            keyed.sync()
        assert keyed.asked() == []
    assert keyed.sync().stopped is None
