"""Sums over the laps of an activity, and cadences of laps in steps: the same for all files."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from runningcoach.ingest.files.bounds import ValueChecks
from runningcoach.ingest.files.cadence import laps_factor, steps_factor_of
from runningcoach.ingest.files.recordings import RecordedLap, Samples

_OPEN_LAP_S = 10.0
_MOVED_M = 50.0


def lap_sums(laps: Sequence[RecordedLap]) -> tuple[float | None, float | None]:
    """Return the laps' timer time and distance; None where a lap does not state its part."""
    return _sum([lap.timer_s for lap in laps]), _sum([lap.distance_m for lap in laps])


def _sum(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if known and len(known) == len(values) else None


def in_steps(
    sport: str,
    samples: Samples,
    laps: Sequence[RecordedLap],
    average_spm: float | None,
    checks: ValueChecks,
) -> tuple[Samples, tuple[RecordedLap, ...], float | None]:
    """Return samples, laps and an activity's average with cadence in steps of both feet.

    What was possible as strides may be impossible as steps, and is missing then.
    """
    raw: NDArray[np.float64] | None = samples.get("cadence_spm")
    factor = 1
    if raw is not None:
        factor = steps_factor_of(samples, sport)
        if factor != 1:
            samples = {**samples, "cadence_spm": checks.column("cadence_spm", raw * factor)}
    cadences = [lap.average_cadence_spm or 0.0 for lap in laps]
    speeds = [_speed(lap) for lap in laps]
    if average_spm and not any(cadences):
        cadences, speeds = [average_spm], [np.nan]
    of_laps = laps_factor(cadences, speeds, raw, factor, sport)
    if of_laps == 1:
        return samples, tuple(laps), average_spm
    steps = [_doubled(lap.average_cadence_spm, checks) for lap in laps]
    doubled = [replace(lap, average_cadence_spm=s) for lap, s in zip(laps, steps, strict=True)]
    return samples, tuple(doubled), _doubled(average_spm, checks)


def _doubled(spm: float | None, checks: ValueChecks) -> float | None:
    return checks.value("average_cadence_spm", spm * 2) if spm is not None else None


def _speed(lap: RecordedLap) -> float:
    if lap.distance_m and lap.timer_s:
        return lap.distance_m / lap.timer_s
    return lap.average_speed_mps or np.nan


def without_empty_laps(
    laps: Sequence[RecordedLap], samples: Samples, start_s: float
) -> list[RecordedLap]:
    """Return laps in which a 0 that the samples contradict is missing.

    A lap of no time and no distance in which samples lie was never closed. A lap without distance
    in which the counter went on does not state its distance.
    """
    if all(lap.distance_m for lap in laps):
        return list(laps)
    begins = [lap.started_at.timestamp() - start_s for lap in laps]
    ends = [*begins[1:], np.inf]
    return [
        lap if lap.distance_m else _clear_contradicted(lap, begin, end, samples)
        for lap, begin, end in zip(laps, begins, ends, strict=True)
    ]


def _clear_contradicted(
    lap: RecordedLap, begin_s: float, end_s: float, samples: Samples
) -> RecordedLap:
    seconds = samples["t_s"]
    inside = (seconds >= begin_s) & (seconds < end_s)
    spanned = float(seconds[inside][-1] - seconds[inside][0]) if inside.any() else 0.0
    if not lap.timer_s and spanned > _OPEN_LAP_S and not lap.distance_m:
        return replace(lap, timer_s=None, distance_m=None, elapsed_s=lap.elapsed_s or spanned)
    counter = samples["distance_m"][inside] if "distance_m" in samples else np.array([])
    counted = np.fmax.reduce(counter) - np.fmin.reduce(counter) if len(counter) else 0.0
    return replace(lap, distance_m=None) if counted > _MOVED_M else lap
