"""What is derived is complete, the same whatever the order, and the same when made again."""

from datetime import date, timedelta

import pytest

from runningcoach.derive import rebuild
from runningcoach.store import benchmarks, facts, fitness

FIRST = date(2024, 1, 1)


@pytest.fixture
def _far_today(monkeypatch):
    """Today is a day after the season, so that the tests do not grow with the calendar."""
    monkeypatch.setattr("runningcoach.base.periods.today", lambda zone: date(2024, 4, 10))


pytestmark = pytest.mark.usefixtures("_far_today")


def test_refresh_derives_every_table(history, conn, user):
    history.season(FIRST, weeks=12)
    report = rebuild.refresh(conn, user.id)
    assert (report.activities, report.measured) == (37, 37)
    last = history.add(date(2024, 4, 9))
    assert rebuild.refresh(conn, user.id).measured >= 1
    found = fitness.metrics_of(conn, user.id, last)
    assert found.load == found.rtss
    assert found.load_source == "pace"
    assert sum(found.hr_zone_s) <= 3000
    days = fitness.daily(conn, user.id, date.min, date.max)
    assert [day.date for day in days] == [FIRST + timedelta(n) for n in range(101)]
    assert days[-1].load == 0
    assert days[-1].vo2max_trend is not None


def test_refresh_with_nothing_behind_does_nothing(history, conn, user):
    history.add(FIRST)
    rebuild.refresh(conn, user.id)
    assert rebuild.refresh(conn, user.id) == rebuild.RefreshReport()


def test_refresh_measures_only_what_changed(history, conn, user):
    history.season(FIRST, weeks=4)
    rebuild.refresh(conn, user.id)
    # Exactly one more activity, after which no benchmark can have moved for the older ones.
    history.add(date(2024, 4, 1))
    assert rebuild.refresh(conn, user.id).measured == 1


def test_an_empty_account_is_refreshed_to_nothing(conn, user):
    fitness.mark_stale(conn, user.id, FIRST)
    rebuild.refresh(conn, user.id)
    assert fitness.daily(conn, user.id, date.min, date.max) == []
    assert fitness.get_derive_state(conn, user.id) == fitness.DeriveState(is_stale=False, last=None)


def test_a_rebuild_from_samples_ends_in_equal_tables(history, conn, user, home):
    history.season(FIRST, weeks=5)
    history.add(date(2024, 3, 1), treadmill=True)
    history.add(date(2024, 3, 3), sport="cycling", speed=8.5)
    rebuild.refresh(conn, user.id)
    before = history.everything()
    seen = []
    rebuild.rebuild(conn, user.id, home, lambda done, total: seen.append((done, total)))
    assert history.everything() == before
    assert seen[-1] == (18, 18)


def test_a_rebuild_mends_what_was_tampered_with(history, conn, user, home):
    history.season(FIRST, weeks=3)
    rebuild.refresh(conn, user.id)
    before = history.everything()
    conn.execute("UPDATE activity_facts SET ngp_mps = ngp_mps + 1")
    conn.execute("DELETE FROM best_efforts")
    conn.execute("DELETE FROM fitness_metrics_daily")
    conn.execute("UPDATE athlete_benchmarks SET value = 1")
    rebuild.rebuild(conn, user.id, home)
    assert history.everything() == before


def test_the_order_of_arrival_does_not_matter(history, conn, user, other_user, home):
    days = [FIRST + timedelta(days=3 * n) for n in range(12)]
    for day in days:
        history.add(day, speed=3 + 0.05 * day.day, bpm=150 + day.day)
        rebuild.refresh(conn, user.id)
    other = type(history)(conn, other_user.id, home)
    for day in reversed(days):
        other.add(day, speed=3 + 0.05 * day.day, bpm=150 + day.day)
    rebuild.refresh(conn, other_user.id)

    mine, theirs = history.everything(), other.everything()
    for table, rows in mine.items():
        assert rows == theirs[table], table


def test_a_later_activity_changes_no_earlier_row(history, conn, user):
    history.season(FIRST, weeks=6)
    rebuild.refresh(conn, user.id)
    metrics, days = history.rows("activity_metrics"), history.rows("fitness_metrics_daily")
    known = history.rows("athlete_benchmarks")
    late = date(2024, 3, 20)
    history.add(late, speed=5.2, bpm=191, minutes=40, keep={"is_race": True})
    rebuild.refresh(conn, user.id)
    assert history.rows("activity_metrics")[: len(metrics)] == metrics
    again = [row for row in history.rows("fitness_metrics_daily") if row[0] < late]
    assert again == [row for row in days if row[0] < late]
    kept = [row for row in history.rows("athlete_benchmarks") if row[0] <= late]
    assert kept == [row for row in known if row[0] <= late]


def test_the_runners_own_value_counts_and_older_days_keep_theirs(history, conn, user):
    history.season(FIRST, weeks=4)
    rebuild.refresh(conn, user.id)
    before = fitness.metrics(conn, user.id)
    since = date(2024, 1, 15)
    benchmarks.set_user(conn, user.id, "hrmax_bpm", 205.0, since)
    rebuild.refresh(conn, user.id)
    after = fitness.metrics(conn, user.id)
    assert benchmarks.in_force(conn, user.id, since)["hrmax_bpm"].value == 205
    by_day = {m.activity_id: m.local_date for m in facts.list_inputs(conn, user.id)}
    for number, day in by_day.items():
        if day < since:
            assert after[number] == before[number]
        else:
            assert after[number].trimp < before[number].trimp
    benchmarks.remove_user(conn, user.id, "hrmax_bpm", since)
    rebuild.refresh(conn, user.id)
    assert fitness.metrics(conn, user.id) == before


def test_a_deleted_activity_leaves_nothing_behind(history, conn, user):
    history.season(FIRST, weeks=3)
    rebuild.refresh(conn, user.id)
    before = history.everything()
    extra = history.add(date(2024, 1, 31), speed=4.5, bpm=188)
    rebuild.refresh(conn, user.id)
    conn.execute("DELETE FROM activities WHERE id = %s", (extra,))
    fitness.mark_stale(conn, user.id, date(2024, 1, 31))
    rebuild.refresh(conn, user.id)
    assert history.everything() == before


def test_another_users_rows_are_left_alone(history, conn, user, other_user, home):
    other = type(history)(conn, other_user.id, home)
    other.season(FIRST, weeks=2)
    rebuild.refresh(conn, other_user.id)
    before = other.everything()
    history.add(FIRST)
    rebuild.refresh(conn, user.id)
    rebuild.rebuild(conn, user.id, home)
    assert other.everything() == before
    assert facts.get(conn, user.id, facts.list_inputs(conn, other_user.id)[0].activity_id) is None
