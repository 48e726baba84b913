"""A model writes a draft: a short plan at once, a long one by an outline and parts of weeks."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from runningcoach.base import i18n
from runningcoach.coach.talk.drafts.asked_weeks import WHOLE_WEEKS, in_parts
from runningcoach.coach.talk.drafts.draft_plans import CheckedDraft, check_reading
from runningcoach.coach.talk.drafts.draft_words import problem_texts
from runningcoach.coach.talk.drafts.normal_form import DraftChange, DraftQuestion, to_normal_form
from runningcoach.coach.talk.drafts.reading import (
    DraftCandidate,
    DraftReading,
    find_draft,
    judge_draft,
)
from runningcoach.coach.talk.model_plans import prompt
from runningcoach.coach.talk.model_plans.draft_schema import draft_schema, outline_schema
from runningcoach.coach.talk.model_plans.plan_model import PlanModel
from runningcoach.model.conversation import ModelDone, PrivacyLevel
from runningcoach.model.plan_request import AthleteState, PlanRequest

DRAFT_FORM = ("plan_draft", draft_schema())
OUTLINE_FORM = ("plan_outline", outline_schema())
WEEKS_MISSING = "weeks_missing"


class DraftTask(NamedTuple):
    """What a draft is asked for, and for whom."""

    request: PlanRequest
    athlete: AthleteState
    question: DraftQuestion
    weeks: tuple[date, ...]
    wishes: str
    amber_sign: str | None
    level: PrivacyLevel
    language: str


class DraftRound(NamedTuple):
    """The answers of a round, and what became of the draft as it is after it."""

    text: str
    checked: CheckedDraft


@dataclass
class Drafting:
    """A draft on its way: what there is of it, and which weeks are asked for next."""

    model: PlanModel
    task: DraftTask
    content: dict[str, Any] = field(default_factory=dict[str, Any])
    changes: list[DraftChange] = field(default_factory=list[DraftChange])
    outline: dict[str, Any] = field(default_factory=dict[str, Any])
    open_weeks: tuple[date, ...] = ()
    problems: tuple[str, ...] = ()
    is_cut: bool = False

    def write_round(self) -> DraftRound:
        """Ask for the open weeks, and check the whole draft. Raises as `PlanModel.ask`."""
        weeks = self.open_weeks or self.task.weeks
        texts: list[str] = []
        failure = self._write_outline(texts)
        for part in () if failure else self._parts(weeks):
            done = self._ask(part)
            texts.append(done.text)
            failure = self._take(done, part)
            if failure is not None:
                break
        checked = self._check(failure)
        self._open_again(checked)
        return DraftRound("\n\n".join(texts), checked)

    def _parts(self, weeks: Sequence[date]) -> list[tuple[date, ...]]:
        """Return the weeks of each call; smaller parts after an answer that was cut off."""
        parts = in_parts(weeks, len(self.task.weeks))
        if not self.is_cut:
            return parts
        return [half for part in parts for half in _halves(part)]

    def _write_outline(self, texts: list[str]) -> DraftReading | None:
        """Ask for the outline of a long plan first; questions in it come before the plan."""
        if self.outline or self.content or len(self.task.weeks) <= WHOLE_WEEKS:
            return None
        done = self._send(prompt.OUTLINE, self.task.weeks, {}, OUTLINE_FORM)
        texts.append(done.text)
        found = find_draft(done.text, done.finish_reason)
        if isinstance(found, DraftReading):
            return found if found.treatment in ("ask", "fallback") else None
        self.outline = dict(found.content)
        if self.outline.get("questions"):
            return judge_draft(
                DraftCandidate({**self.outline, "weeks": []}, ()),
                self.task.question,
                self.task.request,
                self.task.athlete,
            )
        return None

    def _ask(self, part: tuple[date, ...]) -> ModelDone:
        if self.problems:
            return self._send(prompt.AGAIN, part, self._so_far(part), DRAFT_FORM)
        if self.outline or part != self.task.weeks:
            return self._send(prompt.PART, part, self._so_far(part), DRAFT_FORM)
        return self._send(prompt.WHOLE_PLAN, part, {}, DRAFT_FORM)

    def _send(
        self,
        task: str,
        weeks: Sequence[date],
        draft: dict[str, Any],
        form: tuple[str, dict[str, Any]],
    ) -> ModelDone:
        about = self.task
        runner = prompt.runner_message(about.request, about.athlete, about.wishes, about.level)
        asked = prompt.task_message(task, weeks, draft, self.problems)
        request = self.model.request(
            prompt.instructions(about.language, about.amber_sign), (runner, asked), form, len(weeks)
        )
        return self.model.ask(request)

    def _so_far(self, part: Sequence[date]) -> dict[str, Any]:
        """Return the outline, the sums of the weeks that there are, and the asked ones whole."""
        weeks = _weeks_by_start(self.content)
        asked = [weeks[start.isoformat()] for start in part if start.isoformat() in weeks]
        sums = [{"start": start, "km": _week_km(week)} for start, week in weeks.items()]
        parts: dict[str, Any] = {
            "outline": self.outline.get("weeks"), "weeks_so_far": sums, "weeks": asked,
        }  # fmt: skip
        return {name: value for name, value in parts.items() if value}

    def _take(self, done: ModelDone, part: tuple[date, ...]) -> DraftReading | None:
        """Put the weeks of an answer into the draft; return why that was not possible."""
        found = find_draft(done.text, done.finish_reason)
        if isinstance(found, DraftReading):
            self.is_cut = "cut" in found.reasons
            return found
        content, changed = to_normal_form(found.content, self.task.question)
        self.changes += [*found.changes, *changed]
        if part == self.task.weeks:
            self.content = content
            return None
        wanted = {start.isoformat() for start in part}
        given = {start: week for start, week in _weeks_by_start(content).items() if start in wanted}
        merged = _weeks_by_start(self.content) | given
        base = self.content or {**content, **_words_of(self.outline), "questions": []}
        self.content = {**base, "weeks": [merged[start] for start in sorted(merged)]}
        return None

    def _check(self, failure: DraftReading | None) -> CheckedDraft:
        """Return what the draft is worth as it is now; one that lacks weeks is no plan."""
        about = self.task
        reading = failure or judge_draft(
            DraftCandidate(self.content, tuple(self.changes)),
            about.question,
            about.request,
            about.athlete,
        )
        checked = check_reading(reading, about.question, about.request, about.athlete)
        if checked.plan is None or not self._missing():
            return checked
        reason = i18n.t(f"drafts.reason.{WEEKS_MISSING}")
        return checked._replace(
            treatment="reject", plan=None, reasons=(reason,), reason_keys=(WEEKS_MISSING,)
        )

    def _missing(self) -> set[date]:
        """Return the weeks that were asked for and are not there."""
        there = _weeks_by_start(self.content)
        return {week for week in self.task.weeks if week.isoformat() not in there}

    def _open_again(self, checked: CheckedDraft) -> None:
        """Note which weeks have to be written anew, and why; all where no week is named."""
        errors = [finding for finding in checked.findings if finding.severity == "error"]
        there = [*_weeks_by_start(self.content)]
        wrong = {there[f.week - 1] for f in errors if f.week and f.week <= len(there)}
        missing = self._missing()
        again = [week for week in self.task.weeks if week in missing or week.isoformat() in wrong]
        self.open_weeks = tuple(again) or self.task.weeks
        self.problems = problem_texts(checked.reason_keys, errors, self.task.level)


def _halves(part: tuple[date, ...]) -> list[tuple[date, ...]]:
    middle = (len(part) + 1) // 2
    return [half for half in (part[:middle], part[middle:]) if half]


def _weeks_by_start(content: dict[str, Any]) -> dict[str, dict[str, Any]]:
    weeks = content.get("weeks")
    records = weeks if isinstance(weeks, list) else []
    return {str(week.get("start")): week for week in records if isinstance(week, dict)}


def _week_km(week: dict[str, Any]) -> float:
    """Return the distances that the days of a week state [km]."""
    days = week.get("days")
    records = days if isinstance(days, list) else []
    stated = (day.get("distance_km") for day in records if isinstance(day, dict))
    return round(sum(km for km in stated if isinstance(km, int | float)), 1)


def _words_of(outline: dict[str, Any]) -> dict[str, Any]:
    """Return what an outline says of the plan as a whole."""
    named = ("title", "rationale_ko", "assumptions")
    return {name: outline[name] for name in named if name in outline}
