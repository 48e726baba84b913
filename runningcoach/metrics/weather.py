"""What heat and thin air take: annotations that change no other value."""

import numpy as np

# Hadley's table: sum of temperature and dew point [F] up to, slowdown of pace [%] from and to.
# The rows 141-150 and the ends were checked against dialpace.com; the others are as commonly
# printed.
HADLEY = (
    (100.0, (0.0, 0.0)),
    (110.0, (0.0, 0.5)),
    (120.0, (0.5, 1.0)),
    (130.0, (1.0, 2.0)),
    (140.0, (2.0, 3.0)),
    (150.0, (3.0, 4.5)),
    (160.0, (4.5, 6.0)),
    (170.0, (6.0, 8.0)),
    (180.0, (8.0, 10.0)),
)

HIGH_M = 500.0
"""Mean altitude [m] above which thin air is worth a word."""
# Share of sea-level VO2max [%] by altitude [km] of acclimatised runners, as given for Bassett
# et al. 1999, Med Sci Sports Exerc 31; it starts at 99.9.
ACCLIMATISED = (-1.12, -1.90, 99.9)
# The same within days of arriving.
ARRIVED = (0.178, -1.43, -4.07, 100.0)


def heat_slowdown_pct(temperature_f: float, dew_point_f: float) -> tuple[float, float] | None:
    """Return the band of slowdown [%] that heat explains; None above 180: no hard running."""
    total = temperature_f + dew_point_f
    for upto, band in HADLEY:
        if total <= upto:
            return band
    return None


def fahrenheit(celsius: float) -> float:
    """Return degrees Fahrenheit, in which Hadley's table is kept."""
    return 32 + 1.8 * celsius


def altitude_vo2max_pct(altitude_m: float, *, acclimatised: bool = True) -> float:
    """Return what is left of sea-level VO2max [%] at a mean altitude [m]; at most 100."""
    curve = ACCLIMATISED if acclimatised else ARRIVED
    return min(float(np.polyval(curve, max(altitude_m, 0.0) / 1000)), 100.0)
