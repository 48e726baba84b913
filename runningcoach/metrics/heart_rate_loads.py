"""Time in zones, TRIMP and the loads by heart rate of one activity."""

from dataclasses import dataclass

import numpy as np

from runningcoach.metrics import load, zones
from runningcoach.metrics.effort_streams import COVERAGE
from runningcoach.metrics.epoc import heart_rate_reserve
from runningcoach.metrics.facts import Facts
from runningcoach.metrics.measure_inputs import Athlete
from runningcoach.metrics.missing import MetricGroup, Missing
from runningcoach.metrics.windows import Floats

COVERAGE_SCALED = 0.5
"""From here to full coverage, sums over heart rate are scaled up; below they are not known."""


@dataclass(frozen=True, slots=True, eq=False)
class HeartRateLoads(MetricGroup):
    """Loads and time in zones by heart rate; `flags` say what was assumed."""

    hr_zone_s: tuple[float, ...] | Missing
    trimp: float | Missing
    edwards: float | Missing
    lucia: float | Missing
    hrtss: float | Missing
    flags: tuple[str, ...] = ()


def _without_reserve(
    hr_zone_s: tuple[float, ...] | Missing, why_not: str, flags: tuple[str, ...] = ()
) -> HeartRateLoads:
    missing = Missing(why_not)
    return HeartRateLoads(hr_zone_s, missing, missing, missing, missing, flags)


def heart_rate_loads(facts: Facts, athlete: Athlete) -> HeartRateLoads:
    """Return zones, TRIMP, Edwards', Lucia's load, and load by heart rate."""
    covered = facts.hr_coverage
    if facts.hr_seconds is None or not covered:
        return _without_reserve(Missing("no_hr"), "no_hr")
    if covered < COVERAGE_SCALED:
        return _without_reserve(Missing("low_coverage"), "low_coverage")
    seconds = facts.hr_seconds.astype(np.float64)
    in_zones = _zone_seconds(seconds, athlete)
    reserve = heart_rate_reserve(athlete)
    if isinstance(reserve, Missing):
        return _without_reserve(in_zones, reserve.reason)
    # What stands in for seconds without heart rate, when they are not too many.
    is_scaled = covered < COVERAGE
    weighed = seconds * (1 / covered if is_scaled else 1.0)
    flags = ("scaled",) if is_scaled else ()
    rest, highest = reserve
    impulse = load.trimp(
        zones.BPM, sex=athlete.sex, seconds=weighed, hrrest_bpm=rest, hrmax_bpm=highest
    )
    if not load.is_possible_trimp(impulse, facts.active_s):
        return _without_reserve(in_zones, "implausible", flags)
    return HeartRateLoads(
        hr_zone_s=in_zones,
        trimp=impulse,
        edwards=zones.edwards(weighed, highest),
        lucia=_lucia(weighed, athlete, highest),
        hrtss=_hrtss(impulse, athlete, reserve),
        flags=(*flags, "sex_assumed") if athlete.sex == "unknown" else flags,
    )


def _zone_seconds(seconds: Floats, athlete: Athlete) -> tuple[float, ...] | Missing:
    edges, hrmax = athlete.zone_edges_bpm, athlete.hrmax_bpm
    if edges is None and hrmax is not None:
        edges = zones.hrmax_zones(hrmax)
    if edges is None:
        return Missing("no_benchmark")
    if not (np.diff((0.0, *edges)) > 0).all():
        return Missing("bad_benchmarks")
    return tuple(zones.zone_seconds(seconds, edges).tolist())


def _lucia(weighed: Floats, athlete: Athlete, hrmax_bpm: float) -> float | Missing:
    second = athlete.vt2_bpm or athlete.lthr_bpm
    if second is None:
        return Missing("no_benchmark")
    first = athlete.vt1_bpm or min(zones.VT1_OF_HRMAX * hrmax_bpm, second)
    if not 0 < first <= second <= hrmax_bpm:
        return Missing("bad_benchmarks")
    return zones.lucia(weighed, first, second)


def _hrtss(impulse: float, athlete: Athlete, reserve: tuple[float, float]) -> float | Missing:
    (rest, highest), lthr = reserve, athlete.lthr_bpm
    if lthr is None:
        return Missing("no_benchmark")
    if not rest < lthr <= highest:
        return Missing("bad_benchmarks")
    return load.hrtss(impulse, lthr_bpm=lthr, sex=athlete.sex, hrrest_bpm=rest, hrmax_bpm=highest)
