"""Ten simulated weeks of a runner with a plan: runs, misses, illness, a break, races, decisions.

The tables, the import of FIT files, deriving, adherence, adaptation, approval and the push to the
simulated Garmin are the real ones; time is told. Each morning and evening the plan is looked at as
the job does, and the scenario below says by hand on which days a change is proposed and what the
runner answers.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from runningcoach import jobs
from runningcoach.base import executors, periods
from runningcoach.coach.plans import versions
from runningcoach.coach.plans.athlete import load_athlete
from runningcoach.coach.plans.planner import make_plan
from runningcoach.ingest.files import reader_pool
from runningcoach.ingest.garmin import connection
from runningcoach.ingest.garmin.connection import GarminEndpoint
from runningcoach.model.plan_request import PlanRequest
from runningcoach.model.stored_plan import StoredPlan
from runningcoach.simulators.garmin import SimulatorClient, serve
from runningcoach.store import activities, adherence, fitness, health, plans, workouts
from tests.planned_runs import SEOUL, Stretch, fit_file, follow, race
from tests.publish.conftest import garmin_body

pytestmark = [pytest.mark.slow, pytest.mark.deep, pytest.mark.timeout(900)]

DAY = timedelta(days=1)
TODAY = datetime.now(SEOUL).date()
START = TODAY + timedelta(days=7 - TODAY.weekday())
"""The next Monday: the true time, which columns know, must lie before."""
WEEKS, PUSH_DAYS = 10, 14
HISTORY_DAYS = 84
WEEK = {1: 9.0, 2: 10.0, 3: 9.0, 5: 8.0, 6: 15.0}
"""Kilometres by weekday in the twelve weeks before the plan."""


@dataclass
class Days:
    """A runner whose days pass, from the morning's look at the plan to the evening's."""

    conn: Any
    user: Any
    home: Any
    fake: SimulatorClient
    clock: list[datetime]
    day: date = START
    log: list[tuple[int, str, str]] = field(default_factory=list)
    """Day of the plan, moment and reason of each proposal."""

    @property
    def number(self) -> int:
        return (self.day - START).days

    def at(self, hour: int) -> None:
        self.clock[0] = datetime.combine(self.day, time(hour, 20), SEOUL)

    def upload(self, files: list[tuple[date, list[Stretch]]]) -> list[int]:
        named = [(f"{day}.fit", fit_file(stretches, day)) for day, stretches in files]
        outcomes = jobs.take_upload(self.conn, self.user.id, named, self.home)
        return [one for outcome in outcomes for one in outcome.activity_ids]

    def mark_race(self, activity_id: int) -> None:
        changed = activities.update(self.conn, self.user.id, activity_id, {"is_race": True})
        fitness.mark_stale(self.conn, self.user.id, changed.local_date)

    def sleep(self, nights: dict[date, tuple[int, int] | None]) -> None:
        """Store nights with their resting heart rate and HRV, None for the usual."""
        days, slept = {}, {}
        for day, bad in nights.items():
            wave = day.toordinal() % 5 - 2
            bpm, hrv = bad or (48 + wave // 2, 62 + wave)
            days[day] = {"resting_hr_bpm": bpm, "hrv_ms": hrv}
            slept[day] = {"total_s": 27_000 + 300 * wave, "hrv_ms": hrv}
        health.put_days(self.conn, self.user.id, days, "garmin")
        health.put_nights(self.conn, self.user.id, slept, "garmin")
        fitness.mark_stale(self.conn, self.user.id, min(nights))

    def begin(self) -> None:
        """Follow a plan for a half marathon on the last Sunday."""
        request = PlanRequest(
            goal="hm", start=START, race_date=START + timedelta(weeks=WEEKS, days=-1),
            available_weekdays=(1, 2, 3, 5, 6), long_day=6,
        )  # fmt: skip
        plan = make_plan(request, load_athlete(self.conn, self.user.id, START))
        self.approve(versions.propose_plan(self.conn, self.user.id, plan, "rule"))

    def look(self, moment: str) -> StoredPlan | None:
        """Look at the plan as the job does; return the proposal that waits."""
        jobs.bring_up_to_date(self.conn, self.user.id, self.home)
        report = jobs.adapt_plan(self.conn, self.user.id, self.day, "ko")
        if report.outcome in ("proposed", "withdrawn"):
            name = report.proposal.reasons[0].key.rpartition(".")[2]
            is_new = report.outcome == "proposed"
            self.log.append((self.number, moment, name if is_new else f"-{name}"))
        return plans.get_proposed(self.conn, self.user.id)

    def approve(self, stored: StoredPlan) -> None:
        versions.approve_plan(self.conn, self.user.id, stored.id, stored.sha256, self.day)

    def reject(self, stored: StoredPlan) -> None:
        versions.reject_plan(self.conn, self.user.id, stored.id)

    def planned(self) -> list[Any]:
        rows = workouts.list_between(self.conn, self.user.id, self.day, self.day)
        return [row.workout for row in rows]

    def push(self) -> None:
        endpoint = GarminEndpoint(self.home, self.fake.url)
        report = jobs.push_workouts(self.conn, self.user.id, endpoint, days=PUSH_DAYS)
        assert report.is_whole, str(report)

    def errors(self) -> list[str]:
        """Return the codes of errors that the rules find in the current plan."""
        current = plans.get_current(self.conn, self.user.id)
        found = versions.find_problems(current, load_athlete(self.conn, self.user.id, self.day))
        return [one.code for one in found if one.severity == "error"]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The time, for all that asks for it; files are read in this process, which is told it."""
    now = [datetime.combine(START, time(5), SEOUL)]
    monkeypatch.setattr(reader_pool, "shared_pool", lambda *_: executors.InlineExecutor())
    monkeypatch.setattr(periods, "now", lambda: now[0])
    monkeypatch.setattr(periods, "today", lambda zone: now[0].astimezone(ZoneInfo(zone)).date())
    return now


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimulatorClient]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with serve(until=START, years=0.05) as client:
        yield client


@pytest.fixture
def days(conn, user, home, fake, clock) -> Days:
    """A runner with twelve weeks of history, a race and a sign-in at Garmin."""
    days = Days(conn, user, home, fake, clock)
    before = [START - n * DAY for n in range(1, HISTORY_DAYS + 1)]
    runs = [
        (day, [Stretch(round(WEEK[day.weekday()] * 345), 345, 140)])
        for day in before
        if day.weekday() in WEEK
    ]
    days.upload(runs)
    [raced] = days.upload([(START - 10 * DAY, race(10, 268))])
    days.mark_race(raced)
    days.sleep(dict.fromkeys(before))
    jobs.bring_up_to_date(conn, user.id, home)
    connection.sign_in(conn, user.id, fake.email, fake.password, GarminEndpoint(home, fake.url))
    return days


@dataclass(frozen=True)
class Scenario:
    """What happens by day of the plan, 0 a Monday; each day not named is run as planned."""

    ill_nights: dict[int, tuple[int, int]]
    """Resting heart rate [bpm] and HRV [ms]."""
    without_run: frozenset[int]
    races: dict[int, tuple[float, float]]
    """Kilometres and pace [s/km]."""
    rejected: frozenset[tuple[int, str]]
    """Day and reason; every other proposal is approved at once, but for those of `ignored`."""
    ignored: frozenset[tuple[int, str]]


SCENARIO = Scenario(
    ill_nights={29: (64, 32), 30: (64, 32), 31: (64, 32), 50: (78, 20)},
    without_run=frozenset({10, 29, 36, 37, 38}),
    races={48: (10.0, 252.0), 69: (21.1, 282.0)},
    rejected=frozenset({(50, "red")}),
    ignored=frozenset({(37, "missed")}),
)
PROPOSED = [
    (11, "morning", "missed"),  # the hills of Thursday go to Saturday
    (29, "morning", "red"),  # ill for three nights: each red morning shortens that day
    (30, "morning", "red"),
    (31, "morning", "red"),
    (37, "morning", "missed"),  # Tuesday's tempo could go to Saturday, but nobody answers
    (38, "morning", "break"),  # the fourth day without a run: an easy week
    (48, "evening", "paces"),  # ten kilometres faster than the plan thought
    (49, "morning", "rules"),  # the peak week would be 30 % above the best of four weeks
    (50, "morning", "red"),  # one very bad night: the runner does not believe it
    (51, "morning", "red"),
    (52, "morning", "red"),
    (70, "morning", "race_over"),
]
"""What is proposed when; on all other mornings and evenings nothing."""


def live(days: Days, scenario: Scenario) -> None:
    """Let a day pass."""
    n = days.number
    days.fake.today(days.day)
    days.at(7)
    days.sleep({days.day: scenario.ill_nights.get(n)})
    answer(days, scenario, days.look("morning"))
    if n in scenario.races:
        [raced] = days.upload([(days.day, race(*scenario.races[n]))])
        days.mark_race(raced)
    elif n not in scenario.without_run and (planned := days.planned()):
        days.upload([(days.day, [one for workout in planned for one in follow(workout)])])
    days.at(21)
    answer(days, scenario, days.look("evening"))
    days.push()


def answer(days: Days, scenario: Scenario, proposed: StoredPlan | None) -> None:
    if proposed is None:
        return
    sign = days.number, proposed.reasons[0].key.rpartition(".")[2]
    if sign in scenario.rejected:
        days.reject(proposed)
    elif sign not in scenario.ignored:
        days.approve(proposed)


def calendar(
    fake: SimulatorClient, others: list[int], first: date, last: date
) -> list[tuple[str, str]]:
    """Return what stands on Garmin's calendar beside what others put there: days and titles."""
    names = {one["workoutId"]: one["workoutName"] for one in fake.workouts()}
    ours = [one for one in fake.schedules() if one["workoutId"] not in others]
    listed = [(one["date"], names[one["workoutId"]]) for one in ours]
    return sorted(one for one in listed if str(first) <= one[0] <= str(last))


def approved(days: Days, first: date, last: date) -> list[tuple[str, str]]:
    """Return what the approved plan has for some days."""
    plan = plans.get_current(days.conn, days.user.id).plan
    return sorted(
        (str(day.date), workout.title)
        for week in plan.weeks
        for day in week.days
        for workout in day.workouts
        if first <= day.date <= last
    )


def foreign(fake: SimulatorClient, ids: list[int]) -> tuple[list[Any], list[Any]]:
    """Return workouts of others and their places on the calendar."""
    return (
        [one for one in fake.workouts() if one["workoutId"] in ids],
        [one for one in fake.schedules() if one["workoutId"] in ids],
    )


def test_ten_weeks_with_a_plan(days: Days):
    places = (None, START + 3 * DAY, START + 40 * DAY)
    ids = [
        days.fake.add_workout(garmin_body(f"Mine {n}", "", [600]), day)
        for n, day in enumerate(places)
    ]
    others = foreign(days.fake, ids)
    days.begin()
    first_plan = plans.get_current(days.conn, days.user.id)
    for n in range(WEEKS * 7 + 2):
        days.day = START + n * DAY
        live(days, SCENARIO)
        assert days.errors() == (["V19"] if (n, "red") in SCENARIO.rejected else []), n
        ahead = days.day, days.day + (PUSH_DAYS - 1) * DAY
        assert calendar(days.fake, ids, *ahead) == approved(days, *ahead), n
    assert days.log == PROPOSED
    assert foreign(days.fake, ids) == others
    check_end(days, first_plan)


def check_end(days: Days, first_plan: StoredPlan) -> None:
    """Check versions, workouts and adherence of the ten weeks."""
    listed = plans.list_versions(days.conn, days.user.id, 100)
    assert [one.status for one in listed].count("current") == 1
    assert [one.origin for one in listed][::-1] == ["rule"] + ["adaptation"] * len(PROPOSED)
    assert [one.status for one in listed].count("rejected") == len(SCENARIO.rejected)
    last = START + (WEEKS * 7 - 1) * DAY
    run = adherence.list_between(days.conn, days.user.id, START, last)
    not_run = {(one.workout_date - START).days for one in run if one.verdict == "missed"}
    assert not_run == SCENARIO.without_run
    assert {one.verdict for one in run if one.run_date == one.workout_date} <= {
        "done", "partly", "off_target",
    }  # fmt: skip
    done = [one for one in run if one.verdict == "done"]
    assert len(done) >= 40
    assert first_plan.plan.request == plans.get_current(days.conn, days.user.id).plan.request
