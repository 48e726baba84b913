"""Takes files from the watched folder: `python -m runningcoach.ops.folder_watch`."""

import signal
import sys
from threading import Event
from typing import Any

from psycopg import Connection

from runningcoach.base import i18n, logs, parent_process
from runningcoach.base.settings import settings
from runningcoach.ingest.files import reader_pool
from runningcoach.ingest.watched_folder import watch
from runningcoach.jobs import bring_up_to_date
from runningcoach.ops.owner import ensure_owner
from runningcoach.store import database


def main() -> None:
    """Import files that appear in the folder for the owner, until stopped."""
    parent_process.follow_parent()
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
    with reader_pool.pool(1, engine) as pool:
        watch(
            database.connect, owner.id, folder, home, Event(),
            after=derive, engine=engine, executor=pool,
        )  # fmt: skip


def _leave(*_: object) -> None:
    """Leave at once; a file that is half taken is rolled back and taken at the next start."""
    sys.exit(0)


if __name__ == "__main__":
    main()
