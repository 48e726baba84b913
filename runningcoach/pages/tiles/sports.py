"""What each sport adds up to, in words and as a table."""

from collections.abc import Iterable, Sequence

from runningcoach.base import units
from runningcoach.base.i18n import t
from runningcoach.derive.sport_totals import activity_count, merge_sums, shares_of_load
from runningcoach.metrics.sports import RUNNING
from runningcoach.model.activity import SportSum
from runningcoach.model.fitness import DailyFitness, Summary
from runningcoach.pages import formatting, page
from runningcoach.pages.markup import Piece
from runningcoach.pages.tiles import common

type Spans = Iterable[DailyFitness] | Iterable[Summary]


def of(spans: Spans) -> list[SportSum]:
    """Return the sums of each sport over days or periods, running first."""
    return merge_sums(one for span in spans for one in span.by_sport)


def runs(sums: Iterable[SportSum]) -> int:
    """Return how many runs there are."""
    return activity_count(one for one in sums if one.sport == RUNNING)


def others(sums: Iterable[SportSum]) -> list[SportSum]:
    """Return the sums of what is no running."""
    return [one for one in sums if one.sport != RUNNING]


def in_words(sums: Iterable[SportSum], *, counted: bool = True) -> str:
    """Return each sport with how often, how far and how long, in a line."""
    return " · ".join(_words(one, counted) for one in sums)


def _words(one: SportSum, counted: bool) -> str:
    parts = [common.sport(one.sport)]
    if counted:
        parts.append(t("pages.sports_sum.times", count=one.activities))
    if one.distance_m:
        parts.append(f"{formatting.km(one.distance_m, 1)} km")
    parts.append(formatting.spell(one.moving_s))
    return " ".join(parts)


def below(sums: Sequence[SportSum]) -> Piece:
    """Return a line with what was done besides running; nothing where nothing was."""
    rest = others(sums)
    if not rest:
        return ""
    words = t("pages.sports_sum.besides", sports=in_words(rest))
    return page.paragraph(words, "below sports")


def card(sums: Sequence[SportSum], width: int = 12) -> Piece:
    """Return a table of every sport with its share of the load; nothing for running alone."""
    if not others(sums):
        return ""
    title = t("pages.sports_sum.title")
    aside = t("pages.sports_sum.aside")
    return page.card(title, table(sums), width=width, aside=aside, name="by-sport")


def table(sums: Sequence[SportSum]) -> Piece:
    """Return sports as lines of a table: how often, how far, how long, how high, and the load."""
    names = ("activities", "distance", "time", "gain", "load")
    head = [t("pages.activities.sport"), *(t(f"pages.sports_sum.columns.{n}") for n in names)]
    lines = map(_line, sums, shares_of_load(sums))
    return page.table(head, lines, name="tight sports")


def _line(one: SportSum, share: float | None) -> list[Piece]:
    percent = formatting.NOTHING if share is None else f"{units.percent(share):.1f} %"
    return [
        common.sport(one.sport),
        formatting.number(one.activities),
        common.with_unit(formatting.km(one.distance_m, 1), "km"),
        formatting.spell(one.moving_s),
        common.with_unit(formatting.number(one.elevation_gain_m), "m"),
        page.with_unit(formatting.number(one.load), percent),
    ]
