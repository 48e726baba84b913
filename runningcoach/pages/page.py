"""The pieces that pages are made of: cards, numbers, tables, charts.

Every piece takes plain text, which is escaped, or Markup, which another piece has made. A cell
ends with `show(...)`; the template streams what it shows as it is.
"""

import json
import sys
import traceback
from collections.abc import Iterable, Sequence
from typing import Any

from IPython.core.getipython import get_ipython
from IPython.display import HTML, display
from markupsafe import Markup, escape

from runningcoach.base import i18n
from runningcoach.base.errors import RunningCoachError
from runningcoach.base.i18n import t
from runningcoach.pages import session
from runningcoach.pages.formatting import NOTHING

type Piece = str | Markup


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
    display(HTML(Markup('<div class="grid">{}</div>').format(join(pieces))))


def join(pieces: Iterable[Piece]) -> Markup:
    """Put pieces one after another."""
    return Markup().join(pieces)


def problem(error: Exception) -> Markup:
    """Return a card that says what went wrong and what to do; never the details of a fault."""
    if isinstance(error, RunningCoachError):
        return notice(error.what(), error.remedy(), kind="bad")
    return notice(t("pages.fault.what"), t("pages.fault.remedy"), kind="bad")


def notice(what: Piece, more: Piece = "", *, kind: str = "calm", link: Piece = "") -> Markup:
    """Return a card with one statement, what to do about it, and perhaps a link."""
    return Markup(
        '<section class="card w12 notice {}" role="status"><h2>{}</h2><p>{}</p>{}</section>'
    ).format(kind, what, more, link)


def card(title: Piece, *body: Piece, width: int = 12, aside: Piece = "", name: str = "") -> Markup:
    """Return a titled card, `width` twelfths of the page wide; `name` is a class for its look."""
    return Markup(
        '<section class="card w{} {}"><header><h2>{}</h2><span class="aside">{}</span></header>'
        "{}</section>"
    ).format(width, name, title, aside, join(body))


def explained(words: Piece, meaning: str | None) -> Markup:
    """Return words that explain themselves when pointed at, touched or focused."""
    if not meaning:
        return Markup("<span>{}</span>").format(words)
    return Markup('<span class="tip" tabindex="0" data-tip="{}">{}</span>').format(meaning, words)


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
) -> Markup:
    """Return one number with its name and unit.

    `metric` is the key of its meaning and, with `about` (a day or the number of an activity),
    of its explanation; `why` says why the number is missing; `note` stands below it, `spark`
    beside it.
    """
    missing = value == NOTHING
    told = explained(label, (why or None) if missing else meaning(metric))
    asked = Markup(' data-explain="{}" data-about="{}"').format(metric, about) if about else ""
    button = _why(label) if about else ""
    return Markup(
        '<div class="stat{}"{}><div class="figure"><b>{}</b><small>{}</small>{}</div>'
        '<div class="label">{}{}</div><div class="note">{}</div></div>'
    ).format(
        " missing" if missing else "",
        asked,
        value,
        "" if missing else unit,
        spark,
        told,
        button,
        note or why,
    )


def _why(label: Piece) -> Markup:
    """Return the button that opens the explanation of a number."""
    words = t("explain.panel.why", label=escape(label).striptags())
    return Markup(
        '<button type="button" class="why" aria-haspopup="dialog" aria-label="{}">{}</button>'
    ).format(words, t("explain.panel.button"))


def stats(*numbers: Markup) -> Markup:
    """Return numbers side by side."""
    return Markup('<div class="stats">{}</div>').format(join(numbers))


def change(value: float | None, text: str, *, good: int = 1) -> Markup:
    """Return by how much a number moved: green when it moved the `good` way (1, -1, 0 none)."""
    if value is None or value == 0:
        return Markup('<span class="change">{}</span>').format(text)
    look = {1: " up", -1: " down", 0: ""}[good * (1 if value > 0 else -1)]
    arrow = "▲" if value > 0 else "▼"
    return Markup('<span class="change{}"><i aria-hidden="true">{}</i> {}</span>').format(
        look, arrow, text
    )


def spark(values: Sequence[float | None], tint: str = "cyan") -> Markup:
    """Return a small line without axes: the way a number came here."""
    known = [(i, v) for i, v in enumerate(values) if v is not None and v == v]
    if len(known) < 3:
        return Markup()
    low, high = min(v for _, v in known), max(v for _, v in known)
    scale = (high - low) or 1.0
    points = " ".join(
        f"{i * 96 / (len(values) - 1) + 2:.1f},{26 - (v - low) * 22 / scale:.1f}" for i, v in known
    )
    return Markup(
        '<svg class="spark {}" viewBox="0 0 100 30" preserveAspectRatio="none" aria-hidden="true">'
        '<polyline points="{}"/></svg>'
    ).format(tint, points)


def chips(*words: Piece) -> Markup:
    """Return short facts as rounded labels; empty ones are left out."""
    return Markup('<div class="chips">{}</div>').format(join(badge(w) for w in words if w))


def badge(words: Piece, look: str = "") -> Markup:
    """Return a rounded label; `look` is good, warn or bad."""
    return Markup('<span class="chip {}">{}</span>').format(look, words)


def link(words: Piece, href: str, look: str = "") -> Markup:
    """Return a link."""
    return Markup('<a class="{}" href="{}">{}</a>').format(look, href, words)


def table(head: Sequence[Piece], rows: Iterable[Sequence[Piece]], *, name: str = "") -> Markup:
    """Return a table; the first column is words, the rest are numbers set right.

    On a phone each row becomes a block: its cells know the names of their columns.
    """
    heads = join(Markup('<th scope="col">{}</th>').format(cell) for cell in head)
    body = join(_row(head, row) for row in rows)
    return Markup('<table class="{}"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>').format(
        name, heads, body
    )


def _row(head: Sequence[Piece], row: Sequence[Piece]) -> Markup:
    names = [escape(name).striptags() for name in head]
    first = Markup('<th scope="row">{}</th>').format(row[0])
    rest = join(
        Markup('<td data-name="{}">{}</td>').format(name, cell)
        for name, cell in zip(names[1:], row[1:], strict=True)
    )
    return Markup("<tr>{}{}</tr>").format(first, rest)


def bars(rows: Iterable[tuple[Piece, float, str, str]]) -> Markup:
    """Return lying bars: name, share (0 to 1), the number in words, colour class."""
    lines = join(
        Markup(
            '<li><span class="name">{}</span><span class="bar"><i class="{}" style="width:{}%">'
            '</i></span><span class="number">{}</span></li>'
        ).format(name, tint, round(100 * share, 1), words)
        for name, share, words, tint in rows
    )
    return Markup('<ul class="bars">{}</ul>').format(lines)


def chart(drawing: Any, words: str, *, group: str = "", wide: bool = False) -> Markup:
    """Return an Altair chart as its specification; the page draws it when it comes in sight.

    `words` tell those who cannot see it what it shows. Charts of one `group` show a common
    cursor. A `wide` one scrolls sideways on a phone.
    """
    spec = drawing.to_dict(validate=False)
    height = spec.get("height", 0)
    return Markup(
        '<figure class="chart{}" data-group="{}" role="img" aria-label="{}" style="--h:{}px">'
        '<div class="canvas"></div>'
        '<script type="application/json" class="spec">{}</script></figure>'
    ).format(" wide" if wide else "", group, words, height, as_json(spec))


def as_json(value: Any) -> Markup:
    """Return JSON that is safe inside a script element: no sign in it can end the element."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    for sign in "&<>":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # noqa: S704


def scroller(drawing: Piece) -> Markup:
    """Return a drawing that scrolls sideways where the page is narrow, its end first."""
    return Markup('<div class="scroller" tabindex="-1">{}</div>').format(drawing)
