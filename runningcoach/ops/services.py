"""What runs: how each part is called, and what it is told."""

import os
import sys
from collections.abc import Sequence

from runningcoach.base import shipped_folders
from runningcoach.base.settings import DATABASE_FILE, LAB_ADDRESS, PAGES_ADDRESS, Settings, variable
from runningcoach.ops.child_processes import Program, begin_log
from runningcoach.ops.listen_sockets import ListenSockets
from runningcoach.serving import unix_sockets
from runningcoach.store import home as homes

SECRET = ("owner_password", "database_url")


class Services:
    """The programs of one run, but for the database."""

    def __init__(self, settings: Settings, doors: ListenSockets) -> None:
        self._settings = settings
        self.doors = doors
        self._logs = homes.folder(settings.home, "logs")
        self._run = homes.folder(settings.home, "run")
        self.zygote_socket = self._run / "zygote.sock"
        self.database_file = self._run / "database_url"

    def kernels(self) -> list[Program]:
        """Return the zygote, where processes can be forked and watched as it needs."""
        if not hasattr(os, "pidfd_open"):
            return []
        self.zygote_socket.unlink(missing_ok=True)
        command = self._python("serving.zygote", str(self.zygote_socket))
        return [self._program("kernels", command, env=self._open(), essential=False)]

    def pages(self) -> list[Program]:
        """Return the server of the pages."""
        door = self.doors.pages.fileno()
        env = self._private() | {
            unix_sockets.ZYGOTE: str(self.zygote_socket),
            "JUPYTER_DEFAULT_PROVISIONER_NAME": "runningcoach-fork",
        }
        command = self._python("serving.voila_app", "--fd", str(door))
        return [self._program("pages", command, env=env, inherits=[door])]

    def web(self) -> list[Program]:
        """Return the web server."""
        door = self.doors.web.fileno()
        env = self._private() | {PAGES_ADDRESS: self.doors.pages_address}
        if self.doors.lab_port:
            env[LAB_ADDRESS] = f"127.0.0.1:{self.doors.lab_port}"
        return [
            self._program(
                "web", self._python("ops.web_server", str(door)), env=env, inherits=[door]
            )
        ]

    def lab(self) -> list[Program]:
        """Return JupyterLab, if it is wanted."""
        if not self.doors.lab_port:
            return []
        command = self._python("serving.lab", "--port", str(self.doors.lab_port))
        return [self._program("lab", command, env=self._private())]

    def watching(self) -> list[Program]:
        """Return what takes files from the watched folder, if there is one."""
        if not self._settings.watch:
            return []
        command = self._python("ops.folder_watch")
        return [self._program("watch", command, env=self._private(), essential=False)]

    def scheduler(self) -> list[Program]:
        """Return what runs jobs at their times, unless it is not wanted."""
        if not self._settings.scheduler:
            return []
        command = [sys.executable, str(shipped_folders.folder("scheduler") / "main.py")]
        return [self._program("scheduler", command, env=self._private(), essential=False)]

    def renewal(self) -> list[Program]:
        """Return what makes again, once, the numbers that an earlier engine made."""
        command = self._python("ops.renewal")
        return [self._program("renewal", command, env=self._private(), once=True)]

    def beside(self, name: str, module: str, *arguments: str, once: bool = False) -> Program:
        """Return a part that one kind of start adds; the rest goes on without it."""
        command = self._python(module, *arguments)
        return self._program(name, command, env=self._private(), essential=False, once=once)

    def write_database_file(self) -> None:
        """Put a DATABASE_URL where pages may read it: their environment must not hold it."""
        if self._settings.database_url:
            url = self._settings.database_url.get_secret_value()
            homes.put(self.database_file, url.encode())
        else:
            self.database_file.unlink(missing_ok=True)

    def _open(self) -> dict[str, str]:
        """Return the environment of a part that must not know secrets."""
        secret = {variable(name) for name in SECRET}
        env = {name: value for name, value in os.environ.items() if name not in secret}
        for name in Settings.model_fields:
            value = getattr(self._settings, name)
            if value is not None and name not in SECRET:
                env[variable(name)] = str(value)
        if self._settings.database_url:
            env[DATABASE_FILE] = str(self.database_file)
        return env | {"PYTHONUNBUFFERED": "1", "PYTHONSAFEPATH": "1"}

    def _private(self) -> dict[str, str]:
        """Return the environment of a part that needs the way to the database."""
        url = self._settings.database_url
        return self._open() | ({"DATABASE_URL": url.get_secret_value()} if url else {})

    def _python(self, module: str, *arguments: str) -> list[str]:
        return [sys.executable, "-m", f"runningcoach.{module}", *arguments]

    def _program(
        self,
        name: str,
        command: Sequence[str],
        *,
        env: dict[str, str],
        inherits: Sequence[int] = (),
        essential: bool = True,
        once: bool = False,
    ) -> Program:
        return Program(
            name,
            command,
            log=begin_log(self._logs, name),
            environment=env,
            inherits=inherits,
            essential=essential and not once,
            once=once,
        )
