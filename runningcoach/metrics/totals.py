"""Time, distance and ascent of an activity: what a file states, and what is decided from it."""

from dataclasses import dataclass
from typing import Literal

type DistanceSource = Literal["session", "laps", "records", "positions", "speed", "table"]
type TimeSource = Literal["session", "laps", "events", "records", "table"]
type AscentSource = Literal["session", "laps", "altitude", "table"]


@dataclass(frozen=True, slots=True)
class Stated:
    """Totals as a file states them; None where it states none, or an impossible one.

    Times in seconds, lengths in metres. `laps_timer_s` and `laps_distance_m` are the sums over
    the laps, None when a lap does not state its part.
    """

    elapsed_s: float | None = None
    timer_s: float | None = None
    distance_m: float | None = None
    ascent_m: float | None = None
    descent_m: float | None = None
    laps_timer_s: float | None = None
    laps_distance_m: float | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """The totals of an activity that everything shown, summed and divided rests on.

    Always elapsed_s >= timer_s >= moving time. `pauses` are the seconds [from, to) since the
    start in which the timer stood still.
    """

    elapsed_s: float
    timer_s: float
    time_source: TimeSource
    distance_m: float | None = None
    distance_source: DistanceSource | None = None
    ascent_m: float | None = None
    descent_m: float | None = None
    ascent_source: AscentSource | None = None
    pauses: tuple[tuple[int, int], ...] = ()
