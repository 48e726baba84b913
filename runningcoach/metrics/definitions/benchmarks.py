"""The athlete's dated benchmarks: how each is found where nobody gave it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from runningcoach.metrics import benchmarks, race, zones
from runningcoach.metrics.definitions.definition import (
    Case,
    Definition,
    Input,
    Series,
    TraceIngredient,
    Value,
    one,
    template,
)
from runningcoach.metrics.definitions.pace import SPEED

_UNITS = {"bpm": "bpm", "mps": SPEED, "m": "m", "days": "days"}
"""Units of evidence, by the end of its name."""
_HRMAX_ZONES = tuple(enumerate(zones.HRMAX_ZONES, 1))
_CRITICAL = "Smyth & Muniz-Pumares 2020, doi:10.1249/MSS.0000000000002412"

type BenchmarkInput = Input[BenchmarkTraceInput]
type Cases = Mapping[str, Case[BenchmarkTraceInput]]


@dataclass(frozen=True, eq=False)
class BenchmarkTraceInput:
    """The value of a kind in force on a day, with all that it rests on.

    `source` says whose it is; "" where there is none. `benchmarks` are the values of all kinds
    in force, `garmin` is Garmin's value of this kind, `age_years` that of the runner when it
    came into force.
    """

    value: float | None = None
    source: str = ""
    algorithm: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict[str, Any])
    benchmarks: Mapping[str, float] = field(default_factory=dict[str, float])
    garmin: float | None = None
    age_years: float | None = None


def _piece(name: str, value: Any) -> TraceIngredient:
    unit = _UNITS.get(name.rpartition("_")[2], "")
    if isinstance(value, bool):
        return TraceIngredient(name, "yes" if value else "no", "", "evidence")
    if isinstance(value, Sequence) and not isinstance(value, str):
        numbers = "; ".join(f"{number:g}" for number in cast("Sequence[float]", value))
        return TraceIngredient(name, numbers, unit, "evidence")
    return TraceIngredient(name, value, unit, "evidence")


def _evidence(of: BenchmarkTraceInput) -> list[TraceIngredient]:
    return [_piece(name, value) for name, value in of.evidence.items()]


def _basis(kind: str, unit: str) -> BenchmarkInput:
    """Return another benchmark that a value is made from, where its evidence does not hold it."""

    def values(of: BenchmarkTraceInput) -> Sequence[Value]:
        return () if not of.source or kind in of.evidence else (of.benchmarks.get(kind),)

    return Input((kind,), unit, "benchmark", values)


def _case(of: BenchmarkTraceInput) -> str:
    """Return who gave the value, else the rule that made it."""
    return of.source if of.source in ("user", "garmin") else of.algorithm.rpartition(".")[0]


def _benchmark(
    name: str,
    unit: str,
    algorithm: str,
    formula: str,
    cases: Mapping[str, str] | None = None,
    *,
    rests_on: Sequence[BenchmarkInput] = (),
    literature: str = "",
) -> Definition[BenchmarkTraceInput]:
    """Return the definition of a kind; `cases` are the formulas of the rules that find it."""

    def given(source: str) -> Case[BenchmarkTraceInput]:
        blank = f"given_by_{source}"
        value: BenchmarkInput = one(blank, unit, source, lambda of: of.value)
        return Case(f"{{{blank}}}", (value,))

    inputs = (Series(_evidence), *rests_on)
    return Definition(
        *(name, "benchmark", unit, algorithm),
        literature=literature,
        formula=formula,
        inputs=inputs,
        case=_case,
        cases={
            **{rule: Case(text, inputs) for rule, text in (cases or {}).items()},
            "user": given("user"),
            "garmin": given("garmin"),
        },
        garmin=one(name, unit, "garmin", _garmins, optional=True),
        why_not=lambda of: "" if of.source else "no_benchmark_yet",
        reasons=("no_benchmark_yet",),
    )


def _garmins(of: BenchmarkTraceInput) -> Value:
    """Return Garmin's value where another's counts."""
    return of.garmin if of.source and of.source != "garmin" else None


def _age(of: BenchmarkTraceInput) -> Value:
    return of.age_years if of.algorithm.startswith("hrmax.prior") else None


_HRMAX = _basis("hrmax_bpm", "bpm")
_PEAKS = "{median_of}({peaks_bpm})"
_RESTING = "{median_of}({resting_hr_28d})"
_LINE = "{distance} = {critical_speed_mps} × {time} + {reserve_m}"
_FIXED = "max(({distance} − {reserve_m}) / {time})"
_HALF_HOUR = template(
    "min({most:.2f} × {hrmax_bpm}; max({least:.2f} × {hrmax_bpm}; {best_30min_bpm}))",
    least=benchmarks.LTHR_LIMITS[0],
    most=benchmarks.LTHR_LIMITS[1],
)


def _threshold(blank: str) -> str:
    return template(f"{{daniels_speed}}({{share}} × {{{blank}}})", share=race.THRESHOLD)


DEFINITIONS: Sequence[Definition[BenchmarkTraceInput]] = (
    _benchmark(
        "hrmax_bpm",
        "bpm",
        "hrmax.v2",
        _PEAKS,
        {
            "hrmax.median3": _PEAKS,
            "hrmax.observed": "max({peaks_bpm})",
            "hrmax.prior": template(
                "{at_birth} − {a_year} × {age_years}",
                at_birth=benchmarks.TANAKA[0],
                a_year=benchmarks.TANAKA[1],
            ),
        },
        rests_on=(one("age_years", "", "runner", _age, optional=True),),
        literature="fitdocs 0.2.0; Tanaka 2001",
    ),
    _benchmark(
        "hrrest_bpm",
        "bpm",
        "hrrest.v1",
        _RESTING,
        {
            "hrrest.default": template("{rest}", rest=benchmarks.HRREST_DEFAULT_BPM),
            "hrrest.median28": _RESTING,
            "hrrest.overnight28": "{median_of}({overnight_hr_28d})",
        },
        literature="fitdocs 0.2.0",
    ),
    _benchmark(
        "lthr_bpm",
        "bpm",
        "lthr.v2",
        _HALF_HOUR,
        {
            "lthr.best30min": _HALF_HOUR,
            "lthr.of_hrmax": template("{share} × {hrmax_bpm}", share=benchmarks.LTHR_OF_HRMAX),
        },
        rests_on=(_HRMAX,),
        literature="Daniels, Running Formula",
    ),
    _benchmark(
        "threshold_speed_mps",
        SPEED,
        "threshold.v2",
        _threshold("vdot"),
        {
            "threshold.race": _threshold("vdot"),
            "threshold.critical_speed": template(
                "{share} × {critical_speed_mps}", share=benchmarks.THRESHOLD_OF_CS
            ),
            "threshold.vo2max": _threshold("vo2max"),
        },
        literature="Daniels & Gilbert 1979",
    ),
    _benchmark(
        "critical_speed_mps",
        SPEED,
        "critical_speed.v2",
        _LINE,
        {"cs.fit": _LINE, "cs.fixed_reserve": _FIXED},
        rests_on=(_basis("reserve_m", "m"),),
        literature=_CRITICAL,
    ),
    _benchmark(
        "reserve_m",
        "m",
        "critical_speed.v2",
        "{reserve_m} = {distance} − {critical_speed_mps} × {time}",
        {"cs.fit": _LINE, "cs.fixed_reserve": _FIXED},
        rests_on=(_basis("critical_speed_mps", SPEED),),
        literature=_CRITICAL,
    ),
    _benchmark(
        "vt1_bpm",
        "bpm",
        "thresholds.of_hrmax_lthr.v1",
        template("{share} × {hrmax_bpm}", share=zones.VT1_OF_HRMAX),
        rests_on=(_HRMAX,),
    ),
    _benchmark(
        "vt2_bpm",
        "bpm",
        "thresholds.of_hrmax_lthr.v1",
        "{lthr_bpm}",
        rests_on=(_basis("lthr_bpm", "bpm"),),
    ),
    *(
        _benchmark(
            f"hr_zone_{number}_bpm",
            "bpm",
            "hr_zones.of_hrmax.v1",
            template("{share} × {hrmax_bpm}", share=share),
            rests_on=(_HRMAX,),
            literature="Edwards 1993",
        )
        for number, share in _HRMAX_ZONES
    ),
)
