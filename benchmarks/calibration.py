"""What this machine does in the same run, for benchmarks to be ratios to: they hold on any machine.

A limit is a measured ratio times a margin. The ratio moves far less than the time where other work
is going on: over three rounds at a load of 15 on two cores, metrics were 0.28 to 0.31 of
`numpy_ms`, while their time was twice the 2.9 ms of a quiet machine.
"""

import numpy as np

from benchmarks.decode import best_cpu_s

TIMES = 200


def numpy_ms(rounds: int = 10) -> float:
    """Return the CPU milliseconds of a loop of NumPy calls on an hour of samples."""
    samples = np.random.default_rng(1).normal(size=3600)
    window = np.full(30, 1 / 30)

    def loop() -> None:
        for _ in range(TIMES):
            np.convolve(samples, window, "same")
            np.sort(samples)
            np.cumsum(samples * samples)

    return 1e3 * best_cpu_s(loop, rounds)
