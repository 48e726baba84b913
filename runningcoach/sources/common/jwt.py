"""The claims of a token; its signature is the vendor's affair."""

import base64
import binascii
import json
from typing import Any

from runningcoach.sources.garmin import GarminFailure

USUAL_LIFE_S = 24 * 3600.0


def claims(token: str) -> dict[str, Any]:
    """Return the claims; GarminFailure for what is not a token (a login page, say)."""
    try:
        body = token.split(".")[1]
        found = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except (IndexError, ValueError, binascii.Error):
        raise GarminFailure("malformed", None) from None
    if not isinstance(found, dict):
        raise GarminFailure("malformed", None)
    return found


def lifetime_s(token: str) -> float:
    """Return for how long a token was issued, whatever our clock says; a day if it hides that."""
    found = claims(token)
    begun, ends = found.get("iat"), found.get("exp")
    if isinstance(begun, int | float) and isinstance(ends, int | float):
        return max(float(ends - begun), 0.0)
    return USUAL_LIFE_S
