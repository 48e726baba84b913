"""Training zones: ranges of heart rate, and paces from the threshold speed in force."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from runningcoach.metrics import race
from runningcoach.metrics.vo2max import vo2_of_speed
from runningcoach.model.benchmark import HR_ZONES
from runningcoach.store.benchmarks import BenchmarkDetail

PACE_ZONES: tuple[race.PaceZone, ...] = ("E", "M", "T", "I", "R")


class HrRange(NamedTuple):
    """A zone of heart rate: from its first beat a minute to the last below the next zone."""

    zone: int
    low_bpm: int
    high_bpm: int | None


class PaceRange(NamedTuple):
    """The slow and the fast end [m/s] of a training zone; equal but for easy."""

    zone: race.PaceZone
    slow_mps: float
    fast_mps: float


def hr_ranges(in_force: Mapping[str, BenchmarkDetail]) -> list[HrRange]:
    """Return the zones of heart rate in force, 1 to 5; the last ends at the maximum.

    Nothing where an edge is not known. Whole beats: a zone begins at the first beat that is not
    below its edge, as time in zones counts.
    """
    edges = [in_force[kind].value for kind in HR_ZONES if kind in in_force]
    if len(edges) < len(HR_ZONES):
        return []
    starts = [-int(-edge // 1) for edge in edges]
    highest = in_force.get("hrmax_bpm")
    ends = [*(start - 1 for start in starts[1:]), round(highest.value) if highest else None]
    return [
        HrRange(n, low, high) for n, (low, high) in enumerate(zip(starts, ends, strict=True), 1)
    ]


def vdot_of_threshold(threshold_mps: float) -> float:
    """Return the VDOT whose threshold speed this is: the inverse of Daniels' T pace."""
    return float(vo2_of_speed(60 * threshold_mps)) / race.THRESHOLD


def training_paces(threshold_mps: float | None) -> Iterator[PaceRange]:
    """Yield the training paces E, M, T, I and R that a threshold speed leads to.

    Nothing without one; no marathon pace where VDOT is outside 15..90.
    """
    if threshold_mps is None:
        return
    vdot = vdot_of_threshold(threshold_mps)
    for zone in PACE_ZONES:
        if speeds := race.training_speeds_mps(vdot, zone):
            yield PaceRange(zone, *speeds)
