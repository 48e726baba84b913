"""Every stored quantity: its name, its unit, and the algorithm that makes it.

A name is that of the column and the record's field. The algorithm's name ends with its version,
which rises when its results change; a rebuild tells which did. Labels and meanings in both
languages stand in the locales under `metrics`, formulas with the explanations.
"""

from collections.abc import Iterator
from typing import Literal, NamedTuple

Table = Literal["activity", "day", "morning", "benchmark"]


class Metric(NamedTuple):
    """One stored quantity; `unit` is "" for pure numbers and words."""

    name: str
    of: Table
    unit: str
    algorithm: str


_SPEED, _EFFORT, _LOAD = "m/s", "ml/kg/min", "load"

CATALOGUE: tuple[Metric, ...] = (
    Metric("moving_s", "activity", "s", "moving.v1"),
    Metric("hr_coverage", "activity", "1", "coverage.v1"),
    Metric("speed_coverage", "activity", "1", "coverage.v1"),
    Metric("gap_mps", "activity", _SPEED, "gap.strava2017.v1"),
    Metric("gap_minetti_mps", "activity", _SPEED, "gap.minetti2002.v1"),
    Metric("gap_runalyze_mps", "activity", _SPEED, "gap.runalyze.v1"),
    Metric("ngp_mps", "activity", _SPEED, "ngp.trailing30.v1"),
    Metric("elevation_gain_m", "activity", "m", "gain.hysteresis.v2"),
    Metric("elevation_loss_m", "activity", "m", "gain.hysteresis.v2"),
    Metric("efficiency_factor", "activity", "m/min per bpm", "efficiency.v1"),
    Metric("efficiency_index", "activity", "%", "efficiency_index.median90.v1"),
    Metric("decoupling_pct", "activity", "%", "decoupling.moving_halves.v1"),
    Metric("durability_ratio", "activity", "1", "durability.blocks5km.v1"),
    Metric("durability_onset_m", "activity", "m", "durability.blocks5km.v1"),
    Metric("late_best_pct", "activity", "%", "late_best.fresh90.v1"),
    Metric("effective_vo2max", "activity", _EFFORT, "vo2max.effective.v1"),
    Metric("vdot", "activity", _EFFORT, "vdot.daniels1979.v1"),
    Metric("trimp", "activity", "AU", "trimp.banister.v1"),
    Metric("edwards", "activity", "AU", "edwards.v1"),
    Metric("lucia", "activity", "AU", "lucia.v1"),
    Metric("hr_zone_s", "activity", "s", "hr_zones.v1"),
    Metric("hrtss", "activity", _LOAD, "hrtss.v1"),
    Metric("rtss", "activity", _LOAD, "rtss.v1"),
    Metric("intensity", "activity", "1", "intensity.v1"),
    Metric("session_rpe", "activity", "AU", "session_rpe.foster2001.v1"),
    Metric("load", "activity", _LOAD, "load.primary.v1"),
    Metric("epoc_ml_kg", "activity", "ml/kg", "epoc.v1"),
    Metric("training_effect", "activity", "", "training_effect.v1"),
    Metric("training_effect_error", "activity", "", "training_effect.v1"),
    Metric("altitude_vo2max_pct", "activity", "%", "altitude.bassett1999.v1"),
    Metric("heat_slowdown_pct", "activity", "%", "heat.hadley.v1"),
    Metric("load", "day", _LOAD, "load.day.v1"),
    Metric("trimp", "day", "AU", "trimp.day.v1"),
    Metric("distance_m", "day", "m", "distance.day.v1"),
    Metric("moving_s", "day", "s", "moving.day.v1"),
    Metric("ctl", "day", "load/day", "ctl.v1"),
    Metric("atl", "day", "load/day", "atl.v1"),
    Metric("tsb", "day", "load/day", "tsb.v1"),
    Metric("form_pct", "day", "%", "form_pct.v1"),
    Metric("ramp_7d", "day", "load/day", "ramp.v1"),
    Metric("monotony", "day", "1", "monotony.foster1998.v1"),
    Metric("strain", "day", _LOAD, "strain.foster1998.v1"),
    Metric("acwr", "day", "1", "acwr.ewma.v1"),
    Metric("acwr_coupled", "day", "1", "acwr.coupled.v1"),
    Metric("acwr_uncoupled", "day", "1", "acwr.uncoupled.v1"),
    Metric("vo2max_trend", "day", _EFFORT, "vo2max.trend30.v1"),
    Metric("vo2max_correction", "day", "1", "vo2max.correction.v1"),
    Metric("marathon_shape_pct", "day", "%", "marathon_shape.runalyze.v1"),
    Metric("estimated_share", "day", "1", "estimated_share.v1"),
    Metric("hrv_7d_ms", "morning", "ms", "hrv.ln_mean7.v1"),
    Metric("hrv_low_ms", "morning", "ms", "hrv.range60.v1"),
    Metric("hrv_high_ms", "morning", "ms", "hrv.range60.v1"),
    Metric("hrv_cv_pct", "morning", "%", "hrv.cv7.v1"),
    Metric("resting_hr_3d_bpm", "morning", "bpm", "resting_hr.mean3.v1"),
    Metric("resting_hr_usual_bpm", "morning", "bpm", "resting_hr.mean60.v1"),
    Metric("sleep_3d_s", "morning", "s", "sleep.mean3.v1"),
    Metric("sleep_need_s", "morning", "s", "sleep.need60.v1"),
    Metric("hrv_z", "morning", "SD", "readiness.v1"),
    Metric("resting_hr_z", "morning", "SD", "readiness.v1"),
    Metric("sleep_z", "morning", "1", "readiness.v1"),
    Metric("form_z", "morning", "1", "readiness.v1"),
    Metric("readiness", "morning", "0-100", "readiness.v1"),
    Metric("hrmax_bpm", "benchmark", "bpm", "hrmax.v1"),
    Metric("hrrest_bpm", "benchmark", "bpm", "hrrest.v1"),
    Metric("lthr_bpm", "benchmark", "bpm", "lthr.v1"),
    Metric("threshold_speed_mps", "benchmark", _SPEED, "threshold.v1"),
    Metric("critical_speed_mps", "benchmark", _SPEED, "critical_speed.v1"),
    Metric("reserve_m", "benchmark", "m", "critical_speed.v1"),
    Metric("vt1_bpm", "benchmark", "bpm", "thresholds.of_hrmax_lthr.v1"),
    Metric("vt2_bpm", "benchmark", "bpm", "thresholds.of_hrmax_lthr.v1"),
    Metric("hr_zone_1_bpm", "benchmark", "bpm", "hr_zones.of_hrmax.v1"),
    Metric("hr_zone_2_bpm", "benchmark", "bpm", "hr_zones.of_hrmax.v1"),
    Metric("hr_zone_3_bpm", "benchmark", "bpm", "hr_zones.of_hrmax.v1"),
    Metric("hr_zone_4_bpm", "benchmark", "bpm", "hr_zones.of_hrmax.v1"),
    Metric("hr_zone_5_bpm", "benchmark", "bpm", "hr_zones.of_hrmax.v1"),
)


def of(table: Table) -> Iterator[Metric]:
    """Yield the quantities of one table."""
    return (metric for metric in CATALOGUE if metric.of == table)


def algorithms() -> dict[str, str]:
    """Return the algorithm of each quantity, by table and name: `{"activity.trimp": ...}`."""
    return {f"{metric.of}.{metric.name}": metric.algorithm for metric in CATALOGUE}
