"""A browser that logged in before is recognised, so that a stranger's failures do not lock it out.

The cookie opens nothing: it says whose browser this is, and its password is asked for as ever.
"""

import re
from pathlib import Path

from starlette.requests import HTTPConnection

from runningcoach.api.request_context import cookie
from runningcoach.base import security
from runningcoach.base.errors import RunningCoachError
from runningcoach.base.security import Sealer

COOKIE = "runningcoach_device"
COOKIE_LIFETIME_S = 400 * 24 * 3600
"""As long as browsers keep any cookie."""
FORM = re.compile(r"device ([\w-]+) of (\d+)")


def issue(home: Path, user_id: int) -> str | None:
    """Return a new cookie for a browser of this user; None where no key can be written."""
    sealer = _sealer(home)
    try:
        sealer.make_key()
    except OSError:
        return None
    return sealer.seal(f"device {security.new_token()[:16]} of {user_id}").decode()


def recognise(home: Path, connection: HTTPConnection, user_id: int) -> str | None:
    """Return the name of the browser if it is one of this user's."""
    sealed = cookie(connection.scope, COOKIE)
    if sealed is None or not sealed.isascii():
        return None
    try:
        match = FORM.fullmatch(_sealer(home).unseal(sealed.encode()))
    except RunningCoachError:  # made up, or the key is another one by now
        return None
    return match[1] if match and int(match[2]) == user_id else None


def _sealer(home: Path) -> Sealer:
    return Sealer(home, "device.key")
