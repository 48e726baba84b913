"""Each hot path measured as a user meets it; ratios, counts and percentiles, not timed tests."""
