"""The job that looks at the plan: its notebook by papermill, its tiles, and what it queues."""

from datetime import timedelta

import pytest

from runningcoach import jobs
from runningcoach.base import i18n, periods
from runningcoach.jobs import AdaptationReport, job_table
from runningcoach.model.connection import GarminConnection
from runningcoach.pages.tiles import adapted
from runningcoach.store import garmin, job_runs, plans, workout_schedules
from tests.coach.plans.planned_life import DAY, Life
from tests.conftest import PROJECT

TODAY = periods.today("Asia/Seoul")
START = TODAY - timedelta(days=14 + TODAY.weekday())
OURS = PROJECT / "scheduler" / "jobs.toml"


@pytest.fixture
def life(conn, user, home):
    """A runner who followed a plan for more than a week, and has not run for five days."""
    life = Life(conn, user, home, START)
    life.begin()
    life.follow(TODAY - 5 * DAY)
    life.run(TODAY - 5 * DAY, 6.0)
    life.today = TODAY
    return life


def sign_in(conn, user):
    garmin.put_connection(conn, user.id, GarminConnection(lane="signin", status="connected"))


def pushes(conn):
    return [run for run in job_runs.waiting(conn) if run.job == "workout_push"]


@pytest.mark.slow
def test_change_is_proposed_by_the_notebook_once(bench, life, conn, user):
    sign_in(conn, user)
    bench.use(job_table.read(OURS))
    ended = bench.finish(bench.start("plan_adaptation"), 120)
    assert (ended.state, ended.error) == ("succeeded", None)
    proposed = plans.get_proposed(conn, user.id)
    assert [note.key for note in proposed.reasons] == ["adaptation.reason.break"]
    report = (bench.settings.home / "jobs" / ended.report).read_text()
    with i18n.speaking(user.language):
        assert i18n.t(proposed.reasons[0].key, **proposed.reasons[0].values) in report
        assert i18n.t("adaptation.report.push_queued") in report
    assert len(pushes(conn)) == 1
    assert bench.finish(bench.start("plan_adaptation"), 120).state == "succeeded"
    assert plans.get_proposed(conn, user.id).id == proposed.id
    assert len(pushes(conn)) == 1


def test_push_is_queued_where_workouts_are_not_at_garmin(life, conn, user):
    assert jobs.request_due_push(conn, user) is None, "nobody is signed in"
    sign_in(conn, user)
    assert jobs.request_due_push(conn, user, is_on=False) is None
    assert pushes(conn) == []
    queued = jobs.request_due_push(conn, user)
    assert [run.id for run in pushes(conn)] == [queued.id]
    assert jobs.request_due_push(conn, user).id == queued.id


def test_no_push_is_queued_where_all_are_there(life, conn, user):
    sign_in(conn, user)
    jobs.request_due_push(conn, user)
    conn.execute("DELETE FROM job_runs")
    conn.execute("UPDATE workout_schedules SET state = 'scheduled'")
    assert workout_schedules.list_live(conn, user.id, TODAY)
    assert jobs.request_due_push(conn, user) is None
    assert pushes(conn) == []


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_tiles_speak_the_reader_s_language(life, language):
    report = jobs.adapt_plan(life.conn, life.user.id, TODAY, language)
    with i18n.speaking(language):
        words = adapted.outcome(report)
        assert f"{report.proposal.version}" in words
        assert i18n.t("adaptation.reason.break", **report.proposal.reasons[0].values) in words
        for outcome in ("no_plan", "stands", "behind"):
            assert i18n.t(f"adaptation.report.{outcome}") in adapted.outcome(
                AdaptationReport(outcome)
            )
        withdrawn = adapted.outcome(AdaptationReport("withdrawn", report.proposal))
        assert (
            i18n.t("adaptation.reason.break", **report.proposal.reasons[0].values) not in withdrawn
        )
        assert i18n.t("adaptation.report.push_none") in adapted.push(None)
