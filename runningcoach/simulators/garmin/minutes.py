"""The minutes of a day: when it begins and ends, pulse, stress and Body Battery along it."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from runningcoach.demo.diary import DiaryEntry
from runningcoach.demo.health import Health
from runningcoach.demo.physiology import Floats
from runningcoach.demo.run import smooth_noise
from runningcoach.simulators.garmin.account import SimulatedAccount
from runningcoach.simulators.garmin.clock import iso_gmt, midnight, offset_s

_PULSE_EVERY_S = 120
_STRESS_EVERY_S = 180
_ROSE_S = 7 * 3600 + 1800
_STREAM = 101


@dataclass(frozen=True, slots=True)
class DayMinutes:
    """A day on the clock: its first and last second, and what the local clock was ahead."""

    begun_s: float
    ended_s: float
    offset_s: int
    end_offset_s: int

    @property
    def stamps(self) -> dict[str, str]:
        """The ends of the day in GMT and on the local clock, as the wellness service says them."""
        return {
            "startTimestampGMT": iso_gmt(self.begun_s),
            "endTimestampGMT": iso_gmt(self.ended_s),
            "startTimestampLocal": iso_gmt(self.begun_s + self.offset_s),
            "endTimestampLocal": iso_gmt(self.ended_s + self.end_offset_s),
        }


def span(account: SimulatedAccount, day: date) -> DayMinutes:
    """Return the span of a day: longer or shorter than 24 h when the runner crossed zones.

    The day of today ends half past seven in the morning: nothing later is known.
    """
    first = midnight(day, account.zone(day))
    tomorrow = day + timedelta(days=1)
    last = midnight(tomorrow, account.zone(tomorrow))
    begun, ended = first.timestamp(), last.timestamp()
    if not account.is_over(day):
        return DayMinutes(begun, begun + _ROSE_S, offset_s(first), offset_s(first))
    return DayMinutes(begun, ended, offset_s(first), offset_s(last))


def asleep(account: SimulatedAccount, day: date) -> tuple[float, float]:
    """Return when the night to `day` began and ended; the watch need not have been worn."""
    known = account.health(day)
    if known is None:
        raise LookupError(day)
    dawn = midnight(day, account.zone(day)).timestamp()
    begun = dawn + int(3600 * (known.night.bedtime_h - 24))
    return begun, begun + known.night.sleep_s + known.night.awake_s


def activities(account: SimulatedAccount, day: date) -> list[DiaryEntry]:
    """Return what was recorded with a watch on a day."""
    entries = (account.activity(number) for number in account.ids_of(day))
    return [one for one in entries if one is not None and one.has_file]


def pulse(account: SimulatedAccount, day: date, known: Health) -> list[list[int | None]]:
    """Return the heart rate every two minutes: time [ms], beats; null while it was not worn."""
    times = _times(account, day, _PULSE_EVERY_S)
    throw = _dice(account, day)
    calm = known.resting_hr_bpm + 3 * np.abs(smooth_noise(throw, len(times), every=10))
    awake = known.resting_hr_bpm + 24 + 9 * smooth_noise(throw, len(times), every=6)
    beats = np.where(_sleeps(account, day, times), calm, np.maximum(awake, calm))
    for run in activities(account, day):
        _run(beats, times, run)
    return [
        [int(1000 * at), int(beat) if np.isfinite(beat) else None]
        for at, beat in zip(times, beats, strict=True)
    ]


def _times(account: SimulatedAccount, day: date, every_s: int) -> Floats:
    here = span(account, day)
    return np.arange(here.begun_s, here.ended_s, every_s, dtype=np.float64)


def _dice(account: SimulatedAccount, day: date) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64((account.seed, day.toordinal(), _STREAM)))


def _sleeps(account: SimulatedAccount, day: date, times: Floats) -> np.ndarray:
    begun, ended = asleep(account, day)
    tomorrow = day + timedelta(days=1)
    if account.health(tomorrow) is None:
        return (times >= begun) & (times < ended)
    again, _ = asleep(account, tomorrow)
    return ((times >= begun) & (times < ended)) | (times >= again)


def _run(beats: Floats, times: Floats, run: DiaryEntry) -> None:
    """Put the pulse of a run where the day's was."""
    track = run.tracks[-1]
    clock = run.head.started_at + track.t_s
    inside = (times >= clock[0]) & (times <= clock[-1])
    beats[inside] = np.interp(times[inside], clock, track.channels["heart_rate"])


def stress(account: SimulatedAccount, day: date, known: Health) -> list[list[int]]:
    """Return stress every three minutes: time [ms], level; -1 unknown, -2 while moving."""
    times = _times(account, day, _STRESS_EVERY_S)
    wave = smooth_noise(_dice(account, day), len(times), every=8)
    level = np.where(_sleeps(account, day, times), known.stress - 9, known.stress + 7) + 6 * wave
    level = np.clip(np.rint(level), 1, 99)
    for run in activities(account, day):
        end = run.head.started_at + run.tracks[-1].elapsed_s
        level[(times >= run.head.started_at) & (times <= end)] = -2
    return [[int(1000 * at), int(value)] for at, value in zip(times, level, strict=True)]


def battery(account: SimulatedAccount, day: date, known: Health) -> list[tuple[int, int]]:
    """Return Body Battery every three minutes: full on waking, empty in the evening."""
    here, (_, woke) = span(account, day), asleep(account, day)
    woke = min(max(woke, here.begun_s), here.ended_s)
    corners = [here.begun_s, woke, here.ended_s]
    before = known.battery_low + 8
    levels = [before, known.battery_high, known.battery_low]
    times = _times(account, day, _STRESS_EVERY_S)
    filled = np.rint(np.interp(times, corners, levels))
    return [(int(1000 * at), int(level)) for at, level in zip(times, filled, strict=True)]
