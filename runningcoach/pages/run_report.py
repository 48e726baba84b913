"""The report of a run: the executed notebook as one file that fetches nothing and runs nothing.

A report is read on a phone as on a desk, kept for months and shown without scripts, so its charts
are drawings already: one broad and one narrow, of which the page shows the one that fits.
"""

from pathlib import Path
from typing import Any

import nbformat
import vl_convert

from runningcoach.base import i18n
from runningcoach.base.i18n import t
from runningcoach.pages import layout, notebook_folders
from runningcoach.pages.markup import Piece, macros

CHARTS = macros("charts")
BROAD, NARROW = 440, 310
"""Widths in pixels that charts are drawn for: half a page on a desk, all of it on a phone."""


def page(executed: Path, *, shows_code: bool) -> bytes:
    """Return the report of an executed notebook, with its code folded away or left out."""
    # The notebook that draws its charts here does without what only the whole report needs.
    from nbconvert.exporters.html import HTMLExporter

    exporter = HTMLExporter(
        template_name="report",
        extra_template_basedirs=[str(notebook_folders.notebooks() / "templates")],
    )
    notebook = nbformat.read(executed, as_version=4)
    title = notebook.metadata.get("title")
    resources = {
        "language": i18n.language(),
        "title": t(title) if title else executed.stem,
        "failed": t("jobs.cell_failed"),
        "style": _style(),
        "shows_code": shows_code,
    }
    html, _ = exporter.from_notebook_node(notebook, resources=resources)
    return html.encode()


def _style() -> str:
    look = notebook_folders.dashboards() / "templates" / "jarvis" / "static" / "jarvis.css"
    more = notebook_folders.notebooks() / "templates" / "report" / "report.css"
    return look.read_text(encoding="utf-8") + more.read_text(encoding="utf-8")


def chart(drawing: Any, words: str) -> Piece:
    """Return an Altair chart as drawings; `words` tell those who cannot see it what it shows."""
    return CHARTS.drawing(_svg(drawing, BROAD), _svg(drawing, NARROW), words)


def _svg(drawing: Any, width: int) -> str:
    spec = drawing.properties(width=width).to_dict(validate=False)
    return vl_convert.vegalite_to_svg(spec, time_format_locale=layout.locale())
