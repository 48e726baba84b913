"""API tokens: what each scope opens, what none opens, and that only their hash stays."""

import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from starlette.testclient import TestClient

from runningcoach.api import login_attempts
from runningcoach.model.user import User

from .conftest import Add

TOKENS = "/api/v1/tokens"
ACCOUNT = "/api/v1/auth/me"


def create(client: TestClient, scope: str = "read", **more: object) -> dict:
    answer = client.post(TOKENS, json={"name": f"my {scope}", "scope": scope} | more)
    assert answer.status_code == 201
    return answer.json()


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def script(visitor: TestClient) -> TestClient:
    """A program without a session."""
    return visitor


def test_token_opens_what_its_user_may_read(client, script, ann: User, add: Add):
    activity_id = add(ann)
    token = create(client)["token"]
    assert script.get(ACCOUNT, headers=bearer(token)).json()["username"] == "ann"
    listed = script.get("/api/v1/activities", headers=bearer(token)).json()["items"]
    assert [row["id"] for row in listed] == [activity_id]


def test_token_is_shown_once_and_stored_as_a_hash(client, conn):
    created = create(client)
    secret = created.pop("token")
    assert secret.startswith("rc_")
    assert len(secret) > 40
    (listed,) = client.get(TOKENS).json()
    assert "token" not in listed
    assert listed["name"] == created["name"]
    rows = conn.execute("SELECT t::text FROM api_tokens t").fetchall()
    assert secret not in f"{rows}"


def test_read_token_is_refused_on_writes(client, script, ann: User, add: Add):
    activity_id = add(ann)
    token = create(client)["token"]
    path = f"/api/v1/activities/{activity_id}"
    refused = script.patch(path, json={"name": "no"}, headers=bearer(token))
    assert (refused.status_code, refused.json()["code"]) == (403, "api.token_scope")
    assert script.delete(path, headers=bearer(token)).status_code == 403
    assert client.get(path).json()["activity"]["name"] == "Easy run"


def test_write_token_changes_what_is_its_users(client, script, ann, bob, add: Add):
    hers, his = add(ann), add(bob, 1)
    token = create(client, "write")["token"]
    changed = script.patch(
        f"/api/v1/activities/{hers}", json={"name": "changed"}, headers=bearer(token)
    )
    assert changed.json()["name"] == "changed"
    others = script.patch(
        f"/api/v1/activities/{his}", json={"name": "changed"}, headers=bearer(token)
    )
    assert others.status_code == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", TOKENS),
        ("POST", TOKENS),
        ("POST", f"{TOKENS}/1/renew"),
        ("DELETE", f"{TOKENS}/1"),
        ("PATCH", ACCOUNT),
        ("POST", "/api/v1/auth/logout"),
        ("POST", "/api/v1/auth/me/password"),
        ("POST", "/api/v1/auth/garmin/connect"),
        ("POST", "/api/v1/auth/garmin/mfa"),
        ("DELETE", "/api/v1/auth/garmin/signin"),
        ("POST", "/api/v1/garmin/connect"),
        ("DELETE", "/api/v1/garmin/key"),
    ],
)
def test_no_token_manages_tokens_sessions_passwords_or_garmin(client, script, method, path):
    token = create(client, "write")["token"]
    answer = script.request(method, path, json={}, headers=bearer(token))
    assert (answer.status_code, answer.json()["code"]) == (403, "api.session_required")


def test_feed_token_opens_nothing_but_its_feed(client, script):
    created = create(client, "feed")
    assert created["feed_path"] == f"/api/v1/calendar/feed/{created['token']}.ics"
    for path in (ACCOUNT, "/api/v1/activities", TOKENS):
        answer = script.get(path, headers=bearer(created["token"]))
        assert (answer.status_code, answer.json()["code"]) == (403, "api.token_scope")


def test_revoked_token_opens_nothing(client, script):
    created = create(client)
    assert client.delete(f"{TOKENS}/{created['id']}").status_code == 204
    answer = script.get(ACCOUNT, headers=bearer(created["token"]))
    assert (answer.status_code, answer.json()["code"]) == (401, "api.wrong_token")
    assert client.delete(f"{TOKENS}/{created['id']}").status_code == 404
    assert client.get(TOKENS).json() == []


def test_renewed_token_takes_the_place_of_the_former(client, script):
    created = create(client, "feed")
    renewed = client.post(f"{TOKENS}/{created['id']}/renew").json()
    assert renewed["token"] != created["token"]
    assert (renewed["name"], renewed["scope"]) == (created["name"], created["scope"])
    assert [row["id"] for row in client.get(TOKENS).json()] == [renewed["id"]]
    assert script.get(created["feed_path"]).status_code == 401


def test_expired_token_opens_nothing(client, script, conn):
    created = create(client, expires_in_days=1)
    assert script.get(ACCOUNT, headers=bearer(created["token"])).status_code == 200
    conn.execute("UPDATE api_tokens SET expires_at = now() - interval '1 second'")
    assert script.get(ACCOUNT, headers=bearer(created["token"])).status_code == 401
    assert client.get(TOKENS).json() == []


def test_last_use_is_written_at_most_once_a_minute(client, script, conn):
    created = create(client)

    def use() -> datetime:
        script.get(ACCOUNT, headers=bearer(created["token"]))
        return conn.execute("SELECT last_used_at FROM api_tokens").fetchone()[0]

    first = use()
    assert first is not None
    assert use() == first
    conn.execute("UPDATE api_tokens SET last_used_at = %s", [first - timedelta(seconds=61)])
    assert use() > first


@pytest.mark.parametrize("wrong", ["", "rc_", "rc_wrong", "\x7f", "x" * 5_000, "a b"])
def test_wrong_token_is_refused_even_beside_a_session(client, wrong):
    answer = client.get(ACCOUNT, headers=bearer(wrong))
    assert (answer.status_code, answer.json()["code"]) == (401, "api.wrong_token")


def test_other_schemes_leave_the_session_in_force(client):
    assert client.get(ACCOUNT, headers={"Authorization": "Basic YTpi"}).status_code == 200


def test_wrong_tokens_of_an_address_have_to_wait_and_right_ones_do_not(client, script):
    token = create(client)["token"]
    for _ in range(login_attempts.FREE_FAILURES["token"]):
        assert script.get(ACCOUNT, headers=bearer("rc_wrong")).status_code == 401
    slowed = script.get(ACCOUNT, headers=bearer("rc_wrong"))
    assert (slowed.status_code, slowed.json()["code"]) == (429, "api.too_many_attempts")
    assert int(slowed.headers["Retry-After"]) > 0
    assert script.get("/api/v1/calendar/feed/rc_wrong.ics").status_code == 429
    assert script.get(ACCOUNT, headers=bearer(token)).status_code == 200


def test_tokens_of_another_runner_are_not_there(client, other):
    hers = create(client)
    assert other.get(TOKENS).json() == []
    assert other.delete(f"{TOKENS}/{hers['id']}").status_code == 404
    assert other.post(f"{TOKENS}/{hers['id']}/renew").status_code == 404
    assert [row["id"] for row in client.get(TOKENS).json()] == [hers["id"]]


@pytest.mark.parametrize(
    "body",
    [
        {"name": "", "scope": "read"},
        {"name": "a\x00b", "scope": "read"},
        {"name": "a", "scope": "admin"},
        {"name": "a", "scope": "read", "expires_in_days": 0},
        {"name": "a", "scope": "read", "user_id": 1},
    ],
)
def test_broken_token_request_creates_nothing(client, body):
    assert client.post(TOKENS, json=body).status_code == 422
    assert client.get(TOKENS).json() == []


def test_no_token_stands_in_a_log(client, script, heard: io.StringIO):
    read, feed = create(client), create(client, "feed")
    script.get(ACCOUNT, headers=bearer(read["token"]))
    script.get(f"/api/v1/activities/{read['token']}")
    script.get(feed["feed_path"])
    script.get("/api/v1/calendar/feed/not-of-our-form.ics")
    lines = [json.loads(line) for line in heard.getvalue().splitlines()]
    ours = [f"{line}" for line in lines if line["logger"].startswith("runningcoach")]
    assert len(ours) >= 6
    for secret in (read["token"], feed["token"], "not-of-our-form"):
        assert [line for line in ours if secret in line] == []
    assert len([line for line in ours if "/api/v1/calendar/feed/***" in line]) == 2


def test_foreign_page_cannot_write_with_a_token_either(client, script):
    token = create(client, "write")["token"]
    headers = bearer(token) | {"origin": "https://evil.example"}
    answer = script.post("/api/v1/jobs/sync/run", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "api.foreign_origin")


def test_answers_vary_by_token(client, script):
    answer = script.get(ACCOUNT, headers=bearer(create(client)["token"]))
    assert {"Cookie", "Authorization"} <= set(answer.headers["Vary"].split(", "))
    assert datetime.now(UTC) - datetime.fromisoformat(create(client)["created_at"]) < timedelta(
        minutes=1
    )
