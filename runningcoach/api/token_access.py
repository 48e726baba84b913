"""Access by API token: where a request carries it, whose it is, and what its scope opens."""

from typing import Any

import psycopg
from starlette.datastructures import Headers
from starlette.types import Scope

from runningcoach.api import client_addresses, login_attempts
from runningcoach.api.origin_check import HARMLESS
from runningcoach.api.problems import SessionRequired, TokenScopeTooNarrow, WrongToken
from runningcoach.api.request_context import FEED
from runningcoach.model.api_token import TokenScope
from runningcoach.model.user import User
from runningcoach.store import api_tokens

type Connection = psycopg.Connection[Any]

ROOT = "/api/v1"
FEED_SUFFIX = ".ics"
SESSION_ONLY = frozenset({"auth", "garmin", "tokens"})
"""First segments that no token opens: tokens, sessions, passwords, the sign-in at Garmin."""
SESSION_ONLY_PATHS = frozenset({"/ai/key"})
"""Other paths that no token opens: the key of a model's server."""
READABLE = frozenset({"/auth/me", "/auth/garmin/status", "/garmin/status"})
"""What tokens may read of these all the same."""


def is_feed(path: str) -> bool:
    """Return whether a path is the address of a calendar feed."""
    return path.startswith(FEED)


def feed_path(token: str) -> str:
    """Return the path of the feed that a token opens."""
    return f"{FEED}{token}{FEED_SUFFIX}"


def is_open_to_tokens(method: str, path: str) -> bool:
    """Return whether a path of the API may be reached by a token at all."""
    below = path.removeprefix(ROOT)
    first_segment = below.lstrip("/").partition("/")[0]
    if first_segment in SESSION_ONLY or below.rstrip("/") in SESSION_ONLY_PATHS:
        return method in HARMLESS and below in READABLE
    return True


def token_of(scope: Scope) -> str | None:
    """Return the token that a request carries: in its path, or as a bearer."""
    if is_feed(scope["path"]):
        return scope["path"].removeprefix(FEED).removesuffix(FEED_SUFFIX)
    scheme, _, token = Headers(scope=scope).get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def token_user(conn: Connection, scope: Scope, token: str) -> User:
    """Return the user of a token. Raises WrongToken, TooManyAttempts, TokenScopeTooNarrow.

    A right token is never slowed down by the wrong ones of its address: 256 random bits cannot be
    guessed, and a forgotten script must not lock out the others of a household.
    """
    user, granted = token_holder(conn, scope, token)
    _check_scope(granted, scope["method"], scope["path"])
    return user


def token_holder(conn: Connection, scope: Scope, token: str) -> tuple[User, TokenScope]:
    """Return the user of a token and its scope. Raises WrongToken, TooManyAttempts."""
    known = api_tokens.authenticate(conn, token)
    if known is None:
        login_attempts.begin(conn, login_attempts.token_subjects(_guest(scope)))
        raise WrongToken
    return known


def _check_scope(granted: TokenScope, method: str, path: str) -> None:
    """Raise unless a scope opens the path; feeds are opened by their own tokens alone."""
    if is_feed(path) != (granted == "feed"):
        raise WrongToken if is_feed(path) else TokenScopeTooNarrow
    if not is_open_to_tokens(method, path):
        raise SessionRequired
    if granted != "write" and method not in HARMLESS:
        raise TokenScopeTooNarrow


def _guest(scope: Scope) -> str:
    client = scope.get("client")
    return client_addresses.guest(client[0]) if client else "unknown"
