"""Dates that lie 1024 weeks back: GPS counts weeks in ten bits, and old receivers begin again.

A date is corrected only where something else in the file, or its name, says the right day.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import PurePosixPath

from runningcoach.base import periods
from runningcoach.fit.problems import FitProblem, problem
from runningcoach.ingest.files.bounds import EARLIEST_DATED_S

DAY_S = 86_400
ROLLOVER_S = 1024 * 7 * DAY_S
"""7168 days."""

_ISO_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_. ]?([01]\d)[-_. ]?([0-3]\d)(?!\d(?!\d{3}))")
_DAY_FIRST = re.compile(r"(?<!\d)(\d\d?)[-_./](\d\d?)[-_./]((?:19|20)\d\d)(?!\d)")
_UNIX = re.compile(r"(?<!\d)(\d{10})(?:\d{3})?(?!\d)")


def rollover(start_s: float, name: str, others: Iterable[float]) -> tuple[float, FitProblem | None]:
    """Return by how much to move the times of a file, and what to tell of its date.

    `others` are times in the file that come from another clock than that of `start_s`.
    """
    right_s = start_s + ROLLOVER_S
    if right_s <= periods.now().timestamp() + DAY_S:
        right_day = datetime.fromtimestamp(right_s, UTC).date()
        near = any(abs(other - right_s) <= DAY_S for other in others)
        if near or any(abs(day - right_day) <= timedelta(days=1) for day in dates_in(name)):
            return ROLLOVER_S, problem(0, "week_rollover", day=right_day)
    if start_s < EARLIEST_DATED_S:
        day = datetime.fromtimestamp(start_s, UTC).date()
        return 0.0, problem(0, "date_doubtful", day=day, other=day + timedelta(days=7168))
    return 0.0, None


def dates_in(name: str) -> Iterator[date]:
    """Yield every day that the name of a file can mean."""
    plain = PurePosixPath(name).name
    for year, month, day in _ISO_DAY.findall(plain):
        yield from _date(year, month, day)
    for first, second, year in _DAY_FIRST.findall(plain):
        yield from _date(year, second, first)
        yield from _date(year, first, second)
    for seconds in _UNIX.findall(plain):
        yield datetime.fromtimestamp(int(seconds), UTC).date()


def _date(year: str, month: str, day: str) -> Iterator[date]:
    try:
        yield date(int(year), int(month), int(day))
    except ValueError:
        return
