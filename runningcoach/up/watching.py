"""Takes files from the watched folder: `python -m runningcoach.up.watching`."""

import signal
import sys
from threading import Event
from typing import Any

from psycopg import Connection

from runningcoach import i18n, logs
from runningcoach.ingest import readers
from runningcoach.ingest.watch import watch
from runningcoach.jobs import bring_up_to_date
from runningcoach.jupyter import lifeline
from runningcoach.settings import settings
from runningcoach.store import database
from runningcoach.up.owner import ensure_owner


def main() -> None:
    """Import for the owner whatever appears in the folder, until told to stop."""
    lifeline.follow_parent()
    logs.configure(settings().log_level)
    i18n.use(settings().language)
    signal.signal(signal.SIGTERM, _leave)
    folder, home = settings().watch, settings().home
    if folder is None:
        sys.exit("RUNNINGCOACH_WATCH is not set")
    with database.connect() as conn:
        owner = ensure_owner(conn, settings())

    def derive(conn: Connection[Any], _: object) -> None:
        bring_up_to_date(conn, owner.id, home)

    engine = settings().fit_engine
    with readers.pool(1, engine) as pool:
        watch(
            database.connect, owner.id, folder, home, Event(),
            after=derive, engine=engine, executor=pool,
        )  # fmt: skip


def _leave(*_: object) -> None:
    """Leave at once; a file that is half taken is rolled back and taken at the next start."""
    sys.exit(0)


if __name__ == "__main__":
    main()
