"""The one gate to Garmin: every question of every job goes through it, one after another.

It paces and counts, keeps changed tokens in the same moment, and sorts what went wrong: what
stops the whole run (`Stopped`), what puts one question aside (`Parked`), and what is an answer.
"""

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import psycopg

from runningcoach.ingest.garmin import tokens
from runningcoach.sources.common.pacing import RequestPace
from runningcoach.sources.garmin import ENDPOINTS, GarminAnswer, GarminFailure, Lane, LaneName
from runningcoach.store import garmin

log = logging.getLogger(__name__)

AGAIN_AFTER_S = (2.0, 8.0, 30.0)
"""A server that stumbles is asked three times more."""
LONGEST_PAUSE_S = 60.0
"""A server that asks for a longer pause before asking again is left alone altogether."""
MOST_REFUSALS = 3
MOST_STUMBLES = 3
"""After so many questions in a row that met no answer at all, Garmin is taken to be away."""
READING: tuple[LaneName, ...] = ("key", "signin")
"""The key reads first: it is the way that Garmin offers."""


class SyncAborted(Exception):
    """Nothing more can be asked in this run; `reason` is kept and shown."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class UnitDeferred(Exception):
    """One question is put aside; others may be asked."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class GarminClient:
    """One athlete's way to Garmin through whichever lanes are open."""

    def __init__(
        self,
        conn: psycopg.Connection[Any],
        user_id: int,
        lanes: Mapping[LaneName, Lane],
        *,
        home: Path,
        account: str = "",
        pace: RequestPace | None = None,
        most_requests: int | None = None,
    ) -> None:
        self.conn, self.user_id, self.home = conn, user_id, home
        self.account = account
        self.requests = 0
        self._lanes = dict(lanes)
        self._pace = pace or RequestPace()
        self._most = most_requests
        self._stumbles = 0
        for lane in lanes.values():
            self._listen(lane)

    def _listen(self, lane: Lane) -> None:
        """Seal tokens in the moment in which they change: an older refresh token is worthless."""

        def keep(sealed: str) -> None:
            tokens.keep(self.conn, self.user_id, lane.name, sealed, home=self.home)

        lane.on_change = keep

    def can(self, endpoint: str) -> bool:
        """Tell whether an open lane has the endpoint."""
        return self._lane(endpoint) is not None

    def lane_of(self, endpoint: str) -> LaneName | None:
        """Return which lane answers for an endpoint now."""
        lane = self._lane(endpoint)
        return lane.name if lane else None

    def ask(self, endpoint: str, more: str = "", **blanks: object) -> GarminAnswer:
        """Return Garmin's answer; no data is an answer too. Raises Stopped or Parked.

        `more` is a query that is added, `blanks` fill the endpoint's path.
        """
        return self._through(endpoint, lambda lane, path: lane.get(_with(path, more)), blanks)

    def original(self, activity_id: int) -> bytes | None:
        """Return the zip with the original of an activity; None where there is none."""
        return self._through("fit", lambda lane, path: lane.download(path), {"id": activity_id})

    def _lane(self, endpoint: str) -> Lane | None:
        for name in READING:
            if name in self._lanes and ENDPOINTS[endpoint].path(name):
                return self._lanes[name]
        return None

    def _through[Found](
        self,
        endpoint: str,
        question: Callable[[Lane, str], Found],
        blanks: Mapping[str, object],
    ) -> Found:
        """Ask, and ask again what may be asked again; a lane that dies gives way to the other."""
        tries = 0
        while True:
            lane = self._lane(endpoint)
            if lane is None:
                raise UnitDeferred("not_supported") if self._lanes else SyncAborted("needs_reauth")
            path = ENDPOINTS[endpoint].path(lane.name) or ""
            self._before()
            try:
                found = question(lane, path.format(who=self.account, **blanks))
            except GarminFailure as failure:
                tries += 1
                self._after_failure(failure, lane, tries)
            else:
                garmin.end_wait(self.conn, self.user_id)
                self._stumbles = 0
                return found

    def _before(self) -> None:
        """Wait for our turn, and count; Stopped when the day's requests are used up."""
        if self._most is not None and self.requests >= self._most:
            raise SyncAborted("budget")
        self._pace.wait()
        self.requests += 1
        garmin.count_request(self.conn, self.user_id)

    def _after_failure(self, failure: GarminFailure, lane: Lane, tries: int) -> None:
        """Decide what a failure means: return to ask again, or raise Stopped or Parked."""
        told = {"kind": failure.kind, "status": failure.status, "lane": lane.name}
        log.info("Garmin did not answer", extra=told)
        if failure.kind == "auth":
            self._lose(lane)
        elif failure.kind == "rate" or (failure.retry_after_s or 0.0) > LONGEST_PAUSE_S:
            garmin.start_wait(self.conn, self.user_id, failure.retry_after_s)
            raise SyncAborted("rate")
        elif failure.kind == "forbidden":
            if garmin.count_refusal(self.conn, self.user_id) >= MOST_REFUSALS:
                raise SyncAborted("forbidden")
            raise UnitDeferred("forbidden")
        elif failure.kind == "transient" and tries <= len(AGAIN_AFTER_S):
            self._pace.sleep(failure.retry_after_s or AGAIN_AFTER_S[tries - 1])
        elif failure.kind == "malformed" and tries <= 1:
            self._pace.sleep(AGAIN_AFTER_S[0])
        elif failure.kind == "transient":
            self._give_up()
        else:
            raise UnitDeferred(failure.kind)

    def _give_up(self) -> None:
        """Put a question aside that met no answer; Stopped when several in a row did."""
        self._stumbles += 1
        if self._stumbles >= MOST_STUMBLES:
            raise SyncAborted("unavailable")
        raise UnitDeferred("transient")

    def _lose(self, lane: Lane) -> None:
        """Close a lane whose tokens are dead; the runner must sign in, or give a new key."""
        tokens.lost(self.conn, self.user_id, lane.name)
        del self._lanes[lane.name]


def _with(path: str, more: str) -> str:
    if not more:
        return path
    return f"{path}{'&' if '?' in path else '?'}{more}"
