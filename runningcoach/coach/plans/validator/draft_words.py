"""Words that people and models write for the values of a draft: mapped where they are known."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple, get_args

from runningcoach.base import i18n
from runningcoach.model.plan import Phase
from runningcoach.model.plan_draft import DraftIntensity, DraftTemplate

VALUES: dict[str, tuple[str, ...]] = {
    "template": get_args(DraftTemplate),
    "intensity": get_args(DraftIntensity),
    "phase": get_args(Phase),
}


class WordReplacement(NamedTuple):
    """A word of a draft that stands for a value: where it is, what it says, what it means."""

    place: str
    week: int
    word: str
    value: str


def map_words(content: Mapping[str, Any]) -> tuple[dict[str, Any], list[WordReplacement]]:
    """Return a draft with its known words replaced, and what was replaced; the rest as it is."""
    replacements: list[WordReplacement] = []
    weeks = content.get("weeks")
    if not isinstance(weeks, list):
        return dict(content), replacements
    mapped = [
        _map_week(week, number, replacements) if isinstance(week, dict) else week
        for number, week in enumerate(weeks, start=1)
    ]
    return {**content, "weeks": mapped}, replacements


def _map_week(
    week: dict[str, Any], number: int, replacements: list[WordReplacement]
) -> dict[str, Any]:
    place = f"weeks.{number - 1}"
    mapped = _map_fields(week, ("phase",), place, number, replacements)
    days = week.get("days")
    if isinstance(days, list):
        mapped["days"] = [
            _map_fields(day, ("template", "intensity"), f"{place}.days.{i}", number, replacements)
            if isinstance(day, dict)
            else day
            for i, day in enumerate(days)
        ]
    return mapped


def _map_fields(
    record: dict[str, Any],
    fields: tuple[str, ...],
    place: str,
    week: int,
    replacements: list[WordReplacement],
) -> dict[str, Any]:
    mapped = dict(record)
    for field in fields:
        word = record.get(field)
        if isinstance(word, str) and word not in VALUES[field]:
            value = _known_words(field).get(_plain(word))
            if value is not None:
                mapped[field] = value
                replacements.append(WordReplacement(f"{place}.{field}", week, word, value))
    return mapped


@cache
def _known_words(field: str) -> dict[str, str]:
    """Return what the words of both languages stand for in a field."""
    return {_plain(word): value for value in VALUES[field] for word in _words(field, value)}


def _words(field: str, value: str) -> Iterator[str]:
    yield value
    for language in i18n.LANGUAGES:
        table = i18n.words(language, "findings")["words"][field]
        yield from table.get(value, "").split("|")


def _plain(word: str) -> str:
    return "".join(character for character in word.casefold() if character.isalnum())
