"""Speed for each heartbeat, how it drifts, and what is left of speed late in a run."""

from collections.abc import Sequence

from runningcoach.metrics import durability, efficiency
from runningcoach.metrics.definitions.activity_inputs import (
    ActivityTraceInput,
    column,
    history,
    own,
    sample,
)
from runningcoach.metrics.definitions.definition import (
    Definition,
    Input,
    Value,
    always,
    constant,
    template,
)
from runningcoach.metrics.definitions.pace import NO_PACE

EFFICIENCY = "m/min per bpm"
_AFTER_MIN = tuple(seconds // 60 for seconds in durability.LATE_AFTER_S)
_OVER_MIN = tuple(seconds // 60 for seconds in durability.LATE_OVER_S)
_LATE = tuple(f"late_{over}_{after}" for after in _AFTER_MIN for over in _OVER_MIN)
_WARM_UP = constant("warm_up_min", efficiency.WARM_UP_S / 60, "min")
_BLOCK = "({block_hr} / {block_gap}) / ({fresh_hr} / {fresh_gap})"
_BLOCKS = (
    column("distance_m", "m"),
    constant("block_m", durability.BLOCK_KM * durability.KM_M, "m"),
)
_SMYTH = "Smyth et al. 2022, doi:10.1007/s40279-022-01680-5"
_BOTH = (*NO_PACE, "no_hr")
_STEADY = (*_BOTH, "cadence_lock")


def _fresh(of: ActivityTraceInput) -> Sequence[Value]:
    return of.before.fresh_gap_mps or (None,) * len(_OVER_MIN)


def _late(of: ActivityTraceInput) -> list[float]:
    """Return the best speeds late in the run [m/s]; none where their number is another."""
    late = of.facts.late_gap_mps
    return [] if late is None or len(late) != len(_LATE) else late.tolist()


DEFINITIONS: Sequence[Definition[ActivityTraceInput]] = (
    Definition(
        *("efficiency_factor", "activity", EFFICIENCY, "efficiency.v2"),
        literature="Friel",
        formula="60 × {gap_after_10min} / {hr_after_10min}",
        inputs=(_WARM_UP, own("gap_mps", "m/s"), sample("average_hr_bpm", "bpm")),
        notes=always("after_warm_up"),
        reasons=(*_BOTH, "no_window"),
    ),
    Definition(
        *("efficiency_index", "activity", "%", "efficiency_index.median90.v2"),
        formula="100 × {efficiency_factor} / {usual_efficiency}",
        inputs=(
            own("efficiency_factor", EFFICIENCY),
            history("usual_efficiency", EFFICIENCY, lambda before: before.usual_efficiency),
        ),
        reasons=(*_BOTH, "no_window", "implausible", "no_history"),
    ),
    Definition(
        *("decoupling_pct", "activity", "%", "decoupling.moving_halves.v2"),
        literature="Friel",
        formula="100 × ({efficiency_first} − {efficiency_second}) / {efficiency_first}",
        inputs=(_WARM_UP, own("efficiency_factor"), sample("gap_cv", "")),
        notes=always("after_warm_up"),
        reasons=(*_STEADY, "not_steady", "no_window"),
    ),
    Definition(
        *("durability_ratio", "activity", "1", "durability.blocks5km.v2"),
        literature=_SMYTH,
        formula=_BLOCK,
        inputs=_BLOCKS,
        reasons=_STEADY,
    ),
    Definition(
        *("durability_onset_m", "activity", "m", "durability.blocks5km.v2"),
        literature=_SMYTH,
        formula=template(f"{{first_where}} {_BLOCK} > {{drifted}}", drifted=durability.ONSET_RATIO),
        inputs=_BLOCKS,
        reasons=(*_STEADY, "no_drift"),
    ),
    Definition(
        *("late_best_pct", "activity", "%", "late_best.fresh90.v2"),
        formula="100 × {late_gap} / {fresh_best}",
        inputs=(
            Input(tuple(f"fresh_{over}_min" for over in _OVER_MIN), "m/s", "history", _fresh),
            Input(_LATE, "m/s", "samples", _late),
        ),
        reasons=(*NO_PACE, "no_window", "implausible", "no_history"),
    ),
)
