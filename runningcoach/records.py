"""What is remembered, one record for each kind of row; the same record is the API's answer.

Units are in the names. A field that is not known is None, never 0. Times are UTC; `local_date`
is the athlete's calendar day, decided once when the row is made.
"""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Role = Literal["owner", "runner"]
Sex = Literal["male", "female", "unknown"]
BenchmarkKind = Literal[
    "hrmax_bpm", "hrrest_bpm", "lthr_bpm", "threshold_speed_mps", "critical_speed_mps"
]
BenchmarkSource = Literal["user", "garmin", "estimate", "default"]
Period = Literal["week", "month"]


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
    source: Literal["fit", "tcx", "gpx"]
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
    local_started_at: datetime
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
    device_training_effect: float | None = None
    device_anaerobic_effect: float | None = None
    device_training_load: float | None = None
    device_name: str | None = None
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
    ngp_mps: float | None = None
    elevation_gain_m: float | None = None
    elevation_loss_m: float | None = None
    efficiency_factor: float | None = None
    decoupling_pct: float | None = None
    effective_vo2max: float | None = None
    trimp: float | None = None
    edwards: float | None = None
    lucia: float | None = None
    hr_zone_s: list[float] | None = None
    hrtss: float | None = None
    rtss: float | None = None
    load: float | None = None
    load_source: str | None = None
    flags: list[str] = []
    reasons: dict[str, str] = {}


class BestEffort(Record):
    """The fastest stretch of one distance inside one activity."""

    activity_id: int
    distance_m: float
    elapsed_s: float
    start_s: float
    local_date: date


class Benchmark(Record):
    """A dated fact about the athlete, in force from `valid_from` until the next of its kind."""

    kind: BenchmarkKind
    value: float
    valid_from: date
    source: BenchmarkSource
    confidence: Literal["high", "medium", "low", "none"]


class DailyFitness(Record):
    """Load, fitness, fatigue and form of one calendar day."""

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
    vo2max_trend: float | None = None
    provisional: bool
    estimated_share: float


class Summary(Record):
    """A week (from Monday) or a month (from the 1st) in numbers."""

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
    efficiency_factor: float | None = None
    vo2max_end: float | None = None
    ctl_end: float | None = None
    atl_end: float | None = None
    tsb_end: float | None = None
    monotony_max: float | None = None
    best_efforts: int = 0


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


class Quarantined(Record):
    """A file that could not be taken, kept with the reason."""

    id: int
    sha256: str
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
