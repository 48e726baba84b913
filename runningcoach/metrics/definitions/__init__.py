"""Every stored quantity, declared once: name, unit, algorithm, formula, inputs, source, trace."""

from typing import Any

from runningcoach.metrics.definitions import (
    benchmarks,
    durability,
    endurance,
    fitness,
    load,
    pace,
    recovery,
    training_effect,
    vo2max,
)
from runningcoach.metrics.definitions.definition import Definition

DEFINITIONS: tuple[Definition[Any], ...] = (
    *pace.DEFINITIONS,
    *durability.DEFINITIONS,
    *vo2max.DEFINITIONS,
    *load.DEFINITIONS,
    *training_effect.DEFINITIONS,
    *fitness.LOADS,
    *endurance.DEFINITIONS,
    *fitness.SHARES,
    *recovery.DEFINITIONS,
    *benchmarks.DEFINITIONS,
)
