"""`python -m runningcoach.api`: the web server alone, as the settings say."""

import sys

import uvicorn

from runningcoach import logs
from runningcoach.api.app import create_app
from runningcoach.errors import RunningCoachError
from runningcoach.settings import Settings, settings
from runningcoach.store import home as homes

CLOSING_S = 5


def serve(settings: Settings) -> None:
    """Serve until told to stop; our own log lines take the place of uvicorn's."""
    homes.keep_private()
    logs.configure(settings.log_level)
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=CLOSING_S,
    )


if __name__ == "__main__":
    try:
        serve(settings())
    except RunningCoachError as error:
        print(error, file=sys.stderr)  # noqa: T201
        sys.exit(error.exit_code)
