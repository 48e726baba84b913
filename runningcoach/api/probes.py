"""/healthz and /readyz: is the process alive, and can it serve."""

from typing import Literal

import anyio.to_thread
import psycopg
from fastapi import APIRouter, Request
from psycopg_pool import ConnectionPool, PoolTimeout
from pydantic import BaseModel

from runningcoach.api.problems import DatabaseBusy, described

router = APIRouter(tags=["probes"])

PATIENCE_S = 2.0


class HealthStatus(BaseModel):
    """All is well."""

    status: Literal["ok"] = "ok"


@router.get("/healthz")
async def healthz() -> HealthStatus:
    """Say that the process answers."""
    return HealthStatus()


@router.get("/readyz", responses=described(503))
async def readyz(request: Request) -> HealthStatus:
    """Answer 200 if the database responds, checked in a thread outside the requests' pool."""
    pool: ConnectionPool = request.app.state.pool
    try:
        await anyio.to_thread.run_sync(_ask, pool, limiter=request.app.state.probe_turns)
    except (PoolTimeout, psycopg.OperationalError) as error:
        raise DatabaseBusy from error
    return HealthStatus()


def _ask(pool: ConnectionPool) -> None:
    with pool.connection(timeout=PATIENCE_S) as conn:
        conn.execute("SELECT 1")
