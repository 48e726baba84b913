"""A runner with an approved plan and an account at the simulator."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from runningcoach.base import periods
from runningcoach.ingest.garmin import connection
from runningcoach.model.canonical import record_sha256
from runningcoach.model.plan import Plan, PlanDay, PlanWeek
from runningcoach.model.plan_request import PlanRequest
from runningcoach.model.stored_plan import WorkoutDelivery
from runningcoach.model.user import User
from runningcoach.model.workout import TimeEnd, Workout, WorkoutStep
from runningcoach.publish.push_report import PushReport
from runningcoach.publish.resolution import keep_targets
from runningcoach.publish.workouts import sync_workouts
from runningcoach.simulators.garmin import LoggedRequest, SimulatorClient, serve
from runningcoach.sources.common.pacing import RequestPace
from runningcoach.store import workout_schedules, workouts

TODAY = periods.today("Asia/Seoul")
DAYS = 14
RUNNING = {"sportTypeId": 1, "sportTypeKey": "running"}
type Days = dict[int, list[Workout]]


def easy(minutes: int, title: str = "Easy") -> Workout:
    """An easy run of so many minutes."""
    step = WorkoutStep(intensity="main", end=TimeEnd(seconds=60 * minutes))
    return Workout(type="easy", title=title, purpose="Aerobic base.", steps=(step,))


def long_list(steps: int) -> Workout:
    """A workout of so many single steps."""
    step = WorkoutStep(intensity="main", end=TimeEnd(seconds=60))
    return Workout(type="fartlek", title="Many", steps=(step,) * steps)


def garmin_step(order: int, seconds: int) -> dict[str, Any]:
    return {
        "type": "ExecutableStepDTO", "stepOrder": order, "stepType": {"stepTypeId": 3},
        "endCondition": {"conditionTypeId": 2}, "endConditionValue": float(seconds),
        "targetType": {"workoutTargetTypeId": 1},
    }  # fmt: skip


def garmin_body(name: str, description: str, seconds: list[int]) -> dict[str, Any]:
    """A workout of timed steps as Garmin is sent it."""
    steps = [garmin_step(order, length) for order, length in enumerate(seconds, 1)]
    segment = {"segmentOrder": 1, "sportType": RUNNING, "workoutSteps": steps}
    return {
        "workoutName": name, "description": description, "sportType": RUNNING,
        "workoutSegments": [segment],
    }  # fmt: skip


def timed_to_garmin(workout: Workout, description: str) -> dict[str, Any]:
    """Convert a workout of timed steps, which is all that these tests plan."""
    seconds = [step.end.seconds for step in workout.steps]
    return garmin_body(workout.title, description, seconds)


def plan_of(days: Days) -> Plan:
    """A plan with workouts so many days from today."""
    monday = TODAY - timedelta(days=TODAY.weekday())
    weeks = []
    for week in range(6):
        start = monday + timedelta(weeks=week)
        listed = [
            PlanDay(date=day, workouts=tuple(days.get((day - TODAY).days, ())))
            for day in (start + timedelta(days=n) for n in range(7))
        ]
        weeks.append(PlanWeek(start=start, phase="base", days=tuple(listed)))
    request = PlanRequest(goal="fit", start=monday, weeks=6, available_weekdays=(1, 3, 5, 6))
    return Plan(title="Base", request=request, weeks=tuple(weeks))


@dataclass
class Runner:
    """One runner of ours and the account at Garmin."""

    conn: psycopg.Connection[Any]
    user_id: int
    home: Path
    fake: SimulatorClient
    slept: list[float] = field(default_factory=list)

    @property
    def endpoint(self) -> connection.GarminEndpoint:
        return connection.GarminEndpoint(self.home, self.fake.url)

    def sign_in(self) -> None:
        connection.sign_in(
            self.conn, self.user_id, self.fake.email, self.fake.password, self.endpoint
        )
        self.fake.clear_log()

    def approve(self, days: Days) -> int:
        """Approve a plan in place of the current one."""
        plan = plan_of(days)
        self.abandon()
        row = self.conn.execute(
            "INSERT INTO plans (user_id, version, status, origin, content, sha256, approved_at)"
            " VALUES (%s, (SELECT count(*) + 1 FROM plans), 'current', 'rule', %s, %s, now())"
            " RETURNING id",
            [self.user_id, Jsonb(plan.model_dump(mode="json", by_alias=True)), record_sha256(plan)],
        ).fetchone()
        assert row is not None
        workouts.put_planned(self.conn, self.user_id, row[0], plan, TODAY)
        return row[0]

    def abandon(self) -> None:
        """Have no current plan any more."""
        self.conn.execute("UPDATE plans SET status = 'archived' WHERE status = 'current'")
        workouts.delete_planned(self.conn, self.user_id, TODAY)

    def push(self, days: int = DAYS) -> PushReport:
        pace = RequestPace(every_s=0.0, sleep=self.slept.append)
        return sync_workouts(
            self.conn, self.user_id, self.endpoint,
            resolve=keep_targets, to_garmin=timed_to_garmin, days=days, pace=pace,
        )  # fmt: skip

    def let_time_pass(self) -> None:
        """Let every wait be over."""
        self.conn.execute("UPDATE workout_schedules SET next_try_at = now()")
        self.conn.execute("UPDATE garmin_sync_state SET wait_until = now()")

    def rows(self) -> list[WorkoutDelivery]:
        return workout_schedules.list_live(self.conn, self.user_id, date.min)

    def states(self) -> list[str]:
        rows = self.conn.execute("SELECT state FROM workout_schedules ORDER BY date, id")
        return [state for (state,) in rows]

    def calendar(self) -> list[tuple[int, str]]:
        """Return what stands on Garmin's calendar: days from today, and titles."""
        names = {one["workoutId"]: one["workoutName"] for one in self.fake.workouts()}
        return [
            ((date.fromisoformat(entry["date"]) - TODAY).days, names[entry["workoutId"]])
            for entry in self.fake.schedules()
        ]

    def library(self) -> list[str]:
        """Return the names of the workouts at Garmin."""
        return sorted(one["workoutName"] for one in self.fake.workouts())

    def requests(self, method: str, path: str = "") -> list[LoggedRequest]:
        return [
            call for call in self.fake.log() if call.method == method and re.search(path, call.path)
        ]


@pytest.fixture(scope="session", autouse=True)
def no_proxy() -> None:
    """Ask the simulator directly, whatever proxy this machine has."""
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"


@pytest.fixture(scope="session")
def running() -> Iterator[SimulatorClient]:
    with serve(until=TODAY, years=0.1) as fake:
        yield fake


@pytest.fixture
def fake(running: SimulatorClient) -> SimulatorClient:
    running.reset()
    return running


@pytest.fixture
def stranger(
    conn: psycopg.Connection[Any], user: User, home: Path, fake: SimulatorClient
) -> Runner:
    """A runner who is not signed in."""
    return Runner(conn, user.id, home, fake)


@pytest.fixture
def runner(stranger: Runner) -> Runner:
    """A runner who is signed in; the log begins after it."""
    stranger.sign_in()
    return stranger
