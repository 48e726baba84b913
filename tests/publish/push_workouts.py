"""Push a runner's workouts in a process of its own, until it is done or killed."""

import sys
import time
from pathlib import Path

from runningcoach.ingest.garmin import connection
from runningcoach.publish.resolution import keep_targets
from runningcoach.publish.workouts import sync_workouts
from runningcoach.sources.common.pacing import at_once
from runningcoach.store import database
from tests.publish.conftest import timed_to_garmin


def main(url: str, user_id: str, home: str, garmin: str) -> None:
    endpoint = connection.GarminEndpoint(Path(home), garmin)
    with database.connect(url) as conn:
        for _ in range(50):
            try:
                report = sync_workouts(
                    conn,
                    int(user_id),
                    endpoint,
                    resolve=keep_targets,
                    to_garmin=timed_to_garmin,
                    pace=at_once(),
                )
            except connection.GarminBusy:  # the killed process's connection is not closed yet
                time.sleep(0.1)
            else:
                sys.stdout.write(f"{report.stopped}\n")
                return


if __name__ == "__main__":
    main(*sys.argv[1:])
