"""What every rule looks at: the plan, its figures, its athlete and the day it is checked on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from runningcoach.coach.plans.plan_measures import DayMeasures, WeekMeasures, measure_plan
from runningcoach.model.plan import Plan
from runningcoach.model.plan_edit import Severity
from runningcoach.model.plan_request import AthleteState
from runningcoach.model.stored_plan import PlanOrigin

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class RuleContext:
    """A plan to be checked, in records and in figures.

    `history_km` are the weeks run before the plan, `totals_km` those of the plan, races among
    them: as they were run where they are over and known, else as they are planned.
    """

    plan: Plan
    athlete: AthleteState
    origin: PlanOrigin
    today: date
    weeks: tuple[WeekMeasures, ...]
    days: tuple[DayMeasures, ...]
    history_km: tuple[float, ...]
    totals_km: tuple[float, ...]

    @property
    def race_date(self) -> date | None:
        """The day of the goal race."""
        return self.plan.request.race_date

    @property
    def personal_severity(self) -> Severity:
        """How grave it is to go against the runner's own limits: an import was made for others."""
        return "warn" if self.origin == "import" else "error"

    def is_over(self, week: WeekMeasures) -> bool:
        """Return whether a week lies wholly before today."""
        return week.start + WEEK <= self.today

    def is_goal_race(self, day: DayMeasures) -> bool:
        """Return whether a day is that of the goal race."""
        return day.date == self.race_date

    def neighbours(self) -> Iterator[tuple[DayMeasures, DayMeasures]]:
        """Yield each two days that follow on each other."""
        return ((a, b) for a, b in pairwise(self.days) if b.date - a.date == DAY)

    def week_of(self, day: date | None) -> WeekMeasures | None:
        """Return the week that holds a day; None outside the plan."""
        return next((w for w in self.weeks if any(d.date == day for d in w.days)), None)


def build_context(
    plan: Plan, athlete: AthleteState, origin: PlanOrigin, today: date | None
) -> RuleContext:
    """Return a plan with its figures, its days in order of their dates."""
    weeks = measure_plan(plan, athlete)
    days = tuple(sorted((d for w in weeks for d in w.days), key=lambda day: day.date))
    history_km = athlete.weekly_km[: _run_week_index(weeks[0], athlete)]
    totals_km = tuple(_total_km(week, athlete) for week in weeks)
    return RuleContext(
        plan, athlete, origin, today or athlete.today, weeks, days, history_km, totals_km
    )


def _run_week_index(week: WeekMeasures, athlete: AthleteState) -> int:
    """Return the place of a week of the plan among those run; their number if it is to come."""
    monday = athlete.today - athlete.today.weekday() * DAY
    return len(athlete.weekly_km) - max(0, (monday - week.start) // WEEK)


def _total_km(week: WeekMeasures, athlete: AthleteState) -> float:
    index = _run_week_index(week, athlete)
    return athlete.weekly_km[index] if 0 <= index < len(athlete.weekly_km) else week.total_km
