"""Days to come from the days that were derived, without a database."""

from datetime import date, timedelta

import pytest

from runningcoach.derive import form
from runningcoach.derive.projection import project
from runningcoach.model.fitness import DailyFitness
from runningcoach.model.user import Preferences

TODAY = date(2026, 5, 4)


def day(back: int, ctl: float = 40.0, atl: float = 50.0, tsb: float | None = -10.0, activities=1):
    """A derived day, `back` days before today."""
    return DailyFitness(
        date=TODAY - timedelta(days=back), activities=activities, distance_m=0, moving_s=0,
        load=0, ctl=ctl, atl=atl, tsb=tsb, provisional=False, estimated_share=0,
    )  # fmt: skip


def ahead(days, until=3, **how):
    return project(days, Preferences(), TODAY, TODAY + timedelta(days=until), **how)


@pytest.mark.parametrize(
    ("days", "start"),
    [
        ([], 1),
        ([day(1), day(0)], 0),
        ([day(1), day(0, activities=0)], 1),
        ([day(5)], 1),
    ],
)
def test_project_begins_after_the_last_day_that_is_over(days, start):
    found = ahead(days)
    assert found.start.date == TODAY - timedelta(days=start)
    assert [one.date for one in found.days] == [
        found.start.date + timedelta(days=n) for n in range(1, 4 + start)
    ]


def test_project_keeps_fitness_where_no_load_is_planned():
    assert {round(one.ctl, 9) for one in ahead([day(0)]).days} == {40}
    assert [one.load for one in ahead([day(0)], daily_load=[1, 2]).days] == [1, 2, 1]


def test_project_has_no_form_pct_while_fitness_is_near_zero():
    assert [one.form_pct for one in ahead([]).days] == [None] * 4


def test_project_finds_the_load_for_a_form():
    found = ahead([day(0)], daily_load=[0], target_form=-8.0).load_for_form
    assert found.on == TODAY + timedelta(days=2)
    under = ahead([day(0)], daily_load=[0, found.load, 0])
    assert under.days[-1].tsb == pytest.approx(-8)
    assert ahead([day(0)], until=1, target_form=0.0).load_for_form is None


def test_changes_in_week_are_those_from_seven_days_before():
    days = [day(8, ctl=1), day(7, ctl=38, tsb=None), day(6, ctl=2), day(0)]
    assert form.changes_in_week(days) == (2, 0, None)
    assert form.changes_in_week([day(6), day(0)]) == (None, None, None)
