"""Time as Garmin tells it: a clock that can be wrong, and the ways it writes a moment."""

import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import formatdate
from zoneinfo import ZoneInfo


@dataclass(slots=True)
class ServerClock:
    """Garmin's clock; `skew_s` is how far it is ahead of ours."""

    skew_s: float = 0.0

    def now(self) -> float:
        """Return the seconds since the epoch as Garmin counts them."""
        return time.time() + self.skew_s

    def http_date(self) -> str:
        """Return the Date header."""
        return formatdate(self.now(), usegmt=True)


def iso(moment: datetime) -> str:
    """Return a moment as most services write it: no zone, one decimal."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.0")


def iso_gmt(epoch_s: float) -> str:
    """Return a moment in GMT as most services write it."""
    return iso(datetime.fromtimestamp(epoch_s, UTC))


def spaced_gmt(epoch_s: float) -> str:
    """Return a moment in GMT as the activity list writes it."""
    return datetime.fromtimestamp(epoch_s, UTC).strftime("%Y-%m-%d %H:%M:%S")


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the first moment of `day` in `zone`."""
    return datetime.combine(day, datetime.min.time(), zone)


def offset_s(moment: datetime) -> int:
    """Return how far the clock of the place is ahead of GMT."""
    return int((moment.utcoffset() or timedelta()).total_seconds())
