"""What every comparison of a plan with what was run has in common."""

ENGINE_VERSION = "1"
"""Rises when the same run would be judged differently."""
REACH_DAYS = 2
"""Workouts and activities this far outside are matched too, so that each finds its own."""
