"""Which pair of shoes the runner takes, and when a pair is worn out."""

from datetime import date
from typing import NamedTuple

from runningcoach.demo.season import CAREER_START
from runningcoach.demo.workouts import PlannedSession

_QUICK = ("tempo", "intervals", "marathon_pace")

# Days that a pair of each kind lasts.
_LASTS = {"daily": 170, "tempo": 300, "race": 420, "trail": 540}


class ShoePair(NamedTuple):
    """A pair of shoes: its kind, and the how manieth of its kind it is."""

    kind: str
    number: int

    @property
    def key(self) -> int:
        """The number that the account knows the pair by."""
        return 30_000_000 + 1000 * list(_LASTS).index(self.kind) + self.number

    @property
    def first_day(self) -> date:
        """The day that the pair was new."""
        return date.fromordinal(CAREER_START.toordinal() + (self.number - 1) * _LASTS[self.kind])


def pair(session: PlannedSession, day: date) -> ShoePair:
    """Return the pair that `session` is run in."""
    kind = _kind(session)
    return ShoePair(kind, (day - CAREER_START).days // _LASTS[kind] + 1)


def _kind(session: PlannedSession) -> str:
    if session.is_race:
        return "race"
    if session.place == "trail":
        return "trail"
    return "tempo" if session.kind in _QUICK else "daily"
