"""Context of the import of one file."""

from dataclasses import dataclass
from pathlib import Path

from runningcoach.ingest.files.sport_choice import Sport


@dataclass(frozen=True, slots=True)
class ImportContext:
    """Name, hash, lane and user of a file to import, and the home folder.

    `again` imports it once more and restores what the runner deleted; `legs` are then the only
    ones imported, None for all. `sport` is for recordings that state none.
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
