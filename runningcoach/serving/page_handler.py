"""A visit to a page: the notebook is run for the user who asks and shown as it is drawn.

The frame of the page goes out while its kernel is still starting or waits its turn, each cell's
cards when that cell has run. A fault in between ends the page with a card that says so, never with
a page that goes on loading. When the reader is gone, so is the kernel.
"""

import asyncio
import re
from collections.abc import Coroutine
from html import escape
from typing import Any

from jupyter_server.base.handlers import JupyterHandler
from nbformat import NotebookNode
from tornado import web
from traitlets.config import Config
from voila.configuration import VoilaConfiguration
from voila.notebook_renderer import NotebookRenderer

from runningcoach.base.i18n import t
from runningcoach.serving.identity import SignedInUser
from runningcoach.serving.page_queue import PageQueue, QueueFull, QueueTicket
from runningcoach.serving.user_kernels import PageKernels

POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "object-src 'none'",
        "frame-ancestors 'self'",
        "base-uri 'self'",
        "form-action 'self'",
    ]
)
"""A page fetches from this host only. Its cells stream inline scripts, so those are let in."""

PAGE_NAME = re.compile(r"\w[\w-]*\.ipynb")

RETRY_S = 5
"""Seconds after which a browser that was turned away looks again."""

FAULT = (
    '<div class="grid"><section class="card w12 notice bad" role="alert">'
    "<h2>{}</h2></section></div></main></body></html>"
)


class PageHandler(JupyterHandler):
    """A page, drawn by its notebook.

    Its kernel ends when the page is drawn, unless the notebook's metadata say that the page goes
    on talking to it: `"voila": {"live": true}`.
    """

    asks_anew = True
    """A language chosen or a logout counts from the next page on."""

    def initialize(
        self, voila_configuration: VoilaConfiguration, template_paths: list[str], config: Config
    ) -> None:
        """Store the configuration that Voila passes to its handlers."""
        self.voila_configuration = voila_configuration
        self.template_paths = template_paths
        self.traitlet_config = config
        self._flushing: asyncio.Handle | None = None
        self._visit: asyncio.Task[None] | None = None
        self._reader_is_gone = False

    @property
    def content_security_policy(self) -> str:
        """Let the page fetch from this host only."""
        return POLICY

    @web.authenticated
    async def get(self, path: str) -> None:
        """Draw the page."""
        if not PAGE_NAME.fullmatch(path):
            raise web.HTTPError(404)
        renderer = self._renderer(path)
        await renderer.initialize()
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        _ = self.xsrf_token  # the cookie by which a live page may end its kernel
        self._visit = asyncio.create_task(self._draw_in_turn(renderer))
        try:
            await self._visit
        except QueueFull:
            self._turn_away()
        except asyncio.CancelledError:
            self.log.info("The reader of %s is gone", self.request.path)

    def on_connection_close(self) -> None:
        """Stop drawing after the reader has disconnected."""
        super().on_connection_close()
        self._reader_is_gone = True
        if self._visit is not None:
            self._visit.cancel()

    def _turn_away(self) -> None:
        """Answer 503 with a page that the browser reloads by itself."""
        self.set_status(503)
        for name in ("Retry-After", "Refresh"):
            self.set_header(name, RETRY_S)
        words = t("up.pages_busy", self._person.language)
        template = self.settings["voila_jinja2_env"].get_template("busy.html")
        self.finish(template.render(words=words))

    async def _draw_in_turn(self, renderer: NotebookRenderer) -> None:
        """Draw the page when it is its turn, with a kernel that ends afterwards."""
        kernels: PageKernels = self.settings["kernel_manager"]
        queue: PageQueue = self.settings["drawing_queue"]
        kernel_id = kernels.new_kernel_id()
        with queue.turn() as turn, kernels.in_use(kernel_id):
            begun = self._started(turn, kernels, kernel_id, renderer.notebook)
            starting = asyncio.create_task(begun)
            try:
                await self._draw(renderer, kernel_id, _manager(kernels, kernel_id, starting))
            finally:
                if not turn.is_on:
                    starting.cancel()
                await asyncio.wait([starting])
                _close_channels(renderer)
                if self._reader_is_gone or not is_live(renderer.notebook):
                    await kernels.end(kernel_id)

    async def _draw(
        self, renderer: NotebookRenderer, kernel_id: str, manager: Coroutine[Any, Any, object]
    ) -> None:
        try:
            async for html, _ in renderer.generate_content_generator(kernel_id, manager):
                self.write(html)
                self._flush_soon()
        except Exception:
            self.log.exception("The page %s broke off", self.request.path)
            self.write(FAULT.format(escape(t("up.page_broke_off", self._person.language))))
        finally:
            manager.close()

    def _flush_soon(self) -> None:
        """Flush once for all snippets written in this turn of the event loop."""
        if self._flushing is None:
            self._flushing = asyncio.get_running_loop().call_soon(self._flush)

    def _flush(self) -> None:
        self._flushing = None
        if not self._finished:
            self.flush()

    async def _started(
        self, turn: QueueTicket, kernels: PageKernels, kernel_id: str, notebook: NotebookNode
    ) -> None:
        await turn.wait()
        environment = {"QUERY_STRING": self.request.query, "SCRIPT_NAME": self.request.path}
        await kernels.start_kernel(
            kernel_id=kernel_id,
            kernel_name=notebook.metadata.kernelspec.name,
            path="",
            env=environment,
        )

    @property
    def _person(self) -> SignedInUser:
        assert isinstance(self.current_user, SignedInUser)  # noqa: S101  nobody else gets here
        return self.current_user

    def _renderer(self, path: str) -> NotebookRenderer:
        return NotebookRenderer(
            request_handler=self,
            voila_configuration=self.voila_configuration,
            traitlet_config=self.traitlet_config,
            notebook_path=path,
            template_paths=self.template_paths,
            config_manager=self.config_manager,
            contents_manager=self.contents_manager,
            base_url=self.base_url,
            kernel_spec_manager=self.kernel_spec_manager,
            page_config=self.settings["page_config"],
            mathjax_config="",
            mathjax_url="",
        )


def is_live(notebook: NotebookNode) -> bool:
    """Return whether the page goes on talking to its kernel."""
    return bool(notebook.metadata.get("voila", {}).get("live"))


async def _manager(kernels: PageKernels, kernel_id: str, starting: asyncio.Task[None]) -> object:
    """Return the kernel's manager as soon as the kernel has been started."""
    await starting
    return kernels.get_kernel(kernel_id)


def _close_channels(renderer: NotebookRenderer) -> None:
    """Close what the renderer talks to its kernel through; it does so itself at a page's end."""
    executor = getattr(renderer, "executor", None)
    if executor is not None and executor.kc is not None:
        executor.kc.stop_channels()
