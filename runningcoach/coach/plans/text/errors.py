"""What can be wrong with a workout's text: where, why, what to write instead."""

from runningcoach.base.errors import Phrase, RunningCoachError

_LONGEST_EXCERPT = 40


class WorkoutTextError(RunningCoachError):
    """The text is no workout that can be understood without guessing."""

    code = "workouts.text"
    status = 422


def text_error(reason: str, text: str, line: int, column: int) -> WorkoutTextError:
    """Return the error for a `reason` of the catalogue at a place counted from 1."""
    excerpt = text.strip()
    if len(excerpt) > _LONGEST_EXCERPT:
        excerpt = excerpt[: _LONGEST_EXCERPT - 1] + "…"
    return WorkoutTextError(
        reason=Phrase(f"workouts.text_reasons.{reason}.what"),
        advice=Phrase(f"workouts.text_reasons.{reason}.remedy"),
        excerpt=excerpt or "-",
        line=line,
        column=column,
    )
