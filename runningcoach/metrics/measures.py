"""What one activity means for its athlete: loads, zones and VO2max by the benchmarks of the day."""

from dataclasses import dataclass, field
from typing import Any, Literal, Required, TypedDict, Unpack

import numpy as np

from runningcoach.metrics import benchmarks, durability, load, vo2max, weather, zones
from runningcoach.metrics import training_effect as effect
from runningcoach.metrics.facts import COVERAGE, Facts
from runningcoach.metrics.load import LoadBy, LoadSource, Sex
from runningcoach.metrics.windows import Floats

COVERAGE_SCALED = 0.5
"""From here to full coverage, sums over heart rate are scaled up; below they are not known."""
VO2MAX_EFFORT = (0.70, 0.95)
"""Shares of HRmax between which heart rate tells oxygen."""
TRAIL_GAIN_M_PER_KM, TRAIL_GPS_GAIN_M_PER_KM = 25.0, 15.0


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


NOTHING_BEFORE = Before()


class Told(TypedDict, total=False):
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
    before: Before = NOTHING_BEFORE,
    load_by: LoadBy = "auto",
    **told: Unpack[Told],
) -> Measures:
    """Return what an activity means with the benchmarks of its day and the days before it.

    `load_by` is which load the runner wants to count for runs.
    """
    verdict = _Verdict(facts, athlete, before, told)
    verdict.by_heart_rate()
    verdict.by_pace()
    verdict.against_before()
    verdict.vo2max()
    verdict.weigh(load_by)
    verdict.training_effect()
    verdict.air()
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


def best_vdot(facts: Facts) -> float | None:
    """Return the highest VDOT of a run's fastest stretches from 3 km on; None without any."""
    found = [
        value
        for effort in facts.best_efforts
        if effort.distance_m >= benchmarks.RACE_LEAST_M and vo2max.is_race_time(effort.elapsed_s)
        if (value := vo2max.vdot(effort.distance_m, effort.elapsed_s)) is not None
    ]
    return max(found, default=None)


def why_no_race(
    facts: Facts, hrmax_bpm: float | None, *, sport: str, is_race: bool, distance_m: float | None
) -> str | None:
    """Say why an activity was no race; None for one that was.

    A race is a run marked as one by the runner, or one long stretch, nearly all of its
    distance and at least 3 km, at a mean heart rate of 88 % of HRmax and more.
    """
    if sport != "running":
        return "modality"
    if "treadmill" in facts.flags:
        return "treadmill"
    if is_race or _looks_raced(facts, hrmax_bpm, distance_m):
        return None
    return "no_race"


def _looks_raced(facts: Facts, hrmax_bpm: float | None, distance_m: float | None) -> bool:
    average = facts.average_hr_bpm
    if average is None or not distance_m or not hrmax_bpm or "cadence_lock" in facts.flags:
        return False
    longest = max((e.distance_m for e in facts.best_efforts), default=0.0)
    whole = longest >= max(benchmarks.RACE_SHARE * distance_m, benchmarks.RACE_LEAST_M)
    return whole and average >= benchmarks.RACE_HRMAX_SHARE * hrmax_bpm


def vo2max_by_heart_rate(facts: Facts, hrmax_bpm: float | None) -> float | None:
    """Return the VO2max [ml/kg/min] that pace at heart rate says; None without either."""
    speed, rate = facts.vo2max_speed_mps, facts.vo2max_hr_bpm
    if speed is None or rate is None or not hrmax_bpm:
        return None
    return vo2max.effective_vo2max(speed, rate, hrmax_bpm)


def is_high(facts: Facts) -> bool:
    """Tell whether the air was thin: a mean altitude of more than 500 m."""
    return facts.average_altitude_m is not None and facts.average_altitude_m > weather.HIGH_M


def why_no_vo2max(facts: Facts, hrmax_bpm: float | None, *, trail: bool) -> str | None:
    """Say why effective VO2max of an activity cannot be believed; None when it can."""
    rate = facts.vo2max_hr_bpm
    if rate is None:
        return facts.reasons.get("vo2max_speed_mps", "no_hr")
    if trail:
        return "trail"
    if is_high(facts):
        return "high_altitude"
    if not hrmax_bpm:
        return "no_benchmark"
    low, high = VO2MAX_EFFORT
    return None if low <= rate / hrmax_bpm <= high else "effort"


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
    """Return EPOC [ml/kg] of an activity with the benchmarks of its day; None without them."""
    rates, rest, highest = facts.hr_10s_bpm, athlete.hrrest_bpm, athlete.hrmax_bpm
    if rates is None or rest is None or highest is None or why_no_epoc(facts, athlete):
        return None
    return effect.epoc(rates, hrrest_bpm=rest, hrmax_bpm=highest)


class _Verdict:
    """The measures of one activity as they are found, each with a value or a reason."""

    def __init__(self, facts: Facts, athlete: Athlete, before: Before, told: Told) -> None:
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
            self._miss(why_not or "no_hr", "trimp", "edwards", "lucia", "hr_zone_s", "hrtss")
            return
        self._by_zones(seconds.astype(np.float64))
        why_not = why_no_reserve(self.athlete)
        hrmax, hrrest = self.athlete.hrmax_bpm, self.athlete.hrrest_bpm
        if why_not or hrmax is None or hrrest is None:
            self._miss(why_not or "no_benchmark", "trimp", "edwards", "lucia", "hrtss")
            return
        weighed = np.asarray(seconds * self._scale(), np.float64)
        limits = {"hrrest_bpm": hrrest, "hrmax_bpm": hrmax}
        impulse = load.trimp(zones.BPM, sex=self.athlete.sex, seconds=weighed, **limits)
        if not load.is_possible_trimp(impulse, self.facts.active_s):
            self._miss("implausible", "trimp", "edwards", "lucia", "hrtss")
            return
        self.values["trimp"] = impulse
        self.values["edwards"] = zones.edwards(weighed, hrmax)
        self._lucia(weighed, hrmax)
        self._hrtss(impulse, limits)
        if self.athlete.sex == "unknown":
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
        if ngp is None:
            self._miss(self.facts.reasons.get("ngp_mps", "no_speed"), "rtss", "intensity")
        elif not threshold:
            self._miss("no_threshold", "rtss", "intensity")
        else:
            seconds = self.facts.moving_s
            self.values["intensity"] = load.intensity(seconds, ngp, threshold)
            self.values["rtss"] = load.rtss(seconds, ngp, threshold)

    def against_before(self) -> None:
        """Find efficiency and late speed against those of the 90 days before."""
        own, usual = self.facts.efficiency_factor, self.before.usual_efficiency
        if own is None:
            self._miss(self.facts.reasons.get("efficiency_factor", "no_hr"), "efficiency_index")
        else:
            index = 100 * own / usual if usual else None
            self._keep("efficiency_index", index, "no_history")
        late, fresh = self.facts.late_gap_mps, self.before.fresh_gap_mps
        if late is None:
            self._miss(self.facts.reasons.get("late_gap_mps", "no_speed"), "late_best_pct")
        else:
            share = durability.late_best_pct(late.astype(np.float64), fresh) if fresh else None
            self._keep("late_best_pct", share, "no_history")

    def vo2max(self) -> None:
        """Find effective VO2max where the effort was one that shows it, and a race's VDOT."""
        highest = self.athlete.hrmax_bpm
        why_not = why_no_vo2max(self.facts, highest, trail=self.trail)
        shown = None if why_not else vo2max_by_heart_rate(self.facts, highest)
        self._keep("effective_vo2max", shown, why_not or "no_hr")
        marked, covered = self.told.get("is_race", False), self.told.get("distance_m")
        sport = self.told["sport"]
        no_race = why_no_race(self.facts, highest, sport=sport, is_race=marked, distance_m=covered)
        self._keep("vdot", None if no_race else best_vdot(self.facts), no_race or "too_short")

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
        self._keep("epoc_ml_kg", epoc, why_not or "no_hr")
        told = self.told.get("device_training_effect")
        if told is not None and 0 <= told <= effect.HIGHEST:
            self.values.update(training_effect=told, training_effect_source="device")
            self._miss("device_value", "training_effect_error")
        elif epoc is None:
            names = ("training_effect", "training_effect_source", "training_effect_error")
            self._miss(why_not or "no_hr", *names)
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
