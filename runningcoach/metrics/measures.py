"""What one activity means for its athlete: loads, zones and VO2max by the benchmarks of the day."""

from dataclasses import dataclass, field
from typing import Any, Literal, Required, TypedDict, Unpack

import numpy as np

from runningcoach.metrics import durability, load, plausibility, weather, zones
from runningcoach.metrics import training_effect as effect
from runningcoach.metrics.effort_streams import COVERAGE
from runningcoach.metrics.eligibility import (
    best_vdot,
    is_high,
    is_trail,
    vo2max_by_heart_rate,
    why_no_race,
    why_no_vo2max,
)
from runningcoach.metrics.facts import Facts
from runningcoach.metrics.load import LoadBy, LoadSource, Sex
from runningcoach.metrics.windows import Floats

COVERAGE_SCALED = 0.5
"""From here to full coverage, sums over heart rate are scaled up; below they are not known."""


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
_BY_RESERVE = ("trimp", "edwards", "lucia", "hrtss")


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


@dataclass(frozen=True, slots=True)
class Measures:
    """What an activity means for this athlete; None where an input is missing.

    `late_best_pct` are the six values of `durability.late_best_pct`. `training_effect_error` is
    how far the estimate may be off; a device states none for its own.
    """

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
    before: PriorHistory = NO_HISTORY,
    load_by: LoadBy = "auto",
    **told: Unpack[ActivityContext],
) -> Measures:
    """Return what an activity means with the benchmarks of its day and the days before it.

    `load_by` is which load the runner wants to count for runs.
    """
    verdict = _ActivityMeasures(facts, athlete, before, told)
    verdict.by_heart_rate()
    verdict.by_pace()
    verdict.against_before()
    verdict.vo2max()
    verdict.race()
    verdict.weigh(load_by)
    verdict.training_effect()
    verdict.air()
    return Measures(**verdict.values, flags=tuple(verdict.flags), reasons=verdict.reasons)


def why_no_reserve(athlete: Athlete) -> str | None:
    """Say why heart-rate reserve of an athlete is not known; None when it is."""
    highest, rest = athlete.hrmax_bpm, athlete.hrrest_bpm
    if highest is None or rest is None:
        return "no_benchmark"
    return None if 0 < rest < highest else "bad_benchmarks"


def why_no_epoc(facts: Facts, athlete: Athlete) -> str | None:
    """Say why EPOC of an activity is not known; None when it is."""
    if facts.hr_10s_bpm is None or not facts.hr_coverage:
        return "no_hr"
    return "low_coverage" if facts.hr_coverage < COVERAGE else why_no_reserve(athlete)


def epoc_ml_kg(facts: Facts, athlete: Athlete) -> float | None:
    """Return EPOC [ml/kg] of an activity with the benchmarks of its day.

    None without them, and where so much is not possible: then they do not fit the activity.
    """
    rates, rest, highest = facts.hr_10s_bpm, athlete.hrrest_bpm, athlete.hrmax_bpm
    if rates is None or rest is None or highest is None or why_no_epoc(facts, athlete):
        return None
    found = effect.epoc(rates, hrrest_bpm=rest, hrmax_bpm=highest)
    return found if found <= effect.MOST_EPOC_ML_KG else None


class _ActivityMeasures:
    """The measures of one activity as they are found, each with a value or a reason."""

    def __init__(
        self, facts: Facts, athlete: Athlete, before: PriorHistory, told: ActivityContext
    ) -> None:
        self.facts, self.athlete, self.before, self.told = facts, athlete, before, told
        self.values: dict[str, Any] = {}
        self.reasons: dict[str, str] = {}
        self.flags: list[str] = []
        self.run = told["sport"] == "running"
        self.treadmill = "treadmill" in facts.flags or told.get("sub_sport") == "treadmill"
        ascent, distance = told.get("ascent_m"), told.get("distance_m")
        self.trail = is_trail(facts, told.get("sub_sport"), ascent, distance)
        if self.trail:
            self.flags.append("trail")
        self.flags.extend(before.verdict.flags)
        self.no_effort = {*before.verdict.flags} - {plausibility.LEFT_OUT}
        self.no_speed = plausibility.NO_SPEED & self.no_effort

    def _miss(self, why_not: str, *names: str) -> None:
        for name in names:
            self.reasons[name] = why_not

    def _keep(self, name: str, value: object, why_not: str) -> None:
        """Keep a value under its name; where there is none, the reason."""
        if value is None:
            self._miss(why_not, name)
        else:
            self.values[name] = value

    def _no_heart_rate(self) -> str | None:
        if self.facts.hr_seconds is None or not self.facts.hr_coverage:
            return "no_hr"
        return "low_coverage" if self.facts.hr_coverage < COVERAGE_SCALED else None

    def by_heart_rate(self) -> None:
        """Find zones, TRIMP, Edwards', Lucia's load, and load by heart rate."""
        why_not, seconds = self._no_heart_rate(), self.facts.hr_seconds
        if why_not or seconds is None:
            self._miss(why_not or "no_hr", "hr_zone_s", *_BY_RESERVE)
            return
        self._by_zones(seconds.astype(np.float64))
        why_not = why_no_reserve(self.athlete)
        hrmax, hrrest = self.athlete.hrmax_bpm, self.athlete.hrrest_bpm
        if why_not or hrmax is None or hrrest is None:
            self._miss(why_not or "no_benchmark", *_BY_RESERVE)
        else:
            weighed = np.asarray(seconds * self._scale(), np.float64)
            self._by_reserve(weighed, {"hrrest_bpm": hrrest, "hrmax_bpm": hrmax})

    def _by_reserve(self, weighed: Floats, limits: dict[str, float]) -> None:
        sex = self.athlete.sex
        impulse = load.trimp(zones.BPM, sex=sex, seconds=weighed, **limits)
        if not load.is_possible_trimp(impulse, self.facts.active_s):
            self._miss("implausible", *_BY_RESERVE)
            return
        self.values["trimp"] = impulse
        self.values["edwards"] = zones.edwards(weighed, limits["hrmax_bpm"])
        self._lucia(weighed, limits["hrmax_bpm"])
        self._hrtss(impulse, limits)
        if sex == "unknown":
            self.flags.append("sex_assumed")

    def _scale(self) -> float:
        """Return what stands in for seconds without heart rate, when they are not too many."""
        covered = self.facts.hr_coverage or 1.0
        if covered >= COVERAGE:
            return 1.0
        self.flags.append("scaled")
        return 1 / covered

    def _by_zones(self, seconds: Floats) -> None:
        edges, hrmax = self.athlete.zone_edges_bpm, self.athlete.hrmax_bpm
        if edges is None and hrmax is not None:
            edges = zones.hrmax_zones(hrmax)
        if edges is None:
            self._miss("no_benchmark", "hr_zone_s")
        elif not (np.diff((0.0, *edges)) > 0).all():
            self._miss("bad_benchmarks", "hr_zone_s")
        else:
            self.values["hr_zone_s"] = tuple(zones.zone_seconds(seconds, edges).tolist())

    def _lucia(self, weighed: Floats, hrmax_bpm: float) -> None:
        second = self.athlete.vt2_bpm or self.athlete.lthr_bpm
        if second is None:
            self._miss("no_benchmark", "lucia")
            return
        first = self.athlete.vt1_bpm or min(zones.VT1_OF_HRMAX * hrmax_bpm, second)
        if 0 < first <= second <= hrmax_bpm:
            self.values["lucia"] = zones.lucia(weighed, first, second)
        else:
            self._miss("bad_benchmarks", "lucia")

    def _hrtss(self, impulse: float, limits: dict[str, float]) -> None:
        lthr, sex = self.athlete.lthr_bpm, self.athlete.sex
        if lthr is None:
            self._miss("no_benchmark", "hrtss")
        elif limits["hrrest_bpm"] < lthr <= limits["hrmax_bpm"]:
            self.values["hrtss"] = load.hrtss(impulse, lthr_bpm=lthr, sex=sex, **limits)
        else:
            self._miss("bad_benchmarks", "hrtss")

    def by_pace(self) -> None:
        """Find intensity and load by pace."""
        ngp, threshold = self.facts.ngp_mps, self.athlete.threshold_speed_mps
        if not ngp:  # nobody moved
            self._miss(self.facts.reasons.get("ngp_mps", "no_speed"), "rtss", "intensity")
        elif self.no_speed or not threshold:
            self._miss("implausible" if threshold else "no_threshold", "rtss", "intensity")
        else:
            seconds = self.facts.moving_s
            self.values["intensity"] = load.intensity(seconds, ngp, threshold)
            self.values["rtss"] = load.rtss(seconds, ngp, threshold)

    def against_before(self) -> None:
        """Find efficiency and late speed against those of the 90 days before."""
        own, usual = self.facts.efficiency_factor, self.before.usual_efficiency
        if own is None:
            self._miss(self.facts.reasons.get("efficiency_factor", "no_hr"), "efficiency_index")
        elif self.no_effort:
            self._miss("implausible", "efficiency_index")
        else:
            index = 100 * own / usual if usual else None
            self._keep("efficiency_index", index, "no_history")
        late, fresh = self.facts.late_gap_mps, self.before.fresh_gap_mps
        if late is None:
            self._miss(self.facts.reasons.get("late_gap_mps", "no_speed"), "late_best_pct")
        elif self.no_speed:
            self._miss("implausible", "late_best_pct")
        else:
            share = durability.late_best_pct(late.astype(np.float64), fresh) if fresh else ()
            known = any(value is not None for value in share)
            self._keep("late_best_pct", share if known else None, "no_history")

    def vo2max(self) -> None:
        """Find effective VO2max where the effort was one that shows it."""
        highest = self.athlete.hrmax_bpm
        why_not = "implausible" if self.no_effort else None
        why_not = why_no_vo2max(self.facts, highest, trail=self.trail) or why_not
        shown = None if why_not else vo2max_by_heart_rate(self.facts, highest)
        self._keep("effective_vo2max", shown, why_not or "implausible")

    def race(self) -> None:
        """Find VDOT of a race."""
        why_not = why_no_race(
            self.facts,
            self.athlete.hrmax_bpm,
            sport=self.told["sport"],
            is_race=self.told.get("is_race", False),
            distance_m=self.told.get("distance_m"),
            own_vdot=self.before.verdict.own_vdot,
        )
        why_not = why_not or ("implausible" if self.no_speed else None)
        self._keep("vdot", None if why_not else best_vdot(self.facts), why_not or "too_short")

    def weigh(self, load_by: LoadBy) -> None:
        """Choose the one load of the activity, and say where it comes from."""
        hourly = load.RUN_LOAD_PER_HOUR if self.run else load.OTHER_LOAD_PER_HOUR
        timer = self.told.get("timer_s")
        seconds = timer if timer is not None else self.facts.active_s
        pace, rate = self.values.get("rtss"), self.values.get("hrtss")
        known = load.Loads(
            pace=pace,
            heart_rate=rate,
            feeling=self._feeling(seconds),
            estimated_duration=hourly * seconds / 3600 if seconds > 0 else None,
        )
        if load.diverge(pace, rate):
            self.flags.append("load_divergence")
        self._choose(known, load_by)

    def _feeling(self, seconds: float) -> float | None:
        """Return load by perceived exertion, and keep Foster's; 0 counts as not told."""
        rpe = self.told.get("rpe")
        self._keep("session_rpe", load.session_rpe(rpe, seconds / 60) if rpe else None, "no_rpe")
        return load.load_by_feeling(rpe, seconds) if rpe else None

    def _choose(self, known: load.Loads, load_by: LoadBy) -> None:
        preferred = load.order(
            run=self.run, treadmill=self.treadmill, trail=self.trail, load_by=load_by
        )
        value, source = load.primary(known, preferred)
        if value is None:
            self._miss("too_short", "load", "load_source")
            return
        self.values.update(load=value, load_source=source)
        if source == "estimated_duration":
            self.flags.append("estimated_duration")

    def training_effect(self) -> None:
        """Find EPOC and training effect: the device's own, else calibrated, else estimated."""
        why_not = why_no_epoc(self.facts, self.athlete)
        epoc = epoc_ml_kg(self.facts, self.athlete)
        self._keep("epoc_ml_kg", epoc, why_not or "beyond_range")
        told = self.told.get("device_training_effect")
        if told is not None and 0 <= told <= effect.HIGHEST:
            self.values.update(training_effect=told, training_effect_source="device")
            self._miss("device_value", "training_effect_error")
        elif epoc is None:
            names = ("training_effect", "training_effect_source", "training_effect_error")
            self._miss(why_not or "beyond_range", *names)
        else:
            self._estimate_effect(epoc)

    def _estimate_effect(self, epoc: float) -> None:
        line = self.before.effect_line
        if line is None:
            value = effect.training_effect(epoc, self.before.vo2max)
            source, error = "estimate", effect.ERROR
        else:
            value = effect.calibrated(epoc, effect.EffectLine(*line))
            source, error = "calibrated", line[2]
        self.values.update(
            training_effect=value, training_effect_source=source, training_effect_error=error
        )

    def air(self) -> None:
        """Find what altitude and heat took; neither changes another value."""
        height = self.facts.average_altitude_m
        if height is not None and is_high(self.facts):
            self.values["altitude_vo2max_pct"] = weather.altitude_vo2max_pct(height)
            self.flags.append("high_altitude")
        else:
            why_not = "no_altitude" if height is None else "low_altitude"
            self._miss(why_not, "altitude_vo2max_pct")
        self._heat()

    def _heat(self) -> None:
        warmth, dew = self.told.get("air_temperature_c"), self.told.get("dew_point_c")
        if not self.run:
            self._miss("modality", "heat_slowdown_pct")
        elif self.treadmill:
            self._miss("treadmill", "heat_slowdown_pct")
        elif warmth is None or dew is None:
            self._miss("no_weather", "heat_slowdown_pct")
        else:
            inputs = weather.fahrenheit(warmth), weather.fahrenheit(dew)
            self._keep("heat_slowdown_pct", weather.heat_slowdown_pct(*inputs), "too_hot")
