"""Every stored quantity: its name, its unit, and the algorithm that makes it.

A name is that of the column and the record's field. The algorithm's name ends with its version,
which rises when its results change; a rebuild tells which did. Labels and meanings in both
languages stand in the locales under `metrics`, formulas with the explanations. docs/glossary.md
lists the same names, units and sources.
"""

from collections.abc import Iterator
from typing import Literal, NamedTuple

Table = Literal["activity", "day", "morning", "benchmark"]


class Metric(NamedTuple):
    """One stored quantity; `unit` is "" or "1" for pure numbers, `literature` "" for our own."""

    name: str
    of: Table
    unit: str
    algorithm: str
    literature: str = ""


_SPEED, _EFFORT, _LOAD = "m/s", "ml/kg/min", "load"
_PLEWS = "Plews et al. 2013, doi:10.1007/s40279-013-0071-8"
_SMYTH = "Smyth et al. 2022, doi:10.1007/s40279-022-01680-5"
_CRITICAL = "Smyth & Muniz-Pumares 2020, doi:10.1249/MSS.0000000000002412"
_MINETTI = "Minetti et al. 2002, J Appl Physiol 93:1039"
_LAFORGIA = "after LaForgia et al. 2006, doi:10.1080/02640410600552064"
_WILLIAMS = "Williams 2017, doi:10.1136/bjsports-2016-096589"

CATALOGUE: tuple[Metric, ...] = (
    Metric("moving_s", "activity", "s", "moving.v2"),
    Metric("hr_coverage", "activity", "1", "coverage.v2"),
    Metric("speed_coverage", "activity", "1", "coverage.v2"),
    Metric("gap_mps", "activity", _SPEED, "gap.strava2017.v2", "Strava 2017"),
    Metric("gap_minetti_mps", "activity", _SPEED, "gap.minetti2002.v2", _MINETTI),
    Metric("gap_runalyze_mps", "activity", _SPEED, "gap.runalyze.v2", "Runalyze 2019"),
    Metric("ngp_mps", "activity", _SPEED, "ngp.trailing30.v2", "after Coggan 2003"),
    Metric("elevation_gain_m", "activity", "m", "gain.hysteresis.v3", "GoldenCheetah"),
    Metric("elevation_loss_m", "activity", "m", "gain.hysteresis.v3", "GoldenCheetah"),
    Metric("efficiency_factor", "activity", "m/min per bpm", "efficiency.v2", "Friel"),
    Metric("efficiency_index", "activity", "%", "efficiency_index.median90.v2"),
    Metric("decoupling_pct", "activity", "%", "decoupling.moving_halves.v2", "Friel"),
    Metric("durability_ratio", "activity", "1", "durability.blocks5km.v2", _SMYTH),
    Metric("durability_onset_m", "activity", "m", "durability.blocks5km.v2", _SMYTH),
    Metric("late_best_pct", "activity", "%", "late_best.fresh90.v2"),
    Metric("effective_vo2max", "activity", _EFFORT, "vo2max.effective.v2", "Runalyze 2019"),
    Metric("vdot", "activity", _EFFORT, "vdot.daniels1979.v2", "Daniels & Gilbert 1979"),
    Metric("trimp", "activity", "AU", "trimp.banister.v2", "Banister 1991, p. 408"),
    Metric("edwards", "activity", "AU", "edwards.v2", "Edwards 1993"),
    Metric("lucia", "activity", "AU", "lucia.v2", "Lucia"),
    Metric("hr_zone_s", "activity", "s", "hr_zones.v2", "Edwards 1993"),
    Metric("hrtss", "activity", _LOAD, "hrtss.v1", "GoldenCheetah, fitdocs"),
    Metric("rtss", "activity", _LOAD, "rtss.v2", "after Coggan 2003"),
    Metric("intensity", "activity", "1", "intensity.v2", "after Coggan 2003"),
    Metric("session_rpe", "activity", "AU", "session_rpe.foster2001.v1", "Foster 2001"),
    Metric("load", "activity", _LOAD, "load.primary.v2"),
    Metric("epoc_ml_kg", "activity", "ml/kg", "epoc.v2", _LAFORGIA),
    Metric("training_effect", "activity", "", "training_effect.v1"),
    Metric("training_effect_error", "activity", "", "training_effect.v1"),
    Metric("altitude_vo2max_pct", "activity", "%", "altitude.bassett1999.v1", "Bassett 1999"),
    Metric("heat_slowdown_pct", "activity", "%", "heat.hadley.v1", "Hadley"),
    Metric("activities", "day", "1", "activities.day.v1"),
    Metric("load", "day", _LOAD, "load.day.v1"),
    Metric("trimp", "day", "AU", "trimp.day.v1", "Banister 1991, p. 408"),
    Metric("distance_m", "day", "m", "distance.day.v2"),
    Metric("moving_s", "day", "s", "moving.day.v2"),
    Metric("ctl", "day", "load/day", "ctl.v1", "Morton 1990"),
    Metric("atl", "day", "load/day", "atl.v1", "Morton 1990"),
    Metric("tsb", "day", "load/day", "tsb.v1", "TrainingPeaks"),
    Metric("form_pct", "day", "%", "form_pct.v2", "intervals.icu"),
    Metric("ramp_7d", "day", "load/day", "ramp.v1"),
    Metric("monotony", "day", "1", "monotony.foster1998.v1", "Foster 1998"),
    Metric("strain", "day", _LOAD, "strain.foster1998.v1", "Foster 1998"),
    Metric("acwr", "day", "1", "acwr.ewma.v1", _WILLIAMS),
    Metric("acwr_coupled", "day", "1", "acwr.coupled.v1"),
    Metric("acwr_uncoupled", "day", "1", "acwr.uncoupled.v2"),
    Metric("vo2max_trend", "day", _EFFORT, "vo2max.trend30.v2", "Runalyze 2019"),
    Metric("vo2max_correction", "day", "1", "vo2max.correction.v2", "Runalyze 2019"),
    Metric("marathon_shape_pct", "day", "%", "marathon_shape.runalyze.v1", "Runalyze 2019"),
    Metric("estimated_share", "day", "1", "estimated_share.v1"),
    Metric("hrv_7d_ms", "morning", "ms", "hrv.ln_mean7.v1", _PLEWS),
    Metric("hrv_low_ms", "morning", "ms", "hrv.range60.v1", _PLEWS),
    Metric("hrv_high_ms", "morning", "ms", "hrv.range60.v1", _PLEWS),
    Metric("hrv_cv_pct", "morning", "%", "hrv.cv7.v1", _PLEWS),
    Metric("resting_hr_3d_bpm", "morning", "bpm", "resting_hr.mean3.v1"),
    Metric("resting_hr_usual_bpm", "morning", "bpm", "resting_hr.mean60.v1"),
    Metric("sleep_3d_s", "morning", "s", "sleep.mean3.v1"),
    Metric("sleep_need_s", "morning", "s", "sleep.need60.v1"),
    Metric("hrv_z", "morning", "SD", "readiness.v1", _PLEWS),
    Metric("resting_hr_z", "morning", "SD", "readiness.v1"),
    Metric("sleep_z", "morning", "1", "readiness.v1"),
    Metric("form_z", "morning", "1", "readiness.v1"),
    Metric("load_z", "morning", "1", "readiness.load.v1"),
    Metric("readiness", "morning", "0-100", "readiness.v2"),
    Metric("hrmax_bpm", "benchmark", "bpm", "hrmax.v2", "fitdocs 0.2.0; Tanaka 2001"),
    Metric("hrrest_bpm", "benchmark", "bpm", "hrrest.v1", "fitdocs 0.2.0"),
    Metric("lthr_bpm", "benchmark", "bpm", "lthr.v2", "Daniels, Running Formula"),
    Metric("threshold_speed_mps", "benchmark", _SPEED, "threshold.v2", "Daniels & Gilbert 1979"),
    Metric("critical_speed_mps", "benchmark", _SPEED, "critical_speed.v2", _CRITICAL),
    Metric("reserve_m", "benchmark", "m", "critical_speed.v2", _CRITICAL),
    Metric("vt1_bpm", "benchmark", "bpm", "thresholds.of_hrmax_lthr.v1"),
    Metric("vt2_bpm", "benchmark", "bpm", "thresholds.of_hrmax_lthr.v1"),
    Metric("hr_zone_1_bpm", "benchmark", "bpm", "hr_zones.of_hrmax.v1", "Edwards 1993"),
    Metric("hr_zone_2_bpm", "benchmark", "bpm", "hr_zones.of_hrmax.v1", "Edwards 1993"),
    Metric("hr_zone_3_bpm", "benchmark", "bpm", "hr_zones.of_hrmax.v1", "Edwards 1993"),
    Metric("hr_zone_4_bpm", "benchmark", "bpm", "hr_zones.of_hrmax.v1", "Edwards 1993"),
    Metric("hr_zone_5_bpm", "benchmark", "bpm", "hr_zones.of_hrmax.v1", "Edwards 1993"),
)


def of(table: Table) -> Iterator[Metric]:
    """Yield the quantities of one table."""
    return (metric for metric in CATALOGUE if metric.of == table)


def named(name: str) -> dict[Table, Metric]:
    """Return the quantities of a name by the table they stand in; none for an unknown name."""
    return {metric.of: metric for metric in CATALOGUE if metric.name == name}


def algorithms() -> dict[str, str]:
    """Return the algorithm of each quantity, by table and name: `{"activity.trimp": ...}`."""
    return {f"{metric.of}.{metric.name}": metric.algorithm for metric in CATALOGUE}
