"""Jobs by the API: one's own, queued and cancelled; reports that can do nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from runningcoach.jobs import job_table
from runningcoach.model.connection import GarminConnection
from runningcoach.store import accounts, garmin, job_runs

NOW = datetime(2026, 10, 12, 3, tzinfo=UTC)
RUN = "/api/v1/jobs/daily_metrics/run"


def ran(conn, user, *, job="daily_metrics", state="succeeded", at=NOW, report=None):
    run = job_runs.enqueue(conn, user.id, job, at)
    job_runs.begin(conn, run.id, at, "host")
    ending = job_runs.RunOutcome(state=state, report=report)
    return job_runs.finish(conn, run.id, at + timedelta(seconds=9), ending)


def test_the_jobs_say_when_they_run_next_and_how_the_last_went(client, conn, ann):
    run = ran(conn, ann, state="failed")
    by_name = {job["name"]: job for job in client.get("/api/v1/jobs").json()}
    assert set(by_name) == {
        job.name for job in job_table.table().values() if job.whom == "everyone"
    }
    daily = by_name["daily_metrics"]
    assert daily["last_run"]["id"] == run.id
    assert daily["last_run"]["state"] == "failed"
    following = datetime.fromisoformat(daily["next_at"])
    assert following > datetime.now(UTC)
    assert (following + timedelta(hours=9)).strftime("%H:%M") == "05:10"  # in Seoul
    assert by_name["weekly_summary"]["last_run"] is None


def test_those_connected_have_the_jobs_of_garmin(client, other, conn, ann):
    assert client.post("/api/v1/jobs/sync/run").status_code == 404
    garmin.put_connection(conn, ann.id, GarminConnection(lane="key", status="connected"))
    assert {"sync", "backfill"} <= {job["name"] for job in client.get("/api/v1/jobs").json()}
    assert client.post("/api/v1/jobs/sync/run").status_code == 202
    assert other.post("/api/v1/jobs/sync/run").status_code == 404


def test_the_household_s_job_is_the_owner_s(client, conn, ann):
    assert client.post("/api/v1/jobs/retention/run").status_code == 404
    conn.execute("UPDATE users SET role = 'owner' WHERE id = %s", [ann.id])
    assert "retention" in {job["name"] for job in client.get("/api/v1/jobs").json()}
    assert client.post("/api/v1/jobs/retention/run").status_code == 202


def test_a_run_is_queued_once(client, other, conn, ann):
    answer = client.post(RUN, json={"parameters": {"more": "x"}})
    assert answer.status_code == 202
    assert answer.json()["state"] == "queued"
    [waits] = job_runs.waiting(conn)
    assert (waits.user_id, waits.job, waits.parameters) == (ann.id, "daily_metrics", {"more": "x"})
    again = client.post(RUN)
    assert (again.status_code, again.json()["code"]) == (409, "jobs.already_runs")
    assert other.post(RUN).status_code == 202, "another runner's is another run"


@pytest.mark.parametrize(
    "body", [{"parameters": {"a b": 1}}, {"parameters": {"a": [1]}}, {"day": "x"}]
)
def test_parameters_are_names_with_plain_values(client, body):
    assert client.post(RUN, json=body).status_code == 422


def test_nobody_runs_what_is_not_in_the_table(client):
    answer = client.post("/api/v1/jobs/absent/run")
    assert (answer.status_code, answer.json()["code"]) == (404, "jobs.no_such_job")
    assert client.post("/api/v1/jobs/..%2Fx/run").status_code in (404, 422)


def test_runs_come_in_pages_newest_first_and_are_one_s_own(client, conn, ann, bob):
    mine = [ran(conn, ann, at=NOW + timedelta(days=n)).id for n in range(5)]
    ran(conn, ann, job="weekly_summary", at=NOW + timedelta(days=9))
    ran(conn, bob)
    found, cursor = [], None
    while True:
        query = {"job": "daily_metrics", "limit": 2} | ({"cursor": cursor} if cursor else {})
        page = client.get("/api/v1/jobs/runs", params=query).json()
        found += [run["id"] for run in page["items"]]
        if not (cursor := page["next"]):
            break
    assert found == mine[::-1]
    assert len(client.get("/api/v1/jobs/runs").json()["items"]) == 6


def test_what_waits_is_cancelled_at_once_what_runs_is_told_to(client, conn, ann):
    waits = client.post(RUN).json()["id"]
    cancelled = client.post(f"/api/v1/jobs/runs/{waits}/cancel")
    assert (cancelled.status_code, cancelled.json()["state"]) == (202, "cancelled")
    runs = client.post(RUN).json()["id"]
    job_runs.begin(conn, runs, datetime.now(UTC), "host")
    told = client.post(f"/api/v1/jobs/runs/{runs}/cancel").json()
    assert told["state"] == "running"
    assert told["cancel_asked_at"] is not None
    ended = client.post(f"/api/v1/jobs/runs/{waits}/cancel")
    assert (ended.status_code, ended.json()["code"]) == (409, "jobs.not_running")


def test_another_s_run_is_not_there(client, conn, bob, home):
    run = ran(conn, bob, report="x/report.html")
    (home / "jobs" / "x").mkdir(parents=True)
    (home / "jobs" / "x" / "report.html").write_text("bob's")
    for path in ("", "/report"):
        assert client.get(f"/api/v1/jobs/runs/{run.id}{path}").status_code == 404
    assert client.post(f"/api/v1/jobs/runs/{run.id}/cancel").status_code == 404
    assert accounts.get(conn, bob.id) is not None


def test_a_report_can_do_nothing(client, conn, ann, home):
    run = ran(conn, ann, report="x/report.html")
    assert client.get(f"/api/v1/jobs/runs/{run.id}/report").status_code == 404, "the file is gone"
    (home / "jobs" / "x").mkdir(parents=True)
    (home / "jobs" / "x" / "report.html").write_text("<h1>주간 요약</h1>")
    answer = client.get(f"/api/v1/jobs/runs/{run.id}/report")
    assert answer.text == "<h1>주간 요약</h1>"
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "script" not in policy
    assert "sandbox" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"


def test_strangers_and_other_origins_are_kept_out(visitor, client):
    assert visitor.get("/api/v1/jobs").status_code == 401
    foreign = client.post(RUN, headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403
