"""Starts everything on a bare machine, keeps it running, and stops it cleanly."""
