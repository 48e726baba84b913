"""A warm process that forks into kernels: `python -m runningcoach.serving.zygote SOCKET`.

It imports once what pages need, then answers requests on a unix socket: a message of JSON
{"argv", "env", "cwd"} with the reading end of a pipe; the answer is {"pid"} with a pidfd. The
kernel ends when the pipe's other end is closed (the server that asked is gone) and when the
zygote is gone.

Forking is only safe with a single thread and with no connection open, so nothing here may start
a thread or connect; `serve` refuses to begin otherwise.
"""

import gc
import importlib
import json
import os
import pkgutil
import random
import signal
import socket
import sys
from pathlib import Path
from typing import Any, NoReturn

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("JE_ARROW_MALLOC_CONF", "background_thread:false")
# Two slow imports that pages do without: a grammar for checking internationalised URIs (half of
# Altair's import time) and the debugger.
sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
sys.modules["debugpy"] = None  # type: ignore[assignment]

import numpy as np  # noqa: E402

from runningcoach.base import i18n, parent_process  # noqa: E402
from runningcoach.serving import unix_sockets  # noqa: E402

LIBRARIES = [
    *("pandas", "altair", "pyarrow", "pyarrow.parquet", "psycopg", "psycopg.types.json"),
    *("ipywidgets", "ipykernel.kernelapp", "ipykernel.zmqshell", "ipykernel.ipkernel"),
    *("IPython.core.completer", "IPython.core.completerlib", "IPython.core.debugger"),
    *("IPython.core.logger", "IPython.core.oinspect", "IPython.extensions.storemagic"),
    *("IPython.utils.wildcard", "tornado.platform.asyncio", "tornado.locks", "tornado.queues"),
    *("faulthandler", "sqlite3", "psutil", "http.server", "zoneinfo"),
]
ROOMS = [
    "runningcoach.derive",
    "runningcoach.pages.charts",
    "runningcoach.pages.tiles",
    "runningcoach.store",
]
MODULES = ["runningcoach.pages.page", "runningcoach.pages.session"]
REQUEST_BYTES = 200_000


def main() -> None:
    """Warm up, then fork for ever."""
    parent_process.follow_parent()
    warm()
    serve(sys.argv[1])


def warm() -> None:
    """Import what pages will import."""
    for name in [*LIBRARIES, *_modules_of(ROOMS), *MODULES]:
        try:
            importlib.import_module(name)
        except ImportError as error:
            _say(f"not warmed: {name}: {error}")


def _modules_of(packages: list[str]) -> list[str]:
    """Return the names of all modules inside `packages`."""
    return [
        module.name
        for package in map(importlib.import_module, packages)
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    ]


def serve(path: str) -> NoReturn:
    """Answer requests for kernels on the socket at `path`."""
    if (threads := len([*Path("/proc/self/task").iterdir()])) != 1:
        sys.exit(f"{threads} threads run: forking is not safe")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system buries kernels
    listener = unix_sockets.listening(path)
    gc.collect()
    gc.freeze()  # what is warm now stays shared: the collector never touches it again
    _say("ready")
    while True:
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(1.0)
            _answer(listener, connection)


def _answer(listener: socket.socket, connection: socket.socket) -> None:
    """Fork for one request; a broken one is passed over."""
    pipes: list[int] = []
    try:
        message, pipes, _, _ = socket.recv_fds(connection, REQUEST_BYTES, 1)
        if pipes:
            _fork(listener, connection, json.loads(message), pipes[0])
    except (OSError, ValueError) as error:
        _say(f"request passed over: {error}")
    finally:
        for pipe in pipes:
            os.close(pipe)


def _fork(
    listener: socket.socket, connection: socket.socket, request: dict[str, Any], pipe: int
) -> None:
    zygote = os.getpid()
    pid = os.fork()
    if pid == 0:
        listener.close()
        connection.close()
        _become_kernel(request, zygote, pipe)
    pidfd = os.pidfd_open(pid)
    try:
        socket.send_fds(connection, [json.dumps({"pid": pid}).encode()], [pidfd])
    finally:
        os.close(pidfd)


def _become_kernel(request: dict[str, Any], zygote: int, pipe: int) -> NoReturn:
    """Run a kernel in this fresh fork; never return."""
    try:
        os.setsid()
        parent_process.follow(zygote)
        parent_process.end_when_closed(pipe)
        _settle(request["env"], request["cwd"])
        _run_kernel(request["argv"])
    except BaseException as error:
        code = error.code if isinstance(error, SystemExit) and isinstance(error.code, int) else 1
        if not isinstance(error, SystemExit):
            _say(f"kernel failed: {error!r}")
        os._exit(code)
    os._exit(0)


def _settle(environment: dict[str, str], folder: str) -> None:
    """Make the fork its own process: environment, folder, input, signals, chance, language."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    random.seed()
    np.random.seed()  # noqa: NPY002  the global state that old code draws from
    i18n.use(environment.get("RUNNINGCOACH_LANGUAGE", ""))


def _run_kernel(arguments: list[str]) -> None:
    from ipykernel import kernelapp

    sys.argv = ["ipykernel_launcher", *arguments]
    sys.path.insert(0, "")
    kernelapp.launch_new_instance(
        argv=[*arguments, "--HistoryManager.enabled=False", "--IPKernelApp.log_level=ERROR"]
    )


def _say(words: str) -> None:
    print(f"zygote {os.getpid()}: {words}", flush=True)  # noqa: T201  goes to the log file


if __name__ == "__main__":
    main()
