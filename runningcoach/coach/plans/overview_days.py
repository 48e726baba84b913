"""The days of a plan as a runner looks at them: sessions, how they went, what was changed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import zip_longest

from runningcoach.coach.plans.overview import PlanOverview
from runningcoach.coach.plans.plan_diff import PlanDayChange, workout_totals
from runningcoach.coach.plans.text.errors import WorkoutTextError
from runningcoach.coach.plans.text.render import render_workout
from runningcoach.model.adherence import StoredAdherence
from runningcoach.model.plan import PlanDay, PlanNote
from runningcoach.model.plan_request import TrainingPaces
from runningcoach.model.record import Record
from runningcoach.model.workout import Workout

EDITABLE_STATUSES = ("proposed", "current")


class OverviewSession(Record):
    """A planned workout: about how far [m] and long [s], its text form, and how it went.

    `text` is empty for one that the text form cannot hold.
    """

    workout: Workout
    distance_m: int
    duration_s: int
    text: str
    adherence: StoredAdherence | None = None


class OverviewDay(Record):
    """A day of a plan; `change` is how it differs from the plan that it is compared with."""

    date: date
    sessions: list[OverviewSession]
    reasons: tuple[PlanNote, ...]
    is_past: bool
    is_editable: bool
    change: PlanDayChange | None = None

    @property
    def is_rest(self) -> bool:
        """Whether nothing is planned."""
        return not self.sessions


def overview_days(overview: PlanOverview) -> list[list[OverviewDay]]:
    """Return the days of a version, week by week."""
    went = _by_day(overview.adherence)
    changed = overview.diff.days if overview.diff else []
    changes: dict[date, PlanDayChange] = {day.date: day.change for day in changed}
    return [
        [_day(day, overview, went, changes) for day in week.days]
        for week in overview.stored.plan.weeks
    ]


def _by_day(rows: Iterable[StoredAdherence]) -> dict[date, list[StoredAdherence]]:
    by_day: dict[date, list[StoredAdherence]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.workout_id):
        by_day[row.workout_date].append(row)
    return by_day


def _day(
    day: PlanDay,
    overview: PlanOverview,
    went: Mapping[date, Sequence[StoredAdherence]],
    changes: Mapping[date, PlanDayChange],
) -> OverviewDay:
    paces, is_past = overview.athlete.paces, day.date < overview.athlete.today
    rows = went.get(day.date, ())[: len(day.workouts)]
    return OverviewDay(
        date=day.date,
        sessions=[_session(*pair, paces) for pair in zip_longest(day.workouts, rows)],
        reasons=day.reasons,
        is_past=is_past,
        is_editable=not is_past and overview.stored.status in EDITABLE_STATUSES,
        change=changes.get(day.date),
    )


def _session(
    workout: Workout, adherence: StoredAdherence | None, paces: TrainingPaces | None
) -> OverviewSession:
    distance_m, duration_s = workout_totals([workout], paces)
    return OverviewSession(
        workout=workout,
        distance_m=distance_m,
        duration_s=duration_s,
        text=workout_text(workout),
        adherence=adherence,
    )


def workout_text(workout: Workout) -> str:
    """Return a workout in the text form; nothing where that cannot hold it."""
    try:
        return render_workout(workout)
    except WorkoutTextError:
        return ""
