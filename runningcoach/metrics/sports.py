"""What differs between sports: which of their times counts, and how their speed is written."""

from typing import Literal

type SpeedForm = Literal["pace_km", "pace_100m", "kmh", "none"]

RUNNING = "running"
ON_THE_SPOT: tuple[str, ...] = (
    "training", "fitness_equipment", "hiit", "jump_rope", "boxing", "meditation",
    "rock_climbing", "floor_climbing",
)  # fmt: skip
"""Sports of sets and rests on the spot: they have no speed and no cadence of their own."""
BY_TIMER: tuple[str, ...] = ("swimming", *ON_THE_SPOT)
"""Sports whose time on the move says little: the timer counts."""
PACE_SPORTS = frozenset({RUNNING, "walking", "hiking", "snowshoeing", "mountaineering"})
CADENCE_UNITS = {
    "cycling": "rpm",
    "e_biking": "rpm",
    "swimming": "strokes_min",
    "rowing": "strokes_min",
}
"""Units of cadence other than steps a minute (FIT: revolutions or strokes of these sports)."""


def counted_time_s(
    sport: str, moving_s: float | None, timer_s: float | None, elapsed_s: float | None = None
) -> float | None:
    """Return the time [s] of an activity that is shown, summed up and divided by.

    The time on the move, for sports on the spot the timer's; where one is not known, the next.
    Never more than the timer's. The store's SQL follows the same rule.
    """
    order = (timer_s, moving_s) if sport in BY_TIMER else (moving_s, timer_s)
    known = [seconds for seconds in (*order, elapsed_s) if seconds is not None]
    longest = elapsed_s if timer_s is None else timer_s
    return None if not known else known[0] if longest is None else min(known[0], longest)


def counted_speed_mps(distance_m: float | None, seconds: float | None) -> float | None:
    """Return the average speed [m/s]: the decided distance over the time that counts."""
    return distance_m / seconds if distance_m and seconds else None


def decided_climb_m(total_m: float | None, counted_m: float | None) -> float | None:
    """Return the metres up, or down, that are shown and summed up.

    The activity's own total, decided when the file came in; without one, that of its samples.
    """
    return counted_m if total_m is None else total_m


def speed_form(sport: str) -> SpeedForm:
    """Return how runners, riders and swimmers write their speed; "none" for sports without."""
    if sport in ON_THE_SPOT:
        return "none"
    if sport == "swimming":
        return "pace_100m"
    return "pace_km" if sport in PACE_SPORTS else "kmh"


def cadence_unit(sport: str) -> str:
    """Return the unit of cadence of a sport: "spm" (steps), "rpm" or "strokes_min"."""
    return CADENCE_UNITS.get(sport, "spm")
