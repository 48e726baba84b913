"""Read the claims of a JWT; its signature is not checked."""

import base64
import binascii
import json
from typing import Any

from runningcoach.sources.garmin import GarminFailure

DEFAULT_LIFE_S = 24 * 3600.0


def claims(token: str) -> dict[str, Any]:
    """Return the claims; GarminFailure for what is not a token (a login page, say)."""
    try:
        body = token.split(".")[1]
        decoded = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except (IndexError, ValueError, binascii.Error):
        raise GarminFailure("malformed", None) from None
    if not isinstance(decoded, dict):
        raise GarminFailure("malformed", None)
    return decoded


def lifetime_s(token: str) -> float:
    """Return the lifetime of a token by its own times [s]; a day where it has none."""
    fields = claims(token)
    begun, ends = fields.get("iat"), fields.get("exp")
    if isinstance(begun, int | float) and isinstance(ends, int | float):
        return max(float(ends - begun), 0.0)
    return DEFAULT_LIFE_S
