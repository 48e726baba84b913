"""Weeks, months, years and everything add up to the days they hold."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runningcoach.derive import summaries
from tests.derive.made import FIRST, derived, measured, on, run


def spans(runs, until, metrics=None):
    metrics = metrics or measured(runs)
    timeline, rows = derived(runs, until, metrics=metrics)
    found = summaries.summaries(runs, metrics, rows, timeline)
    by = {period: [s for s in found if s.period == period] for period in
          ("week", "month", "year", "all")}  # fmt: skip
    return by, rows


def test_periods_begin_on_mondays_firsts_and_the_first_day():
    start = 2  # a Wednesday
    by, _ = spans([run(start), run(400)], 400)
    assert by["week"][0].starts_on == FIRST
    assert [s.starts_on for s in by["month"][:2]] == [date(2024, 1, 1), date(2024, 2, 1)]
    assert [s.starts_on for s in by["year"]] == [date(2024, 1, 1), date(2025, 1, 1)]
    assert [s.starts_on for s in by["all"]] == [on(start)]
    assert len(by["week"]) == 58  # days 0..400


@settings(max_examples=20)
@given(st.lists(st.tuples(st.integers(0, 500), st.floats(1, 40)), min_size=1, max_size=20))
def test_every_kind_of_period_adds_up_to_the_same(made):
    runs = [run(day, n, km=km) for n, (day, km) in enumerate(sorted(made))]
    by, rows = spans(runs, 500)
    for found in by.values():
        assert sum(s.activities for s in found) == len(runs)
        assert sum(s.distance_m for s in found) == pytest.approx(sum(a.distance_m for a in runs))
        assert sum(s.load for s in found) == pytest.approx(50 * len(runs))
        assert found[-1].ctl_end == rows[-1].ctl
        assert max(s.longest_run_m or 0 for s in found) == max(a.distance_m for a in runs)
    for found in (by["week"], by["month"], by["year"]):
        rise = sum(s.ramp for s in found[1:]) + found[0].ctl_end
        assert rise == pytest.approx(rows[-1].ctl)
        assert found[0].ramp is None


def test_intensity_is_split_at_the_zones_of_the_day():
    # HRmax 190: zone 3 from 133, zone 4 from 152, VT1 at 148.2.
    at_bpm = np.zeros(256, np.int32)
    at_bpm[[90, 132, 133, 148, 149, 151, 152, 180]] = [100, 200, 100, 100, 50, 50, 300, 100]
    by, _ = spans([run(0, hr_seconds=at_bpm)], 0)
    row = by["week"][0]
    assert (row.low_share, row.moderate_share, row.high_share) == (0.3, 0.3, 0.4)
    assert row.easy_share == 0.5
    assert by["all"][0].low_share == 0.3


def test_without_heart_rate_there_is_no_share():
    by, _ = spans([run(0, hr_seconds=None)], 8)
    row = by["week"][0]
    assert row.low_share is row.moderate_share is row.high_share is row.easy_share is None
    assert by["week"][1].runs == 0
    assert by["week"][1].longest_run_m is None


def test_a_week_ramps_as_its_last_day_does():
    by, rows = spans([run(day) for day in range(0, 60, 2)], 60)
    for week in by["week"][1:-1]:
        sunday = next(r for r in rows if r.date == week.starts_on + timedelta(days=6))
        assert week.ramp == pytest.approx(sunday.ramp_7d)
        known = [r.acwr for r in rows if 0 <= (r.date - week.starts_on).days < 7 and r.acwr]
        assert week.acwr_max == (max(known) if known else None)


def test_nothing_gives_no_periods():
    by, _ = spans([], 10)
    assert by == {"week": [], "month": [], "year": [], "all": []}
