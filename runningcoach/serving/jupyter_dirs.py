"""Jupyter's folders inside the program's home, apart from the user's own Jupyter.

A template or kernel that the user installed for other purposes must not change the pages.
"""

import os
import shutil
import tempfile
from pathlib import Path


def prepare(home: Path, pages: Path) -> None:
    """Make Jupyter's folders under `home`; set them for this process and its children.

    `pages` is the folder of the pages; their templates lie in its `templates`.
    """
    folder = home / "run" / "jupyter"
    places = {
        "JUPYTER_CONFIG_DIR": folder / "config",
        "JUPYTER_DATA_DIR": folder / "data",
        "JUPYTER_RUNTIME_DIR": folder / "runtime",
        "IPYTHONDIR": folder / "ipython",
    }
    for variable, place in places.items():
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.environ[variable] = str(place)
    os.environ.pop("JUPYTER_PATH", None)
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"
    os.environ["JUPYTER_NO_CONFIG"] = "1"
    _link(places["JUPYTER_DATA_DIR"] / "voila" / "templates", pages / "templates")


def library() -> Path:
    """Return the folder of the chart library, once `prepare` has been called.

    It is a second one in which Voila looks for files of the template; the first may be read-only.
    """
    data = Path(os.environ["JUPYTER_DATA_DIR"])
    return data / "nbconvert" / "templates" / "jarvis" / "static"


def sockets(home: Path, server: str) -> Path:
    """Return a fresh, private folder for the sockets of a server's kernels.

    It lies where paths are short: the system takes 107 bytes for the name of a socket. The folder
    of the run before is removed.
    """
    link = home / "run" / "jupyter" / f"sockets-{server}"
    if link.is_symlink():
        shutil.rmtree(link.readlink(), ignore_errors=True)
        link.unlink()
    folder = Path(tempfile.mkdtemp(prefix="runningcoach-kernels-"))
    link.symlink_to(folder)
    return folder


def _link(place: Path, target: Path) -> None:
    """Let `place`, where Voila looks for templates, be ours."""
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.is_symlink() and place.readlink() == target:
        return
    place.unlink(missing_ok=True)
    place.symlink_to(target, target_is_directory=True)
