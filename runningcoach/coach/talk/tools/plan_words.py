"""Plans as a model sees them: what sessions are made of and why, without names and notes.

Titles, names of races and notes are left out: they may hold places, or somebody's orders. What a
session is follows from its type and its steps.
"""

import re
from collections.abc import Sequence

from runningcoach.coach.plans.overview import note_text
from runningcoach.coach.plans.text.render import render_steps
from runningcoach.model.plan import PlanNote
from runningcoach.model.workout import Workout, WorkoutItem, WorkoutStep

LONGEST_STEPS = 160
OWN_KEYS = ("planner.reason.", "planner.assumption.", "adaptation.", "findings.fix.")
BODY_KEYS = "adaptation."
"""Reasons for which a plan was adapted may tell of sleep, heart rate or illness."""
CODE = re.compile(r"[\w.:+/-]{1,40}")
"""Values of notes that are codes, days or numbers; anything else is somebody's words."""


def steps_text(workout: Workout) -> str:
    """Return the steps of a workout on one line, such as `2km E + 5x(1km T, 60s) + 1km E`."""
    text = render_steps([_without_notes(item) for item in workout.steps])
    return text if len(text) <= LONGEST_STEPS else f"{text[: LONGEST_STEPS - 1]}…"


def _without_notes(item: WorkoutItem) -> WorkoutItem:
    if isinstance(item, WorkoutStep):
        return item.model_copy(update={"note": None})
    steps = tuple(_without_notes(step) for step in item.steps)
    return item.model_copy(update={"steps": steps})


def reason_texts(notes: Sequence[PlanNote], language: str, *, with_body: bool) -> list[str]:
    """Return what notes of the program say, each once; words of others are left out."""
    told = [
        note_text(note, language) for note in notes if _is_own(note) and _may_tell(note, with_body)
    ]
    return list(dict.fromkeys(told))


def _may_tell(note: PlanNote, with_body: bool) -> bool:
    return with_body or not note.key.startswith(BODY_KEYS)


def _is_own(note: PlanNote) -> bool:
    """Return whether a note is a sentence of the catalogue with codes and numbers alone."""
    if not note.key.startswith(OWN_KEYS) or note.key == "planner.assumption.stated":
        return False
    words = [value for value in note.values.values() if isinstance(value, str)]
    return all(CODE.fullmatch(word) for word in words) and _is_known(note)


def _is_known(note: PlanNote) -> bool:
    """Return whether the catalogue has the sentence and the note its values."""
    try:
        note_text(note, "en")
    except (KeyError, IndexError, TypeError, ValueError):
        return False
    return True
