"""The scheduler as a process: it takes what is queued, and nothing is lost or left when it dies."""

import signal
import time
from datetime import timedelta
from pathlib import Path

import pytest

from runningcoach.base import periods
from runningcoach.store import job_runs
from tests.jobs.conftest import SECRET, lives, until


def queue(conn, user, name):
    run = job_runs.enqueue(conn, user.id, name, periods.now())
    assert run is not None
    return run


def state(conn, user, run):
    return job_runs.get(conn, user.id, run.id).state


def kernel(settings, run):
    file = settings.home / "jobs" / run.run_id / "pid"
    until(lambda: file.exists() and file.read_text(), 90)
    return int(file.read_text())


def test_what_is_queued_is_begun_at_once_and_can_be_cancelled(daemon, conn, user, jobs, settings):
    jobs(sleeps={"notebook": "sleeps"})
    running = daemon()
    until(running.acts, 60)
    time.sleep(1)  # it naps now
    run = queue(conn, user, "sleeps")
    until(lambda: state(conn, user, run) == "running", 4)
    pid = kernel(settings, run)
    job_runs.request_cancel(conn, user.id, run.id, periods.now())
    until(lambda: state(conn, user, run) == "cancelled", 4)
    until(lambda: not lives(pid), 3)
    log = running.log.read_text()
    assert f'"run_id": "{run.run_id}"' in log
    assert SECRET not in log


def test_a_scheduler_killed_in_mid_job_is_followed_by_one_that_recovers(
    daemon, conn, user, jobs, settings
):
    jobs(sleeps={"notebook": "sleeps", "retries": 1, "retry_after_s": 0})
    first = daemon()
    run = queue(conn, user, "sleeps")
    pid = kernel(settings, run)
    process = job_runs.get(conn, user.id, run.id).pid
    first.kill()
    until(lambda: not lives(pid) and not lives(process), 5)
    assert state(conn, user, run) == "running", "nobody has looked yet"
    daemon()
    until(lambda: state(conn, user, run) == "crashed", 60)
    lost = job_runs.get(conn, user.id, run.id)
    assert lost.error_code == "watcher_died"
    [again] = [one for one in job_runs.page(conn, user.id) if one.attempt == 2]
    assert again.scheduled_for == run.scheduled_for
    until(lambda: state(conn, user, again) == "running", 10)


@pytest.mark.deep
def test_of_two_schedulers_one_acts_and_the_other_takes_its_place(daemon, conn, user, jobs):
    jobs(works={"notebook": "works"})
    first = daemon()
    until(first.acts, 60)
    second = daemon()
    time.sleep(6)
    assert not second.acts()
    assert job_runs.has_leader(conn)
    first.kill()
    until(second.acts, 10)
    run = queue(conn, user, "works")
    until(lambda: state(conn, user, run) == "succeeded", 90)


def test_stop_signal_ends_the_runs_and_the_scheduler(daemon, conn, user, jobs, settings):
    jobs(sleeps={"notebook": "sleeps", "retries": 1})
    running = daemon()
    run = queue(conn, user, "sleeps")
    pid = kernel(settings, run)
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(6) == 0, running.log.read_text()
    assert not lives(pid)
    row = job_runs.get(conn, user.id, run.id)
    assert (row.state, row.error_code) == ("crashed", "stopped")
    assert [one.attempt for one in job_runs.waiting(conn)] == [2]
    assert not job_runs.has_leader(conn)


def test_a_table_that_cannot_be_used_is_said_and_ends_it(daemon, shelf):
    (shelf / "jobs.toml").write_text('[jobs.works]\nnotebook = "absent"\n')
    running = daemon()
    assert running.process.wait(60) == 1
    assert "works: there is no notebook absent.ipynb" in running.log.read_text()


SHIFTED = """
import datetime, os, pathlib
from runningcoach.base import periods
file, now = pathlib.Path(os.environ["TEST_CLOCK"]), periods.now
periods.now = lambda: now() + datetime.timedelta(seconds=float(file.read_text()))
"""


class ShiftedClock:
    """The clock of a scheduler, which a test may set."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        (folder / "sitecustomize.py").write_text(SHIFTED)
        self._file = folder / "seconds"
        self.set(0)
        self.variables = {"PYTHONPATH": str(folder), "TEST_CLOCK": str(self._file)}

    def set(self, seconds: float) -> None:
        fresh = self._file.with_suffix(".new")
        fresh.write_text(str(seconds))
        fresh.replace(self._file)

    def set_before_next_minute(self, seconds: float) -> None:
        self.set(60 - time.time() % 60 - seconds)


@pytest.mark.deep
def test_a_clock_that_jumps_ahead_and_back_stops_no_job(daemon, conn, user, jobs, tmp_path):
    jobs(works={"notebook": "works", "cron": "* * * * *"})
    clock = ShiftedClock(tmp_path / "clock")
    running = daemon(**clock.variables)
    until(running.acts, 60)
    clock.set(timedelta(days=3).total_seconds())
    ahead = periods.now() + timedelta(days=2)

    def ran(true):
        rows = job_runs.page(conn, user.id)
        return [row for row in rows if row.state == "succeeded" and true(row)]

    until(lambda: ran(lambda row: row.scheduled_for > ahead), 60)
    clock.set_before_next_minute(seconds=2)
    until(lambda: ran(lambda row: row.scheduled_for < ahead and row.error_code is None), 60)
    assert ran(lambda row: row.error_code == "clock_ahead")
    assert not ran(lambda row: row.queued_at > ahead)
    assert "dated in the future" in running.log.read_text()
