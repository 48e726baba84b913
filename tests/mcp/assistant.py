"""An assistant: the official MCP client, over HTTP with a token or over a command's stdio."""

import os
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import httpx2
from mcp import Client, StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult


@asynccontextmanager
async def over_http(url: str, token: str | None, mode: str = "auto") -> AsyncIterator[Client]:
    """Connect to a running web server."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with httpx2.AsyncClient(headers=headers, timeout=60) as http:
        transport = streamable_http_client(f"{url}/mcp", http_client=http)
        async with Client(transport, mode=mode) as client:
            yield client


@asynccontextmanager
async def over_stdio(
    environment: dict[str, str], errors: Path, *options: str
) -> AsyncIterator[Client]:
    """Start the command and connect to it; what it says beside goes to a file."""
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "runningcoach", "mcp", *options],
        env=os.environ | environment,
    )
    with errors.open("w", encoding="utf-8") as log:
        async with Client(stdio_client(server, errlog=log)) as client:
            yield client


def run[T](task: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a task of an assistant, in a thread that has no event loop of a browser's."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(anyio.run, task).result()


def text_of(result: CallToolResult) -> str:
    """Return the text of a result."""
    (content,) = result.content
    return content.text
