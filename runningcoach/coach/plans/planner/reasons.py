"""Reasons of weeks and sessions: a key of the catalogue with its numbers and source."""

from runningcoach.model.plan import PlanNote

SINGLE_RUN_SOURCE = "Frandsen 2025, BJSM 10.1136/bjsports-2024-109380"
TAPER_SOURCE = "Wang 2023, PLOS ONE 10.1371/journal.pone.0282838"
INTENSITY_SOURCE = "Haugen 2022, Sports Medicine - Open 10.1186/s40798-022-00438-7"
PACES_SOURCE = "Daniels & Gilbert 1979, Oxygen Power"


def note(name: str, *, source: str = "", **values: str | float) -> PlanNote:
    """Return the note `planner.reason.<name>` with its numbers."""
    return PlanNote(key=f"planner.reason.{name}", values=values, source=source)
