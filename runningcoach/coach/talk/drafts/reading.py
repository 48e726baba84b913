"""From the raw answer of a model, or pasted text, to a draft that was checked.

Five treatments: accepted as it is; put right, with every change named; a question for the runner;
rejected, with reasons that can be sent back; nothing to work with, so that the rules plan instead.
Nothing in a text is run, followed or believed: it is data.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic import ValidationError

from runningcoach.base import periods
from runningcoach.coach.plans.repair import repair_draft
from runningcoach.coach.plans.validator import check_draft
from runningcoach.coach.talk.drafts.draft_vocabulary import vocabularies
from runningcoach.coach.talk.drafts.field_words import rename_fields
from runningcoach.coach.talk.drafts.loose_json import (
    FoundValue,
    LooseJsonError,
    find_values,
    read_value,
)
from runningcoach.coach.talk.drafts.normal_form import DraftChange, DraftQuestion, to_normal_form
from runningcoach.coach.talk.drafts.untrusted_text import visible
from runningcoach.model.conversation import DraftTreatment
from runningcoach.model.plan_draft import PlanDraft
from runningcoach.model.plan_edit import PlanFinding
from runningcoach.model.plan_request import AthleteState, PlanRequest

THINKING = re.compile(r"<(think|thinking|reasoning)>.*?(?:</\1>|$)", re.S | re.I)
ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")
FENCE = re.compile(r"```[\w-]*[ \t]*\n?")
WRAPPERS = frozenset({
    "plan", "draft", "plan_draft", "plandraft", "arguments", "parameters", "input", "data",
    "result", "response", "output", "content", "json", "training_plan", "function", "args",
})  # fmt: skip
DEEPEST_WRAPPER = 4
LONGEST_TEXT, MOST_WEEKS = 400_000, 60
EXAMPLE_TITLE = "..."
UNTRUSTED_CODES = frozenset({"V01", "V02", "V22"})
"""Errors after which the numbers of a draft cannot be trusted: no repair, back to its author."""
QUIET_CHANGES = frozenset({"fence", "prose", "earlier_version"})
"""What may be dropped around a draft that counts as accepted as it is."""


GOALS_WITH_DISTANCE = frozenset({"5k", "10k", "hm", "m"})


class DraftReading(NamedTuple):
    """What became of a text: the treatment, the draft, what was changed, and why it is refused.

    `reasons` are keys of `drafts.reason`; `findings` what the rules find in the draft.
    """

    treatment: DraftTreatment
    draft: PlanDraft | None = None
    changes: tuple[DraftChange, ...] = ()
    reasons: tuple[str, ...] = ()
    findings: tuple[PlanFinding, ...] = ()


class DraftCandidate(NamedTuple):
    """A draft that stands in a text, as it was written, and what was left out to find it."""

    content: Mapping[str, Any]
    changes: tuple[DraftChange, ...]


class _Candidates(NamedTuple):
    """The drafts in a text in order, the words around them, and whether the last one is cut."""

    drafts: list[DraftCandidate]
    around: str
    is_cut: bool


def read_draft(
    text: str,
    question: DraftQuestion,
    request: PlanRequest,
    athlete: AthleteState,
    finish_reason: str = "stop",
) -> DraftReading:
    """Return what becomes of a model's answer, or of pasted text.

    `finish_reason` is the model's: "length" where it was cut off. Nothing is stored.
    """
    found = find_draft(text, finish_reason)
    if isinstance(found, DraftReading):
        return found
    return judge_draft(found, question, request, athlete)


def find_draft(text: str, finish_reason: str = "stop") -> DraftCandidate | DraftReading:
    """Return the draft in a text as it was written; where there is none, what becomes of that."""
    if len(text) > LONGEST_TEXT:
        return DraftReading("reject", reasons=("too_long",))
    plain = THINKING.sub("", text).strip().lstrip("\ufeff").strip()
    if not visible(plain).strip():
        return DraftReading("fallback", reasons=("empty",))
    found = _find_candidates(plain)
    if found.is_cut or (finish_reason == "length" and not found.drafts):
        return DraftReading("reject", reasons=("cut",))
    if not found.drafts:
        return _without_draft(plain, finish_reason)
    found = found._replace(drafts=[draft for draft in found.drafts if not _is_example(draft)])
    if not found.drafts:
        return DraftReading("reject", reasons=("example",))
    if parts := _joined_parts(found.drafts):
        return parts
    if len(found.drafts) > 1 and _offers_a_choice(found):
        return DraftReading("ask", reasons=("variants",))
    chosen = found.drafts[-1]
    if len(found.drafts) > 1:
        chosen = chosen._replace(changes=(*chosen.changes, DraftChange("earlier_version")))
    return chosen


def _without_draft(text: str, finish_reason: str) -> DraftReading:
    is_refusal = any(re.search(one, text.casefold()) for one in _patterns("refusals"))
    if is_refusal or finish_reason in {"content_filter", "refusal"}:
        return DraftReading("fallback", reasons=("refusal",))
    return DraftReading("reject", reasons=("no_json",))


# ---- where the draft is ----------------------------------------------------------------------


def _find_candidates(text: str) -> _Candidates:
    """Return the drafts in a text."""
    if encoded := _encoded(text):
        inner = _find_candidates(encoded)
        change = DraftChange("encoded")
        drafts = [one._replace(changes=(*one.changes, change)) for one in inner.drafts]
        return inner._replace(drafts=drafts)
    bare = FENCE.sub("", text) if "```" in text else text
    found = find_values(bare)
    around = _outside(bare, found.values)
    changes = [DraftChange("fence")] if bare != text else []
    changes += [DraftChange("prose")] if around.strip() else []
    drafts: list[DraftCandidate] = []
    for value in found.values:
        content, unwrapped = _unwrap(value.value)
        if content is None:
            changes.append(DraftChange("other_data"))
        else:
            drafts.append(DraftCandidate(content, (*changes, *_slips(value), *unwrapped)))
    return _Candidates(drafts, around, found.is_cut)


def _is_example(draft: DraftCandidate) -> bool:
    """Return whether a draft is the example of the form that other chats are given."""
    return draft.content.get("title") == EXAMPLE_TITLE


def _joined_parts(drafts: list[DraftCandidate]) -> DraftCandidate | None:
    """Return drafts of different weeks as one: a long plan that came in several answers."""
    parts = [_weeks_by_start(draft.content) for draft in drafts]
    starts = [start for part in parts for start in part]
    if len(drafts) < 2 or not all(parts) or len(set(starts)) < len(starts):
        return None
    weeks = {start: week for part in parts for start, week in part.items()}
    content = {
        **rename_fields(dict(drafts[0].content), "plan")[0],
        "weeks": [weeks[start] for start in sorted(weeks)],
    }
    changes = dict.fromkeys(change for draft in drafts for change in draft.changes)
    return DraftCandidate(content, (*changes, DraftChange("parts")))


def _weeks_by_start(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the weeks of a draft by their stated start; nothing where one has none."""
    weeks = rename_fields(dict(content), "plan")[0].get("weeks")
    by_start: dict[str, Any] = {}
    for week in weeks if isinstance(weeks, list) else []:
        start = rename_fields(week, "week")[0].get("start") if isinstance(week, dict) else None
        if not isinstance(start, str) or start in by_start:
            return {}
        by_start[start] = week
    return by_start


def _encoded(text: str) -> str | None:
    """Return the text within a text that is one JSON string."""
    if not text.startswith('"'):
        return None
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, str) else None


def _outside(text: str, values: list[FoundValue]) -> str:
    """Return the words of a text around its values."""
    starts = [0, *(value.end for value in values)]
    ends = [*(value.start for value in values), len(text)]
    return " ".join(text[start:end] for start, end in zip(starts, ends, strict=True))


def _slips(value: FoundValue) -> list[DraftChange]:
    return [DraftChange(slip) for slip in sorted(value.slips)]


def _unwrap(value: Any) -> tuple[Mapping[str, Any] | None, list[DraftChange]]:
    """Return the draft within an answer, a call of a tool or a list; None where there is none."""
    changes: list[DraftChange] = []
    for _ in range(DEEPEST_WRAPPER):
        if isinstance(value, list):
            value = _from_list(value)
            changes.append(DraftChange("wrapper"))
        elif isinstance(value, str):
            value = _from_text(value)
            changes.append(DraftChange("wrapper"))
        if not isinstance(value, Mapping):
            return None, changes
        if _is_draft(value):
            return value, changes
        inner = [item for name, item in value.items() if str(name).casefold() in WRAPPERS]
        if not inner:
            return None, changes
        value = inner[0]
        changes.append(DraftChange("wrapper"))
    return None, changes


def _from_list(items: list[Any]) -> Any:
    """Return the draft in a list: its only item, or its items as weeks."""
    if len(items) == 1 and isinstance(items[0], Mapping) and _is_draft(items[0]):
        return items[0]
    is_weeks = bool(items) and all(
        isinstance(item, Mapping) and _names(item) & {"days", "start"} for item in items
    )
    return {"weeks": items} if is_weeks else None


def _from_text(text: str) -> Any:
    try:
        return read_value(text).value
    except LooseJsonError:
        return None


def _is_draft(value: Mapping[str, Any]) -> bool:
    return "weeks" in _names(value)


def _names(record: Mapping[str, Any]) -> set[str]:
    """Return our names of a record's fields, of a plan or a week."""
    seen = {visible(str(name)): value for name, value in record.items()}
    return {name for part in ("plan", "week") for name in rename_fields(seen, part)[0]}


def _offers_a_choice(found: _Candidates) -> bool:
    """Return whether an answer holds variants to choose from, not a draft and its correction."""
    titles = " ".join(str(one.content.get("title", "")) for one in found.drafts)
    words = re.sub(r"\s+", " ", f"{found.around} {titles}".casefold())
    return any(re.search(pattern, words) for pattern in _patterns("variants"))


def _patterns(name: str) -> list[str]:
    """Return the patterns of both languages under a heading of the catalogue."""
    return [pattern for vocabulary in vocabularies() for pattern in vocabulary[name]["patterns"]]


# ---- what it is worth ------------------------------------------------------------------------


def judge_draft(
    candidate: DraftCandidate, question: DraftQuestion, request: PlanRequest, athlete: AthleteState
) -> DraftReading:
    """Return what a draft is worth: put into our form, checked, put right where that is safe."""
    request = request_for_days(request, question)
    if _is_too_large(candidate.content):
        return DraftReading("reject", changes=candidate.changes, reasons=("beyond_limits",))
    content, changed = to_normal_form(candidate.content, question)
    changes = (*candidate.changes, *changed)
    if content.get("questions"):
        return _questions(content, changes)
    if _names_other_goal(content, question):
        return DraftReading("reject", changes=changes, reasons=("other_goal",))
    if _is_of_other_days(content, question):
        return DraftReading("reject", changes=changes, reasons=("other_days",))
    try:
        return _checked(content, changes, request, athlete)
    except ValidationError:  # within the limits of a draft, but not of a plan
        return DraftReading("reject", changes=changes, reasons=("beyond_limits",))


def _is_too_large(content: Mapping[str, Any]) -> bool:
    """Return whether a draft has more weeks than a plan can have."""
    weeks = rename_fields(dict(content), "plan")[0].get("weeks")
    return isinstance(weeks, list | dict) and len(weeks) > MOST_WEEKS


def _checked(
    content: dict[str, Any],
    changes: tuple[DraftChange, ...],
    request: PlanRequest,
    athlete: AthleteState,
) -> DraftReading:
    findings = check_draft(content, request, athlete)
    errors = [finding for finding in findings if finding.severity == "error"]
    if any(finding.code in UNTRUSTED_CODES for finding in errors):
        return DraftReading("reject", None, changes, _codes(errors), tuple(findings))
    if errors:
        repaired = repair_draft(content, request, athlete)
        content, findings = repaired.content, repaired.findings
        changes = (*changes, *(DraftChange("rule", was=code) for code in repaired.codes))
        errors = [finding for finding in findings if finding.severity == "error"]
    draft = PlanDraft.model_validate(content)
    if errors:
        return DraftReading("reject", draft, changes, _codes(errors), tuple(findings))
    is_as_it_was = all(change.key in QUIET_CHANGES for change in changes)
    return DraftReading("accept" if is_as_it_was else "repair", draft, changes, (), tuple(findings))


def request_for_days(request: PlanRequest, question: DraftQuestion) -> PlanRequest:
    """Return the request without a race that is not in the days asked for."""
    if request.race_date is None or request.race_date <= question.last:
        return request
    return request.model_copy(update={"race_date": None})


def _questions(content: dict[str, Any], changes: tuple[DraftChange, ...]) -> DraftReading:
    try:
        draft = PlanDraft.model_validate(content)
    except ValidationError:
        draft = None
    return DraftReading("ask", draft, changes, ("questions",))


def _codes(errors: list[PlanFinding]) -> tuple[str, ...]:
    return tuple(sorted({finding.code for finding in errors}))


def _is_of_other_days(content: Mapping[str, Any], question: DraftQuestion) -> bool:
    """Return whether a draft has dated weeks and none of them holds a day that was asked for."""
    weeks = content.get("weeks")
    records = weeks if isinstance(weeks, list) else []
    starts = [week.get("start") for week in records if isinstance(week, dict)]
    first, last = periods.week_start(question.first).isoformat(), question.last.isoformat()
    dated = [start for start in starts if isinstance(start, str) and ISO_DATE.fullmatch(start)]
    return bool(dated) and not any(first <= start <= last for start in dated)


def _names_other_goal(content: Mapping[str, Any], question: DraftQuestion) -> bool:
    """Return whether a draft's title is about another distance than the one asked for."""
    title = re.sub(r"\s+", "", str(content.get("title", "")).casefold())
    named = {
        goal
        for vocabulary in vocabularies()
        for goal, pattern in vocabulary["goals"].items()
        if re.search(pattern, title)
    }
    return bool(named) and question.goal not in named and question.goal in GOALS_WITH_DISTANCE
