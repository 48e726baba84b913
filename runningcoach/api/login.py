"""/login: the page that asks for user name and password, without any script."""

import base64
import hashlib
import html
import re
from functools import cache
from pathlib import Path
from string import Template
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from runningcoach.api import signin
from runningcoach.api.dependencies import Configured, Database
from runningcoach.api.problems import TooManyAttempts, WrongCredentials
from runningcoach.api.request_context import LANGUAGE_COOKIE
from runningcoach.base import i18n
from runningcoach.base.settings import Settings

router = APIRouter(include_in_schema=False)

HOME_PAGE = "/voila/render/today.ipynb"
OWN_PATH = re.compile(r"/(?![/\\]|log(?:in|out)\b)[!-\[\]-~]*")
"""A path without host: printable, no backslash, which browsers take for a slash."""
YEAR_S = 365 * 24 * 3600
HERE = Path(__file__).parent


@router.get("/")
async def begin(request: Request) -> Response:
    """Go to today's page, or to the login."""
    return RedirectResponse(HOME_PAGE if request.state.user else "/login", 303)


@router.get("/login")
async def show(request: Request, settings: Configured, next: str = "") -> Response:
    """Show the login form; redirect a logged-in user."""
    if request.state.user:
        return RedirectResponse(local(next), 303)
    response = page(local(next))
    if request.query_params.get("language") in i18n.LANGUAGES:
        _remember_language(response, settings, i18n.language())
    return response


@router.post("/login")
async def enter(
    request: Request,
    settings: Configured,
    username: Annotated[str, Form(max_length=100)] = "",
    password: Annotated[str, Form(max_length=1024)] = "",
    next: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Start a session and redirect, or show the form again."""
    response = RedirectResponse(local(next), 303)
    try:
        await signin.sign_in(request, response, settings, username, password)
    except (WrongCredentials, TooManyAttempts) as error:
        return refused(error, local(next), username)
    return response


@router.post("/logout")
def leave(db: Database, request: Request, settings: Configured) -> Response:
    """End the session and go to the login."""
    signin.sign_out(db, request)
    response = RedirectResponse("/login", 303)
    signin.take_cookie(response, settings)
    return response


def local(address: str) -> str:
    """Return where to go on: the address if it is a path of ours, else today's page."""
    return address if OWN_PATH.fullmatch(address) else HOME_PAGE


def refused(error: WrongCredentials | TooManyAttempts, next: str, username: str) -> Response:
    """Return the page again, with the error."""
    response = page(next, username, str(error))
    response.status_code = error.status
    if isinstance(error, TooManyAttempts):
        response.headers["Retry-After"] = str(error.blanks["seconds"])
    return response


def page(next: str, username: str = "", message: str = "") -> HTMLResponse:
    """Return the page in the language in force."""
    style, policy = _style()
    words = {
        name: html.escape(word)
        for name, word in i18n.words(i18n.language(), "api")["login"].items()
    }
    blanks = words | {
        "lang": i18n.language(),
        "style": style,
        "next": html.escape(next),
        "next_query": quote(next, safe=""),
        "username": html.escape(username),
        "message": html.escape(message),
        "ko_is": _current("ko"),
        "en_is": _current("en"),
    }
    return HTMLResponse(
        _template().substitute(blanks),
        headers={"Content-Security-Policy": policy, "Cache-Control": "no-store"},
    )


def _current(language: str) -> str:
    return 'aria-current="true"' if i18n.language() == language else ""


@cache
def _template() -> Template:
    return Template((HERE / "login.html").read_text(encoding="utf-8"))


@cache
def _style() -> tuple[str, str]:
    """Return the style and the policy that lets in this style and nothing else."""
    style = (HERE / "login.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'self'"
    )
    return style, policy


def _remember_language(response: Response, settings: Settings, language: str) -> None:
    response.set_cookie(
        LANGUAGE_COOKIE,
        language,
        max_age=YEAR_S,
        httponly=True,
        samesite="lax",
        secure=signin.is_https(settings),
    )
