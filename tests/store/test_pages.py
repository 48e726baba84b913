"""What pages sum up: totals, months, calendar days, records; each of one user only."""

from datetime import date, timedelta

import pytest

from runningcoach.store import pages
from runningcoach.store.activities import Filters

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


def test_totals_add_up_what_the_filters_let_through(conn, user, other_user, add):
    add(date(2026, 1, 5), 10_000.0, load=50.0)
    add(date(2026, 1, 6), 20_000.0, sport="cycling")
    add(date(2025, 12, 31), 5_000.0, name="Silvester")
    add(date(2026, 1, 5), 99_000.0, owner=other_user)
    everything = pages.totals(conn, user.id)
    assert (everything.activities, everything.distance_m, everything.load) == (3, 35_000.0, 50.0)
    runs = pages.totals(conn, user.id, Filters(sport="running", first=date(2026, 1, 1)))
    assert (runs.activities, runs.distance_m, runs.moving_s) == (1, 10_000.0, 3_000)
    assert pages.totals(conn, user.id, Filters(name="silv")).activities == 1


def test_totals_of_nothing_are_unknown(conn, user):
    nothing = pages.totals(conn, user.id)
    assert nothing.activities == 0
    assert nothing.distance_m is None


def test_months_are_summed_in_order(conn, user, add):
    for day in (date(2026, 2, 3), date(2026, 1, 31), date(2026, 2, 28)):
        add(day, 8_000.0)
    found = [(one.month, one.activities, one.distance_m) for one in pages.months(conn, user.id)]
    assert found == [(date(2026, 1, 1), 1, 8_000.0), (date(2026, 2, 1), 2, 16_000.0)]


def test_choices_are_the_years_and_sports_that_there_are(conn, user, other_user, add):
    assert pages.choices(conn, user.id) == pages.Choices(years=[], sports=[])
    add(date(2024, 5, 1), sport="cycling")
    add(date(2026, 5, 1))
    add(date(2026, 6, 1))
    add(date(2020, 1, 1), owner=other_user, sport="swimming")
    assert pages.choices(conn, user.id) == pages.Choices(
        years=[2026, 2024], sports=["running", "cycling"]
    )


def test_a_calendar_day_leads_to_its_longest_activity(conn, user, other_user, add):
    day = date(2026, 3, 1)
    add(day, 3_000.0, s=900, load=10.0)
    long = add(day, 20_000.0, s=6_000, load=90.0)
    add(day, 42_000.0, s=9_999, owner=other_user)
    add(day + timedelta(days=9))
    (found,) = pages.calendar(conn, user.id, day, day)
    assert found == pages.CalendarDay(
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
    ever = pages.personal_records(conn, user.id)
    assert [(one.distance_m, one.activity_id) for one in ever] == [
        (1_000.0, slow),
        (5_000.0, first),
    ]
    lately = pages.personal_records(conn, user.id, date(2026, 5, 15))
    assert [one.elapsed_s for one in lately] == [230.0, 1_300.0]
