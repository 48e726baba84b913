"""How workouts went: verdicts by step and by day."""

from datetime import date
from typing import Any, Literal

from runningcoach.model.record import Record

StepVerdict = Literal[
    "done", "short", "long", "fast", "slow", "slow_excused", "done_by_grade",
    "done_low_confidence", "not_measurable", "missing", "extra", "done_split",
]  # fmt: skip
DayVerdict = Literal["done", "partly", "off_target", "missed", "moved", "swapped", "unplanned"]


class StepAdherence(Record):
    """How one step went: what was planned, what was run, the verdict."""

    step: str
    verdict: StepVerdict
    planned: dict[str, Any] = {}
    run: dict[str, Any] = {}


class WorkoutAdherence(Record):
    """How a workout went: the activities that ran it, a score 0 to 100, step by step."""

    workout_date: date
    run_date: date | None = None
    activity_ids: list[int] = []
    compliance_pct: float | None = None
    verdict: DayVerdict
    excuse: str | None = None
    steps: list[StepAdherence] = []


class StoredAdherence(WorkoutAdherence):
    """How a stored workout went."""

    workout_id: int
