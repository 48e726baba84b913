"""What became of a draft, in sentences of the language in force."""

from collections.abc import Iterable, Sequence

from runningcoach.base import i18n
from runningcoach.coach.plans.validator.finding_words import finding_text
from runningcoach.coach.talk.drafts.normal_form import DraftChange
from runningcoach.coach.talk.drafts.reading import DraftReading
from runningcoach.model.conversation import PrivacyLevel
from runningcoach.model.plan_edit import PlanFinding

RED_MORNING = "V19"
MOST_SENTENCES = 40
"""A page of them is enough to see what kind of text it was."""


def change_texts(changes: Iterable[DraftChange]) -> tuple[str, ...]:
    """Return what was put right, each sentence once."""
    return _shown(i18n.t(f"drafts.change.{change.key}", was=change.was) for change in changes)


def problem_texts(
    reason_keys: Sequence[str], findings: Iterable[PlanFinding], level: PrivacyLevel
) -> tuple[str, ...]:
    """Return in English, for a model, what its draft lacks and the errors in it."""
    known = i18n.words("en", "drafts")["reason"]
    of_text = [known[key] for key in reason_keys if key in known]
    errors = (finding for finding in findings if finding.severity == "error")
    return _shown([*of_text, *(told_text(error, level) for error in errors)])


def told_text(finding: PlanFinding, level: PrivacyLevel) -> str:
    """Return in English, for a model, what a finding says; of a red morning only what follows."""
    if finding.code == RED_MORNING and level != "health":
        return i18n.t("drafts.problem.easy_start", "en")
    return placed_text(finding, "en")


def reason_texts(reading: DraftReading) -> tuple[str, ...]:
    """Return why a draft is no plan: what its text lacks, and the errors that rules find."""
    known = i18n.words(i18n.language(), "drafts")["reason"]
    of_text = [i18n.t(f"drafts.reason.{key}") for key in reading.reasons if key in known]
    return _shown([*of_text, *error_texts(reading.findings)])


def error_texts(
    findings: Iterable[PlanFinding], language: str | None = None
) -> tuple[str, ...]:  # fmt: skip
    """Return the errors among findings, each with its week or day."""
    errors = (finding for finding in findings if finding.severity == "error")
    return _shown(placed_text(finding, language) for finding in errors)


def placed_text(finding: PlanFinding, language: str | None = None) -> str:
    """Return what a finding says, with its day, else its week."""
    text = finding_text(finding, language)
    if finding.day is not None:
        if finding.day.isoformat() in text:
            return text
        return i18n.t("drafts.at.day", language, day=finding.day.isoformat(), text=text)
    if finding.week is not None:
        return i18n.t("drafts.at.week", language, week=finding.week, text=text)
    return text


def _shown(sentences: Iterable[str]) -> tuple[str, ...]:
    """Return different sentences in their order; the last one counts those left out."""
    different = list(dict.fromkeys(sentences))
    left_out = len(different) - MOST_SENTENCES
    if left_out <= 0:
        return tuple(different)
    return (*different[:MOST_SENTENCES], i18n.t("drafts.at.more", count=left_out))
