"""How the way to Garmin stands, in facts and in words: lanes, what will end, how a sync goes."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any, Literal
from zoneinfo import ZoneInfo

import psycopg

from runningcoach import periods
from runningcoach.i18n import t
from runningcoach.records import GarminConnection, Record, SyncState, User
from runningcoach.store import garmin, sync_status
from runningcoach.store.sync_status import GapCount

type Connection = psycopg.Connection[Any]

WARNINGS: dict[int, Literal["calm", "warn", "bad"]] = {1: "bad", 7: "warn", 14: "calm"}
"""Days before a key ends within which the runner is told, and how urgently."""
GAPS_BACK = timedelta(days=89)


class Notice(Record):
    """Something that the runner should know of a lane; `until` is when it ends or happens."""

    code: Literal["key_expires", "key_expired", "cooldown", "waiting", "needs_reauth", "needs_mfa"]
    look: Literal["calm", "warn", "bad"]
    lane: str | None = None
    until: datetime | None = None
    words: str


class Standing(Record):
    """Every lane that was ever open, and what is to be known of them.

    `simulated`: Garmin is the simulator, so nothing here is of a real person.
    """

    connected: bool
    simulated: bool
    lanes: list[GarminConnection]
    notices: list[Notice]


class Sync(Record):
    """How far the sync is; `ends_at` is an estimate, None where nobody can tell."""

    running: bool
    units_done: int
    units_left: int
    units_parked: int
    units_per_minute: float | None
    ends_at: datetime | None
    requests_today: int
    requests_left: int
    requests_a_day: int
    wait_until: datetime | None
    last_started_at: datetime | None
    last_success_at: datetime | None
    last_problem: str | None
    last_problem_words: str | None
    oldest_day_done: date | None
    gaps: list[GapCount]


def of(conn: Connection, user: User, *, simulated: bool = False) -> Standing:
    """Return how the lanes of a runner stand."""
    lanes = garmin.connections(conn, user.id)
    notices = [notice for lane in lanes for notice in _notices(lane, user.timezone)]
    waiting = garmin.waiting(conn, user.id).wait_until
    if waiting is not None and waiting > periods.now():
        notices.append(_notice("waiting", "warn", None, waiting, user.timezone))
    return Standing(
        connected=any(lane.status == "connected" for lane in lanes),
        simulated=simulated,
        lanes=lanes,
        notices=notices,
    )


def _notices(lane: GarminConnection, timezone: str) -> Iterator[Notice]:
    cooling = lane.cooldown_until
    if cooling is not None and cooling > periods.now():
        yield _notice("cooldown", "warn", lane.lane, cooling, timezone)
    elif lane.status in ("needs_reauth", "needs_mfa"):
        look = "bad" if lane.status == "needs_reauth" else "calm"
        yield _notice(lane.status, look, lane.lane, None, timezone)
    if lane.status == "connected" and lane.expires_at is not None:
        yield from _expiry(lane, lane.expires_at, timezone)


def _expiry(lane: GarminConnection, ends: datetime, timezone: str) -> Iterator[Notice]:
    """Say that a key ends: within 14 days, within a week, tomorrow, or that it has ended."""
    left = (ends.astimezone(ZoneInfo(timezone)).date() - periods.today(timezone)).days
    look = next((look for days, look in WARNINGS.items() if left <= days), None)
    if left <= 0:
        yield _notice("key_expired", "bad", lane.lane, ends, timezone)
    elif look is not None:
        yield _notice("key_expires", look, lane.lane, ends, timezone, days=left)


def _notice(
    code: Any, look: Any, lane: str | None, until: datetime | None, timezone: str, **blanks: object
) -> Notice:
    told = clock(until, timezone) if until else ""
    words = t(f"garmin.notices.{code}", until=told, **blanks)
    return Notice(code=code, look=look, lane=lane, until=until, words=words)


def clock(at: datetime, timezone: str) -> str:
    """Write a moment as the runner's own clock and calendar show it."""
    return f"{at.astimezone(ZoneInfo(timezone)):%Y-%m-%d %H:%M}"


def progress(conn: Connection, user: User, requests_a_day: int) -> Sync:
    """Return how far the sync of a runner is."""
    state = garmin.sync_state(conn, user.id)
    running = sync_status.is_running(conn, user.id)
    rate = sync_status.units_per_minute(conn, user.id) if running else None
    today = periods.today(user.timezone)
    left = max(requests_a_day - state.requests_today, 0)
    return Sync(
        **state.model_dump(),
        running=running,
        units_per_minute=round(rate, 1) if rate else None,
        ends_at=ends_at(state.units_left, rate, left, requests_a_day),
        requests_left=left,
        requests_a_day=requests_a_day,
        last_problem_words=problem_words(state),
        gaps=sync_status.gap_counts(conn, user.id, today - GAPS_BACK, today),
    )


def problem_words(state: SyncState) -> str | None:
    """Return why the last run ended before its time; None when it did not."""
    return t(f"garmin.stopped.{state.last_problem}") if state.last_problem else None


def ends_at(units: int, a_minute: float | None, left: int, a_day: int) -> datetime | None:
    """Return when so many units are done at a rate; what today's requests do not cover, later.

    A unit is taken as one request. None without a rate or anything to do.
    """
    if not a_minute or not units:
        return None
    if units <= left or not a_day:
        return periods.now() + timedelta(minutes=units / a_minute)
    days = ceil((units - left) / a_day)
    last = (units - left) - (days - 1) * a_day
    midnight = (periods.now() + timedelta(days=days)).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    return midnight + timedelta(minutes=last / a_minute)
