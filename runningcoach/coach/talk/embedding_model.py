"""The runner's embedding model: asked within the budget, and each call in the ledger."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray

from runningcoach.base import periods
from runningcoach.coach.knowledge.embedder import Embedder
from runningcoach.coach.talk import budget, prices, talk_settings
from runningcoach.model.conversation import AiSettings, ModelUsage, NewModelCall
from runningcoach.model.user import User
from runningcoach.store import ai_calls
from runningcoach.store.knowledge import EmbedderKey

type Connection = psycopg.Connection[Any]

PREFIX = "openai:"
"""How the names of embedders begin that are models of a server."""


def model_key(settings: AiSettings) -> EmbedderKey | None:
    """Return the key of the runner's embedding model; None where none may be asked."""
    model = settings.embedding_model
    if not (model and settings.is_enabled and settings.agreed_at):
        return None
    address = hashlib.sha256((settings.base_url or "").encode()).hexdigest()[:12]
    return EmbedderKey(f"{PREFIX}{model}", f"512 {address}")


def model_embedder(conn: Connection, user: User, home: Path, timeout_s: float) -> Embedder:
    """Return the runner's embedding model; each of its calls is held to the budget and noted.

    Its calls raise BudgetUsed and ModelError; CoachOff where no model may be asked.
    """
    settings = talk_settings.load_settings(conn, user.id, home)
    key = model_key(settings)
    if key is None:
        raise talk_settings.CoachOff
    client = talk_settings.open_client(conn, user, home, timeout_s)

    def embed(texts: Sequence[str]) -> NDArray[np.float32]:
        return _embed(conn, user, settings, client, texts)

    return Embedder(key, embed)


def _embed(
    conn: Connection, user: User, settings: AiSettings, client: Any, texts: Sequence[str]
) -> NDArray[np.float32]:
    from runningcoach.sources.openai.problems import ModelError
    from runningcoach.sources.openai.tokens import count_tokens

    model, now = settings.embedding_model or "", periods.now()
    price = prices.price_of(model, settings, now.date())
    tokens = sum(map(count_tokens, texts))
    budget.check_budget(conn, user, settings, prices.most_usd(tokens, 0, price), now)
    call = NewModelCall(purpose="embedding", model=model)
    try:
        made = client.embed_counted(model, texts)
    except ModelError as error:
        ai_calls.add(conn, user.id, call.model_copy(update={"error_code": error.code}))
        raise
    changes = {
        "usage": made.usage or ModelUsage(),
        "cost_usd": prices.cost_usd(made.usage, price),
    }
    ai_calls.add(conn, user.id, call.model_copy(update=changes))
    return made.vectors
