"""What a FIT file holds becomes recordings: one a session, with its samples, pauses and laps."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from runningcoach.fit.decode import Columns, Engine, FitFile, decode
from runningcoach.fit.names import FILE_TYPES, INTENSITIES, SPORTS, SUB_SPORTS
from runningcoach.fit.problems import Problem, problem
from runningcoach.ingest.fit_clock import LONGEST_S, Clock, clock_of
from runningcoach.ingest.fit_device import device, utc_offset_s
from runningcoach.ingest.fit_rows import Row, numbers, rows
from runningcoach.ingest.recorded import (
    Device,
    Outcome,
    ReadFile,
    RecordedLap,
    Recording,
    Samples,
    filled,
    gaps,
    is_treadmill,
    moment,
    positions,
    samples_of,
    steps_per_minute,
)
from runningcoach.units import SEMICIRCLES_PER_DEGREE

_ACTIVITY = 4
_TIMER = 0
_START = 0
_STOPS = (1, 4, 8, 9)
_LONGEST_LEAD_S = 3600
_COUNTS_ON = 0.98

_CHANNELS: Mapping[str, str] = {
    "altitude_m": "enhanced_altitude",
    "distance_m": "distance",
    "speed_mps": "enhanced_speed",
    "heart_rate_bpm": "heart_rate",
    "power_w": "power",
    "temperature_c": "temperature",
    "vertical_oscillation_mm": "vertical_oscillation",
    "stance_time_ms": "stance_time",
    "step_length_mm": "step_length",
    "vertical_ratio_pct": "vertical_ratio",
    "grade_pct": "grade",
    "respiration_rate_bpm": "enhanced_respiration_rate",
}

_TOTALS: Mapping[str, str] = {
    "elapsed_s": "total_elapsed_time",
    "timer_s": "total_timer_time",
    "distance_m": "total_distance",
    "average_hr_bpm": "avg_heart_rate",
    "max_hr_bpm": "max_heart_rate",
    "average_speed_mps": "enhanced_avg_speed",
    "average_power_w": "avg_power",
    "calories_kcal": "total_calories",
}
_TOTALS_THAT_MAY_BE_ZERO: Mapping[str, str] = {
    "average_temperature_c": "avg_temperature",
    "device_training_effect": "total_training_effect",
    "device_anaerobic_effect": "total_anaerobic_training_effect",
    "device_training_load": "training_load_peak",
}


@dataclass(frozen=True, slots=True)
class _Leg:
    """One session: its row (None when the file has none), when it began and the next begins."""

    session: Row | None
    sport: str
    sub_sport: str | None
    start_s: float
    until_s: float
    is_first: bool

    def holds(self, time_s: float) -> bool:
        """Say whether a time belongs here; what comes before all legs belongs to the first."""
        return time_s < self.until_s and (time_s >= self.start_s or self.is_first)


@dataclass(frozen=True, slots=True)
class _Common:
    """What all legs of a file share."""

    device: Device
    utc_offset_s: int | None
    timer: list[tuple[float, float]]
    rr_ms: NDArray[np.float64] | None


def read_fit(data: bytes, engine: Engine) -> ReadFile:
    """Return the recordings of a FIT file, or why it has none."""
    file = decode(data, engine)
    if file.status == "unreadable":
        return _refused("unreadable", file.problems[0].code, file.problems)
    kind = _file_type(file)
    if kind not in (None, _ACTIVITY):
        name = FILE_TYPES.get(int(kind or 0), "other")
        other = problem(0, "not_an_activity", kind=name)
        return _refused("not_an_activity", other.code, (*file.problems, other))
    if not (file.messages.keys() & {"record", "session"}):
        nothing = problem(0, "no_records")
        return _refused("not_an_activity", nothing.code, (*file.problems, nothing))
    clock = clock_of(_session_spans(file), numbers(file.messages.get("record", {}), "timestamp"))
    if clock is None:
        unknown = problem(0, "bad_clock")
        return _refused("unreadable", unknown.code, (*file.problems, unknown))
    return _accepted(file, clock)


def _session_spans(file: FitFile) -> list[tuple[float, float]]:
    """Return when each session began and how long it took."""
    sessions = file.messages.get("session", {})
    starts, elapsed = numbers(sessions, "start_time"), numbers(sessions, "total_elapsed_time")
    return list(zip(starts.tolist(), elapsed.tolist(), strict=True))


def _refused(outcome: Outcome, code: str, problems: tuple[Problem, ...]) -> ReadFile:
    return ReadFile("fit", outcome, code, tuple(p.text for p in problems))


def _accepted(file: FitFile, clock: Clock) -> ReadFile:
    records = clock.kept(file.messages.get("record", {}))
    problems = file.problems + clock.problems
    recordings = _recordings(file.messages, records, clock)
    return ReadFile(
        "fit",
        "salvaged" if problems else "ok",
        problems[0].code if problems else None,
        tuple(dict.fromkeys(p.text for p in problems)),
        tuple(recordings),
    )


def _file_type(file: FitFile) -> float | None:
    first = rows(file.messages, "file_id")[:1]
    return first[0].number("type") if first else None


def _recordings(messages: Mapping[str, Columns], records: Columns, clock: Clock) -> list[Recording]:
    times = numbers(records, "timestamp")
    legs = _legs(messages, times, clock)
    common = _Common(
        device(messages),
        utc_offset_s(messages),
        _timer(messages, clock),
        _rr_ms(messages) if len(legs) == 1 else None,
    )
    found: list[Recording] = []
    gone_m = 0.0
    for number, leg in enumerate(legs):
        mine = (times < leg.until_s) & (leg.is_first | (times >= leg.start_s))
        samples = _from_own_start(_samples(leg, records, times, mine), gone_m)
        found.append(_recording(number, leg, samples, _laps(messages, leg, clock), common))
        gone_m += found[-1].summary.get("distance_m", 0.0)
    return found


def _recording(
    number: int, leg: _Leg, samples: Samples, laps: tuple[RecordedLap, ...], common: _Common
) -> Recording:
    pauses = gaps(common.timer, leg.start_s, leg.start_s + float(samples["t_s"][-1]))
    return Recording(
        leg=number,
        sport=leg.sport,
        sub_sport=leg.sub_sport,
        started_at=moment(leg.start_s),
        utc_offset_s=common.utc_offset_s,
        samples=samples,
        pauses=pauses,
        laps=laps,
        summary=filled(_summary(leg), samples, pauses),
        device=common.device,
        name=None,
        notes=None,
        is_treadmill=is_treadmill(leg.sport, leg.sub_sport),
        has_gps="latitude_deg" in samples,
        rr_ms=common.rr_ms,
    )


def _from_own_start(samples: Samples, gone_m: float) -> Samples:
    """Let a leg's distance begin at its own start, where the device counts on from earlier legs."""
    distance = samples.get("distance_m")
    if distance is None or gone_m == 0:
        return samples
    counted = distance[np.isfinite(distance)][0]
    if counted < gone_m * _COUNTS_ON:
        return samples
    return {**samples, "distance_m": np.maximum(distance - gone_m, 0.0)}


# Sessions ------------------------------------------------------------------------------------


def _legs(messages: Mapping[str, Columns], times: NDArray[np.float64], clock: Clock) -> list[_Leg]:
    """Return the legs in the order of time; without any session all records are one leg."""
    starts: dict[float, Row] = {}
    for session in rows(messages, "session"):
        start = clock.mended(session.number("start_time"))
        if start is not None:
            starts.setdefault(start, session)
    if not starts:
        return _only_leg(messages, times)
    ordered = sorted(starts)
    if len(times):
        ordered[0] = _begin(ordered[0], float(times[0]), float(times.min()))
    sessions = [starts[start] for start in sorted(starts)]
    ends = [*ordered[1:], np.inf]
    return [
        _Leg(session, *_sport(session), start, end, start == ordered[0])
        for session, start, end in zip(sessions, ordered, ends, strict=True)
    ]


def _begin(stated_s: float, first_s: float, earliest_s: float) -> float:
    """Return when a session began: as stated, if its first record is not an hour off."""
    if 0 <= first_s - stated_s <= _LONGEST_LEAD_S:
        return min(stated_s, earliest_s)
    return earliest_s


def _only_leg(messages: Mapping[str, Columns], times: NDArray[np.float64]) -> list[_Leg]:
    """Return all records as one leg, for files whose sessions are missing or wrongly dated."""
    if not len(times):
        return []
    sessions = rows(messages, "session")
    hints = [*sessions, *rows(messages, "sport"), *rows(messages, "lap")]
    sport = _sport(hints[0]) if hints else ("generic", None)
    session = sessions[0] if sessions else None
    return [_Leg(session, *sport, float(times.min()), np.inf, is_first=True)]


def _sport(row: Row) -> tuple[str, str | None]:
    sport, sub_sport = row.number("sport"), row.number("sub_sport")
    return (
        SPORTS.get(int(sport), f"sport_{int(sport)}") if sport is not None else "generic",
        SUB_SPORTS.get(int(sub_sport), f"sub_sport_{int(sub_sport)}")
        if sub_sport is not None
        else None,
    )


def _summary(leg: _Leg) -> dict[str, float | None]:
    """Return the totals that the device itself states."""
    session = leg.session
    if session is None:
        return {}
    summary = {ours: session.positive(theirs) for ours, theirs in _TOTALS.items()}
    summary |= _times_in_order(summary["elapsed_s"], summary["timer_s"])
    summary |= {ours: session.number(name) for ours, name in _TOTALS_THAT_MAY_BE_ZERO.items()}
    summary["ascent_m"] = _with_fraction(session, "total_ascent", "total_fractional_ascent")
    summary["descent_m"] = _with_fraction(session, "total_descent", "total_fractional_descent")
    summary["average_cadence_spm"] = _cadence(session, leg.sport)
    return summary


def _times_in_order(elapsed_s: float | None, timer_s: float | None) -> dict[str, float | None]:
    """Return both times; some devices swap them, or count years that passed before the start."""
    if elapsed_s and timer_s and timer_s > elapsed_s + 1:
        elapsed_s, timer_s = timer_s, elapsed_s
    return {
        "elapsed_s": None if elapsed_s and elapsed_s > LONGEST_S else elapsed_s,
        "timer_s": timer_s,
    }


def _with_fraction(row: Row, name: str, fraction: str) -> float | None:
    whole = row.number(name)
    return None if whole is None else whole + (row.number(fraction) or 0.0)


def _cadence(row: Row, sport: str) -> float | None:
    strides = _with_fraction(row, "avg_cadence", "avg_fractional_cadence")
    return float(steps_per_minute(np.array([strides]), sport)[0]) if strides else None


# Samples -------------------------------------------------------------------------------------


def _samples(
    leg: _Leg, records: Columns, times: NDArray[np.float64], mine: NDArray[np.bool_]
) -> Samples:
    """Return the leg's samples; its two ends alone when it has no record with a time."""
    if not mine.any():
        elapsed = leg.session.positive("total_elapsed_time") if leg.session else None
        return samples_of(np.array([0.0, elapsed or 0.0]), {})
    part = records if mine.all() else {name: column[mine] for name, column in records.items()}
    return samples_of(times[mine] - leg.start_s, _channels(part, leg.sport))


def _channels(records: Columns, sport: str) -> dict[str, NDArray[np.float64]]:
    latitude, longitude = positions(
        numbers(records, "position_lat") / SEMICIRCLES_PER_DEGREE,
        numbers(records, "position_long") / SEMICIRCLES_PER_DEGREE,
    )
    channels = {"latitude_deg": latitude, "longitude_deg": longitude}
    channels |= {ours: numbers(records, theirs) for ours, theirs in _CHANNELS.items()}
    heart_rate = channels["heart_rate_bpm"]
    heart_rate[heart_rate <= 0] = np.nan
    cadence = numbers(records, "cadence")
    fraction = numbers(records, "fractional_cadence")
    channels["cadence_spm"] = steps_per_minute(cadence + np.nan_to_num(fraction), sport)
    for name, column in records.items():
        if name.startswith("dev") and column.dtype != object and column.ndim == 1:
            channels[name] = numbers(records, name)
    return channels


def _timer(messages: Mapping[str, Columns], clock: Clock) -> list[tuple[float, float]]:
    """Return the intervals in which the timer ran, from its start and stop events."""
    intervals: list[tuple[float, float]] = []
    begin: float | None = None
    for at, runs in sorted(_switches(messages, clock)):
        if runs and begin is None:
            begin = at
        elif not runs and begin is not None:
            intervals.append((begin, at))
            begin = None
    return intervals if begin is None else [*intervals, (begin, np.inf)]


def _switches(messages: Mapping[str, Columns], clock: Clock) -> list[tuple[float, bool]]:
    found: list[tuple[float, bool]] = []
    for event in rows(messages, "event"):
        at = clock.mended(event.number("timestamp"))
        kind = event.number("event_type")
        if at is not None and event.number("event") == _TIMER and kind in (_START, *_STOPS):
            found.append((at, kind == _START))
    return found


def _rr_ms(messages: Mapping[str, Columns]) -> NDArray[np.float64] | None:
    """Return the times between heartbeats, in their order."""
    times = messages.get("hrv", {}).get("time")
    if times is None or times.dtype == object:
        return None
    beats = times.ravel()
    beats = beats[np.isfinite(beats)] * 1000.0
    return beats if len(beats) else None


# Laps ----------------------------------------------------------------------------------------


def _laps(messages: Mapping[str, Columns], leg: _Leg, clock: Clock) -> tuple[RecordedLap, ...]:
    found: dict[tuple[float, float | None], RecordedLap] = {}
    for row in rows(messages, "lap"):
        start = clock.mended(row.number("start_time"))
        if start is not None and leg.holds(start):
            found.setdefault((start, row.number("timestamp")), _lap(row, start, leg.sport))
    return tuple(found.values())


def _lap(row: Row, start_s: float, sport: str) -> RecordedLap:
    end_s = row.number("timestamp")
    spanned = end_s - start_s if end_s is not None and end_s >= start_s else 0.0
    intensity = row.number("intensity")
    elapsed = row.number("total_elapsed_time")
    return RecordedLap(
        started_at=moment(start_s),
        elapsed_s=spanned if elapsed is None else elapsed,
        timer_s=row.number("total_timer_time"),
        distance_m=row.number("total_distance"),
        average_hr_bpm=row.positive("avg_heart_rate"),
        max_hr_bpm=row.positive("max_heart_rate"),
        average_speed_mps=row.number("enhanced_avg_speed"),
        average_cadence_spm=_cadence(row, sport),
        average_power_w=row.number("avg_power"),
        ascent_m=_with_fraction(row, "total_ascent", "total_fractional_ascent"),
        intensity=None if intensity is None else INTENSITIES.get(int(intensity)),
    )
