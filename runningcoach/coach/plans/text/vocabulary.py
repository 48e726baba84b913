"""The words that the text form understands, in every language at once."""

from functools import cache

from runningcoach.base import i18n


@cache
def words_for(topic: str) -> tuple[str, ...]:
    """Return the words of a topic in all languages, longest first."""
    return _all_languages("text", topic)


@cache
def unit_words(unit: str) -> tuple[str, ...]:
    """Return the spellings of a unit in all languages, longest first."""
    return _all_languages("text", "units", unit)


@cache
def band_words(band: str) -> tuple[str, ...]:
    """Return the names of a pace band in all languages, longest first."""
    return _all_languages("text", "bands", band)


@cache
def type_words(workout_type: str) -> tuple[str, ...]:
    """Return the words for a type of session in all languages, longest first."""
    return _all_languages("text", "types", workout_type)


def _all_languages(*path: str) -> tuple[str, ...]:
    spellings: set[str] = set()
    for language in i18n.LANGUAGES:
        entry = i18n.words(language, "workouts")
        for part in path:
            entry = entry[part]
        spellings.update(str(entry).split("|"))
    return tuple(sorted(spellings, key=lambda word: (-len(word), word)))
