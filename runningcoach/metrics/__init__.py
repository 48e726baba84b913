"""The arithmetic of running: NumPy in, NumPy out, no input changed, a missing value never 0.

Times are seconds, distances metres, speeds m/s, heart rates whole beats a minute; units stand
in the names. Undefined is NaN in an array and None as a single value.
"""

ENGINE_VERSION = "3"
"""Stored with every value; raised when a formula or a cleaning rule changes its results."""
