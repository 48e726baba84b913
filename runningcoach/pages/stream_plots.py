"""An activity's streams, made fit to be drawn: smoothed, cut at gaps, at most 2,000 points."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import psycopg
from numpy.typing import NDArray

from runningcoach.metrics.streams import Streams, clean
from runningcoach.model.activity import Activity
from runningcoach.pages.charts import activity as charts
from runningcoach.pages.charts.lttb import lttb
from runningcoach.store.blobs import samples as store

type Floats = NDArray[np.float64]

MOST_POINTS = 2_000
ROUTE_STROKES = 600
GAP_S = 10
"""A hole longer than this is a gap in the line."""
STANDING_MPS = 0.5
SMOOTHED = ("cadence_spm", "power_w")
METRES_PER_DEGREE = 111_320.0
DIGITS = {"pace_s": 1, "heart_rate_bpm": 0, "altitude_m": 1, "cadence_spm": 0, "power_w": 0}


@dataclass(frozen=True, slots=True, eq=False)
class ActivityTrack:
    """What was recorded of an activity: the samples as they came, and the clean streams."""

    samples: Mapping[str, NDArray[Any]]
    streams: Streams


def of(
    conn: psycopg.Connection[Any], user_id: int, home: Path, activity: Activity
) -> ActivityTrack | None:
    """Return the track of an activity; None when it has no samples."""
    file = store.get_file(conn, user_id, activity.id)
    if file is None:
        return None
    samples = store.read(home, file.path)
    streams = clean(
        samples,
        file.pauses,
        treadmill=activity.is_treadmill,
        sport=activity.sport,
        elapsed_s=activity.elapsed_s,
        distance_m=activity.distance_m,
    )
    return ActivityTrack(samples, streams)


def traces(streams: Streams, by: str) -> dict[str, pd.DataFrame]:
    """Return for each channel with values its points: columns x and y, y missing at gaps.

    `by` is "time" (x in seconds) or "distance" (x in km).
    """
    x = streams.distance_m / 1000 if by == "distance" else np.arange(len(streams), dtype=float)
    channels = {name: _channel(streams, name) for name in charts.TRACE_COLOURS}
    return {
        name: _points(x, y, DIGITS[name])
        for name, y in channels.items()
        if np.count_nonzero(np.isfinite(x) & np.isfinite(y)) > 2
    }


def has_distance(streams: Streams) -> bool:
    """Tell whether traces can be drawn over distance."""
    return bool(np.nanmax(streams.distance_m, initial=0.0) > 0)


def _channel(streams: Streams, name: str) -> Floats:
    if name == "pace_s":
        return pace(streams)
    values: Floats = getattr(streams, name)
    return _smooth(values) if name in SMOOTHED else values


def _smooth(values: Floats) -> Floats:
    """Return the mean of five seconds around each; missing seconds stay missing."""
    means = np.asarray(pd.Series(values).rolling(5, center=True, min_periods=1).mean())
    return np.where(np.isfinite(values), means, np.nan)


def pace(streams: Streams) -> Floats:
    """Return pace [s/km] over five seconds around each; NaN while standing."""
    speed = _smooth(streams.speed_mps)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(speed > STANDING_MPS, 1000.0 / speed, np.nan)


def _points(x: Floats, y: Floats, digits: int) -> pd.DataFrame:
    known = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    holes = known[:-1][np.diff(known) > GAP_S]
    kept = known[lttb(x[known], y[known], max(MOST_POINTS - len(holes), 3))]
    # A point without a value just after the last second before each hole keeps the line apart.
    places = np.concatenate([kept, holes + 0.5])
    values = np.concatenate([y[kept].round(digits), np.full(len(holes), np.nan)])
    order = np.argsort(places)
    return pd.DataFrame({"x": x[places[order].astype(int)].round(3), "y": values[order]})


def route(track: ActivityTrack) -> pd.DataFrame | None:
    """Return the way as short strokes in metres: columns x, y, x2, y2, pace_s, at, km.

    `at` and `km` say when and after how far a stroke begins. None where no way was recorded.
    """
    samples, streams = track.samples, track.streams
    if "latitude_deg" not in samples or "longitude_deg" not in samples:
        return None
    latitude, longitude = samples["latitude_deg"], samples["longitude_deg"]
    inside = samples["t_s"] < len(streams)
    known = np.flatnonzero(np.isfinite(latitude) & np.isfinite(longitude) & inside)
    if len(known) < 2:
        return None
    kept = known[np.linspace(0, len(known) - 1, min(ROUTE_STROKES, len(known))).astype(int)]
    x, y = _metres(latitude[kept], longitude[kept])
    at = samples["t_s"][kept].astype(int)
    unbroken = np.flatnonzero(np.diff(at) <= _longest_stroke(at))
    begin, end = at[unbroken], unbroken + 1
    return pd.DataFrame(
        {
            "x": x[unbroken].round(1),
            "y": y[unbroken].round(1),
            "x2": x[end].round(1),
            "y2": y[end].round(1),
            "at": begin,
            "km": (streams.distance_m[begin] / 1000).round(3),
            "pace_s": pace(streams)[begin].round(),
        }
    )


def _longest_stroke(at: NDArray[np.int_]) -> float:
    """Return the seconds beyond which a stroke would bridge a gap."""
    return 3 * float(np.median(np.diff(at))) + GAP_S


def _metres(latitude: Floats, longitude: Floats) -> tuple[Floats, Floats]:
    """Lay degrees out flat around their middle, also across the date line."""
    middle = float(np.mean(latitude))
    east = (longitude - longitude[0] + 180) % 360 - 180
    width = METRES_PER_DEGREE * np.cos(np.radians(middle))
    return (east - east.mean()) * width, (latitude - middle) * METRES_PER_DEGREE
