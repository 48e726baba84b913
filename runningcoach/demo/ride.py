"""The bicycle leg of the yearly brick, and a run as a second watch saw it."""

from itertools import pairwise

import numpy as np

from runningcoach.demo import physiology, terrain
from runningcoach.demo.chance import Dice, dice
from runningcoach.demo.run import Conditions, RunTrack, TrackLap, smooth_noise
from runningcoach.demo.watches import SECOND

_RIDE_S = 2700
_LAP_M = 5000.0


def ride(now: Conditions, seed: int) -> RunTrack:
    """Return three quarters of an hour on the bicycle along the river."""
    throw = dice(seed, now.day, "ride")
    course = terrain.route("river_east")
    clock = np.arange(_RIDE_S + 1, dtype=np.float64)
    speed = 8.1 + 0.7 * smooth_noise(throw, len(clock), every=20)
    speed *= np.minimum(1, 0.3 + clock / 25)
    distance = np.concatenate([[0.0], np.cumsum(speed[1:])])
    latitude, longitude = course.positions(distance)
    power = np.maximum(165 + 42 * (speed - 8.1) + 14 * smooth_noise(throw, len(clock), every=6), 0)
    target_bpm = now.resting_bpm + 62 + 0.13 * power
    channels = {
        "distance": distance,
        "enhanced_speed": speed,
        "heart_rate": physiology.lagged(target_bpm, now.resting_bpm + 30),
        "cadence": np.clip(86 + 4 * smooth_noise(throw, len(clock), every=15), 60, 110),
        "power": power,
        "temperature": np.full(len(clock), now.air_c + 2),
        "position_lat": latitude,
        "position_long": longitude,
        "enhanced_altitude": course.altitudes(distance),
    }
    return RunTrack("cycling", "road", clock, channels, _laps(distance))


def _laps(distance: physiology.Floats) -> list[TrackLap]:
    ends = np.searchsorted(distance, np.arange(_LAP_M, distance[-1], _LAP_M)).tolist()
    bounds = [0, *ends, len(distance) - 1]
    return [TrackLap(first, last, "active", by_distance=True) for first, last in pairwise(bounds)]


def second_watch_track(track: RunTrack, throw: Dice) -> RunTrack:
    """Return the same run as another watch on the other wrist recorded it."""
    count = len(track.t_s)
    channels = {name: track.channels[name].copy() for name in SECOND.channels & set(track.channels)}
    channels["distance"] *= 1.006
    channels["enhanced_speed"] *= 1.006
    channels["heart_rate"] += 1.5 * smooth_noise(throw, count, every=20)
    channels["cadence"] += 0.4 * smooth_noise(throw, count, every=9)
    for axis in ("position_lat", "position_long"):
        if axis in track.channels:
            error = 3e-5 * smooth_noise(throw, count, every=15)
            channels[axis] = track.channels[axis] + error
    return RunTrack(track.sport, track.sub_sport, track.t_s, channels, track.laps, track.pauses)
