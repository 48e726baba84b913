"""How planned workouts were run: which activity ran which, step by step, with a score."""
