"""The head of the page "coach": what it is while it is off, the conversations, the weekly word.

The scripts speak to the API; what they say stands in the catalogue and travels with the page.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from runningcoach.base import i18n
from runningcoach.base.i18n import t
from runningcoach.model.conversation import AiSettings, Conversation, WeeklyWord
from runningcoach.pages import formatting, page, session
from runningcoach.pages.markup import Piece, macros
from runningcoach.pages.tiles import workouts

COACH = macros("coach")

API = "/api/v1/ai"
PAGE = "coach.ipynb"
OPENAI_HOST = "api.openai.com"
MOST_TALKS = 200


def asked() -> int | None:
    """Return the id of the conversation that the address asks for; None for a new one."""
    text = session.query("id") or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def opening(settings: AiSettings) -> Piece:
    """Return what the coach does and what leaves the host, while it is off."""
    return "" if settings.is_enabled else COACH.opening()


def chat(settings: AiSettings, conversations: Sequence[Conversation], today: date) -> Piece:
    """Return the conversations and the place to talk; nothing while it is off and none is there."""
    if not settings.is_enabled and not conversations:
        return ""
    return COACH.chat(
        API,
        PAGE,
        {
            "open": asked(),
            "is_enabled": settings.is_enabled,
            "is_agreed": settings.agreed_at is not None,
            "host": settings.base_url or OPENAI_HOST,
            "locale": i18n.language(),
        },
        [_conversation(one, today) for one in conversations],
    )


def _conversation(conversation: Conversation, today: date) -> dict[str, Any]:
    return {
        "id": conversation.id,
        "title": conversation.title,
        "day": formatting.short_day(local_day(conversation.updated_at), today),
    }


def local_day(at: datetime) -> date:
    """Return the day of a moment where the runner is."""
    return at.astimezone(ZoneInfo(session.user().timezone)).date()


def script_words(today: date) -> Piece:
    """Return what the page's scripts say, whether or not there is a chat."""
    return COACH.words({**_words(), "today": today.isoformat()})


def _words() -> Mapping[str, Any]:
    findings = i18n.words(i18n.language(), "findings")
    own = i18n.words(i18n.language(), "coach_page")
    return {
        **own["say"],
        "findings": {name: table for name, table in findings.items() if name.startswith("v")},
        "privacy": own["privacy"],
        "colours": workouts.COLOURS,
    }


def weekly_word(settings: AiSettings, words: Sequence[WeeklyWord]) -> Piece:
    """Return the latest word on a week, or when the first one comes."""
    title = t("coach_page.word.title")
    if not words:
        return page.empty_card(title, t("coach_page.word.none"))
    latest = words[0]
    return page.card(
        title,
        COACH.weekly_word(
            latest.text,
            [(one.title, one.source, one.doi or "") for one in latest.citations],
            f"plan.ipynb?id={latest.plan_id}" if latest.plan_id else "",
            "" if settings.has_weekly_word else t("coach_page.word.off"),
        ),
        aside=_week(latest),
        name="weekly-word",
    )


def _week(word: WeeklyWord) -> Piece:
    first, last = word.week_start, word.week_start + timedelta(days=6)
    week = t("coach_page.word.week", first=formatting.day(first), last=formatting.day(last))
    return page.chips(week, t(f"coach_page.word.origin.{word.origin}"))
