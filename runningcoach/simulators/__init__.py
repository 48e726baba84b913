"""Servers that stand in for the vendors over real HTTP, in tests and in the demo."""
