"""Ten simulated days of the scheduler with faults end with the tables of ten days without any.

The schedule, the gate, the lanes and the simulator are the real ones; time is not. The jobs are
done in this process at the moments of the schedule, and PostgreSQL's now() is the simulated one,
by a function of that name that stands before its own.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pytest

from runningcoach import jobs
from runningcoach.demo.garmin import Fake, serve
from runningcoach.derive import rebuild
from runningcoach.jobs import GarminOrder, table
from runningcoach.records import User
from runningcoach.store import job_runs
from tests.conftest import PROJECT
from tests.jobs.conftest import Simulated, Stub, World, at

from .conftest import Runner, rows_of

SEOUL = ZoneInfo("Asia/Seoul")
START = datetime.combine(datetime.now(SEOUL).date(), time.min, SEOUL) + timedelta(days=1)
"""Tomorrow: defaults of columns still know the true time, which must lie before."""
DAYS = 10
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

NOW = """
CREATE SCHEMA simulated;
CREATE FUNCTION simulated.now() RETURNS timestamptz LANGUAGE sql STABLE
    RETURN current_setting('simulated.now')::timestamptz;
"""

TABLES = (
    "activities", "laps", "activity_facts", "best_efforts", "sleep", "hr_records",
    "health_metrics", "garmin_scores", "garmin_records", "gear", "athlete_benchmarks",
    "activity_metrics", "fitness_metrics_daily", "recovery_daily", "analytics_summaries",
    "race_predictions",
)  # fmt: skip

FAULTS: dict[int, Callable[[Fake], object]] = {
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


class Household(World):
    """The scheduler in compressed time, for one runner with an account at the simulator."""

    def __init__(self, runner: Runner, faults: dict[int, Callable[[Fake], object]]) -> None:
        chosen = table.read(PROJECT / "scheduler" / "jobs.toml")
        names = ("sync", "backfill", "daily_metrics")
        super().__init__(runner.conn, {name: chosen[name] for name in names}, START)
        self.runner, self.faults = runner, faults
        self.day = START.date()
        self.stopped: Counter[str | None] = Counter()

    def launch(self, run, job, user):
        self.begun.append((job.name, user.id, self.clock.now()))
        self._let_days_pass()
        if user.id == self.runner.user_id:
            self._do(job.name)
        return Stub(self.clock, timedelta(seconds=20), job_runs.Ending(state="succeeded"))

    def _let_days_pass(self) -> None:
        today = self.clock.now().astimezone(SEOUL).date()
        while self.day < today:
            self.day += DAY
            self.runner.fake.today(self.day)
            self.faults.get((self.day - START.date()).days, lambda _: None)(self.runner.fake)

    def _do(self, name: str) -> None:
        if name == "daily_metrics":
            rebuild.refresh(self.conn, self.runner.user_id)
            return
        order = GarminOrder("incremental" if name == "sync" else "backfill")
        report = jobs.keep_up_with_garmin(
            self.conn, self.runner.user_id, order, self.runner.place,
            requests_a_day=100_000, pace=self.runner.pace,
        )  # fmt: skip
        self.stopped[report.stopped] += 1


@pytest.fixture
def time_is(conn: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> Callable:
    """Make a simulated clock the time of everything, the database included."""
    conn.execute(NOW)
    conn.execute("SET search_path = simulated, pg_catalog, public")

    def use(clock: Simulated) -> None:
        def tell(moment: datetime) -> None:
            conn.execute("SELECT set_config('simulated.now', %s, false)", [moment.isoformat()])

        class Told(type(clock)):
            def wait(self, until: datetime) -> None:
                super().wait(until)
                tell(self.time)

        clock.__class__ = Told
        tell(clock.time)
        monkeypatch.setattr("runningcoach.periods.now", clock.now)
        monkeypatch.setattr(
            "runningcoach.periods.today", lambda zone: clock.now().astimezone(ZoneInfo(zone)).date()
        )

    return use


@pytest.fixture
def accounts() -> Iterator[tuple[Fake, Fake]]:
    """Two servers with the same account: what upsets one is not seen by the other."""
    with serve(until=START.date(), years=0.08) as one, serve(until=START.date(), years=0.08) as two:
        yield one, two


def lived(runner: Runner, user: User, time_is: Callable, faults) -> Household:
    """Let the ten days pass for one runner, from the moment of connecting on."""
    at(runner.conn, user, START)
    house = Household(runner, faults)
    time_is(house.clock)
    runner.with_key()
    runner.sign_in()
    house.pass_until(START + DAYS * DAY)
    for lane in ("key", "signin"):
        runner.conn.execute(
            "UPDATE garmin_sessions SET status = 'disconnected' WHERE user_id = %s AND lane = %s",
            [user.id, lane],
        )
    return house


def test_ten_days_with_faults_end_like_ten_days_without(
    conn, user, other_user, home: Path, accounts, time_is
):
    upset, calm = (
        Runner(conn, one.id, home, fake)
        for one, fake in zip((user, other_user), accounts, strict=True)
    )
    quiet = lived(calm, other_user, time_is, {})
    troubled = lived(upset, user, time_is, FAULTS)

    assert set(quiet.stopped) == {None}
    assert troubled.stopped["rate"] == 1
    assert troubled.stopped["waiting"] >= 1
    assert (
        Counter(name for name, one, _ in quiet.begun if one == other_user.id)["sync"] == 18 * DAYS
    )
    for name in TABLES:
        assert rows_of(conn, name, user.id) == rows_of(conn, name, other_user.id), name
    days = {date.fromisoformat(str(day)) for (day,) in conn.execute(
        "SELECT DISTINCT local_date FROM activities WHERE user_id = %s AND local_date > %s",
        [user.id, START.date()],
    )}  # fmt: skip
    assert len(days) >= 5
