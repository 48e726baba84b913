"""The bytes in quarantine: home/quarantine/<sha256>.zst, written once, removed on release."""

from collections.abc import Callable, Iterable
from pathlib import Path

from runningcoach.store import home as homes
from runningcoach.store.blobs import files

FOLDER = "quarantine"


def path(home: Path, sha256: str) -> Path:
    """Return the path of a file in quarantine."""
    return home / FOLDER / f"{sha256}{files.SUFFIX}"


def _plain_path(home: Path, sha256: str) -> Path:
    """Return the path of earlier versions, uncompressed."""
    return home / FOLDER / sha256


def put(home: Path, sha256: str, data: bytes) -> None:
    """Store the bytes, compressed, unless they are stored already."""
    if not disk_bytes(home, sha256):
        homes.folder(home, FOLDER)
        homes.put(path(home, sha256), files.compress(data))


def get(home: Path, sha256: str) -> bytes | None:
    """Return the bytes; None where none are stored."""
    try:
        with files.open_compressed(path(home, sha256)) as stream:
            return bytes(stream.read())
    except FileNotFoundError:
        plain = _plain_path(home, sha256)
        return plain.read_bytes() if plain.exists() else None


def remove(home: Path, sha256: str) -> None:
    """Delete the bytes."""
    for place in (path(home, sha256), _plain_path(home, sha256)):
        place.unlink(missing_ok=True)


def disk_bytes(home: Path, sha256: str) -> int:
    """Return their size on disk [bytes]; 0 when they are not stored."""
    places = (path(home, sha256), _plain_path(home, sha256))
    return sum(place.stat().st_size for place in places if place.exists())


class Quota:
    """Bytes left for a user in quarantine; files that do not fit are not stored.

    `held` returns the hashes of the user's files there; it is called for the first file.
    """

    def __init__(self, home: Path, held: Callable[[], Iterable[str]], most_bytes: int) -> None:
        self._home, self._held, self._most = home, held, most_bytes
        self._left: int | None = None

    def keep(self, sha256: str, data: bytes) -> bool:
        """Store a file if it fits, and return whether it is stored."""
        if disk_bytes(self._home, sha256):
            return True
        size, left = len(files.compress(data)), self._room()
        if size > left:
            return False
        put(self._home, sha256, data)
        self._left = left - size
        return True

    def _room(self) -> int:
        if self._left is None:
            used = sum(disk_bytes(self._home, sha256) for sha256 in set(self._held()))
            self._left = self._most - used
        return self._left
