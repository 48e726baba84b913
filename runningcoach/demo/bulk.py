"""Many different runs of one length, for measuring how fast they are read."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from runningcoach.demo import fitfile, run, watches, workouts
from runningcoach.demo.fitfile import FitHeader
from runningcoach.demo.run import Conditions, RunTrack
from runningcoach.demo.workouts import KM, PlannedSession

_FIRST_DAY = date(2016, 1, 1)
_SEOUL_OFFSET_S = 32_400
_MASS_KG = 67.0
_FASTEST_MPS = 4.2


def runs(n: int, seconds: int = 3600, seed: int = 7) -> Iterator[tuple[str, bytes]]:
    """Yield `n` different runs of `seconds` each, one a day: a file name and its FIT bytes."""
    for number in range(n):
        day = _FIRST_DAY + timedelta(days=number)
        watch = watches.watch_on(day)
        session = _session(number, _FASTEST_MPS * seconds)
        track = _cut(run.record(session, _conditions(number, day), watch, seed), seconds)
        started = datetime.combine(day, time(6), UTC)
        head = FitHeader(
            int(started.timestamp()), _SEOUL_OFFSET_S, watch, {"running": "Run"}, _MASS_KG, 3.0
        )
        yield f"{day}.fit", fitfile.encode([track], head)


def _conditions(number: int, day: date) -> Conditions:
    """Return a day of a runner who gets better slowly."""
    vo2max = 46 + 6 * (number % 997) / 997
    return Conditions(day, vo2max, resting_bpm=49, air_c=14, heat=0, mass_kg=_MASS_KG)


def _session(number: int, distance_m: float) -> PlannedSession:
    """Return a session that is long enough to be cut: easy, hilly, in intervals, at tempo."""
    repeats = max(1, int((distance_m - 4 * KM) // 1400))
    return (
        workouts.steady("easy", distance_m),
        replace(workouts.steady("hills", distance_m), place="hill"),
        workouts.intervals(repeats + 1, 1000, 400),
        replace(workouts.steady("long", distance_m, "long"), place="river_east"),
        workouts.tempo(distance_m, 25),
    )[number % 5]


def _cut(track: RunTrack, seconds: int) -> RunTrack:
    """Return the first `seconds` of the timer."""
    end_index = min(seconds, len(track.t_s) - 1)
    end = track.t_s[end_index]
    laps = [
        replace(lap, last=min(lap.last, end_index)) for lap in track.laps if lap.first < end_index
    ]
    return RunTrack(
        track.sport,
        track.sub_sport,
        track.t_s[: end_index + 1],
        {name: channel[: end_index + 1] for name, channel in track.channels.items()},
        laps,
        [pause for pause in track.pauses if pause[1] <= end],
    )
