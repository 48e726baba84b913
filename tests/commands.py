"""Commands of the program, each in a process of its own that begins with all modules loaded.

`python -m runningcoach` loads modules for a second and more. Here one server loads them once and
forks for each command; environment, folder, arguments, input and output are the command's own,
and it ends as any process does. Tests whose subject is the start itself start Python anew.
"""

import atexit
import importlib
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

COLUMNS = "300"
"""Consoles are made as their modules are loaded, so the width is the server's."""
LOADED_LATER = (
    *("cli.plan", "cli.plan_edits", "cli.plan_requests", "coach.plans.overview"),
    *("coach.plans.planner", "coach.plans.editing", "coach.plans.validator.finding_words"),
    *("coach.plans.text.render", "jobs.workout_push_requests"),
)
"""What commands of plans load when they are run, which takes most of their time."""
PROJECT = Path(__file__).resolve().parents[1]


def run(
    words: Sequence[object],
    environment: Mapping[str, str],
    answer: str = "",
    timeout: float = 120,
) -> subprocess.CompletedProcess[str]:
    """Run `runningcoach <words>`, with an answer to what it asks."""
    arguments = ["runningcoach", *map(str, words)]
    folder = Path(tempfile.mkdtemp(prefix="rc-command-"))
    try:
        (folder / "stdin").write_text(answer)
        order = {
            "folder": str(folder),
            "arguments": arguments,
            "environment": {**environment, "COLUMNS": COLUMNS},
        }
        server = _server()
        assert server.stdin is not None
        server.stdin.write(json.dumps(order | {"cwd": str(Path.cwd())}) + "\n")
        server.stdin.flush()
        code = _wait(folder, timeout)
        out, err = ((folder / name).read_text() for name in ("stdout", "stderr"))
        return subprocess.CompletedProcess(arguments, code, out, err)
    finally:
        shutil.rmtree(folder)


def _wait(folder: Path, timeout: float) -> int:
    """Return the exit code of the command of a folder; kill what takes too long."""
    give_up = time.monotonic() + timeout
    while not (folder / "code").exists():
        if time.monotonic() > give_up:
            os.killpg(int((folder / "pid").read_text()), signal.SIGKILL)
            raise TimeoutError((folder / "stderr").read_text())
        time.sleep(0.005)
    return int((folder / "code").read_text())


@cache
def _server() -> subprocess.Popen[str]:
    """Start the server; it ends with this process, which holds its input open."""
    server = subprocess.Popen(
        [sys.executable, __file__],
        stdin=subprocess.PIPE, text=True, cwd=PROJECT, env=os.environ | {"COLUMNS": COLUMNS},
    )  # fmt: skip

    def end() -> None:
        server.communicate()

    atexit.register(end)
    return server


def _serve() -> None:
    """Fork for each order that comes, until the input ends."""
    for module in ("cli.commands", *LOADED_LATER):
        importlib.import_module(f"runningcoach.{module}")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those who wait
    for line in os.fdopen(os.dup(0)):
        if os.fork() == 0:
            return _watch(json.loads(line))
    return None


def _watch(order: dict) -> None:
    """Fork once more, wait for the command and leave its exit code."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    folder = Path(order["folder"])
    (folder / "pid").write_text(str(os.getpid()))
    command = os.fork()
    if command == 0:
        return _become(order, folder)
    _, status = os.waitpid(command, 0)
    (folder / "ended").write_text(str(os.waitstatus_to_exitcode(status)))
    (folder / "ended").rename(folder / "code")
    os._exit(0)


def _become(order: dict, folder: Path) -> None:
    """Be the command, as `python -m runningcoach` is."""
    from runningcoach.cli import main

    for number, name in enumerate(("stdin", "stdout", "stderr")):
        file = os.open(folder / name, os.O_RDWR | os.O_CREAT, 0o600)
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(order["environment"])
    os.chdir(order["cwd"])
    sys.argv = order["arguments"]
    sys.modules["__main__"].__spec__ = importlib.util.find_spec("runningcoach.__main__")
    main()


if __name__ == "__main__":
    _serve()
