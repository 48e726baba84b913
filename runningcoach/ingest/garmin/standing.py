"""How the way to Garmin stands, in facts and in words: lanes, what will end, how a sync goes."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any, Literal
from zoneinfo import ZoneInfo

import psycopg

from runningcoach import i18n, periods
from runningcoach.i18n import t
from runningcoach.ingest.garmin import connection
from runningcoach.records import GarminConnection, Record, SyncState, User
from runningcoach.store import garmin, sync_status
from runningcoach.store.sync_status import GapCount

type Connection = psycopg.Connection[Any]

type Look = Literal["calm", "warn", "bad"]

URGENT: Mapping[int, Look] = {1: "bad", 7: "warn"}
"""Days before a key ends within which that is urgent."""
GAPS_BACK = timedelta(days=89)


class Notice(Record):
    """Something that the runner should know of a lane; `until` is when it ends or happens."""

    code: Literal["expires", "expired", "cooldown", "waiting", "needs_reauth", "needs_mfa"]
    look: Look
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
    """How far the sync is; `ends_at` is an estimate, None where nobody can tell.

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


def of(conn: Connection, user: User, *, simulated: bool = False) -> Standing:
    """Return how the lanes of a runner stand."""
    lanes = garmin.connections(conn, user.id)
    notices = [*_of_lanes(conn, user, lanes), *_waiting(conn, user)]
    return Standing(
        connected=any(lane.status == "connected" for lane in lanes),
        simulated=simulated,
        lanes=lanes,
        notices=notices,
    )


def _of_lanes(conn: Connection, user: User, lanes: list[GarminConnection]) -> Iterator[Notice]:
    """Yield what the connection says of its lanes, and that a code is waited for."""
    known = {lane.lane: lane for lane in lanes}
    for told in connection.notices(conn, user.id, periods.now()):
        lane = known[told.lane]
        until = lane.cooldown_until if told.kind == "cooldown" else lane.expires_at
        look = _look(told.kind, until)
        words = _ending(until, user.timezone) if told.kind == "expires" and until else told.text
        yield Notice(code=told.kind, look=look, lane=told.lane, until=until, words=words)
    for lane in lanes:
        if lane.status == "needs_mfa":
            words = t("garmin.notices.needs_mfa")
            yield Notice(code="needs_mfa", look="calm", lane=lane.lane, words=words)


def _ending(until: datetime, timezone: str) -> str:
    """Say when a key ends by the runner's calendar, which need not be the machine's."""
    left = until - periods.now()
    days = next(days for days in connection.ANNOUNCED if left <= timedelta(days))
    on = until.astimezone(ZoneInfo(timezone)).date()
    return t("garmin.notices.expires", days=days, on=on)


def _look(kind: str, until: datetime | None) -> Look:
    """Return how urgent a notice is: an end by the time that is left."""
    if kind != "expires" or until is None:
        return "warn" if kind == "cooldown" else "bad"
    left = until - periods.now()
    for days, look in URGENT.items():
        if left <= timedelta(days):
            return look
    return "calm"


def _waiting(conn: Connection, user: User) -> Iterator[Notice]:
    """Yield that Garmin wants to be left alone, while it does."""
    until = garmin.waiting(conn, user.id).wait_until
    if until is not None and until > periods.now():
        words = t("garmin.notices.waiting", until=clock(until, user.timezone))
        yield Notice(code="waiting", look="warn", until=until, words=words)


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
        backfill_from=garmin.marks(conn, user.id).backfill_from,
        gaps=sync_status.gap_counts(conn, user.id, today - GAPS_BACK, today),
    )


def problem_words(state: SyncState) -> str | None:
    """Return why the last run ended before its time; None when it did not."""
    code = state.last_problem
    return word("stopped", code) if code else None


def word(table: str, code: str) -> str:
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
