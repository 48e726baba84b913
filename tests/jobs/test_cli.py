"""Jobs from the command line, here and by a scheduler."""

import os
import threading

import pytest

from runningcoach.store import job_runs
from tests import commands
from tests.jobs.conftest import until


@pytest.fixture
def command(settings, shelf, user):
    """Run a command; return its exit code and what it said."""
    environment = {
        **os.environ,
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "RUNNINGCOACH_HOME": str(settings.home),
        "RUNNINGCOACH_JOBS": str(shelf / "jobs.toml"),
        "RUNNINGCOACH_LANGUAGE": "en",
    }

    def run(*words):
        ran = commands.run(("jobs", *words), environment)
        return ran.returncode, ran.stdout + ran.stderr

    return run


def test_without_a_scheduler_a_job_runs_here(command, jobs, conn, user, settings):
    jobs(
        works={"notebook": "works", "cron": "0 6 * * mon"},
        fails={"notebook": "fails", "retries": 5},
    )
    code, said = command("run", "works", "-p", "more=from the line")
    assert code == 0, said
    [run] = job_runs.page(conn, user.id)
    assert run.state == "succeeded"
    assert run.parameters == {"more": "from the line"}
    assert str(settings.home / "jobs" / run.report) in said
    code, said = command("run", "fails")
    assert code == 1
    assert "failed" in said
    assert "ValueError: cannot reach postgresql://runner:***@db/rc" in said
    assert job_runs.waiting(conn) == [], "who asked has seen it; nothing is tried again"
    code, said = command("list")
    assert "works" in said
    assert "06:00" in said
    assert "when asked for" in said
    code, said = command("history", "works")
    assert said.count("works") == 1


@pytest.mark.deep
def test_with_a_scheduler_it_runs_there(command, jobs, conn, user, daemon):
    jobs(works={"notebook": "works"})
    running = daemon()
    until(running.acts, 60)
    code, said = command("run", "works")
    assert code == 0, said
    [run] = job_runs.page(conn, user.id)
    assert run.state == "succeeded"
    assert f'"run_id": "{run.run_id}"' in running.log.read_text()


@pytest.mark.deep
def test_cancel_from_another_process(command, jobs, conn, user):
    jobs(sleeps={"notebook": "sleeps"})
    ended = {}
    beside = threading.Thread(target=lambda: ended.update(here=command("run", "sleeps")))
    beside.start()
    until(lambda: [run for run in job_runs.page(conn, user.id) if run.pid], 60)
    [run] = job_runs.page(conn, user.id)
    again = command("run", "sleeps")
    assert again[0] == 1
    assert "waits or runs already" in again[1]
    assert command("cancel", str(run.id))[0] == 0
    beside.join(30)
    assert ended["here"][0] == 1
    assert job_runs.get(conn, user.id, run.id).state == "cancelled"
    code, said = command("cancel", str(run.id))
    assert (code, "has ended already" in said) == (1, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run", "absent"], "no such job"),
        (["run", "works", "-p", "more"], "cannot be understood"),
        (["run", "works", "-p", "a b=1"], "cannot be understood"),
    ],
)
def test_run_with_a_typo_queues_nothing(command, jobs, conn, user, words, said):
    jobs(works={"notebook": "works"})
    code, told = command(*words)
    assert (code, said in told) == (1, True), told
    assert job_runs.page(conn, user.id) == []
