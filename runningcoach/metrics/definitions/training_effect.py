"""EPOC, training effect, and what heat and thin air take."""

from collections.abc import Sequence

from runningcoach.metrics import training_effect as effect
from runningcoach.metrics import weather
from runningcoach.metrics.definitions.activity_inputs import (
    RESERVE,
    RESERVE_SHARE,
    ActivityInput,
    ActivityTraceInput,
    column,
    computed,
    device,
    own,
    sample,
)
from runningcoach.metrics.definitions.definition import (
    Case,
    Definition,
    Input,
    Value,
    constant,
    one,
    template,
)

_EPOC = own("epoc_ml_kg", "ml/kg")
_ESTIMATE = template(
    "min({most}; {most} × ({epoc_ml_kg} / {epoc_of_five})^{exponent})",
    most=effect.HIGHEST,
    exponent=effect.EXPONENT,
)
_OF_FIVE = template(
    ",  {epoc_of_five} = min({most}; max({least}; {usual} + {slope} × ({vo2max} − {fit})))",
    least=effect.EPOC_OF_5[0],
    most=effect.EPOC_OF_5[1],
    usual=effect.EPOC_OF_5_USUAL,
    slope=effect.EPOC_OF_5_SLOPE,
    fit=effect.EPOC_OF_5_VO2MAX,
)
_NO_EPOC = ("no_hr", "low_coverage", "no_benchmark", "bad_benchmarks", "beyond_range")


def _source(of: ActivityTraceInput) -> str:
    return of.values["training_effect_source"] or ""


def _line(of: ActivityTraceInput) -> tuple[Value, Value, Value]:
    return of.before.effect_line or (None, None, None)


def _vo2max(of: ActivityTraceInput) -> float:
    return of.before.vo2max or effect.DEFAULT_VO2MAX


def _known_vo2max(of: ActivityTraceInput) -> Sequence[Value]:
    return (of.before.vo2max,) if of.before.vo2max else ()


def _assumed_vo2max(of: ActivityTraceInput) -> Sequence[Value]:
    return () if of.before.vo2max else (effect.DEFAULT_VO2MAX,)


def _error_case(of: ActivityTraceInput) -> str:
    source = _source(of)
    return "" if source == "calibrated" and not of.before.effect_line else source


def _fahrenheit(name: str, celsius: str) -> ActivityInput:
    def value(of: ActivityTraceInput) -> float | None:
        degrees: float | None = of.columns[celsius]
        return None if degrees is None else weather.fahrenheit(degrees)

    return computed(name, "°F", value)


DEFINITIONS: Sequence[Definition[ActivityTraceInput]] = (
    Definition(
        *("epoc_ml_kg", "activity", "ml/kg", "epoc.v2"),
        literature="after LaForgia et al. 2006, doi:10.1080/02640410600552064",
        formula=template(
            "max({e}),  d{e}/d{t} = {gain} × (e^(−{steep} × (1 − {x})) − e^(−{steep})) − {e} × "
            "max(0; 1 − {x} / {recovers}) / {minutes},  ",
            gain=effect.GAIN,
            steep=effect.STEEPNESS,
            recovers=effect.RECOVERS_BELOW,
            minutes=effect.RECOVERY_MIN,
        )
        + RESERVE_SHARE,
        inputs=RESERVE,
        reasons=_NO_EPOC,
    ),
    Definition(
        *("training_effect", "activity", "", "training_effect.v1"),
        formula=_ESTIMATE,
        case=_source,
        cases={
            "device": Case("{device_training_effect}", (device("device_training_effect"),)),
            "calibrated": Case(
                template(
                    "min({most}; e^({effect_c0} + {effect_c1} × ln {epoc_ml_kg}))",
                    most=effect.HIGHEST,
                ),
                (
                    _EPOC,
                    Input(("effect_c0", "effect_c1"), "", "history", lambda of: _line(of)[:2]),
                ),
            ),
            "estimate": Case(
                _ESTIMATE + _OF_FIVE,
                (
                    _EPOC,
                    Input(("vo2max",), "ml/kg/min", "history", _known_vo2max),
                    Input(("vo2max",), "ml/kg/min", "constant", _assumed_vo2max),
                    computed("epoc_of_five", "ml/kg", lambda of: effect.epoc_of_5(_vo2max(of))),
                ),
            ),
        },
        garmin=device("device_training_effect"),
        reasons=_NO_EPOC,
    ),
    Definition(
        *("training_effect_error", "activity", "", "training_effect.v1"),
        formula="{effect_error}",
        case=_error_case,
        cases={
            "calibrated": Case(
                "{effect_error}", (one("effect_error", "", "history", lambda of: _line(of)[2]),)
            ),
            "estimate": Case("{effect_error}", (constant("effect_error", effect.ERROR),)),
        },
        reasons=(*_NO_EPOC, "device_value"),
    ),
    Definition(
        *("altitude_vo2max_pct", "activity", "%", "altitude.bassett1999.v1"),
        literature="Bassett 1999",
        formula=template(
            "−{square} × ({altitude_km})² − {linear:.2f} × {altitude_km} + {sea}",
            square=-weather.ACCLIMATISED[0],
            linear=-weather.ACCLIMATISED[1],
            sea=weather.ACCLIMATISED[2],
        ),
        inputs=(sample("altitude_km", "km", attribute="average_altitude_m", per=1000),),
        reasons=("no_altitude", "low_altitude"),
    ),
    Definition(
        *("heat_slowdown_pct", "activity", "%", "heat.hadley.v1"),
        literature="Hadley",
        formula="{heat_table}({temperature_f} + {dew_point_f})",
        inputs=(
            column("air_temperature_c", "°C", "weather"),
            column("dew_point_c", "°C", "weather"),
            _fahrenheit("temperature_f", "air_temperature_c"),
            _fahrenheit("dew_point_f", "dew_point_c"),
        ),
        reasons=("modality", "treadmill", "no_weather", "too_hot"),
    ),
)
