"""The tiles of the page "activities": a list that the address narrows down."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from urllib.parse import urlencode

from runningcoach.base import periods
from runningcoach.base.i18n import t
from runningcoach.derive.sport_totals import activity_count
from runningcoach.metrics.sports import RUNNING
from runningcoach.model.activity import SportSum
from runningcoach.pages import formatting, page, session
from runningcoach.pages.charts import activities as charts
from runningcoach.pages.markup import Piece, macros
from runningcoach.pages.tiles import common, frames, sports
from runningcoach.store.activities import ActivityFilters, ListedActivity, PageCursor
from runningcoach.store.activity_totals import ListChoices, MonthTotals

ACTIVITIES = macros("activities")
CARDS = macros("cards")

ROWS = 50
FIELDS = ("year", "month", "sport", "search", "race", "before")


@dataclass(frozen=True, slots=True)
class ActivitiesPageQuery:
    """What the address of the page asks for; nonsense counts as not asked."""

    year: int | None = None
    month: int | None = None
    sport: str | None = None
    search: str | None = None
    race: bool = False
    before: PageCursor | None = None

    def filters(self) -> ActivityFilters:
        """Return it as the store's filters."""
        first, last = self._span()
        return ActivityFilters(
            sport=self.sport,
            first=first,
            last=last,
            name=self.search,
            is_race=True if self.race else None,
        )

    def _span(self) -> tuple[date | None, date | None]:
        if self.year is None:
            return None, None
        if self.month is None:
            return date(self.year, 1, 1), date(self.year, 12, 31)
        first = date(self.year, self.month, 1)
        return first, periods.month_end(first)

    def address(self, **changes: object) -> str:
        """Return the address of this list with some things changed; None drops one."""
        asked = {
            "year": self.year,
            "month": self.month,
            "sport": self.sport,
            "search": self.search,
            "race": 1 if self.race else None,
        } | changes
        words = urlencode({name: value for name, value in asked.items() if value is not None})
        return f"activities.ipynb?{words}" if words else "activities.ipynb"


def asked() -> ActivitiesPageQuery:
    """Read the page's address."""
    year, month = _whole("year", 1970, 9998), _whole("month", 1, 12)
    return ActivitiesPageQuery(
        year=year,
        month=month if year else None,
        sport=_text("sport"),
        search=_text("search"),
        race=session.query("race") == "1",
        before=_place(session.query("before")),
    )


def _whole(name: str, least: int, most: int) -> int | None:
    text = session.query(name) or ""
    return int(text) if text.isascii() and text.isdigit() and least <= int(text) <= most else None


def _text(name: str) -> str | None:
    return (session.query(name) or "").replace("\0", "").strip()[:100] or None


def _place(text: str | None) -> PageCursor | None:
    """Read where the page before ended: microseconds and id, joined by a dot."""
    moment, _, last = (text or "").partition(".")
    if not (moment.isascii() and moment.isdigit() and last.isascii() and last.isdigit()):
        return None
    if len(moment) > 17 or len(last) > 18:
        return None
    return PageCursor(datetime.fromtimestamp(int(moment) / 1e6, UTC), int(last))


def _after(row: ListedActivity) -> str:
    return f"{round(row.started_at.timestamp() * 1e6)}.{row.id}"


def narrowing(wanted: ActivitiesPageQuery, choices: ListChoices) -> Piece:
    """Return the links and the search field that narrow the list."""
    lines = [_years(wanted, choices)]
    if wanted.year:
        lines.append(_months(wanted))
    lines.append(_sports(wanted, choices))
    return page.card(t("pages.activities.title"), *lines, aside=_search(wanted), name="filters")


def _years(wanted: ActivitiesPageQuery, choices: ListChoices) -> Piece:
    every = (t("pages.activities.all_years"), wanted.address(year=None, month=None))
    years = [
        (str(year), wanted.address(year=year, month=None), year == wanted.year)
        for year in choices.years
    ]
    return common.choices(t("pages.activities.year"), [(*every, wanted.year is None), *years])


def _months(wanted: ActivitiesPageQuery) -> Piece:
    every = (t("pages.activities.all_months"), wanted.address(month=None))
    months = [
        (t(f"charts.months.{n}"), wanted.address(month=n), n == wanted.month) for n in range(1, 13)
    ]
    return common.choices(t("pages.activities.month"), [(*every, wanted.month is None), *months])


def _sports(wanted: ActivitiesPageQuery, choices: ListChoices) -> Piece:
    every = (t("pages.activities.all_sports"), wanted.address(sport=None))
    sports = [
        (common.sport(name), wanted.address(sport=name), name == wanted.sport)
        for name in choices.sports
    ]
    race = (t("pages.badges.race"), wanted.address(race=None if wanted.race else 1), wanted.race)
    return common.choices(
        t("pages.activities.sport"), [(*every, wanted.sport is None), *sports, race]
    )


def _search(wanted: ActivitiesPageQuery) -> Piece:
    kept = {"year": wanted.year, "month": wanted.month, "sport": wanted.sport}
    fields = [(name, value) for name, value in kept.items() if value is not None]
    return ACTIVITIES.search(fields, wanted.search or "")


def sums(by_sport: Sequence[SportSum], months: Sequence[MonthTotals]) -> Piece:
    """Return what the list adds up to, and the distance of one sport month by month.

    Distance, time and climb are those of one sport: running, or the only one of the list.
    """
    first = by_sport[0] if by_sport else None
    name = common.sport(first.sport if first else RUNNING)
    numbers = page.stats(
        page.stat(t("pages.activities.count"), formatting.number(activity_count(by_sport))),
        page.stat(
            t("pages.sports_sum.distance", sport=name),
            formatting.km(first.distance_m if first else None, 0),
            "km",
        ),
        page.stat(
            t("pages.sports_sum.time", sport=name),
            formatting.spell(first.moving_s if first else None),
        ),
        page.stat(
            t("pages.sports_sum.gain", sport=name),
            formatting.number(first.elevation_gain_m if first else None),
            "m",
        ),
    )
    drawing: Piece = ""
    if len(months) > 1 and any(month.distance_m for month in months):
        words = t("pages.activities.by_month", sport=name)
        chart = page.chart(charts.by_month(frames.months(months)), words)
        drawing = CARDS.columns([CARDS.section(words, chart)])
    body = ACTIVITIES.beside_chart(numbers, drawing)
    several = sports.table(by_sport) if len(by_sport) > 1 else ""
    return page.card(t("pages.activities.sums"), body, several, name="sums")


def listed(wanted: ActivitiesPageQuery, rows: Sequence[ListedActivity], today: date) -> Piece:
    """Return one page of the list with the way to the next; `rows` may hold one more."""
    if not rows:
        clear = page.link(t("pages.activities.clear"), "activities.ipynb", "button")
        return page.notice(t("pages.activities.none"), t("pages.activities.none_hint"), link=clear)
    shown = rows[:ROWS]
    return page.card(
        t("pages.activities.list"),
        common.activity_table(shown, today),
        _turn(wanted, shown, more=len(rows) > ROWS),
        aside=t("pages.activities.newest_first"),
    )


def _turn(wanted: ActivitiesPageQuery, shown: Sequence[ListedActivity], *, more: bool) -> Piece:
    links = []
    if wanted.before:
        links.append((t("pages.activities.first_page"), wanted.address(), "button"))
    if more:
        older = wanted.address(before=_after(shown[-1]))
        links.append((t("pages.activities.older"), older, "button main"))
    return ACTIVITIES.turn(links) if links else ""
