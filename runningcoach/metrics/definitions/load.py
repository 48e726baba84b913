"""How much one activity weighs: TRIMP and its kin, load by heart rate, by pace, by feeling."""

from collections.abc import Sequence

import numpy as np

from runningcoach.metrics import load, zones
from runningcoach.metrics.definitions.activity_inputs import (
    RESERVE,
    RESERVE_SHARE,
    ActivityTraceInput,
    column,
    computed,
    device,
    limit,
    own,
    sample,
    timer_s,
)
from runningcoach.metrics.definitions.definition import (
    Case,
    Definition,
    Input,
    Value,
    one,
    template,
)
from runningcoach.metrics.windows import Floats

LOAD = "load"
NO_HEART_RATE = ("no_hr", "low_coverage")
BY_RESERVE = (*NO_HEART_RATE, "no_benchmark", "bad_benchmarks", "implausible")
_NUMBERS = range(1, 1 + len(zones.HRMAX_ZONES))


def _weighed(of: ActivityTraceInput) -> Floats | None:
    """Return the seconds at each beat, scaled up where heart rate is missing for a while."""
    seconds, covered = of.facts.hr_seconds, of.facts.hr_coverage
    if seconds is None:
        return None
    scale = 1 / covered if covered and of.has_flag("scaled") else 1.0
    return np.asarray(seconds * scale, np.float64)


def _hrmax_edges(of: ActivityTraceInput) -> tuple[float, ...]:
    highest = of.benchmarks.get("hrmax_bpm")
    return () if highest is None else zones.hrmax_zones(highest)


def _zone_edges(of: ActivityTraceInput) -> Sequence[float]:
    """Return where zones 1 to 5 begin [bpm]: the benchmarks in force, else shares of HRmax."""
    shares = _hrmax_edges(of) or (None,) * len(_NUMBERS)
    pairs = zip(_NUMBERS, shares, strict=True)
    edges = [of.benchmarks.get(f"hr_zone_{k}_bpm", share) for k, share in pairs]
    known = [edge for edge in edges if edge is not None]
    return known if len(known) == len(edges) else ()


def _thresholds(of: ActivityTraceInput) -> tuple[float | None, float | None]:
    """Return VT1 and VT2 [bpm]: the benchmarks in force, else by HRmax and LTHR."""
    highest, low = of.benchmarks.get("hrmax_bpm"), of.benchmarks.get("vt1_bpm")
    if low is None and highest is not None:
        low = zones.VT1_OF_HRMAX * highest
    return low, of.benchmarks.get("vt2_bpm") or of.benchmarks.get("lthr_bpm")


def _reserve(of: ActivityTraceInput) -> tuple[float, float] | None:
    """Return HRrest and HRmax [bpm]; None where they are not known, or contradict each other."""
    rest, highest = of.benchmarks.get("hrrest_bpm"), of.benchmarks.get("hrmax_bpm")
    return None if rest is None or highest is None or rest >= highest else (rest, highest)


def _bands(of: ActivityTraceInput) -> Sequence[Value]:
    """Return TRIMP by band: below zone 1, and in each zone of HRmax."""
    seconds, edges, reserve = _weighed(of), _hrmax_edges(of), _reserve(of)
    if seconds is None or reserve is None:
        return ()
    rest, highest = reserve
    band = np.searchsorted(edges, zones.BPM, side="right")
    spent = (np.where(band == k, seconds, 0.0) for k in range(len(edges) + 1))
    return [
        load.trimp(zones.BPM, hrrest_bpm=rest, hrmax_bpm=highest, sex=of.sex, seconds=s)
        for s in spent
    ]


def _minutes(of: ActivityTraceInput, edges: Sequence[float]) -> list[float]:
    """Return the minutes below the first edge and from each edge on."""
    seconds = _weighed(of)
    if seconds is None or not edges:
        return []
    return (zones.time_in_zones(zones.BPM, edges, seconds) / 60).tolist()


def _minutes_by_threshold(of: ActivityTraceInput) -> list[float]:
    low, high = _thresholds(of)
    return [] if low is None or high is None else _minutes(of, (min(low, high), high))


def _threshold_hour(of: ActivityTraceInput) -> float | None:
    """Return TRIMP of an hour at LTHR."""
    reserve, lthr = _reserve(of), of.benchmarks.get("lthr_bpm")
    if reserve is None or lthr is None:
        return None
    rest, highest = reserve
    return load.threshold_hour_trimp(hrrest_bpm=rest, hrmax_bpm=highest, lthr_bpm=lthr, sex=of.sex)


def _load_per_hour(of: ActivityTraceInput) -> float:
    return load.RUN_LOAD_PER_HOUR if of.is_run else load.OTHER_LOAD_PER_HOUR


def _most_intensity(of: ActivityTraceInput) -> float:
    return load.most_intensity(of.facts.moving_s)


def _load_notes(of: ActivityTraceInput) -> Sequence[str]:
    garmin = of.columns["device_training_load"] is not None
    return [f"load_{of.load_by}", *(["garmin_load"] if garmin else [])]


def _timer(name: str, per: float, unit: str) -> Input[ActivityTraceInput]:
    def value(of: ActivityTraceInput) -> float | None:
        seconds = timer_s(of)
        return None if seconds is None else seconds / per

    return one(name, unit, "activity", value)


_RATIO = "min({ngp_mps} / {threshold_speed_mps}; {intensity_most})"
_INTENSITY = (
    own("ngp_mps", "m/s"),
    limit("threshold_speed_mps", "m/s"),
    one("intensity_most", "", "constant", _most_intensity),
)
_BY_PACE = ("modality", "no_speed", "low_coverage", "too_short", "no_window", "no_threshold",
            "implausible")  # fmt: skip
_RPE = column("rpe", "", "runner")
_EITHER = (own("rtss", LOAD), own("hrtss", LOAD))
_HOURS = _timer("timer_h", 3600, "h")

DEFINITIONS: tuple[Definition[ActivityTraceInput], ...] = (
    Definition(
        *("trimp", "activity", "AU", "trimp.banister.v2"),
        literature="Banister 1991, p. 408",
        formula="Σ {minutes} × {x} × {banister_a} × e^({banister_b} × {x}),  " + RESERVE_SHARE,
        inputs=(
            *RESERVE,
            Input(("banister_a", "banister_b"), "", "constant", lambda of: load.BANISTER[of.sex]),
            one("sex", "", "runner", lambda of: of.sex),
            sample("hr_coverage", "1"),
            Input(tuple(f"trimp_zone_{k}" for k in (0, *_NUMBERS)), "AU", "samples", _bands),
        ),
        reasons=BY_RESERVE,
    ),
    Definition(
        *("edwards", "activity", "AU", "edwards.v2"),
        literature="Edwards 1993",
        formula=" + ".join(f"{k} × {{zone_{k}_min}}" for k in _NUMBERS),
        inputs=(
            Input(
                tuple(f"zone_{k}_min" for k in _NUMBERS),
                "min",
                "samples",
                lambda of: _minutes(of, _hrmax_edges(of))[1:],
            ),
            limit("hrmax_bpm"),
        ),
        reasons=BY_RESERVE,
    ),
    Definition(
        *("lucia", "activity", "AU", "lucia.v2"),
        literature="Lucia",
        formula=template(
            "{below} × {below_vt1_min} + {between} × {between_min} + {above} × {above_vt2_min}",
            **dict(zip(("below", "between", "above"), zones.LUCIA_WEIGHTS, strict=True)),
        ),
        inputs=(
            Input(
                ("below_vt1_min", "between_min", "above_vt2_min"),
                "min",
                "samples",
                _minutes_by_threshold,
            ),
            Input(("vt1_bpm", "vt2_bpm"), "bpm", "benchmark", _thresholds),
            limit("hrmax_bpm"),
            limit("lthr_bpm"),
        ),
        reasons=BY_RESERVE,
    ),
    Definition(
        *("hr_zone_s", "activity", "s", "hr_zones.v2"),
        literature="Edwards 1993",
        formula="Σ 1 s,  {zone_begins} ≤ {heart_rate} < {next_zone_begins}",
        inputs=(
            limit("hrmax_bpm"),
            Input(tuple(f"hr_zone_{k}_bpm" for k in _NUMBERS), "bpm", "benchmark", _zone_edges),
        ),
        reasons=(*NO_HEART_RATE, "no_benchmark", "bad_benchmarks"),
    ),
    Definition(
        *("hrtss", "activity", LOAD, "hrtss.v1"),
        literature="GoldenCheetah, fitdocs",
        formula=template("{hour} × {trimp} / {trimp_hour_at_lthr}", hour=load.THRESHOLD_HOUR),
        inputs=(
            own("trimp", "AU"),
            computed("trimp_hour_at_lthr", "AU", _threshold_hour),
            limit("lthr_bpm"),
            *RESERVE,
        ),
        reasons=BY_RESERVE,
    ),
    Definition(
        *("rtss", "activity", LOAD, "rtss.v2"),
        literature="after Coggan 2003",
        formula=template(f"{{moving_h}} × {_RATIO}² × {{hour}}", hour=load.THRESHOLD_HOUR),
        inputs=(sample("moving_h", "h", attribute="moving_s", per=3600), *_INTENSITY),
        reasons=_BY_PACE,
    ),
    Definition(
        *("intensity", "activity", "1", "intensity.v2"),
        literature="after Coggan 2003",
        formula=_RATIO,
        inputs=_INTENSITY,
        reasons=_BY_PACE,
    ),
    Definition(
        *("session_rpe", "activity", "AU", "session_rpe.foster2001.v1"),
        literature="Foster 2001",
        formula="{rpe} × {timer_min}",
        inputs=(_RPE, _timer("timer_min", 60, "min")),
        reasons=("no_rpe",),
    ),
    Definition(
        *("load", "activity", LOAD, "load.primary.v2"),
        formula="{first_known}({rtss}; {hrtss}; {load_by_feeling}; {load_by_duration})",
        inputs=_EITHER,
        case=lambda of: of.values["load_source"] or "",
        cases={
            "pace": Case("{rtss}", _EITHER),
            "heart_rate": Case("{hrtss}", _EITHER),
            "feeling": Case(
                template(
                    "{timer_h} × ({rpe} / {threshold})² × {hour}",
                    threshold=load.RPE_OF_THRESHOLD,
                    hour=load.THRESHOLD_HOUR,
                ),
                (*_EITHER, _HOURS, _RPE),
            ),
            "estimated_duration": Case(
                "{timer_h} × {load_per_hour}",
                (*_EITHER, _HOURS, one("load_per_hour", "", "constant", _load_per_hour)),
            ),
        },
        garmin=device("device_training_load"),
        notes=_load_notes,
        reasons=("too_short",),
    ),
)
