"""What heat does to pace: an annotation, never part of a stored metric."""

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


def heat_slowdown_pct(temperature_f: float, dew_point_f: float) -> tuple[float, float] | None:
    """Return the band of slowdown [%] that heat explains; None above 180: no hard running."""
    total = temperature_f + dew_point_f
    for upto, band in HADLEY:
        if total <= upto:
            return band
    return None
