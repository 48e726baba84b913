"""Elements of TCX and GPX files: found by their last name, read as numbers and times.

Files in the wild forget to declare prefixes, invent extensions and break off; so elements are
known by their last name alone, and a damaged file gives what can be read. Nothing outside the
file is ever fetched, and entities stay unresolved.
"""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import numpy as np
from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

from runningcoach.fit.problems import FitProblem, problem

type Element = Any
type Point = dict[str, float]

_CHANNELS = {
    "time": "time",
    "ele": "altitude_m",
    "altitudemeters": "altitude_m",
    "distancemeters": "distance_m",
    "distance": "distance_m",
    "speed": "speed_mps",
    "hr": "heart_rate_bpm",
    "heartrate": "heart_rate_bpm",
    "heartratebpm": "heart_rate_bpm",
    "cad": "cadence_spm",
    "cadence": "cadence_spm",
    "runcadence": "cadence_spm",
    "power": "power_w",
    "watts": "power_w",
    "powerinwatts": "power_w",
    "atemp": "temperature_c",
    "temp": "temperature_c",
    "temperature": "temperature_c",
    "latitudedegrees": "latitude_deg",
    "longitudedegrees": "longitude_deg",
}


def parse_xml(data: bytes) -> tuple[Element, list[FitProblem]]:
    """Return the root element (None when nothing can be read), and whether it is damaged."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(data.lstrip(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None, [problem(0, "bad_xml")]
    broken = any(entry.level == etree.ErrorLevels.FATAL for entry in parser.error_log)
    return root, [problem(0, "damaged_xml")] if broken else []


def name_of(element: Element) -> str:
    """Return an element's last name in lower case, without namespace or undeclared prefix."""
    return last_name(element.tag)


@lru_cache(maxsize=4096)
def last_name(tag: str) -> str:
    """Return the last name of a tag in lower case."""
    return tag.rpartition("}")[2].rpartition(":")[2].lower()


def all_of(root: Element, name: str) -> list[Element]:
    """Return all elements of a name, however deep; none when there is no root."""
    return [] if root is None else [e for e in root.iter("*") if name_of(e) == name]


def child_of(element: Element, *path: str) -> Element | None:
    """Return the first child, or child's child, along a path of names."""
    for name in path:
        element = next((e for e in element.iterchildren("*") if name_of(e) == name), None)
        if element is None:
            return None
    return element


def text_of(element: Element, *path: str) -> str | None:
    """Return the text of the element along a path of names."""
    child = child_of(element, *path)
    return (child.text or "").strip() or None if child is not None else None


def number(text: str | None) -> float:
    """Return the number that a text is, NaN when it is none.

    Phones of half the world write a decimal comma; where a text has both signs, the last one
    stands before the decimals.
    """
    try:
        value = float(text or "nan")
    except ValueError:
        return _with_comma(text or "")
    return value if np.isfinite(value) else np.nan


def _with_comma(text: str) -> float:
    if "," not in text:
        return np.nan
    whole, _, decimals = text.rpartition(",")
    if "." in decimals:
        return number(text.replace(",", ""))
    return number(f"{whole.replace('.', '')}.{decimals}") if "," not in whole else np.nan


def known(text: str | None) -> float | None:
    """Return the number that a text is, None when it is none."""
    value = number(text)
    return None if np.isnan(value) else value


def unix_s(text: str | None) -> float:
    """Return an ISO 8601 time as unix seconds; one without a zone is UTC."""
    try:
        time = datetime.fromisoformat((text or "").strip())
    except ValueError:
        return np.nan
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()


class ChannelOf(dict[str, str | None]):
    """The channel of each tag, found once for each way a file writes it."""

    def __missing__(self, tag: str) -> str | None:
        name = last_name(tag)
        self[tag] = "value" if name == "value" else _CHANNELS.get(name)
        return self[tag]


def point_of(element: Element, channel_of: ChannelOf) -> Point:
    """Return the values of a point; HeartRateBpm and its like keep theirs in a child Value."""
    point: Point = {}
    for value in element.iterdescendants("*"):
        channel = channel_of[value.tag]
        if channel == "value":
            channel = channel_of[value.getparent().tag]
        if channel == "time":
            point["time"] = unix_s(value.text)
        elif channel is not None and value.text:
            measured = number(value.text)
            if not np.isnan(measured):
                point[channel] = measured
    return point
