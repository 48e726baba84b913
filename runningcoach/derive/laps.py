"""Speed and place of laps."""

from collections.abc import Sequence
from itertools import accumulate, pairwise

from runningcoach.metrics.sports import counted_speed_mps
from runningcoach.model.activity import Lap


def lap_speed_mps(lap: Lap) -> float | None:
    """Return the average speed of a lap by the timer [m/s]; None where it is not known."""
    return counted_speed_mps(lap.distance_m, lap.timer_s or lap.elapsed_s)


def lap_places_m(laps: Sequence[Lap]) -> list[tuple[float, float]]:
    """Return where each lap begins and ends [m]; one without a distance takes no way."""
    return list(pairwise(accumulate((lap.distance_m or 0.0 for lap in laps), initial=0.0)))
