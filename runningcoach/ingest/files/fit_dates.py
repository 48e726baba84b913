"""Correct the dates of FIT files whose clock counts from power-up, or lost 1024 weeks."""

from collections.abc import Iterable, Mapping

import numpy as np

from runningcoach.fit.decode import Columns
from runningcoach.fit.problems import FitProblem, problem
from runningcoach.fit.profile import EPOCH_S, RELATIVE_BELOW
from runningcoach.ingest.files.fit_rows import numbers, rows
from runningcoach.ingest.files.week_rollover import rollover

type Messages = Mapping[str, Columns]

TIMES = ("timestamp", "start_time", "time_created")
_TIMED = ("record", "session", "lap")


def correct_dates(messages: Messages, name: str) -> tuple[Messages, list[FitProblem]]:
    """Return the messages with believable dates, and the corrections."""
    middle, last = _middle_and_last(messages)
    if not np.isfinite(middle):
        return messages, []
    if last < RELATIVE_BELOW:
        return _correct_power_up(messages, last)
    created = numbers(messages.get("file_id", {}), "time_created")
    shift, correction = rollover(middle, name, created[np.isfinite(created)].tolist())
    if shift:
        messages = _shift_times(messages, shift, below=middle + shift / 2)
    return messages, [correction] if correction else []


def _middle_and_last(messages: Messages) -> tuple[float, float]:
    """Return a time from the middle of the recording, and its last; NaN without any time."""
    for kind in _TIMED:
        times = numbers(messages.get(kind, {}), "timestamp")
        known = times[np.isfinite(times)]
        if len(known):
            last = float(known.max())
            absolute = known[known >= RELATIVE_BELOW] if last >= RELATIVE_BELOW else known
            return float(absolute[len(absolute) // 2]), last
    return np.nan, np.nan


def _correct_power_up(messages: Messages, last: float) -> tuple[Messages, list[FitProblem]]:
    """Return messages whose times count from power-up as of the day that the file knows."""
    shift = _power_up_s(messages, last)
    if shift is None:
        return messages, []
    moved = _shift_times(messages, shift, below=RELATIVE_BELOW)
    return moved, [problem(0, "relative_clock")]


def _power_up_s(messages: Messages, last: float) -> float | None:
    """Return when the device was switched on, in unix seconds; None where it is unknown.

    The athlete's own clock (`local_timestamp`) belongs to the time of its message, or to the end
    of the recording where that message has none. It is taken for UTC, since the zone is unknown.
    """
    for activity in rows(messages, "activity"):
        at, local = activity.number("timestamp"), activity.number("local_timestamp")
        if at is not None and at >= RELATIVE_BELOW:
            return at - last
        if local is not None and local >= EPOCH_S + RELATIVE_BELOW:
            return local - (last if at is None else at)
    created = [row.number("time_created") for row in rows(messages, "file_id")[:1]]
    if created and created[0] is not None and created[0] >= RELATIVE_BELOW:
        starts = numbers(messages.get("record", {}), "timestamp")
        return created[0] - (float(np.nanmin(starts)) if np.isfinite(starts).any() else last)
    return None


def _shift_times(messages: Messages, shift_s: float, *, below: float) -> Messages:
    """Return the messages with all times below a bound moved."""
    return {kind: _shift_columns(columns, shift_s, below) for kind, columns in messages.items()}


def _shift_columns(columns: Columns, shift_s: float, below: float) -> Columns:
    moved = dict(columns)
    for name in _time_columns(columns):
        times = columns[name]
        moved[name] = np.where(times < below, times + shift_s, times)
    return moved


def _time_columns(columns: Columns) -> Iterable[str]:
    return (name for name in TIMES if name in columns and columns[name].dtype != object)
