"""A runner with a history and a plan in the tables, whose days pass one by one."""

from datetime import UTC, date, datetime, timedelta

from runningcoach.coach.plans import versions
from runningcoach.coach.plans.adaptation import QUALITY_TYPES
from runningcoach.coach.plans.adaptation.proposals import adapt_plan
from runningcoach.coach.plans.adherence.outdated import refresh_outdated
from runningcoach.coach.plans.athlete import load_athlete
from runningcoach.coach.plans.planner import make_plan
from runningcoach.model.fitness import RecoveryDay
from runningcoach.model.plan_request import PlanRequest
from runningcoach.store import fitness, plans, workouts
from tests.derive.conftest import INSERT

DAY = timedelta(days=1)
WEEK_KM = {1: 8.0, 2: 9.0, 3: 8.0, 5: 7.0, 6: 14.0}
"""What is run on the weekdays of the weeks before the plan."""


class Life:
    """A runner whose days pass one by one."""

    def __init__(self, conn, user, home, start):
        self.conn, self.user, self.home = conn, user, home
        self.start = self.today = start
        for n in range(1, 12 * 7 + 1):
            day = self.start - n * DAY
            if km := WEEK_KM.get(day.weekday()):
                self.run(day, km)
        self.run(self.start - 9 * DAY, 10.0, seconds=2700, is_race=True)
        self.mornings: dict[date, RecoveryDay] = {}

    def run(self, day, km, seconds=None, *, is_race=False):
        start = datetime(day.year, day.month, day.day, 7, tzinfo=UTC)
        row = {
            "user_id": self.user.id, "sha": f"{day} {is_race}", "sport": "running",
            "sub_sport": None, "rpe": None, "is_race": is_race, "treadmill": False, "start": start,
            "day": day, "seconds": seconds or km * 350, "distance": km * 1000, "ascent": None,
        }  # fmt: skip
        self.conn.execute(INSERT, row)

    def wake(self, band="normal", flags=()):
        """Let today's morning be known."""
        row = RecoveryDay(date=self.today, readiness=20, readiness_band=band, flags=list(flags))
        self.mornings[self.today] = row
        fitness.replace_recovery(self.conn, self.user.id, list(self.mornings.values()))

    def begin(self, weeks=12):
        """Follow a plan from today on."""
        request = PlanRequest(
            goal="hm", start=self.start, race_date=self.start + timedelta(weeks=weeks, days=-1),
            available_weekdays=(1, 2, 3, 5, 6), long_day=6,
        )  # fmt: skip
        athlete = load_athlete(self.conn, self.user.id, self.start)
        stored = versions.propose_plan(
            self.conn, self.user.id, make_plan(request, athlete), "rule"
        )  # fmt: skip
        return self.approve(stored)

    def approve(self, stored):
        return versions.approve_plan(
            self.conn, self.user.id, stored.id, stored.sha256, self.today
        )  # fmt: skip

    def reject(self, stored):
        return versions.reject_plan(self.conn, self.user.id, stored.id)

    def planned(self, day):
        return [row.workout for row in workouts.list_between(self.conn, self.user.id, day, day)]

    def follow(self, until):
        """Run what is planned, up to a day that is not over."""
        while self.today < until:
            for workout in self.planned(self.today):
                self.run(self.today, sum(_km(step) for step in workout.steps))
            self.today += DAY

    def look(self, **told):
        refresh_outdated(self.conn, self.user.id, self.today, self.home)
        return adapt_plan(self.conn, self.user.id, self.today, **told)

    def first_hard_day(self, after=None):
        after = after or self.start + 2 * DAY
        plan = plans.get_current(self.conn, self.user.id).plan
        return next(
            day.date for week in plan.weeks for day in week.days
            if day.date > after and any(w.type in QUALITY_TYPES for w in day.workouts)
        )  # fmt: skip


def _km(step):
    if step.kind == "repeat":
        return step.times * sum(_km(one) for one in step.steps)
    seconds = getattr(step.end, "seconds", None)
    return seconds / 340 if seconds else step.end.meters / 1000
