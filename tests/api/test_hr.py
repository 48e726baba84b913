"""Heart rate at rest, and all day long."""

from datetime import date

from runningcoach.model.user import User
from runningcoach.store import health

DAY = date(2026, 5, 1)


def test_resting_heart_rate_where_it_is_known(client, conn, ann: User):
    days = {DAY: {"resting_hr_bpm": 48}, date(2026, 5, 2): {"weight_kg": 70},
            date(2026, 5, 3): {"resting_hr_bpm": 47}}  # fmt: skip
    health.put_days(conn, ann.id, days, "garmin_export")
    span = {"from": "2026-05-01", "to": "2026-05-31"}
    assert client.get("/api/v1/hr", params=span).json() == [
        {"date": "2026-05-01", "resting_hr_bpm": 48, "source": "garmin_export"},
        {"date": "2026-05-03", "resting_hr_bpm": 47, "source": "garmin_export"},
    ]
    older = client.get("/api/v1/health/hr", params=span)
    assert len(older.json()) == 2
    assert older.headers["link"] == '</api/v1/hr>; rel="canonical"'


def test_the_streams_of_a_day(client, conn, ann: User):
    health.put_stream(conn, ann.id, DAY, "heart_rate", [0, 120, 240], [51, 50, 55], "export")
    health.put_stream(conn, ann.id, DAY, "stress", [0], [12], "export")
    found = client.get("/api/v1/hr/2026-05-01").json()
    assert (found["at_s"], found["value"]) == ([0, 120, 240], [51, 50, 55])
    assert found["streams"] == ["heart_rate", "stress"]
    stress = client.get("/api/v1/hr/2026-05-01", params={"stream": "stress"}).json()
    assert (stress["stream"], stress["value"]) == ("stress", [12])
    older = client.get("/api/v1/health/hr/2026-05-01", params={"stream": "stress"})
    assert older.json() == stress
    assert older.headers["link"] == '</api/v1/hr/2026-05-01>; rel="canonical"'


def test_a_day_or_stream_that_is_not_there(client, conn, ann: User):
    health.put_stream(conn, ann.id, DAY, "heart_rate", [0], [51], "export")
    for path in ("2026-05-02", "2026-05-01?stream=stress"):
        assert client.get(f"/api/v1/hr/{path}").status_code == 404
