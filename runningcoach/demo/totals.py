"""What a watch sums up: totals and means of laps and of whole activities."""

import numpy as np
from numpy.typing import NDArray

from runningcoach.base.units import SEMICIRCLES_PER_DEGREE
from runningcoach.demo.physiology import Floats
from runningcoach.demo.run import RunTrack
from runningcoach.demo.watches import Watch

type Rows = NDArray[np.intp]

_CLIMB_THRESHOLD_M = 3.0
_CLIMB_EVERY = 5

# Channel, and the fields that hold its mean and its highest value.
_MEANS = (
    ("heart_rate", "avg_heart_rate", "max_heart_rate"),
    ("power", "avg_power", "max_power"),
    ("temperature", "avg_temperature", "max_temperature"),
    ("vertical_oscillation", "avg_vertical_oscillation", None),
    ("stance_time", "avg_stance_time", None),
    ("step_length", "avg_step_length", None),
    ("vertical_ratio", "avg_vertical_ratio", None),
)


def activity_totals(track: RunTrack, watch: Watch, mass_kg: float) -> dict[str, Floats]:
    """Return the totals of the whole track, one value in each column."""
    return totals(track, np.array([0]), np.array([len(track.t_s) - 1]), watch, mass_kg)


def totals(
    track: RunTrack, firsts: Rows, lasts: Rows, watch: Watch, mass_kg: float
) -> dict[str, Floats]:
    """Return the totals and means of the stretches between samples `firsts` and `lasts`."""
    distance, time = track.channels["distance"], track.t_s
    timer = (lasts - firsts).astype(np.float64)
    run_m = distance[lasts] - distance[firsts]
    columns = {
        "total_elapsed_time": time[lasts] - time[firsts],
        "total_timer_time": timer,
        "total_distance": run_m,
        "total_calories": np.round(mass_kg * run_m / 1000 * _kcal(track)),
        "enhanced_avg_speed": run_m / timer,
        "enhanced_max_speed": np.fmax.reduceat(track.channels["enhanced_speed"], firsts),
        **_climbs(track, firsts, lasts),
        **_cycles(track, firsts, timer),
    }
    for channel, mean, top in _MEANS:
        if channel in track.channels and channel in watch.channels:
            columns[mean] = _means(track.channels[channel], firsts)
            if top:
                columns[top] = np.fmax.reduceat(track.channels[channel], firsts)
    return columns | _ends(track, firsts, lasts)


def _kcal(track: RunTrack) -> float:
    """Return the energy [kcal] for a kilogram and a kilometre."""
    return 1.02 if track.sport == "running" else 0.34


def _means(values: Floats, firsts: Rows) -> Floats:
    """Return the mean of each stretch over the samples that have a value; NaN without any."""
    known = np.isfinite(values)
    counts = np.add.reduceat(known.astype(np.float64), firsts)
    sums = np.add.reduceat(np.where(known, values, 0.0), firsts)
    return np.divide(sums, counts, out=np.full(len(sums), np.nan), where=counts > 0)


def _cycles(track: RunTrack, firsts: Rows, timer: Floats) -> dict[str, Floats]:
    turns = track.channels["cadence"] / steps_in_cycle(track)
    mean, top = _means(turns, firsts), np.fmax.reduceat(turns, firsts)
    return {
        "avg_cadence": np.floor(mean),
        "avg_fractional_cadence": np.mod(mean, 1),
        "max_cadence": np.floor(top),
        "max_fractional_cadence": np.mod(top, 1),
        "total_cycles": np.round(mean * timer / 60),
    }


def _climbs(track: RunTrack, firsts: Rows, lasts: Rows) -> dict[str, Floats]:
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


def _ends(track: RunTrack, firsts: Rows, lasts: Rows) -> dict[str, Floats]:
    if "position_lat" not in track.channels:
        return {}
    return {
        f"{end}_position_{axis}": track.channels[f"position_{axis}"][rows] * SEMICIRCLES_PER_DEGREE
        for end, rows in (("start", firsts), ("end", lasts))
        for axis in ("lat", "long")
    }


def steps_in_cycle(track: RunTrack) -> int:
    """Return how many counts make one cycle: FIT counts the steps of one foot."""
    return 2 if track.sport == "running" else 1
