"""Calendar feeds: events in the form of RFC 5545, which every calendar can subscribe to."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta

from runningcoach import __version__
from runningcoach.model.calendar_event import CalendarEvent

MEDIA_TYPE = "text/calendar; charset=utf-8"
LONGEST_LINE_BYTES = 75
"""RFC 5545, 3.1: longer lines are folded, without the line break."""
REFRESH = "PT1H"
"""How often calendars may look again."""


def write_calendar(events: Iterable[CalendarEvent], name: str) -> str:
    """Return a calendar of a name with its events, as text with CRLF line ends.

    The same events give the same text.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//RunningCoach//RunningCoach {__version__}//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME:{escape_text(name)}",
        f"X-WR-CALNAME:{escape_text(name)}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESH}",
        f"X-PUBLISHED-TTL:{REFRESH}",
        *(line for event in events for line in _event_lines(event)),
        "END:VCALENDAR",
    ]
    return "".join(f"{folded}\r\n" for line in lines for folded in fold(line))


def _event_lines(event: CalendarEvent) -> Iterator[str]:
    changed_at = _moment(event.changed_at)
    yield "BEGIN:VEVENT"
    yield f"UID:{event.uid}"
    yield f"DTSTAMP:{changed_at}"
    yield f"LAST-MODIFIED:{changed_at}"
    yield f"SEQUENCE:{event.sequence}"
    yield f"DTSTART;VALUE=DATE:{_day(event.day)}"
    yield f"DTEND;VALUE=DATE:{_day(event.day + timedelta(days=1))}"
    yield f"SUMMARY:{escape_text(event.title)}"
    if event.description:
        yield f"DESCRIPTION:{escape_text(event.description)}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _day(day: date) -> str:
    return f"{day.year:04d}{day.month:02d}{day.day:02d}"


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def escape_text(text: str) -> str:
    """Return text as a value of type TEXT (RFC 5545, 3.3.11), without control characters."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(c for c in unified if c in "\n\t" or (c >= " " and c != "\x7f"))
    for plain in ("\\", ";", ","):
        kept = kept.replace(plain, f"\\{plain}")
    return kept.replace("\n", "\\n")


def fold(line: str) -> Iterator[str]:
    """Yield the lines that a long line is folded into, none of which splits a character.

    Each but the first begins with a space, which counts among its 75 octets.
    """
    part, size = "", 0
    for character in line:
        width = len(character.encode())
        if size + width > LONGEST_LINE_BYTES:
            yield part
            part, size = " ", 1
        part, size = part + character, size + width
    yield part
