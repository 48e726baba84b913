"""What is to be fetched from Garmin."""

from dataclasses import dataclass
from datetime import date
from typing import Literal


@dataclass(frozen=True, slots=True)
class GarminOrder:
    """The scope of a sync: the newest, the history (`days`, 0: all), or a range of days."""

    mode: Literal["incremental", "backfill", "range"]
    days: int = 0
    first: date = date.min
    last: date = date.max
