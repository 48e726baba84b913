"""Recordings of activity files, each with its samples, laps and totals."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from runningcoach.ingest.files.bounds import MAX_SAMPLES
from runningcoach.metrics.totals import LONGEST_S, Stated

type Samples = dict[str, NDArray[Any]]
type Pauses = tuple[tuple[int, int], ...]
type Kind = Literal["fit", "tcx", "gpx", "unknown"]
type Outcome = Literal["ok", "salvaged", "not_an_activity", "unreadable"]

EARLIEST_S = datetime(1990, 1, 2, tzinfo=UTC).timestamp()
"""No watch recorded anything before; FIT's own clock begins two days earlier."""

_TREADMILLS = frozenset({"treadmill", "indoor_running", "indoor_walking", "virtual_activity"})
_LONGEST_HELD_S = 15
_SHORT_LEAD_S = 60.0


@dataclass(frozen=True, slots=True)
class Device:
    """The device that created a file, and when."""

    manufacturer: str | None = None
    product: int | None = None
    serial: int | None = None
    created_at: datetime | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class RecordedLap:
    """One lap as the device split it."""

    started_at: datetime
    elapsed_s: float
    timer_s: float | None = None
    distance_m: float | None = None
    average_hr_bpm: float | None = None
    max_hr_bpm: float | None = None
    average_speed_mps: float | None = None
    average_cadence_spm: float | None = None
    average_power_w: float | None = None
    ascent_m: float | None = None
    intensity: str | None = None


@dataclass(frozen=True, slots=True)
class Recording:
    """One activity, or one leg of a multisport activity.

    `samples` always hold `t_s`, whole seconds since the start; every other channel is float64
    with NaN for missing, and is left out when it has no value at all. `pauses` are the seconds
    [from, to) in which the timer stood still, as the file says. `summary` holds the device's own
    averages and scores; `stated` are its totals untouched.
    Legs of one multisport event share its number in the file, `event`. `remarks` are sentences on
    what was left out or taken from elsewhere, in a file that need not be damaged.
    """

    leg: int
    sport: str
    sub_sport: str | None
    started_at: datetime
    utc_offset_s: int | None
    samples: Samples
    pauses: Pauses
    laps: tuple[RecordedLap, ...]
    summary: dict[str, Any]
    device: Device
    name: str | None
    notes: str | None
    is_treadmill: bool
    has_gps: bool
    rr_ms: NDArray[np.float64] | None
    stated: Stated = field(default_factory=Stated)
    event: int = 0
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadFile:
    """The recordings of one file, or the reasons why there are none."""

    kind: Kind
    outcome: Outcome
    reason_code: str | None = None
    reasons: tuple[str, ...] = ()
    recordings: tuple[Recording, ...] = ()


def moment(unix_s: float) -> datetime:
    """Return a unix time as a moment in UTC."""
    return datetime.fromtimestamp(unix_s, UTC)


def is_treadmill(sport: str, sub_sport: str | None) -> bool:
    """Return whether the distance came from a belt or a foot pod, not from the ground."""
    return sport in {"running", "walking"} and sub_sport in _TREADMILLS


def is_believable_start(
    stated_s: float, first_s: float, last_s: float, total_s: float | None
) -> bool:
    """Return whether an activity began when the file states, before its first point.

    A short wait for satellites is usual. A longer one must be part of the stated total: if that
    covers the points alone, the stated start comes from another clock.
    """
    lead_s = first_s - stated_s
    if not 0 <= lead_s <= LONGEST_S:
        return False
    if lead_s <= _SHORT_LEAD_S:
        return True
    return total_s is not None and total_s >= last_s - first_s + lead_s / 2


def samples_of(seconds: NDArray[np.float64], channels: Mapping[str, NDArray[Any]]) -> Samples:
    """Return samples sorted by time, without the channels that hold no value."""
    whole = np.maximum(np.rint(seconds), 0).astype(np.int32)
    samples: Samples = {"t_s": whole}
    order = None if (np.diff(whole) >= 0).all() else np.argsort(whole, kind="stable")
    for name, values in channels.items():
        if not np.isnan(values).all():
            samples[name] = values
    if order is not None:
        samples = {name: values[order] for name, values in samples.items()}
    return samples if len(whole) <= MAX_SAMPLES else _one_a_second(samples)


def _one_a_second(samples: Samples) -> Samples:
    """Return the first sample of every second, as many as an activity may have."""
    _, first = np.unique(samples["t_s"], return_index=True)
    return {name: values[first[:MAX_SAMPLES]] for name, values in samples.items()}


def positions(
    latitude_deg: NDArray[np.float64], longitude_deg: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return positions without those off the globe or at 0, 0, which devices write for none."""
    with np.errstate(invalid="ignore"):
        good = (np.abs(latitude_deg) <= 90) & (np.abs(longitude_deg) <= 180)
    good &= (latitude_deg != 0) | (longitude_deg != 0)
    return np.where(good, latitude_deg, np.nan), np.where(good, longitude_deg, np.nan)


def gaps(intervals: Iterable[tuple[float, float]], start_s: float, end_s: float) -> Pauses:
    """Return the times between running intervals as whole seconds since `start_s`."""
    pauses: list[tuple[int, int]] = []
    stopped: float | None = None
    for begin, end in intervals:
        if stopped is not None and begin > stopped:
            pause = (round(max(stopped, start_s) - start_s), round(min(begin, end_s) - start_s))
            if pause[0] < pause[1]:
                pauses.append(pause)
        stopped = max(end, stopped or end)
    return tuple(pauses)
