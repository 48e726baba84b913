"""The word of the week: what was run, what went well, what to watch, and the week to come."""
