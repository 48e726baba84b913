"""Errors as RFC 9457 problems, in the reader's language."""

import http
import logging
from collections.abc import Mapping
from typing import Any

import psycopg
import psycopg_pool
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from runningcoach.base import i18n, logs
from runningcoach.base.errors import RunningCoachError
from runningcoach.store import home as homes

MEDIA_TYPE = "application/problem+json"

log = logging.getLogger(__name__)


class NotSignedIn(RunningCoachError):
    """There is no session, or it has ended."""

    code = "api.not_signed_in"
    status = 401


class WrongCredentials(RunningCoachError):
    """User name and password do not belong together."""

    code = "api.wrong_credentials"
    status = 401


class WrongPresentPassword(RunningCoachError):
    """The present password is not right."""

    code = "api.wrong_password"
    status = 403


class WrongToken(RunningCoachError):
    """An API token is unknown, revoked or expired."""

    code = "api.wrong_token"
    status = 401


class TokenRequired(RunningCoachError):
    """What was requested takes an API token: no session opens it."""

    code = "api.token_required"
    status = 401


class TokenScopeTooNarrow(RunningCoachError):
    """The scope of an API token does not include what was requested."""

    code = "api.token_scope"
    status = 403


class SessionRequired(RunningCoachError):
    """What was requested takes a login in a browser: no token opens it."""

    code = "api.session_required"
    status = 403


class TooManyAttempts(RunningCoachError):
    """Too many logins failed; the next one has to wait."""

    code = "api.too_many_attempts"
    status = 429

    def __init__(self, seconds: int) -> None:
        """Say how long the next attempt has to wait."""
        super().__init__(seconds=seconds)


class ForeignOrigin(RunningCoachError):
    """A page of another origin sent the request."""

    code = "api.foreign_origin"
    status = 403


class NotFound(RunningCoachError):
    """There is no such thing, or it is another runner's."""

    code = "api.not_found"
    status = 404


class BadCursor(RunningCoachError):
    """The cursor did not come from an earlier page."""

    code = "api.bad_cursor"
    status = 422


class RequestTooLarge(RunningCoachError):
    """The request is larger than is allowed."""

    code = "api.too_large"
    status = 413


class NoFile(RunningCoachError):
    """An activity that was typed in at a website: there never was a file."""

    code = "api.no_file"
    status = 404


class SubSportAlone(RunningCoachError):
    """A kind of sport without its sport."""

    code = "api.sub_sport_alone"
    status = 422


class SampleFileMissing(RunningCoachError):
    """The file with the samples of an activity is gone."""

    code = "api.no_samples"
    status = 404


class GarminNotConnected(RunningCoachError):
    """No lane to Garmin is connected."""

    code = "api.not_connected"
    status = 409


class UntilOutOfRange(RunningCoachError):
    """A projection ends before it begins, or too far ahead."""

    code = "api.until_out_of_range"
    status = 422


class MalformedRequest(RunningCoachError):
    """The request is not valid HTTP, or its body does not match its headers."""

    code = "api.malformed"
    status = 400


class TooSlow(RunningCoachError):
    """A request did not arrive in the time that it may take."""

    code = "api.too_slow"
    status = 408


class HeadTooLarge(RunningCoachError):
    """A request has too many headers, or too long ones."""

    code = "api.head_too_large"
    status = 431


class TooManyConnections(RunningCoachError):
    """One address has too many connections open, or all together have."""

    code = "api.too_many_connections"
    status = 503

    def __init__(self, seconds: int) -> None:
        """Say when it is worth trying again."""
        super().__init__(seconds=seconds)


class InsufficientStorage(RunningCoachError):
    """There is no room left to write."""

    code = "api.disk_full"
    status = 507


class DatabaseBusy(RunningCoachError):
    """The database does not answer."""

    code = "api.database_busy"
    status = 503


class FieldError(BaseModel):
    """What is wrong with one field of a request."""

    field: str
    message: str


class ProblemDetails(BaseModel):
    """An RFC 9457 problem; `remedy` is the advice to the reader."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str | None = None
    remedy: str | None = None
    code: str
    request_id: str | None = None
    errors: list[FieldError] | None = None
    line: int | None = None
    column: int | None = None


def title(status: int) -> str:
    """Return the standard phrase of a status."""
    return http.HTTPStatus(status).phrase


def problem(
    status: int,
    code: str,
    detail: str | None = None,
    remedy: str | None = None,
    errors: list[FieldError] | None = None,
    headers: Mapping[str, str] | None = None,
    place: Mapping[str, int] | None = None,
) -> JSONResponse:
    """Return a problem as a response; `place` has the line and column of a mistake in a text."""
    body = ProblemDetails(
        type=f"urn:runningcoach:problem:{code}",
        title=title(status),
        status=status,
        detail=detail,
        remedy=remedy,
        code=code,
        request_id=logs.request_id.get(),
        errors=errors,
        **(place or {}),
    )
    content = body.model_dump(exclude_none=True)
    return JSONResponse(
        content, status, {"Cache-Control": "no-store", **(headers or {})}, MEDIA_TYPE
    )


def of_error(error: RunningCoachError) -> JSONResponse:
    """Return one of our own errors as a problem."""
    headers = {}
    if "seconds" in error.blanks:
        headers["Retry-After"] = str(error.blanks["seconds"])
    fields = [FieldError(field=place, message=what) for place, what in error.places]
    parts = ((name, error.blanks.get(name)) for name in ("line", "column"))
    place = {name: number for name, number in parts if isinstance(number, int)}
    return problem(
        error.status,
        error.code,
        error.what(),
        error.remedy(),
        fields or None,
        headers=headers,
        place=place,
    )


def of_database(error: Exception) -> JSONResponse:
    """Return the problem of a database that does not answer, or whose disk is full."""
    if isinstance(error, psycopg.errors.DiskFull):
        return _of_full_disk(error)
    log.error("The database does not answer: %s", error)
    return of_error(DatabaseBusy())


def _of_full_disk(error: Exception) -> JSONResponse:
    log.error("The disk is full: %s", error)
    return of_error(InsufficientStorage())


def _of_http(request: Request, error: HTTPException) -> JSONResponse:
    problem_types = {400: MalformedRequest, 404: NotFound, 413: RequestTooLarge}.get(
        error.status_code
    )
    if problem_types:
        return of_error(problem_types())
    name = http.HTTPStatus(error.status_code).name.lower()
    headers = {"Allow": ", ".join(_allowed(request))} if error.status_code == 405 else error.headers
    return problem(error.status_code, f"http.{name}", str(error.detail), headers=headers)


def _allowed(request: Request) -> list[str]:
    """Return the methods of a path: a route of its own answers each."""
    path = request.scope["path"]
    routes = iter_route_contexts(request.app.routes)
    matching = [route for route in routes if route.path and compile_path(route.path)[0].match(path)]
    return sorted({method for route in matching for method in route.methods or ()})


def _of_validation(error: RequestValidationError) -> JSONResponse:
    return _invalid([_field(detail) for detail in error.errors()])


def _invalid(errors: list[FieldError] | None = None) -> JSONResponse:
    what, remedy = i18n.t("api.errors.invalid.what"), i18n.t("api.errors.invalid.remedy")
    return problem(422, "api.invalid", what, remedy, errors)


def _field(error: Mapping[str, Any]) -> FieldError:
    where = [str(part) for part in error["loc"] if part not in ("body", "query", "path")]
    return FieldError(field=".".join(where), message=error["msg"])


def _of_surprise() -> JSONResponse:
    what, remedy = i18n.t("api.errors.surprise.what"), i18n.t("api.errors.surprise.remedy")
    return problem(500, "api.surprise", what, remedy)


def install(app: FastAPI) -> None:
    """Let the app answer every error with a problem."""

    @app.exception_handler(RunningCoachError)
    async def ours(_: Request, error: RunningCoachError) -> JSONResponse:
        return _of_full_disk(error) if isinstance(error, homes.DiskFull) else of_error(error)

    @app.exception_handler(HTTPException)
    async def http_error(request: Request, error: HTTPException) -> JSONResponse:
        return _of_http(request, error)

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        return _of_validation(error)

    @app.exception_handler(psycopg.DataError)
    async def unfit(_: Request, __: Exception) -> JSONResponse:
        return _invalid()

    @app.exception_handler(psycopg.OperationalError)
    @app.exception_handler(psycopg_pool.PoolTimeout)
    async def database(_: Request, error: Exception) -> JSONResponse:
        return of_database(error)

    @app.exception_handler(OSError)
    async def system(_: Request, error: OSError) -> JSONResponse:
        if not homes.is_full(error):
            raise error
        return _of_full_disk(error)

    @app.exception_handler(Exception)
    async def surprise(_: Request, __: Exception) -> JSONResponse:
        return _of_surprise()


def described(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return OpenAPI's description of the problems that a route may answer with."""
    return {status: _description(status) for status in statuses}


def _description(status: int) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        "description": title(status),
        "content": {MEDIA_TYPE: {"schema": schema}},
    }
