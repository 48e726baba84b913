"""A recorded activity as a watch files it: records, laps, totals, events, one FIT file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from runningcoach.demo.physiology import Floats
from runningcoach.demo.run import Lap, Track
from runningcoach.demo.watches import Watch
from runningcoach.fit.write import Message, write
from runningcoach.units import SEMICIRCLES_PER_DEGREE

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

_CLIMB_THRESHOLD_M = 3.0
_CLIMB_EVERY = 5


@dataclass(frozen=True, slots=True)
class Head:
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


def encode(tracks: Sequence[Track], head: Head) -> bytes:
    """Return the FIT file of one activity; several tracks are the legs of a multisport one."""
    messages: list[Message] = list(_opening(tracks[0], head))
    started = float(head.started_at)
    first_lap = 0
    closing: list[Message] = []
    for number, track in enumerate(tracks):
        messages += _recorded(track, started, head)
        closing += _concluded(track, started, head, number, first_lap)
        started += track.elapsed_s + 1
        first_lap += len(track.laps)
    messages.append(("event", _timer(started - 1, _STOP_DISABLE_ALL)))
    messages += closing
    messages.append(_activity(tracks, started - 1, head))
    return write(messages)


def _opening(track: Track, head: Head) -> Iterator[Message]:
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


def _workout(track: Track, name: str) -> Iterator[Message]:
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


def _lap_m(track: Track, lap: Lap) -> float:
    distance = track.channels["distance"]
    return float(distance[lap.last] - distance[lap.first])


def _recorded(track: Track, started: float, head: Head) -> Iterator[Message]:
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


def _columns(track: Track, watch: Watch) -> dict[str, Floats]:
    """Return the record fields that the watch writes, in FIT's own manner."""
    columns: dict[str, Floats] = {}
    for name in ("position_lat", "position_long"):
        if name in track.channels:
            columns[name] = track.channels[name] * SEMICIRCLES_PER_DEGREE
    kept = {name: c for name, c in track.channels.items() if name in watch.channels}
    turns = kept.pop("cadence") / _steps_in_cycle(track)
    columns["cadence"] = np.floor(turns)
    columns["fractional_cadence"] = np.floor((turns - columns["cadence"]) * 2) / 2
    return columns | kept


def _steps_in_cycle(track: Track) -> int:
    """Return how many counts make one cycle: FIT counts the steps of one foot."""
    return 2 if track.sport == "running" else 1


def _concluded(
    track: Track, started: float, head: Head, number: int, first_lap: int
) -> Iterator[Message]:
    """Yield the laps of a track and its session."""
    yield "lap", _lap_rows(track, started, head, first_lap)
    yield "session", _session_row(track, started, head, number, first_lap)


def _lap_rows(track: Track, started: float, head: Head, first_lap: int) -> dict[str, Any]:
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
        **totals(track, firsts, lasts, head),
    }


def _session_row(
    track: Track, started: float, head: Head, number: int, first_lap: int
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
        **totals(track, np.array([0]), np.array([len(track.t_s) - 1]), head),
    }
    concluded = {
        "total_training_effect": head.training_effect,
        "total_anaerobic_training_effect": head.anaerobic_effect,
        "training_load_peak": head.training_load,
        "workout_rpe": head.rpe,
    }
    return row | {name: value for name, value in concluded.items() if value is not None}


def totals(track: Track, firsts: Any, lasts: Any, head: Head) -> dict[str, Floats]:  # noqa: ANN401
    """Return the totals and means of the stretches between samples `firsts` and `lasts`."""
    distance, time = track.channels["distance"], track.t_s
    timer = (lasts - firsts).astype(np.float64)
    run_m = distance[lasts] - distance[firsts]
    columns = {
        "total_elapsed_time": time[lasts] - time[firsts],
        "total_timer_time": timer,
        "total_distance": run_m,
        "total_calories": np.round(head.mass_kg * run_m / 1000 * _kcal(track)),
        "enhanced_avg_speed": run_m / timer,
        "enhanced_max_speed": np.fmax.reduceat(track.channels["enhanced_speed"], firsts),
        **_climbs(track, firsts, lasts),
        **_cycles(track, firsts, timer),
    }
    for channel, mean, top in _MEANS:
        if channel in track.channels and (
            channel == "heart_rate" or channel in head.watch.channels
        ):
            columns[mean] = _means(track.channels[channel], firsts)
            if top:
                columns[top] = np.fmax.reduceat(track.channels[channel], firsts)
    return columns | _ends(track, firsts, lasts)


_MEANS = (
    ("heart_rate", "avg_heart_rate", "max_heart_rate"),
    ("power", "avg_power", "max_power"),
    ("temperature", "avg_temperature", "max_temperature"),
    ("vertical_oscillation", "avg_vertical_oscillation", None),
    ("stance_time", "avg_stance_time", None),
    ("step_length", "avg_step_length", None),
    ("vertical_ratio", "avg_vertical_ratio", None),
)


def _kcal(track: Track) -> float:
    """Return the energy [kcal] for a kilogram and a kilometre."""
    return 1.02 if track.sport == "running" else 0.34


def _means(values: Floats, firsts: Any) -> Floats:  # noqa: ANN401
    """Return the mean of each stretch over the samples that have a value; NaN without any."""
    known = np.isfinite(values)
    counts = np.add.reduceat(known.astype(np.float64), firsts)
    sums = np.add.reduceat(np.where(known, values, 0.0), firsts)
    return np.divide(sums, counts, out=np.full(len(sums), np.nan), where=counts > 0)


def _cycles(track: Track, firsts: Any, timer: Floats) -> dict[str, Floats]:  # noqa: ANN401
    turns = track.channels["cadence"] / _steps_in_cycle(track)
    mean, top = _means(turns, firsts), np.fmax.reduceat(turns, firsts)
    return {
        "avg_cadence": np.floor(mean),
        "avg_fractional_cadence": np.mod(mean, 1),
        "max_cadence": np.floor(top),
        "max_fractional_cadence": np.mod(top, 1),
        "total_cycles": np.round(mean * timer / 60),
    }


def _climbs(track: Track, firsts: Any, lasts: Any) -> dict[str, Floats]:  # noqa: ANN401
    if "enhanced_altitude" not in track.channels:
        return {}
    at = np.arange(0, len(track.t_s), _CLIMB_EVERY)
    up, down = _climbed(track.channels["enhanced_altitude"][at])
    return {
        name: np.round(np.interp(lasts, at, sums)) - np.round(np.interp(firsts, at, sums))
        for name, sums in (("total_ascent", up), ("total_descent", down))
    }


def _climbed(altitude: Floats) -> tuple[list[float], list[float]]:
    """Return metres up and down so far; a change counts once it exceeds the threshold."""
    anchor = float(altitude[0])
    up = down = 0.0
    ups, downs = [], []
    for height in altitude.tolist():
        change = height - anchor
        if abs(change) >= _CLIMB_THRESHOLD_M:
            up, down = up + max(change, 0.0), down + max(-change, 0.0)
            anchor = height
        ups.append(up)
        downs.append(down)
    return ups, downs


def _ends(track: Track, firsts: Any, lasts: Any) -> dict[str, Floats]:  # noqa: ANN401
    if "position_lat" not in track.channels:
        return {}
    return {
        f"{end}_position_{axis}": track.channels[f"position_{axis}"][rows] * SEMICIRCLES_PER_DEGREE
        for end, rows in (("start", firsts), ("end", lasts))
        for axis in ("lat", "long")
    }


def _activity(tracks: Sequence[Track], ended: float, head: Head) -> Message:
    return "activity", {
        "timestamp": ended,
        "total_timer_time": sum(track.timer_s for track in tracks),
        "num_sessions": len(tracks),
        "type": _MANUAL if len(tracks) == 1 else _AUTO_MULTI_SPORT,
        "event": _ACTIVITY,
        "event_type": _STOP,
        "local_timestamp": ended + head.utc_offset_s,
    }
