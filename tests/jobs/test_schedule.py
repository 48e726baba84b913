"""What is due and what becomes of it, in compressed time, with stubs for the runs."""

import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from runningcoach.store import accounts, job_runs
from tests.jobs.conftest import World, at

MONDAY = datetime(2026, 10, 11, 15, tzinfo=UTC)
"""Midnight in Seoul, at the beginning of Monday the 12th."""
HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)

HOUSE = {
    "sync": {"notebook": "works", "cron": "0 6-23 * * *", "jitter_s": 300, "late_s": 1800},
    "daily": {"notebook": "works", "cron": "10 5 * * *", "late_s": 43200},
    "weekly": {"notebook": "works", "cron": "0 6 * * mon", "late_s": 86400},
    "monthly": {"notebook": "works", "cron": "30 6 1 * *"},
    "tidy": {"notebook": "works", "cron": "40 4 * * *", "whom": "owner"},
    "backfill": {"notebook": "works"},
}


@pytest.fixture
def household(conn, user, other_user):
    for one in (user, other_user):
        at(conn, one, MONDAY)


def world(conn, jobs, entries=HOUSE, start=MONDAY, **options):
    return World(conn, jobs(**entries), start, **options)


def states(rows):
    return [(attempt, state) for _, _, attempt, state, _ in rows]


@pytest.mark.deep
def test_ten_days_of_a_household_pass_in_seconds(conn, jobs, household, user, other_user):
    began = time.monotonic()
    house = world(conn, jobs).pass_until(MONDAY + 10 * DAY)
    assert time.monotonic() - began < 45
    counted = Counter((name, user_id) for name, user_id, _ in house.begun)
    both = (user.id, other_user.id)
    assert {counted["sync", one] for one in both} == {180}  # 18 a day
    assert {counted["daily", one] for one in both} == {10}
    assert {counted["weekly", one] for one in both} == {2}  # the 12th and the 19th
    assert {counted["monthly", one] for one in both} == {0}
    assert (counted["tidy", user.id], counted["tidy", other_user.id]) == (10, 0)
    assert {row[3] for row in house.rows()} == {"succeeded"}
    daily = [when - MONDAY for name, one, when in house.begun if (name, one) == ("daily", user.id)]
    assert daily == [n * DAY + 5 * HOUR + 10 * MINUTE for n in range(10)]
    late = [when.minute * 60 + when.second for name, _, when in house.begun if name == "sync"]
    assert max(late) <= 300 + 45  # a place may have to become free first
    assert min(late) < 60


def test_jobs_of_one_queue_run_one_after_the_other(conn, jobs, household, user, other_user):
    entry = {"notebook": "works", "queue": "garmin"}
    table = {"history": entry, "newest": entry, "alone": {"notebook": "works"}}
    house = world(conn, jobs, table, lasts={"history": 50 * MINUTE})
    for name in table:
        job_runs.enqueue(conn, user.id, name, MONDAY)
    job_runs.enqueue(conn, other_user.id, "newest", MONDAY)
    house.pass_until(MONDAY + 2 * HOUR)
    begun = {(name, one): when - MONDAY for name, one, when in house.begun}
    assert begun["history", user.id] == timedelta()
    assert begun["alone", user.id] < MINUTE
    assert begun["newest", other_user.id] < 2 * MINUTE, "whose queue is another one"
    assert 50 * MINUTE <= begun["newest", user.id] < 51 * MINUTE
    assert [row[3] for row in house.rows()] == ["succeeded"] * 4


def test_the_month_begins_in_the_runner_s_zone(conn, jobs, household):
    first = datetime(2026, 10, 31, 21, 30, tzinfo=UTC)  # 06:30 on 1 November in Seoul
    house = world(conn, jobs, {"monthly": HOUSE["monthly"]}, start=first - DAY)
    house.pass_until(first + DAY)
    assert [when for _, _, when in house.begun] == [first, first]


def test_no_more_than_two_run_at_once_and_the_others_wait(conn, jobs, household):
    entries = {name: {"notebook": "works", "cron": "0 5 * * *"} for name in ("a", "b", "c")}
    house = world(conn, jobs, entries, lasts=dict.fromkeys("abc", 10 * MINUTE))
    house.pass_until(MONDAY + 6 * HOUR)
    begun = sorted(when - MONDAY - 5 * HOUR for _, _, when in house.begun)
    assert begun == [n * 10 * MINUTE for n in (0, 0, 1, 1, 2, 2)]


def test_a_run_that_lasts_longer_than_its_hour_lets_the_next_go(conn, jobs, user):
    at(conn, user, MONDAY)
    entries = {"sync": {"notebook": "works", "cron": "0 6-23 * * *", "timeout_s": 7200}}
    house = world(conn, jobs, entries, lasts={"sync": 90 * MINUTE}).pass_until(MONDAY + 10 * HOUR)
    assert [(row[3], row[4]) for row in house.rows()] == [
        ("succeeded", None), ("skipped", "overlap"), ("succeeded", None), ("skipped", "overlap"),
        ("running", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("asleep", "expected"),
    [
        (30 * MINUTE, "succeeded"),  # switched on at 05:40, half an hour late
        (12 * HOUR, "succeeded"),
        (12 * HOUR + MINUTE, "missed"),
    ],
)
def test_late_is_run_once_and_too_late_is_missed(conn, jobs, user, asleep, expected):
    at(conn, user, MONDAY)
    house = world(conn, jobs, {"daily": HOUSE["daily"]})
    due = MONDAY + 5 * HOUR + 10 * MINUTE
    house.sleep_until(due + asleep).pass_until(due + asleep + HOUR)
    [(_, scheduled_for, _, state, why)] = house.rows()
    assert (scheduled_for, state) == (due, expected)
    assert why == ("too_late" if expected == "missed" else None)


def test_weeks_switched_off_are_one_run_not_many(conn, jobs, user):
    at(conn, user, MONDAY)
    house = world(conn, jobs, {"sync": HOUSE["sync"] | {"jitter_s": 0}})
    house.sleep_until(MONDAY + 20 * DAY + 9 * HOUR + 5 * MINUTE)
    house.pass_until(MONDAY + 20 * DAY + 9 * HOUR + 30 * MINUTE)
    assert [row[1] for row in house.rows()] == [MONDAY + 20 * DAY + 9 * HOUR]


def test_a_new_scheduler_goes_on_where_the_last_one_was(conn, jobs, user):
    at(conn, user, MONDAY)
    entries = {"daily": HOUSE["daily"]}
    world(conn, jobs, entries).pass_until(MONDAY + 6 * HOUR)
    again = world(conn, jobs, entries, start=MONDAY + 7 * HOUR).pass_until(MONDAY + DAY)
    assert again.begun == [], "today's was done before"
    assert len(again.rows()) == 1


def test_an_account_has_no_past_to_catch_up_with(conn, jobs, user):
    at(conn, user, MONDAY + 8 * HOUR)
    house = world(conn, jobs, {"daily": HOUSE["daily"]}, start=MONDAY + 8 * HOUR)
    assert house.pass_until(MONDAY + DAY).rows() == []


def test_a_failure_is_tried_again_as_often_as_the_table_says(conn, jobs, user):
    at(conn, user, MONDAY)
    entries = {"daily": HOUSE["daily"] | {"retries": 2, "retry_after_s": 600}}
    endings = {"daily": ["failed", "timed_out", "crashed"]}
    house = world(conn, jobs, entries, endings=endings).pass_until(MONDAY + 12 * HOUR)
    assert states(house.rows()) == [(1, "failed"), (2, "timed_out"), (3, "crashed")]
    begun = [when for _, _, when in house.begun]
    assert [later - earlier for earlier, later in pairwise(begun)] == [
        10 * MINUTE + timedelta(seconds=20)
    ] * 2


def test_a_retry_gives_way_to_the_next_day(conn, jobs, user):
    at(conn, user, MONDAY)
    entries = {"daily": HOUSE["daily"] | {"retries": 1, "retry_after_s": 90_000}}
    endings = {"daily": ["failed", "succeeded", "succeeded"]}
    house = world(conn, jobs, entries, endings=endings).pass_until(MONDAY + 3 * DAY - HOUR)
    assert [row[2:] for row in house.rows()][:3] == [
        (1, "failed", None), (2, "skipped", "superseded"), (1, "succeeded", None),
    ]  # fmt: skip


def test_what_somebody_asks_for_runs_though_it_has_no_schedule(conn, jobs, user):
    at(conn, user, MONDAY)
    house = world(conn, jobs).pass_until(MONDAY + MINUTE)
    asked = job_runs.enqueue(conn, user.id, "backfill", house.clock.now(), parameters={"more": 1})
    house.pass_until(MONDAY + HOUR)
    done = job_runs.get(conn, user.id, asked.id)
    assert (done.state, done.asked_by, done.parameters) == ("succeeded", "user", {"more": 1})


def test_a_job_that_left_the_table_is_not_waited_for(conn, jobs, user):
    at(conn, user, MONDAY)
    waits = job_runs.enqueue(conn, user.id, "gone", MONDAY)
    world(conn, jobs).pass_until(MONDAY + MINUTE)
    row = job_runs.get(conn, user.id, waits.id)
    assert (row.state, row.error_code) == ("skipped", "no_job")


def test_a_run_whose_watcher_died_is_recovered(conn, jobs, user, reading):
    """A run whose watcher is gone is crashed; one whose lock is held is somebody's."""
    at(conn, user, MONDAY)
    entries = {"daily": HOUSE["daily"] | {"retries": 1}, "weekly": HOUSE["weekly"]}
    for name in entries:
        run = job_runs.enqueue(reading, user.id, name, MONDAY)
        job_runs.begin(reading, run.id, MONDAY, "host")
    assert job_runs.try_lock(reading, user.id, "weekly")
    house = world(conn, jobs, entries, start=MONDAY + MINUTE)
    assert house.schedule.runs.recover() == 1
    by_job = {row[0]: row[2:] for row in house.rows() if row[2] == 1}
    assert by_job == {"daily": (1, "crashed", "watcher_died"), "weekly": (1, "running", None)}
    assert [(run.job, run.attempt) for run in job_runs.waiting(conn)] == [("daily", 2)]


def test_a_clock_that_was_ahead_keeps_no_job_from_its_times(conn, jobs, user, heard):
    at(conn, user, MONDAY)
    house = world(conn, jobs, {name: HOUSE[name] for name in ("daily", "weekly")})
    house.pass_until(MONDAY + 6 * HOUR)
    house.clock.time = MONDAY + 9 * DAY + 6 * HOUR
    house.pass_until(MONDAY + 9 * DAY + 7 * HOUR)
    ahead = [when for name, _, when in house.begun if name == "daily"][1:]
    assert ahead == [MONDAY + 9 * DAY + 6 * HOUR]
    house.clock.time = MONDAY + 7 * HOUR
    house.begun.clear()
    house.pass_until(MONDAY + 11 * DAY)
    daily = [when - MONDAY for name, _, when in house.begun if name == "daily"]
    weekly = [when - MONDAY for name, _, when in house.begun if name == "weekly"]
    assert daily == [n * DAY + 5 * HOUR + 10 * MINUTE for n in range(1, 11)]
    assert weekly == [7 * DAY + 6 * HOUR]
    assert "the clock was ahead: 2 runs were dated in the future" in heard.getvalue()
    told = [row for row in house.rows() if row[4] == "clock_ahead"]
    assert {(row[0], row[3]) for row in told} == {("daily", "succeeded"), ("weekly", "missed")}
    assert all(row[1] <= MONDAY + 7 * HOUR for row in told), "dated back to when they were"
    now = MONDAY + 11 * DAY
    assert job_runs.count_clock_ahead(conn, now, MONDAY) == 2
    assert job_runs.count_clock_ahead(conn, now, MONDAY + DAY) == 0


def test_a_run_that_waits_or_runs_when_the_clock_is_set_back_goes_on(conn, jobs, user):
    at(conn, user, MONDAY + 9 * DAY)
    entries = {"daily": HOUSE["daily"] | {"retries": 1, "timeout_s": 1800}}
    house = world(conn, jobs, entries, start=MONDAY + 9 * DAY + 5 * HOUR, lasts={"daily": 99 * DAY})
    house.pass_until(MONDAY + 9 * DAY + 5 * HOUR + 20 * MINUTE)
    assert states(house.rows()) == [(1, "running")]
    house.clock.time = MONDAY + 2 * HOUR
    house.lasts = {}
    house.pass_until(MONDAY + 3 * HOUR)
    assert states(house.rows()) == [(1, "timed_out"), (2, "succeeded")], "within its half hour"
    house.pass_until(MONDAY + 2 * DAY)
    daily = [when - MONDAY for _, _, when in house.begun][2:]
    assert daily == [n * DAY + 5 * HOUR + 10 * MINUTE for n in range(2)]


def test_an_account_made_while_the_clock_was_ahead_has_its_jobs(conn, jobs, user):
    at(conn, user, MONDAY + 30 * DAY)
    house = world(conn, jobs, {"daily": HOUSE["daily"]}).pass_until(MONDAY + 2 * DAY)
    assert len(house.begun) == 2


def test_a_run_whose_account_is_removed_is_ended_and_the_others_go_on(conn, jobs, user, other_user):
    for one in (user, other_user):
        at(conn, one, MONDAY)
    entries = {"daily": HOUSE["daily"] | {"retries": 2}}
    house = world(conn, jobs, entries, lasts={"daily": HOUR}).pass_until(MONDAY + 5.5 * HOUR)
    assert len(house.schedule.runs) == 2
    accounts.remove(conn, other_user.id)
    house.pass_until(MONDAY + 8 * HOUR)
    assert [row[2:4] for row in house.rows()] == [(1, "succeeded")]
    assert len(house.schedule.runs) == 0
