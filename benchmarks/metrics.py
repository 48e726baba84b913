"""CPU time of one activity's metrics, and how they compare with another package.

    python -m benchmarks.metrics

A run of 3,600 samples must be cleaned, measured and weighed within 0.4 of the CPU time of the
loop in `benchmarks.calibration`: 0.28 to 0.31 were measured, the rest is margin. The other
package is trainingload 0.1.0 (PyPI, MIT): over made-up runs its numbers and ours must agree
wherever both follow one convention, within its rounding; where not, the table says why.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
from trainingload import PMCCalculator
from trainingload.tss import TSSCalculator

from benchmarks.calibration import numpy_ms
from benchmarks.decode import best_cpu_s
from runningcoach.demo import runs
from runningcoach.ingest.files.readers import read
from runningcoach.metrics import activity, fitness, load, streams
from runningcoach.metrics.activity import Athlete, Facts, Measures

MOST_RATIO = 0.4
ATHLETE = Athlete(188.0, 49.0, 168.0, 3.9, "male")
ROUNDED = 0.05
"""The other package rounds to one decimal."""
RUNS, RUN_S = 36, 1800


class Compared(NamedTuple):
    """One quantity by both; they must agree within `bound`, None: they need not, and `why`."""

    name: str
    ours: np.ndarray
    theirs: np.ndarray
    bound: float | None
    why: str

    @property
    def apart(self) -> float:
        """The largest difference."""
        return float(np.max(np.abs(self.ours - self.theirs)))

    @property
    def agrees(self) -> bool:
        """Whether the difference is within what is allowed, if anything is asked."""
        return self.bound is None or self.apart <= self.bound + 1e-9


def measured(seconds: int, count: int) -> Iterator[tuple[Facts, Measures]]:
    """Yield the facts and measures of made-up runs."""
    for name, data in runs(count, seconds):
        (recording,) = read(data, name).recordings
        found = activity.facts(streams.clean(recording.samples, recording.pauses), sport="running")
        told = {"distance_m": recording.summary.get("distance_m")}
        yield found, activity.measure(found, ATHLETE, sport="running", **told)


def compared(seconds: int = RUN_S, count: int = RUNS) -> list[Compared]:
    """Return what both packages make of the same runs, one a day."""
    made = list(measured(seconds, count))
    return [*by_pace(made), *by_heart_rate(made), *by_day([m.load or 0.0 for _, m in made])]


def by_pace(made: list[tuple[Facts, Measures]]) -> Iterator[Compared]:
    ours = np.array([m.rtss for _, m in made])
    pace = 1000 / ATHLETE.threshold_speed_mps

    def theirs(speed: str) -> np.ndarray:
        return np.array(
            [
                TSSCalculator.calculate_run_tss(
                    f.moving_s, f.moving_s * getattr(f, speed), threshold_pace_seconds=pace
                )
                for f, _ in made
            ]
        )

    yield Compared("load by pace, same NGP", ours, theirs("ngp_mps"), ROUNDED, "one formula")
    why = "theirs takes the mean: hard stretches weigh no more"
    yield Compared("load by pace, mean GAP", ours, theirs("gap_mps"), None, why)


def by_heart_rate(made: list[tuple[Facts, Measures]]) -> Iterator[Compared]:
    highest, threshold = int(ATHLETE.hrmax_bpm), int(ATHLETE.lthr_bpm)
    rest = int(0.4 * highest)  # trainingload takes this for everybody
    seconds = [int(f.active_s) for f, _ in made]
    rates = [round(f.average_hr_bpm) for f, _ in made]
    pairs = list(zip(seconds, rates, strict=True))
    theirs = np.array(
        [
            TSSCalculator.calculate_run_tss(s, avg_hr=r, hr_threshold=threshold, hr_max=highest)
            for s, r in pairs
        ]
    )
    share = (threshold - rest) / (highest - rest)
    limits = {"hrrest_bpm": rest, "hrmax_bpm": highest, "threshold_reserve": share}
    squared = np.array([load.hrtss_reserve_squared(s, r, **limits) for s, r in pairs])
    yield Compared("load by heart rate, squared", squared, theirs, ROUNDED, "one formula")
    ours = np.array([m.hrtss for _, m in made])
    why = "ours sums TRIMP by second with one's own HRrest; theirs squares the mean, HRrest 0.4 max"
    yield Compared("load by heart rate, TRIMP", ours, theirs, None, why)


def by_day(loads: list[float]) -> Iterator[Compared]:
    """Yield fitness, fatigue and form of days: a run every other day."""
    daily = np.zeros(2 * len(loads))
    daily[::2] = loads
    first = date(2026, 1, 1)
    dated = {first + timedelta(days=i): value for i, value in enumerate(daily.tolist())}
    theirs = PMCCalculator().calculate_pmc(dated, first, max(dated))
    for convention, bound in (("reciprocal", ROUNDED), ("exp", None)):
        ctl, atl = fitness.ctl(daily, convention), fitness.atl(daily, convention)
        why = "both 1/tau" if bound else "ours 1 - exp(-1/tau)"
        for name, ours in (("ctl", ctl), ("atl", atl)):
            other = np.array([getattr(day, name) for day in theirs])
            yield Compared(f"{name}, {convention}", ours, other, bound, why)
    ctl, atl = fitness.ctl(daily, "reciprocal"), fitness.atl(daily, "reciprocal")
    form = np.array([day.tsb for day in theirs])
    yield Compared("form, same day", fitness.tsb(ctl, atl, "sameday"), form, ROUNDED, "same")
    yesterday = fitness.tsb(ctl, atl)[1:]
    yield Compared("form, yesterday", yesterday, form[1:], None, "ours is known in the morning")


def timed(seconds: int, rounds: int) -> dict[str, float]:
    """Return CPU milliseconds of each part for one run of so many samples."""
    ((name, data),) = runs(1, seconds)
    (recording,) = read(data, name).recordings
    samples, pauses = recording.samples, recording.pauses
    clean = streams.clean(samples, pauses)
    found = activity.facts(clean, sport="running")
    work = {
        "clean": lambda: streams.clean(samples, pauses),
        "facts": lambda: activity.facts(clean, sport="running"),
        "measure": lambda: activity.measure(found, ATHLETE, sport="running"),
    }
    parts = {part: 1e3 * best_cpu_s(run, rounds) for part, run in work.items()}
    return {"samples": len(clean), **parts, "all": sum(parts.values())}


def main() -> int:
    hour, day, loop_ms = timed(3600, 100), timed(28_800, 10), numpy_ms()
    ratio = hour["all"] / loop_ms
    print("CPU ms of one run")
    for parts in (hour, day):
        print("  " + "  ".join(f"{name} {value:.2f}" for name, value in parts.items()))
    print(
        f"  3,600 samples: {ratio:.2f} of a NumPy loop of {loop_ms:.1f} ms (at most {MOST_RATIO:g})"
    )
    print(f"against trainingload 0.1.0, {RUNS} runs: largest difference")
    rows = compared()
    for row in rows:
        word = "differs" if row.bound is None else ("agrees" if row.agrees else "WRONG")
        print(f"  {row.name:28} {row.apart:7.2f}  {word:8} {row.why}")
    return 0 if ratio <= MOST_RATIO and all(row.agrees for row in rows) else 1


if __name__ == "__main__":
    raise SystemExit(main())
