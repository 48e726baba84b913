"""One cheap call to see that server, key and model are right."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Literal

import psycopg

from runningcoach.base import periods
from runningcoach.coach.talk import budget, ledger, prices, talk_settings
from runningcoach.model.conversation import ModelCall
from runningcoach.model.user import User

type Connect = Callable[[], AbstractContextManager[psycopg.Connection[Any]]]
"""How to get a connection; none is held while a model answers."""

TIMEOUT_S = 20.0
MOST_TOKENS = 100
"""What a check reads and what it may write are less than this each."""


def check_model(
    connect: Connect, user: User, home: Path, which: Literal["chat", "plan"] = "chat"
) -> ModelCall:
    """Ask the model that answers, or the one that drafts plans, for one word; return the call.

    Nothing of the runner is sent, so it needs no agreement and works while the coach is off.
    Raises CoachKeyMissing, BudgetUsed, and ModelError for what the server did.
    """
    from runningcoach.sources.openai.problems import ModelError

    now = periods.now()
    with connect() as conn:
        settings = talk_settings.load_settings(conn, user.id, home)
        model = settings.chat_model if which == "chat" else settings.plan_model
        client = talk_settings.open_client(conn, user, home, TIMEOUT_S)
        price = ledger.price_today(model, settings, user, now)
        at_most_usd = prices.most_usd(MOST_TOKENS, MOST_TOKENS, price)
        budget.check_budget(conn, user, settings, at_most_usd, now)
    try:
        done = client.check(model)
    except ModelError as problem:
        with connect() as conn:
            ledger.enter_failure(conn, user, settings, "check", model, problem, now)
        raise
    with connect() as conn:
        return ledger.enter_answer(conn, user, settings, "check", done, now)
