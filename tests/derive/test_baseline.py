"""The history in a page, counted by hand."""

from datetime import date

import pytest

from runningcoach.derive import history_summary, rebuild
from runningcoach.store import race_predictions
from tests.derive.made import FIRST, derived, measured, on, run


def page(runs, day, metrics=None):
    metrics = metrics or measured(runs)
    _, rows = derived(runs, day, metrics=metrics)
    return history_summary.baseline(runs, metrics, rows, on(day))


def season(weeks, km=10.0):
    """Return runs on Tuesdays and Thursdays, and a longer one on Sundays."""
    days = [7 * week + day for week in range(weeks) for day in (1, 3, 6)]
    return [run(day, km=2 * km if day % 7 == 6 else km) for day in days]


def test_a_typical_week_is_the_median_of_twelve_whole_ones():
    runs = [*season(20), run(140, km=5.0)]  # the Monday of the 21st week
    found = page(runs, 141)
    assert found.runs == 61
    assert found.first_run == on(1)
    assert found.typical_week_m == 40_000
    assert found.typical_week_runs == 3
    assert found.typical_long_run_m == found.longest_run_m == 20_000
    assert found.usual_weekdays == [1, 3, 6]
    assert found.active_weeks_share == 1.0
    assert found.layoffs == []


def test_the_best_block_is_twelve_weeks_in_a_row():
    runs = [*season(10), *[run(day, km=30.0) for day in range(70, 154, 7)], *[
        run(day, km=15.0) for day in range(154, 182, 7)]]  # fmt: skip
    # Weeks of 40 km until the 10th, then 30, then 15: the first twelve hold 400 + 60 km.
    found = page(runs, 182)
    assert found.best_block_week_m == pytest.approx(460_000 / 12)
    assert found.best_block_starts_on == FIRST
    assert page(season(11), 76).best_block_week_m is None
    assert page(season(12), 83).best_block_week_m == 40_000  # that Sunday ends the twelfth


def test_layoffs_last_two_weeks_or_more_and_may_still_last():
    runs = [run(0), run(14), run(29), run(40)]
    found = page(runs, 60)
    assert [(gap.starts_on, gap.days) for gap in found.layoffs] == [(on(15), 14), (on(41), 20)]
    assert found.active_weeks_share == 4 / 9


def test_years_are_calendar_years():
    runs = [run(0), run(100, km=20.0), run(800)]
    found = page(runs, 810)
    assert [(y.year, y.runs, y.distance_m) for y in found.years] == [
        (2024, 2, 30_000),
        (2025, 0, 0),
        (2026, 1, 10_000),
    ]
    assert found.years[1].longest_run_m is None
    assert max(y.ctl_max for y in found.years) == found.ctl_max
    assert found.ctl_max_on in {on(0), on(100), on(800)}


def test_easy_runs_stay_below_the_fourth_zone():
    runs = [run(0, speed=2.8, bpm=135), run(1, speed=3.0, bpm=140), run(2, speed=4, bpm=175)]
    metrics = measured(runs, hr_zone_s=[0, 1000, 2000, 300, 0])
    metrics[2].hr_zone_s = [0, 0, 100, 100, 2400]
    found = page(runs, 5, metrics)
    assert found.easy_pace_mps == 2.9
    assert found.easy_hr_bpm == 137.5
    assert page(runs, 90, metrics).easy_pace_mps is None  # more than twelve weeks ago


def test_records_are_the_fastest_and_of_equal_ones_the_oldest():
    runs = [
        run(0, efforts={1000.0: 250.0, 5000.0: 1400.0}),
        run(1, efforts={1000.0: 240.0, 5000.0: 1400.0}),
    ]
    found = page(runs, 2)
    assert [(r.distance_m, r.activity_id, r.elapsed_s) for r in found.records] == [
        (1000, 1, 240),
        (5000, 0, 1400),
    ]
    assert found.records[0].moving_s is None


def test_only_runs_up_to_the_day_count():
    runs = [run(0), run(1, sport="cycling", km=90.0), run(5, km=50.0)]
    found = page(runs, 5)
    metrics = measured(runs)
    _, rows = derived(runs, 5)
    before = history_summary.baseline(runs, metrics, rows, on(4))
    assert (found.distance_m, before.distance_m) == (60_000, 10_000)
    assert before.ctl == rows[4].ctl
    assert page([run(0, sport="cycling")], 3) is None
    assert page([], 3) is None


def test_a_refresh_keeps_the_page(history, conn, user, monkeypatch):
    monkeypatch.setattr("runningcoach.base.periods.today", lambda zone: date(2024, 2, 20))
    history.season(FIRST, weeks=4)
    rebuild.refresh(conn, user.id)
    found = race_predictions.baseline(conn, user.id)
    assert (found.runs, found.as_of) == (13, date(2024, 2, 20))
    assert found.layoffs[-1].starts_on == date(2024, 1, 30)
