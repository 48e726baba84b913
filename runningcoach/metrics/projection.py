"""Where rest leads, and which load leads to a form: questions to `fitness.project`."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from runningcoach.metrics.fitness import Convention, FormOf, project


class TargetLoad(NamedTuple):
    """The load of one of the days to come that gives a form on the last of them.

    `position` is that of the day, from 0; `load` [load] is None where not even rest is enough, and
    `form_at_rest` [load/day] the form after rest on that day, the highest that can be had.
    """

    position: int
    load: float | None
    form_at_rest: float


def after_rest(
    fitness: float, fatigue: float, days: int, convention: Convention = "exp"
) -> tuple[float, float]:
    """Return fitness and fatigue [load/day] after so many days of rest."""
    if days <= 0:
        return fitness, fatigue
    long, short, _ = project(fitness, fatigue, np.zeros(days), convention)
    return float(long[-1]), float(short[-1])


def load_for_last_form(
    fitness: float,
    fatigue: float,
    loads: ArrayLike,
    target_form: float,
    convention: Convention = "exp",
    form_of: FormOf = "yesterday",
) -> TargetLoad | None:
    """Return the load of the day that the last day's form hangs on: its own, or the day before's.

    `loads` are those planned for the days to come, one a day; the others stay as they are. Form is
    a straight line over that load, whatever the convention: two points give it. None where the
    day is over already.
    """
    planned = np.array(loads, np.float64)
    position = len(planned) - (1 if form_of == "sameday" else 2)
    if position < 0:
        return None

    def last_form(load: float) -> float:
        planned[position] = load
        return float(project(fitness, fatigue, planned, convention, form_of).tsb[-1])

    at_rest = last_form(0.0)
    load = (target_form - at_rest) / (last_form(1.0) - at_rest)
    return TargetLoad(position, load if load >= 0 else None, at_rest)
