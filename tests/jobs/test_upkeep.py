"""What the tidying job removes, and what it leaves."""

import os
import time
from datetime import UTC, datetime, timedelta

import nbformat

from runningcoach.base import periods, security
from runningcoach.jobs import cleanup, job_table
from runningcoach.model.conversation import NewMessage
from runningcoach.store import accounts, conversations, job_runs
from tests.conftest import PROJECT

NOW = datetime(2026, 10, 12, 3, tzinfo=UTC)


def ended(conn, user, home, job, number, state="succeeded"):
    at = NOW + timedelta(hours=number)
    run = job_runs.enqueue(conn, user.id, job, at)
    if state != "queued":
        job_runs.begin(conn, run.id, at, "host")
    if state not in ("queued", "running"):
        job_runs.finish(conn, run.id, at, job_runs.RunOutcome(state=state))
    folder = home / "jobs" / run.run_id
    folder.mkdir(parents=True)
    (folder / "report.html").write_text("x")
    return run


def left(conn, user):
    return [(run.job, run.queued_at) for run in job_runs.page(conn, user.id)]


def test_each_runner_keeps_the_newest_of_each_job(conn, user, other_user, home, jobs):
    kept = jobs(works={"notebook": "works", "keep": 2}, looks={"notebook": "looks", "keep": 1})
    for number in range(4):
        for who in (user, other_user):
            ended(conn, who, home, "works", number)
    ended(conn, user, home, "looks", 0, "failed")
    ended(conn, user, home, "gone", 0)
    waiting = ended(conn, user, home, "fails", 9, "queued")
    removed = cleanup.runs(conn, home, kept)
    assert (removed.runs, removed.folders) == (5, 5)
    newest = [("works", NOW + timedelta(hours=n)) for n in (3, 2)]
    assert left(conn, other_user) == newest
    assert set(left(conn, user)) == {*newest, ("looks", NOW), ("fails", waiting.queued_at)}
    assert {path.name for path in (home / "jobs").iterdir()} == job_runs.run_ids(conn)
    assert cleanup.runs(conn, home, kept) == cleanup.CleanupReport()


def test_folders_beside_a_database_that_knows_none_of_them_stay(conn, user, home, jobs):
    hours_ago = time.time() - 2 * 3600
    for number in range(30):
        folder = home / "jobs" / f"old-{number:012d}"
        folder.mkdir(parents=True)
        os.utime(folder, (hours_ago, hours_ago))
    assert cleanup.runs(conn, home, jobs(works={"notebook": "works"})).folders == 0
    assert len(list((home / "jobs").iterdir())) == 30


def test_a_folder_without_a_run_goes_when_it_is_old(conn, user, home, jobs):
    kept = jobs(works={"notebook": "works"})
    for name in ("old-000000000000", "new-000000000000"):
        (home / "jobs" / name).mkdir(parents=True)
    hours_ago = time.time() - 2 * 3600
    os.utime(home / "jobs" / "old-000000000000", (hours_ago, hours_ago))
    assert cleanup.runs(conn, home, kept).folders == 1
    assert [path.name for path in (home / "jobs").iterdir()] == ["new-000000000000"]


def test_logins_that_ended_and_failures_of_yesterday_go(conn, user):
    now = periods.now()
    for hours in (-1, 1):
        token = security.token_sha256(security.new_token())
        conn.execute(
            "INSERT INTO sessions (token_sha256, user_id, expires_at) VALUES (%s, %s, %s)",
            [token, user.id, now + timedelta(hours=hours)],
        )
    for days in (2, 0):
        accounts.record_failure(conn, "runner")
        conn.execute(
            "UPDATE login_failures SET failed_at = %s"
            " WHERE id = (SELECT max(id) FROM login_failures)",
            [now - timedelta(days=days)],
        )
    assert cleanup.logins(conn, now) == cleanup.CleanupReport(sessions=1, login_failures=1)
    assert conn.execute("SELECT count(*) FROM sessions").fetchone() == (1,)
    assert conn.execute("SELECT count(*) FROM login_failures").fetchone() == (1,)


def test_the_job_that_comes_along_does_it(bench, conn, user, monkeypatch):
    bench.use(job_table.read(PROJECT / "scheduler" / "jobs.toml"))
    conn.execute(  # a database into which nothing ever came may wait to be restored
        "INSERT INTO garmin_raw_files (user_id, sha256, kind, name, size_bytes, lane, outcome)"
        " VALUES (%s, repeat('f', 64), 'fit', 'a.fit', 9, 'folder', 'imported')",
        [user.id],
    )
    stray = bench.settings.home / "samples" / "year=2026" / "month=10" / "1-aaaa.parquet"
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"x")
    days_ago = time.time() - 3 * 86400
    os.utime(stray, (days_ago, days_ago))
    talk = conversations.create(conn, user.id, "x")
    sent = NewMessage(role="user", content="x", context={"sent": "x"})
    old = conversations.add_message(conn, user.id, talk.id, sent)
    conn.execute("UPDATE ai_messages SET created_at = now() - interval '31 days'")
    row = bench.finish(bench.start("retention"))
    assert row.state == "succeeded", (row.error, bench.log(row))
    assert not stray.exists()
    assert conversations.context(conn, user.id, old.id) is None
    notebook = nbformat.read(bench.settings.home / "jobs" / row.notebook, as_version=4)
    shown = [cell.outputs[0].data["text/plain"] for cell in notebook.cells[-4:]]
    assert shown[0].startswith("CleanupReport(runs=0, folders=0")
    assert shown[2] == "SweepReport(moved=1, returned=0, deleted=0, held=0, size_bytes=1)"
    assert shown[3] == "ContextsRemoved(contexts=1)"
