"""Training zones: ranges of heart rate, and paces from the pace index in force."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from runningcoach.metrics import race
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


def training_paces(index: float | None) -> Iterator[PaceRange]:
    """Yield the training paces E, M, T, I and R that a pace index leads to.

    Nothing without one; no marathon pace where it is outside 15..90.
    """
    if index is None:
        return
    for zone in PACE_ZONES:
        if speeds := race.training_speeds_mps(index, zone):
            yield PaceRange(zone, *speeds)
