"""EPOC of an activity by the benchmarks of its day, and why there is none."""

from runningcoach.metrics import training_effect
from runningcoach.metrics.effort_streams import COVERAGE
from runningcoach.metrics.facts import Facts
from runningcoach.metrics.measure_inputs import Athlete
from runningcoach.metrics.missing import Missing


def heart_rate_reserve(athlete: Athlete) -> tuple[float, float] | Missing:
    """Return resting and maximum heart rate [bpm] of an athlete, or why they are of no use."""
    highest, rest = athlete.hrmax_bpm, athlete.hrrest_bpm
    if highest is None or rest is None:
        return Missing("no_benchmark")
    return (rest, highest) if 0 < rest < highest else Missing("bad_benchmarks")


def epoc_ml_kg(facts: Facts, athlete: Athlete) -> float | Missing:
    """Return EPOC [ml/kg] of an activity with the benchmarks of its day, or why there is none.

    An impossible one is `beyond_range`: the benchmarks do not fit the activity.
    """
    rates, reserve = facts.hr_10s_bpm, heart_rate_reserve(athlete)
    if rates is None or not facts.hr_coverage:
        return Missing("no_hr")
    if facts.hr_coverage < COVERAGE:
        return Missing("low_coverage")
    if isinstance(reserve, Missing):
        return reserve
    rest, highest = reserve
    epoc = training_effect.epoc(rates, hrrest_bpm=rest, hrmax_bpm=highest)
    return epoc if epoc <= training_effect.MOST_EPOC_ML_KG else Missing("beyond_range")
