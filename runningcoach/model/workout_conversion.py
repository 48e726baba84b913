"""What every form of a workout has in common when it is read: limits of texts, what is told."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from runningcoach.base import i18n
from runningcoach.base.errors import Phrase
from runningcoach.model.record import Record
from runningcoach.model.workout import (
    LONGEST_NOTE,
    LONGEST_PURPOSE,
    LONGEST_TITLE,
    ConvertedWorkout,
    Workout,
    WorkoutItem,
    WorkoutType,
)
from runningcoach.model.workout_steps import MOST_STEPS, count_steps

type WorkoutForm = Literal["canonical", "text", "garmin", "fit"]


class WorkoutConversion(Record):
    """A workout in another form, and what was lost or is uncertain on the way.

    `workout` is as it was read. Of the others only what was asked for is set; `garmin` and
    `fit_base64` have targets by the athlete's numbers.
    """

    workout: Workout
    text: str | None = None
    garmin: dict[str, Any] | None = None
    fit_base64: str | None = None
    warnings: list[str] = []

    def content(self) -> bytes:
        """Return the form that was asked for as the bytes of a file."""
        if self.fit_base64 is not None:
            return base64.b64decode(self.fit_base64)
        if self.text is not None:
            return f"{self.text}\n".encode()
        body = self.garmin or self.workout.model_dump(mode="json", by_alias=True)
        return f"{json.dumps(body, ensure_ascii=False, indent=2)}\n".encode()


@dataclass(slots=True)
class ConversionLog:
    """What was lost or is uncertain in a conversion, by its key in the catalogue."""

    keys: list[str] = field(default_factory=list[str])

    def warn(self, key: str) -> None:
        """Keep a warning; one that was given already is not repeated."""
        if key not in self.keys:
            self.keys.append(key)

    def sentences(self) -> list[str]:
        """Return the warnings in the current language."""
        return [i18n.t(f"workouts.conversion_warnings.{key}") for key in self.keys]


def conversion_reason(key: str) -> Phrase:
    """Return why a workout cannot be converted, as the blank of an error."""
    return Phrase(f"workouts.conversion_reasons.{key}")


def shortened_note(note: str | None, log: ConversionLog) -> str | None:
    """Return a step's words as long as a step can hold them; None where there are none."""
    if note and len(note) > LONGEST_NOTE:
        log.warn("note_cut")
        return note[:LONGEST_NOTE]
    return note or None


def converted_workout(
    title: str, purpose: str, workout_type: WorkoutType, steps: Sequence[WorkoutItem],
    log: ConversionLog,
) -> ConvertedWorkout:  # fmt: skip
    """Return the workout that was read. Raises ValidationError where a part is impossible."""
    if len(title) > LONGEST_TITLE:
        log.warn("title_cut")
    if len(purpose) > LONGEST_PURPOSE:
        log.warn("purpose_cut")
    warn_of_many_steps(steps, log)
    workout = Workout(
        type=workout_type,
        title=title[:LONGEST_TITLE],
        purpose=purpose[:LONGEST_PURPOSE],
        steps=tuple(steps),
    )
    return ConvertedWorkout(workout=workout, warnings=log.sentences())


def warn_of_many_steps(steps: Sequence[WorkoutItem], log: ConversionLog) -> None:
    """Warn where there are more steps than Garmin's watches are known to take."""
    if count_steps(steps) > MOST_STEPS:
        log.warn("many_steps")
