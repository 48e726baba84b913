"""The official Personal API, by Garmin's own client: read-only, by a key that the runner makes.

The key is exchanged for a bearer token of a day; there is nothing to refresh it with but the
key. The client's own authenticator keeps tokens in an open file, so the exchange is made here.
"""

import json
import time
from collections.abc import Callable
from typing import Any

import requests
from garmin_personal_api.client import GarminPersonalApiClient
from garmin_personal_api.errors import GarminPersonalApiError, HttpError

from runningcoach.sources.common import http, jwt
from runningcoach.sources.garmin import GarminAnswer, GarminFailure, LaneName, ignore_change

EXCHANGE = "/personalapitoken-service/personal-api/personal-api-key/token"
TIMEOUT_S = 30.0
EARLY_S = 900.0
"""A bearer that ends so soon is exchanged before it is used."""


class KeyLane:
    """A user's connection to Garmin by a Personal API key."""

    name: LaneName = "key"

    def __init__(
        self, sealed: str, base_url: str | None = None, now: Callable[[], float] = time.time
    ) -> None:
        self.on_change: Callable[[str], None] = ignore_change
        self._known: dict[str, Any] = json.loads(sealed)
        self._now = now
        self._last: requests.Response | None = None
        session = requests.Session()
        session.hooks["response"].append(self._store_response)
        self._client = GarminPersonalApiClient("", timeout=TIMEOUT_S, session=session)
        self._client.base_url = base_url or self._client.base_url
        self._session = session

    def tokens(self) -> str:
        """Return key and bearer, to be sealed."""
        return json.dumps(self._known)

    def get(self, path: str) -> GarminAnswer:
        """Send a GET request; raises GarminFailure."""
        body = self._send(lambda: self._client.get(path))
        status = self._last.status_code if self._last is not None else 200
        return GarminAnswer(status, body)

    def download(self, path: str) -> bytes | None:
        """Return the zip of an activity's original; None where there is none."""
        number = path.rsplit("/", 1)[-1]
        return self._send(lambda: self._client.download_activity(number))

    def _send[Found](self, request: Callable[[], Found]) -> Found | None:
        """Send a request with a valid bearer; exchange one that Garmin refuses once."""
        if self._known.get("until", 0.0) < self._now() + EARLY_S:
            self._exchange()
        self._client.update_bearer_token(self._known["bearer"])
        try:
            return self._translate_errors(request)
        except GarminFailure as refused:
            if refused.kind != "auth":
                raise
        self._exchange()
        self._client.update_bearer_token(self._known["bearer"])
        return self._translate_errors(request)

    def _translate_errors[Found](self, request: Callable[[], Found]) -> Found | None:
        try:
            return request()
        except HttpError as error:
            if error.status_code == 404:
                return None
            headers = self._last.headers if self._last is not None else {}
            raise http.failure(error.status_code, headers) from None
        except requests.JSONDecodeError:
            raise GarminFailure("malformed", self._status()) from None
        except requests.RequestException:
            raise GarminFailure("transient", None) from None
        except GarminPersonalApiError:
            raise GarminFailure("malformed", self._status()) from None

    def _exchange(self) -> None:
        """Exchange the key for a bearer.

        Its life is counted from now on by our own clock: a clock that is wrong by hours must
        not make every bearer look expired.
        """
        headers = {"Accept": "*/*", "Authorization": f"ApiKey {self._known['key']}"}
        try:
            answer = self._session.post(
                self._client.base_url + EXCHANGE, headers=headers, timeout=TIMEOUT_S
            )
        except requests.RequestException:
            raise GarminFailure("transient", None) from None
        if not answer.ok:
            refused = http.failure(answer.status_code, answer.headers)
            raise GarminFailure("auth", 403) if refused.kind == "forbidden" else refused
        bearer = answer.text.strip()
        self._known |= {"bearer": bearer, "until": self._now() + jwt.lifetime_s(bearer)}
        self.on_change(self.tokens())

    def _store_response(self, response: requests.Response, *_: Any, **__: Any) -> None:
        self._last = response

    def _status(self) -> int | None:
        return None if self._last is None else self._last.status_code


def new_tokens(key: str) -> str:
    """Return the tokens to seal for a new key."""
    return json.dumps({"key": key.strip()})
