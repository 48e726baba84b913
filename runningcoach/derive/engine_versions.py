"""Whether stored numbers were made by another engine, and which facts that concerns."""

from typing import Any

import psycopg

from runningcoach.metrics import ENGINE_VERSION, catalogue
from runningcoach.store import derive_failures, facts, fitness, race_predictions
from runningcoach.store.facts import Sampled


def is_outdated(conn: psycopg.Connection[Any], user_id: int) -> bool:
    """Tell whether any number was made by another version of the engine or by another algorithm.

    Nothing derived yet is not outdated, only behind.
    """
    return not by_these_algorithms(conn, user_id) or bool(old(conn, user_id))


def by_these_algorithms(conn: psycopg.Connection[Any], user_id: int) -> bool:
    """Tell whether the algorithms noted are those of today, or nothing was derived yet."""
    noted = race_predictions.algorithms(conn, user_id)
    return noted == catalogue.algorithms() or not (noted or fitness.hashes(conn, user_id))


def old(conn: psycopg.Connection[Any], user_id: int) -> list[Sampled]:
    """Return the activities whose facts another engine made, or that have none.

    Those that this engine failed on already are left out: only another one may do better.
    """
    failed = {
        one.activity_id
        for one in derive_failures.list_parked(conn, user_id)
        if one.engine_version == ENGINE_VERSION
    }
    return [
        one
        for one in facts.sampled(conn, user_id)
        if one.engine_version != ENGINE_VERSION and one.activity_id not in failed
    ]


def engines(conn: psycopg.Connection[Any], user_id: int) -> list[str]:
    """Return the other versions of the engine that made facts."""
    return sorted({one.engine_version for one in old(conn, user_id) if one.engine_version})


def note(conn: psycopg.Connection[Any], user_id: int) -> None:
    """Note that the algorithms of today made what is stored."""
    made_by = catalogue.algorithms()
    if race_predictions.algorithms(conn, user_id) != made_by:
        race_predictions.replace_algorithms(conn, user_id, made_by)


def affected(conn: psycopg.Connection[Any], user_id: int) -> list[Sampled]:
    """Return the activities whose facts must be made again: all after a change of algorithms."""
    if by_these_algorithms(conn, user_id):
        return old(conn, user_id)
    return facts.sampled(conn, user_id)
