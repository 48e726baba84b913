"""The plan behind the calendar: which version an edit changes, and what a proposal would change."""

from datetime import date, timedelta

import pytest

from runningcoach.coach.plans.plan_in_force import load_plan_in_force
from runningcoach.model.plan import Plan, PlanDay, PlanWeek
from runningcoach.model.plan_request import PlanRequest
from runningcoach.model.workout import DistanceEnd, Workout, WorkoutStep
from runningcoach.store import plans

MONDAY = date(2026, 11, 30)
TODAY = date(2026, 12, 2)


def easy(km: int) -> Workout:
    step = WorkoutStep(intensity="main", end=DistanceEnd(meters=km * 1000))
    return Workout(type="easy", title=f"Easy {km} km", steps=(step,))


def plan(*weekday_km: tuple[int, int]) -> Plan:
    """A plan of one week with easy runs: (weekday, km)."""
    km = dict(weekday_km)
    days = tuple(
        PlanDay(
            date=MONDAY + timedelta(days=n), workouts=(easy(km[n]),) if n in km else ()
        )
        for n in range(7)
    )  # fmt: skip
    request = PlanRequest(goal="fit", start=MONDAY, weeks=1, available_weekdays=(1, 3, 5, 6))
    week = PlanWeek(start=MONDAY, phase="build", days=days)
    return Plan(title="Plan", request=request, weeks=(week,))


@pytest.fixture
def store(conn, user):
    """A function that stores a version as proposed, or makes it the current one."""

    def put(version, origin="rule", *, is_current=False):
        stored = plans.create(conn, user.id, version, origin)
        if is_current:
            plans.set_status(conn, user.id, stored.id, "proposed", "current")
        return stored.id

    return put


@pytest.fixture
def found(conn, user):
    return lambda: load_plan_in_force(conn, user.id, TODAY)


def test_runner_without_a_plan_can_edit_nothing(found):
    assert found() == (None, None, {})
    assert found().editable is None
    assert found().phases == {}


def test_current_plan_is_what_an_edit_changes(store, found):
    current_id = store(plan((1, 8), (6, 16)), is_current=True)
    assert found().editable.id == current_id
    assert found().phases == {MONDAY: "build"}
    assert found().changes == {}


def test_edit_that_waits_is_what_the_next_edit_changes(store, found):
    """Otherwise the second edit would take the place of the first."""
    store(plan((1, 8), (3, 6), (6, 16)), is_current=True)
    proposed_id = store(plan((1, 9), (4, 6), (6, 16)), "edit")
    assert found().editable.id == proposed_id
    changes = found().changes
    assert {day: change.change for day, change in changes.items()} == {
        date(2026, 12, 3): "removed",
        date(2026, 12, 4): "added",
    }  # that of Tuesday is over


@pytest.mark.parametrize("origin", ["rule", "import", "model"])
def test_days_of_another_whole_plan_are_not_shown_as_changes(store, found, origin):
    store(plan((1, 8), (6, 16)), is_current=True)
    store(plan((3, 5), (5, 12)), origin)
    assert found().changes == {}
    assert found().editable is None


def test_first_plan_that_waits_is_no_change_of_another(store, found):
    store(plan((3, 5)), "edit")
    assert not found().is_small_change
    assert found().editable is None


def test_plan_of_another_runner_is_not_found(store, found, conn, other_user):
    store(plan((1, 8)), is_current=True)
    assert load_plan_in_force(conn, other_user.id, TODAY).current is None
