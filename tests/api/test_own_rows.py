"""Every route over derived rows: one runner's alone, and no odd question breaks it."""

from itertools import product

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from runningcoach.base import periods
from runningcoach.model.user import User

from .conftest import Add
from .lived import live

TODAY = periods.today("Asia/Seoul")
SPANS = (
    "metrics/daily", "metrics/recovery", "analytics/weekly", "analytics/monthly",
    "analytics/yearly", "analytics/pace-curve", "analytics/zones", "health/days", "sleep", "hr",
    "fitness/daily", "health/sleep", "health/hr",
)  # fmt: skip
OTHERS = (
    "analytics/all", "analytics/baseline", "analytics/records", "analytics/predictions",
    "analytics/projection", f"analytics/records?year={TODAY.year}",
    "analytics/predictions?distance_m=7000", "benchmarks",
    f"benchmarks?date={TODAY}",
    *(f"{day}/{TODAY}" for day in ("sleep", "hr", "health/sleep", "health/hr")),
)  # fmt: skip
ROOMS = ("analytics", "metrics", "benchmarks", "sleep", "hr", "health", "fitness")
NOT_OF_ROWS = {
    "/api/v1/metrics/catalogue",
    "/api/v1/metrics/preferences",
    "/api/v1/metrics/activities/{id}",
}


def answers(client: TestClient) -> dict[str, object]:
    return {path: client.get(f"/api/v1/{path}").json() for path in (*SPANS, *OTHERS)}


def without_request(answer: object) -> object:
    if isinstance(answer, dict):
        return {name: value for name, value in answer.items() if name != "request_id"}
    return answer


def test_the_list_of_routes_is_whole(app: FastAPI):
    described = app.openapi()["paths"]
    ours = {p for p in described if p.split("/")[3:4] and p.split("/")[3] in ROOMS}
    asked = {"/api/v1/" + p.partition("?")[0].replace(str(TODAY), "{date}") for p in SPANS + OTHERS}
    explained = {p for p in ours if "/explain" in p}
    assert {p for p in ours if "get" in described[p]} - NOT_OF_ROWS - explained == asked


def test_rows_of_another_runner_change_no_answer(client, other, conn, ann: User, add: Add):
    before, own = answers(other), answers(client)
    live(conn, ann, add(ann), TODAY)
    after = answers(other)
    for path, answer in answers(client).items():
        assert without_request(after[path]) == without_request(before[path]), path
        assert without_request(answer) != without_request(own[path]), path


def test_what_another_runner_says_stays_theirs(client, other, conn, ann: User, add: Add):
    live(conn, ann, add(ann), TODAY)
    said = {"kind": "hrmax_bpm", "value": 188, "valid_from": "2026-02-01"}
    assert client.patch("/api/v1/benchmarks", json=said).status_code == 200
    assert client.patch("/api/v1/metrics/preferences", json={"seeded": True}).status_code == 200
    path = "/api/v1/benchmarks/hrmax_bpm/2026-02-01"
    assert other.delete(path).status_code == 404
    assert other.get("/api/v1/metrics/preferences").json()["seeded"] is False
    assert other.patch("/api/v1/metrics/preferences", json={"seeded": False}).status_code == 200
    assert client.get("/api/v1/metrics/preferences").json()["seeded"] is True
    assert client.delete(path).status_code == 204


ODD = ("0001-01-01", "9999-12-31", "2026-02-30", "", "now", "1e9", "-1", "\x00", "'", "2026-07")


@pytest.mark.parametrize("path", SPANS)
def test_no_span_breaks_a_list(client, conn, ann: User, add: Add, path):
    live(conn, ann, add(ann), TODAY)
    for first, last in product(("0001-01-01", "9999-12-31", None), repeat=2):
        asked = {"from": first, "to": last}
        answer = client.get(f"/api/v1/{path}", params={k: v for k, v in asked.items() if v})
        assert answer.status_code == 200, asked
    for odd in ODD[2:]:
        answer = client.get(f"/api/v1/{path}", params={"from": odd})
        assert answer.status_code in (200, 422), odd
    assert client.get(f"/api/v1/{path}", params={"form": "2026-01-01"}).status_code == 422


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("analytics/records", ("year",)),
        ("analytics/predictions", ("distance_m",)),
        ("analytics/pace-curve", ("kind", "compare_from", "compare_to")),
        ("analytics/zones", ("date",)),
        ("analytics/projection", ("until", "daily_load", "target_form")),
        ("benchmarks", ("date",)),
        (f"hr/{TODAY}", ("stream",)),
    ],
)
def test_no_question_breaks_an_answer(client, conn, ann: User, add: Add, path, names):
    live(conn, ann, add(ann), TODAY)
    odd = (*ODD, "nan", "inf", "-inf", "1e308", "99999999999999999999", "x" * 5000)
    for name, value in product((*names, "no_such"), odd):
        answer = client.get(f"/api/v1/{path}", params={name: value})
        assert answer.status_code in (200, 404, 422), (name, value[:20])


@pytest.mark.parametrize("path", ["sleep/{}", "hr/{}", "health/sleep/{}", "health/hr/{}"])
def test_no_day_breaks_an_answer(client, path):
    for odd in filter(None, ODD):
        answer = client.get(f"/api/v1/{path.format(odd.replace(chr(0), '%00'))}")
        assert answer.status_code in (200, 404, 422), odd


@pytest.mark.parametrize("kind", ["hrmax_bpm", "nothing", "%00"])
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "nan", "%00"])
def test_nothing_to_take_back(client, kind, day):
    answer = client.delete(f"/api/v1/benchmarks/{kind}/{day}")
    assert answer.status_code in (404, 422)
