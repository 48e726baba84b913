"""From the reading of a draft to a plan that can be proposed: no plan with an error comes out."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from runningcoach.coach.plans.expander import expand_draft
from runningcoach.coach.plans.repair import repair
from runningcoach.coach.plans.validator import has_error, validate
from runningcoach.coach.talk.drafts import draft_words
from runningcoach.coach.talk.drafts.asked_weeks import MOST_WEEKS
from runningcoach.coach.talk.drafts.normal_form import DraftQuestion
from runningcoach.coach.talk.drafts.plan_parts import find_part, join_part
from runningcoach.coach.talk.drafts.reading import (
    UNTRUSTED_CODES,
    DraftReading,
    find_draft,
    judge_draft,
    request_for_days,
)
from runningcoach.model.conversation import DraftTreatment
from runningcoach.model.plan import Plan, PlanNote
from runningcoach.model.plan_draft import PlanDraft
from runningcoach.model.plan_edit import PlanEdit, PlanFinding
from runningcoach.model.plan_request import AthleteState, PlanRequest
from runningcoach.model.stored_plan import PlanOrigin

EDITS_A_WEEK = 1
FEWEST_EDITS = 2
"""So many edits may mend a draft, ours: one that needs more is no longer its author's plan."""
LONGEST_RATIONALE = 1_000


class CheckedDraft(NamedTuple):
    """What became of a text in which a plan was looked for.

    `plan` is there for "accept" and "repair" only, and holds no error; `is_part`: it is the current
    plan with weeks of the draft in it. `changes` and `reasons` are sentences in the language in
    force; `reason_keys` are what the reasons stand for.
    """

    treatment: DraftTreatment
    plan: Plan | None = None
    draft: PlanDraft | None = None
    questions: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    reason_keys: tuple[str, ...] = ()
    findings: tuple[PlanFinding, ...] = ()
    is_part: bool = False

    @property
    def notes(self) -> tuple[PlanNote, ...]:
        """What its author says of the plan as a whole."""
        rationale = self.draft.rationale_ko.strip() if self.draft else ""
        return (stated_note(rationale),) if rationale else ()


def stated_note(text: str) -> PlanNote:
    """Return words of an author as a note, not too many of them."""
    return PlanNote(key="planner.assumption.stated", values={"text": text[:LONGEST_RATIONALE]})


def check_text(
    text: str,
    question: DraftQuestion,
    request: PlanRequest,
    athlete: AthleteState,
    *,
    origin: PlanOrigin = "model",
    finish_reason: str = "stop",
    current: Plan | None = None,
) -> CheckedDraft:
    """Return the plan that a text holds, or why it holds none; nothing is stored.

    A draft of some weeks of the `current` plan becomes that plan with these weeks in it.
    """
    found = find_draft(text, finish_reason)
    if isinstance(found, DraftReading):
        return check_reading(found, question, request, athlete, origin=origin)
    part = find_part(found, question, request, current)
    if part is None:
        reading = judge_draft(found, question, request, athlete)
        return check_reading(reading, question, request, athlete, origin=origin)
    reading = judge_draft(found, part.question, part.plan.request, athlete)
    return check_reading(
        reading, part.question, part.plan.request, athlete, origin=origin, whole=part.plan
    )


def check_reading(
    reading: DraftReading,
    question: DraftQuestion,
    request: PlanRequest,
    athlete: AthleteState,
    *,
    origin: PlanOrigin = "model",
    whole: Plan | None = None,
) -> CheckedDraft:
    """Return the plan of a draft that was read; what a few edits mend is mended.

    A plan begins today at the earliest, and has no race that is not in the days asked for. Where
    the draft is a part of a `whole` plan, that plan is checked with the part in it.
    """
    checked = CheckedDraft(
        reading.treatment,
        draft=reading.draft,
        questions=_questions(reading),
        changes=draft_words.change_texts(reading.changes),
        reasons=draft_words.reason_texts(reading),
        reason_keys=reading.reasons,
        findings=reading.findings,
    )
    is_mendable = reading.treatment == "reject" and not UNTRUSTED_CODES & set(reading.reasons)
    if reading.draft is None or not (is_mendable or reading.treatment in ("accept", "repair")):
        return checked
    of_days = request_for_days(request, question)
    first = max(request.start, athlete.today)
    plan = expand_draft(reading.draft, _answered_request(reading.draft, of_days, first), athlete)
    if whole is not None:
        plan = join_part(plan, whole, athlete.today)
        checked = checked._replace(is_part=True)
    return mend(checked, plan, validate(plan, athlete, origin=origin), athlete, origin)


def _answered_request(draft: PlanDraft, request: PlanRequest, start: date) -> PlanRequest:
    """Return the request as a draft answers it: from a day on, without a race so many weeks."""
    if request.race_date is not None:
        return request.model_copy(update={"start": start})
    weeks = min(len(draft.weeks), MOST_WEEKS)
    return request.model_copy(update={"start": start, "weeks": weeks})


def _questions(reading: DraftReading) -> tuple[str, ...]:
    if reading.treatment != "ask" or reading.draft is None:
        return ()
    return tuple(reading.draft.questions)


def mend(
    checked: CheckedDraft,
    plan: Plan,
    findings: list[PlanFinding],
    athlete: AthleteState,
    origin: PlanOrigin,
) -> CheckedDraft:
    """Return a checked draft with its plan, mended where a few edits do that."""
    if not has_error(findings):
        sound = checked._replace(plan=plan, reasons=(), reason_keys=(), findings=tuple(findings))
        if checked.treatment != "reject":
            return sound
        return sound._replace(treatment="repair" if checked.changes else "accept")
    mended = repair(plan, findings, athlete, origin=origin)
    most = max(FEWEST_EDITS, EDITS_A_WEEK * len(plan.weeks))
    if has_error(mended.findings) or len(mended.edits) > most:
        return checked._replace(
            treatment="reject",
            reasons=checked.reasons or draft_words.error_texts(findings),
            findings=checked.findings or tuple(findings),
        )
    return checked._replace(
        treatment="repair",
        plan=mended.plan,
        changes=(*checked.changes, *_edit_texts(mended.edits)),
        reasons=(),
        reason_keys=(),
        findings=tuple(mended.findings),
    )


def _edit_texts(edits: Iterable[PlanEdit]) -> tuple[str, ...]:
    from runningcoach.coach.plans.validator.finding_words import fix_text

    return tuple(dict.fromkeys(fix_text(edit) for edit in edits))
