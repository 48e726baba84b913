"""VO2max as the heart rate of a run shows it, and as a race does."""

from collections.abc import Sequence

from runningcoach.metrics import eligibility, vo2max
from runningcoach.metrics.definitions.activity_inputs import (
    ActivityTraceInput,
    computed,
    limit,
    sample,
)
from runningcoach.metrics.definitions.definition import (
    Definition,
    Input,
    Value,
    constant,
    template,
)
from runningcoach.metrics.definitions.pace import NO_PACE

OXYGEN = "ml/kg/min"
_LEAST, _MOST = eligibility.VO2MAX_EFFORT
_COST = template(
    "{square} × ({v})² + {linear} × {v} − {rest:.2f}",
    square=vo2max.COST[0],
    linear=vo2max.COST[1],
    rest=-vo2max.COST[2],
)
_HELD = template(
    "{held} + {long} × e^(−{slow} × {t}) + {short} × e^(−{fast} × {t})",
    held=vo2max.HELD,
    **dict(zip(("long", "slow"), vo2max.HELD_LONG, strict=True)),
    **dict(zip(("short", "fast"), vo2max.HELD_SHORT, strict=True)),
)


def _share_of_hrmax(of: ActivityTraceInput) -> float | None:
    rate, highest = of.facts.vo2max_hr_bpm, of.benchmarks.get("hrmax_bpm")
    return None if rate is None or not highest else rate / highest


def _fastest(of: ActivityTraceInput) -> float | None:
    """Return the speed at VO2max [m/min] that the run's speed and heart rate say."""
    speed, share = of.facts.vo2max_speed_mps, _share_of_hrmax(of)
    return None if speed is None or share is None else vo2max.fastest_m_per_min(speed, share)


def _stretch(of: ActivityTraceInput) -> Sequence[Value]:
    """Return distance [m] and time [s] of the fastest long stretch; nothing without any."""
    best = eligibility.fastest_stretch(of.facts)
    return () if best is None else (best.distance_m, best.elapsed_s)


def _stretch_speed(of: ActivityTraceInput) -> Sequence[Value]:
    best = eligibility.fastest_stretch(of.facts)
    return () if best is None else (best.distance_m / (best.elapsed_s / 60),)


def _stretch_min(of: ActivityTraceInput) -> Sequence[Value]:
    best = eligibility.fastest_stretch(of.facts)
    return () if best is None else (best.elapsed_s / 60,)


DEFINITIONS: Sequence[Definition[ActivityTraceInput]] = (
    Definition(
        *("effective_vo2max", "activity", OXYGEN, "vo2max.effective.v2"),
        literature="Runalyze 2019",
        formula=_COST
        + template(
            ",  {v} = 60 × {vo2max_speed_mps} / "
            "e^(({vo2max_hr_bpm} / {hrmax_bpm} − {offset}) / {slope})",
            offset=vo2max.HRMAX_OFFSET,
            slope=vo2max.HRMAX_SLOPE,
        ),
        inputs=(
            sample("vo2max_speed_mps", "m/s"),
            sample("vo2max_hr_bpm", "bpm"),
            limit("hrmax_bpm"),
            computed("share_of_hrmax", "", _share_of_hrmax),
            computed("v", "m/min", _fastest),
            constant("effort_from", _LEAST),
            constant("effort_to", _MOST),
        ),
        reasons=(
            *NO_PACE,
            "no_hr",
            "treadmill",
            "cadence_lock",
            "not_steady",
            "no_window",
            "trail",
            "high_altitude",
            "no_benchmark",
            "effort",
            "implausible",
        ),
    ),
    Definition(
        *("vdot", "activity", OXYGEN, "vdot.daniels1979.v2"),
        literature="Daniels & Gilbert 1979",
        formula=f"({_COST}) / ({_HELD})",
        inputs=(
            Input(("effort_m",), "m", "samples", lambda of: _stretch(of)[:1]),
            Input(("effort_s",), "s", "samples", lambda of: _stretch(of)[1:]),
            Input(("v",), "m/min", "computed", _stretch_speed),
            Input(("t",), "min", "computed", _stretch_min),
        ),
        reasons=("modality", "treadmill", "no_race", "implausible", "too_short"),
    ),
)
