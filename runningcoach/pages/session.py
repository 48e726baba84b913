"""What a notebook asks of the visit it is drawn for: whose page, in which language, of what.

The server that started the kernel said who the user is, from the session; the browser cannot.
"""

import os
from datetime import date
from functools import cache
from typing import Any
from urllib.parse import parse_qs

import psycopg

from runningcoach.base import i18n, periods
from runningcoach.base.errors import RunningCoachError
from runningcoach.model.user import User
from runningcoach.store import accounts, database

i18n.use(os.environ.get("RUNNINGCOACH_LANGUAGE", ""))


class NoUser(RunningCoachError):
    """The notebook was not opened through the program, so nobody knows whose data to show."""

    code = "up.no_user"


def user_id() -> int:
    """Return the id of the user whose page this is."""
    known = os.environ.get("RUNNINGCOACH_USER_ID", "")
    if not known.isdigit():
        raise NoUser
    return int(known)


def language() -> str:
    """Return the user's language: "ko" or "en"."""
    known = os.environ.get("RUNNINGCOACH_LANGUAGE")
    return known if known in i18n.LANGUAGES else i18n.language()


def query(name: str) -> str | None:
    """Return what the address says after `?name=`, None when it says nothing."""
    return parse_qs(os.environ.get("QUERY_STRING", "")).get(name, [None])[0]


@cache
def connection() -> psycopg.Connection[Any]:
    """Return this kernel's connection to the database, which knows the user."""
    conn = database.connect()
    conn.execute("SELECT set_config('runningcoach.user_id', %s, false)", [str(user_id())])
    return conn


@cache
def user() -> User:
    """Return the user whose page this is."""
    known = accounts.get(connection(), user_id())
    if known is None:
        raise NoUser
    return known


def today() -> date:
    """Return the day it is where the user is."""
    return periods.today(user().timezone)
