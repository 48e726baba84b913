"""Which quantities a flag of an activity or a day affects."""

from collections.abc import Mapping

_PACES = frozenset(
    {"gap_mps", "gap_minetti_mps", "gap_runalyze_mps", "ngp_mps", "rtss", "intensity"}
)
_CLIMBS = _PACES | {"elevation_gain_m", "elevation_loss_m"}

AFFECTED: Mapping[str, frozenset[str]] = {
    "hot": frozenset({"effective_vo2max", "vo2max_trend", "heat_slowdown_pct"}),
    "alt_gps": _CLIMBS | {"altitude_vo2max_pct"},
    "noisy_altitude": _CLIMBS,
    "no_grade": _PACES | {"efficiency_factor", "effective_vo2max"},
    "scaled": frozenset({"trimp", "edwards", "lucia", "hrtss", "load"}),
    "sex_assumed": frozenset({"trimp", "hrtss", "load"}),
    "estimated_duration": frozenset({"load"}),
    "load_divergence": frozenset({"load", "rtss", "hrtss"}),
}
"""The quantities of each flag; a flag that is not here affects all."""


def is_affected(quantity: str, flag: str) -> bool:
    """Return whether a flag affects a quantity, by its name."""
    return quantity in AFFECTED.get(flag, {quantity})
