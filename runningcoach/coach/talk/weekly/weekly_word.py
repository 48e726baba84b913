"""The word of a week: made by rules, put into a model's words where one may be asked, and kept."""

import logging
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple, get_args

import psycopg

from runningcoach.base.errors import RunningCoachError
from runningcoach.coach.knowledge.passages import cited_works, shipped_passages
from runningcoach.coach.plans.adaptation.proposals import AdaptationReport
from runningcoach.coach.talk import talk_settings
from runningcoach.coach.talk.weekly.weekly_facts import load_facts
from runningcoach.coach.talk.weekly.weekly_model import put_into_words
from runningcoach.coach.talk.weekly.weekly_rules import WeekReview, WeekSentence, review_week
from runningcoach.model.conversation import Citation, PrivacyLevel, WeeklyWord
from runningcoach.model.stored_plan import AdaptationOutcome
from runningcoach.model.user import User
from runningcoach.store import weekly_words

type Connection = psycopg.Connection[Any]

log = logging.getLogger(__name__)
LEVELS: tuple[PrivacyLevel, ...] = get_args(PrivacyLevel)


class PlanOutlook(NamedTuple):
    """What became of the look at the plan, and the number of a version that waits."""

    outcome: AdaptationOutcome = "no_plan"
    plan_id: int | None = None


def outlook_of(report: AdaptationReport) -> PlanOutlook:
    """Return what a look at the plan means for the word of a week."""
    waits = report.outcome in ("proposed", "kept", "waiting") and report.proposal is not None
    return PlanOutlook(report.outcome, report.proposal.id if waits and report.proposal else None)


class WeeklyWordReport(NamedTuple):
    """What became of a week's word: `word` is None where the runner wants none.

    `is_new` is false where it was there before; `why_rules` says why no model put it into words.
    """

    word: WeeklyWord | None
    is_new: bool
    why_rules: str = ""


def write_weekly_word(
    conn: Connection,
    user: User,
    home: Path,
    week_start: date,
    outlook: PlanOutlook,
    *,
    is_again: bool = False,
) -> WeeklyWordReport:
    """Write the word of the week that begins on a Monday, unless there is one; `is_again`: anew.

    It is stored by rules first, so that it is there whatever becomes of the model.
    """
    settings = talk_settings.load_settings(conn, user.id, home)
    if not settings.has_weekly_word:
        return WeeklyWordReport(None, is_new=False)
    stored = weekly_words.get(conn, user.id, week_start)
    if stored is not None and not is_again:
        return WeeklyWordReport(stored, is_new=False)
    language = user.language
    facts = load_facts(conn, user.id, week_start)
    found = review_week(facts, outlook.outcome, language)
    details = {"plan_id": outlook.plan_id, "citations": citations_of(found.passage_names)}
    word = weekly_words.add(
        conn, user.id, week_start, rule_text(found, language), "rule", **details
    )
    sent, kept = split_by_level(found, settings.privacy_level)
    try:
        words = put_into_words(conn, user, home, _paragraphs(sent, language), language)
    except RunningCoachError as error:
        log.info("the word of the week stays by rules: %s", error.code)
        return WeeklyWordReport(word, is_new=True, why_rules=error.what(language))
    text = "\n\n".join([words, *_paragraphs([kept], language)])
    word = weekly_words.add(conn, user.id, week_start, text, "model", **details)
    return WeeklyWordReport(word, is_new=True)


def rule_text(found: WeekReview, language: str) -> str:
    """Return the sentences of a review as paragraphs."""
    parts = (found.review, found.assessment, found.outlook)
    return "\n\n".join(_paragraphs(parts, language))


def split_by_level(
    found: WeekReview, level: PrivacyLevel
) -> tuple[list[tuple[WeekSentence, ...]], tuple[WeekSentence, ...]]:
    """Return the sentences that may leave the host, by paragraph, and those that stay as they are.

    Warnings stay in the words of the rules, whatever the level.
    """
    parts = (found.review, found.assessment, found.outlook)
    highest = LEVELS.index(level)
    sent = [
        tuple(one for one in part if not one.is_kept and LEVELS.index(one.level) <= highest)
        for part in parts
    ]
    gone = {id(one) for part in sent for one in part}
    return sent, tuple(one for part in parts for one in part if id(one) not in gone)


def _paragraphs(parts: Any, language: str) -> list[str]:
    texts = (" ".join(one.text(language) for one in part) for part in parts)
    return [text for text in texts if text]


def citations_of(names: tuple[str, ...]) -> list[Citation]:
    """Return shipped passages as citations."""
    passages = {passage.name: passage for passage in shipped_passages()}
    works = cited_works()
    return [
        Citation(
            passage_id=name,
            title=passages[name].title,
            source=passages[name].citation,
            doi=works[passages[name].sources[0]].doi or None,
        )
        for name in names
    ]
