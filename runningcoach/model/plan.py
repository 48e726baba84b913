"""Training plans: weeks, days, workouts, and the notes that explain them."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from runningcoach.model.plan_request import PlanPart, PlanRequest
from runningcoach.model.workout import Workout

Phase = Literal["base", "build", "peak", "taper", "race", "recovery"]
LARGEST_NOTE_VALUE = 1e15


NoteNumber = Annotated[
    float,
    Field(ge=-LARGEST_NOTE_VALUE, le=LARGEST_NOTE_VALUE, allow_inf_nan=False),
    AfterValidator(lambda value: int(value) if value.is_integer() else value),
]
"""A number that every program writes the same way, so that a plan keeps its hash on the way through
one: not too large, and without a point where it is whole, as JavaScript has 5 for 5.0."""


class PlanNote(PlanPart):
    """A sentence with its numbers, spoken in the reader's language: a key of the catalogue."""

    key: str
    values: dict[str, str | int | NoteNumber] = {}
    source: str = ""


class PlanDay(PlanPart):
    """A day of a plan; no workout is a rest day."""

    date: date
    workouts: tuple[Workout, ...] = ()
    reasons: tuple[PlanNote, ...] = ()


class PlanWeek(PlanPart):
    """Seven days from a Monday."""

    start: date
    phase: Phase
    is_cutback: bool = False
    focus: str = ""
    reasons: tuple[PlanNote, ...] = ()
    days: tuple[PlanDay, ...]


class Plan(PlanPart):
    """A plan as it is checked, approved and sent to the watch: dates and workouts.

    Totals are not in it: they follow from the steps and the athlete's paces.
    """

    schema_version: Literal["1"] = "1"
    title: Annotated[str, Field(max_length=100)]
    request: PlanRequest
    weeks: Annotated[tuple[PlanWeek, ...], Field(min_length=1, max_length=60)]
    assumptions: tuple[PlanNote, ...] = ()
