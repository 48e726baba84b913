"""Read the recordings of a FIT file: one a session, with its samples, pauses and laps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from runningcoach.fit.decode import Columns, Engine, FitFile, decode_parts
from runningcoach.fit.names import FILE_TYPES
from runningcoach.fit.problems import FitProblem, problem
from runningcoach.ingest.files.bounds import MAX_ACTIVITIES, ValueChecks
from runningcoach.ingest.files.fit_clock import DeviceClock, clocks_of
from runningcoach.ingest.files.fit_dates import correct_dates
from runningcoach.ingest.files.fit_device import device, utc_offset_s
from runningcoach.ingest.files.fit_heart_rate import heart_rates, merge_beats
from runningcoach.ingest.files.fit_legs import SessionLeg, laps_of, legs_of
from runningcoach.ingest.files.fit_rows import MessageRow, numbers, rows
from runningcoach.ingest.files.fit_samples import samples as samples_of_records
from runningcoach.ingest.files.fit_totals import averages, lap, stated_totals
from runningcoach.ingest.files.recordings import (
    Device,
    Outcome,
    ReadFile,
    Recording,
    Samples,
    gaps,
    is_treadmill,
    moment,
    samples_of,
)
from runningcoach.ingest.files.stated_totals import in_steps, without_empty_laps
from runningcoach.metrics.totals import LONGEST_S

type Messages = Mapping[str, Columns]

_ACTIVITY = 4
_TIMER = 0
_START = 0
_STOPS = (1, 4, 8, 9)
_COUNTS_ON = 0.98


@dataclass(frozen=True, slots=True)
class _SessionContext:
    """What all legs of one activity share."""

    messages: Messages
    clock: DeviceClock
    device: Device
    utc_offset_s: int | None
    timer: list[tuple[float, float]]
    beats: tuple[NDArray[np.float64], NDArray[np.float64]]
    checks: ValueChecks


def read_fit(data: bytes, engine: Engine, name: str = "") -> ReadFile:
    """Return the recordings of a FIT file, or why it has none; its date may be in `name`."""
    files = decode_parts(data, engine)
    if len(files) > MAX_ACTIVITIES:
        return _refused_file("unreadable", [_too_many()])
    return _join_parts([_read_part(file, name) for file in files])


def _join_parts(parts: Sequence[ReadFile]) -> ReadFile:
    """Return the recordings of chained files as those of one, each an event of its own."""
    if len(parts) == 1:
        return parts[0]
    recordings: list[Recording] = []
    for part in parts:
        first_event = recordings[-1].event + 1 if recordings else 0
        first_leg = len(recordings)
        recordings += [
            replace(one, leg=first_leg + one.leg, event=first_event + one.event)
            for one in part.recordings
        ]
    if not recordings:
        return parts[0]
    wrong = [part for part in parts if part.outcome not in ("ok", "not_an_activity")]
    reasons = dict.fromkeys(r for p in parts if p.outcome != "not_an_activity" for r in p.reasons)
    code = wrong[0].reason_code if wrong else None
    return ReadFile("fit", "salvaged" if wrong else "ok", code, tuple(reasons), tuple(recordings))


def _read_part(file: FitFile, name: str) -> ReadFile:
    if file.status == "unreadable":
        return _refused_file("unreadable", file.problems, file.problems[0].code)
    kind = _file_type(file)
    if kind not in (None, _ACTIVITY):
        other = problem(0, "not_an_activity", kind=FILE_TYPES.get(int(kind or 0), "other"))
        return _refused_file("not_an_activity", [*file.problems, other])
    if not (file.messages.keys() & {"record", "session"}):
        return _refused_file("not_an_activity", [*file.problems, problem(0, "no_records")])
    if len(rows(file.messages, "session")) > MAX_ACTIVITIES:
        return _refused_file("unreadable", [_too_many()])
    messages, corrections = correct_dates(file.messages, name)
    clocks = clocks_of(_session_spans(messages), numbers(messages.get("record", {}), "timestamp"))
    if not clocks:
        return _refused_file("unreadable", [*file.problems, problem(0, "bad_clock")])
    return _read_file(messages, clocks, [*file.problems, *corrections])


def _session_spans(messages: Messages) -> list[tuple[float, float]]:
    """Return when each session began and how long it took."""
    sessions = messages.get("session", {})
    starts, elapsed = numbers(sessions, "start_time"), numbers(sessions, "total_elapsed_time")
    return list(zip(starts.tolist(), elapsed.tolist(), strict=True))


def _too_many() -> FitProblem:
    return problem(0, "too_many_activities", most=MAX_ACTIVITIES)


def _refused_file(
    outcome: Outcome, problems: Sequence[FitProblem], code: str | None = None
) -> ReadFile:
    return ReadFile("fit", outcome, code or problems[-1].code, tuple(p.text for p in problems))


def _read_file(
    messages: Messages, clocks: Sequence[DeviceClock], problems: list[FitProblem]
) -> ReadFile:
    recordings: list[Recording] = []
    checks = ValueChecks()
    for clock in clocks:
        activity = _activity(messages, clock, checks)
        first_event = recordings[-1].event + 1 if recordings else 0
        recordings += _recordings(activity, len(recordings), first_event)
        problems += clock.problems
    problems += [*checks.problems(), *_left_out_problems(messages, clocks)]
    if len(recordings) == 1:
        recordings = [replace(recordings[0], rr_ms=_rr_ms(messages))]
    if recordings:
        untimed = tuple(p.text for p in _untimed_records(messages))
        recordings[0] = replace(recordings[0], remarks=(*untimed, *recordings[0].remarks))
    return ReadFile(
        "fit",
        "salvaged" if problems else "ok",
        problems[0].code if problems else None,
        tuple(dict.fromkeys(p.text for p in problems)),
        tuple(recordings),
    )


def _left_out_problems(messages: Messages, clocks: Sequence[DeviceClock]) -> list[FitProblem]:
    """Return how many laps and sessions begin at no time that can be believed."""
    starts = {kind: numbers(messages.get(kind, {}), "start_time") for kind in ("lap", "session")}
    lost = {
        kind: sum(all(clock.correct_time(at) is None for clock in clocks) for at in times.tolist())
        for kind, times in starts.items()
    }
    if lost["session"] == len(starts["session"]):
        lost["session"] = 0  # the first of them still tells sport and totals of all records
    return [problem(0, f"{kind}s_left_out", count=count) for kind, count in lost.items() if count]


def _untimed_records(messages: Messages) -> list[FitProblem]:
    """Return how many records have no time: they are useless in an undamaged file too."""
    count = int(np.isnan(numbers(messages.get("record", {}), "timestamp")).sum())
    return [problem(0, "records_left_out", count=count)] if count else []


def _file_type(file: FitFile) -> float | None:
    first = rows(file.messages, "file_id")[:1]
    return first[0].number("type") if first else None


# One activity --------------------------------------------------------------------------------


def _activity(messages: Messages, clock: DeviceClock, checks: ValueChecks) -> _SessionContext:
    return _SessionContext(
        messages,
        clock,
        device(messages),
        utc_offset_s(messages),
        _timer(messages, clock),
        heart_rates(messages),
        checks,
    )


def _recordings(activity: _SessionContext, first_leg: int, first_event: int) -> list[Recording]:
    records = activity.clock.select_records(activity.messages.get("record", {}))
    times = numbers(records, "timestamp")
    legs = legs_of(activity.messages, times, activity.clock)
    laps = laps_of(activity.messages, legs, activity.clock)
    recordings: list[Recording] = []
    covered_m = 0.0
    for number, (leg, mine) in enumerate(zip(legs, laps, strict=True)):
        covered_m = covered_m if number and leg.event == legs[number - 1].event else 0.0
        part = _part(records, leg.records(times))
        recording = _recording(activity, leg, mine, part, covered_m)
        covered_m += _covered_m(recording)
        recordings.append(replace(recording, leg=first_leg + number, event=first_event + leg.event))
    return recordings


def _covered_m(recording: Recording) -> float:
    """Return how far a leg went: as it states, else by its counter."""
    counter = recording.samples.get("distance_m")
    counted = 0.0 if counter is None else float(np.nanmax(counter))
    return recording.stated.distance_m or counted


def _from_own_start(samples: Samples, covered_m: float) -> Samples:
    """Let a leg's distance begin at its own start, where the device counts on from earlier legs."""
    distance = samples.get("distance_m")
    if distance is None or covered_m == 0:
        return samples
    counted = distance[np.isfinite(distance)][0]
    if counted < covered_m * _COUNTS_ON:
        return samples
    return {**samples, "distance_m": np.maximum(distance - covered_m, 0.0)}


def _part(records: Columns, mine: NDArray[np.bool_]) -> Columns:
    return records if mine.all() else {name: column[mine] for name, column in records.items()}


def _recording(
    activity: _SessionContext,
    leg: SessionLeg,
    laps: Sequence[tuple[float, MessageRow]],
    records: Columns,
    covered_m: float,
) -> Recording:
    checks = activity.checks
    session = leg.session if leg.has_totals else None
    samples, developer_notes = _samples(activity, leg, records)
    samples = _from_own_start(samples, covered_m)
    recorded_s = float(samples["t_s"][-1])
    split = [lap(row, start, leg.sport, checks) for start, row in laps]
    split = without_empty_laps(split, samples, leg.start_s)
    stated = stated_totals(session, split, leg.sport, recorded_s, checks)
    means = averages(session, checks)
    samples, steps, means["average_cadence_spm"] = in_steps(
        leg.sport, samples, split, means.get("average_cadence_spm"), checks
    )
    pauses = gaps(activity.timer, leg.start_s, leg.start_s + recorded_s)
    return Recording(
        leg=0,
        sport=leg.sport,
        sub_sport=leg.sub_sport,
        started_at=moment(leg.start_s),
        utc_offset_s=activity.utc_offset_s,
        samples=samples,
        pauses=pauses,
        laps=steps,
        summary={name: value for name, value in means.items() if value is not None},
        device=activity.device,
        name=None,
        notes=None,
        is_treadmill=is_treadmill(leg.sport, leg.sub_sport),
        has_gps="latitude_deg" in samples,
        rr_ms=None,
        stated=stated,
        remarks=tuple(one.text for one in developer_notes),
    )


def _samples(
    activity: _SessionContext, leg: SessionLeg, records: Columns
) -> tuple[Samples, list[FitProblem]]:
    """Return the leg's samples; its two ends alone when it has no record with a time.

    With them comes what developers' fields filled.
    """
    if not len(numbers(records, "timestamp")):
        elapsed = leg.session.positive("total_elapsed_time") if leg.session else None
        ends = [0.0, min(elapsed, LONGEST_S)] if elapsed else [0.0]
        return samples_of(np.array(ends), {}), []
    average_bpm = leg.session.positive("avg_heart_rate") if leg.session else None
    records = merge_beats(records, activity.beats, average_bpm)
    described = activity.messages.get("field_description", {})
    seconds = numbers(records, "timestamp") - leg.start_s
    return samples_of_records(records, seconds, described, activity.checks)


def _timer(messages: Messages, clock: DeviceClock) -> list[tuple[float, float]]:
    """Return the intervals in which the timer ran, from its start and stop events.

    Where the first event is a stop, the timer ran before it: its start was not written.
    """
    switches = sorted(_switches(messages, clock))
    intervals: list[tuple[float, float]] = []
    begin = -np.inf if switches and not switches[0][1] else None
    for at, runs in switches:
        if runs and begin is None:
            begin = at
        elif not runs and begin is not None:
            intervals.append((begin, at))
            begin = None
    return intervals if begin is None else [*intervals, (begin, np.inf)]


def _switches(messages: Messages, clock: DeviceClock) -> list[tuple[float, bool]]:
    switches: list[tuple[float, bool]] = []
    for event in rows(messages, "event"):
        at = clock.correct_time(event.number("timestamp"))
        kind = event.number("event_type")
        if at is not None and event.number("event") == _TIMER and kind in (_START, *_STOPS):
            switches.append((at, kind == _START))
    return switches


def _rr_ms(messages: Messages) -> NDArray[np.float64] | None:
    """Return the times between heartbeats, in their order."""
    times = messages.get("hrv", {}).get("time")
    if times is None or times.dtype == object:
        return None
    beats = times.ravel()
    beats = beats[np.isfinite(beats)] * 1000.0
    return beats if len(beats) else None
