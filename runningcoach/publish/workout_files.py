"""Workouts as FIT files in a zip, for a watch that is connected by a cable."""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from runningcoach.base.errors import RunningCoachError
from runningcoach.base.i18n import t
from runningcoach.model.stored_plan import StoredWorkout
from runningcoach.model.workout import Workout
from runningcoach.publish.resolution import ResolveWorkout, resolve_stored

type WorkoutWriter = Callable[[Workout, float], bytes]

LEFT_OUT, GUIDE = "LEFT_OUT.txt", "README.txt"
LONGEST_NAME = 40
"""Letters of a title in the name of a file: the file systems of watches are old."""


def workout_zip(workouts: Iterable[StoredWorkout], write_workout: WorkoutWriter) -> bytes:
    """Return a zip of one FIT file a workout, named by day and title, in the order given.

    `write_workout` takes a workout and when it was made [s since 1970]; it raises a
    RunningCoachError where it cannot. What cannot be written stands with its reason in a text file
    beside them; a workout without steps is left out.
    """
    archive, names, refusals = io.BytesIO(), Counter[str](), list[str]()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as target:
        for stored in workouts:
            if not stored.workout.steps:
                continue
            try:
                content = write_workout(stored.workout, stored.created_at.timestamp())
            except RunningCoachError as error:
                refusals.append(f"{stored.day or ''} {stored.workout.title}: {error}".lstrip())
            else:
                target.writestr(_file_name(stored, names), content)
        if refusals:
            target.writestr(LEFT_OUT, "\n".join([t("publish.files.left_out"), *refusals]))
    return archive.getvalue()


def guided_zip(
    workouts: Sequence[StoredWorkout], write_workout: WorkoutWriter, resolve: ResolveWorkout
) -> bytes:
    """Return the zip of workouts, with how to bring them to a watch and what was changed."""
    archive = io.BytesIO(workout_zip(workouts, write_workout))
    changes = [change for one in workouts if (change := resolve_stored(one, resolve)[1])]
    lines = [t("publish.files.guide"), *map(str, changes)]
    with zipfile.ZipFile(archive, "a", zipfile.ZIP_DEFLATED) as target:
        target.writestr(GUIDE, "\n".join(lines) + "\n")
    return archive.getvalue()


def _file_name(stored: StoredWorkout, names: Counter[str]) -> str:
    """Return a name that no other file of the zip has."""
    title = re.sub(r"[^\w]+", "_", stored.workout.title).strip("_")[:LONGEST_NAME]
    stem = "_".join(filter(None, [str(stored.day or ""), title or stored.workout.type]))
    names[stem] += 1
    return f"{stem}.fit" if names[stem] == 1 else f"{stem}_{names[stem]}.fit"
