"""Edits of a plan one by one: each is checked at once, and answered with what all of them cost."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from pydantic import TypeAdapter, ValidationError

from runningcoach.base.errors import RunningCoachError
from runningcoach.model.plan_edit import (
    MakeEasy,
    MoveWorkout,
    PlanEdit,
    PlanFinding,
    ReplaceWorkout,
    ScaleWeek,
    ScaleWorkout,
    SwapDays,
)
from runningcoach.public_api.plan_prices import NotebookPrice

type PlanDate = date | str
"""A day, or its text such as 2026-12-05."""


def to_date(day: PlanDate) -> date:
    """Return a day that may be given as text. Raises EditNotUnderstood."""
    try:
        return TypeAdapter(date).validate_python(day)
    except ValidationError as error:
        raise EditNotUnderstood(detail=error.errors()[0]["msg"]) from error


class EditNotUnderstood(RunningCoachError):
    """The values of an edit are not a day or not a share that an edit may have."""

    code = "plan_workbench.edit_not_understood"
    status = 422


class NoSuchFinding(RunningCoachError):
    """There is no finding of this number, or it has no fix."""

    code = "plan_workbench.no_such_finding"
    status = 404


class PlanEditor:
    """Edits that wait to be proposed, in their order.

    Each method adds one and returns what all of them together change against the stored version;
    an edit that cannot be made raises its error, and is not added.
    """

    def __init__(
        self, price: Callable[[Sequence[PlanEdit]], NotebookPrice], findings: Sequence[PlanFinding]
    ) -> None:
        self._price = price
        self._findings = findings
        self._edits: list[PlanEdit] = []

    def move(self, day: PlanDate, to: PlanDate) -> NotebookPrice:
        """Move what is on a day to another, free day."""
        return self._add(MoveWorkout, from_date=day, to_date=to)

    def swap(self, day: PlanDate, other: PlanDate) -> NotebookPrice:
        """Exchange what is on two days."""
        return self._add(SwapDays, first_date=day, second_date=other)

    def scale(self, day: PlanDate, share: float) -> NotebookPrice:
        """Shorten or lengthen the workouts of a day to a share of their length, 0.2 to 1.5."""
        return self._add(ScaleWorkout, date=day, share=share)

    def scale_week(self, monday: PlanDate, share: float) -> NotebookPrice:
        """Shorten or lengthen what is ahead in a week, races apart, to a share of 0.2 to 1.5."""
        return self._add(ScaleWeek, start=monday, share=share)

    def replace(self, day: PlanDate, text: str) -> NotebookPrice:
        """Put another workout on a day, in the text form; empty text makes it a rest day."""
        return self._add(ReplaceWorkout, date=day, text=text)

    def make_easy(self, day: PlanDate) -> NotebookPrice:
        """Make a day an easy run of the same length."""
        return self._add(MakeEasy, date=day)

    def fix(self, number: int) -> NotebookPrice:
        """Apply the fix of a finding, by its number in `findings`."""
        fixes = dict(enumerate(finding.fix for finding in self._findings))
        if (fix := fixes.get(number)) is None:
            raise NoSuchFinding(number=number)
        return self._try(fix)

    def undo(self) -> NotebookPrice:
        """Take back the last edit."""
        self._edits = self._edits[:-1]
        return self._price(self._edits)

    @property
    def pending(self) -> tuple[PlanEdit, ...]:
        """Return the edits that wait to be proposed."""
        return tuple(self._edits)

    def _add(self, kind: type[Any], **values: object) -> NotebookPrice:
        try:
            return self._try(kind(**values))
        except ValidationError as error:
            raise EditNotUnderstood(detail=error.errors()[0]["msg"]) from error

    def _try(self, edit: PlanEdit) -> NotebookPrice:
        price = self._price([*self._edits, edit])
        self._edits.append(edit)
        return price

    def __repr__(self) -> str:
        return f"<PlanEditor: {len(self._edits)} pending>"
