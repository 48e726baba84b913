"""The web server: the API, the login page and, before them, what guards both."""

import importlib.util
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from anyio import CapacityLimiter
from fastapi import FastAPI, Request
from fastapi.openapi.utils import get_openapi
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from runningcoach import __version__
from runningcoach.api import (
    activities,
    ai_chat,
    ai_conversations,
    ai_documents,
    ai_exchange,
    ai_settings,
    ai_weekly_word,
    aliases,
    analytics,
    auth,
    benchmarks,
    calendar,
    client_addresses,
    complaints,
    dashboard,
    explain,
    garmin,
    health,
    hr,
    ingest,
    jobs,
    login,
    mcp,
    metrics,
    origin_check,
    plans,
    probes,
    problems,
    projection,
    races,
    request_context,
    request_limits,
    samples,
    session_middleware,
    signin,
    sleep,
    token_access,
    tokens,
    uploads,
    workout_files,
    workouts,
    zones,
)
from runningcoach.api.dependencies import CurrentUser
from runningcoach.base.settings import LAB_ADDRESS, PAGES_ADDRESS, Settings
from runningcoach.base.settings import settings as current_settings
from runningcoach.store import database

ROOT = "/api/v1"
ROOMS = (
    auth,
    garmin,
    ingest,
    activities,
    samples,
    dashboard,
    metrics,
    analytics,
    zones,
    projection,
    health,
    sleep,
    hr,
    benchmarks,
    explain,
    jobs,
    tokens,
    plans,
    ai_documents,
    ai_weekly_word,
    complaints,
    races,
    calendar,
    workout_files,
    workouts,
    ai_settings,
    ai_conversations,
    ai_chat,
    ai_exchange,
    aliases,
)
CONNECTIONS = 8
WORTH_COMPRESSING_BYTES = 2_000


def create_app(settings: Settings | None = None) -> FastAPI:
    """Return the app; its database pool opens and closes with it."""
    settings = settings or current_settings()
    app = FastAPI(
        title="RunningCoach",
        version=__version__,
        lifespan=_lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
    )
    app.state.settings = settings
    _add_rooms(app)
    app.include_router(probes.router)
    app.include_router(login.router)
    app.router.routes.append(Route(request_context.MCP, mcp.McpEndpoint(), include_in_schema=False))
    app.openapi = lambda: _described(app)
    problems.install(app)
    _guard(app, settings)
    _mount_pages(app)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    with database.pool(database.database_url(app.state.settings), CONNECTIONS) as pool:
        app.state.pool = pool
        uploads.prepare(app)
        signin.prepare(app)
        ai_chat.prepare(app)
        ai_exchange.prepare(app)
        app.state.probe_turns = CapacityLimiter(1)
        yield


def _add_rooms(app: FastAPI) -> None:
    """Add the routes of the API; with its prefix FastAPI reads each room at its first request."""
    for room in ROOMS:
        app.include_router(room.router, prefix=ROOT)
    app.add_api_route(f"{ROOT}/openapi.json", _openapi, include_in_schema=False)


def _openapi(request: Request, _: CurrentUser) -> dict[str, Any]:
    return request.app.openapi()


def _described(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI description, with the problem that routes refer to; made once."""
    if app.openapi_schema is None:
        schema = get_openapi(title=app.title, version=app.version, routes=app.routes)
        schemas = schema.setdefault("components", {}).setdefault("schemas", {})
        reference = "#/components/schemas/{model}"
        problem = problems.ProblemDetails.model_json_schema(
            ref_template=reference, mode="serialization"
        )
        schemas |= problem.pop("$defs", {}) | {"Problem": problem}
        for path, methods in schema["paths"].items():
            for method, operation in methods.items():
                _describe_tokens(method.upper(), path, operation)
                _describe_guards(method.upper(), operation)
        app.openapi_schema = schema
    return app.openapi_schema


def _describe_tokens(method: str, path: str, operation: dict[str, Any]) -> None:
    """Add what a token may be answered; take it from the keys of operations that it cannot open."""
    security = operation.get("security", [])
    if not security:
        return
    if not token_access.is_open_to_tokens(method, path):
        operation["security"] = [scheme for scheme in security if "token" not in scheme]
    for status, description in problems.described(403, 429).items():
        operation["responses"].setdefault(f"{status}", description)


def _describe_guards(method: str, operation: dict[str, Any]) -> None:
    """Add the problems that come from around a route: from its guards, body, database and disk."""
    statuses = {503}
    if method not in origin_check.HARMLESS:
        statuses |= {403, 507}
    if "requestBody" in operation:
        statuses |= {400, 413}
    for status, description in problems.described(*statuses).items():
        operation["responses"].setdefault(f"{status}", description)


def _guard(app: FastAPI, settings: Settings) -> None:
    """Put the middlewares around the app; the last one added is the outermost."""
    app.add_middleware(session_middleware.SessionMiddleware)
    app.add_middleware(ApiGzip)
    app.add_middleware(
        request_limits.BodyLimitMiddleware,
        upload_path=f"{ROOT}{activities.router.prefix}/upload",
        upload_mb=settings.max_upload_mb,
    )
    app.add_middleware(origin_check.Origins, public_url=settings.public_url)
    app.add_middleware(request_context.Requests, language=settings.language)
    if trusted := client_addresses.TrustedProxies(settings.trusted_proxies):
        app.add_middleware(client_addresses.ForwardedHeaders, trusted=trusted)


class ApiGzip:
    """Compression for the API alone: pages behind us stream and look after themselves."""

    def __init__(self, app: ASGIApp) -> None:
        self.plain = app
        self.packed = GZipMiddleware(app, WORTH_COMPRESSING_BYTES, compresslevel=1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Compress what the API answers."""
        is_api = scope["type"] == "http" and scope["path"].startswith(session_middleware.API)
        await (self.packed if is_api else self.plain)(scope, receive, send)


def _mount_pages(app: FastAPI) -> None:
    """Show Voila's and JupyterLab's pages under our own origin, where they are running."""
    voila = os.environ.get(PAGES_ADDRESS)
    if voila and importlib.util.find_spec("runningcoach.api.reverse_proxy"):
        from runningcoach.api import reverse_proxy

        reverse_proxy.mount(app, voila, os.environ.get(LAB_ADDRESS))
