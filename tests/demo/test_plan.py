"""The plan of the made-up runner: approved weeks ago, sound today, and what became of its days."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest

from runningcoach.cli.demo_plan import follow_plan
from runningcoach.coach.plans import versions
from runningcoach.coach.plans.athlete import load_athlete
from runningcoach.store import database, plans, races, workouts
from tests.demo.imported_runner import ImportedRunner

TODAY = date(2026, 11, 30)


@pytest.fixture(scope="module")
def weeks(clone, tmp_path_factory):
    """Three months of the runner, with his plan."""
    with clone() as url, database.connect(url) as conn:
        folder = tmp_path_factory.mktemp("weeks")
        runner = ImportedRunner(conn, folder, years=0.25, today=TODAY)
        runner.follow()
        yield runner


def test_plan_was_made_edited_and_approved_three_weeks_ago(weeks):
    current = plans.get_current(weeks.conn, weeks.user.id)
    assert plans.get_proposed(weeks.conn, weeks.user.id) is None
    assert (current.origin, current.plan.weeks[0].start) == ("edit", date(2026, 11, 9))
    assert current.approved_at is not None
    made = versions.get_plan(weeks.conn, weeks.user.id, current.parent_id)
    assert (made.origin, made.status) == ("rule", "archived")
    assert current.plan.request.goal == "m"
    assert current.plan.request.race_date == date(2027, 3, 21)


def test_plan_has_no_error_today(weeks):
    current = plans.get_current(weeks.conn, weeks.user.id)
    findings = versions.find_problems(current, load_athlete(weeks.conn, weeks.user.id, TODAY))
    assert [one for one in findings if one.severity == "error"] == []


def test_races_are_the_goal_and_a_tune_up(weeks):
    entered = races.list_races(weeks.conn, weeks.user.id)
    assert [(race.date, race.name, race.distance_m, race.priority) for race in entered] == [
        (date(2027, 2, 14), "겨울 강변 하프마라톤", 21_097, "B"),
        (date(2027, 3, 21), "봄빛 마라톤", 42_195, "A"),
    ]
    planned = workouts.list_between(weeks.conn, weeks.user.id, TODAY, date(2027, 3, 21))
    assert [row.day for row in planned if row.workout.type == "race"] == [
        race.date for race in entered
    ]


def test_past_workouts_went_in_different_ways(weeks):
    """Beside the days stands what the runner's diary has of them."""
    went = weeks.adherence()
    assert went[date(2026, 11, 26)].verdict == "done"  # 20 minutes at threshold, as planned
    assert went[date(2026, 11, 28)].verdict == "missed"  # nothing was run
    assert went[date(2026, 11, 19)].verdict == "moved"  # run on Friday
    assert went[date(2026, 11, 19)].run_date == date(2026, 11, 20)
    assert went[date(2026, 11, 22)].verdict == "partly"  # 13.9 of 17.5 km
    counts = Counter(row.verdict for row in went.values())
    assert counts["done"] >= 5
    assert sum(counts.values()) == 11


def test_following_again_changes_nothing(weeks):
    before = plans.get_current(weeks.conn, weeks.user.id)
    rows = weeks.adherence()
    assert weeks.follow() == before
    assert weeks.adherence() == rows
    assert len(races.list_races(weeks.conn, weeks.user.id)) == 2


def test_same_history_gives_the_same_plan(weeks):
    before = plans.get_current(weeks.conn, weeks.user.id)
    with weeks.conn.transaction(force_rollback=True):
        weeks.conn.execute("DELETE FROM plans")
        again = weeks.follow()
    assert again.id != before.id
    assert again.sha256 == before.sha256


def test_plan_in_english(weeks):
    with weeks.conn.transaction(force_rollback=True):
        weeks.conn.execute("DELETE FROM plans")
        runner = replace(weeks.runner, language="en")
        current = follow_plan(weeks.conn, runner, TODAY, weeks.home)
        sessions = [one for week in current.plan.weeks for day in week.days for one in day.workouts]
    words = [current.plan.title, current.plan.request.race_name, *(one.title for one in sessions)]
    assert [word for word in words if max(word) >= "\uac00"] == []
    assert "Tempo run 20 min" in words


@pytest.mark.deep
@pytest.mark.slow
def test_plan_is_sound_on_most_days_of_two_years(clone, tmp_path):
    """Recovery, illness, a journey, races and an injury are among the days."""
    with clone() as url, database.connect(url) as conn:
        runner = ImportedRunner(conn, tmp_path, years=2.0, today=TODAY)
        without, days = 0, [TODAY - timedelta(days=n) for n in range(0, 600, 12)]
        for today in days:
            with conn.transaction(force_rollback=True):
                current = runner.follow(today)
                if current is None:
                    without += 1
                    continue
                athlete = load_athlete(conn, runner.user.id, today)
                findings = versions.find_problems(current, athlete)
                assert not [one for one in findings if one.severity == "error"], today
                assert current.plan.weeks[0].start <= today
        first, second = (runner.follow(day) for day in (date(2026, 2, 16), date(2026, 4, 20)))
        assert (first.plan.request.race_date, second.plan.request.race_date) == (
            date(2026, 3, 15), date(2026, 11, 1),
        )  # fmt: skip
        assert plans.get_current(conn, runner.user.id) == second
        assert runner.adherence()[date(2026, 2, 8)].verdict == "done"  # the race on the way
    assert without <= len(days) / 20
