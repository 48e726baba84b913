"""Deriving again writes what a change touches, and nothing else; a rebuild says what changed."""

import math
from datetime import date, timedelta

import pytest

from runningcoach.derive import engine_versions, metric_changes, rebuild
from runningcoach.metrics import ENGINE_VERSION, catalogue
from runningcoach.store import benchmarks, fitness, health, race_predictions

FIRST = date(2024, 1, 1)
WRITTEN = {
    "activity_metrics": "activity_id::text",
    "fitness_metrics_daily": "date::text",
    "recovery_daily": "date::text",
    "analytics_summaries": "period || starts_on",
    "athlete_benchmarks": "kind || valid_from || source",
    "race_predictions": "distance_m::text",
    "athlete_baseline": "as_of::text",
    "activity_facts": "activity_id::text",
    "best_efforts": "activity_id || ' ' || distance_m",
}

WRITER = "SELECT {}, xmin::text FROM {}"


@pytest.fixture
def _a_day_after(monkeypatch):
    monkeypatch.setattr("runningcoach.base.periods.today", lambda zone: date(2024, 4, 10))


pytestmark = pytest.mark.usefixtures("_a_day_after")


def written(conn):
    """Return which transaction wrote each row of each derived table."""
    return {
        table: dict(conn.execute(WRITER.format(key, table)).fetchall())
        for table, key in WRITTEN.items()
    }


def rewritten(before, after):
    """Return the rows, by table, that were written in between; tables without any are left out."""
    found = {
        table: {key for key, by in rows.items() if before[table].get(key) != by}
        for table, rows in after.items()
    }
    return {table: keys for table, keys in found.items() if keys}


def test_deriving_again_without_a_change_writes_no_row(history, conn, user):
    history.season(FIRST, weeks=4)
    rebuild.refresh(conn, user.id)
    before = written(conn)
    fitness.mark_stale(conn, user.id, date.min)
    report = rebuild.refresh(conn, user.id)
    assert rewritten(before, written(conn)) == {}
    assert (report.activities, report.measured, report.days) == (13, 0, 0)
    assert (report.summaries, report.benchmarks, report.mornings) == (0, 0, 0)


def test_a_rebuild_without_a_change_writes_no_row(history, conn, user, home):
    history.season(FIRST, weeks=4)
    rebuild.refresh(conn, user.id)
    before = written(conn)
    rebuild.rebuild(conn, user.id, home)
    assert rewritten(before, written(conn)) == {}


def test_one_more_run_touches_its_day_and_those_after(history, conn, user):
    history.season(FIRST, weeks=4)
    rebuild.refresh(conn, user.id)
    before = written(conn)
    day = date(2024, 4, 1)
    number = history.add(day)
    report = rebuild.refresh(conn, user.id)
    touched = rewritten(before, written(conn))
    assert touched["activity_metrics"] == {str(number)}
    days = {date.fromisoformat(one) for one in touched["fitness_metrics_daily"]}
    assert min(days) == day
    assert report.days == len(days) <= 10  # the 1st to the 10th of April
    assert {"week2024-04-01", "month2024-04-01"} <= touched["analytics_summaries"]
    before_april = {"week2024-03-18", "month2024-01-01", "month2024-02-01"}
    assert not before_april & touched["analytics_summaries"]


def test_rows_of_days_that_are_no_more_vanish(history, conn, user):
    history.add(FIRST)
    beyond = history.add(date(2024, 4, 20))  # a watch that is ahead of the calendar
    rebuild.refresh(conn, user.id)
    assert fitness.get_derive_state(conn, user.id).last == date(2024, 4, 20)
    conn.execute("DELETE FROM activities WHERE id = %s", [beyond])
    fitness.mark_stale(conn, user.id, date(2024, 4, 20))
    rebuild.refresh(conn, user.id)
    days = fitness.daily(conn, user.id, date.min, date.max)
    assert (days[0].date, days[-1].date) == (FIRST, date(2024, 4, 10))


def test_another_hrmax_in_the_past_measures_just_the_activities_it_touches(history, conn, user):
    """The runner's own HRmax counts from his second row to the day before the third.

    All benchmarks are the runner's own here, so that no estimate that follows from HRmax comes in
    between; and the runs after the third row follow a layoff that is longer than any look back at
    earlier ones (90 days), so that no trend of VO2max carries the change on.
    """
    own = {"hrrest_bpm": 50.0, "lthr_bpm": 170.0, "threshold_speed_mps": 3.7, "vt1_bpm": 148.0,
           "vt2_bpm": 170.0, "critical_speed_mps": 3.8, "reserve_m": 180.0}  # fmt: skip
    for kind, value in own.items():
        benchmarks.set_user(conn, user.id, kind, value, FIRST)
    since, until, layoff = date(2024, 1, 22), date(2024, 2, 12), timedelta(days=100)
    benchmarks.set_user(conn, user.id, "hrmax_bpm", 190.0, FIRST)
    benchmarks.set_user(conn, user.id, "hrmax_bpm", 188.0, until)
    days = [FIRST + timedelta(days=3 * n) for n in range(24)]
    days = [day if day < until else day + layoff for day in days]
    runs = {history.add(day): day for day in days}
    rebuild.refresh(conn, user.id)
    hashes = fitness.hashes(conn, user.id)

    benchmarks.set_user(conn, user.id, "hrmax_bpm", 195.0, since)
    report = rebuild.refresh(conn, user.id)

    touched = {number for number, day in runs.items() if since <= day < until}
    assert len(touched) == 7  # 22, 25, 28 and 31 January, 3, 6 and 9 February
    after = fitness.hashes(conn, user.id)
    assert {number for number in runs if after[number] != hashes[number]} == touched
    assert report.measured == 7


def test_mornings_are_carried_on_without_any_activity(conn, user, monkeypatch):
    day = date(2024, 4, 1)
    health.put_days(conn, user.id, {day: {"resting_hr_bpm": 50.0}}, "garmin")
    fitness.mark_stale(conn, user.id, day)
    rebuild.refresh(conn, user.id)
    monkeypatch.setattr("runningcoach.base.periods.today", lambda zone: date(2024, 4, 12))
    rebuild.refresh(conn, user.id)
    mornings = fitness.recovery(conn, user.id, date.min, date.max)
    assert mornings[-1].date == date(2024, 4, 12)


# What a rebuild says -------------------------------------------------------------------------


def test_a_rebuild_says_which_values_changed_and_by_how_much(history, conn, user, home):
    history.season(FIRST, weeks=3)
    rebuild.refresh(conn, user.id)
    conn.execute(
        "UPDATE activity_metrics SET trimp = trimp * 2, hr_zone_s[2] = hr_zone_s[2] + 1,"
        " gap_mps = NULL, heat_slowdown_pct = '{1, 2}'"
        " WHERE activity_id = (SELECT min(activity_id) FROM activity_metrics)"
    )
    conn.execute("UPDATE fitness_metrics_daily SET ctl = 0 WHERE date = '2024-01-10'")
    report = rebuild.rebuild(conn, user.id, home)
    found = {(c.of, c.metric): c for c in report.changes}
    trimp = found["activity", "trimp"]
    assert (trimp.changed, trimp.appeared, trimp.vanished) == (1, 0, 0)
    assert trimp.largest == pytest.approx(0.5)  # from twice the value back to it
    gap = found["activity", "gap_mps"]
    assert (gap.changed, gap.appeared, gap.vanished, gap.largest) == (0, 1, 0, None)
    assert found["activity", "hr_zone_s"].changed == 1
    assert found["day", "ctl"].largest == math.inf
    assert found["activity", "heat_slowdown_pct"].vanished == 1  # nobody told the weather
    assert set(found) == {
        ("activity", "trimp"),
        ("activity", "gap_mps"),
        ("activity", "hr_zone_s"),
        ("activity", "heat_slowdown_pct"),
        ("day", "ctl"),
    }
    assert report.derived.days == 1
    assert (report.engines, report.algorithms) == ([], {})


@pytest.mark.parametrize(
    ("old", "new", "share"),
    [
        (10.0, 12.0, 0.2),
        (-10.0, -5.0, 0.5),
        (0.0, 3.0, math.inf),
        ([10.0, None], [11.0, None], 0.1),
        ([10.0, None], [10.0, 4.0], math.inf),
        ([10.0], [10.0, 1.0], math.inf),
    ],
)
def test_a_change_is_told_relative_to_the_value_before(old, new, share):
    assert metric_changes.relative(old, new) == pytest.approx(share)


def test_the_algorithms_are_noted_and_their_change_is_told(history, conn, user, home):
    history.season(FIRST, weeks=1)
    rebuild.refresh(conn, user.id)
    assert race_predictions.algorithms(conn, user.id) == catalogue.algorithms()
    conn.execute(
        "UPDATE metric_algorithms SET algorithm = 'trimp.v0' WHERE metric = 'activity.trimp'"
    )
    history.add(date(2024, 4, 9))
    rebuild.refresh(conn, user.id)
    assert engine_versions.is_outdated(conn, user.id)  # a refresh leaves most values as they were
    report = rebuild.rebuild(conn, user.id, home)
    assert report.algorithms == {"activity.trimp": ("trimp.v0", "trimp.banister.v2")}
    assert not engine_versions.is_outdated(conn, user.id)


# Another engine ------------------------------------------------------------------------------


def age(conn):
    """Make what is stored look as if an earlier engine had made it."""
    conn.execute("UPDATE activity_facts SET engine_version = '0', ngp_mps = 1")
    conn.execute("UPDATE activity_metrics SET engine_version = '0', inputs_hash = 'old', rtss = 1")


def test_facts_of_another_engine_are_made_again(history, conn, user, home):
    history.season(FIRST, weeks=2)
    rebuild.refresh(conn, user.id)
    before = history.everything()
    assert rebuild.renew(conn, user.id, home) is None
    age(conn)
    assert engine_versions.is_outdated(conn, user.id)
    report = rebuild.renew(conn, user.id, home)
    assert (report.facts, report.engines) == (7, ["0"])
    assert history.everything() == before
    assert before["activity_facts"][0][-1]["engine_version"] == ENGINE_VERSION
    assert not engine_versions.is_outdated(conn, user.id)


def test_only_the_facts_of_another_engine_are_made_again(history, conn, user, home):
    history.season(FIRST, weeks=2)
    rebuild.refresh(conn, user.id)
    before = history.everything()
    conn.execute(
        "UPDATE activity_facts SET engine_version = '0', gap_cv = 9"
        " WHERE activity_id = (SELECT max(activity_id) FROM activity_facts)"
    )
    assert rebuild.renew(conn, user.id, home).facts == 1
    assert history.everything() == before


def test_numbers_from_before_algorithms_were_noted_are_outdated(history, conn, user, home):
    history.season(FIRST, weeks=1)
    assert not engine_versions.is_outdated(conn, user.id)  # nothing is derived yet: behind, no more
    rebuild.refresh(conn, user.id)
    conn.execute("DELETE FROM metric_algorithms")
    assert engine_versions.is_outdated(conn, user.id)
    assert rebuild.renew(conn, user.id, home).changes == []
    assert not engine_versions.is_outdated(conn, user.id)


# Samples -------------------------------------------------------------------------------------


@pytest.mark.parametrize("workers", [1, 2])
def test_a_broken_sample_file_stops_nothing(history, conn, user, home, workers):
    history.season(FIRST, weeks=2)
    rebuild.refresh(conn, user.id)
    before = history.everything()
    first, second, *_ = sorted((home / "samples").rglob("*.parquet"))
    first.write_bytes(b"PAR1 and then nothing of the kind")
    second.unlink()
    conn.execute("DELETE FROM best_efforts WHERE activity_id = (SELECT max(id) FROM activities)")
    report = rebuild.rebuild(conn, user.id, home, workers=workers)
    gone = {one.path for one in report.unread}
    assert gone == {str(p.relative_to(home / "samples")) for p in (first, second)}
    assert all(one.why for one in report.unread)
    assert report.facts == 1
    assert history.everything() == before


def test_facts_of_samples_that_were_replaced_meanwhile_are_not_kept(history, conn, user, home):
    number = history.add(FIRST)
    rebuild.refresh(conn, user.id)
    before = history.rows("activity_facts")

    def a_better_file_comes(done, total):
        conn.execute("UPDATE activity_samples SET path = path || '.better'")

    conn.execute("UPDATE activity_facts SET gap_cv = 9")
    report = rebuild.rebuild(conn, user.id, home, a_better_file_comes)
    assert report.facts == 0
    assert history.rows("activity_facts") != before
    assert number in fitness.metrics(conn, user.id)
