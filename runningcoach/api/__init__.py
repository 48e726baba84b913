"""HTTP: one file for each first URL segment."""
