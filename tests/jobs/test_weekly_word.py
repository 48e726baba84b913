"""The job that writes the word of a week: its notebook by papermill, by rules, once."""

from datetime import date, timedelta

import pytest

from runningcoach.base import i18n
from runningcoach.coach.talk import talk_settings
from runningcoach.jobs import job_table
from runningcoach.store import ai_settings, plans, weekly_words
from tests.coach.plans.planned_life import DAY, Life
from tests.conftest import PROJECT

SUNDAY = date(2026, 11, 29)
MONDAY = SUNDAY - 6 * DAY


@pytest.fixture
def bench(bench):
    return bench.use(job_table.read(PROJECT / "scheduler" / "jobs.toml"))


@pytest.fixture
def life(conn, user, home):
    """A runner in the second week of a plan, who has not run for five days."""
    life = Life(conn, user, home, MONDAY - timedelta(weeks=1))
    life.begin()
    life.follow(SUNDAY - 5 * DAY)
    life.today = SUNDAY
    return life


def run(bench, **parameters):
    row = bench.finish(
        bench.start("weekly_word", parameters={"day": f"{SUNDAY}", **parameters}), 120
    )
    assert row.state == "succeeded", (row.error, bench.log(row))
    return (bench.settings.home / "jobs" / row.report).read_text()


@pytest.mark.slow
def test_the_word_of_a_week_is_written_once(bench, life, conn, user):
    report = run(bench)
    word = weekly_words.get(conn, user.id, MONDAY)
    assert word.origin == "rule"
    assert word.plan_id == plans.get_proposed(conn, user.id).id, "the plan is adapted to a break"
    review, assessment, outlook = word.text.split("\n\n")
    assert review.startswith("이번 주(11월 23일 ~ 11월 29일)")
    assert assessment.count("잘한 점:") == assessment.count("살필 점:") == 1
    assert outlook.endswith(i18n.t("weekly.outlook.proposal", "ko"))
    assert all(part in report for part in (review, assessment, outlook))
    assert i18n.t("talk.errors.off.what", "ko") in report

    conn.execute("UPDATE ai_weekly_words SET text = 'changed'")
    assert i18n.t("weekly.report.known", "ko") in run(bench)
    assert weekly_words.get(conn, user.id, MONDAY).text == "changed"
    run(bench, again=True)
    assert weekly_words.get(conn, user.id, MONDAY).text == word.text


@pytest.mark.slow
def test_who_wants_no_word_gets_none(bench, conn, user):
    settings = talk_settings.load_settings(conn, user.id)
    ai_settings.put(conn, user.id, settings.model_copy(update={"has_weekly_word": False}))
    assert i18n.t("weekly.report.off", "ko") in run(bench)
    assert weekly_words.get(conn, user.id, MONDAY) is None
