"""The difference between two plans, by day and by week."""

from datetime import date, timedelta

from runningcoach.coach.plans.plan_diff import diff_plans
from runningcoach.model.plan import Plan, PlanDay, PlanWeek
from runningcoach.model.plan_request import PlanRequest
from runningcoach.model.workout import DistanceEnd, Workout, WorkoutStep

MONDAY = date(2026, 5, 4)


def run(km: int) -> Workout:
    step = WorkoutStep(intensity="main", end=DistanceEnd(meters=km * 1000))
    return Workout(type="easy", title=f"{km} km", steps=(step,))


def plan(*weeks: dict[int, Workout], start: date = MONDAY) -> Plan:
    """Return a plan whose weeks are workouts by weekday."""
    request = PlanRequest(goal="fit", start=start, available_weekdays=tuple(range(7)))
    return Plan(title="plan", request=request, weeks=tuple(
        PlanWeek(start=(monday := start + timedelta(days=7 * number)), phase="base", days=tuple(
            PlanDay(
                date=monday + timedelta(days=day),
                workouts=(week[day],) if day in week else (),
            )
            for day in range(7)
        ))
        for number, week in enumerate(weeks)
    ))  # fmt: skip


def test_equal_plans_do_not_differ():
    diff = diff_plans(plan({1: run(8)}), plan({1: run(8)}), None)
    assert (diff.days, diff.weeks) == ([], [])


def test_days_are_added_removed_and_changed():
    before, after = plan({1: run(8), 3: run(10)}), plan({1: run(9), 5: run(10)})
    changes = {day.date.weekday(): day.change for day in diff_plans(before, after, None).days}
    assert changes == {1: "changed", 3: "removed", 5: "added"}


def test_weeks_tell_their_totals_only_where_these_differ():
    before = plan({1: run(8)}, {1: run(10), 3: run(5)})
    after = plan({2: run(8)}, {1: run(10)})
    (week,) = diff_plans(before, after, None).weeks
    assert week.start == date(2026, 5, 11)
    assert (week.distance_m_before, week.distance_m_after) == (15_000, 10_000)


def test_weeks_of_one_plan_alone_have_no_totals_in_the_other():
    diff = diff_plans(plan({1: run(8)}), plan({1: run(8)}, {1: run(9)}), None)
    (week,) = diff.weeks
    assert (week.distance_m_before, week.distance_m_after) == (None, 9_000)


def test_what_is_past_is_left_out():
    before, after = plan({1: run(8), 3: run(9)}, {1: run(10)}), plan({3: run(8)}, {1: run(11)})
    thursday = MONDAY + timedelta(days=3)
    diff = diff_plans(before, after, None, thursday)
    assert [day.date for day in diff.days] == [thursday, MONDAY + timedelta(days=8)]
    assert [week.start for week in diff.weeks] == [MONDAY, MONDAY + timedelta(days=7)]
    later = diff_plans(before, after, None, MONDAY + timedelta(days=7))
    assert [week.start for week in later.weeks] == [MONDAY + timedelta(days=7)]
