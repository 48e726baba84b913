"""The opaque cursor of the next page of a list."""

import base64
import binascii
from datetime import datetime

from runningcoach.api.problems import BadCursor
from runningcoach.store.activities import PageCursor


def encode(place: PageCursor) -> str:
    """Return the cursor for the page after `place`."""
    text = f"{place.started_at.isoformat()} {place.id}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(cursor: str) -> PageCursor:
    """Return the place that a cursor stands for. Raises BadCursor."""
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True).decode()
        moment, number = text.split(" ")
        place = PageCursor(datetime.fromisoformat(moment), int(number))
    except (ValueError, binascii.Error) as error:
        raise BadCursor from error
    if place.started_at.tzinfo is None or not 0 <= place.id < 2**63:
        raise BadCursor
    return place
