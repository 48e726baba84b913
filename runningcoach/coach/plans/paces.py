"""Training paces from a pace index, by the one definition that `metrics` holds."""

from functools import lru_cache

from runningcoach.base.errors import RunningCoachError
from runningcoach.base.units import M_PER_KM
from runningcoach.metrics.race import VDOT_RANGE, PaceZone, race_time_s, training_speeds_mps
from runningcoach.model.plan_request import TrainingPaces
from runningcoach.model.workout import FASTEST_S_PER_KM, SLOWEST_S_PER_KM

PACE_TOLERANCE = 0.02
"""Half the width of a pace range: about what a watch and a runner can hold."""


class PaceIndexOutOfRange(RunningCoachError):
    """No training paces follow from this pace index."""

    code = "planner.pace_index_out_of_range"
    status = 422


def is_plannable(pace_index: float) -> bool:
    """Return whether paces follow from an index."""
    low, high = VDOT_RANGE
    return low <= pace_index <= high


@lru_cache(maxsize=1024)
def training_paces(pace_index: float, source: str) -> TrainingPaces:
    """Return the paces [s/km] of each band as (slow, fast).

    `pace_index` is on the scale of VO2max (Daniels & Gilbert 1979). Easy is a range of its own,
    the other bands are a pace and 2 % to either side. Raises PaceIndexOutOfRange.
    """
    return TrainingPaces(
        pace_index=pace_index,
        source=source,
        easy=_easy_s_per_km(pace_index),
        marathon=_band_s_per_km(pace_index, "M"),
        threshold=_band_s_per_km(pace_index, "T"),
        interval=_band_s_per_km(pace_index, "I"),
        repetition=_band_s_per_km(pace_index, "R"),
    )


def pace_range(pace_s_per_km: float, tolerance: float = PACE_TOLERANCE) -> tuple[int, int]:
    """Return the slow and the fast end [s/km] around a pace, within what a target can hold."""
    slow, fast = pace_s_per_km * (1 + tolerance), pace_s_per_km * (1 - tolerance)
    return _possible(slow), _possible(fast)


@lru_cache(maxsize=4096)
def race_pace_s_per_km(pace_index: float, distance_m: float) -> float | None:
    """Return the pace [s/km] of an even race over a distance; None where it cannot be known."""
    time_s = race_time_s(pace_index, distance_m)
    return None if time_s is None else time_s * M_PER_KM / distance_m


def _easy_s_per_km(pace_index: float) -> tuple[int, int]:
    slow, fast = _speeds_mps(pace_index, "E")
    return _possible(M_PER_KM / slow), _possible(M_PER_KM / fast)


def _band_s_per_km(pace_index: float, zone: PaceZone) -> tuple[int, int]:
    return pace_range(M_PER_KM / _speeds_mps(pace_index, zone)[1])


def _speeds_mps(pace_index: float, zone: PaceZone) -> tuple[float, float]:
    speeds = training_speeds_mps(pace_index, zone)
    if speeds is None or not is_plannable(pace_index):
        low, high = VDOT_RANGE
        raise PaceIndexOutOfRange(pace_index=f"{pace_index:g}", low=f"{low:g}", high=f"{high:g}")
    return speeds


def _possible(pace_s_per_km: float) -> int:
    return min(max(round(pace_s_per_km), FASTEST_S_PER_KM), SLOWEST_S_PER_KM)
