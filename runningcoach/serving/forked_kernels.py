"""A kernel provisioner that asks the zygote for a forked kernel.

An ordinary kernel imports pandas and Altair for seconds; a fork of a process that has them
already is there at once. Where the zygote is gone, or forking is not to be had, an ordinary
kernel is started instead.
"""

import asyncio
import json
import os
import select
import signal
import socket
from collections.abc import Mapping, Sequence
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from runningcoach.serving import unix_sockets

ANSWER_TIMEOUT_S = 5.0
MODULE = "ipykernel_launcher"


class NoFork(Exception):
    """The zygote cannot make this kernel."""


class ForkedKernel:
    """A forked kernel with the part of Popen's manners that jupyter_client relies on."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, pidfd: int, lifeline: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._pidfd = pidfd
        self._lifeline = lifeline

    def poll(self) -> int | None:
        """Return None while the kernel lives, and 0 afterwards: its exit code is unknown."""
        if self.returncode is None and select.select([self._pidfd], [], [], 0)[0]:
            self.returncode = 0
            os.close(self._pidfd)
            os.close(self._lifeline)
        return self.returncode

    def wait(self) -> int | None:
        """Return the result of `poll`; the caller waits by polling."""
        return self.poll()

    def send_signal(self, number: int) -> None:
        """Send the kernel a signal."""
        if self.poll() is None:
            signal.pidfd_send_signal(self._pidfd, number)

    def kill(self) -> None:
        """Kill the kernel."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)


class ForkProvisioner(LocalProvisioner):
    """Starts kernels by forking the zygote, else as processes of their own."""

    async def launch_kernel(self, cmd: list[str], **options: Any) -> KernelConnectionInfo:
        """Start the kernel that `cmd` describes."""
        try:
            kernel = await asyncio.to_thread(
                fork, cmd, options.get("env") or {}, str(options.get("cwd") or "/")
            )
        except (NoFork, OSError, ValueError) as error:
            self.log.warning("No forked kernel, starting an ordinary one: %s", error)
            return await super().launch_kernel(cmd, **options)
        self.process = kernel
        self.pid = self.pgid = kernel.pid
        self.cwd = options.get("cwd")
        return self.connection_info


def fork(cmd: Sequence[str], env: Mapping[str, str], cwd: str) -> ForkedKernel:
    """Ask the zygote for a kernel; it lives until this process closes its end of a pipe."""
    path = os.environ.get(unix_sockets.ZYGOTE)
    if not path or MODULE not in cmd or not hasattr(os, "pidfd_open"):
        raise NoFork
    theirs, ours = os.pipe()
    try:
        pid, pidfd = _ask(path, theirs, cmd, env, cwd)
    except BaseException:
        os.close(ours)
        raise
    finally:
        os.close(theirs)
    return ForkedKernel(pid, pidfd, ours)


def _ask(
    path: str, lifeline: int, cmd: Sequence[str], env: Mapping[str, str], cwd: str
) -> tuple[int, int]:
    request = {"argv": list(cmd[cmd.index(MODULE) + 1 :]), "env": dict(env), "cwd": cwd}
    with unix_sockets.connected(path) as zygote:
        zygote.settimeout(ANSWER_TIMEOUT_S)
        socket.send_fds(zygote, [json.dumps(request).encode()], [lifeline])
        answer, pidfds, _, _ = socket.recv_fds(zygote, 1024, 1)
    if not pidfds:
        raise NoFork
    return json.loads(answer)["pid"], pidfds[0]
