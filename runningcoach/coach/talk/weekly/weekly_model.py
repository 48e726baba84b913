"""The word of a week in a model's own words: asked once, and taken only if no figure is new."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg

from runningcoach.base import periods
from runningcoach.base.errors import RunningCoachError
from runningcoach.coach.talk import budget, prices, talk_settings
from runningcoach.coach.talk.answers.figures import unknown_figures
from runningcoach.coach.talk.drafts.untrusted_text import is_order, plain, visible
from runningcoach.model.conversation import (
    AiSettings,
    ModelDone,
    ModelMessage,
    ModelRequest,
    NewModelCall,
)
from runningcoach.model.user import User
from runningcoach.store import ai_calls

type Connection = psycopg.Connection[Any]

LANGUAGE_NAMES = {"ko": "Korean", "en": "English"}
HANGUL = re.compile("[\\uac00-\\ud7a3]")
MOST_OUTPUT_TOKENS = 800
LONGEST_ANSWER = 1_500
TIMEOUT_S = 60.0
INSTRUCTIONS = """\
You put a running coach's weekly note into warm, plain words. The user message holds the note's \
sentences, computed by a program.
- Write in {language}, at most 120 words, in two or three short paragraphs, without headings, \
lists, links or markup.
- Keep every statement and its order. Use only figures that stand in the sentences, written as \
they stand there; compute nothing and add no figure.
- Add no advice, no diagnosis, no promise, and no statement of your own about the runner's body.\
"""


class WordRejected(RunningCoachError):
    """A model's words were not taken."""

    code = "weekly.word_rejected"
    status = 502


def put_into_words(
    conn: Connection, user: User, home: Path, paragraphs: Sequence[str], language: str
) -> str:
    """Return paragraphs in a model's words; the call is in the ledger.

    Raises CoachOff, AgreementMissing, BudgetUsed, ModelError, WordRejected.
    """
    settings = talk_settings.load_settings(conn, user.id, home)
    talk_settings.require_enabled(settings)
    talk_settings.require_agreement(settings)
    text = "\n\n".join(paragraphs)
    done = _ask(conn, user, home, settings, _request(settings, user, home, text, language))
    return _checked(done, text, language)


def _request(
    settings: AiSettings, user: User, home: Path, text: str, language: str
) -> ModelRequest:
    return ModelRequest(
        model=settings.chat_model,
        instructions=INSTRUCTIONS.format(language=LANGUAGE_NAMES[language]),
        messages=(ModelMessage(role="user", content=text),),
        max_output_tokens=MOST_OUTPUT_TOKENS,
        user_hash=talk_settings.user_hash(user, home),
    )


def _ask(
    conn: Connection, user: User, home: Path, settings: AiSettings, request: ModelRequest
) -> ModelDone:
    """Return the answer to a request within the budget."""
    from runningcoach.sources.openai.problems import ModelError
    from runningcoach.sources.openai.tokens import count_tokens

    now = periods.now()
    price = prices.price_of(request.model, settings, now.date())
    tokens = count_tokens(request.instructions) + count_tokens(request.messages[0].content)
    client = talk_settings.open_client(conn, user, home, TIMEOUT_S)
    at_most_usd = prices.most_usd(tokens, MOST_OUTPUT_TOKENS, price)
    budget.check_budget(conn, user, settings, at_most_usd, now)
    try:
        [done] = [event for event in client.stream(request) if isinstance(event, ModelDone)]
    except ModelError as error:
        cost = prices.cost_usd(error.usage, price)
        _note(conn, user, request.model, usage=error.usage, cost_usd=cost, error_code=error.code)
        raise
    _note(
        conn,
        user,
        done.model or request.model,
        usage=done.usage,
        cost_usd=prices.cost_usd(done.usage, price),
        latency_ms=done.latency_ms,
        response_id=done.response_id,
        request_id=done.request_id,
    )
    return done


def _note(conn: Connection, user: User, model: str, **columns: Any) -> None:
    known = {name: value for name, value in columns.items() if value is not None}
    ai_calls.add(conn, user.id, NewModelCall(purpose="weekly", model=model, **known))


def _checked(done: ModelDone, given: str, language: str) -> str:
    """Return the answer without markup. Raises WordRejected."""
    text = plain(visible(done.text)).strip()
    if done.finish_reason != "stop" or not 0 < len(text) <= LONGEST_ANSWER:
        raise WordRejected
    is_other_language = (HANGUL.search(text) is None) == (language == "ko")
    if is_other_language or "://" in text or is_order(text) or unknown_figures(text, [given]):
        raise WordRejected
    return text
