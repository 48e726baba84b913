"""What is remembered, one record for each kind of row; the same record is the API's answer.

Units are in the names. A field that is not known is None, never 0. Times are UTC; `local_date`
is the athlete's calendar day, decided once when the row is made.
"""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

Role = Literal["owner", "runner"]
Sex = Literal["male", "female", "unknown"]
BenchmarkKind = Literal[
    "hrmax_bpm",
    "hrrest_bpm",
    "lthr_bpm",
    "threshold_speed_mps",
    "critical_speed_mps",
    "reserve_m",
    "vt1_bpm",
    "vt2_bpm",
    "hr_zone_1_bpm",
    "hr_zone_2_bpm",
    "hr_zone_3_bpm",
    "hr_zone_4_bpm",
    "hr_zone_5_bpm",
]
BenchmarkSource = Literal["user", "garmin", "estimate", "default"]
Period = Literal["week", "month", "year", "all"]
Confidence = Literal["high", "medium", "low", "none"]
LoadBy = Literal["auto", "pace", "heart_rate"]
Convention = Literal["exp", "reciprocal", "span"]
FormOf = Literal["yesterday", "sameday"]
ReadinessBand = Literal["high", "normal", "reduced", "low"]
DistanceSource = Literal["session", "laps", "records", "positions", "speed", "table"]
TimeSource = Literal["session", "laps", "events", "records", "table"]
AscentSource = Literal["session", "laps", "altitude", "table"]
LocalTime = Annotated[
    datetime,
    WithJsonSchema(
        {
            "type": "string",
            "format": "date-time-local",
            "description": "The runner's clock, without an offset: 2026-05-05T06:30:00.",
        }
    ),
]


class Record(BaseModel):
    """The base of all records: built from a row, compared by value."""

    model_config = ConfigDict(from_attributes=True, extra="ignore")


class User(Record):
    """A person with an account."""

    id: int
    username: str
    display_name: str
    role: Role
    language: Literal["ko", "en"]
    timezone: str
    sex: Sex = "unknown"
    birth_date: date | None = None
    created_at: datetime


class Activity(Record):
    """One activity, or one leg of a multisport activity."""

    id: int
    parent_id: int | None = None
    garmin_activity_id: int | None = None
    source: Literal["fit", "tcx", "gpx", "garmin", "strava"]
    sport: str
    sub_sport: str | None = None
    name: str | None = None
    notes: str | None = None
    rpe: float | None = Field(default=None, ge=0, le=10)
    gear: str | None = None
    is_race: bool = False
    is_treadmill: bool = False
    has_gps: bool = False
    started_at: datetime
    timezone: str
    local_started_at: LocalTime
    local_date: date
    elapsed_s: float
    timer_s: float | None = None
    distance_m: float | None = None
    ascent_m: float | None = None
    descent_m: float | None = None
    average_hr_bpm: float | None = None
    max_hr_bpm: float | None = None
    average_speed_mps: float | None = None
    average_cadence_spm: float | None = None
    average_power_w: float | None = None
    calories_kcal: float | None = None
    average_temperature_c: float | None = None
    air_temperature_c: float | None = None
    dew_point_c: float | None = None
    device_training_effect: float | None = None
    device_anaerobic_effect: float | None = None
    device_training_load: float | None = None
    garmin_vo2max: float | None = None
    garmin_workout_id: int | None = None
    feel: int | None = None
    compliance_pct: float | None = None
    device_name: str | None = None
    distance_source: DistanceSource | None = None
    time_source: TimeSource | None = None
    ascent_source: AscentSource | None = None
    use_for_estimates: bool | None = None
    decode_status: Literal["ok", "salvaged"]
    decode_notes: list[str] = []


class Lap(Record):
    """One lap of an activity, as the device split it."""

    lap_index: int
    started_at: datetime
    elapsed_s: float
    timer_s: float | None = None
    distance_m: float | None = None
    average_hr_bpm: float | None = None
    max_hr_bpm: float | None = None
    average_speed_mps: float | None = None
    average_cadence_spm: float | None = None
    average_power_w: float | None = None
    ascent_m: float | None = None
    intensity: str | None = None


class ActivityMetrics(Record):
    """What the metrics engine says of one activity, with the benchmarks of its day."""

    activity_id: int
    engine_version: str
    moving_s: float | None = None
    hr_coverage: float | None = None
    speed_coverage: float | None = None
    gap_mps: float | None = None
    gap_minetti_mps: float | None = None
    gap_runalyze_mps: float | None = None
    ngp_mps: float | None = None
    elevation_gain_m: float | None = None
    elevation_loss_m: float | None = None
    efficiency_factor: float | None = None
    efficiency_index: float | None = None
    decoupling_pct: float | None = None
    durability_ratio: float | None = None
    durability_onset_m: float | None = None
    late_best_pct: list[float | None] | None = None
    effective_vo2max: float | None = None
    vdot: float | None = None
    trimp: float | None = None
    edwards: float | None = None
    lucia: float | None = None
    hr_zone_s: list[float] | None = None
    hrtss: float | None = None
    rtss: float | None = None
    intensity: float | None = None
    session_rpe: float | None = None
    load: float | None = None
    load_source: str | None = None
    epoc_ml_kg: float | None = None
    training_effect: float | None = None
    training_effect_source: Literal["device", "calibrated", "estimate"] | None = None
    training_effect_error: float | None = None
    altitude_vo2max_pct: float | None = None
    heat_slowdown_pct: list[float] | None = None
    flags: list[str] = []
    reasons: dict[str, str] = {}


class BestEffort(Record):
    """The fastest stretch of one distance inside one activity."""

    activity_id: int
    distance_m: float
    elapsed_s: float
    start_s: float
    moving_s: float | None = None
    local_date: date


class Benchmark(Record):
    """A dated fact about the athlete, in force from `valid_from` until the next of its kind."""

    kind: BenchmarkKind
    value: float
    valid_from: date
    source: BenchmarkSource
    confidence: Confidence


class SportSum(Record):
    """What the activities of one sport add up to over a day or a period."""

    sport: str
    activities: int
    distance_m: float | None = None
    moving_s: float
    elevation_gain_m: float | None = None
    load: float


class ParkedActivity(Record):
    """An activity that a step of deriving failed on: left out of everything, with the reason."""

    activity_id: int
    stage: Literal["samples", "facts", "measures", "estimates"]
    reason: str
    engine_version: str
    parked_at: datetime


class DailyFitness(Record):
    """Load, fitness, fatigue and form of one calendar day.

    `distance_m` and `moving_s` are those of its runs, `load` that of all sports; `by_sport` holds
    each sport apart.
    """

    date: date
    activities: int
    distance_m: float
    moving_s: float
    load: float
    trimp: float | None = None
    ctl: float
    atl: float
    tsb: float | None = None
    form_pct: float | None = None
    ramp_7d: float | None = None
    monotony: float | None = None
    strain: float | None = None
    acwr: float | None = None
    acwr_coupled: float | None = None
    acwr_uncoupled: float | None = None
    vo2max_trend: float | None = None
    vo2max_correction: float | None = None
    marathon_shape_pct: float | None = None
    provisional: bool
    estimated_share: float
    by_sport: list[SportSum] = []
    flags: list[str] = []
    reasons: dict[str, str] = {}


class RecoveryDay(Record):
    """HRV, resting heart rate and sleep of a morning against one's usual, and readiness."""

    date: date
    hrv_7d_ms: float | None = None
    hrv_low_ms: float | None = None
    hrv_high_ms: float | None = None
    hrv_cv_pct: float | None = None
    resting_hr_3d_bpm: float | None = None
    resting_hr_usual_bpm: float | None = None
    sleep_3d_s: float | None = None
    sleep_need_s: float | None = None
    hrv_z: float | None = None
    resting_hr_z: float | None = None
    sleep_z: float | None = None
    form_z: float | None = None
    load_z: float | None = None
    readiness: float | None = None
    readiness_band: ReadinessBand | None = None
    flags: list[str] = []
    reasons: dict[str, str] = {}


class PredictionMethod(Record):
    """What one method says of a race time; no time: `reason` says why. `inputs` are its own."""

    method: Literal["vdot", "power_law", "critical_speed"]
    time_s: float | None = None
    reason: str | None = None
    inputs: dict[str, float] = {}


class RacePrediction(Record):
    """A race time as of a day: the median of the methods that have one, and their range."""

    distance_m: float
    as_of: date
    time_s: float | None = None
    fastest_s: float | None = None
    slowest_s: float | None = None
    confidence: Confidence
    methods: list[PredictionMethod]


class Preferences(Record):
    """How the runner wants load and form to be reckoned.

    `load_by`: which load counts for runs; auto chooses by the terrain. `fitness_convention` and
    `form_of`: how fitness, fatigue and form are averaged. `seeded`: begin at the average load of
    the first 28 days instead of 0.
    """

    load_by: LoadBy = "auto"
    fitness_convention: Convention = "exp"
    form_of: FormOf = "yesterday"
    seeded: bool = False


class Summary(Record):
    """A week (from Monday), a month (from the 1st), a year, or everything, in numbers.

    `activities`, `load` and `trimp` are those of all sports; distance, moving time and climb are
    those of the runs. `by_sport` holds each sport apart.
    """

    period: Period
    starts_on: date
    activities: int
    runs: int
    distance_m: float
    moving_s: float
    elevation_gain_m: float | None = None
    load: float
    trimp: float | None = None
    longest_run_m: float | None = None
    hr_zone_s: list[float] | None = None
    easy_share: float | None = None
    low_share: float | None = None
    moderate_share: float | None = None
    high_share: float | None = None
    efficiency_factor: float | None = None
    vo2max_end: float | None = None
    ctl_end: float | None = None
    atl_end: float | None = None
    tsb_end: float | None = None
    ramp: float | None = None
    monotony_max: float | None = None
    acwr_max: float | None = None
    best_efforts: int = 0
    by_sport: list[SportSum] = []


class HealthDay(Record):
    """What the body told on one day: resting HR, HRV, stress, weight, sleep."""

    date: date
    resting_hr_bpm: float | None = None
    hrv_ms: float | None = None
    average_stress: float | None = None
    body_battery_max: float | None = None
    body_battery_min: float | None = None
    weight_kg: float | None = None
    sleep_s: float | None = None
    sleep_score: float | None = None
    hrv_source: str | None = None


class BaselineYear(Record):
    """One calendar year of running."""

    year: int
    runs: int
    distance_m: float
    moving_s: float
    longest_run_m: float | None = None
    ctl_max: float | None = None


class Layoff(Record):
    """Days without a run: the first of them, and how many."""

    starts_on: date
    days: int


class Baseline(Record):
    """The whole history in a page: what a coach asks a new athlete about.

    "Typical" is the median of the last twelve whole weeks; the best block is the twelve weeks
    in a row with the most distance.
    """

    as_of: date
    first_run: date
    runs: int
    distance_m: float
    years: list[BaselineYear]
    active_weeks_share: float
    typical_week_m: float
    typical_week_runs: float
    typical_long_run_m: float | None = None
    usual_weekdays: list[int]
    best_block_week_m: float | None = None
    best_block_starts_on: date | None = None
    longest_run_m: float | None = None
    layoffs: list[Layoff]
    ctl: float
    ctl_max: float
    ctl_max_on: date
    vo2max_trend: float | None = None
    vo2max_max: float | None = None
    vo2max_max_on: date | None = None
    easy_pace_mps: float | None = None
    easy_hr_bpm: float | None = None
    records: list[BestEffort]


class Ingredient(Record):
    """One number or word that went into a value: what it is called, and where it came from.

    `shown` is the value as a reader writes it, with its unit.
    """

    name: str
    label: str
    value: float | str | None
    unit: str = ""
    source: str | None = None
    shown: str = ""


class Explanation(Record):
    """Why a number is what it is, in the reader's language.

    `formula` is in symbols, `filled` the same with the numbers of this value; `benchmarks` are
    the dated rows that were in force; `notes` say what was dropped, scaled or assumed, and
    `reason` why there is no value. `garmin` is Garmin's own value of the same thing; `shown` the
    value as a reader writes it, with its unit.
    """

    metric: str
    label: str
    meaning: str
    unit: str
    subject: str
    value: float | str | list[float | None] | None
    reason: str | None = None
    formula: str
    filled: str | None = None
    ingredients: list[Ingredient] = []
    benchmarks: list[Ingredient] = []
    notes: list[str] = []
    garmin: Ingredient | None = None
    algorithm: str
    engine_version: str
    literature: str
    shown: str = ""


class GarminConnection(Record):
    """One lane to Garmin: whether it is open, and until when to wait where it is not."""

    lane: Literal["key", "signin"]
    status: Literal["connected", "needs_mfa", "needs_reauth", "cooldown", "disconnected"]
    account: str | None = None
    connected_at: datetime | None = None
    expires_at: datetime | None = None
    cooldown_until: datetime | None = None
    problem: str | None = None


class SyncState(Record):
    """How far the sync of an athlete is, and what it waits for."""

    last_started_at: datetime | None = None
    last_success_at: datetime | None = None
    last_problem: str | None = None
    wait_until: datetime | None = None
    requests_today: int = 0
    units_done: int = 0
    units_left: int = 0
    units_parked: int = 0
    oldest_day_done: date | None = None


class HealthGap(Record):
    """A day of which a stream has nothing, and why."""

    recheck_on: date | None = None
    date: date
    stream: str
    reason: Literal["no_data", "not_worn", "cold", "error", "not_supported"]


class GarminScores(Record):
    """Garmin's own scores of one day."""

    date: date
    vo2max: float | None = None
    readiness: float | None = None
    readiness_level: str | None = None
    acute_load: float | None = None
    chronic_load: float | None = None
    load_ratio: float | None = None
    training_status: str | None = None
    race_5k_s: float | None = None
    race_10k_s: float | None = None
    race_half_s: float | None = None
    race_marathon_s: float | None = None
    lthr_bpm: float | None = None
    threshold_speed_mps: float | None = None


class Quarantined(Record):
    """A file that could not be taken, kept with the reason."""

    id: int
    sha256: str
    leg: int | None = None
    name: str
    size_bytes: int
    reason_code: str
    reason: str
    first_seen_at: datetime
    last_tried_at: datetime
    tries: int


class Page[Item](BaseModel):
    """One page of a list, and the cursor that asks for the next."""

    items: list[Item]
    next: str | None = None


Json = dict[str, Any]
