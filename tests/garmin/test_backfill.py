"""The whole history, once: everything comes, nothing twice, one question after another."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest

from runningcoach.ingest.garmin import unit_plan
from runningcoach.sources.garmin import ENDPOINTS

from .conftest import TODAY, Runner

TEN_YEARS, RUNS = 3652, 2600


def can_by(lane):
    return lambda kind: ENDPOINTS[kind].path(lane) is not None


def twice(calls):
    counted = Counter((call.method, call.path, call.query) for call in calls)
    return [asked for asked, times in counted.items() if times > 1]


def test_backfill_by_key_brings_everything_once_and_in_turn(keyed: Runner):
    report = keyed.backfill()
    assert report.stopped is None
    assert report.new == len(keyed.fake.activity_ids())
    assert set(keyed.units()) <= {"done", "no_data"}
    calls = keyed.asked()
    assert twice(calls) == []
    assert {call.in_flight for call in calls} == {1}
    assert {call.lane for call in calls} == {"personal"}
    known = keyed.conn.execute("SELECT garmin_activity_id FROM activities WHERE leg = 0")
    assert {number for (number,) in known} == set(keyed.fake.activity_ids())
    # The newest first, so that the pages are useful within minutes.
    numbers = [call.path.rsplit("/", 1)[-1] for call in keyed.asked("/download-service/")]
    day_of = dict(keyed.conn.execute("SELECT key, newest_day FROM sync_units WHERE kind = 'fit'"))
    assert [day_of[number] for number in numbers] == sorted(day_of.values(), reverse=True)
    nights = keyed.value("SELECT count(*) FROM sleep WHERE total_s > 0")
    assert nights > 0.8 * 365 * 0.12


@pytest.mark.deep
def test_backfill_by_both_lanes_asks_each_thing_of_one_lane(runner: Runner):
    runner.with_key()
    runner.sign_in()
    runner.fake.clear_log()
    assert runner.backfill().stopped is None
    calls = runner.asked()
    assert twice(calls) == []
    assert {call.lane for call in calls} == {"personal", "connect"}
    downloads = runner.asked("/download-service/")
    assert {call.lane for call in downloads} == {"personal"}
    assert len(downloads) == len(runner.fake.activity_ids())
    assert runner.value("SELECT count(*) FROM garmin_scores WHERE readiness IS NOT NULL") > 30
    assert runner.value("SELECT count(*) FROM gear") > 0


@pytest.mark.deep
def test_second_backfill_asks_only_where_history_begins(kept_up: Runner):
    before = kept_up.tables()
    kept_up.backfill()
    assert [call.path for call in kept_up.asked()] == [
        "/activitylist-service/activities/search/activities"
    ]
    assert kept_up.tables() == before


def test_backfill_stops_when_the_requests_of_a_day_are_used_up(keyed: Runner):
    done = []
    report = keyed.backfill(most_requests=40, progress=lambda told: done.append(told.requests))
    assert report.stopped == "budget"
    assert "내일" in str(report)
    assert len(keyed.asked()) == 40 == report.requests
    assert done == sorted(done)
    assert keyed.units()["pending"] > 0
    keyed.fake.clear_log()
    assert keyed.backfill(most_requests=40).requests == 0
    assert keyed.asked() == []


@pytest.mark.deep
def test_shorter_backfill_can_be_made_longer(keyed: Runner):
    keyed.backfill(days=14)
    first = keyed.value("SELECT min(local_date) FROM activities")
    assert first >= TODAY - timedelta(days=14)
    keyed.backfill()
    assert twice(keyed.asked("/download-service/")) == []
    known = keyed.value("SELECT count(*) FROM activities WHERE leg = 0")
    assert known == len(keyed.fake.activity_ids())


def test_lane_that_comes_later_brings_what_only_it_has(kept_up: Runner):
    kept_up.sign_in()
    kept_up.fake.clear_log()
    assert kept_up.backfill().stopped is None
    assert kept_up.value("SELECT count(*) FROM garmin_scores WHERE readiness IS NOT NULL") > 30
    assert kept_up.value("SELECT count(*) FROM activities WHERE air_temperature_c IS NOT NULL") > 0
    assert kept_up.asked("/download-service/") == []
    assert kept_up.asked("/hrv-service/") == []


@pytest.mark.parametrize(
    ("lanes", "least", "most"),
    # The arithmetic of the services' longest ranges: 2,600 files and as many summaries, nine
    # windows of 28 to 365 days, ninety days in detail; 20 % either way.
    [(("key", "signin"), 6300 * 0.8, 6300 * 1.2), (("key",), 3200 * 0.8, 3200 * 1.2)],
)
def test_ten_years_are_counted_beforehand(lanes, least, most):
    def can(kind):
        return any(can_by(lane)(kind) for lane in lanes)

    units = list(unit_plan.backfill(TODAY - timedelta(days=TEN_YEARS), TODAY, TODAY, can))
    requests = unit_plan.requests(units, RUNS, TEN_YEARS, can)
    assert least <= requests <= most


@pytest.mark.deep
@pytest.mark.parametrize("lane", ["key", "signin"])
def test_count_beforehand_agrees_with_what_is_asked(runner: Runner, lane: str):
    runner.with_key() if lane == "key" else runner.sign_in()
    runner.fake.clear_log()
    report = runner.backfill()
    first = runner.value("SELECT min(local_date) FROM activities")
    units = unit_plan.backfill(first, TODAY, TODAY, can_by(lane))
    runs, days = len(runner.fake.activity_ids()), (TODAY - first).days
    assert report.requests == pytest.approx(
        unit_plan.requests(units, runs, days, can_by(lane)), rel=0.1
    )
    assert len(runner.asked()) == report.requests


def test_windows_cover_every_day_once_and_lie_still():
    first, last = TODAY - timedelta(days=400), TODAY
    windows = list(unit_plan.windows(first, last, 28))
    assert windows[0][1] == last
    assert windows[-1][0] <= first < windows[-1][0] + timedelta(days=28)
    for (begin, _), (_, end) in pairwise(windows):
        assert begin - end == timedelta(days=1)
    later = list(unit_plan.windows(first, last + timedelta(days=3), 28))
    assert set(windows[1:]) <= set(later)
