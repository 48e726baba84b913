"""An entry for other calendars, before it is written in their form."""

from datetime import date, datetime

from runningcoach.model.record import Record


class CalendarEvent(Record):
    """An entry for a whole day.

    `uid` stays the same however the entry changes; `sequence` never falls when it does.
    """

    uid: str
    day: date
    title: str
    description: str = ""
    sequence: int = 0
    changed_at: datetime
