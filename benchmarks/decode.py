"""How fast a one-hour run is decoded, by us and by fitparse: `python -m benchmarks.decode`.

CPU time of this process, the best of several rounds, so that a busy machine matters little.
"""

import argparse
import io
import time
import warnings
from collections.abc import Callable

import fitparse
import numpy as np

from runningcoach.fit.decode import decode
from runningcoach.fit.write import write
from runningcoach.ingest.files.readers import read

START_S = 1_772_344_800
HOUR_S = 3600
LEAST_RATIO = 40


def one_hour_run(seed: int = 7) -> bytes:
    """Return a run of 3,600 records of twelve fields, with events, laps, session, activity."""
    random = np.random.default_rng(seed)
    t = np.arange(HOUR_S)
    speed = np.round(3.2 + 0.3 * np.sin(t / 200) + random.normal(0, 0.05, HOUR_S), 3)
    distance = np.cumsum(speed)
    records = {
        "timestamp": START_S + t,
        "position_lat": np.rint((37.5 + distance / 111_000) * 2**31 / 180),
        "position_long": np.rint(127.0 * 2**31 / 180),
        "distance": np.round(distance, 2),
        "enhanced_speed": speed,
        "enhanced_altitude": np.round((50 + 10 * np.sin(t / 500)) * 5) / 5,
        "heart_rate": np.clip(150 - 40 * np.exp(-t / 300) + random.normal(0, 1, HOUR_S), 60, 190),
        "cadence": 85 + random.integers(-2, 3, HOUR_S),
        "power": np.rint(240 + random.normal(0, 8, HOUR_S)),
        "vertical_oscillation": np.round(random.normal(90, 3, HOUR_S), 1),
        "stance_time": np.round(random.normal(245, 5, HOUR_S), 1),
        "step_length": np.round(random.normal(1130, 20, HOUR_S), 1),
    }
    totals = {"total_elapsed_time": HOUR_S, "total_timer_time": HOUR_S}
    end = {"timestamp": START_S + HOUR_S, "start_time": START_S, **totals}
    return write(
        [
            ("file_id", {"type": 4, "manufacturer": 1, "product": 4024, "time_created": START_S}),
            ("event", {"timestamp": START_S, "event": 0, "event_type": 0}),
            ("record", records),
            ("event", {"timestamp": START_S + HOUR_S, "event": 0, "event_type": 4}),
            ("lap", {**end, "total_distance": distance[-1]}),
            ("session", {**end, "total_distance": distance[-1], "sport": 1, "sub_sport": 0}),
            ("activity", {"timestamp": START_S + HOUR_S, "total_timer_time": HOUR_S, "type": 0}),
        ]
    )


def by_fitparse(data: bytes) -> None:
    for message in fitparse.FitFile(io.BytesIO(data)).get_messages():
        message.get_values()


def best_cpu_s(work: Callable[[], object], rounds: int) -> float:
    """Return the least CPU time that `work` took."""
    times = []
    for _ in range(rounds):
        begin = time.process_time()
        work()
        times.append(time.process_time() - begin)
    return min(times)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="rounds of fitparse; ours get 20 x")
    rounds = parser.parse_args().rounds
    data = one_hour_run()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # fitparse's own
        theirs = best_cpu_s(lambda: by_fitparse(data), rounds)
    ours = best_cpu_s(lambda: decode(data), rounds * 20)
    whole = best_cpu_s(lambda: read(data, "run.fit"), rounds * 20)
    print(f"one-hour run, {HOUR_S} records of 12 fields, {len(data) / 1000:.0f} kB, CPU time")
    print(f"  fitparse          {theirs * 1e3:8.2f} ms  {HOUR_S / theirs:12,.0f} records/s")
    print(f"  ours              {ours * 1e3:8.2f} ms  {HOUR_S / ours:12,.0f} records/s")
    print(f"  ours to Recording {whole * 1e3:8.2f} ms  {HOUR_S / whole:12,.0f} records/s")
    ratio = theirs / ours
    print(f"  ratio {ratio:.0f} (at least {LEAST_RATIO})")
    return 0 if ratio >= LEAST_RATIO else 1


if __name__ == "__main__":
    raise SystemExit(main())
