"""Garmin's sign-in: mobile and portal APIs, the widget, the code, and the tokens.

The bodies have the shape of recorded ones; what a wrong code is answered with was not recorded
anywhere and is made up.
"""

import base64
import secrets
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from runningcoach.simulators.garmin import who
from runningcoach.simulators.garmin.tokens import REFRESH_TTL_S, Tokens

_TICKET_GRANT = "https://connectapi.garmin.com/di-oauth2-service/oauth/grant/service_ticket"
_SESSION = "SESSION"


@dataclass(slots=True)
class SignInState:
    """Browser sessions, those that wait for a code, and unused tickets.

    `issued` is every cookie and ticket that there ever was.
    """

    asks_for_code: bool
    waiting: dict[str, bool] = field(default_factory=dict)
    tickets: dict[str, str] = field(default_factory=dict)
    issued: list[str] = field(default_factory=list)

    def open_session(self) -> str:
        """Return the cookie of a new browser session."""
        cookie = secrets.token_hex(16)
        self.waiting[cookie] = False
        self.issued.append(cookie)
        return cookie

    def issue_ticket(self, service: str) -> str:
        """Return a ticket that can be used once, for `service` only."""
        issued = f"ST-{secrets.token_hex(12)}-cas"
        self.tickets[issued] = service
        self.issued.append(issued)
        return issued

    def use_ticket(self, ticket: str, service: str) -> bool:
        """Use a ticket up; True when it was good for `service`."""
        if self.tickets.get(ticket) != service:
            return False
        del self.tickets[ticket]
        return True


def _state(request: Request) -> SignInState:
    return request.app.state.world.signin


def _tokens(request: Request) -> Tokens:
    return request.app.state.world.tokens


# ---- mobile and portal: JSON ---------------------------------------------------------------


async def _page(request: Request) -> Response:
    page = HTMLResponse(
        "<html><head><title>GARMIN Authentication Application</title></head></html>"
    )
    page.set_cookie(_SESSION, _state(request).open_session(), path="/", httponly=True)
    return page


async def _login(request: Request) -> Response:
    signin, cookie = _state(request), request.cookies.get(_SESSION, "")
    if cookie not in signin.waiting:
        return JSONResponse({"error": {"status-code": "429"}}, 429)
    if not _is_right_password(await request.json()):
        refusal = _login_body("INVALID_USERNAME_PASSWORD", "generalLoginInvalidUsernameOrPassword")
        return JSONResponse(refusal | {"captchaAlreadyPassed": False}, 401)
    if signin.asks_for_code:
        signin.waiting[cookie] = True
        return JSONResponse(_code_request())
    return JSONResponse(_success_body(request) | {"captchaAlreadyPassed": False})


def _is_right_password(credentials: dict[str, Any]) -> bool:
    return (credentials.get("username"), credentials.get("password")) == (who.EMAIL, who.PASSWORD)


def _login_body(kind: str, message: str = "", status: str = "UNAUTHORIZED") -> dict[str, Any]:
    return {
        "serviceURL": None,
        "serviceTicketId": None,
        "responseStatus": {"type": kind, "message": message, "httpStatus": status},
        "responseReason": None,
        "customerMfaInfo": None,
        "consentTypeList": None,
        "samlResponse": None,
        "authType": None,
    }


def _code_request() -> dict[str, Any]:
    info = {
        "email": "r*****@runningcoach.example",
        "phoneNumber": None,
        "mfaLastMethodUsed": "email",
        "defaultMfaMethod": None,
        "mfaUISetting": {
            "allowPhoneOption": True,
            "allowAddEmailAddress": False,
            "chooseDifferentWayShown": False,
        },
    }
    body = _login_body("MFA_REQUIRED", status="OK") | {
        "customerMfaInfo": info,
        "consentTypeList": [],
    }
    return body | {"captchaAlreadyPassed": False}


def _success_body(request: Request) -> dict[str, Any]:
    service = request.query_params.get("service", "")
    ticket = _state(request).issue_ticket(service)
    granted = {"serviceURL": service, "serviceTicketId": ticket, "authType": "CAS"}
    return _login_body("SUCCESSFUL", status="OK") | granted


async def _verify_code(request: Request) -> Response:
    signin, cookie = _state(request), request.cookies.get(_SESSION, "")
    form = await request.json()
    if not signin.waiting.get(cookie):
        return JSONResponse(_without_code_fields(_login_body("SESSION_EXPIRED")), 401)
    if form.get("mfaVerificationCode") != who.MFA_CODE:
        return JSONResponse(_without_code_fields(_login_body("MFA_CODE_INVALID")), 401)
    signin.waiting[cookie] = False
    return JSONResponse(_without_code_fields(_success_body(request)))


def _without_code_fields(body: dict[str, Any]) -> dict[str, Any]:
    absent = ("customerMfaInfo", "consentTypeList")
    return {name: value for name, value in body.items() if name not in absent}


# ---- the widget: HTML forms ----------------------------------------------------------------


def _form(title: str, extra: str = "") -> str:
    hidden = '<input type="hidden" name="_csrf" value="made-up-csrf" />'
    return f"<html><head><title>{title}</title></head><body>{hidden}{extra}</body></html>"


async def _widget_page(request: Request) -> Response:
    page = HTMLResponse(_form("GARMIN Authentication Application"))
    if request.cookies.get(_SESSION) not in _state(request).waiting:
        page.set_cookie(_SESSION, _state(request).open_session(), path="/", httponly=True)
    return page


async def _widget_login(request: Request) -> Response:
    signin, form = _state(request), await request.form()
    if not _is_right_password({name: form.get(name) for name in ("username", "password")}):
        return HTMLResponse(_form("Invalid username or password"))
    if not signin.asks_for_code:
        return _widget_success(request)
    signin.waiting[request.cookies.get(_SESSION, "")] = True
    script = '<script>var mfaMethod = "email"; var codeSentTo = "r*****";</script>'
    return HTMLResponse(_form("Enter MFA code for login", script))


async def _widget_code(request: Request) -> Response:
    form = await request.form()
    waits = _state(request).waiting.get(request.cookies.get(_SESSION, ""))
    if not waits or form.get("mfa-code") != who.MFA_CODE:
        return HTMLResponse(_form("Enter MFA code for login"))
    return _widget_success(request)


def _widget_success(request: Request) -> Response:
    service = request.query_params.get("service", "")
    url = f"{service}?ticket={_state(request).issue_ticket(service)}"
    return HTMLResponse(_form("Success", f'<script>var response_url = "{url}";</script>'))


# ---- tokens --------------------------------------------------------------------------------


async def _token(request: Request) -> Response:
    form = {name: str(value) for name, value in (await request.form()).items()}
    client_id = form.get("client_id", "")
    if request.headers.get("authorization") != _basic(client_id):
        return JSONResponse({"error": "invalid_client"}, 401)
    if form.get("grant_type") == "refresh_token":
        pair = _tokens(request).renew(form.get("refresh_token", ""), client_id)
    elif _is_good_ticket(request, form):
        pair = _tokens(request).pair(client_id)
    else:
        pair = None
    if pair is None:
        return JSONResponse({"error": "invalid_grant"}, 400)
    return JSONResponse(
        {
            "scope": "ATP_READ ATP_WRITE CONNECT_READ CONNECT_WRITE",
            "jti": secrets.token_hex(16),
            "token_type": "Bearer",
            "access_token": pair.access,
            "refresh_token": pair.refresh,
            "expires_in": int(_tokens(request).ttl_s),
            "refresh_token_expires_in": REFRESH_TTL_S,
        }
    )


def _basic(client_id: str) -> str:
    return "Basic " + base64.b64encode(f"{client_id}:".encode()).decode()


def _is_good_ticket(request: Request, form: dict[str, str]) -> bool:
    if form.get("grant_type") != _TICKET_GRANT:
        return False
    return _state(request).use_ticket(form.get("service_ticket", ""), form.get("service_url", ""))


async def _web_cookie(request: Request) -> Response:
    """Trade a ticket for the cookie of the web application: the library's last resort."""
    ticket, service = request.query_params.get("ticket", ""), str(request.url).split("?")[0]
    answer = HTMLResponse("<html></html>")
    if _state(request).tickets.pop(ticket, None) is not None:
        bearer = _tokens(request).bearer("connect", _tokens(request).ttl_s, service)
        answer.set_cookie("JWT_WEB", bearer, path="/")
    return answer


async def _key(request: Request) -> Response:
    """Trade the Personal API key for a bearer: a bare token, not JSON."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    bearer = _tokens(request).personal(key) if scheme == "ApiKey" else None
    if bearer is None:
        return JSONResponse({"message": "Invalid or expired API key"}, 401)
    return Response(bearer, media_type="text/plain")


KEY_PATH = "/personalapitoken-service/personal-api/personal-api-key/token"

ROUTES = [
    Route("/mobile/sso/en_US/sign-in", _page),
    Route("/portal/sso/en-US/sign-in", _page),
    Route("/mobile/api/login", _login, methods=["POST"]),
    Route("/portal/api/login", _login, methods=["POST"]),
    Route("/mobile/api/mfa/verifyCode", _verify_code, methods=["POST"]),
    Route("/portal/api/mfa/verifyCode", _verify_code, methods=["POST"]),
    Route("/sso/embed", _widget_page),
    Route("/sso/signin", _widget_page),
    Route("/sso/signin", _widget_login, methods=["POST"]),
    Route("/sso/verifyMFA/loginEnterMfaCode", _widget_code, methods=["POST"]),
    Route("/di-oauth2-service/oauth/token", _token, methods=["POST"]),
    Route("/gcm/ios", _web_cookie),
    Route("/gcm/android", _web_cookie),
    Route("/app", _web_cookie),
    Route(KEY_PATH, _key, methods=["POST"]),
]
