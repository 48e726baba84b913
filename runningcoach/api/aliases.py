"""Paths of an older map: the same answers, with headers that name the canonical path."""

from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response

from runningcoach.api import garmin, hr, ingest, metrics, sleep
from runningcoach.api.problems import described

router = APIRouter()

ROOT = "/api/v1"
SINCE = "@1795392000"
"""The day on which they were deprecated, 2026-11-23, as RFC 9745 writes it."""


class Alias(NamedTuple):
    """An older path, the canonical one, and the endpoint of both."""

    path: str
    canonical: str
    answer: Callable[..., Any]
    problems: tuple[int, ...] = (401, 422)
    method: str = "GET"
    status: int = 200


CHANGING = (401, 403, 409, 422)
CONNECTING = (*CHANGING, 429, 503)
ALIASES = (
    Alias("/fitness/daily", "/metrics/daily", metrics.daily),
    Alias("/health/sleep", "/sleep", sleep.nights),
    Alias("/health/sleep/{date}", "/sleep/{date}", sleep.night, (401, 404, 422)),
    Alias("/health/hr", "/hr", hr.resting),
    Alias("/health/hr/{date}", "/hr/{date}", hr.day, (401, 404, 422)),
    Alias("/garmin/status", "/auth/garmin/status", garmin.status, (401,)),
    Alias("/garmin/connect", "/auth/garmin/connect", garmin.connect, CONNECTING, "POST"),
    Alias("/garmin/mfa", "/auth/garmin/mfa", garmin.mfa, CONNECTING, "POST"),
    Alias("/garmin/refresh", "/auth/garmin/refresh", garmin.refresh, (401, 403, 409), "POST"),
    Alias("/garmin/{lane}", "/auth/garmin/{lane}", garmin.disconnect, CHANGING, "DELETE", 204),
    Alias("/sync/run", "/ingest/run", ingest.run, CHANGING, "POST", 202),
    Alias("/sync/status", "/ingest/status", ingest.status, (401,)),
    Alias("/sync/gaps", "/ingest/gaps", ingest.gaps),
)


def _pointing(canonical: str) -> Callable[[Request, Response], None]:
    """Return the function that adds the headers; the path is filled with the request's values."""

    def point(request: Request, response: Response) -> None:
        blanks = {name: quote(str(value)) for name, value in request.path_params.items()}
        response.headers["Deprecation"] = SINCE
        response.headers["Link"] = f'<{ROOT}{canonical.format(**blanks)}>; rel="canonical"'

    return point


for alias in ALIASES:
    router.add_api_route(
        alias.path,
        alias.answer,
        dependencies=[Depends(_pointing(alias.canonical))],
        methods=[alias.method],
        status_code=alias.status,
        responses=described(*alias.problems),
        tags=[alias.path.split("/")[1]],
        deprecated=True,
    )
