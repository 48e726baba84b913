"""Compare generated plans with published ones of the same level: a table of the page of plans.

    python -m tools.compare_plans

writes the table between its two marks in docs/reference/plans.md. Of the published plans only
figures are used.
"""

from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from runningcoach.coach.plans.paces import training_paces
from runningcoach.coach.plans.plan_measures import measure_plan
from runningcoach.coach.plans.planner import make_plan
from runningcoach.model.plan import Plan
from runningcoach.model.plan_request import Ambition, AthleteState, GoalKind, PlanRequest
from runningcoach.model.workout import WorkoutType

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "plans.md"
BEGIN, END = "<!-- compared plans: begin -->", "<!-- compared plans: end -->"
START = date(2027, 1, 4)
DAYS = {3: (1, 3, 6), 4: (1, 3, 5, 6), 5: (1, 2, 3, 5, 6), 6: (0, 1, 2, 3, 5, 6)}
QUALITY: frozenset[WorkoutType] = frozenset({
    "tempo", "cruise", "vo2max", "repetition", "hills", "fartlek", "race_pace", "time_trial",
    "steady", "long_progression", "long_marathon_pace",
})  # fmt: skip
SAME = 0.20
"""Up to this share of the published figure two plans count as alike."""
HIGDON = "https://www.halhigdon.com/training-programs/"


class PlanFigures(NamedTuple):
    """Peak week and longest run [km], quality sessions a week, and the end of the taper.

    Quality counts in the weeks before the race week; `last_days` is the distance of the six days
    before the race as a share of the peak week.
    """

    peak_km: float
    longest_km: float
    quality: float
    last_days: float


class PublishedPlan(NamedTuple):
    """A published plan: what it starts from, its figures, and why ours differ where they do."""

    name: str
    source: str
    goal: GoalKind
    weeks: int
    race_weekday: int
    days: int
    weekly_km: float
    longest_km: float
    pace_index: float
    figures: PlanFigures
    reasons: str = ""
    ambition: Ambition = "steady"


PUBLISHED: tuple[PublishedPlan, ...] = (
    PublishedPlan(
        "NHS Couch to 5K",
        "https://www.nhs.uk/better-health/get-active/get-running-with-couch-to-5k/couch-to-5k-running-plan",
        goal="first_5k", weeks=9, race_weekday=6, days=3,
        weekly_km=0.1, longest_km=0.1, pace_index=32.0,
        figures=PlanFigures(11.8, 3.9, 0.0, 1.0),
        reasons="E",
        ambition="steady",
    ),
    PublishedPlan(
        "Higdon, 5K Intermediate",
        HIGDON,
        goal="5k", weeks=8, race_weekday=6, days=5,
        weekly_km=28.2, longest_km=8.0, pace_index=44.0,
        figures=PlanFigures(38.5, 11.3, 1.6, 0.34),
        reasons="CD",
        ambition="ambitious",
    ),
    PublishedPlan(
        "Higdon, 5K Advanced",
        HIGDON,
        goal="5k", weeks=8, race_weekday=6, days=5,
        weekly_km=35.6, longest_km=11.3, pace_index=52.0,
        figures=PlanFigures(49.9, 16.9, 3.0, 0.29),
        reasons="CD",
        ambition="ambitious",
    ),
    PublishedPlan(
        "Higdon, 10K Novice",
        HIGDON,
        goal="10k", weeks=8, race_weekday=6, days=3,
        weekly_km=12.0, longest_km=4.8, pace_index=32.0,
        figures=PlanFigures(16.9, 8.9, 0.0, 0.47),
        reasons="AB",
        ambition="steady",
    ),
    PublishedPlan(
        "Higdon, 10K Intermediate",
        HIGDON,
        goal="10k", weeks=8, race_weekday=6, days=5,
        weekly_km=32.2, longest_km=6.4, pace_index=44.0,
        figures=PlanFigures(42.6, 12.9, 1.0, 0.51),
        reasons="",
        ambition="ambitious",
    ),
    PublishedPlan(
        "Higdon, Half Novice 1",
        HIGDON + "half-marathon-training/novice-1-half-marathon/",
        goal="hm", weeks=12, race_weekday=6, days=4,
        weekly_km=19.2, longest_km=6.4, pace_index=36.0,
        figures=PlanFigures(36.9, 16.1, 0.0, 0.39),
        reasons="B",
        ambition="steady",
    ),
    PublishedPlan(
        "Higdon, Half Advanced",
        HIGDON,
        goal="hm", weeks=12, race_weekday=6, days=6,
        weekly_km=47.2, longest_km=16.9, pace_index=52.0,
        figures=PlanFigures(67.1, 24.1, 2.5, 0.33),
        reasons="CD",
        ambition="ambitious",
    ),
    PublishedPlan(
        "Higdon, Marathon Novice 2",
        HIGDON + "marathon-training/novice-2-marathon/",
        goal="m", weeks=18, race_weekday=6, days=4,
        weekly_km=30.5, longest_km=12.9, pace_index=36.0,
        figures=PlanFigures(57.9, 32.2, 0.6, 0.19),
        reasons="BD",
        ambition="steady",
    ),
    PublishedPlan(
        "Higdon, Marathon Intermediate 1",
        HIGDON + "marathon-training/intermediate-1-marathon/",
        goal="m", weeks=18, race_weekday=6, days=5,
        weekly_km=38.5, longest_km=12.9, pace_index=44.0,
        figures=PlanFigures(70.8, 32.2, 0.6, 0.2),
        reasons="BD",
        ambition="ambitious",
    ),
    PublishedPlan(
        "B.A.A., Boston Level Two",
        "https://www.baa.org/races/boston-marathon/enter/training/leveltwo",
        goal="m", weeks=21, race_weekday=0, days=5,
        weekly_km=48.3, longest_km=17.7, pace_index=44.0,
        figures=PlanFigures(75.7, 32.2, 2.0, 0.4),
        reasons="",
        ambition="ambitious",
    ),
    PublishedPlan(
        "B.A.A., Boston Level Three",
        "https://www.baa.org/races/boston-marathon/enter/training/levelthree",
        goal="m", weeks=21, race_weekday=0, days=6,
        weekly_km=56.3, longest_km=20.9, pace_index=52.0,
        figures=PlanFigures(90.0, 32.2, 2.0, 0.39),
        reasons="",
        ambition="ambitious",
    ),
)  # fmt: skip
"""What they start from is assumed where they do not say it: the first week, a pace by the level."""


def request_and_athlete(plan: PublishedPlan) -> tuple[PlanRequest, AthleteState]:
    """Return the runner whom a published plan is for, as a request to the planner."""
    request = PlanRequest(
        goal=plan.goal,
        start=START,
        race_date=START + timedelta(weeks=plan.weeks - 1, days=plan.race_weekday),
        available_weekdays=DAYS[plan.days],
        ambition=plan.ambition,
    )
    athlete = AthleteState(
        today=START,
        weekly_km=(plan.weekly_km,) * 12,
        longest_30d_km=plan.longest_km,
        days_since_run=1,
        paces=training_paces(plan.pace_index, "race"),
    )
    return request, athlete


def plan_figures(plan: Plan, athlete: AthleteState, race_date: date) -> PlanFigures:
    """Return the figures of a plan."""
    weeks = measure_plan(plan, athlete)
    days = [day for week in weeks for day in week.days]
    last = [d for d in days if race_date - timedelta(days=6) <= d.date < race_date]
    before = [week for week in plan.weeks if week.days[-1].date < race_date]
    quality = sum(any(w.type in QUALITY for w in d.workouts) for week in before for d in week.days)
    peak_km = max(week.km for week in weeks)
    return PlanFigures(
        round(peak_km, 1),
        round(max(week.longest_km for week in weeks), 1),
        round(quality / len(before), 1),
        round(sum(day.run_km for day in last) / peak_km, 2),
    )


def own_figures(plan: PublishedPlan) -> PlanFigures:
    """Return the figures of what the planner makes for the same runner."""
    request, athlete = request_and_athlete(plan)
    race_date = request.race_date or START
    return plan_figures(make_plan(request, athlete, "en"), athlete, race_date)


def unlike(own: PlanFigures, published: PlanFigures) -> list[str]:
    """Return the names of figures that differ by more than a fifth of the published one."""
    return [
        name
        for name, ours, theirs in zip(PlanFigures._fields, own, published, strict=True)
        if abs(ours - theirs) > SAME * theirs
    ]


def table() -> str:
    """Return the table in Markdown."""
    lines = [
        "| published plan | starts from | peak week, km | longest run, km | quality a week "
        "| last 6 days, % of peak | differs by |",
        "|---|---|---|---|---|---|---|",
    ]
    for plan in PUBLISHED:
        pairs = zip(own_figures(plan), plan.figures, strict=True)
        *cells, (ours, theirs) = pairs
        figures = [f"{a:g} / {b:g}" for a, b in cells] + [f"{100 * ours:.0f} / {100 * theirs:.0f}"]
        start = (
            f"{plan.weekly_km:g} km, {plan.longest_km:g} km, {plan.days} days, {plan.weeks} weeks"
        )
        link = f"[{plan.name}]({plan.source})"
        lines.append(f"| {link} | {start} | {' | '.join(figures)} | {plan.reasons or '-'} |")
    return "\n".join(lines)


def page_with_table(text: str) -> str:
    """Return a page with the table between its marks."""
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


def main() -> None:
    """Write the table into the page."""
    PAGE.write_text(page_with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
