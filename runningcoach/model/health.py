"""Health by day, what is missing of it, and the scores that Garmin itself gives."""

from datetime import date
from typing import Literal

from runningcoach.model.record import Record


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
