"""What is stored of plans: versions, workouts and their way to the watch, races."""

from datetime import date, datetime
from typing import Literal

from runningcoach.model.plan import Plan, PlanNote
from runningcoach.model.record import Record
from runningcoach.model.workout import Workout

PlanStatus = Literal["proposed", "current", "archived", "rejected"]
PlanOrigin = Literal["rule", "edit", "import", "model", "adaptation"]
AdaptationOutcome = Literal[
    "no_plan", "stands", "proposed", "kept", "waiting", "withdrawn", "behind"
]
"""What becomes of a look at a plan."""


class StoredPlan(Record):
    """A version of a plan: at most one is current and one proposed.

    `sha256` is that of the canonical plan (see model.canonical); `approved_at` is set when
    the runner approved exactly this. `is_imported`: it was made elsewhere, or edited or adapted
    from one that was.
    """

    id: int
    version: int
    parent_id: int | None = None
    status: PlanStatus
    origin: PlanOrigin
    plan: Plan
    sha256: str
    reasons: list[PlanNote] = []
    created_at: datetime
    approved_at: datetime | None = None
    archived_at: datetime | None = None
    is_imported: bool = False


ScheduleState = Literal["planned", "uploaded", "scheduled", "removing", "removed", "blocked"]


class WorkoutSchedule(Record):
    """A workout on a day, and how far it has come on its way to the watch."""

    id: int
    workout_id: int | None = None
    plan_id: int | None = None
    date: date
    state: ScheduleState
    marker: str
    sha256: str
    garmin_workout_id: int | None = None
    garmin_schedule_id: int | None = None
    attempts: int = 0
    next_try_at: datetime | None = None
    error: str | None = None


class WorkoutDelivery(WorkoutSchedule):
    """A workout on its way to the watch: its content, and what Garmin was sent of it.

    `pushed_sha256` and `pushed_date` are what was sent last, set before a new workout or entry is
    sent. `upload_posts`, `schedule_posts` count how often one was sent, so how many of ours may be
    there; `restores` how often it was put back after somebody changed it at Garmin.
    """

    workout: Workout
    pushed_sha256: str | None = None
    pushed_date: date | None = None
    upload_posts: int = 0
    schedule_posts: int = 0
    restores: int = 0


class StoredWorkout(Record):
    """A workout of a plan, or one of the runner's own."""

    id: int
    plan_id: int | None = None
    day: date | None = None
    workout: Workout
    sha256: str
    created_at: datetime


class PlannedRace(Record):
    """A race that the runner has entered; the goal is the one with priority A."""

    id: int
    date: date
    name: str
    distance_m: int
    target_time_s: int | None = None
    priority: Literal["A", "B", "C"] = "A"
