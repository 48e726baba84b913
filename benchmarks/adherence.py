"""CPU time of comparing an hour's run with its workout.

    python -m benchmarks.adherence

A run of 3,600 s without laps, the harder case, must be compared with a workout of 26 steps within
0.8 of the CPU time of the loop in `benchmarks.calibration`.
"""

from datetime import date

import numpy as np

from benchmarks.calibration import numpy_ms
from benchmarks.decode import best_cpu_s
from runningcoach.coach.plans.adherence.comparison import compare
from runningcoach.coach.plans.adherence.run_series import RunSeries
from runningcoach.model.workout import Workout

MOST_RATIO = 0.8
REPS, REP_S, REST_S, AROUND_S = 12, 180, 60, 360


def workout() -> Workout:
    """Return a warm-up, twelve times three minutes with a minute's jog, a cool-down."""
    pace = {"kind": "pace", "slow_s_per_km": 276, "fast_s_per_km": 266}
    work, rest, around = (
        {"kind": "step", "intensity": name, "end": {"kind": "time", "seconds": seconds}}
        for name, seconds in (("interval", REP_S), ("recovery", REST_S), ("warmup", AROUND_S))
    )
    pair = {"kind": "repeat", "times": REPS, "steps": [work | {"target": pace}, rest]}
    steps = [around, pair, around | {"intensity": "cooldown"}]
    return Workout.model_validate({"type": "vo2max", "title": "bench", "steps": steps})


def series() -> RunSeries:
    """Return the run of it, without laps."""
    around = np.full(AROUND_S, 2.7)
    pair = np.concatenate([np.full(REP_S, 3.7), np.full(REST_S, 2.4)])
    speed = np.concatenate([around, np.tile(pair, REPS), around])
    speed += np.random.default_rng(1).normal(0, 0.05, len(speed))
    seconds = np.arange(len(speed), dtype=np.float64)
    rate, altitude = np.full(len(speed), 150.0), 50 + 5 * np.sin(seconds / 300)
    return RunSeries(seconds, np.cumsum(speed), speed, rate, altitude)


def main() -> int:
    """Print the figures; return 1 if they are too slow."""
    plan, run, day = workout(), series(), date(2026, 11, 9)
    took_ms = 1000 * best_cpu_s(lambda: compare(plan, [run], workout_date=day), 10)
    ratio = took_ms / numpy_ms()
    print(f"an hour's run compared: {took_ms:.1f} ms, {ratio:.2f} of the calibration")
    return int(ratio > MOST_RATIO)


if __name__ == "__main__":
    raise SystemExit(main())
