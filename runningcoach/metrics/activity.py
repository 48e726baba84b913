"""One activity: `facts` from its samples, `measure` from facts and the athlete's benchmarks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runningcoach.metrics import moving_time, streams, totals
from runningcoach.metrics.facts import Facts, facts
from runningcoach.metrics.measure_inputs import Athlete, PriorHistory
from runningcoach.metrics.measures import Measures, measure
from runningcoach.metrics.moving_time import Motion
from runningcoach.metrics.streams import Grid, Kind, Streams
from runningcoach.metrics.totals import Stated, Times, Totals
from runningcoach.metrics.windows import mean_known

__all__ = [
    "Athlete",
    "Facts",
    "Measures",
    "PriorHistory",
    "RecordingMetrics",
    "facts",
    "measure",
    "measure_recording",
]  # fmt: skip

MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class RecordingMetrics:
    """What a recording comes to: its facts, its totals, and averages over its samples."""

    facts: Facts
    totals: Totals
    averages: dict[str, float] = field(default_factory=dict[str, float])


def measure_recording(
    samples: Mapping[str, NDArray[Any]],
    pauses: Sequence[tuple[int, int]],
    stated: Stated,
    *,
    sport: str,
    treadmill: bool = False,
    barometric: bool = True,
) -> RecordingMetrics:
    """Decide the totals of a recording, clean its samples to them, and return what they say.

    Parameters
    ----------
    samples : channels of equal length by name; `t_s` is seconds since the start
    pauses : known pauses, [from, to) seconds since the start; those of an earlier decision too
    stated : the totals that the file states
    barometric : whether altitude may be a barometer's; its noise decides

    The same samples with the pauses that were decided give the same again.
    """
    grid, kind = Grid(samples), Kind(sport, treadmill, barometric)
    references = (stated.distance_m, stated.laps_distance_m)
    motion = moving_time.motion(grid.channel, grid.n, on_foot=kind.on_foot, reference_m=references)
    known = tuple((int(begin), int(end)) for begin, end in pauses)
    times = totals.decide_times(stated, grid.seconds, known, motion)
    made = streams.assemble(grid, motion, times.pauses, kind, elapsed_s=times.elapsed_s)
    seen_s = _seen_s(made, motion)
    if "vehicle" in made.flags:
        distance = totals.Distance(made.covered_m, motion.source)
    else:
        distance = totals.decide_distance(stated, times, made.covered_m, seen_s, motion)
    if distance.distance_m is not None:
        made = streams.to_distance(made, motion, distance.distance_m)
    elif np.isfinite(grid.channel("distance_m")).any():
        distance = totals.Distance(0.0, "records")  # the device counted, and nothing came of it
    found = _timed(facts(made, sport=sport), made, times)
    climbed = totals.decide_ascent(
        stated,
        (found.elevation_gain_m, found.elevation_loss_m),
        distance.distance_m,
        largest_rise_m(made),
    )
    decided = Totals(
        elapsed_s=times.elapsed_s,
        timer_s=times.timer_s,
        time_source=times.source,
        distance_m=distance.distance_m,
        distance_source=distance.source,
        ascent_m=climbed.ascent_m,
        descent_m=climbed.descent_m,
        ascent_source=climbed.source,
        pauses=times.pauses,
    )
    return RecordingMetrics(found, decided, averages(made, found, decided))


def _seen_s(made: Streams, motion: Motion) -> float:
    """Return the active seconds whose movement the records show, holes between them included."""
    if motion.steps is None:
        return float(np.count_nonzero(made.active & np.isfinite(made.speed_mps)))
    first = 0 if motion.lead_m else int(motion.steps.at[0])
    return float(np.count_nonzero(made.active[first : int(motion.steps.at[-1])]))


def _timed(found: Facts, made: Streams, times: Times) -> Facts:
    """Return facts whose moving time is at most the timer's.

    Elapsed and active seconds stay those of the grid, which counts both of its ends.
    """
    moving = min(found.moving_s, times.timer_s)
    if made.moving is made.active and "vehicle" not in made.flags:
        moving = times.timer_s
    elapsed = max(found.elapsed_s, times.elapsed_s)
    return replace(found, elapsed_s=elapsed, moving_s=moving)


def largest_rise_m(made: Streams) -> float:
    """Return by how much the altitude of a minute rose at most above that of an earlier one."""
    known = made.altitude_m[np.isfinite(made.altitude_m)]
    minutes = len(known) // MINUTE_S
    if made.treadmill or not minutes:
        return 0.0
    heights = known[: minutes * MINUTE_S].reshape(minutes, MINUTE_S).mean(axis=1)
    return float(np.max(heights - np.minimum.accumulate(heights)))


def averages(made: Streams, found: Facts, decided: Totals) -> dict[str, float]:
    """Return the averages of the samples, by the names of the columns; without what is unknown.

    Cadence counts where one moves and steps, power over the whole time of the timer.
    """
    rate = made.heart_rate_bpm
    cadence = np.where(made.moving & (made.cadence_spm > 0), made.cadence_spm, np.nan)
    values = {
        "average_hr_bpm": found.average_hr_bpm,
        "max_hr_bpm": float(np.nanmax(rate)) if np.isfinite(rate).any() else None,
        "average_cadence_spm": mean_known(cadence),
        "average_power_w": mean_known(made.power_w),
        "average_temperature_c": found.average_temperature_c,
        "average_speed_mps": _speed(decided),
    }
    return {name: value for name, value in values.items() if value is not None}


def _speed(decided: Totals) -> float | None:
    """Return the speed over the timer's time; None where that is too short to be true."""
    if not decided.distance_m or decided.timer_s <= 0:
        return None
    speed = decided.distance_m / decided.timer_s
    return speed if speed <= moving_time.FASTEST_OF_ALL_MPS else None
