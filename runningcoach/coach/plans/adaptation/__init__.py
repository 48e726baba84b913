"""Propose a changed plan when life interferes: a bad morning, a break, missed work, other paces."""

from runningcoach.coach.plans.adaptation.case import (
    QUALITY_TYPES,
    AdaptationSignals,
    PlanProposal,
    Sign,
)
from runningcoach.coach.plans.adaptation.propose import propose

__all__ = ["QUALITY_TYPES", "AdaptationSignals", "PlanProposal", "Sign", "propose"]
