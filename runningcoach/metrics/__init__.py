"""The arithmetic of running: NumPy in, NumPy out, no input changed, a missing value never 0."""
