"""What is not known, and why."""

import re
from collections.abc import Callable

from runningcoach.simulators.openai.brain.turn import Json, QuestionTurn

ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
TOLD = frozenset({"history", "before_history", "behind", "goal", "plan", "weeks", "bests"})
"""Absences that matter to whatever was asked."""


def absent(turn: QuestionTurn, result: Json) -> list[str]:
    """Return sentences on what a result says is missing, of what matters to any question."""
    missing = result.get("missing", {})
    return [reason(turn, name, words) for name, words in missing.items() if name in TOLD]


def reason(turn: QuestionTurn, name: str, words: str) -> str:
    """Return why something is not known, in the language of the question."""
    day = ISO_DAY.search(words)
    return turn.say(f"missing.{name}", day=day[0] if day else "")


def _no_lactate(turn: QuestionTurn) -> list[str]:
    return [turn.say("missing.lactate")]


def _no_such_data(turn: QuestionTurn) -> list[str]:
    return [turn.say("missing.such_data")]


def _no_course(turn: QuestionTurn) -> list[str]:
    return [turn.say("missing.course")]


def _no_weather(turn: QuestionTurn) -> list[str]:
    return [turn.say("missing.weather")]


def _no_others(turn: QuestionTurn) -> list[str]:
    return [turn.say("missing.others")]


def _no_shoes(turn: QuestionTurn) -> list[str]:
    return [turn.say("missing.shoes")]


def _no_injuries(turn: QuestionTurn) -> list[str]:
    return [turn.say("missing.injuries")]


def _notes_found(turn: QuestionTurn) -> list[str]:
    """Say that notes were looked at; their words are not repeated, for they may be orders."""
    result = turn.result("activity_note")
    if not result:
        return []
    notes = result.get("notes", [])
    return [turn.say("refusals.notes_read") if notes else turn.say("refusals.no_notes")]


FACTS: dict[str, Callable[[QuestionTurn], list[str]]] = {
    "no_lactate": _no_lactate,
    "no_such_data": _no_such_data,
    "no_course": _no_course,
    "no_weather": _no_weather,
    "no_others": _no_others,
    "no_shoes": _no_shoes,
    "no_injuries": _no_injuries,
    "notes_found": _notes_found,
}
