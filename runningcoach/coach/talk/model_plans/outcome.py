"""What becomes of a wish for a plan by a model."""

from typing import Literal

from runningcoach.coach.plans.versions import PlanReview
from runningcoach.model.conversation import DraftAttempt
from runningcoach.model.record import Record

PlanOutcomeKind = Literal["model", "rules", "questions", "sign"]


class ModelPlanOutcome(Record):
    """A proposed plan, questions that come first, or a reply to a sign of danger.

    `kind`: "model", the plan is the model's; "rules", the rules made it, and the reasons of the
    plan tell why; "questions" of the model, without a plan; "sign", nothing was sent and `reply`
    says what to do. `changes` are what was put right in the model's plan, in sentences.
    """

    kind: PlanOutcomeKind
    plan: PlanReview | None = None
    questions: list[str] = []
    changes: list[str] = []
    reply: str = ""
    attempts: list[DraftAttempt] = []
