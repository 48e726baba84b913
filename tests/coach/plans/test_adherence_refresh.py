"""Adherence from the tables: rows of workouts, activities with samples, laps and schedules."""

import hashlib
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from psycopg.types.json import Jsonb

from runningcoach.coach.plans.adherence.adherence_report import AdherenceReport
from runningcoach.coach.plans.adherence.outdated import refresh_outdated
from runningcoach.coach.plans.adherence.refresh import (
    refresh_adherence,
)
from runningcoach.store import adherence, workouts
from runningcoach.store.blobs import samples
from tests.coach.plans.made_runs import EASY, Part, cruise, cruise_parts, series, step, workout
from tests.derive.conftest import INSERT, MANIFEST

FIRST, LAST = date(2026, 11, 9), date(2026, 11, 15)


def on(number):
    return date(2026, 11, number)


def easy(meters=8000):
    return workout(step("main", meters=meters, pace=EASY), kind="easy")


class Diary:
    """Adds activities with samples and laps for one user."""

    def __init__(self, conn, user, home):
        self.conn, self.user, self.home = conn, user, home

    def plan(self, day, session):
        return workouts.add_own(self.conn, self.user.id, session, day).id

    def run(self, day, *parts, hour=7, sport="running", **kept):
        recorded = series(*parts)
        start = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
        sha = hashlib.sha256(f"{self.user.id} {start}".encode()).hexdigest()
        seconds = float(recorded.t_s[-1])
        row = {
            "user_id": self.user.id, "sha": sha, "sport": sport, "sub_sport": None, "rpe": None,
            "is_race": False, "treadmill": False, "start": start, "day": day, "seconds": seconds,
            "distance": float(recorded.distance_m[-1]), "ascent": None,
        }  # fmt: skip
        activity_id = self.conn.execute(INSERT, row).fetchone()[0]
        channels = {
            "t_s": recorded.t_s.astype(np.int32),
            "distance_m": recorded.distance_m,
            "speed_mps": recorded.speed_mps,
            "heart_rate_bpm": recorded.heart_rate_bpm,
            "altitude_m": recorded.altitude_m,
        }
        file = samples.write(self.home, channels, start, sha[-16:])
        manifest = (file.path, file.sha256, file.size_bytes, file.samples, file.channels)
        self.conn.execute(MANIFEST, (activity_id, self.user.id, *manifest))
        for index, lap in enumerate(recorded.laps):
            self.conn.execute(
                "INSERT INTO laps (activity_id, user_id, lap_index, started_at, elapsed_s,"
                " distance_m) VALUES (%s, %s, %s, %s, %s, %s)",
                [activity_id, self.user.id, index, start + timedelta(seconds=lap.start_s),
                 lap.end_s - lap.start_s, lap.distance_m],
            )  # fmt: skip
        for column, value in kept.items():
            self.conn.execute(
                f"UPDATE activities SET {column} = %s WHERE id = %s",  # noqa: S608
                [value, activity_id],
            )
        return activity_id

    def refresh(self, last=LAST):
        return refresh_adherence(self.conn, self.user.id, FIRST, last, self.home)

    def rows(self):
        found = adherence.list_between(self.conn, self.user.id, FIRST, LAST)
        return {row.workout_id: row for row in found}


@pytest.fixture
def diary(conn, user, home):
    return Diary(conn, user, home)


def test_refresh_stores_how_each_workout_went(diary):
    hard, missed = diary.plan(on(10), cruise()), diary.plan(on(12), easy())
    activity = diary.run(on(10), *cruise_parts())
    free = diary.run(on(14), Part(900, 2.7))
    report = diary.refresh()
    assert report == AdherenceReport(workouts=2, run=1, missed=1, unplanned=1, changed=2)
    rows = diary.rows()
    assert rows[hard].verdict == "done"
    assert rows[hard].activity_ids == [activity]
    assert rows[hard].run_date == on(10)
    assert rows[hard].compliance_pct == 100
    assert rows[missed].verdict == "missed"
    assert rows[missed].activity_ids == []
    of_activity = adherence.get_of_activity(diary.conn, diary.user.id, activity)
    assert of_activity.workout_id == hard
    assert adherence.get_of_activity(diary.conn, diary.user.id, free) is None


def test_second_refresh_changes_nothing(diary):
    diary.plan(on(10), cruise())
    diary.run(on(10), *cruise_parts())
    assert diary.refresh().changed == 1
    before = diary.rows()
    assert diary.refresh().changed == 0
    assert diary.rows() == before


def test_workout_of_the_last_day_is_not_missed_before_the_day_is_over(diary):
    session = diary.plan(on(12), easy())
    assert diary.refresh(last=on(12)).missed == 0
    assert diary.rows() == {}
    assert diary.refresh(last=on(13)).missed == 1
    assert diary.rows()[session].verdict == "missed"


def test_late_import_turns_missed_into_done(diary):
    session = diary.plan(on(10), easy())
    diary.refresh()
    assert diary.rows()[session].verdict == "missed"
    diary.run(on(10), Part(2909, 2.75))
    assert diary.refresh().changed == 1
    assert diary.rows()[session].verdict == "done"


def test_swapped_days_are_stored_as_swapped(diary):
    hard, light = diary.plan(on(10), cruise()), diary.plan(on(11), easy(5000))
    diary.run(on(10), Part(1818, 2.75))
    diary.run(on(11), *cruise_parts())
    diary.refresh()
    rows = diary.rows()
    assert (rows[hard].verdict, rows[hard].run_date) == ("swapped", on(11))
    assert (rows[light].verdict, rows[light].run_date) == ("swapped", on(10))


def test_workout_that_garmin_names_is_matched_by_its_number(diary):
    first, second = diary.plan(on(10), easy()), diary.plan(on(11), easy())
    diary.conn.execute(
        "INSERT INTO workout_schedules (user_id, workout_id, date, content, sha256, marker,"
        " garmin_workout_id) VALUES (%s, %s, %s, %s, 'x', 'rc:1', 4711)",
        [diary.user.id, second, on(11), Jsonb({})],
    )
    activity = diary.run(on(10), Part(2909, 2.75), garmin_workout_id=4711)
    diary.refresh()
    rows = diary.rows()
    assert rows[second].activity_ids == [activity]
    assert rows[second].verdict == "moved"
    assert rows[first].verdict == "missed"


def test_air_temperature_excuses_a_slow_tempo(diary):
    plan = workout(
        step("warmup", seconds=900, pace=EASY), step("interval", seconds=1200, pace=(276, 266))
    )
    session = diary.plan(on(10), plan)
    diary.run(on(10), Part(900, 2.74, lap=True), Part(1200, 1000 / 290, 169, lap=True),
              air_temperature_c=31, dew_point_c=22)  # fmt: skip
    diary.refresh()
    assert diary.rows()[session].excuse == "heat"


def test_runs_of_another_user_do_not_count(diary, other_user):
    session = diary.plan(on(10), easy())
    Diary(diary.conn, other_user, diary.home).run(on(10), Part(2909, 2.75))
    diary.refresh()
    assert diary.rows()[session].verdict == "missed"
    assert adherence.list_between(diary.conn, other_user.id, FIRST, LAST) == []


def outdated(diary, today=LAST):
    return refresh_outdated(diary.conn, diary.user.id, today, diary.home)


def let_time_pass(diary):
    """Let what was stored be older than an import may last."""
    for table, column in (("activities", "updated_at"), ("workout_adherence", "computed_at")):
        diary.conn.execute(
            f"UPDATE {table} SET {column} = {column} - interval '10 minutes'"  # noqa: S608
        )


def test_outdated_days_are_compared_once(diary):
    hard, missed = diary.plan(on(10), cruise()), diary.plan(on(12), easy())
    diary.run(on(10), *cruise_parts())
    let_time_pass(diary)
    assert outdated(diary) == AdherenceReport(workouts=2, run=1, missed=1, changed=2)
    assert {i: row.verdict for i, row in diary.rows().items()} == {hard: "done", missed: "missed"}
    assert outdated(diary) == AdherenceReport()


def test_late_import_makes_the_days_around_it_outdated(diary):
    hard, far = diary.plan(on(10), cruise()), diary.plan(on(15), easy())
    outdated(diary, today=on(20))
    let_time_pass(diary)
    diary.run(on(11), *cruise_parts())
    assert outdated(diary, today=on(20)).run == 1
    rows = diary.rows()
    assert (rows[hard].verdict, rows[hard].run_date) == ("moved", on(11))
    assert rows[far].verdict == "missed"
    let_time_pass(diary)
    assert outdated(diary, today=on(20)).changed == 0, "once more: an import may end late"
    assert outdated(diary, today=on(20)) == AdherenceReport()


def test_changed_and_deleted_activity_is_compared_again(diary):
    session = diary.plan(on(10), easy())
    activity = diary.run(on(10), Part(2909, 2.75))
    let_time_pass(diary)
    outdated(diary)
    diary.conn.execute("UPDATE activities SET sport = 'cycling', updated_at = now()")
    assert outdated(diary).missed == 1
    diary.conn.execute("UPDATE activities SET sport = 'running', updated_at = now()")
    assert outdated(diary).run == 1
    let_time_pass(diary)
    diary.conn.execute("DELETE FROM activities WHERE id = %s", [activity])
    assert outdated(diary).missed == 1
    assert diary.rows()[session].activity_ids == []


def test_workout_of_today_is_outdated_when_something_was_run(diary):
    session = diary.plan(on(15), easy())
    assert outdated(diary) == AdherenceReport()
    diary.run(on(15), Part(2909, 2.75))
    assert outdated(diary).run == 1
    assert diary.rows()[session].verdict == "done"


def test_plans_of_years_are_compared_in_spans(diary):
    sessions = [diary.plan(on(1) - timedelta(days=3 * n), easy()) for n in range(40)]
    report = outdated(diary, today=on(1))
    assert (report.workouts, report.missed) == (39, 39), "that of today is open"
    count = "SELECT count(*), min(workout_id) FROM workout_adherence WHERE verdict = 'missed'"
    assert diary.conn.execute(count).fetchone() == (39, sessions[1])


def test_own_workout_that_was_changed_is_compared_again(diary):
    session = diary.plan(on(10), easy(20_000))
    diary.run(on(10), Part(2909, 2.75))
    let_time_pass(diary)
    outdated(diary)
    assert diary.rows()[session].verdict == "partly"
    workouts.change_own(diary.conn, diary.user.id, session, easy(), on(10))
    outdated(diary)
    assert diary.rows()[session].verdict == "done"
