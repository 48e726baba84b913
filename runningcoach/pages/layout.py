"""What surrounds the cards of a page: title, menu and words, in the language of its user.

The template has them before the kernel runs, so the frame is there at once. They travel in the
notebook's metadata, which Voila's hook may change for one visit.
"""

from typing import Any

from runningcoach.base import i18n
from runningcoach.base.i18n import t
from runningcoach.pages.charts import bundle

PAGES = {
    "today": "M4 12a8 8 0 0 1 16 0M12 12l4-3M3 18h18",
    "calendar": "M4 6h16v14H4zM4 10h16M8 3v4M16 3v4",
    "activities": "M4 6h16M4 12h16M4 18h10",
    "coach": "M4 5h16v11H11l-4 4v-4H4zM8 9h8M8 12.5h5",
    "fitness": "M3 17l5-6 4 3 5-8 4 5M3 21h18",
    "readiness": "M12 20s-7-4.4-7-10a4 4 0 0 1 7-2.6A4 4 0 0 1 19 10c0 5.6-7 10-7 10z",
    "trends": "M4 20V10M10 20V4M16 20v-8M22 20H2",
    "jobs": "M12 3a9 9 0 1 0 9 9M12 7v5l3 3M16 4l5 0 0 5",
    "health": "M3 12h4l3-7 4 14 3-7h4",
    "connect": "M9 15l6-6M10 6l2-2a4 4 0 0 1 6 6l-2 2M14 18l-2 2a4 4 0 0 1-6-6l2-2",
}
"""The pages of the menu, each with the line of its icon."""
PARENTS = {"activity": "activities", "plan": "calendar"}
"""Pages that are not in the menu, and the one that stands for them."""
WORDS = (
    "skip", "nav", "loading", "ready", "other_language", "other_language_label", "logout",
    "failed", "again", "chart_failed",
)  # fmt: skip


def dress(handler: Any, notebook: Any, cwd: str) -> None:  # noqa: ARG001 - Voila's hook
    """Give the notebook of a visit its frame; Voila calls this before it starts the kernel."""
    name = handler.request.path.rsplit("/", 1)[-1].removesuffix(".ipynb")
    language = getattr(handler.current_user, "language", None) or i18n.language()
    notebook.metadata["frame"] = frame(name, notebook.metadata.get("title"), language)


def frame(name: str, title: str | None, language: str) -> dict[str, Any]:
    """Return what the template needs for the page `name`.

    `title` is a key of words; a notebook without one is called by its name.
    """
    with i18n.speaking(language):
        here = PARENTS.get(name, name)
        return {
            "language": i18n.language(),
            "other_language": "en" if i18n.language() == "ko" else "ko",
            "title": t(title) if title else name,
            "links": [_link(page, icon, page == here) for page, icon in PAGES.items()],
            "explain": i18n.words(i18n.language(), "explain")["panel"],
            "words": {word: t(f"pages.frame.{word}") for word in WORDS},
            "locale": locale(),
            "library": f"{bundle.NAME}?v={bundle.version()}",
        }


def _link(page: str, icon: str, here: bool) -> dict[str, Any]:
    title = t(f"pages.titles.{page}")
    return {"href": f"{page}.ipynb", "title": title, "icon": icon, "here": here}


def locale() -> dict[str, Any]:
    """Return how charts write days, in the form that d3-time-format takes."""
    months = [t(f"charts.months.{n}") for n in range(1, 13)]
    weekdays = [t(f"charts.weekdays.{n}") for n in (6, 0, 1, 2, 3, 4, 5)]
    return {
        "dateTime": "%x %H:%M",
        "date": t("charts.full_date"),
        "time": "%H:%M:%S",
        "periods": ["AM", "PM"],
        "days": weekdays,
        "shortDays": weekdays,
        "months": months,
        "shortMonths": months,
    }
