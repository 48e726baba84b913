"""Import uploads a few at a time, in threads of their own.

An upload waits for its turn without a thread of the requests' pool and without a connection, so
that however many come, everything else is answered.
"""

from collections.abc import Sequence
from pathlib import Path

import anyio.to_thread
from anyio import CapacityLimiter
from fastapi import FastAPI, Request, UploadFile
from psycopg_pool import ConnectionPool

from runningcoach import jobs
from runningcoach.ingest.import_report import FileOutcome
from runningcoach.model.user import User

AT_ONCE = 3
"""Uploads that are under way at one time: fewer than there are connections."""


def prepare(app: FastAPI) -> None:
    """Give the app the limiter of uploads."""
    app.state.upload_turns = CapacityLimiter(AT_ONCE)


async def take(
    request: Request, user: User, files: Sequence[UploadFile], home: Path
) -> list[FileOutcome]:
    """Import the uploaded files, and return the outcome of each."""
    pool: ConnectionPool = request.app.state.pool
    engine = request.app.state.settings.fit_engine

    def import_files() -> list[FileOutcome]:
        contents = [(file.filename or "upload", file.file.read()) for file in files]
        with pool.connection() as conn:
            return jobs.take_upload(conn, user.id, contents, home, engine)

    return await anyio.to_thread.run_sync(import_files, limiter=request.app.state.upload_turns)
