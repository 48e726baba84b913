"""A file that arrives at the tables."""

from dataclasses import dataclass
from pathlib import Path

from runningcoach.ingest.files.sport_choice import Sport


@dataclass(frozen=True, slots=True)
class ImportContext:
    """A file that arrives: its name, its hash, the way it came, whose it is, and the home.

    `again` takes it once more and brings back what the runner deleted; `legs` are then the only
    ones that are taken, None for all. `sport` is for recordings that state none.
    """

    name: str
    sha256: str
    lane: str
    user_id: int
    home_zone: str
    home: Path
    again: bool = False
    legs: frozenset[int] | None = None
    sport: Sport | None = None
