"""The web server as it runs: who it believes, where it leads, what it logs, what a full disk says.

One server serves all tests; its one trusted proxy is 127.0.0.3.
"""

import json
from collections.abc import Iterator

import httpx
import pytest

from runningcoach.model.user import User
from runningcoach.store import database

from .conftest import PASSWORD
from .running import Web, running, until

PROXY = "127.0.0.3"
LOGIN = "/api/v1/auth/login"


@pytest.fixture(scope="module")
def web(clone, tmp_path_factory) -> Iterator[Web]:
    settings = {"RUNNINGCOACH_TRUSTED_PROXIES": f"{PROXY}, 10.0.0.0/8"}
    with clone() as url, running(url, tmp_path_factory.mktemp("web"), **settings) as started:
        yield started


@pytest.fixture(scope="module")
def ann(web: Web, hashed: str) -> User:
    return web.sign_up("ann", hashed)


def lines(web: Web) -> list[dict[str, object]]:
    return [json.loads(line) for line in web.log.read_text().splitlines()]


def test_login_read_and_log(web: Web, ann: User):
    with web.client() as http:
        assert http.get("/api/v1/activities").status_code == 401
        form = {"username": "ann", "password": PASSWORD, "next": "/api/v1/auth/me"}
        entered = http.post("/login", data=form, headers={"origin": web.url})
        assert (entered.status_code, entered.headers["location"]) == (303, "/api/v1/auth/me")
        assert http.get(entered.headers["location"]).json()["username"] == "ann"
        listed = http.get("/api/v1/activities?q=secret-word")
        assert listed.json() == {"items": [], "next": None}
        http.get("/a%0a%1b[31mINFO forged?token=secret-word")
        kept = [*http.cookies.values()]
    until(lambda: "forged 404" in web.log.read_text())
    written = web.log.read_text()
    assert len(kept) == 2
    for secret in (PASSWORD, "secret-word", *kept):
        assert secret not in written
    by_id = {one.get("request_id"): one for one in lines(web)}
    line = by_id[listed.headers["x-request-id"]]
    assert line["message"] == "GET /api/v1/activities 200"
    assert line["user_id"] == ann.id
    assert "GET /a%0A%1B%5B31mINFO%20forged 404" in written


def tried(web: Web, peer: str, forwarded: str, username: str) -> int:
    with web.client(peer, headers={b"X-Forwarded-For": forwarded.encode("latin-1")}) as http:
        return http.post(LOGIN, json={"username": username, "password": "no"}).status_code


def test_nobody_but_a_trusted_proxy_says_who_asks(web: Web):
    made_up = [tried(web, "127.0.0.1", f"192.0.2.{n}", "u1") for n in range(6)]
    assert made_up == [401] * 5 + [429]
    assert tried(web, "127.0.0.4", "192.0.2.1", "u1") == 401


def test_a_trusted_proxy_says_who_asks(web: Web):
    assert [tried(web, PROXY, "192.0.2.9", "u2") for _ in range(6)] == [401] * 5 + [429]
    assert tried(web, PROXY, "192.0.2.10", "u2") == 401
    # What stands before the last address that is no proxy's comes from the client itself.
    assert tried(web, PROXY, "198.51.100.1, 192.0.2.9, 10.1.2.3", "u2") == 429
    assert tried(web, PROXY, "192.0.2.9, 198.51.100.1", "u2") == 401
    assert tried(web, PROXY, "nonsense, \xe9", "u2") == 401


def test_host_and_origin_behind_a_proxy(web: Web):
    seen = {"Origin": "https://run.example", "Host": "backend:8420"}
    told = seen | {"X-Forwarded-Host": "run.example", "X-Forwarded-Proto": "https"}
    for peer, headers, status in (
        (PROXY, told, 303),
        (PROXY, told | {"Origin": "https://evil.example"}, 403),
        (PROXY, seen, 403),
        ("127.0.0.1", told, 403),
        ("127.0.0.1", seen | {"Sec-Fetch-Site": "same-origin"}, 303),
        ("127.0.0.1", seen | {"Sec-Fetch-Site": "cross-site"}, 403),
        ("127.0.0.1", {"Origin": "https://backend:8420", "Sec-Fetch-Site": "same-site"}, 403),
    ):
        with web.client(peer) as http:
            assert http.post("/logout", headers=headers).status_code == status, (peer, headers)


@pytest.mark.parametrize("host", ["evil.example", "run.example:8420", "[::1]:9", "x"])
def test_redirects_name_a_path_alone(web: Web, ann: User, host: str):
    with web.client(cookies=web.session(ann), headers={"Host": host}) as http:
        slash = http.get("/api/v1/activities/?limit=3")
        assert slash.status_code == 307
        assert slash.headers["location"] == "/api/v1/activities?limit=3"
        for path in ("/", "/login", "/login?next=//evil.example/", "/login?next=/\\evil.example"):
            assert http.get(path).headers["location"] == "/voila/render/today.ipynb"


@pytest.mark.parametrize("host", [b"[", b"]:x", "\uc65c".encode(), b"a b", b"x/y", b""])
def test_an_odd_host_is_no_fault(web: Web, ann: User, host: bytes):
    cookie = "; ".join(f"{name}={value}" for name, value in web.session(ann).items())
    rest = b"\r\nConnection: close\r\nCookie: " + cookie.encode() + b"\r\n\r\n"
    for path in (b"/api/v1/activities/?a=1", b"/login?language=ko", b"/"):
        answer = web.talk(b"GET " + path + b" HTTP/1.1\r\nHost: " + host + rest)
        assert answer.split(b" ")[1] in (b"303", b"307", b"400"), (path, answer)


def test_slashes_in_front_lead_nowhere_else(web: Web, ann: User):
    for path in (b"//evil.example/", b"//evil.example/api/v1/activities/", b"///x/..//"):
        answer = web.talk(b"GET " + path + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert b"location:" not in answer.lower()


FOREIGN_COOKIES = (
    "a=b", "a", "=", ";;;", 'q="a;b', "x{}[]=1", "$Version=1; a=b", "a=b=c==", "ü=é",
    "runningcoach_session_old=1", "xrunningcoach_session=1", "runningcoach_session=",
    "expires=Thu, 01 Jan 1970 00:00:00 GMT", '{"json": [1, 2]}', "a@b=c/d",
)  # fmt: skip


def test_cookies_of_others_do_not_hide_ours(web: Web, ann: User):
    ((name, token),) = web.session(ann).items()
    for foreign in (*FOREIGN_COOKIES, "; ".join(FOREIGN_COOKIES)):
        header = f"{foreign}; {name}={token}; {foreign}".encode("latin-1")
        with web.client() as http:
            answer = http.get("/api/v1/auth/me", headers={b"cookie": header})
        assert answer.status_code == 200, foreign


@pytest.fixture
def full_disk(web: Web) -> Iterator[None]:
    """A database that has no room for what the account is changed to."""
    with database.connect(web.database_url) as conn:
        conn.execute(
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$;"
            "CREATE TRIGGER no_room BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION no_room()"
        )
        yield
        conn.execute("DROP TRIGGER no_room ON users; DROP FUNCTION no_room")


def test_a_full_disk_of_the_database_is_told_as_such(web: Web, ann: User, full_disk):
    with web.client(cookies=web.session(ann)) as http:
        answer = http.patch("/api/v1/auth/me", json={"display_name": "Ann B."})
        assert answer.status_code == 507
        assert answer.json()["code"] == "api.disk_full"
        assert answer.json()["detail"] == "The disk is full, so nothing was saved."
        assert http.get("/api/v1/auth/me").json()["display_name"] == "ann"


TRAVERSALS = (
    "/..%2f..%2fetc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/login/..%2f..%2fetc/passwd",
    "/api/v1/activities/..%2f..%2f..%2fetc%2fpasswd", "/api/v1/activities/1%00/fit",
    "/api/v1/jobs/..%2f..%2fsecrets/run", "/api/v1/jobs/runs/..%2f1/report",
    "/api/v1/metrics/explain/..%2f..%2fmaster.key", "/..%5c..%5cetc", "/%c0%ae%c0%ae/etc/passwd",
)  # fmt: skip


@pytest.mark.parametrize("path", TRAVERSALS)
def test_no_path_leads_out(web: Web, ann: User, path: str):
    cookie = "; ".join(f"{name}={value}" for name, value in web.session(ann).items())
    head = f"GET {path} HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n"
    answer = web.talk(head.encode())
    assert answer.split(b" ")[1] in (b"404", b"405", b"422"), answer
    assert b"root:" not in answer


def test_a_session_is_never_the_visitors_choice(web: Web, ann: User):
    """A cookie that somebody planted before the login does not become the session."""
    planted = "a" * 43
    with web.client(cookies={"runningcoach_session": planted}) as http:
        entered = http.post(LOGIN, json={"username": "ann", "password": PASSWORD})
        given = entered.cookies["runningcoach_session"]
    assert entered.status_code == 200
    assert given != planted
    for token, status in ((planted, 401), (given, 200)):
        answer = httpx.get(
            f"{web.url}/api/v1/auth/me", headers={"cookie": f"runningcoach_session={token}"}
        )
        assert answer.status_code == status
