"""DataFrame in, Altair chart out."""
