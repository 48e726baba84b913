"""The tile of files that could not be taken: how many, why, and the button that empties it."""

from collections import Counter
from collections.abc import Sequence

from markupsafe import Markup

from runningcoach.base.i18n import t
from runningcoach.ingest import import_report
from runningcoach.ingest.quarantine import DELETED, DELETED_AT_GARMIN
from runningcoach.model.quarantine import Quarantined
from runningcoach.pages import page

PATH = "/api/v1/ingest/quarantine"
MOST_REASONS = 8


def held(rows: Sequence[Quarantined], width: int = 12) -> Markup:
    """Return what waits in quarantine by its reasons; nothing where nothing does."""
    waiting = [one for one in rows if one.reason_code not in (DELETED, DELETED_AT_GARMIN)]
    if not waiting:
        return Markup()
    counts = Counter(one.reason_code for one in waiting).most_common(MOST_REASONS)
    lines = [
        (import_report.reason_text(code), t("pages.connect.files", count=count))
        for code, count in counts
    ]
    head = [t(f"pages.connect.quarantine.{name}") for name in ("reason", "files")]
    return page.card(
        t("pages.connect.quarantine.title"),
        Markup('<p class="hint">{}</p>').format(t("pages.connect.quarantine.hint")),
        page.table(head, lines, name="tight"),
        _empty(),
        width=width,
        aside=t("pages.connect.files", count=len(waiting)),
        name="quarantine",
    )


def _empty() -> Markup:
    """Return the button that empties quarantine, and the question whether to."""
    return Markup(
        '<div class="actions">'
        '<button type="button" class="button" data-ask="empty">{empty}</button></div>'
        '<dialog id="empty" aria-labelledby="empty-title"><h2 id="empty-title">{ask}</h2>'
        '<p>{explained}</p><p class="told" role="alert"></p><div class="actions">'
        '<button type="button" class="button danger" data-send="{path}" data-method="DELETE">'
        '{empty}</button><button type="button" class="button" data-close>{cancel}</button></div>'
        "</dialog>"
    ).format(
        path=PATH,
        empty=t("pages.connect.quarantine.empty"),
        ask=t("pages.connect.quarantine.ask"),
        explained=t("pages.connect.quarantine.ask_hint"),
        cancel=t("pages.connect.cancel"),
    )
