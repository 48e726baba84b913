"""A strict reader of RFC 5545 calendars, written from its grammar: what it refuses is an error."""

import re
from datetime import date, datetime

CONTENT_LINE = re.compile(r"([A-Z0-9-]+)((?:;[A-Z0-9-]+=[^\";:,]+)*):(.*)", re.DOTALL)
ONCE = {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "SEQUENCE", "LAST-MODIFIED", "TRANSP"}
TEXTS = {"SUMMARY", "DESCRIPTION", "X-WR-CALNAME", "NAME"}
ESCAPES = {"\\\\": "\\", "\\;": ";", "\\,": ",", "\\n": "\n", "\\N": "\n"}


def read_calendar(body: bytes) -> tuple[dict[str, str], list[dict[str, object]]]:
    """Return the properties of a calendar and its events; raise where it breaks the grammar."""
    lines = [content_line(text) for text in unfolded(body)]
    assert (lines[0], lines[-1]) == (("BEGIN", {}, "VCALENDAR"), ("END", {}, "VCALENDAR"))
    head: dict[str, str] = {}
    events: list[dict[str, object]] = []
    current: dict[str, object] | None = None
    for name, parameters, value in lines[1:-1]:
        if (name, value) == ("BEGIN", "VEVENT"):
            assert current is None
            current = {}
        elif (name, value) == ("END", "VEVENT"):
            assert current is not None
            assert current.keys() >= ONCE - {"TRANSP"}
            events.append(current)
            current = None
        else:
            assert name not in ("BEGIN", "END")
            target = head if current is None else current
            assert name not in target, f"{name} twice"
            target[name] = read_value(name, parameters, value)
    assert current is None
    assert head["VERSION"] == "2.0"
    assert head["PRODID"]
    assert len({event["UID"] for event in events}) == len(events)
    return head, events


def unfolded(body: bytes) -> list[str]:
    """Return the content lines: each physical line ends in CRLF and has at most 75 octets."""
    assert body.endswith(b"\r\n")
    physical = body[:-2].split(b"\r\n")
    lines: list[bytes] = []
    for line in physical:
        assert 0 < len(line) <= 75, line
        assert not re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", line), line
        line.decode()  # no character is split
        if line.startswith((b" ", b"\t")):
            lines[-1] += line[1:]
        else:
            lines.append(line)
    return [line.decode() for line in lines]


def content_line(text: str) -> tuple[str, dict[str, str], str]:
    match = CONTENT_LINE.fullmatch(text)
    assert match, text
    pairs = [pair.split("=", 1) for pair in match[2].split(";")[1:]]
    return match[1], dict(pairs), match[3]


def read_value(name: str, parameters: dict[str, str], value: str) -> object:
    if name in TEXTS:
        assert not re.search(r"(?<!\\)(?:\\\\)*[;,]", value), value
        assert not re.search(r"(?<!\\)(?:\\\\)*\\[^\\;,nN]", value), value
        return re.sub(r"\\[\\;,nN]", lambda match: ESCAPES[match[0]], value)
    if parameters.get("VALUE") == "DATE":
        assert re.fullmatch(r"\d{8}", value)
        return date.fromisoformat(f"{value[:4]}-{value[4:6]}-{value[6:]}")
    if name in ("DTSTAMP", "LAST-MODIFIED"):
        assert value.endswith("Z")
        return datetime.strptime(value, "%Y%m%dT%H%M%S%z")
    if name == "SEQUENCE":
        return int(value)
    return value
