"""Errors with a sentence on what happened and one on what to do.

Every error has a code, "room.name". Its two sentences, `what` and `remedy`, stand in
locales/<language>/<room>.toml under [errors.<name>], so that they can be shown in the
reader's language wherever the error ends up: terminal, API problem or notebook.
"""

from collections.abc import Sequence

from runningcoach.base import i18n


class Phrase(str):
    """A key of words that fills a blank: it is shown in the language of its sentence."""

    __slots__ = ()


class RunningCoachError(Exception):
    """Something went wrong that a person can mend.

    Subclasses set `code`; `blanks` fill the sentences. `status` is the HTTP status that
    the API answers with, `exit_code` how a command ends: 2 where a setting must be corrected.
    `places` are those of the input that are wrong, each with what is wrong there, in the language
    in force; nothing where the sentences tell it all.
    """

    code: str
    status: int = 500
    exit_code: int = 1
    places: Sequence[tuple[str, str]] = ()

    def __init__(self, **blanks: object) -> None:
        """Keep the values for the blanks of the sentences; secrets must not be among them."""
        super().__init__(self.code)
        self.blanks = blanks

    def _sentence(self, part: str, language: str | None) -> str:
        room, name = self.code.split(".")
        blanks = {
            blank: i18n.t(value, language) if isinstance(value, Phrase) else value
            for blank, value in self.blanks.items()
        }
        return i18n.t(f"{room}.errors.{name}.{part}", language, **blanks)

    def what(self, language: str | None = None) -> str:
        """Return what happened, in `language` or the current one."""
        return self._sentence("what", language)

    def remedy(self, language: str | None = None) -> str:
        """Return what the reader can do about it."""
        return self._sentence("remedy", language)

    def __str__(self) -> str:
        return f"{self.what()} {self.remedy()}"

    def __reduce__(self) -> tuple[object, ...]:
        """Let the error travel between processes with its blanks."""
        return (_rebuild, (type(self), self.blanks))


def _rebuild(kind: type[RunningCoachError], blanks: dict[str, object]) -> RunningCoachError:
    return kind(**blanks)
