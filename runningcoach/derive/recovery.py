"""Mornings: HRV, resting heart rate and sleep against one's usual, and readiness."""

from collections.abc import Sequence
from datetime import date

from runningcoach.records import DailyFitness, HealthDay, RecoveryDay


def mornings(
    health: Sequence[HealthDay], daily: Sequence[DailyFitness], until: date
) -> list[RecoveryDay]:
    """Return one row a day from the first day of `health` to `until`."""
    return []
