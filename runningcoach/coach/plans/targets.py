"""A workout's bands, percentages and ramps as paces and heart rates of one athlete.

A watch takes paces, beats and zones. Whatever a workout states otherwise follows here from what is
known of the athlete on a day; what cannot be known is refused, and what is changed is told.
"""

from dataclasses import dataclass, field

from runningcoach.base import i18n
from runningcoach.base.errors import Phrase, RunningCoachError
from runningcoach.coach.plans.estimates import band_pace_s_per_km
from runningcoach.coach.plans.paces import PACE_TOLERANCE, pace_range
from runningcoach.coach.plans.sessions import intensity_target
from runningcoach.coach.plans.text.quantities import half_up
from runningcoach.model.plan_request import AthleteState
from runningcoach.model.workout import (
    FASTEST_S_PER_KM,
    LONGEST_NOTE,
    SLOWEST_S_PER_KM,
    BandTarget,
    ConvertedWorkout,
    HeartRateEnd,
    HeartRateShareTarget,
    HeartRateTarget,
    HeartRateZoneTarget,
    OpenTarget,
    PaceShareTarget,
    PaceTarget,
    PaceZoneTarget,
    PowerTarget,
    PowerZoneTarget,
    RampTarget,
    StepEnd,
    StepTarget,
    Workout,
    WorkoutItem,
    WorkoutStep,
)

LOWEST_BPM, HIGHEST_BPM = 30, 250
"""What a target of heart rate can hold."""
type Bounds = tuple[int, int]


class WorkoutUnresolvable(RunningCoachError):
    """A target refers to a number of the athlete's that is not known."""

    code = "workouts.unresolvable"
    status = 422


@dataclass(slots=True)
class _Resolution:
    """The athlete, whether single shares become ranges, and the keys of what had to be changed."""

    athlete: AthleteState
    widens: bool = True
    warnings: list[str] = field(default_factory=list[str])


def resolve_workout(workout: Workout, athlete: AthleteState) -> ConvertedWorkout:
    """Return a workout as a watch takes it: paces [s/km], heart rates [bpm] and zones alone.

    Zones stay what they are; a band becomes a zone where no pace is known. Resolving again changes
    nothing. Warnings are in the current language. Raises WorkoutUnresolvable.
    """
    resolution = _Resolution(athlete)
    steps = tuple(_item(item, resolution) for item in workout.steps)
    keys = dict.fromkeys(resolution.warnings)
    return ConvertedWorkout(
        workout=workout.model_copy(update={"steps": steps}),
        warnings=[i18n.t(f"workouts.resolution.{key}") for key in keys],
    )


def _unresolvable(reason: str) -> WorkoutUnresolvable:
    return WorkoutUnresolvable(
        reason=Phrase(f"workouts.unresolvable.{reason}.what"),
        advice=Phrase(f"workouts.unresolvable.{reason}.remedy"),
    )


# ---- steps -----------------------------------------------------------------------------------


def _item(item: WorkoutItem, resolution: _Resolution) -> WorkoutItem:
    if isinstance(item, WorkoutStep):
        return _step(item, resolution)
    steps = tuple(_item(inner, resolution) for inner in item.steps)
    return item.model_copy(update={"steps": steps})


def _step(step: WorkoutStep, resolution: _Resolution) -> WorkoutStep:
    target, note = _target(step.target, resolution), step.note
    if isinstance(step.target, RampTarget):
        note = _ramp_note(step.target, resolution.athlete, note)
    return step.model_copy(update={"end": _end(step, resolution), "target": target, "note": note})


def _end(step: WorkoutStep, resolution: _Resolution) -> StepEnd:
    """Return how a step ends: a share of maximum heart rate in bpm, where that is known."""
    end, maximum = step.end, resolution.athlete.hrmax_bpm
    if not isinstance(end, HeartRateEnd) or end.pct_of_max is None or maximum is None:
        return end
    resolution.warnings.append("hr_share")
    return HeartRateEnd(kind=end.kind, bpm=_bpm(end.pct_of_max, maximum))


# ---- targets ---------------------------------------------------------------------------------


def _target(target: StepTarget, resolution: _Resolution) -> StepTarget:
    match target:
        case BandTarget():
            return _band(target, resolution)
        case PaceShareTarget():
            return _pace_share(target, resolution)
        case HeartRateShareTarget():
            return _heart_rate_share(target, resolution)
        case PaceZoneTarget(low=low, high=high) if low != high:
            raise _unresolvable("pace_zones")
        case RampTarget():
            return _ramp(target, resolution)
        case _:
            return target


def _band(target: BandTarget, resolution: _Resolution) -> StepTarget:
    resolved = intensity_target(target.name, resolution.athlete.paces)
    if isinstance(resolved, HeartRateZoneTarget):
        resolution.warnings.append("band_as_zone")
    if isinstance(resolved, OpenTarget):
        resolution.warnings.append("band_left_out")
    return resolved


def _pace_share(target: PaceShareTarget, resolution: _Resolution) -> PaceTarget:
    """Return the paces of shares of threshold speed; a single share becomes a range."""
    if resolution.athlete.paces is None:
        raise _unresolvable("no_paces")
    threshold = band_pace_s_per_km("T", resolution.athlete.paces)
    slow, fast = (half_up(100 * threshold / share) for share in (target.low, target.high))
    if not FASTEST_S_PER_KM <= fast <= slow <= SLOWEST_S_PER_KM:
        raise _unresolvable("out_of_range")
    if resolution.widens and target.low == target.high:
        resolution.warnings.append("single_share")
        slow, fast = pace_range(100 * threshold / target.low)
    return PaceTarget(slow_s_per_km=slow, fast_s_per_km=fast)


def _heart_rate_share(target: HeartRateShareTarget, resolution: _Resolution) -> HeartRateTarget:
    """Return the heart rates of shares; a single share becomes a range."""
    whole = _whole_bpm(target, resolution.athlete)
    low, high = _bpm(target.low, whole), _bpm(target.high, whole)
    if resolution.widens and target.low == target.high:
        resolution.warnings.append("single_share")
        low = _bpm(target.low * (1 - PACE_TOLERANCE), whole)
        high = _bpm(target.high * (1 + PACE_TOLERANCE), whole)
    if not LOWEST_BPM <= low <= high <= HIGHEST_BPM:
        raise _unresolvable("out_of_range")
    return HeartRateTarget(low=low, high=high)


def _whole_bpm(target: HeartRateShareTarget, athlete: AthleteState) -> int:
    whole = athlete.hrmax_bpm if target.of == "max" else athlete.lthr_bpm
    if whole is None:
        raise _unresolvable("no_hrmax" if target.of == "max" else "no_lthr")
    return whole


def _bpm(percent: float, whole_bpm: int) -> int:
    return half_up(percent * whole_bpm / 100)


# ---- ramps -----------------------------------------------------------------------------------


def _ramp(ramp: RampTarget, resolution: _Resolution) -> StepTarget:
    """Return one range over both ends of a ramp: Garmin's workouts know no ramps."""
    start, end = _ramp_ends(ramp, resolution)
    resolution.warnings.append("ramp_as_range")
    if start == end:
        return start
    match start, end:
        case PaceTarget(), PaceTarget():
            return PaceTarget(
                slow_s_per_km=max(start.slow_s_per_km, end.slow_s_per_km),
                fast_s_per_km=min(start.fast_s_per_km, end.fast_s_per_km),
            )
        case PowerTarget(), PowerTarget():
            return PowerTarget(low=min(start.low, end.low), high=max(start.high, end.high))
        case _:
            bounds = [_heart_rates(side, resolution.athlete) for side in (start, end)]
            return HeartRateTarget(
                low=min(low for low, _ in bounds), high=max(high for _, high in bounds)
            )


def _ramp_ends(ramp: RampTarget, resolution: _Resolution) -> tuple[StepTarget, StepTarget]:
    """Return both ends resolved: a share of speed or heart rate is exact there, not a range."""
    inner = _Resolution(resolution.athlete, widens=False)
    start, end = (_target(side, inner) for side in (ramp.start, ramp.end))
    resolution.warnings += inner.warnings
    return start, end


def _heart_rates(target: StepTarget, athlete: AthleteState) -> Bounds:
    """Return the heart rates [bpm] of one end of a ramp; of a zone, those of the athlete."""
    match target:
        case HeartRateTarget(low=low, high=high):
            return low, high
        case HeartRateZoneTarget(zone=zone):
            edges = [*athlete.hr_zone_edges_bpm, athlete.hrmax_bpm]
            if len(edges) <= zone or (high := edges[zone]) is None:
                raise _unresolvable("no_zones")
            return athlete.hr_zone_edges_bpm[zone - 1], high
        case _:
            raise _unresolvable("mixed_ramp")


def _ramp_note(ramp: RampTarget, athlete: AthleteState, note: str | None) -> str | None:
    """Return a step's words with the direction of its ramp, as long as the watch can hold them."""
    first, last = map(_middle, _ramp_ends(ramp, _Resolution(athlete)))
    longer = f"{first} → {last} {note or ''}".rstrip()
    return longer if first and last and len(longer) <= LONGEST_NOTE else note


def _middle(target: StepTarget) -> str:
    """Return the middle of a target, as 5:30 or 133 bpm."""
    match target:
        case PaceTarget(slow_s_per_km=slow, fast_s_per_km=fast):
            minutes, seconds = divmod(half_up((slow + fast) / 2), 60)
            return f"{minutes}:{seconds:02d}"
        case HeartRateTarget(low=low, high=high):
            return f"{half_up((low + high) / 2)} bpm"
        case PowerTarget(low=low, high=high):
            return f"{half_up((low + high) / 2)} W"
        case HeartRateZoneTarget(zone=zone) | PowerZoneTarget(zone=zone):
            return f"Z{zone}"
        case _:
            return ""
