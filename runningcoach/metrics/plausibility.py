"""Whether a recorded run can have been run: pace against heart rate, records, the own history.

A ride, a drive home, speeds in another unit and a dry chest strap all end up in files of runs.
They are found by what no body does: speed that heart rate would not allow, speed beyond the
world records, a pulse that nothing in the session asked for. Nothing after a day enters what is
found of it; what was found of one run does not count for the next.
"""

import math
from collections import deque
from collections.abc import Iterable, Sequence
from statistics import median
from typing import NamedTuple

import numpy as np

from runningcoach.metrics import vo2max
from runningcoach.metrics.efforts import DURATIONS_S, WORLD_RECORD_S
from runningcoach.metrics.facts import Facts
from runningcoach.metrics.windows import Reals

SPEED, RIDE, HEART_RATE = "suspect_speed", "suspect_ride", "suspect_hr"
LEFT_OUT = "not_for_estimates"
NO_SPEED = frozenset({SPEED, RIDE, LEFT_OUT})
"""With any of these, the speed of a run says nothing of the runner."""
NO_HEART_RATE = frozenset({RIDE, HEART_RATE, LEFT_OUT})

REFERENCE_HRMAX_BPM = 190.0
"""Runs are compared with each other by one maximum, so that no estimate is judged by itself."""
MOST_VO2MAX = 90.0
"""Pace at a heart rate that needs more [ml/kg/min] is no running: the best ever reach 85 to 97
in the laboratory, and easy runs of elite runners show up to 88 here. Ours."""
MOST_OF_USUAL = 1.4
"""Runs of one runner differ by a tenth to a fifth of their median, by heat and hills; ours."""
AEROBIC_SHARES = (0.75, 1.0, 1.0)
"""Of an all-out effort of 2, 5 and 20 minutes: in two minutes the heart does not follow, and a
quarter of the energy needs no oxygen. Ours."""
SLOWEST_MPS = 2.2
"""Slower than this anybody moves at any heart rate."""
RIDES_MPS = 3.3
"""Without a history, impossible pace at heart rate is a ride from here on, else a sensor."""
RECORD_MARGIN = 1.10
"""Downhill, records have fallen by up to 9 % (road mile)."""
RECORD_FROM_S = 120
MOST_VDOT = 88.0
VDOT_OF_SHOWN, VDOT_OF_RACED, VDOT_OF_SLOW = 1.35, 1.25, 1.75
"""Without heart rate: how far VDOT may lie above what heart rate showed, above that of earlier
runs where both are known, and where only slow runs may be known (a slow jog is 55 % of VO2max)."""
LONGEST_STEP_M = 3.6
"""Metres a step: elite sprinters reach 2.7; twice 1.8 where a file counts one leg only."""
LEAST_CADENCE_SPM = 20.0
PEAK_OF_LONG, PEAK_OF_MEAN = 1.2, 1.35
"""A peak so far above the best 20 minutes (the mean of a short run) needs a surge to be true."""
SURGE = 1.15
HISTORY_DAYS, HISTORY_RUNS, HISTORY_LEAST = 365, 40, 3
VDOT_DAYS = 180
LEAST_COVERAGE = 0.5

_RECORD_TIMES_S = (*WORLD_RECORD_S.values(), 21_935.0)
_RECORD_SPEEDS_MPS = (*(metres / s for metres, s in WORLD_RECORD_S.items()), 100_000 / 21_935)
"""World records, and 100 km in 6:05:35 for what lasts longer than a marathon."""
_LONG = slice(DURATIONS_S.index(RECORD_FROM_S), None)
_MOST_MPS = RECORD_MARGIN * np.interp(DURATIONS_S[_LONG], _RECORD_TIMES_S, _RECORD_SPEEDS_MPS)
_MINUTE, _TWENTY = DURATIONS_S.index(60), DURATIONS_S.index(1200)
_FAST = [DURATIONS_S.index(seconds) for seconds in (120, 300, 1200)]


class Run(NamedTuple):
    """What a run must state to be judged; None where it does not. Speeds are grade-adjusted.

    `shown` is VO2max by pace at heart rate over the whole run, `shown_fast` over its fastest 2,
    5 or 20 minutes, `vdot` that of its fastest stretch. `fast_mps` are the speeds of these, NaN
    where the run is shorter. `own_choice` is the runner's word on whether it counts.
    """

    day: int
    shown: float | None = None
    shown_fast: float | None = None
    vdot: float | None = None
    speed_mps: float | None = None
    fast_mps: tuple[float, ...] = ()
    step_m: float | None = None
    beats_records: bool = False
    odd_peak: bool = False
    is_race: bool = False
    is_treadmill: bool = False
    own_choice: bool | None = None


class RunPlausibility(NamedTuple):
    """What to hold of a run: its flags, and the best VDOT of the 180 days before it."""

    flags: tuple[str, ...] = ()
    own_vdot: float | None = None


NOTHING = RunPlausibility()
"""Nothing is held against it, and nothing is known of the days before."""


def run(
    facts: Facts,
    day: int,
    *,
    vdot: float | None,
    cadence_spm: float | None = None,
    is_race: bool = False,
    own_choice: bool | None = None,
) -> Run:
    """Return what the facts of a run say for and against it; `vdot` is its best."""
    speed = _speed_mps(facts)
    gap = facts.gap_mps
    flattened = speed / gap if speed and gap else 1.0
    fast = facts.mean_max_gap_mps
    return Run(
        day=day,
        shown=_shown(speed, _heart_rate(facts)),
        shown_fast=_shown_fast(facts, flattened),
        vdot=vdot,
        speed_mps=speed,
        fast_mps=() if fast is None else tuple(fast[_FAST].tolist()),
        step_m=_step_m(speed, cadence_spm),
        beats_records=any(map(_beats, (facts.mean_max_speed_mps, facts.mean_max_gap_mps))),
        odd_peak=has_odd_peak(facts),
        is_race=is_race,
        is_treadmill="treadmill" in facts.flags,
        own_choice=own_choice,
    )


def _speed_mps(facts: Facts) -> float | None:
    """Return the mean speed by the model of grade that flatters least: downhill is easy."""
    known = [v for v in (facts.gap_mps, facts.gap_minetti_mps) if v is not None]
    return min(known, default=None)


def _heart_rate(facts: Facts) -> float | None:
    known = (facts.hr_coverage or 0.0) >= LEAST_COVERAGE and "cadence_lock" not in facts.flags
    return facts.average_hr_bpm if known else None


def _shown(speed_mps: float | None, rate_bpm: float | None) -> float | None:
    """Return VO2max by pace at heart rate; None for what is too slow to tell."""
    if speed_mps is None or not rate_bpm or speed_mps < SLOWEST_MPS:
        return None
    rate = min(rate_bpm, REFERENCE_HRMAX_BPM)
    return vo2max.effective_vo2max(speed_mps, rate, REFERENCE_HRMAX_BPM)


def _shown_fast(facts: Facts, flattened: float) -> float | None:
    """Return the same of the fastest stretches, at the highest heart rates there are."""
    if _heart_rate(facts) is None:
        return None
    speeds, rates = facts.mean_max_gap_mps, facts.mean_max_hr_bpm
    shown = (
        (_shown(_at(speeds, i, flattened), _at(rates, i)), share)
        for i, share in zip(_FAST, AEROBIC_SHARES, strict=True)
    )
    return max((share * value for value, share in shown if value is not None), default=None)


def _at(curve: Reals | None, index: int, share: float = 1.0) -> float | None:
    value = math.nan if curve is None else float(curve[index])
    return share * value if math.isfinite(value) else None


def _beats(curve: Reals | None) -> bool:
    """Return whether two minutes and more were faster than any human was."""
    return curve is not None and bool((curve[_LONG] > _MOST_MPS).any())


def _step_m(speed_mps: float | None, cadence_spm: float | None) -> float | None:
    if speed_mps is None or not cadence_spm or cadence_spm < LEAST_CADENCE_SPM:
        return None
    return 60 * speed_mps / cadence_spm


def has_odd_peak(facts: Facts) -> bool:
    """Return whether heart rate peaked far above the rest of a run that held no surge."""
    peak, average = facts.hr_peak_30s_bpm, facts.average_hr_bpm
    if peak is None or average is None:
        return False
    long = _at(facts.mean_max_hr_bpm, _TWENTY)
    most = PEAK_OF_MEAN * average if long is None else PEAK_OF_LONG * long
    surge, usual = _at(facts.mean_max_gap_mps, _MINUTE), facts.gap_mps
    return peak > most and not (surge and usual and surge >= SURGE * usual)


def judge(runs: Iterable[Run]) -> list[RunPlausibility]:
    """Return the verdict on each of the runs, which come in the order of their days.

    A run counts for those of later days unless its pace is suspect; the day itself is not known.
    """
    history, found, today = _History(), list[RunPlausibility](), list[Run]()
    for one in runs:
        if today and one.day != today[0].day:
            history.extend(today)
            today = []
        history.forget(one.day)
        flags = _flags(one, history)
        found.append(RunPlausibility(flags, history.best_vdot()))
        if not NO_SPEED & {*flags}:
            today.append(one if HEART_RATE not in flags else one._replace(shown=None))
    return found


class _History:
    """The runs of a year that nothing was found against."""

    def __init__(self) -> None:
        self.runs: deque[Run] = deque()
        self._shown: deque[tuple[int, float]] = deque(maxlen=HISTORY_RUNS)
        self._vdots: deque[tuple[int, float]] = deque()
        self._usual: float | None = None
        self._is_old = True

    def extend(self, runs: Sequence[Run]) -> None:
        """Add the runs of a day."""
        self.runs.extend(runs)
        for one in runs:
            if one.shown is not None and not one.is_treadmill:
                self._shown.append((one.day, one.shown))
            if one.vdot is not None:
                self._add_vdot(one.day, one.vdot)
        self._is_old = True

    def _add_vdot(self, day: int, vdot: float) -> None:
        """Keep what no later run surpasses: the first is the highest."""
        while self._vdots and self._vdots[-1][1] <= vdot:
            self._vdots.pop()
        self._vdots.append((day, vdot))

    def forget(self, day: int) -> None:
        """Leave out what lies more than a year back, or half a year for VDOT."""
        while self.runs and self.runs[0].day < day - HISTORY_DAYS:
            self.runs.popleft()
        while self._vdots and self._vdots[0][0] < day - VDOT_DAYS:
            self._vdots.popleft()
        while self._shown and self._shown[0][0] < day - HISTORY_DAYS:
            self._shown.popleft()
            self._is_old = True

    def usual(self) -> float | None:
        """Return the median of VO2max shown by the newest runs outdoors; None for a few."""
        if self._is_old:
            enough = len(self._shown) >= HISTORY_LEAST
            self._usual = median(shown for _, shown in self._shown) if enough else None
            self._is_old = False
        return self._usual

    def best_vdot(self) -> float | None:
        """Return the best VDOT of half a year."""
        return self._vdots[0][1] if self._vdots else None

    def fastest(self) -> tuple[float, ...]:
        """Return the highest speeds of 2, 5 and 20 minutes; nothing for a few runs."""
        speeds = [r.fast_mps for r in self.runs if r.fast_mps and not r.is_treadmill]
        return (
            tuple(map(_highest, zip(*speeds, strict=True))) if len(speeds) >= HISTORY_LEAST else ()
        )

    def vdots(self) -> list[float]:
        """Return VDOT of the runs of a year."""
        return [r.vdot for r in self.runs if r.vdot]


def _highest(speeds: Iterable[float]) -> float:
    """Return the highest speed; 0 where no run is long enough."""
    return max((speed for speed in speeds if speed == speed), default=0.0)


def _flags(one: Run, history: _History) -> tuple[str, ...]:
    if one.own_choice is not None:
        return () if one.own_choice else (LEFT_OUT,)
    flags: list[str] = []
    if one.beats_records or (one.vdot or 0.0) > MOST_VDOT:
        flags.append(SPEED)
    most = _most_shown(one, history)
    if (one.shown or 0.0) > most:
        flags.append(RIDE if _is_faster(one, history) else HEART_RATE)
    elif (one.shown_fast or 0.0) > most:
        flags.append(SPEED if _is_faster(one, history) else HEART_RATE)
    elif one.shown is None and _is_too_fast(one, history):
        flags.append(SPEED)
    if (one.step_m or 0.0) > LONGEST_STEP_M:
        flags.append(RIDE)
    if one.odd_peak:
        flags.append(HEART_RATE)
    return tuple(dict.fromkeys(flags))


def _most_shown(one: Run, history: _History) -> float:
    """Return the highest VO2max that a run of this runner can show."""
    usual = None if one.is_treadmill else history.usual()
    return MOST_VO2MAX if usual is None else min(MOST_VO2MAX, MOST_OF_USUAL * usual)


def _is_faster(one: Run, history: _History) -> bool:
    """Return whether a run was faster than all before; of a first one, whether it may be a ride."""
    fastest = history.fastest()
    if not fastest or not one.fast_mps:
        return (one.speed_mps or 0.0) >= RIDES_MPS
    return any(speed > best for speed, best in zip(one.fast_mps, fastest, strict=True))


def _is_too_fast(one: Run, history: _History) -> bool:
    """Return whether a run without heart rate is beyond anything that the history explains."""
    vdots, usual = history.vdots(), history.usual()
    if one.vdot is None or one.is_race or (len(vdots) < HISTORY_LEAST and usual is None):
        return False
    raced = max(vdots, default=0.0)
    if usual is None:
        return one.vdot > VDOT_OF_SLOW * raced
    return one.vdot > max(VDOT_OF_SHOWN * usual, VDOT_OF_RACED * raced)
