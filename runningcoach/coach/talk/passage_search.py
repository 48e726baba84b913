"""Passages for a question, by the embedder that the runner chose where it may and can be asked.

Vectors of the runner's model are made in the background, within the budget; until every passage
has one, and whenever the model's server cannot be asked, the offline embedder answers alone.
"""

import logging
import threading
import time
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from psycopg.conninfo import make_conninfo

from runningcoach.base.errors import RunningCoachError
from runningcoach.base.i18n import t
from runningcoach.coach.knowledge import embedder, missing_vectors, retrieval
from runningcoach.coach.knowledge.indexing import refresh_shipped
from runningcoach.coach.knowledge.retrieval import FoundPassage
from runningcoach.coach.talk import talk_settings
from runningcoach.coach.talk.embedding_model import PREFIX, model_embedder, model_key
from runningcoach.model.user import User
from runningcoach.store import database, knowledge
from runningcoach.store.knowledge import EmbedderKey

type Connection = psycopg.Connection[Any]

log = logging.getLogger(__name__)

QUESTION_S, BATCH_S = 5.0, 60.0
"""How long a question waits for its vector, and a batch of passages for theirs."""
PAUSE_S = 300.0
"""After a failure in the background it is not tried again for so long."""

_lock = threading.Lock()
_under_way: set[tuple[int, EmbedderKey]] = set()
_failures: dict[tuple[int, EmbedderKey], tuple[float, str]] = {}
"""When the background failed last, by the monotonic clock, and why."""


class PassageSearch(NamedTuple):
    """Passages that were found, the embedder that compared them, and why it was the offline one.

    `note` is empty where that was the runner's choice.
    """

    passages: list[FoundPassage]
    embedder: str
    note: str = ""


def search_passages(
    conn: Connection, user: User, home: Path, query: str, k: int, *, with_documents: bool = True
) -> PassageSearch:
    """Return the `k` passages that fit a question best; nothing that fails ends the search."""
    refresh_shipped(conn)
    owner = user.id if with_documents else None
    chosen = model_key(talk_settings.load_settings(conn, user.id, home))
    if chosen is None:
        return _offline(conn, query, k, owner)
    if not missing_vectors.has_all(conn, owner, chosen):
        return _offline(conn, query, k, owner, _embed_later(conn, user, home, owner, chosen))
    try:
        by = model_embedder(conn, user, home, QUESTION_S)
        return PassageSearch(retrieval.search(conn, query, k, owner, by=by), chosen.embedder)
    except RunningCoachError as error:
        log.info("a question is compared offline: %s", error.code)
        return _offline(conn, query, k, owner, error.what(user.language))


def _offline(
    conn: Connection, query: str, k: int, owner: int | None, note: str = ""
) -> PassageSearch:
    found = retrieval.search(conn, query, k, owner)
    return PassageSearch(found, embedder.NAME, note)


# ---- vectors in the background ---------------------------------------------------------------


def _embed_later(
    conn: Connection, user: User, home: Path, owner: int | None, key: EmbedderKey
) -> str:
    """Begin to make what is missing, unless it is being made, or failed a moment ago; say which."""
    task = (user.id, key)
    with _lock:
        failed_at, why = _failures.get(task, (float("-inf"), ""))
        if time.monotonic() - failed_at < PAUSE_S:
            return why
        is_under_way = task in _under_way
        _under_way.add(task)
    if not is_under_way:
        address = make_conninfo(conn.info.dsn, password=conn.info.password)
        arguments = (address, user, home, owner, task)
        threading.Thread(target=_embed_apart, args=arguments, daemon=True).start()
    return t("talk.passages.preparing", user.language)


def _embed_apart(
    address: str, user: User, home: Path, owner: int | None, task: tuple[int, EmbedderKey]
) -> None:
    try:
        with database.connect(address) as conn:
            embed_passages(conn, user, home, owner)
        _failures.pop(task, None)
    except RunningCoachError as error:
        _failures[task] = (time.monotonic(), error.what(user.language))
        log.warning("passages are not embedded: %s", error.code, extra={"user_id": user.id})
    except psycopg.Error:
        _failures[task] = (time.monotonic(), t("talk.passages.preparing", user.language))
        log.warning("passages are not embedded", exc_info=True, extra={"user_id": user.id})
    finally:
        with _lock:
            _under_way.discard(task)


def embed_passages(conn: Connection, user: User, home: Path, owner: int | None) -> int:
    """Make the vectors that are missing of the runner's model; return of how many passages.

    0 where another connection does so already. Raises as `model_embedder` does.
    """
    by = model_embedder(conn, user, home, BATCH_S)
    if not knowledge.try_lock_embedding(conn, by.key):
        return 0
    knowledge.remove_unused_vectors(conn, PREFIX)
    return missing_vectors.embed_missing(conn, owner, by)
