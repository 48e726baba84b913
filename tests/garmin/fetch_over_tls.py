"""Connect by both lanes, fetch everything and keep up, with nothing patched: a process of its own.

What goes wrong is written to standard error as a person or a log would see it.
"""

import json
import logging
import sys
from pathlib import Path

from runningcoach.base import logs
from runningcoach.ingest.garmin import connection, sync
from runningcoach.sources.common.pacing import at_once
from runningcoach.store import database


def main(url: str, user_id: str, home: str, email: str, password: str, *told: str) -> None:
    logs.configure("DEBUG", plain=False, stream=sys.stderr)
    logging.getLogger("garmin_personal_api").setLevel(logging.DEBUG)
    key, *codes = told
    place, user = connection.GarminEndpoint(Path(home)), int(user_id)
    with database.connect(url) as conn:
        connection.connect_key(conn, user, key, place)
        found = connection.sign_in(conn, user, email, password, place)
        for code in codes:
            try:
                found = connection.enter_code(conn, user, code, place)
            except connection.WrongDigits as wrong:
                logging.getLogger(__name__).warning("refused: %s", wrong)
        reports = [
            sync.sync(conn, user, place, pace=at_once()),
            sync.backfill(conn, user, place, pace=at_once(), most_requests=10_000),
            sync.sync(conn, user, place, pace=at_once()),
        ]
    said = [(one.stopped, one.new, one.parked, one.requests) for one in reports]
    sys.stdout.write(json.dumps({"status": found.status, "reports": said}))


if __name__ == "__main__":
    main(*sys.argv[1:])
