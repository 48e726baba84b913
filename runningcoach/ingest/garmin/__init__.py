"""Garmin's answers, from the gate that asks to the tables that they fill."""
