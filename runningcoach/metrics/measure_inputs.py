"""What the measures of an activity rest on beside its facts: athlete, history, context."""

from dataclasses import dataclass
from typing import Required, TypedDict

from runningcoach.metrics import plausibility
from runningcoach.metrics.load import Sex


@dataclass(frozen=True, slots=True)
class Athlete:
    """The benchmarks in force on the day of an activity.

    `zone_edges_bpm` are the lower edges of zones 1..5; without them the zones are shares of
    HRmax. Without `vt1_bpm` and `vt2_bpm` the thresholds are 78 % of HRmax and LTHR.
    """

    hrmax_bpm: float | None = None
    hrrest_bpm: float | None = None
    lthr_bpm: float | None = None
    threshold_speed_mps: float | None = None
    sex: Sex = "unknown"
    zone_edges_bpm: tuple[float, ...] | None = None
    vt1_bpm: float | None = None
    vt2_bpm: float | None = None


@dataclass(frozen=True, slots=True)
class PriorHistory:
    """What earlier activities say, as an activity's measures need it; nothing of the day itself.

    `usual_efficiency` is the median efficiency of 90 days; `fresh_gap_mps` the best
    grade-adjusted speed over 5 and 20 minutes of 90 days. `effect_line` is (c0, c1, error) of
    ln TE = c0 + c1 ln EPOC fitted to the device's own training effects, None with fewer than 20;
    `verdict` what earlier runs make doubtful of this one.
    """

    usual_efficiency: float | None = None
    fresh_gap_mps: tuple[float, float] | None = None
    effect_line: tuple[float, float, float] | None = None
    vo2max: float | None = None
    verdict: plausibility.RunPlausibility = plausibility.NOTHING


NO_HISTORY = PriorHistory()


class ActivityContext(TypedDict, total=False):
    """What is known of an activity beside its samples; what is left out is not known.

    `ascent_m` and `distance_m` are the device's own totals; they tell trails from roads.
    `is_race` is the runner's mark. The weather is that of the air, not of the wrist.
    """

    sport: Required[str]
    sub_sport: str | None
    rpe: float | None
    timer_s: float | None
    ascent_m: float | None
    distance_m: float | None
    is_race: bool
    device_training_effect: float | None
    air_temperature_c: float | None
    dew_point_c: float | None
