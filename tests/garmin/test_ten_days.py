"""Ten simulated days of the scheduler with faults end with the tables of ten days without any.

The schedule, the gate, the lanes and the simulator are the real ones; time is not: clock, notebooks
and PostgreSQL's now() are told it. Most jobs are done in this process, to be quick; some are run by
papermill as in life, and all of them with RC_TEN_DAYS=papermill (a quarter of an hour). In the
middle of one the scheduler is killed.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from time import sleep
from zoneinfo import ZoneInfo

import pytest

from runningcoach import jobs
from runningcoach.base import executors, periods
from runningcoach.base.settings import Settings
from runningcoach.derive import rebuild
from runningcoach.ingest.files import reader_pool
from runningcoach.jobs import GarminOrder, job_table, notebook_process
from runningcoach.jobs.schedule import Schedule
from runningcoach.simulators.garmin import SimulatorClient, serve
from runningcoach.store import database, garmin, job_runs
from tests.conftest import PROJECT
from tests.jobs.conftest import Simulated, Stub, World, at, until

from .conftest import Runner, rows_of

pytestmark = [pytest.mark.slow, pytest.mark.deep]

ALL_REAL = os.environ.get("RC_TEN_DAYS") == "papermill"
SEOUL = ZoneInfo("Asia/Seoul")
START = datetime.combine(datetime.now(SEOUL).date(), time.min, SEOUL) + timedelta(days=1)
"""Tomorrow: defaults of columns still know the true time, which must lie before."""
DAYS = 10
DAY = timedelta(days=1)

NOW = """
CREATE SCHEMA simulated;
CREATE TABLE simulated.clock (time timestamptz);
INSERT INTO simulated.clock VALUES (now());
CREATE FUNCTION simulated.now() RETURNS timestamptz LANGUAGE sql STABLE
    RETURN (SELECT time FROM simulated.clock);
"""
SITE = """
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from runningcoach.base import periods

periods.now = lambda: datetime.fromisoformat(Path(__file__).with_name("now").read_text())
periods.today = lambda zone: periods.now().astimezone(ZoneInfo(zone)).date()
"""
"""What the process of a notebook begins with: it reads the time from a file."""

TABLES = (
    "activities", "laps", "activity_facts", "best_efforts", "sleep", "hr_records",
    "health_metrics", "garmin_scores", "garmin_records", "gear", "athlete_benchmarks",
    "activity_metrics", "fitness_metrics_daily", "recovery_daily", "analytics_summaries",
    "race_predictions",
)  # fmt: skip

type Faults = dict[int, Callable[[SimulatorClient], object]]

FAULTS: Faults = {
    1: lambda fake: fake.fault(status=429, headers={"Retry-After": "21600"}),
    2: lambda fake: fake.fault("sleep|hrv", status=503, count=9),
    3: lambda fake: fake.fault("download", spoil="cut", count=2),
    4: lambda fake: fake.fault(spoil="html", count=3),
    5: lambda fake: fake.fault(spoil="drop", count=6),
    6: lambda fake: fake.fault("activities/search", spoil="malformed", count=3),
    7: lambda fake: fake.kill_tokens(refresh=False),
    8: lambda fake: fake.fault("stress|bodyBattery", status=500, count=20),
}
"""What goes wrong from the morning of a day on; the last days are quiet."""
DEATH = (7, 1)
"""The day, and which of its syncs, in which the scheduler is killed."""
REAL = {(1, 1), (7, 2)}
"""The syncs that are run by papermill in any case: one that is refused, one after the death."""


class Killed(BaseException):
    """The scheduler is no more."""


class Clock(Simulated):
    """Tells its time to everything that asks for the time."""

    def __init__(self, conn, site: Path, now: datetime) -> None:
        super().__init__(now)
        self.conn, self.file = conn, site / "now"
        self.tell()

    def wait(self, until: datetime) -> None:
        super().wait(until)
        self.tell()

    def tell(self) -> None:
        self.conn.execute("UPDATE simulated.clock SET time = %s", [self.time])
        self.file.write_text(self.time.isoformat())


class Household(World):
    """The scheduler in compressed time, for one runner with an account at the simulator."""

    def __init__(self, runner: Runner, settings: Settings, site: Path, faults: Faults) -> None:
        chosen = job_table.read(PROJECT / "scheduler" / "jobs.toml")
        self.table = {name: chosen[name] for name in ("sync", "backfill", "daily_metrics")}
        if not faults:  # a clean sync, morning and evening, is one to compare with
            self.table["sync"] = chosen["sync"].model_copy(update={"cron": "0 7,22 * * *"})
        clock = Clock(runner.conn, site, START)
        super().__init__(_connected(settings), self.table, START, clock=clock)
        self.runner, self.settings, self.faults = runner, settings, faults
        self.day = START.date()
        self.syncs: Counter[int] = Counter()
        self.stopped: Counter[str | None] = Counter()

    def pass_until(self, moment: datetime) -> "Household":
        while self.clock.now() < moment:
            try:
                super().pass_until(moment)
            except Killed:
                self._start_again()
        return self

    def _start_again(self) -> None:
        self.conn.close()
        self.conn = _connected(self.settings)
        self.schedule = Schedule(self.conn, self.table, self.clock, self.launch)
        until(lambda: self.schedule.runs.recover() == 1)

    def launch(self, run, job, user):
        self.begun.append((job.name, user.id, self.clock.now()))
        self._let_days_pass()
        ending = job_runs.RunOutcome(state="succeeded")
        if user.id == self.runner.user_id:
            ending = self._run(run, job, user)
            if job.name != "daily_metrics":  # which asks Garmin nothing
                self.stopped[garmin.sync_state(self.runner.conn, user.id).last_problem] += 1
        return Stub(self.clock, timedelta(seconds=20), ending)

    def _let_days_pass(self) -> None:
        today = self.clock.now().astimezone(SEOUL).date()
        while self.day < today:
            self.day += DAY
            self.runner.fake.today(self.day)
            self.faults.get((self.day - START.date()).days, lambda _: None)(self.runner.fake)

    def _run(self, run, job, user) -> job_runs.RunOutcome:
        day = (self.day - START.date()).days
        self.syncs[day] += job.name == "sync"
        which = (day, self.syncs[day]) if job.name == "sync" else None
        if self.faults and which == DEATH:
            self._begin_and_die(run, job, user)
        if self.faults and (ALL_REAL or which in REAL):
            return self._by_papermill(run, job, user)
        return self._here(job)

    def _begin_and_die(self, run, job, user) -> None:
        fake = self.runner.fake
        asked = len(fake.log())
        fake.latency(0.05)
        begun = notebook_process.launcher(self.settings)(run, job, user)
        until(lambda: len(fake.log()) > asked + 4, 60)
        begun.kill()
        fake.latency(0)
        raise Killed

    def _by_papermill(self, run, job, user) -> job_runs.RunOutcome:
        begun = notebook_process.launcher(self.settings)(run, job, user)
        while (ending := begun.ended()) is None:
            sleep(0.05)
        return ending

    def _here(self, job: job_table.Job) -> job_runs.RunOutcome:
        """Do in this process what the notebook does."""
        conn, me = self.runner.conn, self.runner.user_id
        if job.name == "daily_metrics":
            rebuild.refresh(conn, me)
        else:
            order = GarminOrder("incremental" if job.name == "sync" else "backfill")
            jobs.sync_garmin(
                conn, me, order, self.runner.place, requests_a_day=100_000, pace=self.runner.pace
            )
        return job_runs.RunOutcome(state="succeeded")


def _connected(settings: Settings):
    return database.connect(database.database_url(settings))


@pytest.fixture
def site(conn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the time is kept, for this process, those of notebooks, and the database.

    Readers that stay may be older than the simulated time and would refuse its dates: files are
    read here.
    """
    monkeypatch.setattr(reader_pool, "shared_pool", executors.InlineExecutor)
    conn.execute(NOW)
    place = "simulated, pg_catalog, public"
    conn.execute(f"SET search_path = {place}")
    conn.execute(f"ALTER DATABASE {conn.info.dbname} SET search_path = {place}")
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(SITE)
    monkeypatch.setenv("PYTHONPATH", f"{folder}{os.pathsep}{PROJECT}")
    monkeypatch.setenv("GARMIN_REQUESTS_A_DAY", "100000")
    return folder


@pytest.fixture
def accounts() -> Iterator[tuple[SimulatorClient, SimulatorClient]]:
    """Two servers with the same account: what upsets one is not seen by the other."""
    with serve(until=START.date(), years=0.08) as one, serve(until=START.date(), years=0.08) as two:
        yield one, two


@pytest.fixture
def live(site: Path, database_url: str, home: Path, monkeypatch) -> Callable[..., Household]:
    """Let the ten days pass for a runner, from the moment of connecting on."""

    def live(runner: Runner, user, faults: Faults) -> Household:
        url = runner.fake.url
        monkeypatch.setenv("RUNNINGCOACH_GARMIN_URL", url)
        at(runner.conn, user, START)
        settings = Settings(database_url=database_url, home=home, garmin_url=url)
        house = Household(runner, settings, site, faults)
        now = house.clock.now
        monkeypatch.setattr(periods, "now", now)
        monkeypatch.setattr(periods, "today", lambda zone: now().astimezone(ZoneInfo(zone)).date())
        runner.with_key()
        runner.sign_in()
        house.pass_until(START + DAYS * DAY)
        house.conn.close()
        runner.conn.execute(
            "UPDATE garmin_sessions SET status = 'disconnected' WHERE user_id = %s", [user.id]
        )
        return house

    return live


def test_ten_days_with_faults_end_like_ten_days_without(
    conn, user, other_user, home: Path, accounts, live
):
    upset, calm = (
        Runner(conn, one.id, home, fake)
        for one, fake in zip((user, other_user), accounts, strict=True)
    )
    for one in (user, other_user):  # or jobs of the hours before the ten days count as missed
        at(conn, one, START)
    quiet = live(calm, other_user, {})
    troubled = live(upset, user, FAULTS)

    assert set(quiet.stopped) == {None}
    assert troubled.stopped["rate"] == 1
    assert troubled.stopped["waiting"] >= 1
    syncs = Counter(name for name, one, _ in troubled.begun if one == user.id)["sync"]
    assert syncs == 18 * DAYS + 1, "every hour of the day, and once more after the death"
    assert _ended(conn, other_user) == {"succeeded"}
    assert _ended(conn, user) == {"succeeded", "crashed"}
    [crashed] = _runs(conn, user, "crashed")
    assert (crashed.error_code, crashed.attempt) == ("watcher_died", 1)
    [again] = [run for run in _runs(conn, user, "succeeded") if run.attempt == 2]
    assert again.scheduled_for == crashed.scheduled_for
    assert again.notebook, "run by papermill"
    for name in TABLES:
        assert rows_of(conn, name, user.id) == rows_of(conn, name, other_user.id), name
    assert len(_days_of_activities(conn, user)) >= 5


def _runs(conn, user, state: str) -> list[job_runs.JobRun]:
    return [run for run in job_runs.page(conn, user.id, limit=1000) if run.state == state]


def _ended(conn, user) -> set[str]:
    return {run.state for run in job_runs.page(conn, user.id, limit=1000)}


def _days_of_activities(conn, user) -> set[date]:
    rows = conn.execute(
        "SELECT DISTINCT local_date FROM activities WHERE user_id = %s AND local_date > %s",
        [user.id, START.date()],
    )
    return {day for (day,) in rows}
