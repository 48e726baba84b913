"""Numbers as findings state them, and shares that an edit can apply."""

import math
from typing import Final

LEAST_SHARE: Final = 0.2
MOST_SHARE: Final = 1.0


def whole_percent(value: float, reference: float) -> int:
    """Return how far a value is above a reference [%]; 0 where there is no reference."""
    return round(100 * (value / reference - 1)) if reference > 0 else 0


def rounded_share(share: float) -> float:
    """Return a share as an edit may hold it, rounded down to a hundredth."""
    return min(max(math.floor(100 * share) / 100, LEAST_SHARE), MOST_SHARE)
