"""Print ten generated plans over levels, week by week: docs/reference/plans-printed.md.

    python -m tools.print_plans

writes the page.
"""

from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from runningcoach.coach.plans.paces import training_paces
from runningcoach.coach.plans.plan_measures import measure_plan
from runningcoach.coach.plans.planner import make_plan
from runningcoach.model.plan import Plan, PlanWeek
from runningcoach.model.plan_request import Ambition, AthleteState, GoalKind, PlanRequest

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "plans-printed.md"
HEAD = (
    "# Ten plans of the rule planner\n",
    "Made by `python -m tools.print_plans`. Weekly km are run kilometres without races.",
)
START = date(2027, 1, 4)
DAYS = {3: (1, 3, 6), 4: (1, 3, 5, 6), 5: (1, 2, 3, 5, 6), 6: (0, 1, 2, 3, 5, 6)}
LETTERS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")


class PrintedProfile(NamedTuple):
    """A runner and a goal to print a plan for."""

    goal: GoalKind
    weekly_km: float
    longest_km: float
    days: int
    weeks: int
    pace_index: float | None
    ambition: Ambition = "steady"
    days_since_run: int = 1


PROFILES = (
    PrintedProfile("first_5k", 0, 0, 3, 9, None),
    PrintedProfile("5k", 20, 7, 4, 8, 38),
    PrintedProfile("5k", 60, 18, 6, 10, 58, "ambitious"),
    PrintedProfile("10k", 25, 9, 4, 10, 40),
    PrintedProfile("10k", 45, 14, 5, 12, 50),
    PrintedProfile("hm", 22, 9, 4, 12, 36),
    PrintedProfile("hm", 45, 16, 5, 12, 47),
    PrintedProfile("m", 32, 13, 4, 18, 38),
    PrintedProfile("m", 65, 24, 6, 16, 54, "ambitious"),
    PrintedProfile("return", 40, 10, 4, 8, 45, days_since_run=30),
)


def plan_of(profile: PrintedProfile) -> tuple[Plan, AthleteState]:
    """Return the plan of a profile, in English."""
    has_race = profile.goal != "return"
    athlete = AthleteState(
        today=START,
        weekly_km=(profile.weekly_km,) * 12,
        longest_30d_km=profile.longest_km,
        days_since_run=profile.days_since_run,
        paces=None if profile.pace_index is None else training_paces(profile.pace_index, "race"),
    )
    request = PlanRequest(
        goal=profile.goal,
        start=START,
        race_date=START + timedelta(days=7 * profile.weeks - 1) if has_race else None,
        weeks=None if has_race else profile.weeks,
        available_weekdays=DAYS[profile.days],
        ambition=profile.ambition,
    )
    return make_plan(request, athlete, "en"), athlete


def page() -> str:
    """Return all of them as a page in Markdown."""
    plans = [f"\n{text}" for text in map(plan_text, PROFILES)]
    return "\n".join([*HEAD, *plans]) + "\n"


def plan_text(profile: PrintedProfile) -> str:
    """Return a plan as a heading and a table of its weeks."""
    plan, athlete = plan_of(profile)
    basis = f"from {profile.weekly_km:g} km a week, longest run {profile.longest_km:g} km"
    index = profile.pace_index or "unknown (heart rate)"
    heading = f"## {plan.title}: {basis}, {profile.days} days, pace index {index}\n"
    measures = measure_plan(plan, athlete)
    rows = [week_row(week, m.km, m.number) for week, m in zip(plan.weeks, measures, strict=True)]
    return "\n".join([heading, "| week | phase | km | sessions |", "|---|---|---|---|", *rows])


def week_row(week: PlanWeek, km: float, number: int) -> str:
    """Return a week as a row of the table."""
    sessions = " · ".join(
        f"{LETTERS[day.date.weekday()]} {workout.title}"
        for day in week.days
        for workout in day.workouts
    )
    phase = week.phase + (", relief" if week.is_cutback else "")
    return f"| {number} | {phase} | {km:.1f} | {sessions} |"


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
