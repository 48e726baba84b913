import asyncio
import re
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import httpx
import pytest
from starlette.testclient import TestClient

from runningcoach.api.login import local
from runningcoach.base import security
from runningcoach.model.user import User
from runningcoach.store import accounts

from .conftest import PASSWORD, with_session

TODAY = "/voila/render/today.ipynb"


def enter(client: TestClient, password: str = PASSWORD, **form: str):
    return client.post("/login", data={"username": "ann", "password": password, **form})


def test_the_root_leads_to_login_or_to_today(visitor: TestClient, app, conn, ann: User):
    assert visitor.get("/").headers["location"] == "/login"
    assert with_session(app, conn, ann).get("/").headers["location"] == TODAY


def test_page_is_korean_first_and_remembers_english(visitor: TestClient):
    assert '<html lang="ko">' in visitor.get("/login").text
    assert '<html lang="en">' in visitor.get("/login", params={"language": "en"}).text
    assert '<html lang="en">' in visitor.get("/login").text
    assert '<html lang="ko">' in visitor.get("/login", params={"language": "ko"}).text
    assert '<html lang="ko">' in visitor.get("/login", params={"language": "xx"}).text


def test_page_needs_nothing_from_elsewhere(visitor: TestClient):
    answer = visitor.get("/login")
    assert "<script" not in answer.text
    assert not re.search(r"(src|href|action|url)\s*[=(]\s*[\"']?(https?:)?//", answer.text)
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"


def test_logging_in_goes_on_to_where_one_came_from(visitor: TestClient, ann: User):
    wanted = "/voila/render/activity.ipynb?id=7"
    page = visitor.get("/login", params={"next": wanted}).text
    assert f'name="next" value="{wanted}"' in page
    assert f"next={quote(wanted, safe='')}" in page
    answer = enter(visitor, next=wanted)
    assert (answer.status_code, answer.headers["location"]) == (303, wanted)
    assert visitor.get("/api/v1/auth/me").json()["username"] == "ann"
    assert visitor.get("/login").headers["location"] == TODAY


@pytest.mark.parametrize(
    "address",
    ["", "https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example",
     "javascript:alert(1)", "/login", "/logout", "///evil.example", "/a\r\nSet-Cookie: x=1",
     "http:/evil.example", "//[", "/\t/evil.example", "voila"],
)  # fmt: skip
def test_only_own_paths_are_gone_on_to(address: str):
    assert local(address) == TODAY


def test_own_paths_are_kept():
    for address in ("/", "/voila/render/today.ipynb", "/voila/render/a.ipynb?id=1&x=%2F#top"):
        assert local(address) == address


def test_wrong_password_asks_again_in_words(visitor: TestClient, ann: User):
    answer = enter(visitor, password="wrong")
    assert answer.status_code == 401
    assert 'value="ann"' in answer.text
    assert "비밀번호가 맞지 않습니다" in answer.text
    assert "wrong" not in answer.text


def test_what_was_typed_is_shown_as_text(visitor: TestClient):
    nasty = '"><script>alert(1)</script>'
    answer = visitor.post("/login", data={"username": nasty, "password": "x", "next": nasty})
    assert "<script" not in answer.text


def test_waiting_is_said(visitor: TestClient, ann: User, conn):
    for _ in range(6):
        accounts.record_failure(conn, "pair:ann testclient")
    answer = enter(visitor)
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0


def test_logout_leads_to_login(client: TestClient):
    answer = client.post("/logout")
    assert answer.headers["location"] == "/login"
    assert client.get("/api/v1/auth/me").status_code == 401


def test_many_logins_at_once_keep_nobody_waiting(app, client, monkeypatch):
    """Passwords wait for their turn without a connection and without a thread of the requests."""

    def slowly(*_: object) -> bool:
        time.sleep(0.2)
        return False

    monkeypatch.setattr(security, "verify_password", slowly)
    token = client.cookies["runningcoach_session"]

    async def all_at_once() -> tuple[list[int], list[float]]:
        transport = httpx.ASGITransport(app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://testserver") as browser,
        ):
            wrong = {"username": "ann", "password": "not the one"}
            logins = [
                asyncio.create_task(login(app, n, wrong | {"username": f"u{n}"})) for n in range(50)
            ]
            waits = []
            while not all(login.done() for login in logins):
                began = time.monotonic()
                assert (await browser.get("/readyz")).status_code == 200
                cookies = {"cookie": f"runningcoach_session={token}"}
                mine = await browser.get("/api/v1/auth/me", headers=cookies)
                assert mine.status_code == 200
                waits.append(time.monotonic() - began)
                await asyncio.sleep(0.05)
            return [login.result() for login in logins], waits

    with ThreadPoolExecutor(1) as thread:  # a browser's loop may run in this one
        statuses, waits = thread.submit(lambda: asyncio.run(all_at_once())).result()
    assert set(statuses) == {401}
    assert max(waits) < 2.0


async def login(app, n: int, account: dict[str, str]) -> int:
    """Log in from an address of its own; return the status."""
    transport = httpx.ASGITransport(app, client=(f"192.0.2.{n}", 50_000))
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as browser:
        return (await browser.post("/api/v1/auth/login", json=account)).status_code
