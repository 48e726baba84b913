"""Commands as processes of their own in one home."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from runningcoach.store.database.embedded import EmbeddedPostgres
from tests import commands


class Shell:
    """Runs commands in one home and remembers nothing else."""

    def __init__(self, home: Path) -> None:
        self.home = home
        kept = {
            k: v for k, v in os.environ.items() if not k.startswith(("RUNNINGCOACH", "DATABASE"))
        }
        self.environment = kept | {
            "RUNNINGCOACH_HOME": str(home),
            "RUNNINGCOACH_LANGUAGE": "en",
            "RUNNINGCOACH_PORT": "1",
        }

    def __call__(self, *words: object, **settings: str) -> subprocess.CompletedProcess[str]:
        return commands.run(words, self.environment | settings)


@contextmanager
def beside_a_database(home: Path) -> Iterator[Shell]:
    """A home whose database runs, as beside the program: no command has to start it."""
    with EmbeddedPostgres(home, options={"fsync": "off"}):
        yield Shell(home)
