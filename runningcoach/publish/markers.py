"""Our marker in the description of a workout at Garmin, which finds it there again."""

import re
from typing import NamedTuple

from runningcoach.model.workout import Workout

_MARKER = re.compile(r"\brc:(\d{1,18})/\d{4}-\d{2}-\d{2}#([0-9a-f]{8})\b")


class ScheduleMarker(NamedTuple):
    """A row of the outbox, and the begin of the hash of what was sent."""

    schedule_id: int
    hash8: str


def find_schedule_marker(description: object) -> ScheduleMarker | None:
    """Return the last marker in a description; None where there is none."""
    markers = _MARKER.findall(description) if isinstance(description, str) else []
    return ScheduleMarker(int(markers[-1][0]), markers[-1][1]) if markers else None


def describe_workout(workout: Workout, marker: str) -> str:
    """Return the description that Garmin shows: what the workout is for, and the marker."""
    return f"{workout.purpose}\n[{marker}]".lstrip()
