"""The command line: each command a few lines over the rooms below."""

import os
import signal
import sys

from rich.console import Console

from runningcoach import i18n
from runningcoach.errors import RunningCoachError
from runningcoach.settings import settings


def main() -> None:
    """Run the command line; an error that a person can mend is two sentences, not a traceback."""
    signal.signal(signal.SIGINT, _leave)  # while modules load there is nothing to undo
    from runningcoach.cli.commands import app

    signal.signal(signal.SIGINT, signal.default_int_handler)
    i18n.use(settings().language)
    try:
        app()
    except RunningCoachError as error:
        console = Console(stderr=True)
        console.print(f"[bold red]{i18n.t('cli.error')}[/]  {error.what()}", highlight=False)
        console.print(f"[bold]{i18n.t('cli.remedy')}[/]  {error.remedy()}", highlight=False)
        sys.exit(1)


def _leave(*_: object) -> None:
    os._exit(128 + signal.SIGINT)
