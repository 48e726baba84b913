"""Identity of requests to Voila and JupyterLab: the same login as the rest of the program.

The browser sends one cookie; only its SHA-256 is looked up. Jupyter's own ways in (token,
password, login page) are closed.
"""

import asyncio
import time
from dataclasses import dataclass
from threading import Lock
from typing import Any

import psycopg
from jupyter_server.auth.identity import IdentityProvider, User
from tornado.web import HTTPError, RequestHandler
from traitlets import Float

from runningcoach.base import security
from runningcoach.base.errors import RunningCoachError
from runningcoach.model.user import User as Account
from runningcoach.store import accounts, database

COOKIE = security.SESSION_COOKIE


@dataclass
class SignedInUser(User):
    """A logged-in user, as Jupyter's servers know them."""

    user_id: int = 0
    language: str = "ko"
    is_owner: bool = False


def person(user: Account) -> SignedInUser:
    """Return `user` in Jupyter's form."""
    return SignedInUser(
        username=user.username,
        name=user.display_name,
        display_name=user.display_name,
        user_id=user.id,
        language=user.language,
        is_owner=user.role == "owner",
    )


class Sessions:
    """Looks sessions up over one connection, which is opened anew when it was lost."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._connection: psycopg.Connection[Any] | None = None

    def user(self, token: str) -> Account | None:
        """Return the user of the session with `token`; None without one."""
        with self._lock:
            try:
                return self._ask(token)
            except psycopg.OperationalError:
                self._forget()
                return self._ask(token)

    def _ask(self, token: str) -> Account | None:
        if self._connection is None:
            self._connection = database.connect()
        return accounts.session_user(self._connection, security.token_sha256(token))

    def _forget(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None


class SessionIdentityProvider(IdentityProvider):
    """Jupyter's identity provider, based on the session cookie alone.

    A page asks for some twenty files at once, so an answer is remembered for a few seconds; a
    handler with `asks_anew` is not content with that.
    """

    remembered_s = Float(5.0, config=True, help="Seconds that an answer is good for.")

    def __init__(self, **options: Any) -> None:
        """Disable token login, whatever the environment or the command line sets."""
        super().__init__(**(options | {"token": ""}))
        self._sessions = Sessions()
        self._cached: dict[str, tuple[float, SignedInUser | None]] = {}

    @property
    def auth_enabled(self) -> bool:  # type: ignore[override]
        """Return True: every request must be authenticated."""
        return True

    @property
    def login_available(self) -> bool:  # type: ignore[override]
        """Return False: the login page is the API's."""
        return False

    @property
    def logout_available(self) -> bool:  # type: ignore[override]
        """Return False: so is the way out."""
        return False

    async def get_user(self, handler: RequestHandler) -> SignedInUser | None:  # type: ignore[override]
        """Return the person whose session cookie the request carries."""
        token = security.cookie(handler.request.headers.get("Cookie", ""), COOKIE)
        if token is None:
            return None
        self._forget_old()
        if token not in self._cached or getattr(handler, "asks_anew", False):
            good_until = time.monotonic() + self.remembered_s
            self._cached[token] = (good_until, await self._look_up(token))
        return self._cached[token][1]

    def _forget_old(self) -> None:
        now = time.monotonic()
        self._cached = {token: entry for token, entry in self._cached.items() if entry[0] > now}

    async def _look_up(self, token: str) -> SignedInUser | None:
        try:
            user = await asyncio.to_thread(self._sessions.user, token)
        except (psycopg.Error, RunningCoachError) as error:
            raise HTTPError(503, "the database does not answer") from error
        return person(user) if user else None

    def is_token_authenticated(self, handler: RequestHandler) -> bool:  # noqa: ARG002
        """Return False: there are no tokens."""
        return False

    def set_login_cookie(self, handler: RequestHandler, user: User) -> None:
        """Set nothing: the API gives the cookie."""

    def clear_login_cookie(self, handler: RequestHandler) -> None:
        """Clear nothing."""


class OwnerIdentityProvider(SessionIdentityProvider):
    """An authorizer that admits the owner alone."""

    async def get_user(self, handler: RequestHandler) -> SignedInUser | None:  # type: ignore[override]
        """Return the owner; refuse any other user."""
        someone = await super().get_user(handler)
        if someone is not None and not someone.is_owner:
            raise HTTPError(403)
        return someone
