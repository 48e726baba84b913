"""Nights."""

from datetime import UTC, date, datetime

from runningcoach.model.user import User
from runningcoach.store import health

NIGHTS = {
    date(2026, 5, 1): {
        "started_at": datetime(2026, 4, 30, 14, 10, tzinfo=UTC),
        "ended_at": datetime(2026, 4, 30, 21, 40, tzinfo=UTC),
        "total_s": 25_200, "deep_s": 5400, "light_s": 14_400, "rem_s": 5400, "awake_s": 1800,
        "score": 82,
    },
    date(2026, 5, 3): {"total_s": 21_600},
}  # fmt: skip
SPAN = {"from": "2026-05-01", "to": "2026-05-31"}


def test_nights_of_a_span(client, conn, ann: User):
    health.put_nights(conn, ann.id, NIGHTS, "garmin_export")
    found = client.get("/api/v1/sleep", params=SPAN).json()
    assert [one["date"] for one in found] == ["2026-05-01", "2026-05-03"]
    assert (found[1]["total_s"], found[1]["deep_s"]) == (21_600, None)
    assert len(client.get("/api/v1/sleep", params=SPAN | {"from": "2026-05-02"}).json()) == 1


def test_a_night_with_its_stages(client, conn, ann: User):
    health.put_nights(conn, ann.id, NIGHTS, "garmin_export")
    night = client.get("/api/v1/sleep/2026-05-01").json()
    stages = [night[f"{stage}_s"] for stage in ("deep", "light", "rem")]
    assert sum(stages) == night["total_s"] == 25_200
    assert night["started_at"] == "2026-04-30T14:10:00Z"
    assert night["source"] == "garmin_export"
    missing = client.get("/api/v1/sleep/2026-05-02")
    assert (missing.status_code, missing.json()["code"]) == (404, "api.not_found")


def test_older_paths(client, conn, ann: User):
    health.put_nights(conn, ann.id, NIGHTS, "garmin_export")
    for older, canonical in (("/health/sleep", "/sleep"), ("/health/sleep/2026-05-03",) * 2):
        answer = client.get(f"/api/v1{older}", params=SPAN if older == "/health/sleep" else None)
        path = canonical.removeprefix("/health")
        assert answer.headers["link"] == f'</api/v1{path}>; rel="canonical"'
        assert answer.headers["deprecation"] == "@1795392000"
        assert answer.json()
