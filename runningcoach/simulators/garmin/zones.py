"""The runner's heart rate zones, and how long a run was in each."""

import numpy as np

from runningcoach.demo.body import TrainingDay, resting_hr
from runningcoach.demo.physiology import (
    HRMAX_BPM,
    Floats,
    effort_speed,
    speed_at,
    steady_heart_rate,
)
from runningcoach.simulators.garmin.account import SimulatedAccount
from runningcoach.simulators.garmin.asking import RequestContext, get

FLOORS_BPM = (95, 113, 132, 151, 170)
"""Where the zones begin: 50, 60, 70, 80 and 90 % of the maximum."""


def seconds_in(pulse: Floats) -> list[float]:
    """Return the seconds in each of the five zones; what lies below the first is in none."""
    known = pulse[np.isfinite(pulse)]
    edges = [*FLOORS_BPM, 400]
    return [float(count) for count in np.histogram(known, bins=edges)[0]]


def threshold_mps(state: TrainingDay) -> float:
    """Return the speed at the lactate threshold on a day."""
    return effort_speed("threshold", state.vo2max)


def threshold_bpm(state: TrainingDay, seed: int) -> int:
    """Return the heart rate at the lactate threshold on a day."""
    share = np.array([min(threshold_mps(state), speed_at(state.vo2max))])
    return round(float(steady_heart_rate(share, state.vo2max, resting_hr(state, seed))[0]))


def _zones(context: RequestContext) -> list[dict[str, object]]:
    account = context.world.account
    state = _today(account)
    return [
        {
            "trainingMethod": "HR_MAX",
            "restingHeartRateUsed": round(resting_hr(state, account.seed)),
            "lactateThresholdHeartRateUsed": threshold_bpm(state, account.seed),
            **{f"zone{number}Floor": floor for number, floor in enumerate(FLOORS_BPM, 1)},
            "maxHeartRateUsed": int(HRMAX_BPM),
            "restingHrAutoUpdateUsed": True,
            "sport": "DEFAULT",
            "changeState": "UNCHANGED",
        }
    ]


def _today(account: SimulatedAccount) -> TrainingDay:
    state = account.state(account.until)
    if state is None:
        raise LookupError(account.until)
    return state


ROUTES = [
    get("/biometric-service/heartRateZones", _zones),
    get("/biometric-service/heartRateZones/v2", _zones),
]
