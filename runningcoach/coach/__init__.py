"""The coach: plans that are made by rule, checked, simulated, compared with what was run."""
