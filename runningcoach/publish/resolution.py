"""What goes to the watch in place of what was approved: targets by the runner's own numbers.

The approval binds the workout as it was planned; its hash stays that of the stored workout. The
outbox holds what follows from it today, with a hash of its own: when the runner's numbers change,
so does that, and the workout on the watch is replaced.
"""

from collections.abc import Callable

from runningcoach.base.errors import RunningCoachError
from runningcoach.model.canonical import record_sha256
from runningcoach.model.stored_plan import StoredWorkout
from runningcoach.model.workout import ConvertedWorkout, Workout
from runningcoach.publish.push_report import AdjustedWorkout

type ResolveWorkout = Callable[[Workout], ConvertedWorkout]
"""Takes a workout, returns it with targets that a watch takes; raises RunningCoachError."""


def keep_targets(workout: Workout) -> ConvertedWorkout:
    """Return a workout as it is: for those whose targets are paces, beats and zones already."""
    return ConvertedWorkout(workout=workout)


def resolve_stored(
    stored: StoredWorkout, resolve: ResolveWorkout
) -> tuple[StoredWorkout, AdjustedWorkout | None]:
    """Return a workout with its targets resolved and the hash of that, and what was changed.

    One that cannot be resolved stays as it is: it is refused when its turn comes.
    """
    try:
        converted = resolve(stored.workout)
    except RunningCoachError:
        return stored, None
    content = {"workout": converted.workout, "sha256": record_sha256(converted.workout)}
    resolved = stored.model_copy(update=content)
    if stored.day is None or not converted.warnings:
        return resolved, None
    return resolved, AdjustedWorkout(stored.day, stored.workout.title, tuple(converted.warnings))
