"""Convert HTTP failures of any client."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from runningcoach.sources.garmin import Failure, GarminFailure

LONGEST_WAIT_S = 24 * 3600.0
_KINDS: Mapping[int, Failure] = {401: "auth", 403: "forbidden", 408: "transient", 429: "rate"}


def failure(status: int, headers: Mapping[str, str]) -> GarminFailure:
    """Return the failure of a status of 400 or more."""
    kind = _KINDS.get(status, "transient" if status >= 500 else "permanent")
    return GarminFailure(kind, status, retry_after_s(headers.get("Retry-After")))


def retry_after_s(value: str | None, now: datetime | None = None) -> float | None:
    """Return the seconds of a Retry-After header, a number or a date; at most a day."""
    if not value:
        return None
    if value.strip().isdecimal():
        return min(float(value), LONGEST_WAIT_S)
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return None
    seconds = (until - (now or datetime.now(UTC))).total_seconds()
    return min(max(seconds, 0.0), LONGEST_WAIT_S)
