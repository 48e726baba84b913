"""Charts: a table of numbers in, an Altair chart out. No query, no arithmetic of running."""
