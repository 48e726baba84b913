"""How this runner's body answers: speed for an effort, heart rate for a speed, gait, power.

The curves are textbook ones, so that metrics computed from the files find the runner whom we
put in: oxygen cost and race fraction after Daniels and Gilbert (1979), heart rate as a share
of speed at VO2max as a logarithmic fit of Daniels' training table.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

type Floats = NDArray[np.float64]

HRMAX_BPM = 189.0

# Relative cost of running on a slope, against flat ground; slope as rise over run.
_SLOPES = (-0.30, -0.20, -0.15, -0.10, -0.05, -0.02, 0.0, 0.02, 0.05, 0.10, 0.15, 0.20, 0.30)
_COSTS = (1.50, 1.08, 0.93, 0.875, 0.90, 0.95, 1.0, 1.06, 1.19, 1.48, 1.85, 2.28, 3.0)

_SHARE_OF_VO2MAX = {
    "jog": 0.50,
    "recovery": 0.565,
    "easy": 0.615,
    "long": 0.625,
    "steady": 0.74,
    "marathon": 0.815,
    "threshold": 0.88,
    "interval": 0.975,
    "repetition": 1.06,
}
WALK_MPS = 1.55


def slope_cost(slope: Floats) -> Floats:
    """Return the cost of running on `slope`, 1 on the flat."""
    return np.interp(slope, _SLOPES, _COSTS)


def speed_at(vo2: float) -> float:
    """Return the speed [m/s] that costs `vo2` [ml/kg/min] on the flat."""
    root = math.sqrt(0.182258**2 + 4 * 0.000104 * (vo2 + 4.60))
    return (root - 0.182258) / (2 * 0.000104) / 60


def effort_speed(effort: str, vo2max: float) -> float:
    """Return the speed [m/s] of a training effort; walking does not depend on form."""
    return WALK_MPS if effort == "walk" else speed_at(_SHARE_OF_VO2MAX[effort] * vo2max)


def race_speed(distance_m: float, vo2max: float) -> float:
    """Return the even speed [m/s] that `vo2max` allows over `distance_m`."""
    seconds = distance_m / speed_at(0.9 * vo2max)
    for _ in range(12):
        seconds = distance_m / speed_at(_race_share(seconds / 60) * vo2max)
    return distance_m / seconds


def _race_share(minutes: float) -> float:
    """Return the share of VO2max that can be held for so long."""
    return (
        0.8 + 0.1894393 * math.exp(-0.012778 * minutes) + 0.2989558 * math.exp(-0.1932605 * minutes)
    )


def steady_heart_rate(flat_speed: Floats, vo2max: float, resting: float) -> Floats:
    """Return the heart rate [bpm] that each speed (as on the flat) settles at."""
    share = np.maximum(flat_speed / speed_at(vo2max), 0.05)
    running = HRMAX_BPM * (1.00466 + 0.68725 * np.log(share))
    moving_little = resting + 22 + 20 * flat_speed
    return np.maximum(running, moving_little)


def lagged(demand: Floats, first: float, time_constant_s: float = 26.0) -> Floats:
    """Return `demand` as the heart follows it, from `first` on, second by second."""
    taps = np.arange(int(6 * time_constant_s))
    kernel = np.exp(-taps / time_constant_s)
    kernel /= kernel.sum()
    padded = np.concatenate([np.full(len(taps), first), demand])
    return np.convolve(padded, kernel)[len(taps) : len(taps) + len(demand)]


@dataclass(frozen=True, slots=True)
class Gait:
    """The running dynamics of each second."""

    cadence_spm: Floats
    step_length_mm: Floats
    stance_time_ms: Floats
    stance_balance_pct: Floats
    vertical_oscillation_mm: Floats
    vertical_ratio_pct: Floats


def gait(speed: Floats, slope: Floats, wobble: Floats) -> Gait:
    """Return how the runner moves at `speed` [m/s]; `wobble` is noise of about unit size."""
    running = 169.5 + 8.2 * (speed - 2.8) + 18 * np.clip(slope, -0.1, 0.1) + 1.1 * wobble
    cadence = np.where(speed < 2.0, 62 + 34 * speed + wobble, np.clip(running, 152, 199))
    step = 60_000 * speed / cadence
    stance = np.clip(258 - 27 * (speed - 2.8) + 2.5 * wobble, 165, 420)
    bounce = np.clip(83 + 5.0 * (speed - 2.8) - 60 * slope - 1.2 * wobble, 45, 120)
    ratio = np.clip(100 * bounce / np.maximum(step, 300), 4, 20)
    return Gait(cadence, step, stance, 49.7 + 0.25 * wobble, bounce, ratio)


def running_power(speed: Floats, slope: Floats, mass_kg: float) -> Floats:
    """Return running power [W] as a watch shows it: speed, mass and slope."""
    return 1.26 * mass_kg * speed * slope_cost(slope) ** 0.8


def excess_oxygen(heart_rate: Floats, resting: float) -> float:
    """Return the peak of the oxygen debt that a run leaves behind [ml/kg]."""
    tens = heart_rate[: len(heart_rate) // 10 * 10].reshape(-1, 10).mean(axis=1)
    share = np.clip((tens - resting) / (HRMAX_BPM - resting), 0, 1)
    gains = (10 / 6) * np.exp(-7.2 * (1 - share))
    losses = np.maximum(0, 1 - share / 0.6) / 240
    debt = peak = 0.0
    for gain, loss in zip(gains.tolist(), losses.tolist(), strict=True):
        debt += gain - debt * loss
        peak = max(peak, debt)
    return peak


def training_effect(debt: float, vo2max: float) -> float:
    """Return the aerobic training effect, 0 to 5, that a watch would show for `debt`."""
    full = min(max(140 + 4 * (vo2max - 35), 100), 360)
    return min(5.0, 5 * (debt / full) ** 0.4)
