"""The server's process, and its status file postmaster.pid."""

import os
import signal
import subprocess
import time
from pathlib import Path

PATIENCE_S = 60.0


def is_ready(data: Path, pid: int) -> bool:
    """Return whether the server with this pid accepts connections, by postmaster.pid."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return False
    return len(lines) >= 8 and lines[0].strip() == str(pid) and lines[7].strip() == "ready"


def end(process: subprocess.Popen[bytes]) -> None:
    """Stop a server: a fast shutdown first, then an immediate one, then kill it."""
    for order in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if process.poll() is not None:
            return
        process.send_signal(order)
        try:
            process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            continue


def end_leftovers(data: Path) -> None:
    """Stop the servers that a killed owner left behind; the lock is held, so nobody uses them.

    A stale postmaster.pid can name a process that is not PostgreSQL at all: pids come again
    soon in containers. Once no server works in the folder, such a file is only in the way.
    """
    give_up = time.monotonic() + PATIENCE_S
    while (pids := _servers_in(data)) and time.monotonic() < give_up:
        if (first := _recorded_pid(data)) in pids:
            os.kill(first, signal.SIGINT)
        time.sleep(0.1)
    recorded = _recorded_pid(data)
    if not pids and Path("/proc/self").exists() and recorded and Path(f"/proc/{recorded}").exists():
        (data / "postmaster.pid").unlink()


def _recorded_pid(data: Path) -> int:
    try:
        return int((data / "postmaster.pid").read_text().split()[0])
    except (FileNotFoundError, ValueError, IndexError):
        return 0


def _servers_in(data: Path) -> list[int]:
    """Return the pids of the PostgreSQL processes that work in a data folder."""
    pids: list[int] = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "comm").read_text().strip() == "postgres" and (process / "cwd").samefile(
                data
            ):
                pids.append(int(process.name))
        except OSError:
            continue  # gone meanwhile, or another user's
    return pids
