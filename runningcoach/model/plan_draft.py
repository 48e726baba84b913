"""Flat drafts of plans, as a language model or another program writes them."""

from datetime import date
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from runningcoach.model.plan import Phase
from runningcoach.model.record import Record

DraftTemplate = Literal[
    "rest", "easy", "recovery", "long", "long_progression", "steady", "tempo", "cruise", "vo2max",
    "repetition", "hills", "fartlek", "race_pace", "openers", "run_walk", "race", "cross_training",
]  # fmt: skip
DraftIntensity = Literal["E", "M", "T", "I", "R", "HR_Z2", "open"]


class DraftDay(Record):
    """One day of a draft: a template and its parameters, no steps."""

    model_config = ConfigDict(extra="forbid")

    date: date
    template: DraftTemplate
    distance_km: Annotated[float, Field(ge=0, le=300)] | None = None
    duration_min: Annotated[float, Field(ge=0, le=1_440)] | None = None
    reps: Annotated[int, Field(ge=1, le=99)] | None = None
    rep_distance_m: Annotated[int, Field(ge=20, le=50_000)] | None = None
    rep_seconds: Annotated[int, Field(ge=5, le=14_400)] | None = None
    recovery_seconds: Annotated[int, Field(ge=0, le=3_600)] | None = None
    intensity: DraftIntensity = "open"
    pace_s_per_km: int | None = None
    note: Annotated[str, Field(max_length=400)] = ""


class DraftWeek(Record):
    """One week of a draft; `km` is the total that its author states."""

    model_config = ConfigDict(extra="forbid")

    start: date
    phase: Phase
    is_cutback: bool = False
    focus: str = ""
    km: float | None = None
    days: list[DraftDay]


class PlanDraft(Record):
    """A flat draft of a plan, as a language model or another program writes it."""

    model_config = ConfigDict(extra="forbid")

    schema_version: Literal["1"] = "1"
    title: Annotated[str, Field(max_length=100)] = ""
    rationale_ko: str = ""
    assumptions: list[str] = []
    questions: list[str] = []
    km: float | None = None
    weeks: list[DraftWeek]
