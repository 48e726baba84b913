"""What can be wrong with a file, said in plain words."""

from typing import NamedTuple

from runningcoach.base import i18n


class FitProblem(NamedTuple):
    """One thing that is wrong: where in the file, a code for programs, a sentence for people."""

    offset: int
    code: str
    text: str


def problem(offset: int, code: str, **blanks: object) -> FitProblem:
    """Return a problem with its sentence from locales/<language>/fit.toml."""
    return FitProblem(offset, code, i18n.t(f"fit.problems.{code}", **blanks))
