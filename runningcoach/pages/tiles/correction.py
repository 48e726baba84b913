"""The form that corrects an activity: its sport, whether it was a race, what it is used for.

It speaks to the API by the page's own script, and sends what was changed.
"""

from collections.abc import Iterable, Sequence

from runningcoach.base import i18n
from runningcoach.base.i18n import t
from runningcoach.model.activity import Activity
from runningcoach.pages import page
from runningcoach.pages.markup import Piece, macros
from runningcoach.pages.tiles import common

FORMS = macros("forms")

API = "/api/v1/activities"
SPORTS = (
    "running", "walking", "hiking", "cycling", "swimming", "rowing", "cross_country_skiing",
    "training", "fitness_equipment", "generic",
)  # fmt: skip
"""Those that have a word; an activity's own is offered too."""
NO_KIND = (None, "generic")

type Option = tuple[str, str]


def form(activity: Activity) -> Piece:
    """Return the card with the form."""
    kind = "" if activity.sub_sport in NO_KIND else activity.sub_sport or ""
    fields = [
        _select("sport", activity.sport, _sports(activity.sport), group="sport"),
        _select("sub_sport", kind, _kinds(kind), group="sport"),
        _select("is_race", _word(activity.is_race), _words("yes_or_no")),
        _select(
            "use_for_estimates",
            _word(activity.use_for_estimates),
            [("", t("correction.estimates.auto")), *_words("estimates")],
        ),
    ]
    path, save = f"{API}/{activity.id}", t("correction.save")
    return page.card(
        t("correction.title"),
        page.paragraph(t("correction.hint"), "hint"),
        FORMS.entry(path, fields, save, "correction", method="PATCH", autocomplete="off"),
        name="correct",
    )


def _sports(own: str) -> list[Option]:
    return [(name, common.sport(name)) for name in _with(SPORTS, own)]


def _kinds(own: str) -> list[Option]:
    known = i18n.words(i18n.language(), "correction")["sub_sports"]
    named = [(name, known.get(name, name.replace("_", " "))) for name in _with(known, own)]
    return [("", t("correction.plain")), *named]


def _with(names: Iterable[str], own: str) -> Sequence[str]:
    """Return names, with the activity's own at the end where it is none of them."""
    known = list(names)
    return known if not own or own in known else [*known, own]


def _words(table: str) -> list[Option]:
    return [(name, t(f"correction.{table}.{name}")) for name in ("true", "false")]


def _word(value: bool | None) -> str:
    return "" if value is None else str(value).lower()


def _select(name: str, now: str, options: Sequence[Option], *, group: str = "") -> Piece:
    """Return a choice; `group` names fields that are sent together when one was changed."""
    return FORMS.select(name, now, options, group or name)
