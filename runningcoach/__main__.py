"""`python -m runningcoach` is the same as `runningcoach`."""

from runningcoach.cli import main

main()
