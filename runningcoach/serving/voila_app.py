"""The server of the pages: Voila behind our own login.

    python -m runningcoach.serving.voila_app [--port PORT | --fd FD] [--pages FOLDER]

Voila as it comes is open to everybody. Here every handler needs a session, a kernel answers only
to the user whose request started it, and handlers that pages do not need are left out.
"""

import argparse
import logging
import shutil
import signal
import socket
import sys
from collections.abc import Awaitable
from pathlib import Path
from typing import Any

# The check of internationalised URIs is half a second of import that nothing here uses.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

from jupyter_core.utils import run_sync  # noqa: E402
from jupyter_server.base.handlers import FileFindHandler  # noqa: E402
from jupyter_server.services.kernels.handlers import KernelHandler  # noqa: E402
from jupyterlab_server.themes_handler import ThemesHandler  # noqa: E402
from tornado import web  # noqa: E402
from tornado.httpserver import HTTPServer  # noqa: E402
from tornado.ioloop import IOLoop  # noqa: E402
from traitlets import Int  # noqa: E402
from traitlets.config import Config  # noqa: E402
from voila.app import Voila  # noqa: E402
from voila.shutdown_kernel_handler import VoilaShutdownKernelHandler  # noqa: E402
from voila.static_file_handler import (  # noqa: E402
    MultiStaticFileHandler,
    TemplateStaticFileHandler,
)
from voila.tornado.handler import TornadoVoilaHandler  # noqa: E402
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler  # noqa: E402
from voila.utils import get_page_config  # noqa: E402

from runningcoach.base import parent_process  # noqa: E402
from runningcoach.base.settings import settings  # noqa: E402
from runningcoach.pages import layout, notebook_folders  # noqa: E402
from runningcoach.pages.chart_library import Library  # noqa: E402
from runningcoach.pages.charts import bundle  # noqa: E402
from runningcoach.serving import jupyter_dirs  # noqa: E402
from runningcoach.serving.identity import SessionIdentityProvider  # noqa: E402
from runningcoach.serving.page_handler import PageHandler  # noqa: E402
from runningcoach.serving.page_queue import PageQueue  # noqa: E402
from runningcoach.serving.user_kernels import OwnedKernels, PageKernels  # noqa: E402

HOME_PAGE = "/voila/render/today.ipynb"
EXTENSIONS = [
    "@voila-dashboards/widgets-manager8",
    "@jupyter-widgets/jupyterlab-manager",
    "anywidget",
]
"""The JupyterLab extensions that pages load: any other one only makes them slower or clashes."""

IDLE_S = 300
"""Seconds without a sign from the browser after which a kernel ends; phones close tabs silently."""


class NeedsSession:
    """A handler of Voila with the login added."""

    async def prepare(self: Any) -> None:
        """Refuse a request without a session."""
        if isinstance(waiting := super().prepare(), Awaitable):  # type: ignore[misc]
            await waiting
        if self.current_user is None:
            self.current_user = await self.settings["identity_provider"].get_user(self)
        if self.current_user is None:
            raise web.HTTPError(403)


class OwnKernelOnly:
    """A handler of one kernel, for the user whose kernel it is."""

    async def prepare(self: Any, *arguments: Any, **options: Any) -> None:
        """Answer 404 for another user's kernel."""
        await super().prepare(*arguments, **options)  # type: ignore[misc]
        kernels: OwnedKernels = self.settings["kernel_manager"]
        if not kernels.may_use(self.current_user, self.path_kwargs["kernel_id"]):
            raise web.HTTPError(404)


class Kernel(OwnKernelOnly, KernelHandler):
    """State of a kernel."""


class KernelChannels(OwnKernelOnly, VoilaKernelWebsocketHandler):
    """The websocket between a page and its kernel."""


class KernelShutdown(VoilaShutdownKernelHandler):
    """Ends the kernel when its page is closed."""

    @web.authenticated
    async def post(self, kernel_id: str) -> None:
        """End the kernel; one that is gone already has ended too."""
        kernels: OwnedKernels = self.settings["kernel_manager"]
        if not kernels.may_use(self.current_user, kernel_id) and kernel_id in kernels:
            raise web.HTTPError(404)
        await kernels.end(kernel_id)
        self.set_status(204)


class TemplateFile(NeedsSession, TemplateStaticFileHandler):
    """A file of the template; the chart library is made when it is first asked for."""

    async def prepare(self) -> None:
        """Build the library in the background, so that only its own requests wait."""
        await super().prepare()
        if self.request.path.endswith(f"/{bundle.NAME}"):
            await self.settings["library"].make()


class StaticFile(NeedsSession, MultiStaticFileHandler):
    """A file of Voila's front end."""


class ExtensionFile(NeedsSession, FileFindHandler):  # type: ignore[override]
    """A file of a front-end extension."""


class ThemeFile(NeedsSession, ThemesHandler):  # type: ignore[override]
    """A file of a front-end theme."""


HANDLERS: dict[type, type] = {
    KernelHandler: Kernel,
    VoilaKernelWebsocketHandler: KernelChannels,
    VoilaShutdownKernelHandler: KernelShutdown,
    TemplateStaticFileHandler: TemplateFile,
    MultiStaticFileHandler: StaticFile,
    FileFindHandler: ExtensionFile,
    ThemesHandler: ThemeFile,
    TornadoVoilaHandler: PageHandler,
}
"""What stands in for each handler of Voila's. Those not named (the list of notebooks, files beside
notebooks, contents) are left out, and so is whatever a later version adds."""


class PageServer(Voila):
    """Voila with our handlers, our login and no configuration from outside."""

    listen_fd = Int(-1, help="An inherited socket that listens already; -1: open one at `port`.")

    def load_config_file(self, *arguments: Any, **options: Any) -> None:
        """Read none: a voila.py in the working directory would be run."""

    def init_settings(self) -> Any:
        """Refuse requests without a session."""
        settings: Any = super().init_settings()
        page_config = get_page_config("/", settings, self.log, self.voila_configuration)
        return settings | {
            "allow_unauthenticated_access": False,
            "login_url": "/login",
            "page_config": page_config,
            "library": Library(jupyter_dirs.library()),
            "drawing_queue": PageQueue(),
        }

    def init_handlers(self) -> Any:
        """Return Voila's handlers, guarded."""
        theirs: Any = super().init_handlers()
        guarded = [
            (pattern, HANDLERS[handler], *rest)
            for pattern, handler, *rest in theirs
            if handler in HANDLERS
        ]
        to_home = (
            r"/(?:voila/?(?:tree.*)?)?",
            web.RedirectHandler,
            {"url": HOME_PAGE, "permanent": False},
        )
        return [*guarded, to_home]

    def listen(self) -> None:
        """Listen on the inherited socket, or at the port, and serve until told to stop."""
        server = HTTPServer(self.app)
        if self.listen_fd >= 0:
            door = socket.socket(fileno=self.listen_fd)
            door.setblocking(False)
            server.add_socket(door)
        else:
            server.listen(self.port, self.ip)
        self.ioloop = IOLoop.current()
        self.log.info("ready")
        try:
            self.ioloop.start()
        finally:
            self.stop()

    def stop(self) -> None:
        """End every kernel at once."""
        run_sync(self.kernel_manager.shutdown_all)(now=True)
        shutil.rmtree(self.connection_dir_root, ignore_errors=True)


def configuration() -> Config:
    """Return the fixed configuration of the pages, which files and arguments cannot change."""
    return Config(
        Voila={"identity_provider_class": SessionIdentityProvider},
        VoilaConfiguration={
            "template": "jarvis",
            "theme": "dark",
            "allow_template_override": "NO",
            "allow_theme_override": "NO",
            "file_allowlist": [],
            "show_tracebacks": False,
            "extension_allowlist": EXTENSIONS,
            "multi_kernel_manager_class": PageKernels,
            "prelaunch_hook": layout.dress,
        },
        MappingKernelManager={"cull_idle_timeout": IDLE_S, "cull_interval": 30},
        # Sockets in a private folder, not TCP ports that any user of the machine may read from.
        # A page whose kernel died is drawn anew, so no kernel is started in its place.
        KernelManager={"transport": "ipc", "autorestart": False},
    )


def server(**options: Any) -> PageServer:
    """Return the server, ready to start."""
    pages = PageServer.instance(
        config=configuration(),
        ip="127.0.0.1",
        port_retries=0,
        open_browser=False,
        **options,
    )
    pages.initialize([])
    return pages


def main() -> None:
    """Serve the pages until told to stop."""
    parent_process.follow_parent()
    parser = argparse.ArgumentParser(prog="runningcoach.serving.voila_app")
    parser.add_argument("--port", type=int, default=8866)
    parser.add_argument("--fd", type=int, default=-1)
    parser.add_argument("--pages", type=Path, default=notebook_folders.dashboards())
    arguments = parser.parse_args()
    jupyter_dirs.prepare(settings().home, arguments.pages)
    pages = server(
        root_dir=str(arguments.pages),
        connection_dir_root=str(jupyter_dirs.sockets(settings().home, "pages")),
        port=arguments.port,
        listen_fd=arguments.fd,
        log_level=logging.getLevelNamesMapping()[settings().log_level],
    )
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    pages.start()


if __name__ == "__main__":
    main()
