"""Passwords, session tokens, and secrets sealed by a key that is not in the database."""

import contextlib
import hashlib
import os
import secrets
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from runningcoach.base.errors import RunningCoachError

_hasher = PasswordHasher()

HARMLESS = frozenset(
    [
        *("PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "TZ", "LANG", "LC_ALL", "LC_CTYPE"),
        *("LD_LIBRARY_PATH", "PYTHONPATH", "VIRTUAL_ENV"),
        *("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "JE_ARROW_MALLOC_CONF"),
        *("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"),
        *("RUNNINGCOACH_HOME", "RUNNINGCOACH_TIMEZONE", "RUNNINGCOACH_LOG_LEVEL"),
        *("RUNNINGCOACH_DATABASE_FILE", "RUNNINGCOACH_GARMIN_URL"),
        *("GARMIN_BACKFILL_DAYS", "GARMIN_REQUESTS_A_DAY"),
    ]
)
"""Environment variables for notebooks: no secrets. A cell that shows a wrong value would
show it to the reader."""


def harmless(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the part of an environment that holds no secret."""
    return {name: value for name, value in environment.items() if name in HARMLESS}


class MissingKey(RunningCoachError):
    """There are sealed secrets, but not the key that opens them."""

    code = "store.missing_key"


class WrongKey(RunningCoachError):
    """None of the keys opens a secret."""

    code = "store.wrong_key"


# Passwords -----------------------------------------------------------------------------------


def hash_password(password: str) -> str:
    """Return the Argon2 hash of a password, salt and cost included."""
    return _hasher.hash(password)


def verify_password(hash: str | None, password: str) -> bool:
    """Return whether the password is the one that was hashed.

    Without a hash (no such user) it takes as long to say no, so that names cannot be guessed.
    """
    try:
        return _hasher.verify(hash or _nobodys_hash(), password) and hash is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys_hash() -> str:
    return hash_password(secrets.token_urlsafe(32))


def needs_rehash(hash: str) -> bool:
    """Return whether a hash was made at a lower cost than is due today."""
    return _hasher.check_needs_rehash(hash)


# Tokens --------------------------------------------------------------------------------------


def new_token() -> str:
    """Return a token of 256 random bits, for a session cookie."""
    return secrets.token_urlsafe(32)


API_TOKEN_PREFIX = "rc_"  # noqa: S105 - what all of them share
"""What an API token begins with, so that it is recognised wherever it leaks to."""


def new_api_token() -> str:
    """Return a token of 256 random bits, for scripts and feeds."""
    return API_TOKEN_PREFIX + new_token()


def token_sha256(token: str) -> bytes:
    """Return the hash under which a token is remembered; the token itself never is."""
    return hashlib.sha256(token.encode()).digest()


SESSION_COOKIE = "runningcoach_session"


def cookie(header: str, name: str) -> str | None:
    """Return the value of a cookie in a Cookie header; None when it is not there or empty.

    Other programs on the same host set cookies too, of whatever form: they are passed over, as
    browsers' own rules (RFC 6265) say, and not one of them hides ours.
    """
    for pair in header.split(";"):
        key, _, value = pair.partition("=")
        if key.strip() == name and (value := value.strip().strip('"')):
            return value
    return None


# Secrets -------------------------------------------------------------------------------------


class Sealer:
    """Seals secrets with the newest key of a home and opens them with any of its keys.

    The keys stand in a file of home/secrets, one a line, newest first: master.key for what the
    database holds, device.key for the cookies by which a browser is recognised.
    """

    def __init__(self, home: Path, key_file: str = "master.key") -> None:
        self.key_file = home / "secrets" / key_file

    def has_key(self) -> bool:
        """Return whether there is a key."""
        return self.key_file.exists()

    def make_key(self) -> None:
        """Make the first key, unless there is one."""
        if not self.has_key():
            self.key_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with contextlib.suppress(FileExistsError):  # another process was faster
                _write(self.key_file, Fernet.generate_key(), replace=False)

    def add_key(self) -> None:
        """Put a new key before the others; from now on it seals."""
        _write(self.key_file, Fernet.generate_key() + b"\n" + self._text(), replace=True)

    def seal(self, secret: str) -> bytes:
        """Return the sealed form of a secret."""
        return self._fernet().encrypt(secret.encode())

    def unseal(self, sealed: bytes) -> str:
        """Return the secret of a sealed form."""
        try:
            return self._fernet().decrypt(sealed).decode()
        except InvalidToken as error:
            raise WrongKey(path=self.key_file) from error

    def _text(self) -> bytes:
        try:
            return self.key_file.read_bytes()
        except FileNotFoundError as error:
            raise MissingKey(path=self.key_file) from error

    def _fernet(self) -> MultiFernet:
        try:
            return MultiFernet([Fernet(key) for key in self._text().split()])
        except ValueError as error:
            raise WrongKey(path=self.key_file) from error


def _write(path: Path, text: bytes, *, replace: bool) -> None:
    """Write a file atomically, readable by its owner only."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path) if replace else os.link(temporary, path)
    finally:
        Path(temporary).unlink(missing_ok=True)
