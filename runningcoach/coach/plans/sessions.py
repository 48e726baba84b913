"""The library of sessions: a template and its sizes become a workout with steps.

Whatever is stated is honoured to the metre and the second; what is not stated follows from
`session_parameters`. Targets are paces where they are known, else heart-rate zones.
"""

from functools import lru_cache

from runningcoach.base import i18n
from runningcoach.coach.plans.estimates import step_distance_m
from runningcoach.coach.plans.paces import pace_range
from runningcoach.coach.plans.session_parameters import (
    COOLDOWN_S,
    DEFAULT_DURATION_S,
    DEFAULT_RECOVERY_S,
    DEFAULT_SETS,
    HEART_RATE_ZONES,
    INTENSITIES,
    LONG_COOLDOWN_M,
    RUN_WALK_WARMUP_S,
    STRIDE_RECOVERY_S,
    STRIDE_S,
    VO2MAX_RECOVERY_SHARE,
    WARMUP_S,
    WARMUP_SHARE,
    SessionParameters,
)
from runningcoach.coach.plans.session_titles import session_title
from runningcoach.model.plan_draft import DraftIntensity
from runningcoach.model.plan_request import TrainingPaces
from runningcoach.model.workout import (
    LONGEST_NOTE,
    DistanceEnd,
    HeartRateZoneTarget,
    OpenTarget,
    PaceTarget,
    SteadyTarget,
    StepEnd,
    StepIntensity,
    TimeEnd,
    Workout,
    WorkoutItem,
    WorkoutRepeat,
    WorkoutStep,
)

SHORTEST_STEP_M, ROUND_M = 100, 100
CONTINUOUS = {"easy", "recovery", "long", "steady", "openers"}


def build_session(
    parameters: SessionParameters, paces: TrainingPaces | None, language: str
) -> Workout:
    """Return the workout of a template with its sizes; a rest day is no session.

    `language` is that of title and purpose: "ko" or "en".
    """
    # Frozen records are hashable, which type checkers do not see.
    return _cached_session(parameters, paces, language)  # pyright: ignore[reportArgumentType]


@lru_cache(maxsize=16_384)
def _cached_session(
    parameters: SessionParameters, paces: TrainingPaces | None, language: str
) -> Workout:
    template = parameters.template
    return Workout(
        type="other" if template == "rest" else template,
        title=session_title(parameters, language),
        purpose=i18n.t(f"planner.purpose.{template}", language),
        is_treadmill=parameters.is_treadmill,
        steps=_steps(parameters, paces, language),
    )


def intensity_target(intensity: DraftIntensity | None, paces: TrainingPaces | None) -> SteadyTarget:
    """Return the target of a band: the athlete's pace range, else a heart-rate zone or none."""
    if paces is not None and intensity in {"E", "M", "T", "I", "R"}:
        ranges = {
            "E": paces.easy,
            "M": paces.marathon,
            "T": paces.threshold,
            "I": paces.interval,
            "R": paces.repetition,
        }
        slow, fast = ranges[intensity]
        return PaceTarget(slow_s_per_km=slow, fast_s_per_km=fast)
    zone = HEART_RATE_ZONES.get(intensity or "open")
    return OpenTarget() if zone is None else HeartRateZoneTarget(kind="hr_zone", zone=zone)


def _steps(
    parameters: SessionParameters, paces: TrainingPaces | None, language: str
) -> tuple[WorkoutItem, ...]:
    template = parameters.template
    if template in {"rest", "cross_training"}:
        return ()
    if template == "race" or (template in CONTINUOUS and parameters.reps is None):
        return _continuous(parameters, paces)
    if template == "run_walk":
        return _run_walk(parameters, i18n.t("planner.note.walk", language))
    if parameters.template.startswith("long"):
        return _long_with_block(parameters, paces)
    return _with_warmup(parameters, paces)


def _continuous(
    parameters: SessionParameters, paces: TrainingPaces | None
) -> tuple[WorkoutItem, ...]:
    main = _step("main", _whole_end(parameters), _target(parameters, paces), parameters.note)
    return (main, *_strides(parameters.strides))


def _whole_end(parameters: SessionParameters) -> StepEnd:
    if parameters.distance_m:
        return DistanceEnd(meters=parameters.distance_m)
    return TimeEnd(seconds=parameters.duration_s or DEFAULT_DURATION_S)


def _strides(count: int) -> tuple[WorkoutItem, ...]:
    if not count:
        return ()
    fast = _step("interval", TimeEnd(seconds=STRIDE_S), OpenTarget())
    slow = _step("recovery", TimeEnd(seconds=STRIDE_RECOVERY_S), OpenTarget())
    return (WorkoutRepeat(times=count, steps=(fast, slow)),)


def _run_walk(parameters: SessionParameters, walk_note: str) -> tuple[WorkoutItem, ...]:
    """Return running and walking in turn, between five minutes of brisk walking at either end."""
    parameters = _with_defaults(parameters)
    end = TimeEnd(seconds=RUN_WALK_WARMUP_S)
    run = _step("interval", _rep_end(parameters), OpenTarget(), parameters.note)
    walk_s = parameters.recovery_s or DEFAULT_RECOVERY_S
    walk = _step("recovery", TimeEnd(seconds=walk_s), OpenTarget(), walk_note)
    turns = WorkoutRepeat(times=parameters.reps or 1, skip_last_recovery=True, steps=(run, walk))
    warmup = _step("warmup", end, OpenTarget(), walk_note)
    return (warmup, turns, _step("cooldown", end, OpenTarget(), walk_note))


def _long_with_block(
    parameters: SessionParameters, paces: TrainingPaces | None
) -> tuple[WorkoutItem, ...]:
    """Return an easy run with a faster block near its end: the last third if none is stated."""
    total_m = parameters.distance_m
    easy = intensity_target("E", paces)
    if parameters.reps is None and parameters.rep_m is None and parameters.rep_s is None:
        parameters = parameters._replace(
            rep_m=None if total_m is None else max(SHORTEST_STEP_M, total_m // 3),
            rep_s=None if total_m else (parameters.duration_s or DEFAULT_DURATION_S) // 3,
        )
    block = _set(parameters, _target(parameters, paces))
    rest_m = 0 if total_m is None else total_m - _distance_m(block, paces)
    cooldown_m = min(LONG_COOLDOWN_M, rest_m // 4)
    return _around(block, easy, rest_m - cooldown_m, cooldown_m, is_by_time=total_m is None)


def _with_warmup(
    parameters: SessionParameters, paces: TrainingPaces | None
) -> tuple[WorkoutItem, ...]:
    """Return warm-up, set and cool-down; the stated distance decides on how long they are."""
    parameters = _with_defaults(parameters)
    core = _set(parameters, _target(parameters, paces))
    easy = intensity_target("E", paces)
    if parameters.distance_m is None:
        return _around(core, easy, 0, 0, is_by_time=True)
    rest_m = parameters.distance_m - _distance_m(core, paces)
    warmup_m = round(rest_m * WARMUP_SHARE / ROUND_M) * ROUND_M
    return _around(core, easy, warmup_m, rest_m - warmup_m, is_by_time=False)


def _around(
    core: tuple[WorkoutItem, ...],
    easy: SteadyTarget,
    warmup_m: int,
    cooldown_m: int,
    *,
    is_by_time: bool,
) -> tuple[WorkoutItem, ...]:
    """Put easy running before and after a set; where too little is left for it, none."""
    if is_by_time:
        warmup = _step("warmup", TimeEnd(seconds=WARMUP_S), easy)
        return (warmup, *core, _step("cooldown", TimeEnd(seconds=COOLDOWN_S), easy))
    before = _easy_part("warmup", warmup_m, easy)
    return (*before, *core, *_easy_part("cooldown", cooldown_m, easy))


def _easy_part(
    intensity: StepIntensity, meters: int, easy: SteadyTarget
) -> tuple[WorkoutStep, ...]:
    if meters < SHORTEST_STEP_M:
        return ()
    return (_step(intensity, DistanceEnd(meters=meters), easy),)


def _with_defaults(parameters: SessionParameters) -> SessionParameters:
    """Return the parameters with a set: the template's own where none is stated."""
    default = DEFAULT_SETS.get(parameters.template, DEFAULT_SETS["tempo"])
    if parameters.rep_m or parameters.rep_s:
        return parameters
    if default.reps == 1 and parameters.distance_m:  # a block: what a warm-up leaves of it
        return parameters._replace(reps=parameters.reps or 1, rep_m=_block_m(parameters))
    return parameters._replace(
        reps=parameters.reps or default.reps,
        rep_m=default.rep_m,
        rep_s=default.rep_s,
        recovery_s=default.recovery_s if parameters.recovery_s is None else parameters.recovery_s,
    )


def _block_m(parameters: SessionParameters) -> int:
    return max(SHORTEST_STEP_M, (parameters.distance_m or 0) * 6 // 10 // (parameters.reps or 1))


def _set(parameters: SessionParameters, target: SteadyTarget) -> tuple[WorkoutItem, ...]:
    """Return the repetitions with the recoveries between them."""
    end = _rep_end(parameters)
    main = _step("interval", end, target, parameters.note)
    reps = parameters.reps or 1
    if reps == 1:
        return (main,)
    recovery = _recovery_end(parameters, target)
    if recovery is None:
        return (WorkoutRepeat(times=reps, steps=(main,)),)
    slow = _step("recovery", recovery, OpenTarget())
    return (WorkoutRepeat(times=reps, skip_last_recovery=True, steps=(main, slow)),)


def _rep_end(parameters: SessionParameters) -> StepEnd:
    if parameters.rep_m:
        return DistanceEnd(meters=parameters.rep_m)
    return TimeEnd(seconds=parameters.rep_s or DEFAULT_RECOVERY_S)


def _recovery_end(parameters: SessionParameters, target: SteadyTarget) -> StepEnd | None:
    """Return how a recovery ends: as stated, else an equal jog at R, 0.7 of the time at I."""
    if parameters.recovery_s is not None:
        return TimeEnd(seconds=parameters.recovery_s) if parameters.recovery_s else None
    if parameters.template == "repetition" and parameters.rep_m:
        return DistanceEnd(meters=parameters.rep_m)
    if parameters.template == "vo2max":
        rep_s = parameters.rep_s or _rep_time_s(parameters.rep_m or 0, target)
        return TimeEnd(
            seconds=max(DEFAULT_RECOVERY_S, round(rep_s * VO2MAX_RECOVERY_SHARE / 10) * 10)
        )
    return TimeEnd(seconds=DEFAULT_RECOVERY_S)


def _rep_time_s(meters: int, target: SteadyTarget) -> int:
    pace = target.slow_s_per_km if isinstance(target, PaceTarget) else DEFAULT_DURATION_S // 6
    return meters * pace // 1000


def _target(parameters: SessionParameters, paces: TrainingPaces | None) -> SteadyTarget:
    """Return the stated pace as a range, else the target of the intensity."""
    if parameters.pace_s_per_km is not None:
        slow, fast = pace_range(parameters.pace_s_per_km)
        return PaceTarget(slow_s_per_km=slow, fast_s_per_km=fast)
    if parameters.template in {"hills", "fartlek", "openers"}:
        return intensity_target("E", paces) if parameters.template == "openers" else OpenTarget()
    return intensity_target(parameters.intensity or INTENSITIES.get(parameters.template), paces)


def _distance_m(items: tuple[WorkoutItem, ...], paces: TrainingPaces | None) -> int:
    """Return the distance of a set, by the same estimates that check the plan."""
    total = 0.0
    for item in items:
        if isinstance(item, WorkoutStep):
            total += step_distance_m(item, paces)
            continue
        for step in item.steps:
            is_skipped = item.skip_last_recovery and step is item.steps[-1]
            times = item.times - 1 if is_skipped else item.times
            total += times * _distance_m((step,), paces)
    return round(total)


def _step(
    intensity: StepIntensity, end: StepEnd, target: SteadyTarget, note: str = ""
) -> WorkoutStep:
    return WorkoutStep(
        intensity=intensity, end=end, target=target, note=note[:LONGEST_NOTE] or None
    )
