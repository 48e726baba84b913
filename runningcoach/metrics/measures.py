"""What one activity means for its athlete: loads, zones and VO2max by the benchmarks of the day."""

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from runningcoach.metrics import load, vo2max, zones
from runningcoach.metrics.facts import COVERAGE, Facts
from runningcoach.metrics.load import LoadSource, Sex
from runningcoach.metrics.windows import Floats

COVERAGE_SCALED = 0.5
"""From here to full coverage, sums over heart rate are scaled up; below they are not known."""
VO2MAX_EFFORT = (0.70, 0.95)
"""Shares of HRmax between which heart rate tells oxygen."""
TRAIL_GAIN_M_PER_KM, TRAIL_GPS_GAIN_M_PER_KM = 25.0, 15.0


@dataclass(frozen=True, slots=True)
class Athlete:
    """The benchmarks in force on the day of an activity."""

    hrmax_bpm: float | None = None
    hrrest_bpm: float | None = None
    lthr_bpm: float | None = None
    threshold_speed_mps: float | None = None
    sex: Sex = "unknown"


@dataclass(frozen=True, slots=True)
class Before:
    """What earlier activities say, as an activity's measures need it; nothing of the day itself.

    `usual_efficiency` is the median efficiency of 90 days; `fresh_gap_mps` the best
    grade-adjusted speed over 5 and 20 minutes of 90 days. `effect_line` is (c0, c1, error) of
    ln TE = c0 + c1 ln EPOC fitted to the device's own training effects, None with fewer than 20.
    """

    usual_efficiency: float | None = None
    fresh_gap_mps: tuple[float, float] | None = None
    effect_line: tuple[float, float, float] | None = None
    vo2max: float | None = None


@dataclass(frozen=True, slots=True)
class Measures:
    """What an activity means for this athlete; None where an input is missing."""

    effective_vo2max: float | None = None
    vdot: float | None = None
    efficiency_index: float | None = None
    late_best_pct: tuple[float | None, ...] | None = None
    trimp: float | None = None
    edwards: float | None = None
    lucia: float | None = None
    hr_zone_s: tuple[float, ...] | None = None
    hrtss: float | None = None
    rtss: float | None = None
    intensity: float | None = None
    session_rpe: float | None = None
    load: float | None = None
    load_source: LoadSource | None = None
    epoc_ml_kg: float | None = None
    training_effect: float | None = None
    training_effect_source: Literal["device", "calibrated", "estimate"] | None = None
    training_effect_error: float | None = None
    altitude_vo2max_pct: float | None = None
    heat_slowdown_pct: tuple[float, float] | None = None
    flags: tuple[str, ...] = ()
    reasons: dict[str, str] = field(default_factory=dict[str, str])


def measure(
    facts: Facts,
    athlete: Athlete,
    *,
    sport: str,
    sub_sport: str | None = None,
    rpe: float | None = None,
    timer_s: float | None = None,
    ascent_m: float | None = None,
    distance_m: float | None = None,
) -> Measures:
    """Return loads, zones and effective VO2max of an activity with the benchmarks of its day.

    `ascent_m` and `distance_m` are the device's own totals; they tell trails from roads.
    """
    verdict = _Verdict(facts, athlete)
    trail = is_trail(facts, sub_sport, ascent_m, distance_m)
    treadmill = "treadmill" in facts.flags or sub_sport == "treadmill"
    verdict.by_heart_rate()
    verdict.by_pace()
    verdict.vo2max(trail=trail)
    seconds = timer_s if timer_s is not None else facts.active_s
    run = sport == "running"
    verdict.weigh(seconds, rpe, load.order(run=run, treadmill=treadmill, trail=trail), run=run)
    if trail:
        verdict.flags.append("trail")
    return Measures(**verdict.values, flags=tuple(verdict.flags), reasons=verdict.reasons)


def is_trail(
    facts: Facts, sub_sport: str | None, ascent_m: float | None, distance_m: float | None
) -> bool:
    """Tell whether a run climbs so much, or so uncertainly, that pace misleads."""
    if sub_sport == "trail":
        return True
    gain = ascent_m if ascent_m is not None else facts.elevation_gain_m
    if not gain or not distance_m or "treadmill" in facts.flags:
        return False
    most = TRAIL_GPS_GAIN_M_PER_KM if "alt_gps" in facts.flags else TRAIL_GAIN_M_PER_KM
    return gain / (distance_m / 1000) > most


def vo2max_by_heart_rate(facts: Facts, hrmax_bpm: float | None) -> float | None:
    """Return the VO2max [ml/kg/min] that pace at heart rate says; None without either."""
    speed, rate = facts.vo2max_speed_mps, facts.vo2max_hr_bpm
    if speed is None or rate is None or not hrmax_bpm:
        return None
    return vo2max.effective_vo2max(speed, rate, hrmax_bpm)


def why_no_vo2max(facts: Facts, hrmax_bpm: float | None, *, trail: bool) -> str | None:
    """Say why effective VO2max of an activity cannot be believed; None when it can."""
    rate = facts.vo2max_hr_bpm
    if rate is None:
        return facts.reasons.get("vo2max_speed_mps", "no_hr")
    if trail:
        return "trail"
    if not hrmax_bpm:
        return "no_benchmark"
    low, high = VO2MAX_EFFORT
    return None if low <= rate / hrmax_bpm <= high else "effort"


class _Verdict:
    """The measures of one activity as they are found, each with a value or a reason."""

    def __init__(self, facts: Facts, athlete: Athlete) -> None:
        self.facts, self.athlete = facts, athlete
        self.values: dict[str, Any] = {}
        self.reasons: dict[str, str] = {}
        self.flags: list[str] = []

    def _miss(self, why_not: str, *names: str) -> None:
        for name in names:
            self.reasons[name] = why_not

    def _no_heart_rate(self) -> str | None:
        if self.facts.hr_seconds is None or not self.facts.hr_coverage:
            return "no_hr"
        if self.facts.hr_coverage < COVERAGE_SCALED:
            return "low_coverage"
        highest, rest = self.athlete.hrmax_bpm, self.athlete.hrrest_bpm
        if highest is None or rest is None:
            return "no_benchmark"
        return None if 0 < rest < highest else "bad_benchmarks"

    def by_heart_rate(self) -> None:
        """Find zones, TRIMP, Edwards', Lucia's load, and load by heart rate."""
        why_not = self._no_heart_rate()
        seconds, hrmax, hrrest = (
            self.facts.hr_seconds,
            self.athlete.hrmax_bpm,
            self.athlete.hrrest_bpm,
        )
        if why_not or seconds is None or hrmax is None or hrrest is None:
            self._miss(why_not or "no_hr", "trimp", "edwards", "lucia", "hr_zone_s", "hrtss")
            return
        self.values["hr_zone_s"] = tuple(zones.hrmax_zone_seconds(seconds, hrmax).tolist())
        weighed = np.asarray(seconds * self._scale(), np.float64)
        limits = {"hrrest_bpm": hrrest, "hrmax_bpm": hrmax}
        impulse = load.trimp(zones.BPM, sex=self.athlete.sex, seconds=weighed, **limits)
        if not load.is_possible_trimp(impulse, self.facts.active_s):
            self._miss("implausible", "trimp", "edwards", "lucia", "hrtss")
            return
        self.values["trimp"] = impulse
        self.values["edwards"] = zones.edwards(weighed, hrmax)
        self._by_threshold(impulse, weighed, limits)
        if self.athlete.sex == "unknown":
            self.flags.append("sex_assumed")

    def _scale(self) -> float:
        """Return what stands in for seconds without heart rate, when they are not too many."""
        covered = self.facts.hr_coverage or 1.0
        if covered >= COVERAGE:
            return 1.0
        self.flags.append("scaled")
        return 1 / covered

    def _by_threshold(self, impulse: float, weighed: Floats, limits: dict[str, float]) -> None:
        lthr = self.athlete.lthr_bpm
        vt1 = zones.VT1_OF_HRMAX * limits["hrmax_bpm"]
        if lthr is None:
            self._miss("no_benchmark", "lucia", "hrtss")
            return
        if not limits["hrrest_bpm"] < lthr <= limits["hrmax_bpm"]:
            self._miss("bad_benchmarks", "lucia", "hrtss")
            return
        self.values["lucia"] = zones.lucia(weighed, min(vt1, lthr), lthr)
        sex = self.athlete.sex
        self.values["hrtss"] = load.hrtss(impulse, lthr_bpm=lthr, sex=sex, **limits)

    def by_pace(self) -> None:
        """Find load by pace."""
        ngp, threshold = self.facts.ngp_mps, self.athlete.threshold_speed_mps
        if ngp is None:
            self._miss(self.facts.reasons.get("ngp_mps", "no_speed"), "rtss")
        elif threshold is None:
            self._miss("no_threshold", "rtss")
        else:
            self.values["rtss"] = load.rtss(self.facts.moving_s, ngp, threshold)

    def vo2max(self, *, trail: bool) -> None:
        """Find effective VO2max where the effort was one that shows it."""
        why_not = why_no_vo2max(self.facts, self.athlete.hrmax_bpm, trail=trail)
        if why_not:
            self._miss(why_not, "effective_vo2max")
        else:
            shown = vo2max_by_heart_rate(self.facts, self.athlete.hrmax_bpm)
            self.values["effective_vo2max"] = shown

    def weigh(
        self,
        seconds: float,
        rpe: float | None,
        preferred: tuple[LoadSource, ...],
        *,
        run: bool,
    ) -> None:
        """Choose the one load of the activity, and say where it comes from."""
        hourly = load.RUN_LOAD_PER_HOUR if run else load.OTHER_LOAD_PER_HOUR
        pace, rate = self.values.get("rtss"), self.values.get("hrtss")
        known = load.Loads(
            pace=pace,
            heart_rate=rate,
            feeling=load.load_by_feeling(rpe, seconds) if rpe else None,
            estimated_duration=hourly * seconds / 3600 if seconds > 0 else None,
        )
        value, source = load.primary(known, preferred)
        if value is None:
            self._miss("too_short", "load")
            return
        self.values.update(load=value, load_source=source)
        if source == "estimated_duration":
            self.flags.append("estimated_duration")
        if load.diverge(pace, rate):
            self.flags.append("load_divergence")
