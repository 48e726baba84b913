"""Tiles and words that more than one page shows."""

from collections.abc import Sequence
from datetime import date

from runningcoach.base import i18n, units
from runningcoach.base.i18n import t
from runningcoach.metrics import sports
from runningcoach.model.activity import Activity
from runningcoach.model.fitness import DailyFitness
from runningcoach.pages import formatting, page
from runningcoach.pages.markup import Piece, macros
from runningcoach.store.activities import ListedActivity

ACTIVITIES = macros("activities")
FORMS = macros("forms")

MUCH_ESTIMATED = 0.2
"""Share of training days with estimated load from which on a day's numbers say so."""


def word(table: str, code: str) -> str:
    """Return the word for a code of the engine or a device; one without a word stays."""
    return i18n.words(i18n.language(), "pages")[table].get(code) or code.replace("_", " ")


def reason(code: str | None) -> str:
    """Return in words why a number is missing."""
    if code is None:
        return t("pages.reasons.not_recorded")
    known = i18n.words(i18n.language(), "metrics")["reasons"]
    return known.get(code) or word("reasons", code)


def label(metric: str) -> str:
    """Return what a stored quantity is called; one without a word keeps its name."""
    return i18n.words(i18n.language(), "metrics")["labels"].get(metric) or metric


def flag(code: str) -> str:
    """Return what a flag of the engine says."""
    known = i18n.words(i18n.language(), "metrics")["flags"]
    return known.get(code) or word("flags", code)


def much_estimated(day: DailyFitness) -> bool:
    """Tell whether the numbers of a day rest much on load that was estimated from time."""
    return day.estimated_share > MUCH_ESTIMATED


def caution(day: DailyFitness) -> Piece:
    """Return labels for what makes the numbers of a day less sure; nothing for a sure day."""
    share = round(units.percent(day.estimated_share))
    labels = (
        (day.provisional, t("pages.today.provisional")),
        (much_estimated(day), t("pages.marks.estimated", percent=share)),
        ("seeded" in day.flags, t("pages.marks.seeded")),
    )
    return ACTIVITIES.badges([(words, "warn") for true, words in labels if true])


def sport(name: str) -> str:
    """Return the word for a sport."""
    return word("sports", name)


def title(activity: Activity) -> str:
    """Return what to call an activity: its name, or its sport."""
    return activity.name or sport(activity.sport)


def address(activity_id: int) -> str:
    """Return where an activity is shown, from any page."""
    return f"activity.ipynb?id={activity_id}"


def counted_s(activity: Activity, moving_s: float | None) -> float | None:
    """Return the time of an activity that counts: on the move, or by the timer."""
    return sports.counted_time_s(activity.sport, moving_s, activity.timer_s, activity.elapsed_s)


def speed_mps(activity: Activity, moving_s: float | None) -> float | None:
    """Return the average speed: the distance over the time that counts."""
    return sports.counted_speed_mps(activity.distance_m, counted_s(activity, moving_s))


def speed(sport: str, speed_mps: float | None) -> tuple[str, str]:
    """Write a speed as runners, riders or swimmers do, and its unit."""
    return units.speed(sports.speed_form(sport), speed_mps)


def cadence_unit(sport: str) -> str:
    """Return the unit of a sport's cadence in words."""
    return t(f"pages.cadence_units.{sports.cadence_unit(sport)}")


def pace_of(activity: ListedActivity) -> Piece:
    """Write the average speed of an activity as its sport does."""
    return with_unit(*speed(activity.sport, speed_mps(activity, activity.moving_s)))


def badges(activity: Activity) -> Piece:
    """Return the labels that an activity has earned: race, treadmill, salvaged."""
    labels = (
        (activity.is_race, "race", "warn"),
        (activity.is_treadmill, "treadmill", ""),
        (activity.decode_status == "salvaged", "salvaged", "bad"),
    )
    return ACTIVITIES.badges(
        [(t(f"pages.badges.{name}"), look) for earned, name, look in labels if earned]
    )


def activity_table(rows: Sequence[ListedActivity], today: date) -> Piece:
    """Return activities as a table; each name leads to its page."""
    head = [t(f"pages.columns.{name}") for name in ("activity", "date", "distance")]
    head += [t(f"pages.columns.{name}") for name in ("time", "speed", "heart_rate", "load")]
    return page.table(head, [_row(row, today) for row in rows], name="activities")


def _row(row: ListedActivity, today: date) -> list[Piece]:
    name = ACTIVITIES.title(title(row), address(row.id), badges(row))
    return [
        name,
        formatting.short_day(row.local_date, today),
        with_unit(formatting.km(row.distance_m), "km"),
        units.clock(counted_s(row, row.moving_s)),
        pace_of(row),
        with_unit(formatting.number(row.average_hr_bpm), "bpm"),
        formatting.number(row.load),
    ]


def with_unit(number: str, unit: str) -> Piece:
    """Return a number with its unit in small; no unit beside a number that is not known."""
    return page.with_unit(number, "" if number == formatting.NOTHING else unit)


type Choice = tuple[str, str, bool]
"""One of several links: its words, where it leads, and whether it is in force."""


def choices(label: str, links: Sequence[Choice]) -> Piece:
    """Return links of which one is in force, with what they choose."""
    return FORMS.choices(label, links)
