"""What is said of a setting that cannot be: its variable, its value, what is allowed."""

from collections.abc import Callable, Iterator
from typing import Any, get_args

from annotated_types import Ge, Le
from pydantic import SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from runningcoach.base import i18n, logs
from runningcoach.base.errors import RunningCoachError

SHORTEST_PASSWORD = 8
"""Characters of the owner's password, at least."""
LONGEST_PRINTED = 80


class SettingsInvalid(RunningCoachError):
    """Environment variables hold what their settings cannot be."""

    code = "settings.invalid"
    exit_code = 2

    def __init__(self, mistakes: list[dict[str, str]]) -> None:
        """Keep, of each setting, its variable, its value and the key of what is allowed."""
        super().__init__(mistakes=mistakes)
        self._mistakes = mistakes

    def what(self, language: str | None = None) -> str:
        """Return a sentence for each setting: its name, its value, what is allowed."""
        return "\n".join(_sentence(mistake, language) for mistake in self._mistakes)

    def remedy(self, language: str | None = None) -> str:
        """Return what the reader can do about it."""
        return i18n.t("settings.errors.invalid.remedy", language)

    def __reduce__(self) -> tuple[object, ...]:
        """Let the error travel between processes."""
        return type(self), (self._mistakes,)


def _sentence(mistake: dict[str, str], language: str | None) -> str:
    allowed = i18n.t(f"settings.allowed.{mistake['allowed']}", language).format(**mistake)
    return i18n.t("settings.errors.invalid.what", language, **mistake | {"allowed": allowed})


def find_mistakes(
    error: ValidationError, kind: type[BaseSettings], variable: Callable[[str], str]
) -> Iterator[dict[str, str]]:
    """Yield the variable, the value and what is allowed of each setting that is refused."""
    fields = {variable(name): name for name in kind.model_fields}
    for problem in error.errors(include_url=False, include_context=False):
        key = str(problem["loc"][0])
        name = fields.get(key, key)
        yield {
            "name": variable(name),
            "value": _printable(kind.model_fields[name], problem["input"]),
            **_allowed(name, kind.model_fields[name]),
        }


def _printable(field: FieldInfo, value: object) -> str:
    """Return a refused value as it may be shown; of a secret nothing."""
    if SecretStr in get_args(field.annotation):
        return logs.REMOVED
    text = logs.without_secrets(str(value))
    printable = "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text
    )
    return printable if len(printable) <= LONGEST_PRINTED else f"{printable[:LONGEST_PRINTED]}…"


def _allowed(name: str, field: FieldInfo) -> dict[str, str]:
    """Return the key of the words for a setting's allowed values, and their blanks."""
    if field.annotation is bool:
        return {"allowed": "switch"}
    if field.annotation is int:
        low = next(limit.ge for limit in field.metadata if isinstance(limit, Ge))
        high = next(limit.le for limit in field.metadata if isinstance(limit, Le))
        return {"allowed": "number", "low": f"{low}", "high": f"{high}"}
    if choices := get_args(field.annotation) if not _is_optional(field.annotation) else ():
        return {"allowed": "choice", "choices": ", ".join(choices)}
    return {"allowed": name, "shortest": f"{SHORTEST_PASSWORD}"}


def _is_optional(annotation: Any) -> bool:
    return type(None) in get_args(annotation)
