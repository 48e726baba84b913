"""Between which values a person's benchmarks lie, whoever states them: one table for all."""

from collections.abc import Mapping

HEART_RATE_ZONES = tuple(f"hr_zone_{number}_bpm" for number in range(1, 6))

RANGES: Mapping[str, tuple[float, float]] = {
    "hrmax_bpm": (100, 240),
    "hrrest_bpm": (25, 120),
    "lthr_bpm": (60, 230),
    "vt1_bpm": (60, 230),
    "vt2_bpm": (60, 230),
    **dict.fromkeys(HEART_RATE_ZONES, (40, 240)),
    "threshold_speed_mps": (1, 7.5),
    "critical_speed_mps": (1, 7.5),
    "reserve_m": (10, 1000),
}
"""Outside, a value set by hand is a slip of the keyboard, and an estimate is no estimate."""

VO2MAX_RANGE = (15.0, 95.0)
"""Effective VO2max [ml/kg/min] of a person; the highest ever measured is 97.5, the tables of
Daniels begin at 15."""

HEALTH_RANGES: Mapping[str, tuple[float, float]] = {
    "resting_hr_bpm": (20, 150),
    "hrv_ms": (1, 400),
    "sleep_s": (0, 2 * 86_400),
}
"""Between which values lies what the body tells in a night; others are no measurements."""


def is_possible(kind: str, value: float) -> bool:
    """Tell whether a benchmark can be a person's; every finite value is where no range is known."""
    low, high = RANGES.get(kind, (-1e12, 1e12))
    return low <= value <= high
