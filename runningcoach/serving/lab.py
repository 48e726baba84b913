"""JupyterLab for the owner: `python -m runningcoach.serving.lab --port PORT`.

It is a shell on this machine for whoever logs in as the owner, so it only runs when asked for.
"""

import argparse
import logging
import os
import shutil
import sys
from pathlib import Path

sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

from jupyterlab.labapp import LabApp  # noqa: E402
from traitlets.config import Config  # noqa: E402

from runningcoach.base import parent_process  # noqa: E402
from runningcoach.base.settings import settings  # noqa: E402
from runningcoach.pages import notebook_folders  # noqa: E402
from runningcoach.serving import jupyter_dirs  # noqa: E402
from runningcoach.serving.identity import OwnerIdentityProvider  # noqa: E402
from runningcoach.serving.user_kernels import OwnedKernels  # noqa: E402

BASE_URL = "/lab/"
COPIED = ("explore", "review")
"""Folders of notebooks that the owner gets as copies to change."""

IDLE_S = 3600


def copy_notebooks(home: Path) -> Path:
    """Return the owner's folder of notebooks; put those in that are not there yet."""
    folder = home / "notebooks"
    folder.mkdir(parents=True, exist_ok=True)
    for name in COPIED:
        for original in sorted((notebook_folders.notebooks() / name).rglob("*.ipynb")):
            copy = folder / name / original.relative_to(notebook_folders.notebooks() / name)
            if not copy.exists():
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(original, copy)
    return folder


def configuration(folder: Path, port: int, log_level: str) -> Config:
    """Return how JupyterLab is run."""
    return Config(
        Application={"log_level": logging.getLevelNamesMapping()[log_level]},
        ServerApp={
            "identity_provider_class": OwnerIdentityProvider,
            "kernel_manager_class": OwnedKernels,
            "base_url": BASE_URL,
            "ip": "127.0.0.1",
            "port": port,
            "port_retries": 0,
            "open_browser": False,
            "allow_root": True,
            "allow_remote_access": True,
            "allow_unauthenticated_access": False,
            "root_dir": str(folder),
            "jpserver_extensions": {"voila.server_extension": False},
            "tornado_settings": {"login_url": "/login"},
        },
        # Nothing is fetched from other hosts unasked.
        LabApp={
            "news_url": None,
            "check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
            "extension_manager": "readonly",
        },
        MappingKernelManager={"cull_idle_timeout": IDLE_S},
        KernelManager={"transport": "ipc"},
        OwnedKernels={"most": 30},
    )


def main() -> None:
    """Serve JupyterLab until told to stop."""
    parent_process.follow_parent()
    parser = argparse.ArgumentParser(prog="runningcoach.serving.lab")
    parser.add_argument("--port", type=int, default=8888)
    port = parser.parse_args().port
    jupyter_dirs.prepare(settings().home, notebook_folders.dashboards())
    folder = copy_notebooks(settings().home)
    config = configuration(folder, port, settings().log_level)
    sockets = jupyter_dirs.sockets(settings().home, "lab")
    os.environ["JUPYTER_RUNTIME_DIR"] = str(sockets)  # where it keeps the sockets of kernels
    try:
        LabApp.initialize_server(argv=[], config=config).start()
    finally:
        shutil.rmtree(sockets, ignore_errors=True)


if __name__ == "__main__":
    main()
