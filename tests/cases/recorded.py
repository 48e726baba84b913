"""Recordings as the tests of totals and streams make them, and what comes of them."""

import zipfile
from pathlib import Path

import numpy as np

from runningcoach.ingest.files import readers
from runningcoach.ingest.files.decoding import stated_of
from runningcoach.metrics.activity import RecordingMetrics, measure_recording
from runningcoach.metrics.totals import Stated

DEGREE_M = 6_371_008.8 * np.pi / 180


def of_case(path: Path, member: str | None = None) -> RecordingMetrics:
    """Measure the only recording of a case's file, or of a file in its archive."""
    data = path.read_bytes()
    if member is not None:
        with zipfile.ZipFile(path) as archive:
            (name,) = [one for one in archive.namelist() if one.endswith(member)]
            data = archive.read(name)
    read = readers.read(data, member or path.name)
    (found,) = read.recordings
    return measure_recording(
        found.samples,
        found.pauses,
        stated_of(found),
        sport=found.sport,
        treadmill=found.is_treadmill,
        barometric=read.kind == "fit",
    )


def measured(samples, pauses=(), *, sport="running", treadmill=False, barometric=True, **stated):
    """Measure samples whose file states so much."""
    arrays = {name: np.asarray(values, np.float64) for name, values in samples.items()}
    return measure_recording(
        arrays, pauses, Stated(**stated), sport=sport, treadmill=treadmill, barometric=barometric
    )


def northward(metres, east_m=0.0):
    """Return positions so many metres to the north of 37.5 N 127 E, and to the east of it."""
    metres, east_m = np.broadcast_arrays(np.asarray(metres, float), east_m)
    east = east_m / (DEGREE_M * np.cos(np.radians(37.5)))
    return {"latitude_deg": 37.5 + metres / DEGREE_M, "longitude_deg": 127.0 + east}


def steady(seconds=3600, speed=3.0, **channels):
    """Return an even run with a counter: seconds + 1 records, one a second."""
    t = np.arange(seconds + 1)
    samples = {
        "t_s": t,
        "speed_mps": np.full(len(t), speed),
        "distance_m": t * speed,
        "heart_rate_bpm": np.full(len(t), 150.0),
    }
    return {name: v for name, v in (samples | channels).items() if v is not None}


def only(samples, kept):
    """Return samples of some seconds alone."""
    return {name: np.asarray(values)[kept] for name, values in samples.items()}


def in_order(found: RecordingMetrics) -> bool:
    """Tell whether elapsed >= timer >= moving >= 0."""
    return found.totals.elapsed_s >= found.totals.timer_s >= found.facts.moving_s >= 0
