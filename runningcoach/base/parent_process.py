"""Processes that end with the one that started them, however that one ended.

Even `kill -9` of the parent must leave nothing behind, so nobody can count on being told to stop.
Linux sends a signal when the parent dies (PR_SET_PDEATHSIG); elsewhere the parent is looked for.
"""

import ctypes
import os
import signal
import sys
import threading
import time

PARENT = "RUNNINGCOACH_PARENT"
"""Environment variable with the process id of the parent."""

PR_SET_PDEATHSIG = 1


def follow_parent() -> None:
    """End this process when the parent that is named in the environment is gone."""
    parent = os.environ.pop(PARENT, None)
    if parent is not None:
        follow(int(parent))


def follow(parent: int) -> None:
    """End this process when its parent, which should be `parent`, is gone.

    It is killed, not asked: one that hangs would stay, and there is nobody left to see to it.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    else:
        _start(_watch_parent, parent)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def end_when_closed(pipe: int) -> None:
    """End this process and its group when the other end of `pipe` is closed."""
    _start(_watch_pipe, pipe)


def _start(watch: object, *arguments: object) -> None:
    threading.Thread(target=watch, args=arguments, daemon=True).start()  # type: ignore[arg-type]


def _watch_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGKILL)


def _watch_pipe(pipe: int) -> None:
    os.read(pipe, 1)
    os.killpg(os.getpgrp(), signal.SIGKILL)
