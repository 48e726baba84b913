"""Find stored numbers of another engine or algorithm, and the facts to recompute."""

from typing import Any

import psycopg

from runningcoach.metrics import ENGINE_VERSION, catalogue
from runningcoach.store import derive_failures, facts, fitness, race_predictions
from runningcoach.store.facts import SampledActivity


def is_outdated(conn: psycopg.Connection[Any], user_id: int) -> bool:
    """Return whether any number was made by another version of the engine or by another algorithm.

    Nothing derived yet is not outdated, only behind.
    """
    return not has_current_algorithms(conn, user_id) or bool(outdated_activities(conn, user_id))


def has_current_algorithms(conn: psycopg.Connection[Any], user_id: int) -> bool:
    """Return whether the stored algorithms are the current ones, or nothing is derived yet."""
    noted = race_predictions.algorithms(conn, user_id)
    return noted == catalogue.algorithms() or not (noted or fitness.hashes(conn, user_id))


def outdated_activities(conn: psycopg.Connection[Any], user_id: int) -> list[SampledActivity]:
    """Return the activities whose facts another engine made, or that have none.

    Those that this engine failed on already are left out: only another one may do better.
    """
    failed = {
        activity.activity_id
        for activity in derive_failures.list_parked(conn, user_id)
        if activity.engine_version == ENGINE_VERSION
    }
    return [
        activity
        for activity in facts.list_sampled(conn, user_id)
        if activity.engine_version != ENGINE_VERSION and activity.activity_id not in failed
    ]


def engines(conn: psycopg.Connection[Any], user_id: int) -> list[str]:
    """Return the other versions of the engine that made facts."""
    return sorted(
        {
            activity.engine_version
            for activity in outdated_activities(conn, user_id)
            if activity.engine_version
        }
    )


def record_algorithms(conn: psycopg.Connection[Any], user_id: int) -> None:
    """Store the current algorithms as those of the stored values."""
    algorithms = catalogue.algorithms()
    if race_predictions.algorithms(conn, user_id) != algorithms:
        race_predictions.replace_algorithms(conn, user_id, algorithms)


def activities_to_recompute(conn: psycopg.Connection[Any], user_id: int) -> list[SampledActivity]:
    """Return the activities whose facts must be recomputed: all after a change of algorithms."""
    if has_current_algorithms(conn, user_id):
        return outdated_activities(conn, user_id)
    return facts.list_sampled(conn, user_id)
