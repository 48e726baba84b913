"""The formula of every stored quantity, as a template that no language is written in.

A blank names an ingredient. It is filled with the ingredient's label to show the formula, and with
its number to show how this value came about; a blank that has no number keeps its label. Constants
stand in the template. The key is table and name; what depends on how a value was found adds a third
part, and estimates of benchmarks go by the algorithm that made the row.
"""

from collections.abc import Callable
from string import Formatter

WHERE = ",  "
"""Between a formula and what says how its letters are made."""

_GAP = "{mean_moving}({speed} × {factor})"
_BANISTER = "Σ {minutes} × {x} × {banister_a} × e^({banister_b} × {x})"
_RESERVE = "{x} = ({heart_rate} − {hrrest_bpm}) / ({hrmax_bpm} − {hrrest_bpm})"
_COST = "0.000104 × ({v})² + 0.182258 × {v} − 4.60"
_HELD = "0.8 + 0.1894393 × e^(−0.012778 × {t}) + 0.2989558 × e^(−0.1932605 × {t})"
_BLOCK = "({block_hr} / {block_gap}) / ({fresh_hr} / {fresh_gap})"
_AVERAGE = "{before} + {weight} × ({load} − {before})"
_LOG_RANGE = "e^({hrv_mean_60d} %s 0.5 × {hrv_sd_60d})"
_THRESHOLD = "{daniels_speed}(0.88 × %s)"

FORMULAS: dict[str, str] = {
    "activity.moving_s": "Σ 1 s,  {speed_5s} > 0.5 m/s",
    "activity.moving_s.treadmill": "{active_s}",
    "activity.timer_s": "{timer_s}",
    "activity.ascent_m": "{ascent_m}",
    "activity.descent_m": "{descent_m}",
    "activity.hr_coverage": "{hr_known_s} / {active_s}",
    "activity.speed_coverage": "{speed_known_s} / {active_s}",
    "activity.gap_mps": f"{_GAP},  {{factor}} = {{strava_curve}}",
    "activity.gap_minetti_mps": f"{_GAP},  {{factor}} = (155.4 × {{g}}⁵ − 30.4 × {{g}}⁴ − 43.3 × "
    "{g}³ + 46.3 × {g}² + 19.5 × {g} + 3.6) / 3.6",
    "activity.gap_runalyze_mps": f"{_GAP},  {{factor}} = ((155.4 × {{g}}⁵ − 30.4 × {{g}}⁴ − "
    "43.3 × {g}³ + 46.3 × {g}² + 19.5 × {g} + 3.6) / 3.6)^0.83",
    "activity.ngp_mps": "({mean_of}({gap_30s}⁴))^(1/4)",
    "activity.elevation_gain_m": "Σ {rise},  {rise} > {gain_threshold_m}",
    "activity.elevation_loss_m": "Σ {fall},  {fall} > {gain_threshold_m}",
    "activity.efficiency_factor": "60 × {gap_after_10min} / {hr_after_10min}",
    "activity.efficiency_index": "100 × {efficiency_factor} / {usual_efficiency}",
    "activity.decoupling_pct": "100 × ({efficiency_first} − {efficiency_second}) / "
    "{efficiency_first}",
    "activity.durability_ratio": _BLOCK,
    "activity.durability_onset_m": f"{{first_where}} {_BLOCK} > 1.025",
    "activity.late_best_pct": "100 × {late_gap} / {fresh_best}",
    "activity.effective_vo2max": f"{_COST},  {{v}} = 60 × {{vo2max_speed_mps}} / "
    "e^(({vo2max_hr_bpm} / {hrmax_bpm} − 1.00466) / 0.68725)",
    "activity.vdot": f"({_COST}) / ({_HELD})",
    "activity.trimp": f"{_BANISTER},  {_RESERVE}",
    "activity.edwards": "1 × {zone_1_min} + 2 × {zone_2_min} + 3 × {zone_3_min} + "
    "4 × {zone_4_min} + 5 × {zone_5_min}",
    "activity.lucia": "1 × {below_vt1_min} + 2 × {between_min} + 3 × {above_vt2_min}",
    "activity.hr_zone_s": "Σ 1 s,  {zone_begins} ≤ {heart_rate} < {next_zone_begins}",
    "activity.hrtss": "100 × {trimp} / {trimp_hour_at_lthr}",
    "activity.rtss": "{moving_h} × min({ngp_mps} / {threshold_speed_mps}; {intensity_most})² × 100",
    "activity.intensity": "min({ngp_mps} / {threshold_speed_mps}; {intensity_most})",
    "activity.session_rpe": "{rpe} × {timer_min}",
    "activity.load": "{first_known}({rtss}; {hrtss}; {load_by_feeling}; {load_by_duration})",
    "activity.load.pace": "{rtss}",
    "activity.load.heart_rate": "{hrtss}",
    "activity.load.feeling": "{timer_h} × ({rpe} / 7)² × 100",
    "activity.load.estimated_duration": "{timer_h} × {load_per_hour}",
    "activity.epoc_ml_kg": "max({e}),  d{e}/d{t} = 10 × (e^(−7.2 × (1 − {x})) − e^(−7.2)) − {e} × "
    f"max(0; 1 − {{x}} / 0.6) / 40,  {_RESERVE}",
    "activity.training_effect": "min(5; 5 × ({epoc_ml_kg} / {epoc_of_five})^0.4)",
    "activity.training_effect.device": "{device_training_effect}",
    "activity.training_effect.calibrated": "min(5; e^({effect_c0} + {effect_c1} × "
    "ln {epoc_ml_kg}))",
    "activity.training_effect.estimate": "min(5; 5 × ({epoc_ml_kg} / {epoc_of_five})^0.4),  "
    "{epoc_of_five} = min(360; max(100; 140 + 4 × ({vo2max} − 35)))",
    "activity.training_effect_error": "{effect_error}",
    "activity.altitude_vo2max_pct": "−1.12 × ({altitude_km})² − 1.90 × {altitude_km} + 99.9",
    "activity.heat_slowdown_pct": "{heat_table}({temperature_f} + {dew_point_f})",
    "day.activities": "{activities_done}",
    "day.load": "{load_of_activity}",
    "day.trimp": "{trimp_of_activity}",
    "day.distance_m": "{distance_of_activity}",
    "day.moving_s": "{moving_of_activity}",
    "day.ctl": _AVERAGE,
    "day.atl": _AVERAGE,
    "day.tsb": "{ctl_yesterday} − {atl_yesterday}",
    "day.tsb.sameday": "{ctl} − {atl}",
    "day.form_pct": "100 × {tsb} / {ctl}",
    "day.ramp_7d": "{ctl} − {ctl_7d_ago}",
    "day.monotony": "min({load_mean_7d} / {load_sd_7d}; 10)",
    "day.strain": "{load_sum_7d} × {monotony}",
    "day.acwr": "{load_ewma_7d} / {load_ewma_28d}",
    "day.acwr_coupled": "{load_mean_7d} / {load_mean_28d}",
    "day.acwr_uncoupled": "{load_mean_7d} / {load_mean_21d}",
    "day.vo2max_trend": "{vo2max_mean} × {vo2max_correction}",
    "day.vo2max_correction": "min(1.15; max(0.80; {median_of}({ratios})))",
    "day.marathon_shape_pct": "100 × (0.67 × {run_km} × 7 / {counted_days} / {week_target_km} + "
    "0.33 × {long_run_points} × 7 / 70)",
    "day.estimated_share": "{estimated_days} / {training_days}",
    "morning.hrv_7d_ms": "e^({mean_of}(ln({hrv_night})))",
    "morning.hrv_low_ms": _LOG_RANGE % "−",
    "morning.hrv_high_ms": _LOG_RANGE % "+",
    "morning.hrv_cv_pct": "100 × {hrv_sd_7d} / {hrv_mean_7d}",
    "morning.resting_hr_3d_bpm": "{mean_of}({resting_hr_days})",
    "morning.resting_hr_usual_bpm": "{mean_of}({resting_hr_60d})",
    "morning.sleep_3d_s": "{mean_of}({sleep_nights})",
    "morning.sleep_need_s": "min(9 h; max(7 h; {sleep_median_60d}))",
    "morning.hrv_z": "min(1; max(−2; ({hrv_mean_7d} − {hrv_mean_60d}) / {hrv_sd_60d}))",
    "morning.resting_hr_z": "min(1; max(−2; −({resting_hr_3d_bpm} − {resting_hr_usual_bpm}) / "
    "max(1; {resting_hr_sd_60d})))",
    "morning.sleep_z": "min(1; max(−2; (({sleep_last_h} − {sleep_need_h}) / 1 + "
    "({sleep_3d_h} − {sleep_need_h}) / 0.75) / 2))",
    "morning.form_z": "min(1; max(−2; ({form_pct} + 10) / 20))",
    "morning.load_z": "min(0; max(−2; 2 − {load_yesterday} / max(20; {ctl_before})))",
    "morning.readiness": "min(100; max(0; 65 + 25 × ({hrv_weight} × {hrv_counted} + "
    "{resting_hr_weight} × {resting_hr_counted} + {sleep_weight} × {sleep_z} + "
    "{form_weight} × {form_z}) / {weights} + 10 × {load_z}))",
    "benchmark.given_by_user": "{given_by_user}",
    "benchmark.given_by_garmin": "{given_by_garmin}",
    "benchmark.hrmax_bpm": "{median_of}({peaks_bpm})",
    "benchmark.hrrest_bpm": "{median_of}({resting_hr_28d})",
    "benchmark.lthr_bpm": "min(0.97 × {hrmax_bpm}; max(0.80 × {hrmax_bpm}; {best_30min_bpm}))",
    "benchmark.threshold_speed_mps": _THRESHOLD % "{vdot}",
    "benchmark.critical_speed_mps": "{distance} = {critical_speed_mps} × {time} + {reserve_m}",
    "benchmark.reserve_m": "{reserve_m} = {distance} − {critical_speed_mps} × {time}",
    "benchmark.vt1_bpm": "0.78 × {hrmax_bpm}",
    "benchmark.vt2_bpm": "{lthr_bpm}",
    **{f"benchmark.hr_zone_{k}_bpm": f"0.{4 + k} × {{hrmax_bpm}}" for k in range(1, 6)},
    "hrmax.median3": "{median_of}({peaks_bpm})",
    "hrmax.observed": "max({peaks_bpm})",
    "hrmax.prior": "208 − 0.7 × {age_years}",
    "hrrest.default": "60",
    "hrrest.median28": "{median_of}({resting_hr_28d})",
    "hrrest.overnight28": "{median_of}({overnight_hr_28d})",
    "lthr.best30min": "min(0.97 × {hrmax_bpm}; max(0.80 × {hrmax_bpm}; {best_30min_bpm}))",
    "lthr.of_hrmax": "0.89 × {hrmax_bpm}",
    "cs.fit": "{distance} = {critical_speed_mps} × {time} + {reserve_m}",
    "cs.fixed_reserve": "max(({distance} − {reserve_m}) / {time})",
    "threshold.race": _THRESHOLD % "{vdot}",
    "threshold.critical_speed": "0.98 × {critical_speed_mps}",
    "threshold.vo2max": _THRESHOLD % "{vo2max}",
}


def fill(template: str, word: Callable[[str], str]) -> str:
    """Return a template with each blank replaced by what `word` says of its name."""
    pieces = Formatter().parse(template)
    return "".join(text + (word(name) if name else "") for text, name, _, _ in pieces)


def blanks(template: str) -> set[str]:
    """Return the names of the blanks of a template."""
    return {name for _, name, _, _ in Formatter().parse(template) if name}
