"""What is derived by day, period and whole history: load, fitness, recovery, predictions."""

from datetime import date
from typing import Literal

from runningcoach.model.activity import BestEffort, SportSum
from runningcoach.model.benchmark import Confidence
from runningcoach.model.record import Record

Period = Literal["week", "month", "year", "all"]
ReadinessBand = Literal["high", "normal", "reduced", "low"]


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
