"""The HTML of pages: Jinja macros by subject in `templates/`, which escape all that they are given.

Python hands them words and numbers; a piece that another macro has made stays as it is.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from runningcoach.base.i18n import t

type Piece = str | Markup


def macros(subject: str) -> Any:
    """Return the macros of `templates/SUBJECT.html` as attributes; each returns Markup."""
    return _environment().get_template(f"{subject}.html").module


def join(pieces: Iterable[Piece], between: Piece = "") -> Markup:
    """Put pieces one after another."""
    return escape(between).join(pieces)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader(__package__ or ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals["t"] = t
    # A NaN would not be JSON, and no browser could read the chart.
    environment.policies["json.dumps_kwargs"] = {
        "separators": (",", ":"),
        "ensure_ascii": False,
        "allow_nan": False,
    }
    return environment
