"""What an account export says of an activity beside its file."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Description:
    """Name, notes, effort and gear of one activity; `number` is the website's own."""

    number: int
    started_at: datetime
    elapsed_s: float | None
    garmin_activity_id: int | None = None
    file_name: str | None = None
    name: str | None = None
    notes: str | None = None
    rpe: float | None = None
    gear: str | None = None
    is_race: bool = False
