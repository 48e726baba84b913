"""The key of a model server that the environment gave this installation, sealed in its home.

No child process has it in its environment, so that neither a notebook nor a log can show it; who
may use it reads it here. It belongs to one address and is never sent to another.
"""

import json
from pathlib import Path
from typing import NamedTuple

from pydantic import SecretStr

from runningcoach.base.security import Sealer
from runningcoach.base.settings import Settings
from runningcoach.store import home as homes

KEY_FILE = "installation.key"
SEALED_FILE = "ai_key"


class InstallationKey(NamedTuple):
    """A key and the address of the server that it is for; None is OpenAI's."""

    key: SecretStr
    base_url: str | None


def put(settings: Settings) -> None:
    """Seal the key of the settings in the home; remove an earlier one where they have none."""
    path = _path(settings.home)
    if settings.ai_key is None:
        path.unlink(missing_ok=True)
        return
    sealer = Sealer(settings.home, KEY_FILE)
    sealer.make_key()
    content = {"key": settings.ai_key.get_secret_value(), "base_url": settings.ai_base_url}
    homes.folder(settings.home, "secrets")
    homes.put(path, sealer.seal(json.dumps(content)))


def get(settings: Settings, home: Path) -> InstallationKey | None:
    """Return the key of the settings, else the one that is sealed in the home."""
    if settings.ai_key is not None:
        return InstallationKey(settings.ai_key, settings.ai_base_url)
    try:
        sealed = _path(home).read_bytes()
    except FileNotFoundError:
        return None
    content = json.loads(Sealer(home, KEY_FILE).unseal(sealed))
    return InstallationKey(SecretStr(content["key"]), content["base_url"])


def _path(home: Path) -> Path:
    return home / "secrets" / SEALED_FILE
