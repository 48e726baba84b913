"""Connect to Garmin and disconnect: by a key, or by a sign-in with its code.

Nothing here is retried: a password that Garmin refuses, or a sign-in that it delays, is reported
to the runner. The vendors' clients are imported where they are used: together they are 200
modules, and most importers of this one never connect to Garmin.
"""

import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from runningcoach.base import periods
from runningcoach.base.errors import RunningCoachError
from runningcoach.base.settings import Settings
from runningcoach.ingest.garmin import tokens
from runningcoach.model.connection import GarminConnection
from runningcoach.sources.garmin import ENDPOINTS, GarminFailure, Lane, LaneName
from runningcoach.store import garmin, imports, secrets

if TYPE_CHECKING:
    from runningcoach.sources.garmin.sign_in_client import PendingSignIn

type Connection = psycopg.Connection[Any]

PENDING = "garmin.pending"
PENDING_LIFE = timedelta(minutes=10)


class GarminBusy(RunningCoachError):
    """Another process uses this user's connection to Garmin."""

    code = "garmin.busy"
    status = 409


class WrongName(RunningCoachError):
    """Garmin refuses this name and password."""

    code = "garmin.wrong_password"
    status = 422


class WrongDigits(RunningCoachError):
    """Garmin refused the code."""

    code = "garmin.wrong_code"
    status = 422


class NothingPending(RunningCoachError):
    """No sign-in waits for a code, or it has waited too long."""

    code = "garmin.nothing_pending"
    status = 409


class KeyRefused(RunningCoachError):
    """Garmin does not take the key."""

    code = "garmin.key_refused"
    status = 422


class CoolingDown(RunningCoachError):
    """Garmin has put sign-ins off."""

    code = "garmin.cooling_down"
    status = 429


class GarminUnavailable(RunningCoachError):
    """Garmin does not answer, or not in a way that can be read."""

    code = "garmin.unavailable"
    status = 503


@dataclass(frozen=True, slots=True)
class GarminEndpoint:
    """Where secrets are sealed, and where Garmin is: None is Garmin itself."""

    home: Path
    base_url: str | None = None


def endpoint_from(settings: Settings) -> GarminEndpoint:
    """Return where secrets are sealed and where Garmin is."""
    return GarminEndpoint(Path(settings.home), settings.garmin_url)


def connect_key(
    conn: Connection,
    user_id: int,
    key: str,
    endpoint: GarminEndpoint,
    expires_at: datetime | None = None,
) -> GarminConnection:
    """Try a Personal API key and store it; raises KeyRefused, GarminUnavailable, GarminBusy."""
    from runningcoach.sources.garmin import key_client

    with _alone(conn, user_id):
        lane = key_client.KeyLane(key_client.new_tokens(key), endpoint.base_url)
        try:
            lane.get(ENDPOINTS["settings"].path("key") or "")
        except GarminFailure as failure:
            raise _error_for(failure, KeyRefused()) from None
        return tokens.store_connection(
            conn, user_id, "key", lane.tokens(),
            home=endpoint.home, account=None, at=_now(), expires_at=expires_at,
        )  # fmt: skip


def sign_in(
    conn: Connection, user_id: int, email: str, password: str, endpoint: GarminEndpoint
) -> GarminConnection:
    """Sign in once; the status is connected or needs_mfa. The password is not stored.

    Raises WrongName, CoolingDown, GarminUnavailable, GarminBusy.
    """
    from runningcoach.sources.garmin import sign_in_client

    with _alone(conn, user_id):
        _refuse_while_cooling(conn, user_id)
        try:
            result = sign_in_client.start_sign_in(email, password, endpoint.base_url)
        except sign_in_client.WrongPassword:
            raise WrongName from None
        except GarminFailure as failure:
            raise _sign_in_error(conn, user_id, failure) from None
        if isinstance(result, sign_in_client.PendingSignIn):
            return _wait_for_code(conn, user_id, result, endpoint)
        return _store_signed_in(conn, user_id, result.tokens, endpoint)


def enter_code(
    conn: Connection, user_id: int, code: str, endpoint: GarminEndpoint
) -> GarminConnection:
    """End a sign-in with its code; a wrong code may be followed by another.

    Raises WrongDigits, NothingPending, CoolingDown, GarminUnavailable, GarminBusy.
    """
    from runningcoach.sources.garmin import sign_in_client

    with _alone(conn, user_id):
        state = _load_pending(conn, user_id, endpoint)
        try:
            result = sign_in_client.finish_sign_in(state, code, endpoint.base_url)
        except sign_in_client.WrongCode:
            raise WrongDigits from None
        except GarminFailure as failure:
            raise _sign_in_error(conn, user_id, failure) from None
        secrets.delete(conn, user_id, PENDING)
        return _store_signed_in(conn, user_id, result.tokens, endpoint)


def disconnect(
    conn: Connection, user_id: int, lane: LaneName, *, forget_in: Path | None = None
) -> None:
    """Delete the tokens of a lane; fetched data stays unless `forget_in` is given.

    `forget_in` is the home from which to delete what Garmin brought by either lane, originals
    included; None keeps it.
    """
    with _alone(conn, user_id):
        with conn.transaction():
            secrets.delete(conn, user_id, tokens.name_of(lane))
            if lane == "signin":
                secrets.delete(conn, user_id, PENDING)
            garmin.put_connection(conn, user_id, GarminConnection(lane=lane, status="disconnected"))
        if forget_in is not None:
            from runningcoach.ingest.garmin import purge  # loads the readers of files

            purge.delete_fetched(conn, user_id, forget_in)


@contextmanager
def lanes(
    conn: Connection, user_id: int, endpoint: GarminEndpoint
) -> Generator[tuple[Mapping[LaneName, Lane], str]]:
    """Hold the open lanes of a user, and the account's name, exclusively.

    Raises GarminBusy when another process holds them. A lane whose tokens cannot be read is closed.
    """
    from runningcoach.sources.garmin.key_client import KeyLane
    from runningcoach.sources.garmin.sign_in_client import SigninLane

    with _alone(conn, user_id):
        open_lanes: dict[LaneName, Lane] = {}
        if sealed := tokens.load_tokens(conn, user_id, "key", home=endpoint.home):
            open_lanes["key"] = KeyLane(sealed, endpoint.base_url)
        if sealed := tokens.load_tokens(conn, user_id, "signin", home=endpoint.home):
            open_lanes["signin"] = SigninLane(sealed, endpoint.base_url)
        yield open_lanes, _account(conn, user_id)


def _account(conn: Connection, user_id: int) -> str:
    names = {c.lane: c.account for c in garmin.connections(conn, user_id)}
    return names.get("signin") or ""


@contextmanager
def _alone(conn: Connection, user_id: int) -> Generator[None]:
    with garmin.hold_tokens(conn, user_id) as held:
        if not held:
            raise GarminBusy
        yield


def _refuse_while_cooling(conn: Connection, user_id: int) -> None:
    for lane in garmin.connections(conn, user_id):
        until = lane.cooldown_until
        if lane.lane == "signin" and until is not None and until > _now():
            raise _cooling_down(conn, user_id, until)


def _sign_in_error(conn: Connection, user_id: int, failure: GarminFailure) -> RunningCoachError:
    """Return the error for a failed sign-in; store the time until which sign-ins are refused."""
    if failure.kind != "rate":
        return _error_for(failure, GarminUnavailable())
    until = garmin.cool_down(conn, user_id, "signin", failure.retry_after_s)
    return _cooling_down(conn, user_id, until)


def _cooling_down(conn: Connection, user_id: int, until: datetime) -> CoolingDown:
    return CoolingDown(until=periods.clock(until, imports.home_zone(conn, user_id)))


def _error_for(failure: GarminFailure, refused: RunningCoachError) -> RunningCoachError:
    return refused if failure.kind in ("auth", "permanent") else GarminUnavailable()


def _wait_for_code(
    conn: Connection, user_id: int, pending: "PendingSignIn", endpoint: GarminEndpoint
) -> GarminConnection:
    connection = GarminConnection(lane="signin", status="needs_mfa")
    stored = json.dumps({"state": pending.state, "until": (_now() + PENDING_LIFE).timestamp()})
    with conn.transaction():
        secrets.put(conn, user_id, PENDING, stored, home=endpoint.home)
        garmin.put_connection(conn, user_id, connection)
    return connection


def _load_pending(conn: Connection, user_id: int, endpoint: GarminEndpoint) -> str:
    stored = secrets.get(conn, user_id, PENDING, home=endpoint.home)
    if stored is None:
        raise NothingPending
    pending = json.loads(stored)
    if pending["until"] < _now().timestamp():
        secrets.delete(conn, user_id, PENDING)
        raise NothingPending
    return pending["state"]


def _store_signed_in(
    conn: Connection, user_id: int, sealed: str, endpoint: GarminEndpoint
) -> GarminConnection:
    """Store the tokens before any other request, then fetch the account that they belong to."""
    from runningcoach.sources.garmin.sign_in_client import SigninLane

    tokens.store_tokens(conn, user_id, "signin", sealed, home=endpoint.home)
    lane = SigninLane(sealed, endpoint.base_url)
    try:
        profile = lane.get(ENDPOINTS["profile"].path("signin") or "").body or {}
    except GarminFailure as failure:
        raise _error_for(failure, GarminUnavailable()) from None
    finally:
        tokens.store_tokens(conn, user_id, "signin", lane.tokens(), home=endpoint.home)
    account = profile.get("displayName")
    return tokens.store_connection(
        conn, user_id, "signin", lane.tokens(), home=endpoint.home, account=account, at=_now()
    )


def _now() -> datetime:
    return datetime.now(UTC)
