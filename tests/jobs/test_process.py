"""What a run leaves behind, however it ends: real papermill, real kernels."""

import json
import os
import signal
from datetime import timedelta

import nbformat
import psutil
import pytest

from runningcoach.base import periods
from runningcoach.jobs import notebook_process
from runningcoach.store import job_runs
from tests.jobs.conftest import SECRET, lives, until

pytestmark = pytest.mark.slow


def executed(bench, row):
    return nbformat.read(bench.settings.home / "jobs" / row.notebook, as_version=4)


def report(bench, row):
    return (bench.settings.home / "jobs" / row.report).read_text()


def test_a_run_that_works_keeps_its_notebook_and_its_report(bench, jobs):
    bench.use(jobs(works={"notebook": "works", "parameters": {"more": "from the table"}}))
    row = bench.finish(bench.start("works"))
    assert (row.state, row.error_code, row.error) == ("succeeded", None, None)
    assert row.started_at <= row.ended_at
    last = executed(bench, row).cells[-1].outputs
    day = periods.today("Asia/Seoul").isoformat()
    assert last[0].text == "said\n"
    assert last[1].data["text/plain"] == f"{{'day': '{day}', 'more': 'from the table'}}"
    page = report(bench, row)
    assert "'more': 'from the table'" in page
    assert "<script" not in page
    assert "http" not in page.partition("<body")[0]
    assert bench.waiting() == []


def test_failing_cell_error_hides_secrets(bench, jobs):
    bench.use(jobs(fails={"notebook": "fails", "retries": 1, "retry_after_s": 90}))
    row = bench.finish(bench.start("fails"))
    assert (row.state, row.error_code) == ("failed", "cell_failed")
    assert row.error.startswith("ValueError: cannot reach postgresql://runner:***@db/rc")
    assert SECRET not in row.error
    notebook = executed(bench, row)
    errors = [out for cell in notebook.cells if cell.cell_type == "code" for out in cell.outputs
              if out.output_type == "error"]  # fmt: skip
    assert [error.ename for error in errors] == ["ValueError"]
    assert "raise ValueError" in "".join(errors[0].traceback)
    assert SECRET not in json.dumps(errors)
    assert "'after'" not in json.dumps([cell.get("outputs") for cell in notebook.cells])
    assert "This step failed" in report(bench, row) or "실패했습니다" in report(bench, row)
    [again] = bench.waiting()
    assert (again.attempt, again.scheduled_for) == (2, row.scheduled_for)
    assert again.not_before - row.ended_at == timedelta(seconds=90)


def kernel(bench, run) -> int:
    file = bench.folder(run) / "pid"

    def written() -> bool:
        assert lives(bench.row(run).pid), bench.log(run)
        return file.exists() and bool(file.read_text())

    until(written, 60)
    return int(file.read_text())


def test_a_run_that_takes_too_long_is_ended_with_its_kernel(bench, jobs):
    bench.use(jobs(sleeps={"notebook": "sleeps", "timeout_s": 600}))
    run = bench.start("sleeps")
    pid = kernel(bench, run)
    bench.runs.attend()
    assert bench.row(run).state == "running"
    bench.clock.ahead = timedelta(seconds=600)
    row = bench.finish(run)
    assert (row.state, row.error_code) == ("timed_out", "too_long")
    assert row.notebook is not None
    until(lambda: not lives(pid), 3)
    assert not lives(row.pid)


def test_cancelling_ends_what_the_kernel_started_too(bench, jobs):
    bench.use(jobs(forks={"notebook": "forks", "retries": 3}))
    run = bench.start("forks")
    grandchild = kernel(bench, run)
    assert lives(grandchild)
    job_runs.request_cancel(bench.conn, bench.user.id, run.id, periods.now())
    row = bench.finish(run, 5)
    assert row.state == "cancelled"
    until(lambda: not lives(grandchild), 3)
    assert not lives(row.pid)
    assert bench.waiting() == [], "what somebody cancelled is not tried again"


def test_killed_kernel_fails_the_run(bench, jobs):
    bench.use(jobs(sleeps={"notebook": "sleeps"}))
    run = bench.start("sleeps")
    os.kill(kernel(bench, run), signal.SIGKILL)
    row = bench.finish(run, 30)
    assert (row.state, row.error_code) == ("failed", "kernel_died")
    assert row.notebook is not None


def test_killed_process_ends_its_kernel(bench, jobs):
    bench.use(jobs(sleeps={"notebook": "sleeps"}))
    run = bench.start("sleeps")
    pid = kernel(bench, run)
    os.kill(run.pid or bench.row(run).pid, signal.SIGKILL)
    row = bench.finish(run, 5)
    assert (row.state, row.error_code) == ("crashed", "died")
    until(lambda: not lives(pid), 3)


def test_notebook_environment_has_user_and_day_but_no_secret(bench, jobs, monkeypatch):
    monkeypatch.setenv("RUNNINGCOACH_OWNER_PASSWORD", SECRET)
    monkeypatch.setenv("DATABASE_URL", "postgresql://x:pa55-of-the-database@y/z")
    bench.use(jobs(looks={"notebook": "looks"}))
    row = bench.finish(bench.start("looks"))
    assert row.state == "succeeded", bench.log(row)
    environment = json.loads((bench.folder(row) / "env.json").read_text())
    assert SECRET not in json.dumps(environment)
    assert "DATABASE_URL" not in environment
    day = periods.today("Asia/Seoul").isoformat()
    shown = executed(bench, row).cells[-2].outputs[0].data["text/plain"]
    assert shown == f"('{day}', 'runner')"
    lines = [json.loads(line) for line in bench.log(row).splitlines() if line.startswith("{")]
    assert {line["run_id"] for line in lines} == {row.run_id}
    assert "seen token=***" in [line["message"] for line in lines]


def test_a_run_s_files_are_its_user_s_alone(bench, jobs):
    bench.use(jobs(works={"notebook": "works"}))
    row = bench.finish(bench.start("works"))
    assert bench.folder(row).stat().st_mode & 0o077 == 0
    assert (bench.settings.home / "run" / "database_url").stat().st_mode & 0o077 == 0
    sockets = bench.folder(row) / "sockets"
    assert not sockets.is_symlink()


def test_two_of_one_job_do_not_run_at_once(bench, jobs, reading, user):
    bench.use(jobs(sleeps={"notebook": "sleeps"}, works={"notebook": "works"}))
    run = bench.start("sleeps")
    assert job_runs.enqueue(reading, user.id, "sleeps", periods.now()) is None
    assert not job_runs.try_lock(reading, user.id, "sleeps")
    assert job_runs.try_lock(reading, user.id, "works")
    waits = job_runs.enqueue(reading, user.id, "works", periods.now())
    assert not bench.runs.begin(waits, bench.table["works"], user), "the other side holds it"
    assert bench.row(run).state == "running"


def test_kill_leftover_spares_other_processes(bench, jobs):
    """The number of a process is given again; the word of the run is not."""
    bench.use(jobs(works={"notebook": "works"}))
    run = bench.start("works")
    impostor = psutil.Popen(["sleep", "60"])
    try:
        notebook_process.kill_leftover(run.model_copy(update={"pid": impostor.pid}))
        assert impostor.poll() is None
    finally:
        impostor.kill()
        impostor.wait()


@pytest.mark.parametrize("state", ["succeeded", "cancelled"])
def test_an_ended_run_cannot_be_cancelled_or_ended_again(bench, jobs, state):
    bench.use(jobs(works={"notebook": "works"}))
    run = job_runs.enqueue(bench.conn, bench.user.id, "works", periods.now())
    if state == "cancelled":
        job_runs.request_cancel(bench.conn, bench.user.id, run.id, periods.now())
    else:
        bench.finish(bench.begin(run))
    assert job_runs.request_cancel(bench.conn, bench.user.id, run.id, periods.now()) is None
    ending = job_runs.RunOutcome(state="failed")
    assert job_runs.finish(bench.conn, run.id, periods.now(), ending) is None
    assert bench.row(run).state == state
