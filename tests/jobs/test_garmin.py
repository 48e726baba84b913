"""Garmin by the schedule: the real notebooks by papermill, against the simulator."""

import re
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from starlette.testclient import TestClient

from runningcoach import jobs
from runningcoach.api.app import create_app
from runningcoach.base import periods
from runningcoach.ingest.garmin import connection
from runningcoach.jobs import GarminOrder, job_table, sync_requests
from runningcoach.model.workout import TimeEnd, Workout, WorkoutStep
from runningcoach.simulators.garmin import SimulatorClient, serve
from runningcoach.store import garmin, job_runs, workouts
from tests.api.conftest import with_session
from tests.conftest import PROJECT
from tests.garmin.conftest import TABLES, every_row, rows_of
from tests.jobs.conftest import SECRET, lives, until

pytestmark = pytest.mark.slow

TODAY = periods.today("Asia/Seoul")
OURS = PROJECT / "scheduler" / "jobs.toml"


@pytest.fixture(scope="module")
def simulator() -> Iterator[SimulatorClient]:
    with serve(until=TODAY, years=0.2) as fake:
        yield fake


@pytest.fixture
def fake(simulator: SimulatorClient, settings, monkeypatch) -> SimulatorClient:
    """Garmin, played; the API, the scheduler and its notebooks are led there."""
    simulator.reset()
    settings.garmin_url = simulator.url
    monkeypatch.setenv("RUNNINGCOACH_GARMIN_URL", simulator.url)
    return simulator


@pytest.fixture
def client(settings, conn, user, fake) -> Iterator[TestClient]:
    """The owner, logged in."""
    app = create_app(settings)
    with TestClient(app):
        yield with_session(app, conn, user)


def post(client: TestClient, path: str, **body: object):
    return client.post(f"/api/v1/{path}", json=body)


def run_what_waits(bench):
    [waiting] = bench.waiting()
    return bench.finish(bench.begin(waiting), 120)


def connected(client: TestClient, fake: SimulatorClient) -> list:
    """Sign in with a code, wrong first, and enter a key; return the answers."""
    fake.mfa()
    return [
        post(client, "auth/garmin/connect", email=fake.email, password="Wr0ng-but-secret"),
        post(client, "auth/garmin/connect", email=fake.email, password=fake.password),
        post(client, "auth/garmin/mfa", code="000000"),
        post(client, "auth/garmin/mfa", code=fake.mfa_code),
        post(client, "auth/garmin/connect", key="Wr0ng-but-secret"),
        post(client, "auth/garmin/connect", key=fake.key),
    ]


@pytest.mark.deep
def test_a_whole_run_brings_the_days_and_shows_no_secret(
    client, bench, fake, settings, conn, user, heard
):
    settings.garmin_backfill_days, settings.log_level = 20, "DEBUG"
    fake.token_ttl(600)  # less than what is left when the library renews: each use rotates
    answers = connected(client, fake)
    assert [one.status_code for one in answers] == [422, 200, 422, 200, 422, 200]
    bench.use(job_table.read(OURS))

    row = run_what_waits(bench)
    assert (row.job, row.state, row.parameters) == ("backfill", "succeeded", {"days": 20})
    status = client.get("/api/v1/ingest/status").json()
    assert (status["step"], status["units_left"], status["run"]["id"]) == (None, 0, row.id)
    assert date.fromisoformat(status["backfill_from"]) == TODAY - timedelta(days=20)

    before, first, last = nights(conn), TODAY - timedelta(days=59), TODAY - timedelta(days=58)
    span = {"from": str(first), "to": str(last)}
    answers.append(post(client, "ingest/run", mode="range", **span))
    assert run_what_waits(bench).state == "succeeded"
    assert {first, last} <= nights(conn) - before

    fake.fault(lane="connect", status=401, count=None)
    fake.fault(lane="personal", spoil="html", count=None)
    answers.append(post(client, "ingest/run"))
    row = run_what_waits(bench)
    assert row.state == "succeeded", "what Garmin refuses is no mistake of the notebook"
    told = client.get("/api/v1/ingest/status").json()
    assert told["last_problem_words"]
    fake.clear_faults()

    answers.append(post(client, "ingest/run"))
    with garmin.hold_tokens(conn, user.id):
        row = run_what_waits(bench)
    assert (row.state, row.error_code) == ("failed", "cell_failed")
    told = client.get("/api/v1/ingest/status").json()
    assert (told["step"], told["run"]["attempt"]) == ("unattended", 2), "it is tried again"

    _grep(client, answers, heard, settings.home, conn, fake)


def nights(conn) -> set[date]:
    """The days whose hours of sleep are known."""
    rows = conn.execute("SELECT date FROM sleep WHERE total_s IS NOT NULL")
    return {day for (day,) in rows}


def _grep(client, answers, heard, home, conn, fake) -> None:
    """Look for every secret that there was, wherever anybody could read it."""
    secrets = {*fake.secrets(), SECRET, "Wr0ng-but-secret"}
    assert len(secrets) > 12
    places = {
        "log": heard.getvalue(),
        "answers": "\n".join(one.text for one in [*answers, *every_answer(client, conn)]),
        "tables": every_row(conn),
        "files": "\n".join(f"{file} {file.read_bytes()!r}" for file in _files(home)),
    }
    assert "urllib3.connectionpool" in places["log"], "the libraries' own words are heard"
    assert "log.txt" in places["files"]
    assert "urllib3.connectionpool" in places["files"], "also those of the notebooks"
    assert len(places["answers"]) > 50_000
    for place, text in places.items():
        found = [secret[:6] for secret in secrets if _stands_in(secret, text)]
        assert found == [], place


def _stands_in(secret: str, text: str) -> bool:
    """Return whether a secret stands in a text; six digits only where no number goes on."""
    if secret.isdigit():
        return re.search(rf"(?<![\d.]){secret}(?!\d)", text) is not None
    return secret in text


def _files(home) -> list:
    found = [file for file in home.rglob("*") if file.is_file()]
    assert {".ipynb", ".html", ".txt", ".json"} <= {file.suffix for file in found}
    return found


def every_answer(client: TestClient, conn) -> list:
    """Ask every address that can be read, for the newest of whatever it wants."""
    known = {
        "activity_id": conn.execute("SELECT max(id) FROM activities").fetchone()[0],
        "date": TODAY, "lane": "key", "subject": "activity", "quantity": "load", "week": TODAY,
    }  # fmt: skip
    found = []
    for path, ways in client.app.openapi()["paths"].items():
        if "get" in ways:
            for run in conn.execute("SELECT id FROM job_runs ORDER BY id").fetchall():
                address = re.sub(r"{(\w+)}", lambda m, run=run: str(known.get(m[1], run[0])), path)
                found.append(client.get(address))
                if "{id}" not in path or "/jobs/" not in path:
                    break
    read = [one for one in found if one.status_code == 200]
    assert len(read) > 0.7 * len(found), [(o.status_code, o.url.path) for o in found]
    return found


# A scheduler that is killed --------------------------------------------------------------------


@pytest.fixture
def table_of_ours(shelf) -> None:
    """Our own table where the daemon looks for one; what is tried again is so at once."""
    text = OURS.read_text(encoding="utf-8")
    text = re.sub(r"^(cron|jitter_s) = .*$", "", text, flags=re.MULTILINE)
    text = text.replace("retries = 2", "retries = 2\nretry_after_s = 0", 1)
    (shelf / "jobs.toml").write_text(text, encoding="utf-8")
    for notebook in (PROJECT / "notebooks" / "jobs").glob("*.ipynb"):
        shutil.copy(notebook, shelf)


@pytest.mark.deep
def test_a_scheduler_killed_in_mid_backfill_goes_on_at_the_next_start(
    fake, settings, conn, user, other_user, home, table_of_ours, daemon, reading
):
    place = connection.GarminEndpoint(home, fake.url)
    for one in (user, other_user):
        connection.connect_key(conn, one.id, fake.key, place)
    fake.clear_log()
    fake.latency(0.03)
    order = GarminOrder("backfill", 20)
    sync_requests.request_sync(conn, user, order)
    first = daemon()
    until(lambda: garmin.sync_state(reading, user.id).units_done > 15, 60)
    [run] = job_runs.running(reading)
    first.kill()
    until(lambda: not lives(run.pid), 10)
    time.sleep(0.2)  # a request is noted when it has been answered
    cut_off = fake.log()[-1].path
    assert job_runs.get(reading, user.id, run.id).state == "running"
    fake.latency(0)

    daemon()
    until(lambda: _ended(reading, user) == ["crashed", "succeeded"], 120)
    downloads = Counter(call.path for call in fake.log() if "download" in call.path)
    assert len(downloads) > 5
    again = {path for path, times in downloads.items() if times > 1}
    assert again <= {cut_off}, "only what was on its way when it was killed"

    jobs.sync_garmin(conn, other_user.id, order, place)
    for name in set(TABLES) - {"sync_units", "garmin_raw_events"}:
        assert rows_of(conn, name, user.id) == rows_of(conn, name, other_user.id), name


def _ended(conn, user) -> list[str]:
    return [run.state for run in reversed(job_runs.page(conn, user.id))]


@pytest.mark.deep
def test_workouts_go_to_the_calendar_by_their_notebook(client, bench, fake, conn, user):
    post(client, "auth/garmin/connect", email=fake.email, password=fake.password)
    conn.execute("DELETE FROM job_runs")
    step = WorkoutStep(intensity="main", end=TimeEnd(seconds=2400))
    easy = Workout(type="easy", title="Easy", steps=(step,))
    workouts.add_own(conn, user.id, easy, TODAY)
    bench.use(job_table.read(OURS))
    job_runs.enqueue(conn, user.id, "workout_push", periods.now())
    assert run_what_waits(bench).state == "succeeded"
    assert [one["date"] for one in fake.schedules()] == [str(TODAY)]
