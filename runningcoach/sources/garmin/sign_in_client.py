"""Garmin by a sign-in, as the phone's app does it: by the library garminconnect.

The password is used once and never kept. A sign-in is one attempt: the library's own chain of
ways is walked by us, and goes on only while Garmin has certainly not judged the password, because
repeating a refusal prolongs it.
"""

import json
import logging
import os
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

import requests
from curl_cffi import CurlOpt
from curl_cffi import requests as cffi
from garminconnect import (
    Garmin,
    GarminConnectAuthenticationError,
    GarminConnectConnectionError,
    GarminConnectTooManyRequestsError,
)
from garminconnect.client import Client, sso
from garminconnect.client.constants import MOBILE_IMPERSONATIONS

from runningcoach.sources.common import http, jwt
from runningcoach.sources.garmin import (
    GarminAnswer,
    GarminFailure,
    Json,
    LaneName,
    WriteMethod,
    ignore_change,
)

WAYS: tuple[str, ...] = (
    "mobile+cffi",
    "mobile+requests",
    "widget+cffi",
    "portal+cffi",
    "portal+requests",
)
TRIED = ("mobile+cffi", "mobile+requests", "portal+requests")
"""Each posts the password once; one at which Garmin never saw it gives way to the next."""
EARLY_S = 900.0
"""A token that ends so soon is refreshed before it is used."""
WRITE_TIMEOUT_S = 15.0
"""How long a change is waited for: as long as the library waits."""
BLOCKED = frozenset({427, 429})
"""Statuses that the library treats as a limit of sign-ins."""
NO_TOKEN = "JWT_WEB"  # noqa: S105 - a word in the library's message, no password

logging.getLogger("garminconnect").setLevel(logging.CRITICAL)  # it logs tracebacks with addresses


@dataclass(frozen=True, slots=True)
class PendingSignIn:
    """A sign-in that waits for its code; `state` holds cookies: seal it, for ten minutes."""

    state: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignInResult:
    """A sign-in that is done; `tokens` must be sealed."""

    tokens: str = field(repr=False)


class WrongPassword(Exception):
    """Garmin refused the name or the password."""


class WrongCode(Exception):
    """Garmin refused the code; another may be tried."""


def start_sign_in(
    email: str, password: str, base_url: str | None = None
) -> PendingSignIn | SignInResult:
    """Sign in once; raises WrongPassword, or GarminFailure (rate: Garmin refuses all sign-ins).

    The password is posted a second time only where the first was turned away on the way to Garmin.
    """
    last = GarminFailure("transient", None)
    for way in TRIED:
        client, signals = _client(base_url), _LibrarySignals()
        client.skip_strategies = set(WAYS) - {way}
        signals.listen(client)
        try:
            return _attempt_sign_in(client, signals, email, password)
        except GarminFailure as failure:
            if failure.kind != "transient" or signals.may_be_judged:
                raise
            last = failure
    raise last


def _attempt_sign_in(
    client: Client, signals: "_LibrarySignals", email: str, password: str
) -> PendingSignIn | SignInResult:
    """Sign in by one strategy; a blocked one is a transient failure."""
    try:
        with _one_fingerprint():
            status, state = client.login(email, password, return_on_mfa=True)
    except GarminConnectAuthenticationError as error:
        raise _sign_in_error(error) from None
    except GarminConnectTooManyRequestsError:
        raise GarminFailure("rate", 429, signals.retry_after_s) from None
    except (GarminConnectConnectionError, requests.RequestException):
        raise GarminFailure("transient", None) from None
    return PendingSignIn(json.dumps(state)) if status == "needs_mfa" else _result_of(client)


class _LibrarySignals:
    """What the library hides: how long Garmin refuses sign-ins, and whether it got the password.

    `may_be_judged` is set once a post may have reached Garmin: then no other strategy is tried.
    """

    retry_after_s: float | None = None
    may_be_judged: bool = False

    def listen(self, client: Client) -> None:
        """Record the sessions of a client."""
        for name in ("_do_mobile_login", "_do_portal_web_login"):
            login = getattr(client, name)
            setattr(client, name, partial(self._login_recorded, login))

    def _login_recorded(self, login: Callable[..., None], session: Any, *credentials: str) -> None:
        login(_RecordingSession(session, self), *credentials)


class _RecordingSession:
    """A session of the library that records its answers."""

    def __init__(self, session: Any, signals: _LibrarySignals) -> None:
        self._session, self._signals = session, signals
        if isinstance(session, cffi.Session):
            # On a connection that was used before, curl repeats a post that nobody answered.
            self._session.curl_options[CurlOpt.FRESH_CONNECT] = 1

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)

    def get(self, *args: Any, **kwargs: Any) -> Any:
        """Send a GET request; a failed page ends the strategy before the password is posted.

        A post without the page's cookies is answered as a rate limit, though there is none.
        """
        answer = self._record_retry_after(self._session.get(*args, **kwargs))
        if _is_failed_page(answer) and not self._signals.may_be_judged:
            raise GarminConnectConnectionError("no page")
        return answer

    def post(self, *args: Any, **kwargs: Any) -> Any:
        """Send a POST request; without an answer it may have been judged all the same."""
        before, self._signals.may_be_judged = self._signals.may_be_judged, True
        answer = self._record_retry_after(self._session.post(*args, **kwargs))
        self._signals.may_be_judged = before or not _is_blocked_page(answer)
        return answer

    def _record_retry_after(self, answer: Any) -> Any:
        self._signals.retry_after_s = http.retry_after_s(answer.headers.get("Retry-After"))
        return answer


def _is_failed_page(answer: Any) -> bool:
    return answer.status_code >= 400 and answer.status_code not in BLOCKED


def _is_blocked_page(answer: Any) -> bool:
    """Return whether a post was blocked before Garmin: by an HTML page in place of JSON.

    A gateway's page (5xx) is none: Garmin behind it may have got the request.
    """
    is_page = "html" in answer.headers.get("Content-Type", "")
    return is_page and answer.status_code < 500


def finish_sign_in(state: str, code: str, base_url: str | None = None) -> SignInResult:
    """End a sign-in with its code; raises WrongCode, or GarminFailure."""
    client = _client(base_url)
    try:
        client.resume_login(json.loads(state), code)
    except GarminConnectAuthenticationError as error:
        raise (_sign_in_error(error) if NO_TOKEN in str(error) else WrongCode()) from None
    except GarminConnectTooManyRequestsError:
        raise GarminFailure("rate", 429) from None
    except (GarminConnectConnectionError, requests.RequestException):
        raise GarminFailure("transient", None) from None
    return _result_of(client)


def _sign_in_error(error: Exception) -> Exception:
    """Return WrongPassword, or a failure where the token service did not answer."""
    return GarminFailure("transient", 503) if NO_TOKEN in str(error) else WrongPassword()


def _result_of(client: Client) -> SignInResult:
    """Return the tokens; a session by cookie alone cannot be stored, so it fails."""
    if not client.di_token:
        raise GarminFailure("transient", 503)
    return SignInResult(_sealed(client, time.time() + _life_s(client)))


class SigninLane:
    """A user's connection to Garmin by the tokens of a sign-in."""

    name: LaneName = "signin"

    def __init__(
        self, sealed: str, base_url: str | None = None, now: Callable[[], float] = time.time
    ) -> None:
        self.on_change: Callable[[str], None] = ignore_change
        self._client = _client(base_url)
        self._client.loads(sealed)
        self._until: float | None = json.loads(sealed).get("until")
        self._now = now
        self._refusal: GarminFailure | None = None
        self._wrap_refresh()

    def _wrap_refresh(self) -> None:
        """Record every refresh: the library hides failed ones and stores successful ones."""
        for name in LISTENED:
            getattr(self._client, name)  # fails loudly when the library renames it
        refresh = self._client._di_token_post
        self._client._token_expires_soon = self._ends_soon
        self._client._di_token_post = partial(self._record_refresh, refresh)
        self._client._persist_tokens = self._store_refreshed

    def _ends_soon(self) -> bool:
        """Return whether the access token ends soon, by how long it was issued for.

        By the clock alone, one that is wrong by a day would have it refreshed with every question.
        """
        return self._until is None or self._now() > self._until - EARLY_S

    def _record_refresh(self, refresh: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        self._refusal = GarminFailure("transient", None)
        answer = refresh(*args, **kwargs)
        self._refusal = None if answer.ok else _refresh_failure(answer)
        return answer

    def _store_refreshed(self) -> None:
        self._until = self._now() + _life_s(self._client)
        self.on_change(self.tokens())

    def tokens(self) -> str:
        """Return the tokens as they are now: they change with every refresh."""
        return _sealed(self._client, self._until)

    def get(self, path: str) -> GarminAnswer:
        """Send a GET request; raises GarminFailure."""
        address, _, query = path.partition("?")
        return _answer_of(self._request("GET", address, params=dict(parse_qsl(query))))

    def send(self, method: WriteMethod, path: str, body: Json | None = None) -> GarminAnswer:
        """Send a request that changes something, once; raises GarminFailure.

        A 404 is an answer. After a transient or malformed failure it may have been done all the
        same; only after a 401, which Garmin gives before it does anything, it is sent again.
        """
        return _answer_of(self._request(method, path, json=body, timeout=WRITE_TIMEOUT_S))

    def download(self, path: str) -> bytes | None:
        """Return the zip of an activity's original; None where there is none."""
        response = self._request("GET", path, headers={"Accept": "*/*"})
        return response.content if response is not None else None

    def post(self, path: str) -> None:
        """Send a repeatable POST request; raises GarminFailure."""
        self._request("POST", path)

    def _request(self, method: str, path: str, **kwargs: object) -> requests.Response | None:
        self._refresh_first()
        try:
            return self._client.request(method, "", path, **kwargs)
        except GarminConnectConnectionError as error:
            answer = getattr(error, "response", None)
            if answer is not None and answer.status_code == 404:
                return None
            raise self._failure_of(answer) from None
        except GarminConnectAuthenticationError:
            raise GarminFailure("auth", 401) from None
        except requests.RequestException:
            raise GarminFailure("transient", None) from None

    def _refresh_first(self) -> None:
        """Refresh a token that ends soon; raises GarminFailure where that fails."""
        self._refusal = None
        if self._ends_soon():
            self._client._refresh_session()
        if self._refusal is not None:
            raise self._refusal

    def _failure_of(self, answer: requests.Response | None) -> GarminFailure:
        """Return the failure of a refused request; for a 401, that of the refresh before it."""
        if answer is None:
            return GarminFailure("transient", None)
        refused = http.failure(answer.status_code, answer.headers)
        return self._refusal or refused if refused.kind == "auth" else refused


def _answer_of(response: requests.Response | None) -> GarminAnswer:
    """Return the decoded answer; None is a 404."""
    if response is None:
        return GarminAnswer(404, None)
    if response.status_code == 204 or not response.content:
        return GarminAnswer(204, None)
    try:
        return GarminAnswer(response.status_code, response.json())
    except ValueError:
        raise GarminFailure("malformed", response.status_code) from None


def _refresh_failure(answer: Any) -> GarminFailure:
    """Return the failure of a refused refresh: 400 and 401 mean invalid tokens."""
    refused = http.failure(answer.status_code, answer.headers)
    return GarminFailure("auth", 401) if refused.kind == "permanent" else refused


def _life_s(client: Client) -> float:
    """Return the lifetime of the access token [s]; a day where it is unreadable."""
    try:
        return jwt.lifetime_s(str(client.di_token))
    except GarminFailure:
        return jwt.DEFAULT_LIFE_S


def _sealed(client: Client, until: float | None) -> str:
    """Return the tokens to seal: the library's, and when the access token ends."""
    return json.dumps(json.loads(client.dumps()) | {"until": until})


def _client(base_url: str | None) -> Client:
    """Return the library's client: no token file, no verification by itself, no extra attempts."""
    os.environ.pop("GARMINTOKENS", None)
    client = Garmin(verify_login=False).client
    if base_url:
        _redirect(client, base_url)
    return client


PRIVATE = (
    "_sso",
    "_connect",
    "_connectapi",
    "_ios_service_url",
    "_mobile_sso_service_url",
    "_portal_service_url",
)
"""The library's own names of Garmin's addresses: a test fails when one of them goes."""
LISTENED = ("_token_expires_soon", "_di_token_post", "_persist_tokens", "_refresh_session")
"""The library's own names of the steps of a refresh."""
DELAYS = (
    "MOBILE_DELAY_MIN_S",
    "MOBILE_DELAY_MAX_S",
    "LOGIN_DELAY_MIN_S",
    "LOGIN_DELAY_MAX_S",
)


def _redirect(client: Client, base_url: str) -> None:
    """Send everything to one other server, such as the simulator."""
    for name in (*PRIVATE, "_di_token_url"):
        getattr(client, name)  # fails loudly when the library renames it
    for name in PRIVATE:
        setattr(client, name, base_url)
    client._di_token_url = f"{base_url}/di-oauth2-service/oauth/token"
    _set(**dict.fromkeys(DELAYS, 0.0))


@contextmanager
def _one_fingerprint() -> Generator[None]:
    """Limit the library to one browser's TLS handshake: each further one posts the password."""
    _set(MOBILE_IMPERSONATIONS=MOBILE_IMPERSONATIONS[:1])
    try:
        yield
    finally:
        _set(MOBILE_IMPERSONATIONS=MOBILE_IMPERSONATIONS)


def _set(**values: object) -> None:
    """Set constants of the library's sign-in; fails loudly when it renames one."""
    for name, value in values.items():
        getattr(sso, name)
        setattr(sso, name, value)
