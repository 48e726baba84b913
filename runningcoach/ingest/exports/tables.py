"""Read the tables of account exports in a worker process."""

from collections import Counter

import psycopg

from runningcoach.ingest.exports import garmin_tables, strava_tables
from runningcoach.ingest.exports.strava_tables import ActivityRows
from runningcoach.ingest.files.archives import ImportItem

BAD = (
    *(ValueError, TypeError, KeyError, AttributeError, RecursionError, ArithmeticError),
    *(psycopg.DataError, psycopg.IntegrityError, psycopg.errors.ProgramLimitExceeded),
    psycopg.errors.StatementTooComplex,
)
"""Errors of a damaged table: it goes to quarantine, and the import continues."""


def read(item: ImportItem) -> ActivityRows:
    """Return the entries of a table. Raises one of BAD for another one."""
    data = item.read()
    if item.kind == "csv":
        return strava_tables.parse_rows(data)
    return ActivityRows(garmin_tables.events(item.name, garmin_tables.parse_json(data)), Counter())
