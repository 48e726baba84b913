"""Runs one notebook by papermill: `python -m runningcoach.serving.notebook_run FOLDER PARENT`.

FOLDER holds the order; the executed notebook, the report and the outcome are left there. The
process ends with its parent, the kernel with the process, however either ends.
"""

import ctypes
import json
import logging
import os
import re
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

import nbformat  # noqa: E402
import papermill  # noqa: E402
from jupyter_client.manager import AsyncKernelManager  # noqa: E402
from nbclient.exceptions import DeadKernelError  # noqa: E402
from papermill.exceptions import PapermillExecutionError  # noqa: E402
from papermill.iorw import papermill_io  # noqa: E402

from runningcoach.base import (  # noqa: E402
    i18n,
    logs,
    parent_process,
)
from runningcoach.base.settings import settings  # noqa: E402
from runningcoach.pages import notebook_folders, run_report  # noqa: E402
from runningcoach.serving import jupyter_dirs  # noqa: E402
from runningcoach.store import home as homes  # noqa: E402

START_S = 120
"""Seconds that a kernel may take to start, on a busy machine."""
LONGEST_ERROR = 2_000
COLOURS = re.compile(r"\x1b\[[0-9;]*m")

log = logging.getLogger(__name__)


def main() -> None:
    """Run the notebook of the folder; write its outcome there."""
    folder, parent = Path(sys.argv[1]), int(sys.argv[2])
    parent_process.follow(parent)
    logs.run_id.set(folder.name)
    logs.configure(settings().log_level, plain=False)
    i18n.use(os.environ.get("RUNNINGCOACH_LANGUAGE", ""))
    order = json.loads((folder / "order.json").read_text(encoding="utf-8"))
    executed = folder / Path(order["notebook"]).name
    _prepare(folder)
    outcome = _run(Path(order["notebook"]), executed, order["parameters"])
    homes.put(folder / "report.html", run_report.page(executed, shows_code=order["shows_code"]))
    homes.put(folder / "outcome.json", json.dumps(outcome, ensure_ascii=False).encode())


def _prepare(folder: Path) -> None:
    """Keep Jupyter's things in our home, sockets where paths are short, secrets out of files."""
    jupyter_dirs.prepare(settings().home, notebook_folders.dashboards())
    sockets = tempfile.mkdtemp(prefix="runningcoach-run-")
    (folder / "sockets").symlink_to(sockets)
    os.environ["JUPYTER_RUNTIME_DIR"] = sockets
    papermill_io.register(str(folder), NotebookWriter())


def _run(notebook: Path, executed: Path, parameters: dict[str, Any]) -> dict[str, str]:
    try:
        papermill.execute_notebook(
            str(notebook),
            str(executed),
            parameters,
            progress_bar=False,
            start_timeout=START_S,
            kernel_manager_class=OurKernel,
            cwd=str(executed.parent),
        )
    except PapermillExecutionError as error:
        message = logs.without_secrets(_plain(f"{error.ename}: {error.evalue}"))
        return {"state": "failed", "error_code": "cell_failed", "error": message[:LONGEST_ERROR]}
    except DeadKernelError:
        return {"state": "failed", "error_code": "kernel_died"}
    return {"state": "succeeded"}


class OurKernel(AsyncKernelManager):
    """An ordinary kernel that talks over sockets of our own, and dies with this process."""

    async def start_kernel(self, **options: Any) -> Any:  # type: ignore[override]
        """Start the kernel."""
        self.transport = "ipc"
        self.connection_file = str(Path(os.environ["JUPYTER_RUNTIME_DIR"]) / "k.json")
        await super().start_kernel(preexec_fn=_dying_with_parent(), **options)


def _dying_with_parent() -> Callable[[], None] | None:
    """Return the function that a child runs first, so that it is killed with its parent."""
    if sys.platform != "linux":
        return None  # the kernel itself looks whether its parent is there, once a second
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(parent_process.PR_SET_PDEATHSIG, signal.SIGKILL)


class NotebookWriter:
    """A writer of the executed notebook: atomic, and without secrets in its outputs."""

    def read(self, path: str) -> str:
        """Return a notebook as text."""
        return Path(path).read_text(encoding="utf-8")

    def write(self, text: str, path: str) -> None:
        """Write a notebook."""
        notebook = nbformat.reads(text, as_version=4)
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.outputs = [_clean(output) for output in cell.outputs]
        homes.put(Path(path), nbformat.writes(notebook).encode())

    def listdir(self, path: str) -> list[str]:
        """Return the names in a folder."""
        return [str(name) for name in Path(path).iterdir()]

    def pretty_path(self, path: str) -> str:
        """Return the path as it is shown."""
        return path


def _clean(value: Any) -> Any:
    """Return an output without colours and secrets, of the same shape."""
    if isinstance(value, str):
        return logs.without_secrets(_plain(value))
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        cleaned = {name: _clean(item) for name, item in value.items()}
        return nbformat.NotebookNode(cleaned)
    return value


def _plain(text: str) -> str:
    return COLOURS.sub("", text)


if __name__ == "__main__":
    main()
