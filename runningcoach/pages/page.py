"""The pieces that pages are made of: cards, numbers, tables, charts.

Every piece takes plain text, which is escaped, or what another piece has made. A cell ends with
`show(...)`; the template streams what it shows as it is.
"""

import sys
import traceback
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from IPython.core.getipython import get_ipython
from IPython.display import HTML, display

from runningcoach.base import i18n
from runningcoach.base.errors import RunningCoachError
from runningcoach.base.i18n import t
from runningcoach.pages import session
from runningcoach.pages.formatting import NOTHING
from runningcoach.pages.markup import Piece, macros

if TYPE_CHECKING:  # a job that draws no chart need not load pandas
    from runningcoach.pages.charts.calendar import CalendarDrawing

CARDS = macros("cards")
NUMBERS = macros("numbers")
TABLES = macros("tables")
CHARTS = macros("charts")


def begin() -> None:
    """Speak the reader's language and, from here on, show an error as a card."""
    i18n.use(session.language())
    shell = get_ipython()
    if shell is not None:
        shell.set_custom_exc((Exception,), _show_error)


def _show_error(_shell: object, _kind: object, error: Exception, trace: Any, **_: object) -> None:
    if not isinstance(error, RunningCoachError):
        traceback.print_exception(type(error), error, trace, file=sys.__stderr__)  # for the log
    show(problem(error))


def show(*pieces: Piece) -> None:
    """Show the pieces side by side, as many as fit in a row; nothing for empty ones."""
    if not any(pieces):
        return
    display(HTML(CARDS.grid(pieces)))


def problem(error: Exception) -> Piece:
    """Return a card that says what went wrong and what to do; never the details of a fault."""
    if isinstance(error, RunningCoachError):
        return notice(error.what(), error.remedy(), kind="bad")
    return notice(t("pages.fault.what"), t("pages.fault.remedy"), kind="bad")


def notice(what: Piece, more: Piece = "", *, kind: str = "calm", link: Piece = "") -> Piece:
    """Return a card with one statement, what to do about it, and perhaps a link."""
    return CARDS.notice(what, more, kind, link)


def card(title: Piece, *body: Piece, width: int = 12, aside: Piece = "", name: str = "") -> Piece:
    """Return a titled card, `width` twelfths of the page wide; `name` is a class for its look."""
    return CARDS.card(title, body, width, aside, name)


def empty_card(title: Piece, why: str, width: int = 12, aside: Piece = "") -> Piece:
    """Return a card that has nothing to show, and says why."""
    return card(title, paragraph(why, "none"), width=width, aside=aside)


def paragraph(words: Piece, look: str = "") -> Piece:
    """Return a paragraph; `look` is none, hint, fine, lead, said or below."""
    return CARDS.paragraph(words, look)


def lines(rows: Iterable[Piece]) -> Piece:
    """Return short sentences one below another."""
    return CARDS.lines(rows)


def explained(words: Piece, meaning: str | None) -> Piece:
    """Return words that explain themselves when pointed at, touched or focused."""
    return NUMBERS.explained(words, meaning)


def meaning(metric: str) -> str | None:
    """Return what a metric means, in a sentence; None for one that explains itself."""
    stored = i18n.words(i18n.language(), "metrics")["explain"]
    return stored.get(metric) or i18n.words(i18n.language(), "pages")["meanings"].get(metric)


def stat(
    label: Piece,
    value: str,
    unit: str = "",
    *,
    metric: str = "",
    about: str = "",
    why: str = "",
    note: Piece = "",
    spark: Piece = "",
) -> Piece:
    """Return one number with its name and unit.

    `metric` is the key of its meaning and, with `about` (a day or the number of an activity),
    of its explanation; `why` says why the number is missing; `note` stands below it, `spark`
    beside it.
    """
    missing = value == NOTHING
    told = (why or None) if missing else meaning(metric)
    shown = "" if missing else unit
    return NUMBERS.stat(label, value, shown, told, metric, about, note or why, spark, missing)


def stats(*numbers: Piece) -> Piece:
    """Return numbers side by side."""
    return NUMBERS.stats(numbers)


def change(value: float | None, text: str, *, good: int = 1) -> Piece:
    """Return by how much a number moved: green when it moved the `good` way (1, -1, 0 none)."""
    if not value:
        return NUMBERS.change("", "", text)
    better, worse = {1: (" up", " down"), -1: (" down", " up"), 0: ("", "")}[good]
    return NUMBERS.change(*((better, "▲") if value > 0 else (worse, "▼")), text)


def spark(values: Sequence[float | None], tint: str = "cyan") -> Piece:
    """Return a small line without axes: the way a number came here."""
    known = [(i, v) for i, v in enumerate(values) if v is not None and v == v]
    if len(known) < 3:
        return ""
    low, high = min(v for _, v in known), max(v for _, v in known)
    scale = (high - low) or 1.0
    points = " ".join(
        f"{i * 96 / (len(values) - 1) + 2:.1f},{26 - (v - low) * 22 / scale:.1f}" for i, v in known
    )
    return NUMBERS.spark(points, tint)


def with_unit(number: Piece, unit: Piece) -> Piece:
    """Return a number, or other words, with its unit in small."""
    return NUMBERS.with_unit(number, unit)


def chips(*words: Piece) -> Piece:
    """Return short facts as rounded labels; empty ones are left out."""
    return NUMBERS.chips(words)


def badge(words: Piece, look: str = "") -> Piece:
    """Return a rounded label; `look` is good, warn or bad."""
    return NUMBERS.badge(words, look)


def link(words: Piece, href: str, look: str = "") -> Piece:
    """Return a link."""
    return NUMBERS.link(words, href, look)


def table(head: Sequence[Piece], rows: Iterable[Sequence[Piece]], *, name: str = "") -> Piece:
    """Return a table; the first column is words, the rest are numbers set right.

    On a phone each row becomes a block: its cells know the names of their columns.
    """
    return TABLES.table(head, rows, name)


def bars(rows: Iterable[tuple[Piece, float, str, str]]) -> Piece:
    """Return lying bars: name, share (0 to 1), the number in words, colour class."""
    return TABLES.bars(
        (name, round(100 * share, 1), words, tint) for name, share, words, tint in rows
    )


def chart(drawing: Any, words: str, *, group: str = "", wide: bool = False) -> Piece:
    """Return an Altair chart as its specification; the page draws it when it comes in sight.

    `words` tell those who cannot see it what it shows. Charts of one `group` show a common
    cursor. A `wide` one scrolls sideways on a phone.
    """
    spec = drawing.to_dict(validate=False)
    return CHARTS.chart(spec, words, spec.get("height", 0), group, wide)


def calendar(drawing: "CalendarDrawing") -> Piece:
    """Return a training calendar whose days lead to their activities; it scrolls sideways."""
    return scroller(CHARTS.calendar(drawing))


def scroller(drawing: Piece) -> Piece:
    """Return a drawing that scrolls sideways where the page is narrow, its end first."""
    return CHARTS.scroller(drawing)
