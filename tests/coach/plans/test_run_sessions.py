"""The planned workout of an activity: found by what the comparison stored, for its own runner."""

from datetime import date

from runningcoach.coach.plans.adherence.run_sessions import load_run_session
from runningcoach.model.adherence import WorkoutAdherence
from runningcoach.store import adherence, workouts
from tests.coach.plans.test_plan_in_force import easy

DAY = date(2026, 11, 10)


def test_activity_leads_to_the_workout_that_it_ran(conn, user, other_user):
    planned = workouts.add_own(conn, user.id, easy(8), DAY)
    went = WorkoutAdherence(
        workout_date=DAY, activity_ids=[41, 42], verdict="partly", compliance_pct=80
    )
    adherence.put(conn, user.id, planned.id, went, "1")
    found = load_run_session(conn, user.id, 42)
    assert found.workout == planned
    assert (found.adherence.verdict, found.adherence.workout_id) == ("partly", planned.id)
    assert load_run_session(conn, user.id, 43) is None
    assert load_run_session(conn, other_user.id, 42) is None
