"""Park activities that cannot be derived, with the reason, so that all others can be."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from typing import Literal

import numpy as np

from runningcoach.derive import estimation_inputs, plausibility
from runningcoach.metrics import ENGINE_VERSION, eligibility
from runningcoach.metrics.activity import Athlete, Facts
from runningcoach.metrics.efforts import DURATIONS_S
from runningcoach.metrics.epoc import epoc_ml_kg
from runningcoach.model.activity import ParkedActivity
from runningcoach.store.facts import ActivityInput

type Stage = Literal["samples", "facts", "measures", "estimates"]

log = logging.getLogger(__name__)

MOST_M = 1e7
"""Ten thousand kilometres, beyond any single activity."""
MOST_S = 366 * 86_400.0
MOST_OF_ALL = 1e9
"""No number of an activity is larger, whatever its unit."""
_CONTEXT_FIELDS = (
    "device_training_effect",
    "air_temperature_c",
    "dew_point_c",
    "average_cadence_spm",
)
_CURVES = ("mean_max_speed_mps", "mean_max_gap_mps", "mean_max_hr_bpm", "mean_max_power_w")
_SCALARS = tuple(f.name for f in fields(Facts) if f.type in (float, float | None))
_SOMEBODY = Athlete(hrmax_bpm=190.0, hrrest_bpm=60.0)


class UnusableFacts(ValueError):
    """Facts of an activity that nothing can be derived from."""


class DeriveFailures:
    """The activities parked while deriving, by the first stage that each failed at."""

    def __init__(self) -> None:
        self.rows: dict[int, ParkedActivity] = {}

    def park(self, activity_id: int, stage: Stage, error: BaseException) -> None:
        """Park an activity because of an error."""
        why = f"{type(error).__name__}: {error}"
        log.warning("activity %d cannot be derived (%s): %s", activity_id, stage, why)
        self.rows.setdefault(activity_id, new_parked(activity_id, stage, why))

    def usable(self, activities: Sequence[ActivityInput]) -> list[ActivityInput]:
        """Return the activities with possible numbers; park the others."""
        return self._passing(activities, check)

    def working(self, activities: Sequence[ActivityInput]) -> list[ActivityInput]:
        """Return the activities that estimates accept one by one; park the others."""
        return self._passing(activities, try_uses)

    def _passing(
        self, activities: Sequence[ActivityInput], test: Callable[[ActivityInput], None]
    ) -> list[ActivityInput]:
        passing: list[ActivityInput] = []
        for activity in activities:
            try:
                test(activity)
            except Exception as error:
                self.park(activity.activity_id, "estimates", error)
            else:
                passing.append(activity)
        return passing

    def without(self, activities: Iterable[ActivityInput]) -> list[ActivityInput]:
        """Return the activities that are not parked."""
        return [a for a in activities if a.activity_id not in self.rows]


def new_parked(activity_id: int, stage: Stage, reason: str) -> ParkedActivity:
    """Return an activity as parked by this engine."""
    return ParkedActivity(
        activity_id=activity_id,
        stage=stage,
        reason=reason,
        engine_version=ENGINE_VERSION,
        parked_at=datetime.now(UTC),
    )


def check(activity: ActivityInput) -> None:
    """Raise UnusableFacts for an activity with an impossible number."""
    facts = activity.facts
    _check_totals(activity)
    for name in _SCALARS:
        least, most = (0.0, MOST_S) if name.endswith("_s") else (-MOST_OF_ALL, MOST_OF_ALL)
        _check(name, getattr(facts, name), least, most)
    for name in _CURVES:
        curve = getattr(facts, name)
        if curve is not None and len(curve) != len(DURATIONS_S):
            raise UnusableFacts(f"{name} has {len(curve)} values, not {len(DURATIONS_S)}")
        if curve is not None:
            _check(name, float(np.fmax.reduce(np.abs(curve), initial=0.0)), 0.0, MOST_OF_ALL)


def try_uses(activity: ActivityInput) -> None:
    """Run the estimates' functions on one activity; raise their errors."""
    for use in _USES:
        use(activity)


def _check_totals(activity: ActivityInput) -> None:
    for name, most in (("distance_m", MOST_M), ("timer_s", MOST_S), ("ascent_m", MOST_M)):
        _check(name, getattr(activity, name), 0.0, most)
    for name in _CONTEXT_FIELDS:
        _check(name, getattr(activity, name), -MOST_OF_ALL, MOST_OF_ALL)


def _check(name: str, value: float | None, least: float, most: float) -> None:
    if value is not None and not least <= value <= most:
        raise UnusableFacts(f"{name} is {value:g}")


_USES: Sequence[Callable[[ActivityInput], object]] = (
    lambda a: plausibility.verdicts([a]),
    lambda a: estimation_inputs.is_race(a, 190.0),
    lambda a: eligibility.why_no_vo2max(a.facts, 190.0, trail=estimation_inputs.is_trail_run(a)),
    lambda a: eligibility.vo2max_by_heart_rate(a.facts, 190.0),
    lambda a: epoc_ml_kg(a.facts, _SOMEBODY) if a.device_training_effect is not None else None,
)
"""The functions that estimates apply to each activity before it is measured."""
