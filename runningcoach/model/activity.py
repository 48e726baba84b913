"""Activities, their laps, metrics, best efforts, and sums over them."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, WithJsonSchema

from runningcoach.model.record import Record

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
