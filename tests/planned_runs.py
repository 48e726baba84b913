"""FIT files of runs that follow a planned workout step by step, or keep one pace."""

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import numpy as np

from runningcoach.base.units import SEMICIRCLES_PER_DEGREE
from runningcoach.fit.write import write
from runningcoach.model.workout import PaceTarget, TimeEnd, Workout, WorkoutStep

SEOUL = ZoneInfo("Asia/Seoul")
EASY_S_PER_KM = 345.0
METRES_PER_DEGREE = 111_320.0
RUNNING, ROAD, GARMIN, MANUAL_LAP = 1, 7, 1, 0


@dataclass(frozen=True)
class Stretch:
    """A part of a run: its length [s], its pace [s/km] and heart rate."""

    seconds: int
    pace_s_per_km: float
    bpm: float


def follow(workout: Workout, easy_s_per_km: float = EASY_S_PER_KM) -> list[Stretch]:
    """Return the stretches of a workout that is run as planned, in the middle of its bands."""
    return [
        _run_step(step, easy_s_per_km)
        for item in workout.steps
        for step in (
            [item] if isinstance(item, WorkoutStep) else list(item.steps) * item.times
        )
    ]  # fmt: skip


def _run_step(step: WorkoutStep, easy_s_per_km: float) -> Stretch:
    target = step.target
    pace = easy_s_per_km
    if isinstance(target, PaceTarget):
        pace = (target.slow_s_per_km + target.fast_s_per_km) / 2
    elif step.intensity in ("recovery", "rest"):
        pace = easy_s_per_km + 60
    seconds = step.end.seconds if isinstance(step.end, TimeEnd) else step.end.meters * pace / 1000
    return Stretch(round(seconds), pace, _bpm(pace))


def _bpm(pace_s_per_km: float) -> float:
    """Return the heart rate at a pace: 140 at 345 s/km, 172 at 255."""
    return min(140 + (EASY_S_PER_KM - pace_s_per_km) * 32 / 90, 184)


def race(km: float, pace_s_per_km: float) -> list[Stretch]:
    """Return an even race."""
    return [Stretch(round(km * pace_s_per_km), pace_s_per_km, 176)]


def fit_file(stretches: list[Stretch], day: date, hour: int = 12) -> bytes:
    """Return a recording of a run on a day, with a lap for each stretch."""
    started = datetime.combine(day, time(hour), SEOUL).timestamp()
    rng = np.random.default_rng(day.toordinal())
    speed = np.concatenate([np.full(one.seconds, 1000 / one.pace_s_per_km) for one in stretches])
    speed = np.maximum(speed + rng.normal(0, 0.04, len(speed)), 0.5)
    bpm = np.concatenate([np.full(one.seconds, one.bpm) for one in stretches])
    t, distance = np.arange(len(speed), dtype=np.float64), np.cumsum(speed)
    edges = np.cumsum([0, *(one.seconds for one in stretches)])
    return write([
        ("file_id", {"type": 4, "manufacturer": GARMIN, "product": 3113,
                     "serial_number": 3_900_000_001, "time_created": started}),
        ("event", {"timestamp": started, "event": 0, "event_type": 0, "data": 0}),
        ("sport", {"sport": RUNNING, "sub_sport": ROAD, "name": "Run"}),
        ("record", {
            "timestamp": started + t,
            "position_lat": (37.5 + distance / METRES_PER_DEGREE) * SEMICIRCLES_PER_DEGREE,
            "position_long": np.full(len(t), 127.0 * SEMICIRCLES_PER_DEGREE),
            "distance": distance, "enhanced_speed": speed, "heart_rate": np.rint(bpm),
            "enhanced_altitude": np.full(len(t), 20.0), "cadence": np.full(len(t), 86.0),
        }),
        ("event", {"timestamp": started + t[-1], "event": 0, "event_type": 4, "data": 0}),
        ("lap", _laps(started, edges, distance)),
        ("session", _session(started, t, distance, len(stretches))),
        ("activity", {"timestamp": started + t[-1], "total_timer_time": float(len(t)),
                      "num_sessions": 1, "type": 0, "event": 26, "event_type": 1,
                      "local_timestamp": started + t[-1] + 9 * 3600}),
    ])  # fmt: skip


def _laps(started, edges, distance):
    first, last = edges[:-1], edges[1:] - 1
    seconds = (edges[1:] - edges[:-1]).astype(float)
    return {
        "message_index": np.arange(len(first)), "timestamp": started + last,
        "start_time": started + first, "event": 9, "event_type": 1, "lap_trigger": MANUAL_LAP,
        "sport": RUNNING, "total_elapsed_time": seconds, "total_timer_time": seconds,
        "total_distance": distance[last] - np.where(first > 0, distance[first - 1], 0.0),
    }  # fmt: skip


def _session(started, t, distance, laps):
    return {
        "message_index": 0, "timestamp": started + t[-1], "start_time": started, "event": 8,
        "event_type": 1, "trigger": 0, "sport": RUNNING, "sub_sport": ROAD, "first_lap_index": 0,
        "num_laps": laps, "total_elapsed_time": float(len(t)), "total_timer_time": float(len(t)),
        "total_distance": float(distance[-1]),
    }  # fmt: skip
