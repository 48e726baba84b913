"""What goes out again: workouts to the watch, calendar feeds."""
