"""Fetch a runner's whole history in a process of its own, until it is done or killed."""

import sys
import time
from pathlib import Path

from runningcoach.ingest.garmin import connection, sync
from runningcoach.sources.common.pacing import at_once
from runningcoach.store import database


def main(url: str, user_id: str, home: str, garmin: str) -> None:
    place = connection.GarminEndpoint(Path(home), garmin or None)
    with database.connect(url) as conn:
        for _ in range(50):
            try:
                report = sync.backfill(conn, int(user_id), place, pace=at_once())
            except connection.GarminBusy:  # the killed one's connection has not been closed yet
                time.sleep(0.1)
            else:
                sys.stdout.write(f"{report.stopped}\n")
                return


if __name__ == "__main__":
    main(*sys.argv[1:])
