"""Workouts as text: read what runners type, write what can be read back."""
