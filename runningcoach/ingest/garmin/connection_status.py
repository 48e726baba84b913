"""Status of the connection to Garmin: lanes, notices and progress of a sync."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any, Literal
from zoneinfo import ZoneInfo

import psycopg

from runningcoach.base import i18n, periods
from runningcoach.base.i18n import t
from runningcoach.model.connection import GarminConnection, SyncState
from runningcoach.model.record import Record
from runningcoach.model.user import User
from runningcoach.store import garmin, sync_status
from runningcoach.store.sync_status import GapCount

type Connection = psycopg.Connection[Any]

type Look = Literal["calm", "warn", "bad"]

ANNOUNCED: Mapping[int, Look] = {1: "bad", 7: "warn", 14: "calm"}
"""So many days ahead the end of a key is announced, and how urgent it then is."""
GAPS_BACK = timedelta(days=89)


class ConnectionNotice(Record):
    """A notice about a lane; `until` is when it ends or happens."""

    code: Literal["expires", "expired", "cooldown", "waiting", "needs_reauth", "needs_mfa"]
    look: Look
    lane: str | None = None
    until: datetime | None = None
    words: str


class ConnectionStatus(Record):
    """Every lane that was ever open, and its notices.

    `simulated`: Garmin is the simulator, so nothing here is of a real person.
    """

    connected: bool
    simulated: bool
    lanes: list[GarminConnection]
    notices: list[ConnectionNotice]


class SyncProgress(Record):
    """Progress of the sync; `ends_at` is an estimate, None where there is none.

    `backfill_from` is the day that the history goes back to, None before it was ever ordered.
    """

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
    backfill_from: date | None
    gaps: list[GapCount]


def of(conn: Connection, user: User, *, simulated: bool = False) -> ConnectionStatus:
    """Return the status of a user's lanes."""
    lanes = garmin.connections(conn, user.id)
    lane_notices = (notice for lane in lanes for notice in _lane_notices(user, lane))
    notices = [*lane_notices, *_waiting_notice(conn, user)]
    return ConnectionStatus(
        connected=any(lane.status == "connected" for lane in lanes),
        simulated=simulated,
        lanes=lanes,
        notices=notices,
    )


def _lane_notices(user: User, lane: GarminConnection) -> Iterator[ConnectionNotice]:
    """Yield the notices of a lane: that it is closed, or when it ends or opens."""
    now = periods.now()
    if lane.cooldown_until is not None and lane.cooldown_until > now:
        yield _cooldown_notice(user, lane.lane, lane.cooldown_until)
    elif lane.status == "needs_reauth":
        words = t(f"garmin.notices.needs_reauth_{lane.lane}")
        yield ConnectionNotice(code="needs_reauth", look="bad", lane=lane.lane, words=words)
    elif lane.status == "connected" and lane.expires_at is not None:
        yield from _expiry_notice(user, lane.lane, lane.expires_at, lane.expires_at - now)
    if lane.status == "needs_mfa":
        words = t("garmin.notices.needs_mfa")
        yield ConnectionNotice(code="needs_mfa", look="calm", lane=lane.lane, words=words)


def _cooldown_notice(user: User, lane: str, until: datetime) -> ConnectionNotice:
    words = t("garmin.notices.cooldown", until=periods.clock(until, user.timezone))
    return ConnectionNotice(code="cooldown", look="warn", lane=lane, until=until, words=words)


def _expiry_notice(
    user: User, lane: str, until: datetime, left: timedelta
) -> Iterator[ConnectionNotice]:
    """Yield that a key has ended, or that it will: the sentence changes 14, 7 and 1 days ahead."""
    if left <= timedelta(0):
        words = t("garmin.notices.expired")
        yield ConnectionNotice(code="expired", look="bad", lane=lane, until=until, words=words)
        return
    for days, look in ANNOUNCED.items():
        if left <= timedelta(days):
            on = until.astimezone(ZoneInfo(user.timezone)).date()
            words = t("garmin.notices.expires", days=days, on=on)
            yield ConnectionNotice(code="expires", look=look, lane=lane, until=until, words=words)
            return


def _waiting_notice(conn: Connection, user: User) -> Iterator[ConnectionNotice]:
    """Yield a notice while Garmin demands a pause."""
    until = garmin.get_request_hold(conn, user.id).wait_until
    if until is not None and until > periods.now():
        words = t("garmin.notices.waiting", until=periods.clock(until, user.timezone))
        yield ConnectionNotice(code="waiting", look="warn", until=until, words=words)


def progress(conn: Connection, user: User, requests_a_day: int) -> SyncProgress:
    """Return the progress of a user's sync."""
    state = garmin.sync_state(conn, user.id)
    running = sync_status.is_running(conn, user.id)
    rate = sync_status.units_per_minute(conn, user.id) if running else None
    today = periods.today(user.timezone)
    left = max(requests_a_day - state.requests_today, 0)
    return SyncProgress(
        **state.model_dump(),
        running=running,
        units_per_minute=round(rate, 1) if rate else None,
        ends_at=ends_at(state.units_left, rate, left, requests_a_day),
        requests_left=left,
        requests_a_day=requests_a_day,
        last_problem_words=problem_words(state),
        backfill_from=garmin.sync_marks(conn, user.id).backfill_from,
        gaps=sync_status.gap_counts(conn, user.id, today - GAPS_BACK, today),
    )


def problem_words(state: SyncState) -> str | None:
    """Return why the last run ended before its time; None when it did not."""
    code = state.last_problem
    return code_text("stopped", code) if code else None


def code_text(table: str, code: str) -> str:
    """Return Garmin's word of a table for a code; one without a word stays."""
    known: Mapping[str, str] = i18n.words(i18n.language(), "garmin")[table]
    return known.get(code) or code.replace("_", " ")


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
