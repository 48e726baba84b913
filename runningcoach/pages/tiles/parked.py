"""What could not be computed: of one activity, and how many there are."""

from collections.abc import Sequence

from markupsafe import Markup

from runningcoach.base.i18n import t
from runningcoach.model.activity import ParkedActivity
from runningcoach.pages import page


def notice(parked: ParkedActivity | None) -> Markup:
    """Return why an activity has no numbers, or old ones; nothing for one that has its own."""
    if parked is None:
        return Markup()
    lines = (
        t(f"pages.parked.{parked.stage}"),
        t("pages.parked.reason", reason=parked.reason),
        t("pages.parked.remedy"),
    )
    body = page.join(Markup("<p>{}</p>").format(line) for line in lines)
    return page.card(t("pages.parked.title"), body, name="parked")


def count(parked: Sequence[ParkedActivity]) -> Markup:
    """Return how many activities could not be computed; nothing when none is."""
    if not parked:
        return Markup()
    words = Markup("<p>{}</p>").format(t("pages.parked.some", count=len(parked)))
    return page.card(t("pages.parked.title"), words, name="parked")
