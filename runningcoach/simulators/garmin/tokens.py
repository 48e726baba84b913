"""Access and refresh tokens of the sign-in, and bearers of the Personal API key."""

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from runningcoach.simulators.garmin import who
from runningcoach.simulators.garmin.clock import ServerClock

type Kind = Literal["connect", "personal"]

_PERSONAL_TTL_S = 86_400
REFRESH_TTL_S = 90 * 86_400
_SIGNING = b"made up, for a made-up runner"


class TokenPair(NamedTuple):
    """Access and refresh token of a sign-in."""

    access: str
    refresh: str


def jwt(claims: dict[str, object]) -> str:
    """Return a signed JSON Web Token (RFC 7519) with `claims`."""
    parts = [_part({"alg": "HS256", "typ": "JWT"}), _part(claims)]
    digest = hmac.new(_SIGNING, ".".join(parts).encode(), hashlib.sha256).digest()
    return ".".join([*parts, _base64(digest)])


def _part(value: dict[str, object]) -> str:
    return _base64(json.dumps(value, separators=(",", ":")).encode())


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass(slots=True)
class Tokens:
    """All tokens in force; a token that is not here is not known. `issued`: all there ever were."""

    clock: ServerClock
    ttl_s: float
    key: Literal["valid", "expired", "revoked"] = "valid"
    issued: list[str] = field(default_factory=list)
    _access: dict[str, tuple[Kind, float]] = field(default_factory=dict)
    _refresh: dict[str, str] = field(default_factory=dict)

    def pair(self, client_id: str) -> TokenPair:
        """Return a new pair for the application `client_id`."""
        refresh = secrets.token_urlsafe(40)
        self._refresh[refresh] = client_id
        self.issued.append(refresh)
        return TokenPair(self.bearer("connect", self.ttl_s, client_id), refresh)

    def bearer(self, kind: Kind, ttl_s: float, client_id: str) -> str:
        """Return a new access token that expires in `ttl_s`."""
        expires = self.clock.now() + ttl_s
        token = jwt(
            {
                "iss": "https://diauth.garmin.com",
                "client_id": client_id,
                "garmin_guid": who.DISPLAY_NAME,
                "iat": int(self.clock.now()),
                "exp": int(expires),
                "jti": secrets.token_hex(8),
            }
        )
        self._access[token] = (kind, expires)
        self.issued.append(token)
        return token

    def renew(self, refresh: str, client_id: str) -> TokenPair | None:
        """Return the next pair for a refresh token; each is good for one time only."""
        if self._refresh.get(refresh) != client_id:
            return None
        del self._refresh[refresh]
        return self.pair(client_id)

    def personal(self, key: str) -> str | None:
        """Return a bearer for the Personal API key, None when the key is not good."""
        if key != who.KEY or self.key != "valid":
            return None
        return self.bearer("personal", _PERSONAL_TTL_S, "PERSONAL_API")

    def kind(self, access: str) -> Kind | None:
        """Return what an access token opens, None when it is unknown or expired."""
        kind, expires = self._access.get(access, (None, 0.0))
        return kind if expires > self.clock.now() else None

    def kill(self, *, refresh: bool) -> None:
        """Delete the access tokens, and with `refresh` the refresh tokens."""
        self._access.clear()
        if refresh:
            self._refresh.clear()

    def end_key(self, state: Literal["expired", "revoked"]) -> None:
        """Invalidate the key and its bearers."""
        self.key = state
        self._access = {
            token: known for token, known in self._access.items() if known[0] != "personal"
        }
