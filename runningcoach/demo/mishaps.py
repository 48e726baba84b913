"""What goes wrong on real runs: lost satellites, a loose strap, a watch that counts steps."""

from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from runningcoach.demo.chance import Dice, dice, happens
from runningcoach.demo.run import RunTrack
from runningcoach.demo.watches import Watch

type Mishap = Literal["gps_lost", "hr_dropout", "cadence_lock", "no_hr"]

_DEAD_BATTERY = ((1, 30), (5, 6), (8, 26), (11, 18))
"""Days of the year around which the strap's battery is found empty."""

_TOO_SHORT_S = 600
_EASING_S = 25


def apply_mishaps(track: RunTrack, watch: Watch, day: date, seed: int) -> list[Mishap]:
    """Spoil `track` the way real days do; return what happened."""
    throw = dice(seed, day, "mishaps")
    happened: list[Mishap] = []
    if len(track.t_s) < _TOO_SHORT_S:
        return happened
    if _strap_is_dead(day):
        track.channels["heart_rate"][:] = np.nan
        track.channels["enhanced_respiration_rate"][:] = np.nan
        happened.append("no_hr")
    elif happens(throw, 0.08):
        _drop_heart_rate(track, throw)
        happened.append("hr_dropout")
    elif len(track.t_s) > 1500 and happens(throw, 0.12 if watch.pulse_at_wrist else 0.03):
        _lock_on_cadence(track, throw)
        happened.append("cadence_lock")
    if "position_lat" in track.channels and len(track.t_s) > 900 and happens(throw, 0.06):
        _lose_gps(track, throw)
        happened.append("gps_lost")
    return happened


def _strap_is_dead(day: date) -> bool:
    """Return whether `day` is one of the two days before the runner bought a new battery."""
    return any(0 <= (day - date(day.year, *when)).days < 2 for when in _DEAD_BATTERY)


def _stretch(track: RunTrack, throw: Dice, shortest_s: int, longest_s: int) -> slice:
    """Return a piece of the track, of some length, somewhere in its middle."""
    length = min(int(throw.integers(shortest_s, longest_s)), len(track.t_s) // 3)
    first = int(throw.integers(60, len(track.t_s) - length - 30))
    return slice(first, first + length)


def _drop_heart_rate(track: RunTrack, throw: Dice) -> None:
    for _ in range(int(throw.integers(1, 4))):
        lost = _stretch(track, throw, 15, 150)
        track.channels["heart_rate"][lost] = np.nan
        track.channels["enhanced_respiration_rate"][lost] = np.nan


def _lock_on_cadence(track: RunTrack, throw: Dice) -> None:
    """Let the pulse be the steps for some minutes: an optical sensor's favourite mistake."""
    wrong = _stretch(track, throw, 330, 680)
    pulse = track.channels["heart_rate"]
    steps = np.floor(track.channels["cadence"][wrong]) + throw.normal(
        0, 0.2, wrong.stop - wrong.start
    )
    share = _eased(wrong.stop - wrong.start)
    pulse[wrong] = np.clip(share * steps + (1 - share) * pulse[wrong], 60, 199)


def _eased(count: int) -> NDArray[np.float64]:
    """Return shares that rise from 0 to 1, stay there and fall again: no jump of the pulse."""
    second = np.arange(count)
    return np.clip(np.minimum(second, count - 1 - second) / _EASING_S, 0, 1)


def _lose_gps(track: RunTrack, throw: Dice) -> None:
    """Take position and speed away; distance goes on by stride, or stands still and jumps."""
    lost = _stretch(track, throw, 60, 300)
    for channel in ("position_lat", "position_long", "enhanced_speed"):
        track.channels[channel][lost] = np.nan
    if happens(throw, 0.5):
        track.channels["distance"][lost] = track.channels["distance"][lost.start - 1]
