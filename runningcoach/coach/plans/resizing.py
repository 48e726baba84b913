"""A workout at a share of its length, or as an easy run of its length."""

from runningcoach.base import i18n
from runningcoach.base.units import M_PER_KM
from runningcoach.coach.plans.estimates import band_pace_s_per_km, estimate_workout
from runningcoach.model.plan_request import AthleteState, TrainingPaces
from runningcoach.model.workout import (
    DistanceEnd,
    HeartRateZoneTarget,
    PaceTarget,
    SteadyTarget,
    StepEnd,
    TimeEnd,
    Workout,
    WorkoutItem,
    WorkoutStep,
)

EASY_ZONE = 2
SHORTEST_M, SHORTEST_S = 100, 10
ROUND_M, ROUND_S = 10, 5


def scale_workout(workout: Workout, share: float, paces: TrainingPaces | None) -> Workout:
    """Return a workout at a share of its length: fewer repetitions, shorter easy parts.

    Rounded down, so that what is cut to a limit stays within it. Where the repetitions cannot
    be divided so, the easy parts take the rest.
    """
    steps = tuple(_scaled(item, share) for item in workout.steps)
    scaled = workout.model_copy(update={"steps": steps})
    target_m = share * estimate_workout(workout, paces).distance_m
    distance_m = estimate_workout(scaled, paces).distance_m
    if share < 1 and distance_m > target_m + ROUND_M:
        steps = tuple(_shrunk(item, target_m / distance_m) for item in steps)
        scaled = workout.model_copy(update={"steps": steps})
    return scaled


def _scaled(item: WorkoutItem, share: float) -> WorkoutItem:
    """Return a step at a share of its length, a repeat with a share of its repetitions."""
    if isinstance(item, WorkoutStep):
        return item.model_copy(update={"end": _scaled_end(item.end, share)})
    times = int(item.times * share)
    if times < 1:
        return _shrunk(item, share)
    return item.model_copy(update={"times": min(times, 99)})


def _shrunk(item: WorkoutItem, share: float) -> WorkoutItem:
    """Return a step or a repeat with every step in it at a share of its length."""
    if isinstance(item, WorkoutStep):
        return item.model_copy(update={"end": _scaled_end(item.end, share)})
    return item.model_copy(update={"steps": tuple(_shrunk(inner, share) for inner in item.steps)})


def _scaled_end(end: StepEnd, share: float) -> StepEnd:
    if isinstance(end, DistanceEnd):
        meters = int(end.meters * share) // ROUND_M * ROUND_M
        return DistanceEnd(meters=min(max(meters, min(SHORTEST_M, end.meters)), 300_000))
    if isinstance(end, TimeEnd):
        seconds = int(end.seconds * share) // ROUND_S * ROUND_S
        return TimeEnd(seconds=min(max(seconds, min(SHORTEST_S, end.seconds)), 86_400))
    return end


def easy_workout(workout: Workout, athlete: AthleteState) -> Workout:
    """Return an easy run that takes as long as a workout; one without steps stays as it is.

    It is no longer in distance either, so that a day's time and a week's distance hold.
    """
    estimate = estimate_workout(workout, athlete.paces)
    if not workout.steps:
        return workout
    in_time_m = M_PER_KM * estimate.duration_s / band_pace_s_per_km("E", athlete.paces)
    meters = int(min(estimate.distance_m, in_time_m)) // SHORTEST_M * SHORTEST_M
    meters = max(SHORTEST_M, meters)
    step = WorkoutStep(
        intensity="main", end=DistanceEnd(meters=meters), target=easy_target(athlete.paces)
    )
    return Workout(
        type="easy",
        title=i18n.t("findings.titles.easy"),
        is_treadmill=workout.is_treadmill,
        steps=(step,),
    )


def easy_target(paces: TrainingPaces | None) -> SteadyTarget:
    """Return the target of easy running: the athlete's pace, else the second heart-rate zone."""
    if paces is None:
        return HeartRateZoneTarget(zone=EASY_ZONE)
    slow, fast = paces.easy
    return PaceTarget(slow_s_per_km=slow, fast_s_per_km=fast)
