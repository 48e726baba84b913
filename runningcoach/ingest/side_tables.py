"""Tables of account exports, which stand beside the activity files: read in a worker process."""

from collections import Counter

import psycopg

from runningcoach.ingest import garmin_export, strava_export
from runningcoach.ingest.archives import Item
from runningcoach.ingest.strava_export import Rows

BAD = (
    *(ValueError, TypeError, KeyError, AttributeError, RecursionError, ArithmeticError),
    *(psycopg.DataError, psycopg.IntegrityError, psycopg.errors.ProgramLimitExceeded),
    psycopg.errors.StatementTooComplex,
)
"""What a table can be wrong in: it goes to quarantine, and the import goes on."""


def read(item: Item) -> Rows:
    """Return the entries of a table. Raises one of BAD for another one."""
    data = item.read()
    if item.kind == "csv":
        return strava_export.rows_of(data)
    return Rows(garmin_export.events(item.name, garmin_export.parsed(data)), Counter())
