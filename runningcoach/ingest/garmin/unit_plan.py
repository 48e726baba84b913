"""Plan the units, requests to Garmin, of a period of history."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta

from runningcoach.sources.garmin import ENDPOINTS
from runningcoach.store.sync_units import SyncUnit

RANGES = ("days", "sleeps", "hrvs", "resting_hrs", "stresses", "batteries", "weights",
          "readinesses", "vo2maxes")  # fmt: skip
"""Requested in windows as long as Garmin allows."""
NIGHTLY = ("sleep", "heart_rate", "stress", "status")
"""Requested day by day, and only of recent days: old ones lie in cold storage."""
LATEST = ("settings", "zones", "records", "gear", "race_predictions", "threshold")
"""Requested once a run of the backfill, and weekly."""
LIST_DAYS, PAGE = 364, 45
"""Activities are listed by the year, in pages that the Personal API still answers."""
DETAILED_DAYS = 90
OF_RECENT = {"activity": 365, "activity_gear": 730, "weather": 1095}
"""How many days back effort, shoes and weather, one request each, are fetched."""

OF_ACTIVITY = ("fit", *OF_RECENT)
ORDER = ("list", *OF_ACTIVITY, *RANGES, *NIGHTLY, *LATEST)
"""Order of the units of one day."""

type Can = Callable[[str], bool]


def windows(first: date, last: date, days: int) -> Iterator[tuple[date, date]]:
    """Yield windows of at most so many days that cover first to last, newest first.

    They lie on a fixed grid of days, so that another beginning makes no other windows; the
    oldest may begin before `first`, the newest ends with `last`.
    """
    for number in range(last.toordinal() // days, first.toordinal() // days - 1, -1):
        begin = date.fromordinal(number * days)
        yield begin, min(begin + timedelta(days=days - 1), last)


def key_of(begin: date, end: date) -> str:
    """Return the key of a window."""
    return f"{begin}..{end}"


def window_of(key: str) -> tuple[date, date]:
    """Return the window of a key; of one day, that day twice."""
    begin, _, end = key.partition("..")
    return date.fromisoformat(begin), date.fromisoformat(end or begin)


def backfill(first: date, last: date, today: date, can: Can) -> Iterator[SyncUnit]:
    """Yield the units that fetch everything from one day to another."""
    for begin, end in windows(first, last, LIST_DAYS):
        yield SyncUnit("list", key_of(begin, end), end)
    for kind in RANGES:
        if can(kind):
            for begin, end in windows(first, last, ENDPOINTS[kind].most_days):
                yield SyncUnit(kind, key_of(begin, end), end)
    yield from nightly(max(first, last - timedelta(days=DETAILED_DAYS - 1)), last, can)
    yield from latest(today, can)


def ranges(first: date, last: date, can: Can) -> Iterator[SyncUnit]:
    """Yield the windows of all ranges from one day to another, and no day before."""
    for kind in RANGES:
        if can(kind):
            end = last
            while end >= first:
                begin = max(first, end - timedelta(days=ENDPOINTS[kind].most_days - 1))
                yield SyncUnit(kind, key_of(begin, end), end)
                end = begin - timedelta(days=1)


def nightly(first: date, last: date, can: Can) -> Iterator[SyncUnit]:
    """Yield the units that fetch nights and the streams of days, newest first."""
    for begin, _ in windows(first, last, 1):
        for kind in NIGHTLY:
            if can(kind):
                yield SyncUnit(kind, begin.isoformat(), begin)


def latest(day: date, can: Can) -> Iterator[SyncUnit]:
    """Yield the units that fetch what has no date."""
    for kind in LATEST:
        if can(kind):
            yield SyncUnit(kind, "latest", day)


def of_activity(number: int, day: date, today: date, can: Can) -> Iterator[SyncUnit]:
    """Yield the units of one activity: its file and, of the last years, what goes with it."""
    age = (today - day).days
    for kind in OF_ACTIVITY:
        if can(kind) and age <= OF_RECENT.get(kind, age):
            yield SyncUnit(kind, str(number), day)


def requests(units: Iterable[SyncUnit], activities: int, days: int, can: Can) -> int:
    """Return about how many requests a backfill takes.

    Its units, the further pages of its lists, and the units of so many activities, spread evenly
    over so many days.
    """
    known, pages = list(units), activities // PAGE
    shares = [min(1.0, OF_RECENT[kind] / max(days, 1)) for kind in OF_RECENT if can(kind)]
    return len(known) + pages + round(activities * (1 + sum(shares)))
