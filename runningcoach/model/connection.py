"""The state of a user's connection to Garmin."""

from datetime import date, datetime
from typing import Literal

from runningcoach.model.record import Record


class GarminConnection(Record):
    """One lane to Garmin: whether it is open, and until when to wait where it is not."""

    lane: Literal["key", "signin"]
    status: Literal["connected", "needs_mfa", "needs_reauth", "cooldown", "disconnected"]
    account: str | None = None
    connected_at: datetime | None = None
    expires_at: datetime | None = None
    cooldown_until: datetime | None = None
    problem: str | None = None


class SyncState(Record):
    """How far the sync of an athlete is, and what it waits for."""

    last_started_at: datetime | None = None
    last_success_at: datetime | None = None
    last_problem: str | None = None
    wait_until: datetime | None = None
    requests_today: int = 0
    units_done: int = 0
    units_left: int = 0
    units_parked: int = 0
    oldest_day_done: date | None = None
