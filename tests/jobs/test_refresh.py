"""Deriving beside other work: what fails is noted, and tried again with the next."""

from datetime import date

import psycopg
import pytest

from runningcoach import jobs
from runningcoach.coach.plans.adherence import refresh
from runningcoach.coach.plans.adherence.adherence_report import AdherenceReport
from runningcoach.derive import rebuild
from runningcoach.jobs.refresh import compare_with_plan
from runningcoach.model.workout import Workout
from runningcoach.store import adherence, fitness, inventory, workouts

DAY = date(2026, 3, 1)


@pytest.mark.parametrize("error", [psycopg.DataError("invalid\0 number"), KeyError(3)])
def test_a_failure_is_noted_until_a_derivation_succeeds(conn, user, monkeypatch, error):
    def failing(*_: object) -> None:
        raise error

    fitness.mark_stale(conn, user.id, DAY)
    with monkeypatch.context() as patch:
        patch.setattr(rebuild, "refresh", failing)
        assert jobs.bring_up_to_date(conn, user.id) is None
    (behind,) = inventory.list_stale_users(conn)
    assert (behind.username, behind.since) == ("runner", DAY)
    assert behind.error.startswith(type(error).__name__)
    assert behind.failed_at is not None
    assert jobs.bring_up_to_date(conn, user.id) is not None
    assert inventory.list_stale_users(conn) == []


@pytest.fixture
def planned(conn, user):
    """An easy run of the runner's own, planned for a day that is over."""
    steps = [{"kind": "step", "intensity": "main", "end": {"kind": "time", "seconds": 2400}}]
    easy = Workout.model_validate({"type": "easy", "title": "easy", "steps": steps})
    return workouts.add_own(conn, user.id, easy, DAY).id


def test_plan_is_compared_after_deriving(conn, user, home, planned):
    jobs.bring_up_to_date(conn, user.id, home)
    [row] = adherence.list_between(conn, user.id, DAY, DAY)
    assert (row.workout_id, row.verdict) == (planned, "missed")


def test_failed_comparison_with_the_plan_lets_everything_else_be(
    conn, user, home, planned, monkeypatch, heard
):
    def failing(*_: object, **__: object) -> None:
        raise ValueError("no such samples")

    fitness.mark_stale(conn, user.id, DAY)
    with monkeypatch.context() as patch:
        patch.setattr(refresh, "refresh_adherence", failing)
        assert jobs.bring_up_to_date(conn, user.id, home) is not None
    assert "no such samples" in heard.getvalue()
    assert inventory.list_stale_users(conn) == []
    assert adherence.list_between(conn, user.id, DAY, DAY) == []
    jobs.bring_up_to_date(conn, user.id, home)
    assert len(adherence.list_between(conn, user.id, DAY, DAY)) == 1


def test_without_a_plan_nothing_is_compared(conn, user, home, monkeypatch):
    monkeypatch.setattr(refresh, "refresh_adherence", None)
    assert compare_with_plan(conn, user.id, home) == AdherenceReport()
