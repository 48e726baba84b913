"""The owner's account, made at the first start."""

import secrets
import sys
from typing import Any

from psycopg import Connection
from rich.prompt import Prompt

from runningcoach.base import i18n, security
from runningcoach.base.settings import SHORTEST_PASSWORD, Settings
from runningcoach.model.user import User
from runningcoach.ops.terminal import say
from runningcoach.store import accounts


def ensure_owner(conn: Connection[Any], settings: Settings, password: str | None = None) -> User:
    """Return the owner; make the account when there is none yet."""
    owners = [user for user in accounts.all_users(conn) if user.role == "owner"]
    return owners[0] if owners else _make(conn, settings, password or _password(settings))


def _make(conn: Connection[Any], settings: Settings, password: str) -> User:
    return accounts.create(
        conn,
        settings.owner,
        security.hash_password(password),
        role="owner",
        language=settings.language,
        timezone=settings.timezone,
    )


def _password(settings: Settings) -> str:
    """Return the owner's password: from the settings, a prompt, or generated and printed once."""
    if settings.owner_password:
        return settings.owner_password.get_secret_value()
    if sys.stdin.isatty() and sys.stdout.isatty():
        return _prompt_password(settings.owner)
    generated = secrets.token_urlsafe(12)
    say(i18n.t("up.owner.made_up", username=settings.owner, password=generated))
    return generated


def _prompt_password(username: str) -> str:
    say(i18n.t("up.owner.welcome", username=username))
    while True:
        password = Prompt.ask(i18n.t("up.owner.ask"), password=True)
        if len(password) < SHORTEST_PASSWORD:
            say(i18n.t("up.owner.too_short", shortest=SHORTEST_PASSWORD))
        elif password != Prompt.ask(i18n.t("up.owner.again"), password=True):
            say(i18n.t("up.owner.different"))
        else:
            return password
