"""What could not be computed: of one activity, and how many there are."""

from collections.abc import Sequence

from runningcoach.base.i18n import t
from runningcoach.model.activity import ParkedActivity
from runningcoach.pages import page
from runningcoach.pages.markup import Piece


def notice(parked: ParkedActivity | None) -> Piece:
    """Return why an activity has no numbers, or old ones; nothing for one that has its own."""
    if parked is None:
        return ""
    lines = (
        t(f"pages.parked.{parked.stage}"),
        t("pages.parked.reason", reason=parked.reason),
        t("pages.parked.remedy"),
    )
    return page.card(t("pages.parked.title"), *map(page.paragraph, lines), name="parked")


def count(parked: Sequence[ParkedActivity]) -> Piece:
    """Return how many activities could not be computed; nothing when none is."""
    if not parked:
        return ""
    words = page.paragraph(t("pages.parked.some", count=len(parked)))
    return page.card(t("pages.parked.title"), words, name="parked")
