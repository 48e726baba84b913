"""The table of jobs: what it may say, and what it says of every mistake."""

from datetime import UTC, datetime, timedelta

import pytest

from runningcoach.jobs import due_times, job_table
from runningcoach.jobs.problems import BadTable, NoSuchJob
from runningcoach.model.user import User
from tests.conftest import PROJECT

SEOUL = timedelta(hours=9)


def person(timezone="Asia/Seoul", role="owner"):
    made = datetime(2026, 1, 1, tzinfo=UTC)
    return User(id=1, username="a", display_name="A", role=role, language="ko",
                timezone=timezone, created_at=made)  # fmt: skip


def job(jobs, **lines):
    return jobs(works={"notebook": "works"} | lines)["works"]


def moments(job, user, after, count):
    found = [after]
    for _ in range(count):
        found.append(due_times.next_after(job, user, found[-1]))
    return found[1:]


def test_the_table_that_comes_along_can_be_used():
    jobs = job_table.read(PROJECT / "scheduler" / "jobs.toml")
    assert {"daily_metrics", "weekly_summary", "monthly_summary", "retention"} <= set(jobs)
    assert jobs["retention"].whom == "owner"
    assert jobs["plan_adaptation"].whom == "everyone"


@pytest.mark.parametrize(
    ("lines", "mistake"),
    [
        ({"cron": "0 25 * * *"}, "works.cron"),
        ({"cron": "0 6 * *"}, "expected 5"),
        ({"cron": "0 6 * * 1"}, "write weekdays as words"),
        ({"timezone": "Asia/Soul"}, "there is no time zone Asia/Soul"),
        ({"timeout_s": 0}, "works.timeout_s"),
        ({"retries": -1}, "works.retries"),
        ({"keep": 0}, "works.keep"),
        ({"whom": "nobody"}, "works.whom"),
        ({"tiemout_s": 5}, "works.tiemout_s"),
        ({"notebook": "absent"}, "works: there is no notebook absent.ipynb"),
    ],
)
def test_a_mistake_is_named(jobs, lines, mistake):
    with pytest.raises(BadTable) as caught:
        job(jobs, **lines)
    assert mistake in caught.value.what("en")
    assert "jobs.toml" in caught.value.what("ko")


def test_all_mistakes_are_named_at_once(jobs):
    with pytest.raises(BadTable) as caught:
        jobs(works={"notebook": "works", "keep": 0}, Bad={"notebook": "works"})
    assert "works.keep" in str(caught.value)
    assert "Bad.name" in str(caught.value)


@pytest.mark.parametrize("text", ["[jobs.x", "[job.x]\nnotebook = 'works'"])
def test_a_file_that_is_no_table_is_named(shelf, text):
    (shelf / "jobs.toml").write_text(text)
    with pytest.raises(BadTable):
        job_table.read(shelf / "jobs.toml")
    with pytest.raises(BadTable):
        job_table.read(shelf / "absent.toml")


def test_a_job_of_the_household_is_the_owner_s(jobs):
    jobs = jobs(works={"notebook": "works", "whom": "owner"})
    assert job_table.job_for(jobs, "works", person(), ()).name == "works"
    with pytest.raises(NoSuchJob):
        job_table.job_for(jobs, "works", person(role="runner"), ())


def test_what_needs_a_connection_is_for_the_connected(jobs):
    jobs = jobs(works={"notebook": "works", "whom": "connected"}, other={"notebook": "works"})
    both, alone = person(), person().model_copy(update={"id": 8})
    assert [job.name for job in job_table.jobs_for(jobs, both, {both.id})] == ["works", "other"]
    assert [job.name for job in job_table.jobs_for(jobs, alone, {both.id})] == ["other"]
    with pytest.raises(NoSuchJob):
        job_table.job_for(jobs, "works", alone, {both.id})


def test_weekdays_are_those_of_the_runner_s_week(jobs):
    """2026-10-12 is a Monday. Six in the morning in Seoul is nine in the evening before in UTC."""
    weekly = job(jobs, cron="0 6 * * mon")
    sunday = datetime(2026, 10, 10, 12, tzinfo=UTC)
    assert moments(weekly, person(), sunday, 2) == [
        datetime(2026, 10, 11, 21, tzinfo=UTC),
        datetime(2026, 10, 18, 21, tzinfo=UTC),
    ]
    in_berlin = job(jobs, cron="0 6 * * mon", timezone="Europe/Berlin")
    assert due_times.next_after(in_berlin, person(), sunday) == datetime(
        2026, 10, 12, 4, tzinfo=UTC
    )


def test_a_day_with_23_or_25_hours_has_each_moment_once(jobs):
    """Berlin: 02:30 is skipped on 2026-03-29 and comes twice on 2026-10-25."""
    nightly = job(jobs, cron="30 2 * * *", timezone="Europe/Berlin")
    spring = moments(nightly, person(), datetime(2026, 3, 28, 12, tzinfo=UTC), 2)
    assert spring == [
        datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
        datetime(2026, 3, 30, 0, 30, tzinfo=UTC),
    ]
    autumn = moments(nightly, person(), datetime(2026, 10, 24, 12, tzinfo=UTC), 2)
    assert autumn == [
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 26, 1, 30, tzinfo=UTC),
    ]


@pytest.mark.parametrize("back", [0.01, 1, 30, 400])
def test_the_latest_moment_is_the_one_that_walking_finds(jobs, back):
    monthly = job(jobs, cron="30 6 1 * *")
    until = datetime(2026, 10, 5, 3, tzinfo=UTC)
    after = until - timedelta(days=back)
    expected = datetime(2026, 9, 30, 21, 30, tzinfo=UTC) if back > 4.3 else None
    assert due_times.latest(monthly, person(), after, until) == expected


def test_the_moment_itself_counts_as_due_and_as_done(jobs):
    hourly = job(jobs, cron="0 * * * *")
    noon = datetime(2026, 10, 5, 12, tzinfo=UTC)
    hour = timedelta(hours=1)
    assert due_times.latest(hourly, person(), noon - hour, noon) == noon
    assert due_times.latest(hourly, person(), noon, noon + hour / 2) is None
    assert due_times.next_after(hourly, person(), noon) == noon + hour


def test_jitter_spreads_but_does_not_roll_again(jobs):
    spread = job(jobs, cron="0 * * * *", jitter_s=600)
    noon = datetime(2026, 10, 5, 12, tzinfo=UTC)
    delays = [due_times.delay(spread, 1, noon + timedelta(hours=n)) for n in range(200)]
    assert timedelta() <= min(delays) < timedelta(seconds=60)
    assert timedelta(seconds=540) < max(delays) < timedelta(seconds=600)
    assert due_times.delay(spread, 1, noon) == delays[0]
    assert due_times.delay(spread, 2, noon) != delays[0]


def test_without_a_schedule_nothing_is_due(jobs):
    now = datetime(2026, 10, 5, tzinfo=UTC)
    assert due_times.next_after(job(jobs), person(), now) is None
    assert due_times.latest(job(jobs), person(), now - timedelta(days=9), now) is None
