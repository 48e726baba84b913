"""The parts of the program: command and environment of each."""

import os
import sys
from collections.abc import Sequence

from runningcoach.base import shipped_folders
from runningcoach.base.setting_files import SUFFIX
from runningcoach.base.settings import DATABASE_FILE, LAB_ADDRESS, PAGES_ADDRESS, Settings, variable
from runningcoach.ops.child_processes import Program, begin_log
from runningcoach.ops.listen_sockets import ListenSockets
from runningcoach.serving import unix_sockets
from runningcoach.store import home as homes
from runningcoach.store import installation_key

SECRET = ("owner_password", "database_url", "database_password", "ai_key")


class Services:
    """The programs of one run, but for the database."""

    def __init__(self, settings: Settings, sockets: ListenSockets) -> None:
        self._settings = settings
        self.sockets = sockets
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
        socket = self.sockets.pages.fileno()
        env = self._private() | {
            unix_sockets.ZYGOTE: str(self.zygote_socket),
            "JUPYTER_DEFAULT_PROVISIONER_NAME": "runningcoach-fork",
        }
        command = self._python("serving.voila_app", "--fd", str(socket))
        return [self._program("pages", command, env=env, inherits=[socket])]

    def web(self) -> list[Program]:
        """Return the web server."""
        socket = self.sockets.web.fileno()
        env = self._private() | {PAGES_ADDRESS: self.sockets.pages_address}
        if self.sockets.lab_port:
            env[LAB_ADDRESS] = f"127.0.0.1:{self.sockets.lab_port}"
        return [
            self._program(
                "web", self._python("ops.web_server", str(socket)), env=env, inherits=[socket]
            )
        ]

    def lab(self) -> list[Program]:
        """Return JupyterLab, if it is switched on."""
        if not self.sockets.lab_port:
            return []
        command = self._python("serving.lab", "--port", str(self.sockets.lab_port))
        return [self._program("lab", command, env=self._private())]

    def watching(self) -> list[Program]:
        """Return the importer of the watched folder, if there is one."""
        if not self._settings.watch:
            return []
        command = self._python("ops.folder_watch")
        return [self._program("watch", command, env=self._private(), essential=False)]

    def scheduler(self) -> list[Program]:
        """Return the scheduler, if it is switched on."""
        if not self._settings.scheduler:
            return []
        command = [sys.executable, str(shipped_folders.folder("scheduler") / "main.py")]
        return [self._program("scheduler", command, env=self._private(), essential=False)]

    def renewal(self) -> list[Program]:
        """Return the one-time renewal of an earlier engine's numbers."""
        command = self._python("ops.renewal")
        return [self._program("renewal", command, env=self._private(), once=True)]

    def extra_part(self, name: str, module: str, *arguments: str, once: bool = False) -> Program:
        """Return an extra, non-essential part."""
        command = self._python(module, *arguments)
        return self._program(name, command, env=self._private(), essential=False, once=once)

    def write_database_file(self) -> None:
        """Put a DATABASE_URL where pages may read it: their environment must not hold it."""
        if self._settings.database_url:
            url = self._settings.database_url.get_secret_value()
            homes.put(self.database_file, url.encode())
        else:
            self.database_file.unlink(missing_ok=True)

    def seal_ai_key(self) -> None:
        """Put a key of the environment where those may read it that ask models for a runner."""
        installation_key.put(self._settings)

    def _open(self) -> dict[str, str]:
        """Return the environment of a part without secrets."""
        secret = {variable(name) + end for name in SECRET for end in ("", SUFFIX)}
        env = {name: value for name, value in os.environ.items() if name not in secret}
        for name in Settings.model_fields:
            value = getattr(self._settings, name)
            if value is not None and name not in SECRET:
                env[variable(name)] = str(value)
        if self._settings.database_url:
            env[DATABASE_FILE] = str(self.database_file)
        return env | {"PYTHONUNBUFFERED": "1", "PYTHONSAFEPATH": "1"}

    def _private(self) -> dict[str, str]:
        """Return the environment of a part that needs the database's address."""
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
