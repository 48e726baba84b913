"""Published and independently computed values: every metric of the vectors' file agrees.

One adapter a metric turns a vector's inputs into a call; a metric without an adapter fails.
"""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from runningcoach.metrics import (
    critical_speed,
    efficiency,
    efforts,
    fitness,
    grade,
    hrv,
    load,
    race,
    vo2max,
    weather,
)

ALLOWED_TO_DIFFER: dict[str, str] = {}
"""Metric names of methods that are alternatives and not built: name -> reason."""


def _expand(runs):
    return np.concatenate([np.full(int(s), np.nan if v is None else float(v)) for v, s in runs])


def _series(given):
    """Read a series: numbers, {"runs": pairs} or {"generator": "name EXPR, i=A..B"}."""
    if isinstance(given, list):
        return np.asarray(given, dtype=float)
    if isinstance(given, dict) and "runs" in given:
        return _expand(given["runs"])
    text = given["generator"] if isinstance(given, dict) else given
    if made := re.fullmatch(r"(?:[a-z]+ )?([-+*/().\w ]+), *i=(\d+)\.\.(\d+)", text):
        i = np.arange(int(made[2]), int(made[3]) + 1, dtype=float)
        names = {"i": i, "sin": np.sin, "cos": np.cos, "pi": np.pi, "__builtins__": {}}
        return np.broadcast_to(eval(made[1], names), i.shape)  # noqa: S307
    if made := re.fullmatch(r"([\d.]+)\.\.([\d.]+) step ([\d.]+)", text):
        first, last, step = (float(x) for x in made.groups())
        return np.arange(first, last + step / 2, step)
    raise AssertionError(f"unknown series {text!r}")


def _hr(i):
    return _expand(i["samples"])


def _people(i):
    return {"hrrest_bpm": i["hrrest"], "hrmax_bpm": i["hrmax"], "sex": i["sex"]}


def _hrtss(i):
    trimp = load.trimp(_hr(i), **_people(i))
    return load.hrtss(trimp, lthr_bpm=i["lthr"], **_people(i))


def _training_pace(i):
    metres = {"s_per_400m": 400.0, "s_per_km": 1000.0, "s_per_mile": efforts.MILE_M}[i["unit"]]
    slow, fast = (metres / v for v in race.training_speeds_mps(i["vdot"], i["zone"]))
    return slow if slow == fast else [fast, slow]


def _pmc(i):
    return [
        fitness.average(i["load"], tau, i["convention"], start)[-1]
        for tau, start in zip(i["tau"], i["init"], strict=True)
    ]


def _strain(i):
    return fitness.strain(i["daily_load"], i.get("ddof", 0))


def _monotony(i):
    return fitness.monotony(i["daily_load"], i.get("ddof", 0), i.get("cap", fitness.MONOTONY_MOST))


def _decoupling(i):
    half = i["n"] // 2
    speed = np.repeat(np.asarray(i["speed_halves"], float), half)
    rate = np.repeat(np.asarray(i["hr_halves"], float), half)
    return efficiency.decoupling_pct(speed, rate)


def _marathon_shape(i):
    optional = {k: i[k] for k in ("days_week_km", "days_long", "weight_week") if k in i}
    points, km = i["long_run_points"], i["km_total"]
    return race.marathon_shape_pct(i["effective_vo2max"], km, points, **optional)


def _shape(i):
    runs = i["runs"]
    values, seconds = [r["vo2max"] for r in runs], [r["duration_s"] for r in runs]
    return vo2max.shape(values, seconds, i.get("correction", 1.0))


def _elevation_corrected(i):
    km, up, down = i["distance_km"], i["up_m"], i["down_m"]
    return race.elevation_corrected_km(km, up, down, i["per_up"], i["per_down"])


def _minetti(i):
    return grade.minetti_factor(i["grade"], i.get("clamp", grade.MINETTI_STEEPEST))


def _runalyze_pace(i):
    return i["pace_s_per_km"] / grade.runalyze_factor(i["grade"], i["exponent"])


def _running_index(i):
    limits = {"hrmax_bpm": i["hrmax"], "hrrest_bpm": i["hrrest"]}
    return vo2max.running_index(i["speed_mps"], i["hr"], **limits)


def _hrtss_squared(i):
    limits = {"hrrest_bpm": i["hrrest"], "hrmax_bpm": i["hrmax"]}
    return load.hrtss_reserve_squared(
        i["duration_s"], i["avg_hr"], threshold_reserve=i["threshold_hrr"], **limits
    )


def _riegel(i):
    exponent = i.get("exponent", race.RIEGEL_EXPONENT)
    return race.riegel_time_s(i["distance1_m"], i["time1_s"], i["distance2_m"], exponent)


def _critical_time(i):
    critical = critical_speed.CriticalSpeed(i["cs_mps"], i["dprime_m"])
    return critical_speed.time_s(critical, i["distance_m"])


def _mean_max(i):
    series = _expand(i["speed_runs"]) if "speed_runs" in i else _series(i["series"])
    return efforts.mean_max(series, i["duration_s"])


def _hrv_baseline(i):
    lengths = {k: i[k] for k in ("rolling_days", "baseline_days", "range_sd") if k in i}
    return hrv.baseline(i["rmssd_daily"], **lengths)


ADAPTERS = {
    "vdot": lambda i: vo2max.vdot(i["distance_m"], i["time_s"]),
    "race_time_from_vdot": lambda i: race.race_time_s(i["vdot"], i["distance_m"]),
    "training_pace": _training_pace,
    "vvdot_m_per_min": lambda i: vo2max.speed_of_vo2(i["vdot"]),
    "vo2_of_speed": lambda i: vo2max.vo2_of_speed(i["speed_m_per_min"]),
    "pct_vvo2max_from_pct_hrmax": lambda i: vo2max.share_of_speed(i["pct_hrmax"]),
    "pct_hrmax_from_pct_vvo2max": lambda i: vo2max.share_of_hrmax(i["pct_vvo2max"]),
    "effective_vo2max": lambda i: vo2max.effective_vo2max(
        i["distance_m"] / i["time_s"], i["avg_hr"], i["hrmax"]
    ),
    "vo2max_shape": _shape,
    "elevation_corrected_distance": _elevation_corrected,
    "marathon_shape_targets": lambda i: race.marathon_targets_km(i["effective_vo2max"]),
    "marathon_shape": _marathon_shape,
    "marathon_shape_adjustment": lambda i: race.marathon_adjustment(
        i["distance_km"], i["shape_pct"]
    ),
    "trimp_banister": lambda i: load.trimp(_hr(i), **_people(i)),
    "trimp_rate_per_min": lambda i: load.trimp_per_min(i["hrr"], i["sex"]),
    "hrtss": _hrtss,
    "hrtss_hrr_ratio_squared": _hrtss_squared,
    "session_rpe": lambda i: load.session_rpe(i["rpe"], i["duration_min"]),
    "rtss": lambda i: load.rtss(i["duration_s"], i["ngp_mps"], i["threshold_mps"]),
    "ngp_30s_4th_power": lambda i: load.normalised_speed(_series(i["speed_1hz"]), i["window_s"]),
    "minetti_cost_ratio": _minetti,
    "runalyze_gap_pace": _runalyze_pace,
    "strava2017_gap_factor": lambda i: grade.strava_factor(i["grade_pct"] / 100),
    "acsm_running_vo2": lambda i: vo2max.acsm_running_vo2(i["speed_mps"], i["grade"]),
    "running_index_hrr": _running_index,
    "pmc_alpha": lambda i: fitness.alpha(i["tau_days"], i["convention"]),
    "load_for_target_form": lambda i: fitness.load_for_form(i["ctl"], i["atl"], i["target_form"]),
    "pmc": _pmc,
    "monotony": _monotony,
    "strain": _strain,
    "acwr": lambda i: fitness.acwr(i["load"], i["method"], i["acute"], i["chronic"]),
    "power_law_two_point": lambda i: race.power_law_time_s(*i["efforts"], i["distance_m"]),
    "riegel": _riegel,
    "cameron": lambda i: race.cameron_time_s(i["distance1_m"], i["time1_s"], i["distance2_m"]),
    "critical_speed": lambda i: critical_speed.fit(*zip(*i["efforts"], strict=True))[:2],
    "critical_speed_hyperbolic": lambda i: critical_speed.fit_hyperbolic(
        *zip(*i["efforts"], strict=True)
    )[:2],
    "critical_speed_time": _critical_time,
    "dprime_balance": lambda i: critical_speed.reserve_balance(
        _expand(i["speed_runs"]), i["cs_mps"], i["dprime_m"]
    ),
    "decoupling_pct": _decoupling,
    "rmssd": lambda i: hrv.rmssd(i["rr_ms"]),
    "sdnn": lambda i: hrv.sdnn(i["rr_ms"]),
    "pnn50": lambda i: hrv.pnn50(i["rr_ms"]),
    "hrv_baseline": _hrv_baseline,
    "heat_slowdown_pct_band": lambda i: weather.heat_slowdown_pct(i["temp_f"], i["dewpoint_f"]),
    "mean_max": _mean_max,
    "elevation_gain_loss": lambda i: grade.elevation_gain_loss(i["altitude"], i["threshold_m"]),
}


def _disagreement(vector):
    """Say how a vector disagrees with the code; nothing when it agrees."""
    got = ADAPTERS[vector["metric"]](vector["inputs"])
    got = 0.0 if got is None else got  # the vectors write 0 for "no value"
    if np.shape(got) != np.shape(vector["expected"]):
        return f"{vector['id']} {vector['metric']}: shape of {got}"
    off = np.max(np.abs(np.asarray(got) - np.asarray(vector["expected"])))
    if off <= vector["tolerance"] + 1e-12:
        return None
    return f"{vector['id']} {vector['metric']}: {got}, not {vector['expected']}"


def _by_metric(path: Path):
    grouped = {}
    for vector in json.loads(path.read_text(encoding="utf-8")):
        grouped.setdefault(vector["metric"], []).append(vector)
    return grouped


def test_every_metric_of_the_vectors_has_an_adapter(metric_vectors):
    assert set(_by_metric(metric_vectors)) <= set(ADAPTERS) | set(ALLOWED_TO_DIFFER)


def test_every_vector_agrees(metric_vectors):
    vectors = [v for group in _by_metric(metric_vectors).values() for v in group]
    assert vectors
    wrong = [_disagreement(v) for v in vectors if v["metric"] not in ALLOWED_TO_DIFFER]
    assert [w for w in wrong if w] == []


def test_the_strava_curve_is_the_digitised_one(metric_vectors):
    path = metric_vectors.with_name("gap_strava2017.json")
    if not path.exists():
        pytest.skip(f"no digitised curve beside the vectors: {path}")
    points = json.loads(path.read_text(encoding="utf-8"))["points"]
    assert {int(g): f for g, f in points} == grade.STRAVA_2017
