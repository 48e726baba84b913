"""The bytes in quarantine: home/quarantine/<sha256>.zst, written once, removed on release."""

from collections.abc import Callable, Iterable
from pathlib import Path

from runningcoach.store import home as homes
from runningcoach.store.blobs import files

FOLDER = "quarantine"


def path(home: Path, sha256: str) -> Path:
    """Return where the bytes of this hash lie when they are in quarantine."""
    return home / FOLDER / f"{sha256}{files.SUFFIX}"


def _plain_path(home: Path, sha256: str) -> Path:
    """Return where earlier versions put them, as they came."""
    return home / FOLDER / sha256


def put(home: Path, sha256: str, data: bytes) -> None:
    """Keep the bytes, compressed, unless they are kept already."""
    if not stored_bytes(home, sha256):
        homes.folder(home, FOLDER)
        homes.put(path(home, sha256), files.compress(data))


def get(home: Path, sha256: str) -> bytes | None:
    """Return the bytes, None where none are kept."""
    try:
        with files.open_compressed(path(home, sha256)) as stream:
            return bytes(stream.read())
    except FileNotFoundError:
        plain = _plain_path(home, sha256)
        return plain.read_bytes() if plain.exists() else None


def remove(home: Path, sha256: str) -> None:
    """Let the bytes go."""
    for place in (path(home, sha256), _plain_path(home, sha256)):
        place.unlink(missing_ok=True)


def stored_bytes(home: Path, sha256: str) -> int:
    """Return how much of the disk they take; 0 when they are not kept."""
    places = (path(home, sha256), _plain_path(home, sha256))
    return sum(place.stat().st_size for place in places if place.exists())


class Quota:
    """What is left for a runner in quarantine; files that do not fit are not kept.

    `held` returns the hashes of what the runner has there; it is asked when the first file comes.
    """

    def __init__(self, home: Path, held: Callable[[], Iterable[str]], most_bytes: int) -> None:
        self._home, self._held, self._most = home, held, most_bytes
        self._left: int | None = None

    def keep(self, sha256: str, data: bytes) -> bool:
        """Keep a file if there is room for it, and return whether it is kept."""
        if stored_bytes(self._home, sha256):
            return True
        size, left = len(files.compress(data)), self._room()
        if size > left:
            return False
        put(self._home, sha256, data)
        self._left = left - size
        return True

    def _room(self) -> int:
        if self._left is None:
            used = sum(stored_bytes(self._home, sha256) for sha256 in set(self._held()))
            self._left = self._most - used
        return self._left
