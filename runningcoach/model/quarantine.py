"""Files that could not be imported."""

from datetime import datetime

from runningcoach.model.record import Record


class Quarantined(Record):
    """A file that could not be taken, kept with the reason."""

    id: int
    sha256: str
    leg: int | None = None
    name: str
    size_bytes: int
    reason_code: str
    reason: str
    first_seen_at: datetime
    last_tried_at: datetime
    tries: int
