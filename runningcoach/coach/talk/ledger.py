"""Enter calls of models in the ledger with what they cost: every call, failed ones too."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import psycopg

from runningcoach.coach.talk.prices import ModelPrice, cost_usd, price_of
from runningcoach.model.conversation import (
    AiSettings,
    CallPurpose,
    ModelCall,
    ModelDone,
    ModelUsage,
    NewModelCall,
)
from runningcoach.model.user import User
from runningcoach.store import ai_calls

if TYPE_CHECKING:
    from runningcoach.sources.openai.problems import ModelError

type Connection = psycopg.Connection[Any]


def price_today(model: str, settings: AiSettings, user: User, now: datetime) -> ModelPrice | None:
    """Return the price of a model on the runner's day; None if it is not known."""
    return price_of(model, settings, now.astimezone(ZoneInfo(user.timezone)).date())


def enter_answer(
    conn: Connection,
    user: User,
    settings: AiSettings,
    purpose: CallPurpose,
    done: ModelDone,
    now: datetime,
) -> ModelCall:
    """Enter a call that a model answered, by the price of the model that the server names."""
    price = price_today(done.model, settings, user, now)
    call = NewModelCall(
        purpose=purpose,
        model=done.model,
        usage=done.usage or ModelUsage(),
        cost_usd=cost_usd(done.usage, price),
        latency_ms=done.latency_ms,
        response_id=done.response_id,
        request_id=done.request_id,
    )
    return ai_calls.add(conn, user.id, call)


def enter_failure(
    conn: Connection,
    user: User,
    settings: AiSettings,
    purpose: CallPurpose,
    model: str,
    problem: "ModelError",
    now: datetime,
) -> ModelCall:
    """Enter a call that failed, with what it used all the same where its server told."""
    call = NewModelCall(
        purpose=purpose,
        model=model,
        usage=problem.usage or ModelUsage(),
        cost_usd=cost_usd(problem.usage, price_today(model, settings, user, now)),
        request_id=problem.request_id,
        error_code=problem.code,
    )
    return ai_calls.add(conn, user.id, call)
