"""A plan by a model, in at most three rounds; what no round brings, the rules make."""

from collections.abc import Callable, Sequence
from pathlib import Path

from runningcoach.base import i18n, periods
from runningcoach.base.errors import RunningCoachError
from runningcoach.coach.plans.planner import make_plan
from runningcoach.coach.plans.versions import find_problems
from runningcoach.coach.talk import talk_settings
from runningcoach.coach.talk.drafts.asked_weeks import check_length, plan_question
from runningcoach.coach.talk.drafts.draft_plans import CheckedDraft
from runningcoach.coach.talk.drafts.planning_athlete import load_planning_athlete
from runningcoach.coach.talk.model_plans.drafting import Drafting, DraftTask
from runningcoach.coach.talk.model_plans.plan_model import Connect, PlanModel
from runningcoach.coach.talk.model_plans.proposals import (
    add_attempt,
    find_replaceable,
    propose_model_plan,
    propose_rule_plan,
)
from runningcoach.coach.talk.safety.gate import SafetySign, find_sign
from runningcoach.coach.talk.safety.replies import scripted_reply
from runningcoach.model.conversation import (
    AiSettings,
    DraftAttempt,
    ModelPlanOutcome,
    PlanOutcomeKind,
)
from runningcoach.model.plan import Plan
from runningcoach.model.plan_request import PlanRequest
from runningcoach.model.stored_plan import StoredPlan
from runningcoach.model.user import User

ROUNDS = 3
"""The first draft, and two that go back with what is wrong."""


def make_model_plan(
    connect: Connect,
    user: User,
    home: Path,
    request: PlanRequest,
    wishes: str = "",
    on: Callable[[DraftAttempt], None] | None = None,
) -> ModelPlanOutcome:
    """Let the runner's model write a plan, and propose it once it holds no error.

    `on` is called with each attempt as it is stored. Raises CoachOff, AgreementMissing,
    PlanImpossible, PlanTooLongForModel, OtherProposalOpen, BudgetUsed, and the ModelError of a
    first call that fails; what fails later leads to the plan by the rules.
    """
    with i18n.speaking(user.language):
        sign = find_sign(wishes)
        reply = scripted_reply(sign, user.language) or ""
        if sign.level == "red":
            return ModelPlanOutcome(kind="sign", reply=reply)
        case = _PlanCase(connect, user, home, request, wishes, sign)
        drafting = Drafting(PlanModel(connect, user, home, case.settings), case.task)
        outcome = case.answered(_write(case, drafting, on))
        return outcome.model_copy(update={"reply": reply})


class _PlanCase:
    """What is wished for, for whom, and the plan that the rules would make of it."""

    def __init__(
        self,
        connect: Connect,
        user: User,
        home: Path,
        request: PlanRequest,
        wishes: str,
        sign: SafetySign,
    ) -> None:
        self.connect, self.user = connect, user
        weeks = tuple(check_length(request))
        today = periods.today(user.timezone)
        with connect() as conn:
            self.settings: AiSettings = talk_settings.load_settings(conn, user.id, home)
            talk_settings.require_enabled(self.settings)
            talk_settings.require_agreement(self.settings)
            find_replaceable(conn, user.id)
            self.athlete = load_planning_athlete(conn, user.id, today)
        self.rule_plan: Plan = make_plan(request, self.athlete, user.language)
        self.task = DraftTask(
            request,
            self.athlete,
            plan_question(request, user.timezone),
            weeks,
            wishes,
            sign.category if sign.level == "amber" else None,
            self.settings.privacy_level,
            user.language,
        )
        self.attempts: list[DraftAttempt] = []

    def note(self, text: str, checked: CheckedDraft) -> DraftAttempt:
        """Store an attempt."""
        with self.connect() as conn:
            attempt = add_attempt(conn, self.user.id, len(self.attempts) + 1, text, checked)
        self.attempts.append(attempt)
        return attempt

    def answered(self, last: "CheckedDraft | RunningCoachError") -> ModelPlanOutcome:
        """Propose what the rounds have brought, or what the rules make of it."""
        if isinstance(last, CheckedDraft) and last.treatment == "ask":
            questions = list(last.questions or last.reasons)
            return ModelPlanOutcome(
                kind="questions", questions=questions, attempts=self.attempts
            )  # fmt: skip
        with self.connect() as conn:
            if isinstance(last, CheckedDraft) and last.plan is not None:
                attempt = self.attempts[-1]
                stored = propose_model_plan(conn, self.user.id, attempt, last, last.plan)
                self.attempts[-1] = attempt.model_copy(update={"plan_id": stored.id})
                return self._proposed("model", stored, last.changes)
            stored = propose_rule_plan(conn, self.user.id, self.rule_plan, _why(last))
            return self._proposed("rules", stored)

    def _proposed(
        self, kind: PlanOutcomeKind, stored: StoredPlan, changes: Sequence[str] = ()
    ) -> ModelPlanOutcome:
        return ModelPlanOutcome(
            kind=kind,
            plan=stored,
            findings=find_problems(stored, self.athlete),
            changes=list(changes),
            attempts=self.attempts,
        )


def _write(
    case: _PlanCase, drafting: Drafting, on: Callable[[DraftAttempt], None] | None
) -> CheckedDraft | RunningCoachError:
    """Return what the last round brought, or the error that ended the rounds."""
    checked: CheckedDraft | None = None
    for _ in range(ROUNDS):
        try:
            text, checked = drafting.write_round()
        except RunningCoachError as error:
            if checked is None:
                raise
            return error
        attempt = case.note(text, checked)
        if on is not None:
            on(attempt)
        if checked.treatment != "reject":
            break
    assert checked is not None  # noqa: S101 - there is at least one round
    return checked


def _why(last: CheckedDraft | RunningCoachError) -> str:
    """Return in a sentence why the rules have made the plan."""
    if isinstance(last, RunningCoachError):
        return last.what()
    return last.reasons[0] if last.reasons else ""
