"""Import a folder and derive what follows, as a program of its own: one to be killed."""

import sys
from pathlib import Path

from runningcoach.derive import rebuild
from runningcoach.ingest import imports
from runningcoach.store import database


def main(url: str, user_id: int, folder: Path, home: Path) -> None:
    """Do what the command `import` does."""
    with database.connect(url) as conn:
        imports.take(conn, user_id, folder, home=home, workers=2)
        rebuild.refresh(conn, user_id)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4]))
