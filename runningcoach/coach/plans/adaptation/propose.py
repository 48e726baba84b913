"""Choose the proposal for a day: the gravest sign is answered alone.

Pure: what is known goes in, a proposal with its reasons comes out, or None where the plan stands.
A bad sign never adds load. Each changed day carries its reason, so that a rule answers the same
sign once.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import date
from itertools import chain

from runningcoach.coach.plans.adaptation.body_rules import (
    answer_break,
    answer_complaint,
    answer_long_break,
    answer_readiness,
)
from runningcoach.coach.plans.adaptation.case import (
    AdaptationCase,
    AdaptationSignals,
    PlanProposal,
    Sign,
)
from runningcoach.coach.plans.adaptation.training_rules import (
    answer_errors,
    answer_missed_quality,
    answer_paces,
    answer_race,
    errors_of,
    repaired,
)
from runningcoach.model.adherence import WorkoutAdherence
from runningcoach.model.plan import Plan
from runningcoach.model.plan_request import AthleteState

type AdaptationRule = Callable[[AdaptationCase], PlanProposal | None]

BODY_RULES: tuple[AdaptationRule, ...] = (
    answer_complaint,
    answer_long_break,
    answer_break,
    answer_readiness,
)
TRAINING_RULES: tuple[AdaptationRule, ...] = (
    answer_race,
    answer_missed_quality,
    answer_paces,
)


def propose(
    plan: Plan,
    athlete: AthleteState,
    adherence: Sequence[WorkoutAdherence],
    today: date,
    signals: AdaptationSignals,
    language: str = "ko",
    declined: Collection[Sign] = (),
) -> PlanProposal | None:
    """Return the plan changed for what happened, with reasons; None where it stands.

    The gravest sign is answered alone: illness or pain, a break, a red or amber morning, a
    race that is over; then missed quality, then paces; at last errors that the rules of plans
    find by now. What a change makes wrong is repaired where that is possible, else the change is
    not proposed. `declined` are signs whose proposal the runner rejected; errors are left to the
    runner while such a sign of the body is there.
    """
    case = AdaptationCase(plan, athlete, adherence, today, signals, language)
    of_body = [one for rule in _body_rules(case) if (one := rule(case)) is not None]
    is_declined = any(one.sign in declined for one in of_body)
    last_rules = () if is_declined or _is_over(case) else (answer_errors,)
    others = (rule(case) for rule in (*_training_rules(case), *last_rules))
    for proposal in chain(of_body, others):
        if proposal and proposal.sign not in declined and (sound := _sound(proposal, case)):
            return sound
    return None


def _is_over(case: AdaptationCase) -> bool:
    """Return whether no day of the plan is still open: nothing of it can be changed."""
    return case.plan.weeks[-1].days[-1].date < case.first_day


def _body_rules(case: AdaptationCase) -> tuple[AdaptationRule, ...]:
    return () if _is_over(case) else BODY_RULES


def _training_rules(case: AdaptationCase) -> tuple[AdaptationRule, ...]:
    """Return the rules on what was run; of those a bad morning allows only light weeks."""
    is_amber = case.signals.readiness == "amber" and case.signals.complaint is None
    if not case.is_bad and not _is_over(case):
        return TRAINING_RULES
    # The morning after a race is seldom a good one.
    return (answer_race,) if is_amber or not case.is_bad else ()


def _sound(proposal: PlanProposal, case: AdaptationCase) -> PlanProposal | None:
    """Return a proposal, repaired where needed, without an error that the plan has not today."""
    before = {(one.code, one.day) for one in errors_of(case.plan, case)}
    errors = errors_of(proposal.plan, case)
    if errors:
        proposal = proposal._replace(plan=repaired(proposal.plan, case))
        errors = errors_of(proposal.plan, case)
    is_sound = {(one.code, one.day) for one in errors} <= before
    return proposal if is_sound and proposal.plan != case.plan else None
