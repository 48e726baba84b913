"""Structured workouts: steps and repeats, how a step ends and what it aims at.

Whole numbers throughout, so that a conversion to another form and back can be compared exactly.
Records are frozen and hashable; a step's `kind` tells its parts apart in JSON.
"""

from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from runningcoach.model.record import Record


class WorkoutPart(Record):
    """The base of everything that a workout is made of: frozen, no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", from_attributes=True)


# ---- how a step ends -------------------------------------------------------------------------


class TimeEnd(WorkoutPart):
    """The step lasts a time [s]."""

    kind: Literal["time"] = "time"
    seconds: Annotated[int, Field(ge=1, le=86_400)]


class DistanceEnd(WorkoutPart):
    """The step lasts a distance [m]."""

    kind: Literal["distance"] = "distance"
    meters: Annotated[int, Field(ge=1, le=300_000)]


class LapButtonEnd(WorkoutPart):
    """The step lasts until the runner presses the lap button."""

    kind: Literal["lap_button"] = "lap_button"


class CaloriesEnd(WorkoutPart):
    """The step lasts until so many kilocalories are spent."""

    kind: Literal["calories"] = "calories"
    kcal: Annotated[int, Field(ge=1)]


class HeartRateEnd(WorkoutPart):
    """The step lasts until heart rate is below or above a limit: in bpm, or percent of maximum."""

    kind: Literal["hr_below", "hr_above"]
    bpm: int | None = None
    pct_of_max: int | None = None


type StepEnd = Annotated[
    TimeEnd | DistanceEnd | LapButtonEnd | CaloriesEnd | HeartRateEnd,
    Field(discriminator="kind"),
]

# ---- what a step aims at ---------------------------------------------------------------------

type PaceBand = Literal["E", "M", "T", "I", "R"]
"""Easy, marathon, threshold, interval, repetition: resolved by the athlete's own paces."""

FASTEST_S_PER_KM, SLOWEST_S_PER_KM = 120, 900
type Pace = Annotated[int, Field(ge=FASTEST_S_PER_KM, le=SLOWEST_S_PER_KM)]
type Percent = Annotated[int, Field(ge=1, le=200)]


class OpenTarget(WorkoutPart):
    """No target."""

    kind: Literal["open"] = "open"


class PaceTarget(WorkoutPart):
    """A range of pace [s/km]; the slow end is the larger number."""

    kind: Literal["pace"] = "pace"
    slow_s_per_km: Pace
    fast_s_per_km: Pace


class BandTarget(WorkoutPart):
    """A band of training pace, to be resolved by the athlete's own paces."""

    kind: Literal["band"] = "band"
    name: PaceBand


class HeartRateZoneTarget(WorkoutPart):
    """One of the athlete's five heart-rate zones."""

    kind: Literal["hr_zone"] = "hr_zone"
    zone: Annotated[int, Field(ge=1, le=5)]


class HeartRateTarget(WorkoutPart):
    """A range of heart rate [bpm]."""

    kind: Literal["hr_bpm"] = "hr_bpm"
    low: Annotated[int, Field(ge=30, le=250)]
    high: Annotated[int, Field(ge=30, le=250)]


class HeartRateShareTarget(WorkoutPart):
    """A range of heart rate in percent of the maximum or of the lactate threshold's."""

    kind: Literal["hr_pct"] = "hr_pct"
    of: Literal["max", "lthr"]
    low: Percent
    high: Percent


class PaceShareTarget(WorkoutPart):
    """A range of speed in percent of threshold speed."""

    kind: Literal["pace_pct_of_threshold"] = "pace_pct_of_threshold"
    low: Percent
    high: Percent


class PaceZoneTarget(WorkoutPart):
    """A range of numbered pace zones, as other programs count them."""

    kind: Literal["pace_zone"] = "pace_zone"
    low: Annotated[int, Field(ge=1, le=10)]
    high: Annotated[int, Field(ge=1, le=10)]


class PowerTarget(WorkoutPart):
    """A range of power [W]."""

    kind: Literal["power"] = "power"
    low: Annotated[int, Field(ge=1, le=2_000)]
    high: Annotated[int, Field(ge=1, le=2_000)]


class PowerZoneTarget(WorkoutPart):
    """One of the athlete's power zones."""

    kind: Literal["power_zone"] = "power_zone"
    zone: Annotated[int, Field(ge=1, le=7)]


type SteadyTarget = Annotated[
    OpenTarget | PaceTarget | BandTarget | HeartRateZoneTarget | HeartRateTarget
    | HeartRateShareTarget | PaceShareTarget | PaceZoneTarget | PowerTarget | PowerZoneTarget,
    Field(discriminator="kind"),
]  # fmt: skip


class RampTarget(WorkoutPart):
    """From one target to another, evenly over the step."""

    model_config = ConfigDict(populate_by_name=True)

    kind: Literal["ramp"] = "ramp"
    start: Annotated[SteadyTarget, Field(alias="from")]
    end: Annotated[SteadyTarget, Field(alias="to")]


type StepTarget = Annotated[
    OpenTarget | PaceTarget | BandTarget | HeartRateZoneTarget | HeartRateTarget
    | HeartRateShareTarget | PaceShareTarget | PaceZoneTarget | PowerTarget | PowerZoneTarget
    | RampTarget,
    Field(discriminator="kind"),
]  # fmt: skip

# ---- steps and workouts ----------------------------------------------------------------------

type StepIntensity = Literal["warmup", "cooldown", "interval", "recovery", "rest", "other", "main"]
LONGEST_NOTE, LONGEST_TITLE, LONGEST_PURPOSE = 200, 100, 500
MOST_ROUNDS = 99
MOST_STEPS_RUN = 2_000
"""Steps of a workout with all rounds of its repeats: more than anybody runs in a day, and few
enough to be rolled out."""

DEEPEST_NESTING = 10
"""Repeats within repeats: more than anybody can follow, and few enough for every reader."""


class WorkoutStep(WorkoutPart):
    """One step: what it is, how it ends, what it aims at, and a word for the watch."""

    kind: Literal["step"] = "step"
    intensity: StepIntensity
    end: StepEnd
    target: StepTarget = OpenTarget()
    note: Annotated[str, Field(max_length=LONGEST_NOTE)] | None = None


class WorkoutRepeat(WorkoutPart):
    """Steps that are repeated; repeats may be nested."""

    kind: Literal["repeat"] = "repeat"
    times: Annotated[int, Field(ge=1, le=MOST_ROUNDS)]
    skip_last_recovery: bool = False
    steps: Annotated[tuple["WorkoutItem", ...], Field(min_length=1)]


type WorkoutItem = Annotated[WorkoutStep | WorkoutRepeat, Field(discriminator="kind")]


def count_steps_run(items: Sequence[WorkoutItem]) -> int:
    """Return how many steps are run, each round of a repeat counted."""
    return sum(
        1 if isinstance(item, WorkoutStep) else item.times * count_steps_run(item.steps)
        for item in items
    )


def nesting_depth(items: Sequence[WorkoutItem]) -> int:
    """Return how many repeats the most nested step is in."""
    inner = [item.steps for item in items if isinstance(item, WorkoutRepeat)]
    return max((1 + nesting_depth(steps) for steps in inner), default=0)


type WorkoutType = Literal[
    "easy", "recovery", "long", "long_progression", "long_marathon_pace", "steady", "tempo",
    "cruise", "vo2max", "repetition", "hills", "fartlek", "race_pace", "openers", "run_walk",
    "time_trial", "race", "cross_training", "other",
]  # fmt: skip
"""What a session is for. Strides are steps at the end of an easy run."""


class Workout(WorkoutPart):
    """A session: what it is for, and its steps. A cross-training day may have none."""

    type: WorkoutType
    title: Annotated[str, Field(max_length=LONGEST_TITLE)]
    purpose: Annotated[str, Field(max_length=LONGEST_PURPOSE)] = ""
    is_treadmill: bool = False
    steps: tuple[WorkoutItem, ...] = ()

    @model_validator(mode="after")
    def _check_rounds(self) -> Self:
        if count_steps_run(self.steps) > MOST_STEPS_RUN:
            raise ValueError(f"more than {MOST_STEPS_RUN} steps in all rounds")
        if nesting_depth(self.steps) > DEEPEST_NESTING:
            raise ValueError(f"more than {DEEPEST_NESTING} repeats within each other")
        return self


class ConvertedWorkout(Record):
    """A workout that was read from another form, and what had to be changed or is uncertain."""

    workout: Workout
    warnings: list[str] = []
