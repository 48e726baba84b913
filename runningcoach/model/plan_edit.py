"""Edits of plans, what the rules find in plans, and what an edit costs."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from runningcoach.model.plan_request import PlanPart
from runningcoach.model.workout import StepTarget


class MoveWorkout(PlanPart):
    """Move what is on one day to another, free day."""

    kind: Literal["move"] = "move"
    from_date: date
    to_date: date


class SwapDays(PlanPart):
    """Exchange what is on two days."""

    kind: Literal["swap"] = "swap"
    first_date: date
    second_date: date


class ScaleWorkout(PlanPart):
    """Shorten or lengthen the workouts of a day to a share of their length."""

    kind: Literal["scale"] = "scale"
    date: date
    share: Annotated[float, Field(ge=0.2, le=1.5)]


class ScaleWeek(PlanPart):
    """Shorten or lengthen every workout of a week but races."""

    kind: Literal["scale_week"] = "scale_week"
    start: date
    share: Annotated[float, Field(ge=0.2, le=1.5)]


class ReplaceWorkout(PlanPart):
    """Put another workout on a day, in the text form; empty text makes it a rest day."""

    kind: Literal["replace"] = "replace"
    date: date
    text: str


class MakeEasy(PlanPart):
    """Make a day an easy run that takes the same time."""

    kind: Literal["make_easy"] = "make_easy"
    date: date


class SetTarget(PlanPart):
    """Set the target of every step of one intensity on a day."""

    kind: Literal["set_target"] = "set_target"
    date: date
    intensity: str
    target: StepTarget


PlanEdit = Annotated[
    MoveWorkout | SwapDays | ScaleWorkout | ScaleWeek | ReplaceWorkout | MakeEasy | SetTarget,
    Field(discriminator="kind"),
]
Severity = Literal["error", "warn"]


class PlanFinding(PlanPart):
    """Something that a rule found: an error blocks approval, a warning is shown.

    `code` is the rule's (V01 to V23). `week` counts from 1; `day` where it is about one. The
    words stand in the catalogue under `findings.<code in lower case>.<key>`, with `values`.
    """

    code: str
    severity: Severity
    key: str
    week: int | None = None
    day: date | None = None
    values: dict[str, str | int | float] = {}
    fix: PlanEdit | None = None


class EditPrice(PlanPart):
    """What an edit costs: findings that came and went, and how figures change.

    `week_km_change` holds the weeks that change, by the first day of the week.
    """

    new_findings: tuple[PlanFinding, ...]
    gone_findings: tuple[PlanFinding, ...]
    week_km_change: dict[date, float]
    load_change: float
    race_tsb_change: float | None = None
    race_time_low_change_s: float | None = None
