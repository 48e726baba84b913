"""What pages sum up: totals, months, calendar days, records; each of one user only."""

from datetime import date, timedelta

import numpy as np
import pytest

from runningcoach.store import activity_totals, health
from runningcoach.store.activities import ActivityFilters

ACTIVITY = """
INSERT INTO activities (user_id, file_sha256, source, sport, name, started_at, timezone,
                        local_started_at, local_date, elapsed_s, timer_s, distance_m, decode_status)
VALUES (%(user_id)s, %(sha)s, 'fit', %(sport)s, %(name)s, %(day)s, 'UTC', %(day)s, %(day)s,
        %(seconds)s, %(seconds)s, %(metres)s, 'ok') RETURNING id
"""
METRICS = """
INSERT INTO activity_metrics (activity_id, user_id, engine_version, inputs_hash, load)
VALUES (%(id)s, %(user_id)s, '1', '', %(load)s)
"""
EFFORT = """
INSERT INTO best_efforts (activity_id, user_id, distance_m, elapsed_s, start_s)
VALUES (%(id)s, %(user_id)s, %(metres)s, %(seconds)s, 0)
"""


@pytest.fixture
def add(conn, user):
    """Add an activity; return its id."""

    def one(day, metres=10_000.0, *, owner=user, sport="running", name="Run", load=None, s=3_000):
        row = {
            "user_id": owner.id,
            "sha": f"{day}{metres}{name}{owner.id}",
            "sport": sport,
            "name": name,
            "day": day,
            "seconds": s,
            "metres": metres,
        }
        (activity_id,) = conn.execute(ACTIVITY, row).fetchone()
        if load is not None:
            conn.execute(METRICS, {"id": activity_id, "user_id": owner.id, "load": load})
        return activity_id

    return one


def test_sums_by_sport_with_filters(conn, user, other_user, add):
    add(date(2026, 1, 5), 10_000.0, load=50.0)
    add(date(2026, 1, 6), 20_000.0, sport="cycling")
    add(date(2025, 12, 31), 5_000.0, name="Silvester")
    add(date(2026, 1, 5), 99_000.0, owner=other_user)
    runs, rides = activity_totals.sums_by_sport(conn, user.id)
    assert (runs.sport, runs.activities, runs.distance_m, runs.load) == ("running", 2, 15_000, 50)
    assert (rides.sport, rides.activities, rides.distance_m, rides.load) == (
        "cycling", 1, 20_000, 0,
    )  # fmt: skip
    (one,) = activity_totals.sums_by_sport(
        conn, user.id, ActivityFilters(sport="running", first=date(2026, 1, 1))
    )
    assert (one.activities, one.distance_m, one.moving_s) == (1, 10_000.0, 3_000)
    (named,) = activity_totals.sums_by_sport(conn, user.id, ActivityFilters(name="silv"))
    assert named.activities == 1


def test_sums_by_sport_without_activities(conn, user):
    assert activity_totals.sums_by_sport(conn, user.id) == []


def test_sums_without_a_distance_are_unknown(conn, user, add):
    add(date(2026, 1, 5), None, sport="training")
    (strength,) = activity_totals.sums_by_sport(conn, user.id)
    assert (strength.distance_m, strength.moving_s) == (None, 3_000)


def test_monthly_totals_in_order(conn, user, add):
    for day in (date(2026, 2, 3), date(2026, 1, 31), date(2026, 2, 28)):
        add(day, 8_000.0)
    found = [
        (one.month, one.activities, one.distance_m)
        for one in activity_totals.monthly_totals(conn, user.id)
    ]
    assert found == [(date(2026, 1, 1), 1, 8_000.0), (date(2026, 2, 1), 2, 16_000.0)]


def test_list_choices(conn, user, other_user, add):
    assert activity_totals.list_choices(conn, user.id) == activity_totals.ListChoices(
        years=[], sports=[]
    )
    add(date(2024, 5, 1), sport="cycling")
    add(date(2026, 5, 1))
    add(date(2026, 6, 1))
    add(date(2020, 1, 1), owner=other_user, sport="swimming")
    assert activity_totals.list_choices(conn, user.id) == activity_totals.ListChoices(
        years=[2026, 2024], sports=["running", "cycling"]
    )


def test_a_calendar_day_leads_to_its_longest_activity(conn, user, other_user, add):
    day = date(2026, 3, 1)
    add(day, 3_000.0, s=900, load=10.0)
    long = add(day, 20_000.0, s=6_000, load=90.0)
    add(day, 42_000.0, s=9_999, owner=other_user)
    add(day + timedelta(days=9))
    (found,) = activity_totals.calendar(conn, user.id, day, day)
    assert found == activity_totals.CalendarDay(
        date=day, load=100.0, distance_m=23_000.0, activities=2, activity_id=long
    )


def test_a_record_is_the_fastest_and_the_earlier_of_equals(conn, user, other_user, add):
    def effort(activity_id, seconds, owner=user, metres=5_000.0):
        row = {"id": activity_id, "user_id": owner.id, "metres": metres, "seconds": seconds}
        conn.execute(EFFORT, row)

    first, second = add(date(2025, 5, 1)), add(date(2026, 5, 1))
    slow, theirs = add(date(2026, 6, 1)), add(date(2026, 6, 1), owner=other_user)
    for activity_id, seconds in ((second, 1_200.0), (first, 1_200.0), (slow, 1_300.0)):
        effort(activity_id, seconds)
    effort(theirs, 900.0, other_user)
    effort(slow, 230.0, metres=1_000.0)
    ever = activity_totals.personal_records(conn, user.id)
    assert [(one.distance_m, one.activity_id) for one in ever] == [
        (1_000.0, slow),
        (5_000.0, first),
    ]
    lately = activity_totals.personal_records(conn, user.id, date(2026, 5, 15))
    assert [one.elapsed_s for one in lately] == [230.0, 1_300.0]


def test_yearly_records(conn, user, other_user, add):
    old, new, newer = add(date(2024, 5, 1)), add(date(2026, 2, 1)), add(date(2026, 5, 1))
    theirs = add(date(2026, 6, 1), owner=other_user)
    for activity_id, seconds, owner in (
        (old, 1_250.0, user),
        (new, 1_190.0, user),
        (newer, 1_210.0, user),
        (theirs, 900.0, other_user),
    ):
        row = {"id": activity_id, "user_id": owner.id, "metres": 5_000.0, "seconds": seconds}
        conn.execute(EFFORT, row)
    found = [
        (one.year, one.elapsed_s, one.activity_id)
        for one in activity_totals.yearly_records(conn, user.id)
    ]
    assert found == [(2024, 1_250.0, old), (2026, 1_190.0, new)]


CURVE = """
INSERT INTO activity_facts (activity_id, user_id, engine_version, elapsed_s, active_s, moving_s,
                            mean_max_speed_mps)
VALUES (%(id)s, %(user_id)s, '1', 60, 60, 60, %(speeds)s)
"""


def test_speed_curves_by_year(conn, user, other_user, add):
    def curve(activity_id, *speeds, owner=user):
        row = {"id": activity_id, "user_id": owner.id, "speeds": list(speeds)}
        conn.execute(CURVE, row)

    curve(add(date(2025, 1, 1)), 5.0, 4.0, float("nan"))
    curve(add(date(2025, 7, 1)), 4.5, 4.25, 3.5)
    curve(add(date(2026, 1, 1)), 6.0, float("nan"), float("nan"))
    curve(add(date(2026, 1, 2), sport="cycling"), 12.0, 11.0, 10.0)
    belt = add(date(2026, 1, 3))
    conn.execute("UPDATE activities SET is_treadmill = true WHERE id = %s", [belt])
    curve(belt, 9.0, 9.0, 9.0)
    curve(add(date(2026, 1, 1), owner=other_user), 8.0, 8.0, 8.0, owner=other_user)
    found = activity_totals.speed_curves(conn, user.id)
    assert list(found) == [2025, 2026]
    assert found[2025].tolist() == [5.0, 4.25, 3.5]
    assert found[2026][0] == 6.0
    assert np.isnan(found[2026][1:]).all()


def test_nights_come_with_the_stages_that_are_known(conn, user, other_user):
    night = {"total_s": 27_000.0, "deep_s": 5_400.0}
    health.put_nights(conn, user.id, {date(2026, 1, 2): night}, "garmin")
    health.put_nights(conn, user.id, {date(2026, 1, 1): {"total_s": 25_200.0}}, "garmin")
    health.put_nights(conn, other_user.id, {date(2026, 1, 1): {"total_s": 1.0}}, "garmin")
    found = activity_totals.nights(conn, user.id, date(2026, 1, 1), date(2026, 1, 2))
    assert [(one.total_s, one.deep_s, one.rem_s) for one in found] == [
        (25_200.0, None, None),
        (27_000.0, 5_400.0, None),
    ]
    assert activity_totals.nights(conn, user.id, date(2026, 1, 3), date.max) == []


def test_run_qualities_skip_runs_without_values(conn, user, other_user, add):
    race, silent = add(date(2026, 1, 5), load=50.0), add(date(2026, 1, 6), load=50.0)
    ride, theirs = (
        add(date(2026, 1, 7), load=50.0, sport="cycling"),
        add(date(2026, 1, 5), load=50.0, owner=other_user),
    )
    value = "UPDATE activity_metrics SET vdot = 50 WHERE activity_id = %s"
    for activity_id in (race, ride, theirs):
        conn.execute(value, [activity_id])
    found = activity_totals.run_qualities(conn, user.id, date(2026, 1, 1), date(2026, 12, 31))
    assert [(one.activity_id, one.vdot) for one in found] == [(race, 50.0)]
    assert silent not in {one.activity_id for one in found}
