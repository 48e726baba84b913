"""`python -m runningcoach.api`: the web server alone, as the settings say."""

import sys

from runningcoach.api import server
from runningcoach.base import logs
from runningcoach.base.errors import RunningCoachError
from runningcoach.base.settings import settings
from runningcoach.store import home as homes

if __name__ == "__main__":
    homes.keep_private()
    try:
        logs.configure(settings().log_level)
        server.serve(settings())
    except RunningCoachError as error:
        print(error, file=sys.stderr)  # noqa: T201
        sys.exit(error.exit_code)
