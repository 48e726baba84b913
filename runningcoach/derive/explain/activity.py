"""How the numbers of one activity came about."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from runningcoach.derive.explain.parts import Account, Part, known, of_benchmark, ratio
from runningcoach.metrics import benchmarks, grade, load, vo2max, zones
from runningcoach.metrics.judgement import VO2MAX_EFFORT
from runningcoach.metrics.measures import Before
from runningcoach.metrics.windows import Floats
from runningcoach.model.activity import Activity, ActivityMetrics
from runningcoach.model.benchmark import BenchmarkKind
from runningcoach.store.benchmarks import BenchmarkDetail
from runningcoach.store.facts import Facts
from runningcoach.store.fitness import AthleteProfile

RATE_PARTS: tuple[BenchmarkKind, ...] = ("hrrest_bpm", "hrmax_bpm")
EFFECT_VO2MAX = 45.0
"""What the estimate of training effect takes where VO2max is not known; ours."""
UNCERTAINTY = 0.7
"""How far an estimate without the device's own values may be off: a judgement of ours."""
GPS_GAIN_M = 3.0
"""The least move that counts where altitude is that of GPS."""
LATE_AFTER_MIN, LATE_BEST_MIN = (60, 90, 120), (5, 20)


@dataclass(frozen=True)
class Subject:
    """One activity with all that its numbers rest on; `recall` says what earlier ones say."""

    activity: Activity
    metrics: ActivityMetrics
    facts: Facts
    rows: Mapping[str, BenchmarkDetail]
    person: AthleteProfile
    recall: Callable[[], Before] = field(repr=False)

    @cached_property
    def before(self) -> Before:
        """What earlier activities say; looked up when first asked for."""
        return self.recall()

    def own(self, name: str, unit: str = "") -> Part:
        """Return another number of this activity."""
        return Part(name, known(getattr(self.metrics, name)), unit, "metric")

    def limit(self, kind: BenchmarkKind, unit: str = "bpm") -> Part:
        """Return the benchmark in force on the activity's day."""
        return of_benchmark(self.rows, kind, unit)

    def value(self, kind: BenchmarkKind) -> float | None:
        """Return the value of a benchmark in force."""
        return self.rows[kind].value if kind in self.rows else None

    @property
    def timer_s(self) -> float | None:
        """Return the seconds that the timer ran."""
        return known(
            self.facts.active_s if self.activity.timer_s is None else self.activity.timer_s
        )

    @property
    def weighed(self) -> Floats | None:
        """Return the seconds at each beat, scaled up where heart rate is missing for a while."""
        seconds, covered = self.facts.hr_seconds, self.facts.hr_coverage
        if seconds is None:
            return None
        scale = 1 / covered if covered and "scaled" in self.metrics.flags else 1.0
        return np.asarray(seconds * scale, np.float64)


def _sample(name: str, value: float | None, unit: str) -> Part:
    return Part(name, known(value), unit, "samples")


def _constant(name: str, value: float, unit: str = "") -> Part:
    return Part(name, value, unit, "constant")


def _device(name: str, value: float | None, unit: str = "") -> Part | None:
    return None if value is None else Part(name, value, unit, "device")


def moving(of: Subject) -> Account:
    """Account for moving time."""
    parts = [
        _sample("active_s", of.facts.active_s, "s"),
        Part("elapsed_s", of.activity.elapsed_s, "s", "activity"),
    ]
    return Account(parts, "activity.moving_s.treadmill" if of.activity.is_treadmill else "")


def hr_coverage(of: Subject) -> Account:
    """Account for share of time with heart rate."""
    seconds = of.facts.hr_seconds
    have = 0.0 if seconds is None else float(seconds.sum())
    active = _sample("active_s", of.facts.active_s, "s")
    return Account([_sample("hr_known_s", have, "s"), active])


def speed_coverage(of: Subject) -> Account:
    """Account for share of time with speed."""
    return Account([_sample("active_s", of.facts.active_s, "s")])


def adjusted(of: Subject) -> Account:
    """Account for grade-adjusted pace under each of the models."""
    parts = [
        Part("distance_m", known(of.activity.distance_m), "m", "activity"),
        _sample("moving_s", of.facts.moving_s, "s"),
        _sample("elevation_gain_m", of.facts.elevation_gain_m, "m"),
        _sample("elevation_loss_m", of.facts.elevation_loss_m, "m"),
    ]
    return Account(parts)


def ngp(of: Subject) -> Account:
    """Account for normalised grade-adjusted pace."""
    window = _constant("window_s", float(load.NGP_WINDOW_S), "s")
    return Account([window, of.own("gap_mps", "m/s")])


def gain(of: Subject) -> Account:
    """Account for metres climbed."""
    return Account(_climb(of), garmin=_device("ascent_m", _stated(of, "ascent_m"), "m"))


def loss(of: Subject) -> Account:
    """Account for metres descended."""
    return Account(_climb(of), garmin=_device("descent_m", _stated(of, "descent_m"), "m"))


def _stated(of: Subject, name: str) -> float | None:
    """Return metres up or down as the device states them."""
    return getattr(of.activity, name) if of.activity.ascent_source == "session" else None


def _climb(of: Subject) -> list[Part]:
    by_gps = "alt_gps" in of.metrics.flags
    least = GPS_GAIN_M if by_gps else grade.GAIN_THRESHOLD_M
    smoothing = grade.NOISY if "noisy_altitude" in of.metrics.flags else grade.BAROMETRIC
    return [
        _constant("gain_threshold_m", least, "m"),
        _constant("smoothing_s", float(smoothing.over_s), "s"),
    ]


def efficiency(of: Subject) -> Account:
    """Account for efficiency, whose two means are those after the warm-up."""
    parts = [
        _constant("warm_up_min", 10.0, "min"),
        of.own("gap_mps", "m/s"),
        _sample("average_hr_bpm", of.facts.average_hr_bpm, "bpm"),
    ]
    return Account(parts, notes=["after_warm_up"])


def efficiency_index(of: Subject) -> Account:
    """Account for efficiency against the usual."""
    usual = Part("usual_efficiency", known(of.before.usual_efficiency), "m/min per bpm", "history")
    return Account([of.own("efficiency_factor", "m/min per bpm"), usual])


def decoupling(of: Subject) -> Account:
    """Account for drift from the first to the second half."""
    steady = _sample("gap_cv", of.facts.gap_cv, "")
    parts = [_constant("warm_up_min", 10.0, "min"), of.own("efficiency_factor"), steady]
    return Account(parts, notes=["after_warm_up"])


def durability(of: Subject) -> Account:
    """Account for drift over blocks of 5 km."""
    covered = Part("distance_m", known(of.activity.distance_m), "m", "activity")
    return Account([covered, _constant("block_m", 5000.0, "m")])


def late_best(of: Subject) -> Account:
    """Account for best speed when tired against the best when fresh."""
    fresh = of.before.fresh_gap_mps or (None, None)
    parts = [
        Part(f"fresh_{minutes}_min", known(speed), "m/s", "history")
        for minutes, speed in zip(LATE_BEST_MIN, fresh, strict=True)
    ]
    late = of.facts.late_gap_mps
    names = [f"late_{best}_{after}" for after in LATE_AFTER_MIN for best in LATE_BEST_MIN]
    if late is not None and len(late) == len(names):
        parts += [
            _sample(name, float(v), "m/s") for name, v in zip(names, late.tolist(), strict=True)
        ]
    return Account(parts)


def effective_vo2max(of: Subject) -> Account:
    """Account for VO2max by pace at heart rate."""
    speed, rate, highest = of.facts.vo2max_speed_mps, of.facts.vo2max_hr_bpm, of.value("hrmax_bpm")
    share = ratio(rate, highest)
    fastest = ratio(
        None if speed is None else 60 * speed,
        None if share is None else vo2max.share_of_speed(share),
    )
    parts = [
        _sample("vo2max_speed_mps", speed, "m/s"),
        _sample("vo2max_hr_bpm", rate, "bpm"),
        of.limit("hrmax_bpm"),
        Part("share_of_hrmax", share, "", "computed"),
        Part("v", fastest, "m/min", "computed"),
        _constant("effort_from", VO2MAX_EFFORT[0]),
        _constant("effort_to", VO2MAX_EFFORT[1]),
    ]
    return Account(parts)


def vdot(of: Subject) -> Account:
    """Account for VDOT of the fastest long stretch."""
    stretches = [
        (value, effort)
        for effort in of.facts.best_efforts
        if effort.distance_m >= benchmarks.RACE_LEAST_M
        and vo2max.is_race_time(effort.elapsed_s)
        and (value := vo2max.vdot(effort.distance_m, effort.elapsed_s)) is not None
    ]
    if not stretches:
        return Account()
    _, best = max(stretches, key=lambda one: one[0])
    minutes = best.elapsed_s / 60
    parts = [
        _sample("effort_m", best.distance_m, "m"),
        _sample("effort_s", best.elapsed_s, "s"),
        Part("v", best.distance_m / minutes, "m/min", "computed"),
        Part("t", minutes, "min", "computed"),
    ]
    return Account(parts)


def zone_edges(of: Subject) -> list[float] | None:
    """Return where zones 1 to 5 begin [bpm]: the rows in force, else shares of HRmax."""
    shares = hrmax_edges(of) or [None] * len(zones.HRMAX_ZONES)
    rows = (of.rows.get(f"hr_zone_{k}_bpm") for k in range(1, 6))
    edges = [row.value if row else share for row, share in zip(rows, shares, strict=True)]
    return None if None in edges else [edge for edge in edges if edge is not None]


def hrmax_edges(of: Subject) -> list[float] | None:
    """Return where zones 1 to 5 of HRmax begin [bpm]."""
    highest = of.value("hrmax_bpm")
    return None if highest is None else [share * highest for share in zones.HRMAX_ZONES]


def trimp(of: Subject) -> Account:
    """Account for Banister's impulse, with what each band of heart rate gave."""
    a, b = load.BANISTER[of.person.sex]
    parts = [
        *(of.limit(kind) for kind in RATE_PARTS),
        _constant("banister_a", a),
        _constant("banister_b", b),
        Part("sex", of.person.sex, "", "runner"),
        _sample("hr_coverage", of.facts.hr_coverage, "1"),
        *_bands(of),
    ]
    return Account(parts)


def _bands(of: Subject) -> list[Part]:
    """Return TRIMP by band: below zone 1, and in each zone of HRmax."""
    seconds, edges = of.weighed, hrmax_edges(of)
    rest, highest = of.value("hrrest_bpm"), of.value("hrmax_bpm")
    if seconds is None or edges is None or rest is None or highest is None or rest >= highest:
        return []
    band = np.searchsorted(edges, zones.BPM, side="right")
    return [
        Part(
            f"trimp_zone_{k}",
            load.trimp(
                zones.BPM,
                hrrest_bpm=rest,
                hrmax_bpm=highest,
                sex=of.person.sex,
                seconds=np.where(band == k, seconds, 0.0),
            ),
            "AU",
            "samples",
        )
        for k in range(len(edges) + 1)
    ]


def _minutes(of: Subject, edges: Sequence[float] | None, names: Sequence[str]) -> list[Part]:
    """Return the minutes between edges, under the names of the bands; "" leaves a band out."""
    if of.weighed is None or edges is None:
        return []
    spent = zones.time_in_zones(zones.BPM, edges, of.weighed) / 60
    named = zip(names, spent.tolist(), strict=True)
    return [_sample(name, minutes, "min") for name, minutes in named if name]


def _edges(of: Subject) -> list[Part]:
    edges = zone_edges(of) or []
    return [Part(f"hr_zone_{k}_bpm", edge, "bpm", "benchmark") for k, edge in enumerate(edges, 1)]


def edwards(of: Subject) -> Account:
    """Account for Edwards' load."""
    names = ["", *(f"zone_{k}_min" for k in range(1, 6))]
    return Account([*_minutes(of, hrmax_edges(of), names), of.limit("hrmax_bpm")])


def lucia(of: Subject) -> Account:
    """Account for Lucia's load."""
    highest, threshold = of.value("hrmax_bpm"), of.value("lthr_bpm")
    low, high = of.value("vt1_bpm"), of.value("vt2_bpm") or threshold
    if low is None and highest is not None:
        low = zones.VT1_OF_HRMAX * highest
    edges = None if low is None or high is None else (min(low, high), high)
    names = ("below_vt1_min", "between_min", "above_vt2_min")
    limits = [Part("vt1_bpm", low, "bpm", "benchmark"), Part("vt2_bpm", high, "bpm", "benchmark")]
    return Account(
        [*_minutes(of, edges, names), *limits, of.limit("hrmax_bpm"), of.limit("lthr_bpm")]
    )


def hr_zones(of: Subject) -> Account:
    """Account for time in the five zones."""
    return Account([of.limit("hrmax_bpm"), *_edges(of)])


def hrtss(of: Subject) -> Account:
    """Account for load by heart rate."""
    rest, highest, threshold = (of.value(k) for k in ("hrrest_bpm", "hrmax_bpm", "lthr_bpm"))
    hour = None
    if rest is not None and highest is not None and threshold is not None and rest < highest:
        limits = {"hrrest_bpm": rest, "hrmax_bpm": highest, "sex": of.person.sex}
        hour = load.trimp([threshold], **limits, seconds=[3600.0])
    parts = [
        of.own("trimp", "AU"),
        Part("trimp_hour_at_lthr", hour, "AU", "computed"),
        of.limit("lthr_bpm"),
        *(of.limit(kind) for kind in RATE_PARTS),
    ]
    return Account(parts)


def _most(of: Subject) -> Part:
    short = of.facts.moving_s <= load.IF_SHORT_S
    return _constant("intensity_most", load.IF_MOST_SHORT if short else load.IF_MOST_LONG)


def intensity(of: Subject) -> Account:
    """Account for speed over threshold speed."""
    parts = [of.own("ngp_mps", "m/s"), of.limit("threshold_speed_mps", "m/s"), _most(of)]
    return Account(parts)


def rtss(of: Subject) -> Account:
    """Account for load by pace."""
    moving_s = known(of.facts.moving_s)
    hours = _sample("moving_h", None if moving_s is None else moving_s / 3600, "h")
    return Account([hours, *intensity(of).parts])


def _timer(of: Subject, name: str, per: float, unit: str) -> Part:
    seconds = of.timer_s
    return Part(name, None if seconds is None else seconds / per, unit, "activity")


def session_rpe(of: Subject) -> Account:
    """Account for Foster's load."""
    felt = Part("rpe", of.activity.rpe, "", "runner")
    return Account([felt, _timer(of, "timer_min", 60, "min")])


def primary(of: Subject) -> Account:
    """Account for the load that counts: which of them, and what the others say."""
    source = of.metrics.load_source
    run = of.activity.sport == "running"
    hourly = load.RUN_LOAD_PER_HOUR if run else load.OTHER_LOAD_PER_HOUR
    parts = [of.own("rtss", "load"), of.own("hrtss", "load")]
    if source in ("feeling", "estimated_duration"):
        parts += [_timer(of, "timer_h", 3600, "h")]
    if source == "feeling":
        parts += [Part("rpe", of.activity.rpe, "", "runner")]
    if source == "estimated_duration":
        parts += [_constant("load_per_hour", hourly)]
    formula = f"activity.load.{source}" if source else ""
    garmin = _device("device_training_load", of.activity.device_training_load)
    chosen = f"load_{of.person.preferences.load_by}"
    return Account(parts, formula, garmin, [chosen, "garmin_load"] if garmin else [chosen])


def epoc(of: Subject) -> Account:
    """Account for oxygen debt."""
    return Account([of.limit(kind) for kind in RATE_PARTS])


def training_effect(of: Subject) -> Account:
    """Account for training effect: the device's, ours by a line through those, or a guess."""
    source = of.metrics.training_effect_source
    device = _device("device_training_effect", of.activity.device_training_effect)
    parts = {"device": [device] if device else [], "calibrated": _line(of), None: []}
    made = parts.get(source, []) if source != "estimate" else _guess(of)
    formula = f"activity.training_effect.{source}" if source else ""
    return Account(made, formula, device)


def _line(of: Subject) -> list[Part]:
    c0, c1, _ = of.before.effect_line or (None, None, None)
    return [
        of.own("epoc_ml_kg", "ml/kg"),
        Part("effect_c0", c0, "", "history"),
        Part("effect_c1", c1, "", "history"),
    ]


def _guess(of: Subject) -> list[Part]:
    ability = of.before.vo2max or EFFECT_VO2MAX
    source = "history" if of.before.vo2max else "constant"
    five = min(360.0, max(100.0, 140 + 4 * (ability - 35)))
    return [
        of.own("epoc_ml_kg", "ml/kg"),
        Part("vo2max", ability, "ml/kg/min", source),
        Part("epoc_of_five", five, "ml/kg", "computed"),
    ]


def training_effect_error(of: Subject) -> Account:
    """Account for how far training effect may be off."""
    source, line = of.metrics.training_effect_source, of.before.effect_line
    if source == "calibrated" and line:
        return Account([Part("effect_error", line[2], "", "history")])
    return Account([_constant("effect_error", UNCERTAINTY)] if source == "estimate" else [])


def altitude(of: Subject) -> Account:
    """Account for what altitude leaves of VO2max."""
    metres = known(of.facts.average_altitude_m)
    high = _sample("altitude_km", None if metres is None else metres / 1000, "km")
    return Account([high])


def heat(of: Subject) -> Account:
    """Account for what heat does to pace."""
    air, dew = of.activity.air_temperature_c, of.activity.dew_point_c
    parts = [
        Part("air_temperature_c", air, "°C", "weather"),
        Part("dew_point_c", dew, "°C", "weather"),
        Part("temperature_f", _fahrenheit(air), "°F", "computed"),
        Part("dew_point_f", _fahrenheit(dew), "°F", "computed"),
    ]
    return Account(parts)


def _fahrenheit(celsius: float | None) -> float | None:
    return None if celsius is None else celsius * 9 / 5 + 32


ACCOUNTS: dict[str, Callable[[Subject], Account]] = {
    "moving_s": moving,
    "hr_coverage": hr_coverage,
    "speed_coverage": speed_coverage,
    "gap_mps": adjusted,
    "gap_minetti_mps": adjusted,
    "gap_runalyze_mps": adjusted,
    "ngp_mps": ngp,
    "elevation_gain_m": gain,
    "elevation_loss_m": loss,
    "efficiency_factor": efficiency,
    "efficiency_index": efficiency_index,
    "decoupling_pct": decoupling,
    "durability_ratio": durability,
    "durability_onset_m": durability,
    "late_best_pct": late_best,
    "effective_vo2max": effective_vo2max,
    "vdot": vdot,
    "trimp": trimp,
    "edwards": edwards,
    "lucia": lucia,
    "hr_zone_s": hr_zones,
    "hrtss": hrtss,
    "rtss": rtss,
    "intensity": intensity,
    "session_rpe": session_rpe,
    "load": primary,
    "epoc_ml_kg": epoc,
    "training_effect": training_effect,
    "training_effect_error": training_effect_error,
    "altitude_vo2max_pct": altitude,
    "heat_slowdown_pct": heat,
}
"""Who accounts for which number."""

NO_SAMPLES = Facts(elapsed_s=math.nan, active_s=math.nan, moving_s=math.nan)
"""What is known of an activity without samples."""
