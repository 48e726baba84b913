"""The command line: each command a few lines over the rooms below."""

import os
import signal
import sys

from rich.console import Console
from rich.text import Text

from runningcoach.base import i18n
from runningcoach.base.errors import RunningCoachError
from runningcoach.base.settings import settings, variable


def main() -> None:
    """Run the command line; an error that a person can mend is two sentences, not a traceback."""
    signal.signal(signal.SIGINT, _leave)  # while modules load there is nothing to undo
    from runningcoach.cli.commands import app
    from runningcoach.store.home import keep_private

    signal.signal(signal.SIGINT, signal.default_int_handler)
    keep_private()
    i18n.use(os.environ.get(variable("language"), "").lower())
    try:
        i18n.use(settings().language)
        app()
    except RunningCoachError as error:
        console = Console(stderr=True)
        _say(console, i18n.t("cli.error"), error.what(), "bold red")
        _say(console, i18n.t("cli.remedy"), error.remedy(), "bold")
        sys.exit(error.exit_code)


def _say(console: Console, heading: str, words: str, style: str) -> None:
    """Print words behind their heading; brackets in them are brackets, not markup."""
    line = Text.assemble((heading, style), "  ", words)
    console.print(line, highlight=False, soft_wrap=True)


def _leave(*_: object) -> None:
    os._exit(128 + signal.SIGINT)
