"""Illness and pain, as the runner notes them."""

from datetime import date
from typing import Literal

from runningcoach.model.record import Record

ComplaintKind = Literal["illness", "pain"]


class Complaint(Record):
    """The runner is ill, or something hurts; `ended_on` is None as long as it lasts."""

    id: int
    kind: ComplaintKind
    began_on: date
    ended_on: date | None = None
