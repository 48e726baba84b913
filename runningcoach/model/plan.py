"""Training plans: what the runner asks for, the plan itself, a draft, findings and edits."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field

from runningcoach.model.fitness import ReadinessBand
from runningcoach.model.record import Record
from runningcoach.model.workout import StepTarget, Workout

GoalKind = Literal["5k", "10k", "hm", "m", "fit", "return", "first_5k"]
"""A race over a distance, general fitness, a return after a break, a first 5 km by run-walk."""
Phase = Literal["base", "build", "peak", "taper", "race", "recovery"]
Ambition = Literal["steady", "ambitious"]
Weekday = Annotated[int, Field(ge=0, le=6)]
"""0 is Monday."""


class PlanPart(Record):
    """The base of everything that a plan is made of: frozen, no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", from_attributes=True)


# ---- what is asked for -----------------------------------------------------------------------


class TuneUpRace(PlanPart):
    """A race on the way to the goal."""

    date: date
    distance_m: Annotated[int, Field(ge=1_000, le=42_195)]
    name: str = ""


class PlanRequest(PlanPart):
    """What a runner wants: a goal, a race perhaps, days and limits.

    `weeks` is for goals without a race; with one, its date decides. `long_day` must be among
    `available_weekdays`. Limits are the longest session [min] on a weekday and on the day of the
    long run; None is no limit.
    """

    goal: GoalKind
    start: date
    race_date: date | None = None
    race_name: str = ""
    target_time_s: Annotated[int, Field(ge=600, le=36_000)] | None = None
    weeks: Annotated[int, Field(ge=1, le=24)] | None = None
    available_weekdays: tuple[Weekday, ...]
    long_day: Weekday = 6
    weekday_max_min: Annotated[int, Field(ge=20, le=300)] | None = None
    long_max_min: Annotated[int, Field(ge=20, le=420)] | None = None
    treadmill_weekdays: tuple[Weekday, ...] = ()
    with_hills: bool = True
    by_heart_rate: bool = False
    ambition: Ambition = "steady"
    tune_ups: tuple[TuneUpRace, ...] = ()


class TrainingPaces(PlanPart):
    """The athlete's paces [s/km] by band, and what they come from.

    `pace_index` is on the scale of VO2max; bands are (slow, fast).
    """

    pace_index: float
    source: str
    easy: tuple[int, int]
    marathon: tuple[int, int]
    threshold: tuple[int, int]
    interval: tuple[int, int]
    repetition: tuple[int, int]


class AthleteState(PlanPart):
    """What a plan must know of its athlete on a day.

    `weekly_km` are the last 12 whole weeks, oldest first, fewer where less is known;
    `longest_30d_km` the longest run of 30 days; `days_since_run` None when there was never one.
    `paces` is None where none can be known: then targets are heart-rate zones.
    """

    today: date
    weekly_km: tuple[float, ...] = ()
    longest_30d_km: float = 0.0
    days_since_run: int | None = None
    paces: TrainingPaces | None = None
    hrmax_bpm: int | None = None
    lthr_bpm: int | None = None
    hr_zone_edges_bpm: tuple[int, ...] = ()
    age: int | None = None
    is_injured: bool = False
    readiness_band: ReadinessBand | None = None
    is_red_today: bool = False
    ctl: float | None = None
    atl: float | None = None
    load_per_km: float | None = None


# ---- the plan --------------------------------------------------------------------------------


LARGEST_NOTE_VALUE = 1e15
NoteNumber = Annotated[
    float,
    Field(ge=-LARGEST_NOTE_VALUE, le=LARGEST_NOTE_VALUE, allow_inf_nan=False),
    AfterValidator(lambda value: int(value) if value.is_integer() else value),
]
"""A number that every program writes the same way, so that a plan keeps its hash on the way through
one: not too large, and without a point where it is whole, as JavaScript has 5 for 5.0."""


class PlanNote(PlanPart):
    """A sentence with its numbers, spoken in the reader's language: a key of the catalogue."""

    key: str
    values: dict[str, str | int | NoteNumber] = {}
    source: str = ""


class PlanDay(PlanPart):
    """A day of a plan; no workout is a rest day."""

    date: date
    workouts: tuple[Workout, ...] = ()
    reasons: tuple[PlanNote, ...] = ()


class PlanWeek(PlanPart):
    """Seven days from a Monday."""

    start: date
    phase: Phase
    is_cutback: bool = False
    focus: str = ""
    reasons: tuple[PlanNote, ...] = ()
    days: tuple[PlanDay, ...]


class Plan(PlanPart):
    """A plan as it is checked, approved and sent to the watch: dates and workouts.

    Totals are not in it: they follow from the steps and the athlete's paces.
    """

    schema_version: Literal["1"] = "1"
    title: Annotated[str, Field(max_length=100)]
    request: PlanRequest
    weeks: Annotated[tuple[PlanWeek, ...], Field(min_length=1, max_length=60)]
    assumptions: tuple[PlanNote, ...] = ()


# ---- a draft ---------------------------------------------------------------------------------

DraftTemplate = Literal[
    "rest", "easy", "recovery", "long", "long_progression", "steady", "tempo", "cruise", "vo2max",
    "repetition", "hills", "fartlek", "race_pace", "openers", "run_walk", "race", "cross_training",
]  # fmt: skip
DraftIntensity = Literal["E", "M", "T", "I", "R", "HR_Z2", "open"]


class DraftDay(Record):
    """One day of a draft: a template and its parameters, no steps."""

    model_config = ConfigDict(extra="forbid")

    date: date
    template: DraftTemplate
    distance_km: Annotated[float, Field(ge=0, le=300)] | None = None
    duration_min: Annotated[float, Field(ge=0, le=1_440)] | None = None
    reps: Annotated[int, Field(ge=1, le=99)] | None = None
    rep_distance_m: Annotated[int, Field(ge=20, le=50_000)] | None = None
    rep_seconds: Annotated[int, Field(ge=5, le=14_400)] | None = None
    recovery_seconds: Annotated[int, Field(ge=0, le=3_600)] | None = None
    intensity: DraftIntensity = "open"
    pace_s_per_km: int | None = None
    note: Annotated[str, Field(max_length=400)] = ""


class DraftWeek(Record):
    """One week of a draft; `km` is the total that its author states."""

    model_config = ConfigDict(extra="forbid")

    start: date
    phase: Phase
    is_cutback: bool = False
    focus: str = ""
    km: float | None = None
    days: list[DraftDay]


class PlanDraft(Record):
    """A flat draft of a plan, as a language model or another program writes it."""

    model_config = ConfigDict(extra="forbid")

    schema_version: Literal["1"] = "1"
    title: Annotated[str, Field(max_length=100)] = ""
    rationale_ko: str = ""
    assumptions: list[str] = []
    questions: list[str] = []
    km: float | None = None
    weeks: list[DraftWeek]


# ---- edits and findings ----------------------------------------------------------------------


class MoveWorkout(PlanPart):
    """Move what is on one day to another, free day."""

    kind: Literal["move"] = "move"
    from_date: date
    to_date: date


class SwapDays(PlanPart):
    """Exchange what is on two days."""

    kind: Literal["swap"] = "swap"
    first_date: date
    second_date: date


class ScaleWorkout(PlanPart):
    """Shorten or lengthen the workouts of a day to a share of their length."""

    kind: Literal["scale"] = "scale"
    date: date
    share: Annotated[float, Field(ge=0.2, le=1.5)]


class ScaleWeek(PlanPart):
    """Shorten or lengthen every workout of a week but races."""

    kind: Literal["scale_week"] = "scale_week"
    start: date
    share: Annotated[float, Field(ge=0.2, le=1.5)]


class ReplaceWorkout(PlanPart):
    """Put another workout on a day, in the text form; empty text makes it a rest day."""

    kind: Literal["replace"] = "replace"
    date: date
    text: str


class MakeEasy(PlanPart):
    """Make a day an easy run that takes the same time."""

    kind: Literal["make_easy"] = "make_easy"
    date: date


class SetTarget(PlanPart):
    """Set the target of every step of one intensity on a day."""

    kind: Literal["set_target"] = "set_target"
    date: date
    intensity: str
    target: StepTarget


PlanEdit = Annotated[
    MoveWorkout | SwapDays | ScaleWorkout | ScaleWeek | ReplaceWorkout | MakeEasy | SetTarget,
    Field(discriminator="kind"),
]

Severity = Literal["error", "warn"]


class PlanFinding(PlanPart):
    """Something that a rule found: an error blocks approval, a warning is shown.

    `code` is the rule's (V01 to V23). `week` counts from 1; `day` where it is about one. The
    words stand in the catalogue under `findings.<code in lower case>.<key>`, with `values`.
    """

    code: str
    severity: Severity
    key: str
    week: int | None = None
    day: date | None = None
    values: dict[str, str | int | float] = {}
    fix: PlanEdit | None = None


# ---- what a plan leads to --------------------------------------------------------------------


class SimulatedDay(PlanPart):
    """A day of a plan: its load, and fitness, fatigue and form that follow [load/day].

    Low and high are those under 10 % less and more load than estimated.
    """

    date: date
    load: float
    ctl: float
    atl: float
    tsb: float
    tsb_low: float
    tsb_high: float


class SimulatedWeek(PlanPart):
    """A week of a plan in figures, races apart; `hard_share` is None in a week without running."""

    start: date
    distance_m: float
    race_m: float
    duration_s: float
    longest_m: float
    load: float
    hard_share: float | None


class PlanSimulation(PlanPart):
    """What a plan leads to; form and time of race day are None where they cannot be known.

    `days` are those from the athlete's today on, `weeks` all weeks of the plan.
    `is_relative`: the athlete's fitness is unknown, so that it begins at the level of the first
    week. `race_time_low_s` is the time with the plan's full expected gain.
    """

    days: tuple[SimulatedDay, ...]
    weeks: tuple[SimulatedWeek, ...]
    is_relative: bool
    race_date: date | None = None
    race_tsb: float | None = None
    race_form_pct: float | None = None
    race_time_low_s: float | None = None
    race_time_high_s: float | None = None


class EditPrice(PlanPart):
    """What an edit costs: findings that came and went, and how figures change.

    `week_km_change` holds the weeks that change, by the first day of the week.
    """

    new_findings: tuple[PlanFinding, ...]
    gone_findings: tuple[PlanFinding, ...]
    week_km_change: dict[date, float]
    load_change: float
    race_tsb_change: float | None = None
    race_time_low_change_s: float | None = None


# ---- what is stored --------------------------------------------------------------------------

PlanStatus = Literal["proposed", "current", "archived", "rejected"]
PlanOrigin = Literal["rule", "edit", "import", "model", "adaptation"]


class StoredPlan(Record):
    """A version of a plan: at most one is current and one proposed.

    `sha256` is that of the canonical plan (see model.canonical); `approved_at` is set when
    the runner approved exactly this. `is_imported`: it was made elsewhere, or edited or adapted
    from one that was.
    """

    id: int
    version: int
    parent_id: int | None = None
    status: PlanStatus
    origin: PlanOrigin
    plan: Plan
    sha256: str
    reasons: list[PlanNote] = []
    created_at: datetime
    approved_at: datetime | None = None
    archived_at: datetime | None = None
    is_imported: bool = False


ScheduleState = Literal["planned", "uploaded", "scheduled", "removing", "removed", "blocked"]


class WorkoutSchedule(Record):
    """A workout on a day, and how far it has come on its way to the watch."""

    id: int
    workout_id: int | None = None
    plan_id: int | None = None
    date: date
    state: ScheduleState
    marker: str
    sha256: str
    garmin_workout_id: int | None = None
    garmin_schedule_id: int | None = None
    attempts: int = 0
    next_try_at: datetime | None = None
    error: str | None = None


class WorkoutDelivery(WorkoutSchedule):
    """A workout on its way to the watch: its content, and what Garmin was sent of it.

    `pushed_sha256` and `pushed_date` are what was sent last, set before a new workout or entry is
    sent. `upload_posts`, `schedule_posts` count how often one was sent, so how many of ours may be
    there; `restores` how often it was put back after somebody changed it at Garmin.
    """

    workout: Workout
    pushed_sha256: str | None = None
    pushed_date: date | None = None
    upload_posts: int = 0
    schedule_posts: int = 0
    restores: int = 0


class StoredWorkout(Record):
    """A workout of a plan, or one of the runner's own."""

    id: int
    plan_id: int | None = None
    day: date | None = None
    workout: Workout
    sha256: str
    created_at: datetime


class PlannedRace(Record):
    """A race that the runner has entered; the goal is the one with priority A."""

    id: int
    date: date
    name: str
    distance_m: int
    target_time_s: int | None = None
    priority: Literal["A", "B", "C"] = "A"


StepVerdict = Literal[
    "done", "short", "long", "fast", "slow", "slow_excused", "done_by_grade",
    "done_low_confidence", "not_measurable", "missing", "extra", "done_split",
]  # fmt: skip
DayVerdict = Literal["done", "partly", "off_target", "missed", "moved", "swapped", "unplanned"]


class StepAdherence(Record):
    """How one step went: what was planned, what was run, the verdict."""

    step: str
    verdict: StepVerdict
    planned: dict[str, Any] = {}
    run: dict[str, Any] = {}


class WorkoutAdherence(Record):
    """How a workout went: the activities that ran it, a score 0 to 100, step by step."""

    workout_date: date
    run_date: date | None = None
    activity_ids: list[int] = []
    compliance_pct: float | None = None
    verdict: DayVerdict
    excuse: str | None = None
    steps: list[StepAdherence] = []


class StoredAdherence(WorkoutAdherence):
    """How a stored workout went."""

    workout_id: int
