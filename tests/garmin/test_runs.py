"""Activities of Garmin's lists: described, typed in by hand, twins, deleted there."""

import io
import zipfile
from datetime import date

import pytest

from runningcoach.derive import rebuild
from runningcoach.ingest import imports
from runningcoach.ingest.exports import description_index, garmin_tables
from runningcoach.ingest.garmin import activities, activity_files, answers
from runningcoach.pages import stream_plots
from runningcoach.pages.tiles import activity as tiles
from runningcoach.pages.tiles import laps
from runningcoach.sources.garmin import GarminAnswer
from runningcoach.store import activities as stored
from runningcoach.store import facts, fitness, garmin
from runningcoach.store import imports as store
from runningcoach.store.blobs import files
from runningcoach.store.imports import SideFact
from tests.ingest import build

NUMBER, OTHER = 21_000_000_001, 21_000_000_002
STALE = "SELECT since FROM stale"


def item(number=NUMBER, **more):
    """Return an entry of a list, of the run that `build.fit` makes."""
    return {
        "activityId": number, "activityName": "Seoul Running", "distance": 3600.0,
        "startTimeLocal": "2026-05-13 06:30:00", "startTimeGMT": "2026-05-12 21:30:00",
        "duration": 1200.0, "elapsedDuration": 1210.0, "averageHR": 150.0,
        "activityType": {"typeKey": "running"}, "eventType": {"typeKey": "uncategorized"},
    } | more  # fmt: skip


def zipped(number, data):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(f"{number}_ACTIVITY.fit", data)
    return file.getvalue()


class Desk:
    """Takes lists, files and answers for one runner."""

    def __init__(self, conn, user, home):
        self.conn, self.user_id, self.home = conn, user.id, home

    def list(self, **entry):
        return activities.store_listed(self.conn, self.user_id, item(**entry), "signin")

    def tell(self, endpoint, number, body):
        answer = GarminAnswer(200, body)
        answers.store_answer(
            self.conn, self.user_id, endpoint, str(number), answer, "signin", date(2026, 5, 14)
        )

    def fetch(self, number=NUMBER, **kind):
        outcome = imports.take_bytes(
            self.conn, self.user_id, zipped(number, build.fit(**kind)), f"{number}_ACTIVITY.zip",
            home=self.home, lane="garmin",
        )  # fmt: skip
        activities.describe(self.conn, self.user_id, number, outcome.sha256, outcome.activity_ids)
        return outcome

    def bring(self, lane="archive", **kind):
        return imports.take_bytes(
            self.conn, self.user_id, build.fit(**kind), "morning.fit", home=self.home, lane=lane
        )

    def export(self, **said):
        """Take an account export that speaks of the run."""
        body = {"activityId": NUMBER, "beginTimestamp": 1_778_621_400_000} | said
        store.put_events(
            self.conn, self.user_id, [SideFact(garmin_tables.ACTIVITY, str(NUMBER), body)]
        )
        return description_index.apply_descriptions(
            self.conn, self.user_id, description_index.load_index(self.conn, self.user_id)
        )

    def remove(self, number=NUMBER):
        activities.remove(self.conn, self.user_id, number, self.home, "signin")

    def rows(self, query):
        return self.conn.execute(query).fetchall()

    def one(self, columns):
        """Return columns of the only activity."""
        (row,) = self.rows(f"SELECT {columns} FROM activities".encode())  # noqa: S608
        return row if len(row) > 1 else row[0]


@pytest.fixture
def desk(conn, user, home):
    return Desk(conn, user, home)


# Lists -------------------------------------------------------------------------------------


def test_an_entry_is_new_then_the_same_then_changed(desk):
    assert [desk.list().state, desk.list().state] == ["new", "same"]
    assert desk.list(activityName="Tempo").state == "changed"


@pytest.mark.parametrize(
    "damage",
    [{"activityId": None}, {"activityId": "x"}, {"activityId": 2**63}, {"activityId": True},
     {"startTimeLocal": None, "startTimeGMT": "soon"}],
)  # fmt: skip
def test_an_entry_without_number_or_day_is_none(conn, user, damage):
    assert activities.store_listed(conn, user.id, item() | damage, "signin") is None
    assert activities.store_listed(conn, user.id, ["no entry"], "signin") is None


def test_what_is_no_longer_listed_is_gone(desk):
    desk.list()
    desk.list(number=OTHER, startTimeLocal="2026-02-31 06:00:00")  # no day at all
    days = date(2026, 5, 1), date(2026, 5, 31)
    assert activities.unlisted_numbers(desk.conn, desk.user_id, *days, seen=set()) == [NUMBER]
    assert activities.unlisted_numbers(desk.conn, desk.user_id, *days, seen={NUMBER}) == []
    desk.remove()
    assert activities.unlisted_numbers(desk.conn, desk.user_id, *days, seen=set()) == []


# Descriptions ------------------------------------------------------------------------------


def test_all_that_garmin_tells_is_merged(desk):
    desk.list(workoutId=77, vO2MaxValue=52.0, eventType={"typeKey": "race"})
    desk.tell("activity", NUMBER, {"summaryDTO": {
        "directWorkoutRpe": 70, "directWorkoutFeel": 75, "directWorkoutComplianceScore": 88,
    }})  # fmt: skip
    desk.tell("activity_gear", NUMBER, [{"displayName": "Blue", "customMakeModel": "Maker X"}])
    desk.tell("weather", NUMBER, {"temp": 68, "dewPoint": 50})
    desk.fetch()
    columns = "name, rpe, feel, compliance_pct, gear, is_race, garmin_vo2max, garmin_workout_id"
    assert desk.one(columns) == ("Seoul Running", 7, 75, 88, "Blue", True, 52, 77)
    assert desk.one("air_temperature_c, dew_point_c, garmin_activity_id") == (20, 10, NUMBER)


def test_the_runners_words_stay(desk):
    desk.list(eventType={"typeKey": "race"})
    desk.fetch()
    desk.rows(
        "UPDATE activities SET name = 'Mine', is_race = false, air_temperature_c = 3,"
        " edited = '{name,is_race,air_temperature_c}' RETURNING 1"
    )
    desk.list(activityName="Theirs", eventType={"typeKey": "race"})
    desk.tell("weather", NUMBER, {"temp": 68})
    activities.describe(desk.conn, desk.user_id, NUMBER)
    assert desk.one("name, is_race, air_temperature_c") == ("Mine", False, 3)


def test_an_export_fills_but_does_not_overwrite_garmins_word(desk):
    desk.list()
    desk.fetch()
    desk.export(name="Old name", description="From the export")
    assert desk.one("name, notes") == ("Seoul Running", "From the export")
    desk.list(description="Said live")
    activities.describe(desk.conn, desk.user_id, NUMBER)
    assert desk.export(name="Old name", description="From the export") == 0
    assert desk.one("name, notes") == ("Seoul Running", "Said live")


def test_garmins_word_renews_that_of_an_export_and_its_own(desk):
    desk.fetch()
    desk.export(name="Old name", workoutRpe=30)
    assert desk.one("name, rpe") == ("Old name", 3)
    desk.list()
    activities.describe(desk.conn, desk.user_id, NUMBER)
    assert desk.one("name, rpe") == ("Seoul Running", 3)
    desk.list(activityName="Renamed")
    activities.describe(desk.conn, desk.user_id, NUMBER)
    assert desk.one("name") == "Renamed"


def test_a_race_is_taken_back_only_by_who_said_so(desk):
    desk.list(eventType={"typeKey": "race"})
    desk.fetch()
    assert desk.one("is_race") is True
    desk.list(eventType={"typeKey": "training"})
    activities.describe(desk.conn, desk.user_id, NUMBER)
    assert desk.one("is_race") is False
    desk.rows("UPDATE activities SET is_race = true, sources = sources - 'is_race' RETURNING 1")
    activities.describe(desk.conn, desk.user_id, NUMBER)
    assert desk.one("is_race") is True  # a website's word; Garmin's "training" does not deny it


def test_a_better_file_keeps_garmins_words(desk):
    desk.list(description="Said live")
    desk.fetch(seconds=1100)
    desk.export(name="Old name", description="Old notes")
    desk.bring(seconds=1200)
    assert desk.one("name, notes") == ("Seoul Running", "Said live")


# Twins -------------------------------------------------------------------------------------


def test_one_run_on_two_devices_is_one_activity_with_both_numbers(desk):
    desk.list(activityName="Watch")
    desk.list(number=OTHER, activityName="Bike computer", description="only here")
    desk.fetch(NUMBER, serial=1)
    desk.fetch(OTHER, serial=2)
    assert desk.one("garmin_activity_id, garmin_twin_ids") == (NUMBER, [OTHER])
    assert desk.one("name, notes") == ("Watch", "only here")
    for number in (OTHER, NUMBER, OTHER):
        activities.describe(desk.conn, desk.user_id, number)
    assert desk.one("name, notes") == ("Watch", "only here")


@pytest.mark.parametrize(("deleted", "left"), [(NUMBER, OTHER), (OTHER, NUMBER)])
def test_a_run_that_garmin_still_has_from_one_device_stays(desk, deleted, left):
    desk.list()
    desk.list(number=OTHER)
    desk.fetch(NUMBER, serial=1)
    desk.fetch(OTHER, serial=2)
    desk.remove(deleted)
    assert desk.one("garmin_activity_id, garmin_twin_ids") == (left, [])
    desk.remove(left)
    assert desk.rows("SELECT 1 FROM activities") == []


# By hand -----------------------------------------------------------------------------------


def test_an_activity_by_hand_has_a_load_by_its_duration(desk):
    desk.list(distance=10_000.0, duration=3000.0, elapsedDuration=3000.0)
    activities.put_without_file(desk.conn, desk.user_id, NUMBER)
    rebuild.rebuild(desk.conn, desk.user_id, home=desk.home)
    ((load, by),) = desk.rows("SELECT load, load_source FROM activity_metrics")
    assert load > 0, by
    ((fitness,),) = desk.rows("SELECT max(load) FROM fitness_metrics_daily")
    assert fitness == load


def test_an_activity_by_hand_is_shown_on_its_page(desk):
    desk.list()
    activities.put_without_file(desk.conn, desk.user_id, NUMBER)
    rebuild.rebuild(desk.conn, desk.user_id, home=desk.home)
    asked = desk.one("id")
    activity = stored.get(desk.conn, desk.user_id, asked)
    metrics = fitness.metrics_of(desk.conn, desk.user_id, asked)
    track = stream_plots.of(desk.conn, desk.user_id, desk.home, activity)
    shown = [
        tiles.heading(activity, stored.neighbours(desk.conn, desk.user_id, asked)),
        tiles.numbers(activity, metrics), tiles.way(track), tiles.run(track, activity),
        tiles.zones(metrics, {}), tiles.efforts([]), tiles.quality(activity, metrics),
        laps.card([]), tiles.curve(facts.get(desk.conn, desk.user_id, asked)),
    ]  # fmt: skip
    assert track is None
    assert "Seoul Running" in shown[0]


def test_an_activity_by_hand_follows_its_entry(desk):
    desk.list()
    activities.put_without_file(desk.conn, desk.user_id, NUMBER)
    desk.list(distance=5000.0, activityName="Longer", startTimeLocal="2026-05-12 21:30:00")
    activities.describe(desk.conn, desk.user_id, NUMBER)
    assert desk.one("name, distance_m, local_date, timezone") == (
        "Longer", 5000, date(2026, 5, 12), "UTC",
    )  # fmt: skip


def test_an_entry_that_does_not_tell_how_long_makes_no_activity(desk):
    desk.list(duration=None, elapsedDuration=0)
    activities.put_without_file(desk.conn, desk.user_id, NUMBER)
    assert desk.rows("SELECT 1 FROM activities") == []


def test_a_file_takes_the_place_of_an_entry_by_hand(desk):
    desk.list()
    activities.put_without_file(desk.conn, desk.user_id, NUMBER)
    desk.fetch()
    assert desk.one("source, garmin_activity_id, name") == ("fit", NUMBER, "Seoul Running")


# Deleted at Garmin -------------------------------------------------------------------------


def test_what_is_deleted_at_garmin_goes_to_quarantine(desk):
    desk.list()
    desk.fetch()
    desk.rows("DELETE FROM stale RETURNING 1")
    desk.remove()
    assert desk.rows("SELECT 1 FROM activities") == []
    assert desk.rows("SELECT reason_code FROM quarantine") == [("deleted_at_garmin",)]
    assert desk.rows(STALE) == [(date(2026, 5, 13),)]
    ((sha256,),) = desk.rows("SELECT sha256 FROM quarantine")
    assert files.path(desk.home, sha256).exists()
    assert garmin.latest_event(desk.conn, desk.user_id, activities.LISTED, str(NUMBER)) is None


@pytest.mark.parametrize("garmin_first", [True, False])
def test_what_came_by_an_archive_too_is_not_deleted(desk, garmin_first):
    desk.list()
    for bring in (desk.fetch, desk.bring) if garmin_first else (desk.bring, desk.fetch):
        bring()
    assert desk.one("garmin_activity_id") == NUMBER
    desk.remove()
    assert desk.one("name") == "Seoul Running"
    assert desk.rows("SELECT 1 FROM quarantine") == []


def test_an_entry_by_hand_that_is_deleted_is_gone(desk):
    desk.list()
    activities.put_without_file(desk.conn, desk.user_id, NUMBER)
    desk.rows("DELETE FROM stale RETURNING 1")
    desk.remove()
    assert desk.rows("SELECT 1 FROM activities") == []
    assert desk.rows(STALE) == [(date(2026, 5, 13),)]


def test_deleting_what_never_came_does_nothing(desk):
    desk.remove(12345)
    assert desk.rows("SELECT 1 FROM activities") == []


# Numbers -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "rpe"), [(10, 1), (70, 7), (100, 10), (5, 0.5), (0, None), (110, None), (None, None)]
)
def test_effort_is_a_tenth_of_what_garmin_keeps(told, rpe):
    assert (
        activity_files.describe({}, {"summaryDTO": {"directWorkoutRpe": told}}, None, {})["rpe"]
        == rpe
    )


@pytest.mark.parametrize(
    ("fahrenheit", "celsius"), [(32, 0), (50, 10), (-40, -40), (104, 40), (400, None), ("x", None)]
)
def test_weather_comes_in_fahrenheit(fahrenheit, celsius):
    assert (
        activity_files.describe({}, {}, None, {"temp": fahrenheit})["air_temperature_c"] == celsius
    )
