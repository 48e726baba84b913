"""The tile of personal API tokens: what scripts, notebooks and calendars use for a password."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from runningcoach.base.i18n import t
from runningcoach.model.api_token import ApiToken
from runningcoach.pages import formatting, page, session
from runningcoach.pages.markup import Piece, macros

TOKENS = macros("tokens")

API = "/api/v1/tokens"
SCOPES = ("read", "write")
"""Tokens of feeds are made on the calendar, where their address is shown."""
LIFETIMES_DAYS = (90, 30, 365)


def tokens(active: Sequence[ApiToken], today: date, width: int = 12) -> Piece:
    """Return the tokens that open something, with the way to make and to revoke them."""
    rows = [
        {
            "id": token.id,
            "name": token.name,
            "scope": t(f"pages.tokens.scope.{token.scope}"),
            "days": " · ".join(_days(token, today)),
        }
        for token in active
    ]
    return page.card(
        t("pages.tokens.title"),
        TOKENS.tokens(rows, API, SCOPES, LIFETIMES_DAYS),
        width=width,
        name="tokens-card",
    )


def _days(token: ApiToken, today: date) -> list[str]:
    """Return when a token was made and last used, and when it ends."""
    used, ends = token.last_used_at, token.expires_at
    return [
        t("pages.tokens.created", day=_day(token.created_at, today)),
        t("pages.tokens.used", day=_day(used, today)) if used else t("pages.tokens.unused"),
        t("pages.tokens.ends", day=_day(ends, today)) if ends else t("pages.tokens.endless"),
    ]


def _day(at: datetime, today: date) -> str:
    zone = ZoneInfo(session.user().timezone)
    return formatting.short_day(at.astimezone(zone).date(), today)
