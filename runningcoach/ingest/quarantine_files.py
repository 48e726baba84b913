"""The bytes in quarantine: home/quarantine/<sha256>, written once, removed on release."""

from pathlib import Path

from runningcoach.store import home as homes

FOLDER = "quarantine"


def path(home: Path, sha256: str) -> Path:
    """Return where the bytes of this hash lie when they are in quarantine."""
    return home / FOLDER / sha256


def put(home: Path, sha256: str, data: bytes) -> None:
    """Keep the bytes, unless they are kept already."""
    target = homes.folder(home, FOLDER) / sha256
    if not target.exists():
        homes.put(target, data)


def get(home: Path, sha256: str) -> bytes | None:
    """Return the bytes, None where none are kept."""
    try:
        return path(home, sha256).read_bytes()
    except FileNotFoundError:
        return None


def remove(home: Path, sha256: str) -> None:
    """Let the bytes go."""
    path(home, sha256).unlink(missing_ok=True)
