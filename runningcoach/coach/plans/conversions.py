"""A workout from one form to another: text, Garmin's JSON, a FIT file, our own."""

import base64
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from runningcoach.base.errors import RunningCoachError
from runningcoach.coach.plans.targets import resolve_workout
from runningcoach.coach.plans.text.parse import parse_workout
from runningcoach.coach.plans.text.render import render_workout
from runningcoach.coach.plans.text.workout_types import guess_type
from runningcoach.fit.container import SIGNATURE
from runningcoach.fit.workout_reader import read_workout
from runningcoach.fit.workout_writer import fit_losses, write_workout
from runningcoach.model.plan_request import AthleteState
from runningcoach.model.workout import ConvertedWorkout, Workout
from runningcoach.model.workout_conversion import WorkoutConversion, WorkoutForm
from runningcoach.sources.garmin.workout_reader import workout_from_garmin
from runningcoach.sources.garmin.workout_writer import garmin_losses, workout_to_garmin


class WorkoutFileUnknown(RunningCoachError):
    """A file is neither FIT nor JSON of a workout nor text."""

    code = "workouts.unknown_file"
    status = 422


def read_source(source: str | bytes | Mapping[str, Any] | Workout) -> ConvertedWorkout:
    """Return the workout of a text, a FIT file, a body of Garmin's, or as it is.

    FIT and Garmin say nothing of what a session is for: that is guessed, as of a text. Raises
    WorkoutTextError, FitWorkoutUnreadable or GarminWorkoutUnreadable.
    """
    if isinstance(source, Workout):
        return ConvertedWorkout(workout=source)
    if isinstance(source, str):
        return parse_workout(source)
    read = read_workout(source) if isinstance(source, bytes) else workout_from_garmin(source)
    workout_type = guess_type(read.workout.steps, read.workout.title)
    typed = read.workout.model_copy(update={"type": workout_type})
    return ConvertedWorkout(workout=typed, warnings=read.warnings)


def source_from_file(content: bytes) -> str | bytes | Mapping[str, Any] | Workout:
    """Return what a file holds: FIT, Garmin's JSON, the form that is stored here, or text.

    Raises WorkoutFileUnknown.
    """
    if content[8:12] == SIGNATURE:
        return content
    try:
        text = content.decode("utf-8-sig")
        return _json_source(text) if text.lstrip().startswith("{") else text
    except ValueError:
        raise WorkoutFileUnknown from None


def _json_source(text: str) -> Mapping[str, Any] | Workout:
    body: dict[str, Any] = json.loads(text)
    return body if "workoutSegments" in body else Workout.model_validate(body)


def convert_workout(
    source: ConvertedWorkout, form: WorkoutForm, athlete: AthleteState
) -> WorkoutConversion:
    """Return a workout in a form, with all that was lost or is uncertain.

    Raises WorkoutUnresolvable, and the error of a form that has no place for the workout.
    """
    converted, told = _written(source.workout, form, athlete)
    warnings = list(dict.fromkeys([*source.warnings, *told]))
    return converted.model_copy(update={"warnings": warnings})


def _written(
    workout: Workout, form: WorkoutForm, athlete: AthleteState
) -> tuple[WorkoutConversion, list[str]]:
    match form:
        case "canonical":
            return WorkoutConversion(workout=workout), []
        case "text":
            return WorkoutConversion(workout=workout, text=render_workout(workout)), []
        case "garmin":
            body, told = garmin_body(workout, athlete)
            return WorkoutConversion(workout=workout, garmin=body), told
        case "fit":
            content, told = fit_file(workout, athlete, time.time())
            encoded = base64.b64encode(content).decode()
            return WorkoutConversion(workout=workout, fit_base64=encoded), told


def garmin_body(workout: Workout, athlete: AthleteState) -> tuple[dict[str, Any], list[str]]:
    """Return Garmin's JSON with the athlete's targets, and what it holds otherwise.

    Raises WorkoutUnresolvable, GarminWorkoutUnwritable.
    """
    resolved = resolve_workout(workout, athlete)
    body = workout_to_garmin(resolved.workout, workout.purpose)
    return body, [*resolved.warnings, *garmin_losses(resolved.workout)]


def fit_file(workout: Workout, athlete: AthleteState, created_s: float) -> tuple[bytes, list[str]]:
    """Return a FIT file with the athlete's targets, and what it holds otherwise.

    `created_s` is when the file says it was made [unix seconds]. Raises WorkoutUnresolvable,
    FitWorkoutUnwritable.
    """
    resolved = resolve_workout(workout, athlete)
    content = write_workout(resolved.workout, created_s)
    return content, [*resolved.warnings, *fit_losses(resolved.workout)]


def file_writer(athlete: AthleteState) -> Callable[[Workout, float], bytes]:
    """Return what writes FIT files with an athlete's targets."""
    return lambda workout, created_s: fit_file(workout, athlete, created_s)[0]


def workout_resolver(athlete: AthleteState) -> Callable[[Workout], ConvertedWorkout]:
    """Return what resolves targets by an athlete's numbers."""
    return lambda workout: resolve_workout(workout, athlete)
