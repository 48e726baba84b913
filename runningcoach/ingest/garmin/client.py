"""Client for Garmin, used by every job for every request, one after another.

It paces and counts requests, stores changed tokens at once, and turns failures into SyncAborted,
which ends the run, or UnitDeferred, which ends one request.
"""

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import psycopg

from runningcoach.ingest.garmin import tokens
from runningcoach.sources.common.pacing import RequestPace
from runningcoach.sources.garmin import (
    ENDPOINTS,
    GarminAnswer,
    GarminFailure,
    Json,
    Lane,
    LaneName,
    WritableLane,
    WriteMethod,
)
from runningcoach.store import garmin

log = logging.getLogger(__name__)

RETRY_DELAYS_S = (2.0, 8.0, 30.0)
"""Delays before three retries after a server error."""
LONGEST_PAUSE_S = 60.0
"""A server that demands a longer pause ends the run."""
MOST_REFUSALS = 3
MOST_STUMBLES = 3
"""After this many requests in a row without any answer, Garmin counts as unavailable."""
READING: tuple[LaneName, ...] = ("key", "signin")
"""The key is used first: it is Garmin's official interface."""


class SyncAborted(Exception):
    """No more requests are possible in this run; `reason` is stored and displayed."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class UnitDeferred(Exception):
    """One request is deferred; others are still possible."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class WriteInDoubt(UnitDeferred):
    """A change that Garmin may have made or not: look before it is sent again.

    `is_answered`: Garmin answered, if only with an error; else it may still be at work.
    """

    def __init__(self, *, is_answered: bool) -> None:
        super().__init__("in_doubt")
        self.is_answered = is_answered


class GarminClient:
    """Client for one user's open lanes to Garmin."""

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
            self._save_changed_tokens(lane)

    def _save_changed_tokens(self, lane: Lane) -> None:
        """Store tokens whenever they change: an older refresh token is invalid."""

        def keep(sealed: str) -> None:
            tokens.store_tokens(self.conn, self.user_id, lane.name, sealed, home=self.home)

        lane.on_change = keep

    def can_fetch(self, endpoint: str) -> bool:
        """Return whether an open lane has the endpoint."""
        return self._lane(endpoint) is not None

    def lane_of(self, endpoint: str) -> LaneName | None:
        """Return the lane used for an endpoint."""
        lane = self._lane(endpoint)
        return lane.name if lane else None

    def fetch(self, endpoint: str, query: str = "", **blanks: object) -> GarminAnswer:
        """Return Garmin's answer; no data is an answer too. Raises SyncAborted or UnitDeferred.

        `query` is appended, `blanks` are formatted into the endpoint's path.
        """
        return self._request(
            endpoint, lambda lane, path: lane.get(_with_query(path, query)), blanks
        )

    def download_original(self, activity_id: int) -> bytes | None:
        """Return the zip with the original of an activity; None where there is none."""
        return self._request("fit", lambda lane, path: lane.download(path), {"id": activity_id})

    def change(
        self, method: WriteMethod, endpoint: str, body: Json | None = None, **blanks: object
    ) -> GarminAnswer:
        """Send a change that may be sent twice, with retries; a 404 is an answer.

        Raises SyncAborted or UnitDeferred.
        """
        return self._request(endpoint, lambda lane, path: _send(lane, method, path, body), blanks)

    def create(self, endpoint: str, body: Json, **blanks: object) -> GarminAnswer:
        """Send a change that must not be made twice, once; a 404 is an answer.

        Raises WriteInDoubt, UnitDeferred or SyncAborted.
        """
        return self._request(
            endpoint, lambda lane, path: _send(lane, "POST", path, body), blanks, is_once=True
        )

    def pause(self, seconds: float) -> None:
        """Wait before another attempt."""
        self._pace.sleep(seconds)

    def _lane(self, endpoint: str) -> Lane | None:
        for name in READING:
            if name in self._lanes and ENDPOINTS[endpoint].path(name):
                return self._lanes[name]
        return None

    def _request[Found](
        self,
        endpoint: str,
        request: Callable[[Lane, str], Found],
        blanks: Mapping[str, object],
        *,
        is_once: bool = False,
    ) -> Found:
        """Send a request, with retries; where a lane's tokens fail, use the other lane.

        `is_once`: not again where it may have been done, but WriteInDoubt.
        """
        tries = 0
        while True:
            lane = self._lane(endpoint)
            if lane is None:
                raise UnitDeferred("not_supported") if self._lanes else SyncAborted("needs_reauth")
            path = ENDPOINTS[endpoint].path(lane.name) or ""
            self._wait_turn()
            try:
                result = request(lane, path.format(who=self.account, **blanks))
            except GarminFailure as failure:
                if is_once and _is_doubtful(failure):
                    raise WriteInDoubt(is_answered=failure.status is not None) from None
                tries += 1
                self._handle_failure(failure, lane, tries)
            else:
                garmin.end_wait(self.conn, self.user_id)
                self._stumbles = 0
                return result

    def _wait_turn(self) -> None:
        """Wait for the pace and count a request; SyncAborted when the budget is used up."""
        if self._most is not None and self.requests >= self._most:
            raise SyncAborted("budget")
        self._pace.wait()
        self.requests += 1
        garmin.count_request(self.conn, self.user_id)

    def _handle_failure(self, failure: GarminFailure, lane: Lane, tries: int) -> None:
        """Return where a request may be retried, else raise SyncAborted or UnitDeferred."""
        context = {"kind": failure.kind, "status": failure.status, "lane": lane.name}
        log.info("Garmin did not answer", extra=context)
        if failure.kind == "auth":
            self._close_lane(lane)
        elif failure.kind == "rate" or (failure.retry_after_s or 0.0) > LONGEST_PAUSE_S:
            garmin.start_wait(self.conn, self.user_id, failure.retry_after_s)
            raise SyncAborted("rate")
        elif failure.kind == "forbidden":
            if garmin.count_refusal(self.conn, self.user_id) >= MOST_REFUSALS:
                raise SyncAborted("forbidden")
            raise UnitDeferred("forbidden")
        elif failure.kind == "transient" and tries <= len(RETRY_DELAYS_S):
            self._pace.sleep(failure.retry_after_s or RETRY_DELAYS_S[tries - 1])
        elif failure.kind == "malformed" and tries <= 1:
            self._pace.sleep(RETRY_DELAYS_S[0])
        elif failure.kind == "transient":
            self._count_no_answer()
        else:
            raise UnitDeferred(failure.kind)

    def _count_no_answer(self) -> None:
        """Raise UnitDeferred for a request without answer, SyncAborted after several in a row."""
        self._stumbles += 1
        if self._stumbles >= MOST_STUMBLES:
            raise SyncAborted("unavailable")
        raise UnitDeferred("transient")

    def _close_lane(self, lane: Lane) -> None:
        """Close a lane whose tokens are refused; the runner must sign in, or enter a new key."""
        tokens.discard_tokens(self.conn, self.user_id, lane.name)
        del self._lanes[lane.name]


def _is_doubtful(failure: GarminFailure) -> bool:
    """Return whether a failed change may have been made all the same."""
    has_pause = (failure.retry_after_s or 0.0) > LONGEST_PAUSE_S
    return failure.kind in ("transient", "malformed") and not has_pause


def _send(lane: Lane, method: WriteMethod, path: str, body: Json | None) -> GarminAnswer:
    if not isinstance(lane, WritableLane):
        raise GarminFailure("permanent", None)
    return lane.send(method, path, body)


def _with_query(path: str, query: str) -> str:
    if not query:
        return path
    return f"{path}{'&' if '?' in path else '?'}{query}"
