"""What becomes of a wish for a plan by a model, and of texts to and from another chat."""

from datetime import date
from typing import Literal

from runningcoach.coach.plans.versions import PlanReview
from runningcoach.model.conversation import AiImport, DraftAttempt, PrivacyLevel
from runningcoach.model.plan_request import PlanRequest
from runningcoach.model.record import Record

ExportSize = Literal["short", "normal", "full"]
PlanOutcomeKind = Literal["model", "rules", "questions", "sign"]


class ModelPlanOutcome(Record):
    """A proposed plan, questions that come first, or a reply to a sign of danger.

    `kind`: "model", the plan is the model's; "rules", the rules made it, and the reasons of the
    plan tell why; "questions" of the model, without a plan; "sign", nothing was sent. `reply` is
    the answer to a sign of danger in the wishes. `changes` are what was put right in the model's
    plan, in sentences.
    """

    kind: PlanOutcomeKind
    plan: PlanReview | None = None
    questions: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    reply: str = ""
    attempts: tuple[DraftAttempt, ...] = ()


class ExportedText(Record):
    """A text to paste into another chat, about how many tokens it has, and what it asks for."""

    text: str
    tokens: int
    privacy_level: PrivacyLevel
    request: PlanRequest


class UnderstoodPlan(Record):
    """What was read of a plan, also of one that was refused; `km` is what its days state."""

    title: str
    weeks: int
    first_day: date
    last_day: date
    sessions: int
    km: float | None = None


class PastedPlan(AiImport):
    """A pasted text and what became of it.

    `reply` is a text to paste into the other chat; empty where nothing is to be asked of it.
    `request` is what the plan was taken to be for.
    """

    understood: UnderstoodPlan | None = None
    reply: str = ""
    request: PlanRequest
