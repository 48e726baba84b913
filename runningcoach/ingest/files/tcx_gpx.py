"""TCX and GPX files, taken apart by one walk over their elements."""

from collections.abc import Iterator, Sequence

import numpy as np

from runningcoach.ingest.files.fit_clock import NEW_ACTIVITY_AFTER_S
from runningcoach.ingest.files.recordings import Device, ReadFile
from runningcoach.ingest.files.sports import Sport, sport_of, sport_of_name
from runningcoach.ingest.files.xml_elements import (
    ChannelOf,
    Element,
    Point,
    all_of,
    child_of,
    known,
    name_of,
    number,
    parse_xml,
    point_of,
    text_of,
    unix_s,
)
from runningcoach.ingest.files.xml_recordings import XmlActivity, XmlLap, read_activities

_NO_SPORT = {"other", "unknown", "generic", "default", "none", "uncategorized", "track", "route"}
"""Words of a type that tell no sport, so that a name may."""

_SPORT_ELEMENTS = {"activitytype", "activity", "sport", "sporttype", "typetranslated", "category"}


def read_gpx(data: bytes, name: str = "") -> ReadFile:
    """Return the recordings of a GPX file: its tracks, joined where one goes on as the next."""
    root, problems = parse_xml(data)
    created_s = unix_s(text_of(root, "metadata", "time")) if root is not None else np.nan
    title = text_of(root, "metadata", "name") if root is not None else None
    tracks = [_track(element, title) for element in all_of(root, "trk")]
    activities = _join_tracks(tracks)
    for number_, activity in enumerate(activities):
        activity.event = number_
        activity.other_times = [created_s] if np.isfinite(created_s) else []
    return read_activities("gpx", activities, problems, name)


def read_tcx(data: bytes, name: str = "") -> ReadFile:
    """Return the recordings of a TCX file: one for each activity in it."""
    root, problems = parse_xml(data)
    return read_activities("tcx", list(_activities(root)), problems, name)


def _sport(words: str | None, *names: str | None) -> Sport:
    """Return the sport that a file states, else the one that its names tell without doubt."""
    if words and words.strip().lower() not in _NO_SPORT:
        return sport_of(words)
    return sport_of_name(*names)


# GPX -----------------------------------------------------------------------------------------


def _track(element: Element, title: str | None) -> XmlActivity:
    channel_of = ChannelOf()
    segments: list[list[Point]] = []
    for segment in all_of(element, "trkseg"):
        points: list[Point] = []
        for place in segment.iterchildren("*"):
            point = point_of(place, channel_of)
            point["latitude_deg"] = number(place.get("lat"))
            point["longitude_deg"] = number(place.get("lon"))
            points.append(point)
        segments.append(points)
    name = text_of(element, "name")
    return XmlActivity(
        *_sport(text_of(element, "type") or _extended_sport(element), name, title),
        segments,
        name=name,
        notes=text_of(element, "desc") or text_of(element, "cmt"),
    )


def _extended_sport(track: Element) -> str | None:
    """Return the sport that an app writes into the extensions of a track."""
    extensions = child_of(track, "extensions")
    inside = extensions.iter("*") if extensions is not None else ()
    return next((e.text for e in inside if name_of(e) in _SPORT_ELEMENTS and e.text), None)


def _join_tracks(tracks: Sequence[XmlActivity]) -> list[XmlActivity]:
    """Join tracks of one sport that follow one another within a few hours."""
    joined: list[XmlActivity] = []
    last_s: float | None = None
    for track in tracks:
        times = [
            point["time"] for segment in track.segments for point in segment if "time" in point
        ]
        last = joined[-1] if joined else None
        follows = last_s is None or not times or abs(times[0] - last_s) < NEW_ACTIVITY_AFTER_S
        if last and last.sport == track.sport and follows:
            last.segments += track.segments
        else:
            joined.append(track)
            last_s = None
        last_s = times[-1] if times else last_s
    return joined


# TCX -----------------------------------------------------------------------------------------


def _activities(root: Element) -> Iterator[XmlActivity]:
    """Yield activities, and the transitions between those of a multisport session."""
    event = 0
    for element in root.iter("*") if root is not None else ():
        name = name_of(element)
        if name not in ("activity", "transition"):
            continue
        session = next((e for e in element.iterancestors("*") if name_of(e) == _SESSION), None)
        is_first = session is None or element is _first_activity(session)
        event += is_first
        if name == "activity":
            laps = [lap for lap in element.iterchildren("*") if name_of(lap) == "lap"]
            words = element.get("Sport")
            yield _activity(element, laps, _sport(words, text_of(element, "name")), event)
        elif session is not None:
            yield _activity(element, [element], ("transition", None), event)


_SESSION = "multisportsession"


def _first_activity(session: Element) -> Element | None:
    return next((e for e in session.iter("*") if name_of(e) == "activity"), None)


def _activity(element: Element, laps: Sequence[Element], sport: Sport, event: int) -> XmlActivity:
    channel_of = ChannelOf()
    segments = [
        [point_of(point, channel_of) for point in track.iterchildren("*")]
        for lap in laps
        for track in lap.iterchildren("*")
        if name_of(track) == "track"
    ]
    created_s = unix_s(text_of(element, "id"))
    return XmlActivity(
        *sport,
        segments,
        notes=text_of(element, "notes"),
        laps=[_lap(lap) for lap in laps],
        device=_device(child_of(element, "creator")),
        event=event,
        other_times=[created_s] if np.isfinite(created_s) else [],
    )


def _lap(element: Element) -> XmlLap:
    extra = _extensions(element)
    intensity = text_of(element, "intensity")
    return XmlLap(
        start_s=unix_s(element.get("StartTime")),
        timer_s=known(text_of(element, "totaltimeseconds")),
        distance_m=known(text_of(element, "distancemeters")),
        average_hr_bpm=known(text_of(element, "averageheartratebpm", "value")) or None,
        max_hr_bpm=known(text_of(element, "maximumheartratebpm", "value")) or None,
        average_speed_mps=extra.get("avgspeed"),
        average_cadence_spm=extra.get("avgruncadence")
        or known(text_of(element, "cadence"))
        or None,
        average_power_w=extra.get("avgwatts"),
        calories_kcal=known(text_of(element, "calories")),
        intensity={"Active": "active", "Resting": "rest"}.get(intensity or ""),
    )


def _extensions(lap: Element) -> dict[str, float]:
    """Return the numbers in a lap's extensions by their names."""
    inside = (e for x in lap.iterchildren("*") if name_of(x) == "extensions" for e in x.iter("*"))
    values = {name_of(e): number(e.text) for e in inside}
    return {name: value for name, value in values.items() if not np.isnan(value)}


def _device(creator: Element | None) -> Device:
    if creator is None:
        return Device()
    serial, product = known(text_of(creator, "unitid")), known(text_of(creator, "productid"))
    return Device(
        product=None if product is None else int(product),
        serial=int(serial) if serial else None,
        name=text_of(creator, "name"),
    )
