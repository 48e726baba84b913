"""The FIT file format: bytes to columns and back, knowing nothing of activities or tables."""

from runningcoach.fit.decode import FitFile, read

__all__ = ["FitFile", "read"]
