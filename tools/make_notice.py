"""Write NOTICE, the licences of all that the program is installed with: `make notice`.

Names and versions are those of requirements.lock, licences those that the installed packages state.
A package that is installed on other systems or Pythons only is listed with that condition.
"""

import re
import textwrap
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

PROJECT = Path(__file__).resolve().parents[1]
LOCK, NOTICE = PROJECT / "requirements.lock", PROJECT / "NOTICE"
LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)(?: *; *([^\\\n]*[^\\\s]))?", re.MULTILINE)
LONGEST_WORDS = 60
HEAD = """\
RunningCoach
Licensed under the Apache License, Version 2.0; see LICENSE.

It is installed together with the packages below, each under its own licence. The text of a licence
lies with the installed package, in its folder `<name>-<version>.dist-info`.

"""


class Locked(NamedTuple):
    """A line of the lock file; `condition` says where the package is installed."""

    name: str
    version: str
    condition: str


def locked(text: str) -> list[Locked]:
    """Return the packages of a lock file."""
    return [Locked(*found) for found in LOCKED.findall(text)]


def licence(package: Locked) -> str:
    """Return the licence that an installed package states."""
    try:
        stated = metadata.metadata(package.name)
    except metadata.PackageNotFoundError:
        return f"comes with it (only where {package.condition})"
    classifiers = stated.get_all("Classifier") or []
    return (
        stated.get("License-Expression")
        or _short(stated.get("License"))
        or " / ".join(c.split(" :: ")[-1] for c in classifiers if c.startswith("License ::"))
        or textwrap.shorten((stated.get("License") or "see the package").split("\n")[0], 60)
    )


def _short(words: str | None) -> str:
    """Return the words if they name a licence; some packages put its whole text there."""
    is_name = words and words != "UNKNOWN" and "\n" not in words and len(words) < LONGEST_WORDS
    return words if words and is_name and not words.startswith("Copyright") else ""


def notice(packages: list[Locked]) -> str:
    """Return the text of NOTICE."""
    lines = [f"{one.name} {one.version}: {licence(one)}\n" for one in packages]
    return HEAD + "".join(lines)


if __name__ == "__main__":
    NOTICE.write_text(notice(locked(LOCK.read_text(encoding="utf-8"))), encoding="utf-8")
