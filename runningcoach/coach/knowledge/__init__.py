"""What the coach may cite: passages on running with their sources, and how they are found."""
