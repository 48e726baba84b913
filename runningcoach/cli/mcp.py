"""`runningcoach mcp`: the coach's tools for an assistant that starts this program.

The two talk by lines on standard input and output; whatever else is to be said goes to standard
error.
"""

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator
from typing import Any

import anyio
from psycopg_pool import ConnectionPool

from runningcoach.api.mcp_tools import McpCaller
from runningcoach.base import i18n, logs
from runningcoach.base.settings import Settings
from runningcoach.cli.opened import opened, serving
from runningcoach.cli.problems import McpWithoutClient
from runningcoach.store import database

LONGEST_LINE = 1_000_000
"""Bytes of a request; of one that is longer nothing is read any more."""


def serve(settings: Settings, username: str | None, can_propose: bool) -> None:
    """Serve the program at standard input until it ends. Raises McpWithoutClient."""
    if sys.stdin.isatty():
        raise McpWithoutClient
    logs.configure(settings.log_level)
    with contextlib.ExitStack() as stack:
        with contextlib.redirect_stdout(sys.stderr):
            url = stack.enter_context(serving(settings))
            with opened(settings, username) as (_, user):
                i18n.use(user.language)
        pool = stack.enter_context(database.pool(url))
        anyio.run(_serve, pool, McpCaller(user, can_propose))


async def _serve(pool: ConnectionPool[Any], caller: McpCaller) -> None:
    from runningcoach.api import mcp_server

    served = mcp_server.ServedWith(caller, pool.connection)
    with anyio.CancelScope() as scope:
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, scope.cancel)
        await mcp_server.serve_stdio(mcp_server.make_server(lambda _: served), _lines())


async def _lines() -> AsyncIterator[str]:
    """Yield the lines of standard input; a signal ends the waiting for the next one."""
    reader = asyncio.StreamReader(limit=LONGEST_LINE)
    protocol = asyncio.StreamReaderProtocol(reader)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
    async for line in reader:
        yield line.decode(errors="replace")
