"""What a runner asks of a plan, and what a plan must know of its athlete."""

from datetime import date
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from runningcoach.model.fitness import ReadinessBand
from runningcoach.model.record import Record

GoalKind = Literal["5k", "10k", "hm", "m", "fit", "return", "first_5k"]
"""A race over a distance, general fitness, a return after a break, a first 5 km by run-walk."""


Ambition = Literal["steady", "ambitious"]


Weekday = Annotated[int, Field(ge=0, le=6)]
"""0 is Monday."""


class PlanPart(Record):
    """The base of everything that a plan is made of: frozen, no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", from_attributes=True)


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
