"""TCX and GPX files become recordings: one walk over their elements."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runningcoach import periods
from runningcoach.fit.problems import Problem, problem
from runningcoach.ingest.elements import (
    ChannelOf,
    Element,
    Point,
    all_of,
    child_of,
    known,
    name_of,
    number,
    parsed,
    point_of,
    sport_of,
    text_of,
    unix_s,
)
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

_DAY_S = 86_400
_FAR_S = 2 * _DAY_S
_NEW_ACTIVITY_AFTER_S = 4 * 3600
_SHORTEST_BREAK_S = 10


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
    root, problems = parsed(data)
    tracks = [_track(element) for element in all_of(root, "trk")]
    return _read("gpx", _connected(tracks), problems)


def read_tcx(data: bytes) -> ReadFile:
    """Return the recordings of a TCX file: one for each activity in it."""
    root, problems = parsed(data)
    return _read("tcx", [_activity(element) for element in all_of(root, "activity")], problems)


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


# GPX -----------------------------------------------------------------------------------------


def _track(element: Element) -> _Activity:
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
    return _Activity(
        *sport_of(text_of(element, "type")),
        segments,
        name=text_of(element, "name"),
        notes=text_of(element, "desc") or text_of(element, "cmt"),
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
    channel_of = ChannelOf()
    sport, sub_sport = sport_of(element.get("Sport"))
    laps = [lap for lap in element.iterchildren("*") if name_of(lap) == "lap"]
    segments = [
        [point_of(point, channel_of) for point in track.iterchildren("*")]
        for lap in laps
        for track in lap.iterchildren("*")
        if name_of(track) == "track"
    ]
    recorded = [found for lap in laps if (found := _lap(lap, sport))]
    return _Activity(
        sport,
        sub_sport,
        segments,
        notes=text_of(element, "notes"),
        laps=recorded,
        totals=_totals(recorded, [known(text_of(lap, "calories")) for lap in laps]),
        device=_device(child_of(element, "creator")),
    )


def _lap(element: Element, sport: str) -> RecordedLap | None:
    start = unix_s(element.get("StartTime"))
    if not EARLIEST_S <= start <= _latest_s():
        return None
    timer = known(text_of(element, "totaltimeseconds"))
    extra = _extensions(element)
    strides = extra.get("avgruncadence") or known(text_of(element, "cadence"))
    intensity = text_of(element, "intensity")
    return RecordedLap(
        started_at=moment(start),
        elapsed_s=timer or 0.0,
        timer_s=timer,
        distance_m=known(text_of(element, "distancemeters")),
        average_hr_bpm=known(text_of(element, "averageheartratebpm", "value")),
        max_hr_bpm=known(text_of(element, "maximumheartratebpm", "value")),
        average_speed_mps=extra.get("avgspeed"),
        average_cadence_spm=_steps(strides, sport),
        average_power_w=extra.get("avgwatts"),
        intensity={"Active": "active", "Resting": "rest"}.get(intensity or ""),
    )


def _extensions(lap: Element) -> dict[str, float]:
    """Return the numbers in a lap's extensions by their names."""
    inside = (e for x in lap.iterchildren("*") if name_of(x) == "extensions" for e in x.iter("*"))
    values = {name_of(e): number(e.text) for e in inside}
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
    serial, product = known(text_of(creator, "unitid")), known(text_of(creator, "productid"))
    return Device(
        product=None if product is None else int(product),
        serial=int(serial) if serial else None,
        name=text_of(creator, "name"),
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
        kept &= np.abs(times - np.sort(times[kept])[kept.sum() // 2]) <= _FAR_S
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
