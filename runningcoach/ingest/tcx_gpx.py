"""TCX and GPX files, read by one walk over their elements.

Files in the wild forget to declare prefixes, invent extensions and break off; so elements are
known by their last name alone, and a damaged file gives what can be read. Nothing outside the
file is ever fetched, and entities stay unresolved.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np
from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]
from numpy.typing import NDArray

from runningcoach import periods
from runningcoach.fit.names import SPORTS
from runningcoach.fit.problems import Problem, problem
from runningcoach.ingest.recorded import (
    EARLIEST_S,
    Device,
    Kind,
    Pauses,
    ReadFile,
    RecordedLap,
    Recording,
    filled,
    gaps,
    is_treadmill,
    moment,
    positions,
    samples_of,
    steps_per_minute,
)

type Element = Any
type Point = dict[str, float]

_DAY_S = 86_400
_FAR_S = 2 * _DAY_S
_NEW_ACTIVITY_AFTER_S = 4 * 3600
_SHORTEST_BREAK_S = 10

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

_SPORT_WORDS = {
    "cycl": "cycling",
    "bik": "cycling",
    "ride": "cycling",
    "run": "running",
    "jog": "running",
    "swim": "swimming",
    "walk": "walking",
    "hik": "hiking",
}
_STRAVA_NUMBERS = {"1": "cycling", "4": "hiking", "9": "running", "10": "walking", "16": "swimming"}
_SUB_SPORT_WORDS = {
    "treadmill": "treadmill",
    "trail": "trail",
    "track": "track",
    "street": "street",
    "virtual": "virtual_activity",
    "mountain": "mountain",
    "road": "road",
}


@dataclass(slots=True)
class _Activity:
    """One activity as it stands in a file, before its samples are arrays."""

    sport: str
    sub_sport: str | None
    segments: list[list[Point]]
    name: str | None = None
    notes: str | None = None
    laps: list[RecordedLap] = field(default_factory=list)
    totals: dict[str, float] = field(default_factory=dict)
    device: Device = field(default_factory=Device)


def read_gpx(data: bytes) -> ReadFile:
    """Return the recordings of a GPX file: its tracks, joined where one goes on as the next."""
    root, problems = _parsed(data)
    tracks = [_track(element) for element in _all(root, "trk")]
    return _read("gpx", _connected(tracks), problems)


def read_tcx(data: bytes) -> ReadFile:
    """Return the recordings of a TCX file: one for each activity in it."""
    root, problems = _parsed(data)
    return _read("tcx", [_activity(element) for element in _all(root, "activity")], problems)


def _parsed(data: bytes) -> tuple[Element, list[Problem]]:
    """Return the root element (None when nothing can be read), and whether it is damaged."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(data.lstrip(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None, [problem(0, "bad_xml")]
    broken = any(entry.level == etree.ErrorLevels.FATAL for entry in parser.error_log)
    return root, [problem(0, "damaged_xml")] if broken else []


def _read(kind: Kind, activities: Sequence[_Activity], problems: list[Problem]) -> ReadFile:
    recordings: list[Recording] = []
    for activity in activities:
        recording, found = _recording(activity, len(recordings))
        problems += found
        recordings += [recording] if recording else []
    texts = tuple(dict.fromkeys(p.text for p in problems))
    if recordings:
        code = problems[0].code if problems else None
        return ReadFile(kind, "salvaged" if code else "ok", code, texts, tuple(recordings))
    if problems:
        return ReadFile(kind, "unreadable", "bad_xml", (problem(0, "bad_xml").text,))
    return ReadFile(kind, "not_an_activity", "no_times", (problem(0, "no_times").text,))


# Elements ------------------------------------------------------------------------------------


def _name(element: Element) -> str:
    """Return an element's last name in lower case, without namespace or undeclared prefix."""
    return element.tag.rpartition("}")[2].rpartition(":")[2].lower()


def _all(root: Element, name: str) -> list[Element]:
    return [] if root is None else [e for e in root.iter("*") if _name(e) == name]


def _child(element: Element, *path: str) -> Element | None:
    for name in path:
        element = next((e for e in element.iterchildren("*") if _name(e) == name), None)
        if element is None:
            return None
    return element


def _text(element: Element, *path: str) -> str | None:
    found = _child(element, *path)
    return (found.text or "").strip() or None if found is not None else None


def _number(text: str | None) -> float:
    """Return the number that a text is, NaN when it is none."""
    try:
        value = float(text or "nan")
    except ValueError:
        return np.nan
    return value if np.isfinite(value) else np.nan


def _known(text: str | None) -> float | None:
    value = _number(text)
    return None if np.isnan(value) else value


def _unix_s(text: str | None) -> float:
    """Return an ISO 8601 time as unix seconds; one without a zone is UTC."""
    try:
        time = datetime.fromisoformat((text or "").strip())
    except ValueError:
        return np.nan
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()


class _ChannelOf(dict[str, str | None]):
    """The channel of each tag, found once for each way a file writes it."""

    def __missing__(self, tag: str) -> str | None:
        name = tag.rpartition("}")[2].rpartition(":")[2].lower()
        self[tag] = "value" if name == "value" else _CHANNELS.get(name)
        return self[tag]


def _point(element: Element, channel_of: _ChannelOf) -> Point:
    """Return the values of a point; HeartRateBpm and its like keep theirs in a child Value."""
    point: Point = {}
    for value in element.iterdescendants("*"):
        channel = channel_of[value.tag]
        if channel == "value":
            channel = channel_of[value.getparent().tag]
        if channel == "time":
            point["time"] = _unix_s(value.text)
        elif channel is not None and value.text:
            number = _number(value.text)
            if not np.isnan(number):
                point[channel] = number
    return point


def _sport(words: str | None) -> tuple[str, str | None]:
    """Return sport and sub-sport for what a file calls its kind of activity."""
    text = (words or "").strip().lower()
    sub_sport = next((name for word, name in _SUB_SPORT_WORDS.items() if word in text), None)
    if text in _STRAVA_NUMBERS:
        return _STRAVA_NUMBERS[text], None
    if text in SPORTS.values():
        return text, None
    sport = next((name for word, name in _SPORT_WORDS.items() if word in text), None)
    return (sport, sub_sport) if sport else ("generic", None)


# GPX -----------------------------------------------------------------------------------------


def _track(element: Element) -> _Activity:
    channel_of = _ChannelOf()
    segments: list[list[Point]] = []
    for segment in _all(element, "trkseg"):
        points: list[Point] = []
        for place in segment.iterchildren("*"):
            point = _point(place, channel_of)
            point["latitude_deg"] = _number(place.get("lat"))
            point["longitude_deg"] = _number(place.get("lon"))
            points.append(point)
        segments.append(points)
    return _Activity(
        *_sport(_text(element, "type")),
        segments,
        name=_text(element, "name"),
        notes=_text(element, "desc") or _text(element, "cmt"),
    )


def _connected(tracks: Sequence[_Activity]) -> list[_Activity]:
    """Join tracks of one sport that follow one another within a few hours."""
    joined: list[_Activity] = []
    for track in tracks:
        last = joined[-1] if joined else None
        if last and last.sport == track.sport and _follows(last.segments, track.segments):
            last.segments += track.segments
        else:
            joined.append(track)
    return joined


def _follows(before: list[list[Point]], after: list[list[Point]]) -> bool:
    earlier = [p["time"] for s in before for p in s if "time" in p]
    later = [p["time"] for s in after for p in s if "time" in p]
    return not earlier or not later or abs(later[0] - earlier[-1]) < _NEW_ACTIVITY_AFTER_S


# TCX -----------------------------------------------------------------------------------------


def _activity(element: Element) -> _Activity:
    channel_of = _ChannelOf()
    sport, sub_sport = _sport(element.get("Sport"))
    laps = [lap for lap in element.iterchildren("*") if _name(lap) == "lap"]
    segments = [
        [_point(point, channel_of) for point in track.iterchildren("*")]
        for lap in laps
        for track in lap.iterchildren("*")
        if _name(track) == "track"
    ]
    recorded = [found for lap in laps if (found := _lap(lap, sport))]
    return _Activity(
        sport,
        sub_sport,
        segments,
        notes=_text(element, "notes"),
        laps=recorded,
        totals=_totals(recorded, [_known(_text(lap, "calories")) for lap in laps]),
        device=_device(_child(element, "creator")),
    )


def _lap(element: Element, sport: str) -> RecordedLap | None:
    start = _unix_s(element.get("StartTime"))
    if not EARLIEST_S <= start <= _latest_s():
        return None
    timer = _known(_text(element, "totaltimeseconds"))
    extra = _extensions(element)
    strides = extra.get("avgruncadence") or _known(_text(element, "cadence"))
    intensity = _text(element, "intensity")
    return RecordedLap(
        started_at=moment(start),
        elapsed_s=timer or 0.0,
        timer_s=timer,
        distance_m=_known(_text(element, "distancemeters")),
        average_hr_bpm=_known(_text(element, "averageheartratebpm", "value")),
        max_hr_bpm=_known(_text(element, "maximumheartratebpm", "value")),
        average_speed_mps=extra.get("avgspeed"),
        average_cadence_spm=_steps(strides, sport),
        average_power_w=extra.get("avgwatts"),
        intensity={"Active": "active", "Resting": "rest"}.get(intensity or ""),
    )


def _extensions(lap: Element) -> dict[str, float]:
    """Return the numbers in a lap's extensions by their names."""
    inside = (e for x in lap.iterchildren("*") if _name(x) == "extensions" for e in x.iter("*"))
    values = {_name(e): _number(e.text) for e in inside}
    return {name: value for name, value in values.items() if not np.isnan(value)}


def _steps(strides: float | None, sport: str) -> float | None:
    return float(steps_per_minute(np.array([strides]), sport)[0]) if strides else None


def _totals(laps: Sequence[RecordedLap], calories: Sequence[float | None]) -> dict[str, float]:
    """Return the totals that the laps add up to; what a lap does not state adds nothing."""
    sums = {
        "timer_s": sum(lap.timer_s or 0.0 for lap in laps),
        "distance_m": sum(lap.distance_m or 0.0 for lap in laps),
        "calories_kcal": sum(value or 0.0 for value in calories),
        "max_hr_bpm": max((lap.max_hr_bpm or 0.0 for lap in laps), default=0.0),
        "average_hr_bpm": _average_hr(laps),
    }
    return {name: value for name, value in sums.items() if value > 0}


def _average_hr(laps: Sequence[RecordedLap]) -> float:
    """Return the laps' heart rates averaged over their time; 0 when one of them has none."""
    pairs = [(lap.average_hr_bpm, lap.timer_s) for lap in laps if lap.timer_s]
    beats = [hr * time for hr, time in pairs if hr and time]
    return (
        sum(beats) / sum(time or 0.0 for _, time in pairs) if len(beats) == len(pairs) > 0 else 0.0
    )


def _device(creator: Element | None) -> Device:
    if creator is None:
        return Device()
    serial, product = _known(_text(creator, "unitid")), _known(_text(creator, "productid"))
    return Device(
        product=None if product is None else int(product),
        serial=int(serial) if serial else None,
        name=_text(creator, "name"),
    )


# Samples -------------------------------------------------------------------------------------


def _latest_s() -> float:
    return periods.now().timestamp() + _DAY_S


def _recording(activity: _Activity, leg: int) -> tuple[Recording | None, list[Problem]]:
    """Return an activity as a recording; None when it tells no time at all."""
    points = [point for segment in activity.segments for point in segment]
    times, kept = _believable(points)
    if not kept.any() and not activity.laps:
        return None, [problem(0, "bad_clock")] if np.isfinite(times).any() else []
    start = float(times[kept].min()) if kept.any() else activity.laps[0].started_at.timestamp()
    left_out = int((np.isfinite(times) & ~kept).sum())
    samples = _samples(activity, [p for p, keep in zip(points, kept, strict=True) if keep], start)
    pauses = _pauses(activity, start, float(samples["t_s"][-1]))
    return Recording(
        leg=leg,
        sport=activity.sport,
        sub_sport=activity.sub_sport,
        started_at=moment(start),
        utc_offset_s=None,
        samples=samples,
        pauses=pauses,
        laps=tuple(activity.laps),
        summary=filled(activity.totals, samples, pauses),
        device=activity.device,
        name=activity.name,
        notes=activity.notes,
        is_treadmill=is_treadmill(activity.sport, activity.sub_sport),
        has_gps="latitude_deg" in samples,
        rr_ms=None,
    ), [problem(0, "clock_jump", count=left_out)] if left_out else []


def _believable(points: Sequence[Point]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the points' times, and which of them can be right."""
    times = np.array([point.get("time", np.nan) for point in points], dtype=np.float64)
    kept = (times >= EARLIEST_S) & (times <= _latest_s())
    if kept.any():
        kept &= np.abs(times - np.median(times[kept])) <= _FAR_S
    return times, kept


def _samples(activity: _Activity, points: Sequence[Point], start_s: float) -> dict[str, Any]:
    if not points:
        return samples_of(np.array([0.0, sum(lap.elapsed_s for lap in activity.laps)]), {})
    names = dict.fromkeys(name for point in points for name in point)
    columns = {name: np.array([p.get(name, np.nan) for p in points]) for name in names}
    seconds = columns.pop("time") - start_s
    if "latitude_deg" in columns and "longitude_deg" in columns:
        columns["latitude_deg"], columns["longitude_deg"] = positions(
            columns["latitude_deg"], columns["longitude_deg"]
        )
    if "heart_rate_bpm" in columns:
        columns["heart_rate_bpm"][columns["heart_rate_bpm"] <= 0] = np.nan
    if "cadence_spm" in columns:
        columns["cadence_spm"] = steps_per_minute(columns["cadence_spm"], activity.sport)
    return samples_of(seconds, columns)


def _pauses(activity: _Activity, start_s: float, elapsed_s: float) -> Pauses:
    """Return the breaks between segments, unless the laps' times say that there was none."""
    timer = activity.totals.get("timer_s")
    if timer is not None and elapsed_s - timer < _SHORTEST_BREAK_S:
        return ()
    pauses = gaps(sorted(_spans(activity.segments)), start_s, start_s + elapsed_s)
    return tuple(pause for pause in pauses if pause[1] - pause[0] >= _SHORTEST_BREAK_S)


def _spans(segments: Sequence[Sequence[Point]]) -> Iterator[tuple[float, float]]:
    for segment in segments:
        times = [point["time"] for point in segment if np.isfinite(point.get("time", np.nan))]
        if times:
            yield min(times), max(times)
