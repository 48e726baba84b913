"""Description of an activity in an account export."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

type Website = Literal["garmin", "strava"]


@dataclass(frozen=True, slots=True)
class Description:
    """Name, notes, effort, gear, kind and totals of one activity; `number` is the website's own.

    `started_at` is None where the table's time cannot be read: such a row describes the file that
    it names and nothing else. `is_typed_in` marks an activity that has no file.
    """

    number: int
    started_at: datetime | None
    elapsed_s: float | None
    website: Website = "garmin"
    garmin_activity_id: int | None = None
    file_name: str | None = None
    name: str | None = None
    notes: str | None = None
    rpe: float | None = None
    gear: str | None = None
    is_race: bool = False
    sport: str | None = None
    sub_sport: str | None = None
    is_typed_in: bool = False
    timer_s: float | None = None
    distance_m: float | None = None
    ascent_m: float | None = None
    descent_m: float | None = None
    average_hr_bpm: float | None = None
    max_hr_bpm: float | None = None
    calories_kcal: float | None = None
    utc_offset_s: int | None = None

    @property
    def key(self) -> str:
        """Key in place of a file's hash where there is no file."""
        return f"{self.website}:{self.number}"
