"""Sums of running hold running; every other sport stands apart, and load is one number."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from runningcoach.base import i18n
from runningcoach.derive.sport_totals import merge_sums
from runningcoach.metrics.sports import BY_TIMER, counted_time_s
from runningcoach.model.activity import SportSum
from runningcoach.pages.tiles import sports, summary
from runningcoach.store import activity_totals, fitness, race_predictions
from runningcoach.store.activities import ActivityFilters

PERIODS = ("week", "month", "year", "all")
SPORTS = {"running": "Running", "biking": "Biking", "other": "Other"}


def by_sport(rows: Sequence[SportSum]) -> dict[str, SportSum]:
    return {one.sport: one for one in rows}


def only(case, period: str):
    (row,) = [
        one
        for one in fitness.summaries(case.conn, case.user.id, period, date.min, date.max)
        if one.activities
    ]
    return row


@pytest.fixture
def week(import_case):
    """A week of three runs (29.8 km), two rides (129.6 km) and an hour of strength."""
    return import_case("week_mixes_sports")


def test_week_month_year_and_all_sum_runs_alone(week):
    for period in PERIODS:
        row = only(week, period)
        assert round(row.distance_m / 1000, 1) == 29.8
        assert row.moving_s == 3000 + 3000 + 4800  # 8.4, 8.4 and 12.96 km at 2.8 and 2.7 m/s
        assert row.longest_run_m == pytest.approx(12_960, abs=1)
        assert (row.activities, row.runs) == (6, 3)
        told = by_sport(row.by_sport)
        assert list(told) == ["running", "cycling", "training"]
        assert told["cycling"].distance_m == pytest.approx(129_600, abs=1)
        assert told["training"].moving_s == 3600
        assert told["training"].distance_m is None
        assert row.load == pytest.approx(sum(one.load for one in row.by_sport))


def test_days_sum_runs_alone_and_keep_each_sport(week):
    days = [d for d in fitness.daily(week.conn, week.user.id, date.min, date.max) if d.activities]
    assert [round(day.distance_m) for day in days] == [8400, 0, 8400, 0, 12_960, 0]
    assert [day.by_sport[0].sport for day in days].count("cycling") == 2
    assert all(day.load == pytest.approx(sum(s.load for s in day.by_sport)) for day in days)
    together = merge_sums(one for day in days for one in day.by_sport)
    assert [(one.sport, one.activities) for one in together] == [
        ("running", 3), ("cycling", 2), ("training", 1),
    ]  # fmt: skip
    assert sum(one.moving_s for one in together) == 10_800 + 16_200 + 3600  # 8 h 30 min


def test_lists_months_calendar_and_baseline_agree(week):
    conn, me = week.conn, week.user.id
    listed = by_sport(activity_totals.sums_by_sport(conn, me))
    for sport, told in by_sport(only(week, "all").by_sport).items():
        assert listed[sport].moving_s == pytest.approx(told.moving_s)
        assert listed[sport].distance_m == told.distance_m
        assert listed[sport].load == pytest.approx(told.load)
    (month,) = activity_totals.monthly_totals(conn, me)
    (rides,) = activity_totals.monthly_totals(conn, me, ActivityFilters(sport="cycling"))
    assert (round(month.distance_m), round(rides.distance_m)) == (29_760, 129_600)
    calendar = activity_totals.calendar(conn, me, date.min, date.max)
    assert sum(day.distance_m or 0 for day in calendar) == pytest.approx(29_760, abs=1)
    baseline = race_predictions.baseline(conn, me)
    assert baseline is not None
    assert round(baseline.years[0].distance_m) == 29_760
    assert baseline.years[0].moving_s == only(week, "year").moving_s


def test_report_says_runs_first_and_the_other_sports_beside(week):
    span = summary.week_before(only(week, "week").starts_on + timedelta(days=7))
    rows = fitness.summaries(week.conn, week.user.id, "week", span.starts[0], span.first)
    days = fitness.daily(week.conn, week.user.id, span.starts[0], span.last)
    with i18n.speaking("ko"):
        text = str(summary.headline(span, summary.beside(span, rows), days))
        table = str(summary.by_sport(summary.beside(span, rows)))
    assert "29.8 km" in text
    assert "129.6 km" in text
    assert "159.4" not in text + table
    assert "129.6" in table


TCX = """<TrainingCenterDatabase
 xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"><Activities>
<Activity Sport="{sport}"><Id>{start}</Id><Lap StartTime="{start}">
<TotalTimeSeconds>{seconds}</TotalTimeSeconds><DistanceMeters>{metres}</DistanceMeters><Track>
{points}</Track></Lap></Activity></Activities></TrainingCenterDatabase>"""
POINT = (
    "<Trackpoint><Time>{at}</Time><DistanceMeters>{metres}</DistanceMeters><HeartRateBpm>"
    "<Value>140</Value></HeartRateBpm></Trackpoint>"
)


def tcx(folder: Path, day: int, sport: str, speed_mps: float, seconds: int = 600) -> Path:
    """Write an activity at one speed, every second recorded."""
    start = datetime(2025, 3, day, 7, tzinfo=UTC)
    points = "".join(
        POINT.format(at=f"{start + timedelta(seconds=s):%Y-%m-%dT%H:%M:%SZ}", metres=s * speed_mps)
        for s in range(seconds + 1)
    )
    made = folder / f"{day}-{sport}.tcx"
    blanks = {"start": f"{start:%Y-%m-%dT%H:%M:%SZ}", "seconds": seconds}
    name = SPORTS[sport]
    made.write_text(TCX.format(sport=name, metres=seconds * speed_mps, points=points, **blanks))
    return made


def test_a_day_of_a_run_and_a_ride_is_the_run(import_paths, tmp_path):
    case = import_paths(tcx(tmp_path, 3, "running", 3.0), tcx(tmp_path, 3, "biking", 9.0))
    (day,) = [d for d in fitness.daily(case.conn, case.user.id, date.min, date.max) if d.activities]
    assert (day.activities, day.distance_m, day.moving_s) == (2, 1800, 600)
    assert by_sport(day.by_sport)["cycling"].distance_m == 5400


def test_a_week_without_a_run_has_no_running_distance(import_paths, tmp_path):
    case = import_paths(tcx(tmp_path, 3, "biking", 9.0), tcx(tmp_path, 5, "other", 2.0))
    row = only(case, "week")
    assert (row.runs, row.distance_m, row.moving_s, row.longest_run_m) == (0, 0, 0, None)
    assert row.elevation_gain_m is None
    assert sum(one.activities for one in row.by_sport) == 2
    with i18n.speaking("en"):
        assert sports.runs(row.by_sport) == 0
        assert "5.4 km" in sports.in_words(sports.others(row.by_sport))


@pytest.mark.parametrize(
    ("sport", "moving_s", "timer_s", "elapsed_s", "counted"),
    [
        ("running", 2990.0, 3000.0, 3100.0, 2990.0),
        ("running", 3001.0, 3000.0, 3000.0, 3000.0),  # a grid of whole seconds is one longer
        ("running", None, 3000.0, 3100.0, 3000.0),
        ("running", None, None, 3100.0, 3100.0),
        ("running", 0.0, 600.0, 600.0, 0.0),
        ("training", 0.0, 3600.0, 3600.0, 3600.0),
        ("swimming", 1200.0, 2700.0, 2900.0, 2700.0),
        ("swimming", None, None, None, None),
    ],
)
def test_counted_time_is_moving_or_the_timers(sport, moving_s, timer_s, elapsed_s, counted):
    assert counted_time_s(sport, moving_s, timer_s, elapsed_s) == counted
    assert ("training" in BY_TIMER, "running" in BY_TIMER) == (True, False)
