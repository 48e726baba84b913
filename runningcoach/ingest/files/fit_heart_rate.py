"""Heart rate of straps that store it: `hr` messages that follow when a swim is over.

A message holds up to eight beats: their times and a filtered rate at each. Times count 1/1024 s
on the strap's own clock; the first message of a series says when that was, later ones give only
the lowest 12 bits of each time, two of them in three bytes.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from runningcoach.fit.decode import Columns

type Floats = NDArray[np.float64]

_TICKS_PER_S = 1024
_TWELVE_BITS = 4096
_LONGEST_HELD_S = 5.0
"""A beat is believed for so long. Ours."""


def heart_rates(messages: Mapping[str, Columns]) -> tuple[Floats, Floats]:
    """Return unix times and heart rates of all beats in the `hr` messages, in order of time."""
    table = messages.get("hr", {})
    bpm = _matrix(table, "filtered_bpm")
    if bpm is None:
        return np.array([]), np.array([])
    ticks = _ticks(table, bpm.shape)
    seconds = ticks / _TICKS_PER_S + _offsets_s(table, ticks)[:, np.newaxis]
    known = np.isfinite(seconds) & (bpm > 0)
    order = np.argsort(seconds[known], kind="stable")
    return seconds[known][order], bpm[known][order]


def _matrix(table: Columns, name: str) -> Floats | None:
    column = table.get(name)
    if column is None or column.dtype == object:
        return None
    return column.reshape(len(column), -1)


def _ticks(table: Columns, shape: tuple[int, ...]) -> Floats:
    """Return the strap's time of every beat, in ticks; NaN where a message has none."""
    ticks = np.full(shape, np.nan)
    full, packed = _matrix(table, "event_timestamp"), _matrix(table, "event_timestamp_12")
    last = np.nan
    for row in range(shape[0]):
        if full is not None and np.isfinite(full[row]).any():
            width = min(full.shape[1], shape[1])
            ticks[row, :width] = np.rint(full[row, :width] * _TICKS_PER_S)
        elif packed is not None and np.isfinite(last):
            _unpack(ticks[row], packed[row], last)
        known = ticks[row][np.isfinite(ticks[row])]
        last = float(known[-1]) if len(known) else last
    return ticks


def _unpack(into: Floats, packed: Floats, last: float) -> None:
    """Write the times that 12 bits each give after the last known one."""
    whole = np.nan_to_num(packed, nan=0xFF).astype(np.int64)
    at = int(last)
    for beat in range(min(len(into), len(whole) * 2 // 3)):
        first = beat // 2 * 3
        low = (
            whole[first] | (whole[first + 1] & 0x0F) << 8
            if beat % 2 == 0
            else whole[first + 1] >> 4 | whole[first + 2] << 4
        )
        at += int(low - at) % _TWELVE_BITS
        into[beat] = at


def _offsets_s(table: Columns, ticks: Floats) -> Floats:
    """Return, for each message, how far unix time is ahead of the strap's clock."""
    stated = table.get("timestamp", np.full(len(ticks), np.nan))
    fraction = table.get("fractional_timestamp", np.zeros(len(ticks)))
    offsets = np.full(len(ticks), np.nan)
    offset = np.nan
    for row in range(len(ticks)):
        if np.isfinite(stated[row]) and np.isfinite(ticks[row, 0]):
            offset = stated[row] + np.nan_to_num(fraction[row]) - ticks[row, 0] / _TICKS_PER_S
        offsets[row] = offset
    return offsets


def merge_beats(
    records: Columns, beats: tuple[Floats, Floats], average_bpm: float | None
) -> Columns:
    """Return records with the beats' heart rate where they have none.

    Everywhere, where the average that the device states is that of the beats: under water the
    watch's own sensor sees little. Seconds without a record get one that has the heart rate alone.
    """
    seconds, bpm = beats
    times = records.get("timestamp")
    if times is None or not len(times) or not len(seconds):
        return records
    within = (seconds >= times.min()) & (seconds <= times.max())
    extra = np.setdiff1d(np.rint(seconds[within]), np.rint(times))
    records = _with_rows(records, extra) if len(extra) else records
    times = records["timestamp"]
    before = np.searchsorted(seconds, times, side="right") - 1
    is_near = (before >= 0) & (times - seconds[np.maximum(before, 0)] <= _LONGEST_HELD_S)
    own = records.get("heart_rate", np.full(len(times), np.nan))
    missing = ~(own > 0)
    if _is_of_beats(average_bpm, own, bpm[within]):
        missing[:] = True
    return {**records, "heart_rate": np.where(missing & is_near, bpm[np.maximum(before, 0)], own)}


def _with_rows(records: Columns, times: Floats) -> Columns:
    """Return records with further ones at some times, everything else missing, in order."""
    order = np.argsort(np.concatenate([records["timestamp"], times]), kind="stable")
    longer: Columns = {}
    for name, column in records.items():
        empty = None if column.dtype == object else np.nan
        added = np.full((len(times), *column.shape[1:]), empty, dtype=column.dtype)
        longer[name] = np.concatenate([column, times if name == "timestamp" else added])[order]
    return longer


def _is_of_beats(average_bpm: float | None, own: Floats, bpm: Floats) -> bool:
    """Return whether a stated average is nearer to that of the beats than of the records."""
    if average_bpm is None or not len(bpm) or not (own > 0).any():
        return False
    of_records = float(own[own > 0].mean())
    return abs(float(bpm.mean()) - average_bpm) < abs(of_records - average_bpm)
