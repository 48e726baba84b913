"""The tile of files that could not be taken: how many, why, and the button that empties it."""

from collections import Counter
from collections.abc import Sequence

from runningcoach.base.i18n import t
from runningcoach.ingest import import_report
from runningcoach.ingest.quarantine import DELETED, DELETED_AT_GARMIN
from runningcoach.model.quarantine import Quarantined
from runningcoach.pages import page
from runningcoach.pages.markup import Piece, macros

CONNECT = macros("connect")

PATH = "/api/v1/ingest/quarantine"
MOST_REASONS = 8


def held(rows: Sequence[Quarantined], width: int = 12) -> Piece:
    """Return what waits in quarantine by its reasons; nothing where nothing does."""
    waiting = [one for one in rows if one.reason_code not in (DELETED, DELETED_AT_GARMIN)]
    if not waiting:
        return ""
    counts = Counter(one.reason_code for one in waiting).most_common(MOST_REASONS)
    lines = [
        (import_report.reason_text(code), t("pages.connect.files", count=count))
        for code, count in counts
    ]
    head = [t(f"pages.connect.quarantine.{name}") for name in ("reason", "files")]
    return page.card(
        t("pages.connect.quarantine.title"),
        page.paragraph(t("pages.connect.quarantine.hint"), "hint"),
        page.table(head, lines, name="tight"),
        CONNECT.quarantine(PATH),
        width=width,
        aside=t("pages.connect.files", count=len(waiting)),
        name="quarantine",
    )
