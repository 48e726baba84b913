"""The facts of a week are those of the tables, as of its Sunday."""

from datetime import date, timedelta

import pytest

from runningcoach.coach.plans.adherence.outdated import refresh_outdated
from runningcoach.coach.talk.weekly.weekly_facts import WeeklyFacts, load_facts
from runningcoach.model.fitness import DailyFitness, RecoveryDay, Summary
from runningcoach.store import complaints, fitness
from tests.coach.plans.planned_life import DAY, Life

MONDAY = date(2026, 11, 23)
SUNDAY = date(2026, 11, 29)
WEEK = timedelta(days=7)


def week(start, km, **columns):
    return Summary(
        period="week", starts_on=start, activities=4, runs=3, distance_m=1000 * km,
        moving_s=360 * km, load=7.4 * km, **columns,
    )  # fmt: skip


def test_nobody_s_week_is_empty(conn, user):
    assert load_facts(conn, user.id, MONDAY) == WeeklyFacts(week_start=MONDAY, week_end=SUNDAY)


def test_sums_and_form_are_those_of_the_week(conn, user, other_user):
    rows = [week(MONDAY - n * WEEK, 30 + n) for n in range(1, 7)]
    shares = {"low_share": 0.805, "moderate_share": 0.1449, "high_share": 0.05}
    rows.append(week(MONDAY, 41.26, longest_run_m=15_040, best_efforts=1, **shares))
    fitness.replace_summaries(conn, user.id, rows)
    fitness.replace_summaries(conn, other_user.id, [week(MONDAY, 99)])
    day = DailyFitness(
        date=SUNDAY, activities=1, distance_m=0, moving_s=0, load=0, ctl=45.24, atl=50.06,
        tsb=-4.94, provisional=False, estimated_share=0,
    )  # fmt: skip
    fitness.replace_daily(conn, user.id, [day, day.model_copy(update={"date": MONDAY, "ctl": 1.0})])
    facts = load_facts(conn, user.id, MONDAY)
    assert (facts.distance_km, facts.runs, facts.moving_min, facts.longest_km) == (
        41.3, 3, 248, 15.0,
    )  # fmt: skip
    assert facts.before_km == (34.0, 33.0, 32.0, 31.0)
    assert facts.mean_before_km == 32.5
    assert (facts.low_pct, facts.moderate_pct, facts.high_pct) == (80, 14, 5)
    assert (facts.load, facts.ctl, facts.atl, facts.tsb) == (305, 45.2, 50.1, -4.9)
    assert facts.best_efforts == 1


def test_mornings_and_complaints_are_those_of_the_week(conn, user):
    bands = {MONDAY - DAY: "low", MONDAY: "low", MONDAY + DAY: "reduced", SUNDAY: "reduced"}
    rows = [RecoveryDay(date=day, readiness_band=band) for day, band in bands.items()]
    fitness.replace_recovery(conn, user.id, rows)
    complaints.begin(conn, user.id, "pain", SUNDAY)
    facts = load_facts(conn, user.id, MONDAY)
    assert (facts.bad_mornings, facts.readiness_band, facts.is_red) == (3, "reduced", False)
    assert facts.complaint == "pain"
    assert load_facts(conn, user.id, MONDAY - WEEK).complaint is None


@pytest.fixture
def life(conn, user, home):
    """A runner in the second week of a plan, who left out its Saturday."""
    life = Life(conn, user, home, MONDAY - WEEK)
    life.begin()
    life.follow(SUNDAY - DAY)
    life.today = SUNDAY + DAY
    refresh_outdated(conn, user.id, life.today, home)
    return life


def test_a_plan_is_held_against_what_was_run(life, conn, user):
    facts = load_facts(conn, user.id, MONDAY)
    sessions = [workout for n in range(7) for workout in life.planned(MONDAY + n * DAY)]
    weekend = [workout for n in (5, 6) for workout in life.planned(MONDAY + n * DAY)]
    assert facts.planned.workouts == len(sessions) == 5
    assert (facts.planned.done, facts.planned.missed) == (
        len(sessions) - len(weekend), len(weekend),
    )  # fmt: skip
    coming = [one for n in range(7, 14) for one in life.planned(MONDAY + n * DAY)]
    assert [one.type for one in facts.coming] == [workout.type for workout in coming]
    assert facts.coming_km == pytest.approx(sum(one.distance_km for one in facts.coming), abs=0.3)
