from datetime import timedelta

import psycopg
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from runningcoach.api.app import create_app
from runningcoach.base import security
from runningcoach.base.periods import now
from runningcoach.base.settings import Settings
from runningcoach.model.user import User
from runningcoach.store import accounts

from .conftest import PASSWORD, signed_in

LOGIN = "/api/v1/auth/login"
COOKIE = "runningcoach_session"
WRONG = "not the one"


def attempt(client: TestClient, username: str = "ann", password: str = WRONG) -> int:
    return client.post(LOGIN, json={"username": username, "password": password}).status_code


def test_login_sets_a_cookie_that_scripts_cannot_read(visitor: TestClient, ann: User):
    answer = visitor.post(LOGIN, json={"username": "Ann ", "password": PASSWORD})
    assert answer.status_code == 200
    assert answer.json()["username"] == "ann"
    assert "password" not in answer.text
    kept = answer.headers["set-cookie"].lower()
    assert kept.startswith(f"{COOKIE}=")
    assert "httponly" in kept
    assert "samesite=lax" in kept
    assert "secure" not in kept


def test_cookie_is_secure_behind_https(settings: Settings, ann: User):
    app = create_app(settings.model_copy(update={"public_url": "https://run.example"}))
    with TestClient(app) as client:
        answer = client.post(LOGIN, json={"username": "ann", "password": PASSWORD})
    assert "secure" in answer.headers["set-cookie"].lower()


def test_only_the_hash_of_the_token_is_kept(client: TestClient, conn: psycopg.Connection):
    token = client.cookies[COOKIE]
    (kept,) = conn.execute("SELECT token_sha256 FROM sessions").fetchone()
    assert kept == security.token_sha256(token)
    assert token.encode() not in kept


def test_unknown_user_and_wrong_password_look_the_same(visitor: TestClient, ann: User):
    wrong = visitor.post(LOGIN, json={"username": "ann", "password": "x"})
    unknown = visitor.post(LOGIN, json={"username": "nobody", "password": "x"})
    assert wrong.status_code == unknown.status_code == 401
    same = ("type", "title", "detail", "remedy", "code")
    assert [wrong.json()[key] for key in same] == [unknown.json()[key] for key in same]


def test_logout_ends_the_session_at_once(client: TestClient, app: FastAPI):
    token = client.cookies[COOKIE]
    assert client.get("/api/v1/auth/me").status_code == 200
    assert client.post("/api/v1/auth/logout").status_code == 204
    assert COOKIE not in client.cookies
    thief = TestClient(app, cookies={COOKIE: token})
    assert thief.get("/api/v1/auth/me").status_code == 401


def test_expired_session_is_none(client: TestClient, conn: psycopg.Connection):
    conn.execute("UPDATE sessions SET expires_at = %s", [now() - timedelta(seconds=1)])
    assert client.get("/api/v1/auth/me").status_code == 401


def test_login_ends_the_session_it_replaces(client: TestClient, app: FastAPI):
    old = client.cookies[COOKIE]
    client.post(LOGIN, json={"username": "ann", "password": PASSWORD})
    assert client.cookies[COOKIE] != old
    assert TestClient(app, cookies={COOKIE: old}).get("/api/v1/auth/me").status_code == 401


def test_sixth_attempt_waits_even_with_the_right_password(visitor: TestClient, ann: User):
    assert [attempt(visitor) for _ in range(5)] == [401] * 5
    answer = visitor.post(LOGIN, json={"username": "ann", "password": PASSWORD})
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 15


def test_wait_grows_to_a_quarter_of_an_hour(
    visitor: TestClient, ann: User, conn: psycopg.Connection
):
    for _ in range(30):
        accounts.record_failure(conn, "pair:ann testclient")
    answer = visitor.post(LOGIN, json={"username": "ann", "password": PASSWORD})
    assert answer.status_code == 429
    assert 14 * 60 < int(answer.headers["retry-after"]) <= 15 * 60


def test_wait_ends_and_success_clears(visitor: TestClient, ann: User, conn: psycopg.Connection):
    for _ in range(5):
        attempt(visitor)
    conn.execute("UPDATE login_failures SET failed_at = failed_at - interval '16 seconds'")
    assert attempt(visitor, password=PASSWORD) == 200
    since = now() - timedelta(days=1)
    assert accounts.failures_since(conn, "pair:ann testclient", since).times == 0
    assert attempt(visitor) == 401


def at(app: FastAPI, address: str) -> TestClient:
    """A browser at an address."""
    return TestClient(app, follow_redirects=False, client=(address, 50_000))


def test_a_strangers_failures_do_not_lock_out_the_owner(app, visitor, ann: User):
    stranger = at(app, "203.0.113.9")
    assert [attempt(stranger) for _ in range(6)] == [401] * 5 + [429]
    assert attempt(at(app, "192.0.2.1"), password=PASSWORD) == 200


def test_an_ipv6_network_is_one_address(app, visitor, ann: User):
    statuses = [attempt(at(app, f"2001:db8:0:1::{n}")) for n in range(6)]
    assert statuses == [401] * 5 + [429]
    assert attempt(at(app, "2001:db8:0:2::1")) == 401


def test_one_name_guessed_from_many_addresses_waits(app, visitor, ann: User, conn):
    for _ in range(100):
        accounts.record_failure(conn, "user:ann")
    answer = at(app, "192.0.2.1").post(LOGIN, json={"username": "ann", "password": PASSWORD})
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 15


def test_a_browser_that_logged_in_before_has_an_allowance_of_its_own(
    app, visitor, ann: User, bob: User, conn
):
    known = at(app, "192.0.2.1")
    assert attempt(known, password=PASSWORD) == 200
    known.cookies.delete(COOKIE)
    for subject in ("user:ann", "user:bob", "address:192.0.2.1"):
        for _ in range(120):
            accounts.record_failure(conn, subject)
    assert attempt(known, password=PASSWORD) == 200
    assert attempt(known, "bob", PASSWORD) == 429  # it is Ann's browser
    assert [attempt(known) for _ in range(11)] == [401] * 10 + [429]
    elsewhere = at(app, "192.0.2.1")
    elsewhere.cookies.set("runningcoach_device", "gAAAAABmade-up")
    assert attempt(elsewhere, password=PASSWORD) == 429


def test_the_cookie_of_a_browser_opens_nothing(app, visitor, ann: User):
    known = at(app, "192.0.2.1")
    answer = known.post(LOGIN, json={"username": "ann", "password": PASSWORD})
    kept = next(one for one in answer.headers.get_list("set-cookie") if "_device" in one).lower()
    assert "httponly" in kept
    assert "samesite=lax" in kept
    known.cookies.delete(COOKIE)
    assert known.get("/api/v1/auth/me").status_code == 401


def test_one_address_guessing_many_names_waits(visitor: TestClient, conn: psycopg.Connection):
    for _ in range(20):
        accounts.record_failure(conn, "address:testclient")
    assert attempt(visitor, "somebody-new") == 429


def test_successes_do_not_use_up_the_address(visitor: TestClient, ann: User, hashed: str, conn):
    for _ in range(3):
        assert attempt(visitor, password=PASSWORD) == 200
    since = now() - timedelta(days=1)
    assert accounts.failures_since(conn, "address:testclient", since).times == 0


def test_me_can_be_changed(client: TestClient):
    changes = {"display_name": "  Ann B. ", "language": "ko", "timezone": "Europe/Berlin",
               "sex": "female", "birth_date": "1990-02-28"}  # fmt: skip
    changed = client.patch("/api/v1/auth/me", json=changes).json()
    assert changed == client.get("/api/v1/auth/me").json()
    assert changed["display_name"] == "Ann B."
    assert (changed["timezone"], changed["birth_date"]) == ("Europe/Berlin", "1990-02-28")
    assert client.patch("/api/v1/auth/me", json={"birth_date": None}).json()["birth_date"] is None
    assert client.get("/api/v1/auth/me").json()["sex"] == "female"


@pytest.mark.parametrize(
    "changes",
    [{"timezone": "Mars/Base"}, {"role": "owner"}, {"language": "fr"}, {"display_name": " "},
     {"birth_date": "2999-01-01"}, {"sex": None}],
)  # fmt: skip
def test_me_refuses_what_makes_no_sense(client: TestClient, changes: dict[str, object]):
    before = client.get("/api/v1/auth/me").json()
    assert client.patch("/api/v1/auth/me", json=changes).status_code == 422
    assert client.get("/api/v1/auth/me").json() == before


def test_password_change_ends_all_other_sessions(client: TestClient, app: FastAPI):
    elsewhere = signed_in(app, "ann")
    change = {"present": PASSWORD, "new": "another long password"}
    before = client.cookies[COOKIE]
    assert client.post("/api/v1/auth/me/password", json=change).status_code == 204
    assert client.cookies[COOKIE] != before
    assert client.get("/api/v1/auth/me").status_code == 200
    assert elsewhere.get("/api/v1/auth/me").status_code == 401
    assert attempt(elsewhere, password=PASSWORD) == 401
    assert attempt(elsewhere, password="another long password") == 200


def test_password_change_asks_for_the_present_one(client: TestClient):
    change = {"present": "wrong", "new": "another long password"}
    assert client.post("/api/v1/auth/me/password", json=change).status_code == 403
    change = {"present": PASSWORD, "new": "short"}
    answer = client.post("/api/v1/auth/me/password", json=change)
    assert answer.status_code == 422
    assert "short" not in answer.text
