"""The FIT file format: bytes to columns and back, knowing nothing of activities or tables."""
