"""Who gets in, and what they may see."""

import errno
import os
import re
from collections.abc import Iterator
from itertools import product

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from runningcoach.api import token_access
from runningcoach.ingest import activity_removal
from runningcoach.model.user import User

from .conftest import Add

OPEN = {"/api/v1/auth/login", "/healthz", "/readyz"}
PAGES = {"/", "/login", "/logout"}
WORKOUT = {"workout": {"type": "easy", "title": "mine now"}}
EDITS = {"edits": [{"kind": "make_easy", "date": "2100-01-01"}]}
BODIES = {
    "/api/v1/plans/{id}/edits": EDITS,
    "/api/v1/plans/{id}/price": EDITS,
    "/api/v1/workouts/{id}": WORKOUT,
    "/api/v1/plans/{id}/approve": {"sha256": "0" * 64},
    "/api/v1/workouts/{id}/schedule": {"date": "2100-01-01"},
    "/api/v1/ai/conversations/{id}": {"title": "mine now"},
}
"""Right bodies of requests, so that it is the id that is refused."""


def routes(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Every method and path of the app."""
    for route in iter_route_contexts(app.routes):
        for method in sorted(route.methods or ()):
            yield method, route.path or ""


def filled(path: str, activity_id: int) -> str:
    return re.sub(r"\{\w+\}", str(activity_id), path)


def test_table_of_routes_is_seen_whole(app: FastAPI):
    seen = {path for _, path in routes(app)}
    assert set(app.openapi()["paths"]) < seen
    assert len(seen) > 20


def test_every_route_but_login_and_health_refuses_strangers(visitor, app, ann: User, add: Add):
    activity_id = add(ann)
    refused = 0
    for method, path in routes(app):
        if path in OPEN | PAGES:
            continue
        answer = visitor.request(method, filled(path, activity_id))
        assert answer.status_code == 401, (method, path)
        assert answer.headers["content-type"] == "application/problem+json"
        own_token = token_access.is_feed(path)  # the feed's address carries a token of its own
        assert answer.json()["code"] == ("api.wrong_token" if own_token else "api.not_signed_in")
        refused += 1
    assert refused >= 18


def test_paths_that_are_not_there_refuse_strangers_too(visitor: TestClient):
    paths = ("/api/v1/no/such/thing", "/api/v1/auth/login/", "/api/v1/")
    for method, path in product(("GET", "POST", "PUT", "DELETE", "PATCH"), paths):
        assert visitor.request(method, path).status_code == 401


def test_wrong_or_broken_cookies_are_none(visitor: TestClient):
    for cookie in ("runningcoach_session=wrong", "runningcoach_session=", "%%%; ;=;\x7f"):
        answer = visitor.get("/api/v1/auth/me", headers={"cookie": cookie})
        assert answer.status_code == 401


def test_strangers_are_refused_before_their_body_is_read(visitor: TestClient):
    answer = visitor.post("/api/v1/activities/upload", content=b"{not multipart")
    assert answer.status_code == 401


def test_another_runners_ids_are_not_there(app, client, other, ann: User, bob: User, add: Add):
    hers = add(ann)
    add(bob, 1)
    walked = 0
    for method, path in routes(app):
        if "{id}" not in path:
            continue
        body = {"json": {"name": "mine now"}} if method == "PATCH" else {}
        body |= {"json": BODIES[path]} if path in BODIES and method != "GET" else {}
        answer = other.request(method, filled(path, hers), **body)
        assert answer.status_code == 404, (method, path)
        assert answer.json()["code"].endswith(("not_found", "_absent"))
        walked += 1
    assert walked >= 6
    assert client.get(f"/api/v1/activities/{hers}").json()["activity"]["name"] == "Easy run"


def test_lists_show_ones_own_rows_alone(client, other, ann: User, bob: User, add: Add):
    hers, his = add(ann, name="hers"), add(bob, 1, name="his")
    for reader, own in ((client, hers), (other, his)):
        listed = reader.get("/api/v1/activities").json()["items"]
        assert [one["id"] for one in listed] == [own]
        latest = reader.get("/api/v1/dashboard/summary").json()["latest"]
        assert [one["id"] for one in latest] == [own]
        detail = reader.get(f"/api/v1/activities/{own}").json()
        assert detail["neighbours"] == {"previous": None, "next": None}


CHANGING = ("/api/v1/auth/login", "/api/v1/auth/logout", "/login", "/logout")
FOREIGN = (
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": ""},
    {"origin": "http://["},
    {"origin": "http://testserver.evil.example"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"origin": "http://testserver", "sec-fetch-site": "cross-site"},
)


def test_foreign_pages_cannot_change_anything(client: TestClient):
    for path, headers in product(CHANGING, FOREIGN):
        answer = client.post(path, headers=headers)
        assert answer.status_code == 403, (path, headers)
        assert answer.json()["code"] == "api.foreign_origin"
    assert client.get("/api/v1/auth/me").status_code == 200


def test_our_own_pages_can(client: TestClient):
    own = {"origin": "http://testserver"}
    for headers in ({}, own, own | {"sec-fetch-site": "same-origin"}, {"sec-fetch-site": "none"}):
        answer = client.patch("/api/v1/auth/me", json={"sex": "female"}, headers=headers)
        assert answer.status_code == 200


def test_foreign_pages_cannot_open_websockets(client: TestClient):
    headers = {"origin": "https://evil.example"}
    with (
        pytest.raises(WebSocketDisconnect) as refusal,
        client.websocket_connect("/anything", headers=headers),
    ):
        pass
    assert refusal.value.code == 1008


def test_bodies_have_a_limit(client: TestClient):
    answer = client.patch("/api/v1/auth/me", json={"display_name": "x" * 1_100_000})
    assert answer.status_code == 413
    answer = client.post("/api/v1/activities/upload", files={"files": b"x" * 2_100_000})
    assert answer.status_code == 413
    assert answer.json()["code"] == "api.too_large"


def test_bodies_of_unknown_length_have_it_too(client: TestClient):
    chunks = (b"x" * 100_000 for _ in range(12))
    answer = client.patch("/api/v1/auth/me", content=chunks)
    assert answer.status_code == 413


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_told_as_such(client, ann: User, add: Add, monkeypatch, number):
    """Whatever meets the full disk while an activity is deleted."""
    activity_id = add(ann)

    def full(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number), "/home/somewhere")

    monkeypatch.setattr(activity_removal, "remove", full)
    answer = client.delete(f"/api/v1/activities/{activity_id}")
    assert answer.status_code == 507
    assert answer.json()["code"] == "api.disk_full"
    assert "/home/somewhere" not in answer.text
    assert client.get(f"/api/v1/activities/{activity_id}").status_code == 200


def test_headers_are_safe(client: TestClient):
    for path in ("/api/v1/auth/me", "/healthz", "/login", "/api/v1/none"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert "frame-ancestors 'self'" in headers["content-security-policy"]
        assert len(headers["x-request-id"]) >= 8
    assert client.get("/api/v1/auth/me").headers["cache-control"] == "no-store"


def test_request_id_is_taken_over_when_it_is_harmless(client: TestClient):
    def answered(id: str) -> str:
        return client.get("/healthz", headers={"x-request-id": id}).headers["x-request-id"]

    assert answered("abc-123.DEF") == "abc-123.DEF"
    assert answered('x" onload="alert(1)') != 'x" onload="alert(1)'


def test_problems_speak_the_users_language(client: TestClient, other: TestClient):
    english = client.get("/api/v1/activities/1").json()
    korean = other.get("/api/v1/activities/1").json()
    assert english["detail"] == "There is no such thing."
    assert english["code"] == korean["code"]
    assert english["detail"] != korean["detail"]
    assert english["status"] == 404
    assert english["request_id"]


def test_probes_answer_strangers(visitor: TestClient):
    assert visitor.get("/healthz").json() == {"status": "ok"}
    assert visitor.get("/readyz").json() == {"status": "ok"}


def test_connections_come_back(client: TestClient, app: FastAPI, ann: User, add: Add):
    path = f"/api/v1/activities/{add(ann)}"
    for _ in range(30):
        client.get(path)
        client.get(f"{path}/samples", headers={"accept": "application/x-ndjson"})
        client.patch(path, json={"name": "x"})
        client.get("/api/v1/activities/999999")
        client.patch(path, content=b"{broken", headers={"content-type": "application/json"})
    pool = app.state.pool
    assert pool.get_stats()["pool_available"] == pool.get_stats()["pool_size"]


def test_slow_senders_hold_no_connection(visitor: TestClient, app: FastAPI, ann: User):
    free: list[bool] = []
    app.state.pool.wait()  # it opens its connections in the background

    def slowly():
        yield b'{"username": "ann",'
        stats = app.state.pool.get_stats()
        free.append(stats["pool_available"] == stats["pool_size"])
        yield b'"password": "x"}'

    headers = {"content-type": "application/json"}
    answer = visitor.post("/api/v1/auth/login", content=slowly(), headers=headers)
    assert answer.status_code == 401
    assert free == [True]
