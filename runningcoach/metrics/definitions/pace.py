"""How long one moved, how much of it was recorded, grade-adjusted pace, metres up and down."""

from collections.abc import Sequence

from runningcoach.metrics import grade, load, moving_time
from runningcoach.metrics.definitions.activity_inputs import (
    ActivityInput,
    ActivityTraceInput,
    column,
    own,
    sample,
)
from runningcoach.metrics.definitions.definition import (
    Case,
    Definition,
    Value,
    constant,
    one,
    template,
)
from runningcoach.metrics.sports import BY_TIMER

SPEED = "m/s"
NO_PACE = ("modality", "no_speed", "low_coverage", "too_short")
_ACTIVE = sample("active_s", "s")


def _time_case(of: ActivityTraceInput) -> str:
    if of.columns["sport"] in BY_TIMER:
        return "timer"
    return "treadmill" if of.columns["is_treadmill"] else ""


_MOVING = (_ACTIVE, column("elapsed_s", "s"))


def _hr_known_s(of: ActivityTraceInput) -> float:
    seconds = of.facts.hr_seconds
    return 0.0 if seconds is None else float(seconds.sum())


_GAP = "{mean_moving}({speed} × {factor}),  {factor} = "
_COST = template(
    "({a} × {g}⁵ − {b} × {g}⁴ − {c} × {g}³ + {d} × {g}² + {e} × {g} + {f}) / {flat}",
    **dict(zip("abcdef", map(abs, grade.MINETTI), strict=True)),
    flat=grade.MINETTI_FLAT,
)


def _adjusted(
    name: str, algorithm: str, factor: str, literature: str
) -> Definition[ActivityTraceInput]:
    return Definition(
        *(name, "activity", SPEED, algorithm),
        literature=literature,
        formula=_GAP + factor,
        inputs=(
            column("distance_m", "m"),
            sample("moving_s", "s"),
            sample("elevation_gain_m", "m"),
            sample("elevation_loss_m", "m"),
        ),
        reasons=(*NO_PACE, "no_window"),
    )


def _least_m(of: ActivityTraceInput) -> float:
    return grade.GPS_GAIN_THRESHOLD_M if of.has_flag("alt_gps") else grade.GAIN_THRESHOLD_M


def _smoothing_s(of: ActivityTraceInput) -> float:
    noisy = of.has_flag("noisy_altitude")
    return float((grade.NOISY if noisy else grade.BAROMETRIC).over_s)


def _climb(name: str, total: str, move: str) -> Definition[ActivityTraceInput]:
    """Return metres up or down, of which the activity's own total counts first."""

    def stated(of: ActivityTraceInput) -> Value:
        return of.columns[total] if of.columns["ascent_source"] == "session" else None

    def case(of: ActivityTraceInput) -> str:
        given = of.columns[total] is not None and of.columns["ascent_source"] != "altitude"
        return "total" if given else ""

    garmin: ActivityInput = one(total, "m", "device", stated, optional=True)
    return Definition(
        *(name, "activity", "m", "gain.hysteresis.v3"),
        literature="GoldenCheetah",
        formula=f"Σ {{{move}}},  {{{move}}} > {{gain_threshold_m}}",
        inputs=(
            one("gain_threshold_m", "m", "constant", _least_m),
            one("smoothing_s", "s", "constant", _smoothing_s),
        ),
        case=case,
        cases={
            "total": Case(
                f"{{{total}}}",
                (column(total, "m", "device"), sample("by_altitude_m", "m", attribute=name)),
            )
        },
        garmin=garmin,
        reasons=("no_altitude", "treadmill"),
    )


DEFINITIONS: Sequence[Definition[ActivityTraceInput]] = (
    Definition(
        *("moving_s", "activity", "s", "moving.v2"),
        formula=template("Σ 1 s,  {speed_5s} > {least} m/s", least=moving_time.MOVING_MPS),
        inputs=_MOVING,
        case=_time_case,
        cases={
            "timer": Case("{timer_s}", (column("timer_s", "s"),)),
            "treadmill": Case("{active_s}", _MOVING),
        },
    ),
    Definition(
        *("hr_coverage", "activity", "1", "coverage.v2"),
        formula="{hr_known_s} / {active_s}",
        inputs=(one("hr_known_s", "s", "samples", _hr_known_s), _ACTIVE),
    ),
    Definition(
        *("speed_coverage", "activity", "1", "coverage.v2"),
        formula="{speed_known_s} / {active_s}",
        inputs=(_ACTIVE,),
    ),
    _adjusted("gap_mps", "gap.strava2017.v2", "{strava_curve}", "Strava 2017"),
    _adjusted(
        "gap_minetti_mps",
        "gap.minetti2002.v2",
        _COST,
        "Minetti et al. 2002, J Appl Physiol 93:1039",
    ),
    _adjusted(
        "gap_runalyze_mps",
        "gap.runalyze.v2",
        template(f"({_COST})^{{softened}}", softened=grade.RUNALYZE_EXPONENT),
        "Runalyze 2019",
    ),
    Definition(
        *("ngp_mps", "activity", SPEED, "ngp.trailing30.v2"),
        literature="after Coggan 2003",
        formula="({mean_of}({gap_30s}⁴))^(1/4)",
        inputs=(constant("window_s", load.NGP_WINDOW_S, "s"), own("gap_mps", SPEED)),
        reasons=(*NO_PACE, "no_window"),
    ),
    _climb("elevation_gain_m", "ascent_m", "rise"),
    _climb("elevation_loss_m", "descent_m", "fall"),
)
