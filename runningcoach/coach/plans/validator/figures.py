"""Numbers as findings state them, and shares that an edit can apply."""

import math
from typing import Final, NamedTuple

LEAST_SHARE: Final = 0.2
MOST_SHARE: Final = 1.0
NEEDED_SPARE: Final = 1.06
"""What is shortened by a share comes out a little shorter: steps are rounded down."""


class StepLimits(NamedTuple):
    """From where a step above a reference is warned of, and from where it is an error [km]."""

    warn_km: float
    error_km: float


def mended_km(limits: StepLimits, needed_km: float) -> float:
    """Return the distance that a fix goes down to, for one above its limits [km].

    To where nothing is warned of; but not below what later ones need as their reference, or each
    fix would make the next of them an error. Where both is not possible, the first counts.
    """
    if needed_km > limits.error_km:
        return limits.warn_km
    return min(max(limits.warn_km, NEEDED_SPARE * needed_km), limits.error_km)


def whole_percent(value: float, reference: float) -> int:
    """Return how far a value is above a reference [%]; 0 where there is no reference."""
    return round(100 * (value / reference - 1)) if reference > 0 else 0


def rounded_share(share: float) -> float:
    """Return a share as an edit may hold it, rounded down to a hundredth."""
    return min(max(math.floor(100 * share) / 100, LEAST_SHARE), MOST_SHARE)
