"""A recorded activity as a watch files it: records, laps, totals, events, one FIT file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from runningcoach.base.units import SEMICIRCLES_PER_DEGREE
from runningcoach.demo.physiology import Floats
from runningcoach.demo.run import RunTrack, TrackLap
from runningcoach.demo.totals import activity_totals, steps_in_cycle, totals
from runningcoach.demo.watches import Watch
from runningcoach.fit.write import Message, write

# Numbers of the FIT profile.
_SPORTS = {"running": 1, "cycling": 2}
_SUB_SPORTS = {"generic": 0, "treadmill": 1, "trail": 3, "track": 4, "road": 7}
_INTENSITIES = {
    "active": 0, "rest": 1, "warmup": 2, "cooldown": 3, "recovery": 4, "interval": 5,
}  # fmt: skip
_GARMIN, _ACTIVITY_FILE = 1, 4
_TIMER, _SESSION, _LAP, _ACTIVITY = 0, 8, 9, 26
_START, _STOP, _STOP_ALL, _STOP_DISABLE_ALL = 0, 1, 4, 9
_MANUAL_LAP, _DISTANCE_LAP, _END_LAP = 0, 2, 7
_HEART_RATE_STRAP, _ANT_PLUS, _LOCAL = 120, 1, 5
_BY_DISTANCE, _OPEN_TARGET = 1, 2
_MANUAL, _AUTO_MULTI_SPORT = 0, 1


@dataclass(frozen=True, slots=True)
class FitHeader:
    """What a file says about itself and what the watch concluded."""

    started_at: int
    utc_offset_s: int
    watch: Watch
    sport_names: Mapping[str, str]
    mass_kg: float
    training_effect: float | None = None
    anaerobic_effect: float | None = None
    training_load: float | None = None
    workout_name: str | None = None
    rpe: int | None = None


def encode(tracks: Sequence[RunTrack], head: FitHeader) -> bytes:
    """Return the FIT file of one activity; several tracks are the legs of a multisport one."""
    messages: list[Message] = list(_header_messages(tracks[0], head))
    started = float(head.started_at)
    first_lap = 0
    closing: list[Message] = []
    for number, track in enumerate(tracks):
        messages += _record_messages(track, started, head)
        closing += _summary_messages(track, started, head, number, first_lap)
        started += track.elapsed_s + 1
        first_lap += len(track.laps)
    messages.append(("event", _timer(started - 1, _STOP_DISABLE_ALL)))
    messages += closing
    messages.append(_activity(tracks, started - 1, head))
    return write(messages)


def _header_messages(track: RunTrack, head: FitHeader) -> Iterator[Message]:
    watch, now = head.watch, float(head.started_at)
    yield "file_id", {
        "type": _ACTIVITY_FILE, "manufacturer": _GARMIN, "product": watch.product,
        "serial_number": watch.serial, "time_created": now,
    }  # fmt: skip
    yield "file_creator", {"software_version": round(watch.software * 100)}
    yield "event", {"timestamp": now, "event": _TIMER, "event_type": _START, "data": 0}
    yield "device_info", {
        "timestamp": now, "device_index": 0, "manufacturer": _GARMIN, "product": watch.product,
        "serial_number": watch.serial, "software_version": watch.software,
        "source_type": _LOCAL,
    }  # fmt: skip
    if not watch.pulse_at_wrist:
        yield "device_info", {
            "timestamp": now, "device_index": 1, "manufacturer": _GARMIN,
            "device_type": _HEART_RATE_STRAP, "source_type": _ANT_PLUS, "battery_status": 3,
        }  # fmt: skip
    yield "sport", {
        "sport": _SPORTS[track.sport], "sub_sport": _SUB_SPORTS[track.sub_sport],
        "name": head.sport_names[track.sport],
    }  # fmt: skip
    if head.workout_name:
        yield from _workout(track, head.workout_name)


def _workout(track: RunTrack, name: str) -> Iterator[Message]:
    """Yield the plan that the watch followed: a step for each lap, by distance."""
    lengths = np.array([_lap_m(track, lap) for lap in track.laps])
    yield "workout", {
        "wkt_name": name, "sport": _SPORTS[track.sport], "num_valid_steps": len(lengths),
    }  # fmt: skip
    yield "workout_step", {
        "message_index": np.arange(len(lengths)), "duration_type": _BY_DISTANCE,
        "duration_value": np.round(lengths, -1) * 100, "target_type": _OPEN_TARGET,
        "target_value": 0, "intensity": [_INTENSITIES[lap.intensity] for lap in track.laps],
    }  # fmt: skip


def _lap_m(track: RunTrack, lap: TrackLap) -> float:
    distance = track.channels["distance"]
    return float(distance[lap.last] - distance[lap.first])


def _record_messages(track: RunTrack, started: float, head: FitHeader) -> Iterator[Message]:
    """Yield the records, with the timer's stops and starts where they happened."""
    columns = {"timestamp": track.t_s + started, **_columns(track, head.watch)}
    stops = np.array([stop for stop, _ in track.pauses], dtype=np.float64)
    cuts = np.searchsorted(track.t_s, stops, side="right").tolist()
    pieces = zip([0, *cuts], [*cuts, len(track.t_s)], strict=True)
    for number, (first, last) in enumerate(pieces):
        yield "record", {name: column[first:last] for name, column in columns.items()}
        if number < len(track.pauses):
            stopped, resumed = track.pauses[number]
            yield "event", _timer(started + stopped, _STOP_ALL)
            yield "event", _timer(started + resumed, _START)


def _timer(at: float, what: int) -> dict[str, Any]:
    return {"timestamp": at, "event": _TIMER, "event_type": what, "data": 0}


def _columns(track: RunTrack, watch: Watch) -> dict[str, Floats]:
    """Return the record fields that the watch writes, in FIT's own manner."""
    columns: dict[str, Floats] = {}
    for name in ("position_lat", "position_long"):
        if name in track.channels:
            columns[name] = track.channels[name] * SEMICIRCLES_PER_DEGREE
    channels = {name: c for name, c in track.channels.items() if name in watch.channels}
    turns = channels.pop("cadence") / steps_in_cycle(track)
    columns["cadence"] = np.floor(turns)
    columns["fractional_cadence"] = np.floor((turns - columns["cadence"]) * 2) / 2
    return columns | channels


def _summary_messages(
    track: RunTrack, started: float, head: FitHeader, number: int, first_lap: int
) -> Iterator[Message]:
    """Yield the laps of a track and its session."""
    yield "lap", _lap_rows(track, started, head, first_lap)
    yield "session", _session_row(track, started, head, number, first_lap)


def _lap_rows(track: RunTrack, started: float, head: FitHeader, first_lap: int) -> dict[str, Any]:
    firsts = np.array([lap.first for lap in track.laps])
    lasts = np.array([lap.last for lap in track.laps])
    triggers = [_DISTANCE_LAP if lap.by_distance else _MANUAL_LAP for lap in track.laps]
    triggers[-1] = _END_LAP
    return {
        "message_index": first_lap + np.arange(len(firsts)),
        "timestamp": started + track.t_s[lasts],
        "start_time": started + track.t_s[firsts],
        "event": _LAP,
        "event_type": _STOP,
        "lap_trigger": triggers,
        "intensity": [_INTENSITIES[lap.intensity] for lap in track.laps],
        "sport": _SPORTS[track.sport],
        "sub_sport": _SUB_SPORTS[track.sub_sport],
        **totals(track, firsts, lasts, head.watch, head.mass_kg),
    }


def _session_row(
    track: RunTrack, started: float, head: FitHeader, number: int, first_lap: int
) -> dict[str, Any]:
    row: dict[str, Any] = {
        "message_index": number,
        "timestamp": started + track.elapsed_s,
        "start_time": started,
        "event": _SESSION,
        "event_type": _STOP,
        "trigger": 0,
        "sport": _SPORTS[track.sport],
        "sub_sport": _SUB_SPORTS[track.sub_sport],
        "sport_profile_name": head.sport_names[track.sport],
        "first_lap_index": first_lap,
        "num_laps": len(track.laps),
        **activity_totals(track, head.watch, head.mass_kg),
    }
    concluded = {
        "total_training_effect": head.training_effect,
        "total_anaerobic_training_effect": head.anaerobic_effect,
        "training_load_peak": head.training_load,
        "workout_rpe": head.rpe,
    }
    return row | {name: value for name, value in concluded.items() if value is not None}


def _activity(tracks: Sequence[RunTrack], ended: float, head: FitHeader) -> Message:
    return "activity", {
        "timestamp": ended,
        "total_timer_time": sum(track.timer_s for track in tracks),
        "num_sessions": len(tracks),
        "type": _MANUAL if len(tracks) == 1 else _AUTO_MULTI_SPORT,
        "event": _ACTIVITY,
        "event_type": _STOP,
        "local_timestamp": ended + head.utc_offset_s,
    }
