"""A version of a plan with all that a runner decides by: what the page and notebooks show."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import psycopg

from runningcoach.base import i18n, units
from runningcoach.coach.plans import versions
from runningcoach.coach.plans.athlete import load_athlete
from runningcoach.coach.plans.plan_diff import PlanDiff
from runningcoach.coach.plans.simulation import simulate
from runningcoach.model.adherence import StoredAdherence
from runningcoach.model.fitness import DailyFitness
from runningcoach.model.plan import Phase, Plan, PlanNote, PlanWeek
from runningcoach.model.plan_edit import PlanFinding
from runningcoach.model.plan_request import AthleteState
from runningcoach.model.plan_simulation import PlanSimulation, SimulatedWeek
from runningcoach.model.record import Record
from runningcoach.model.stored_plan import StoredPlan
from runningcoach.store import adherence, fitness, plans, workouts

type Connection = psycopg.Connection[Any]

WEEK_DAYS = 7
NOT_DONE_VERDICT = "missed"


@dataclass(frozen=True, slots=True)
class PlanOverview:
    """A version with findings, simulation, the plan it is compared with, and what was run.

    `other` and `diff` are None where there is nothing to compare with. `adherence` is that of the
    plan's past workouts, `history` the days of the plan that are over, today among them.
    """

    stored: StoredPlan
    athlete: AthleteState
    findings: list[PlanFinding]
    simulation: PlanSimulation
    other: StoredPlan | None
    diff: PlanDiff | None
    adherence: list[StoredAdherence]
    history: list[DailyFitness]


class OverviewWeek(Record):
    """A week of a plan in one row, races counted in `km`; `number` counts from 1.

    `done_km` is what was run of it, None before it begins. `ctl` and `tsb` [load/day] are those at
    its end: recorded for weeks that are over, else projected. `sessions_done` counts those of the
    `sessions` that were run, whatever the verdict.
    """

    number: int
    start: date
    phase: Phase
    is_cutback: bool
    km: float
    race_km: float
    minutes: int
    duration_s: float
    longest_km: float
    load: float
    hard_share: float | None = None
    ctl: float | None = None
    tsb: float | None = None
    done_km: float | None = None
    sessions: int
    sessions_done: int


def load_overview(
    conn: Connection, user_id: int, today: date, plan_id: int | None = None
) -> PlanOverview | None:
    """Return a version with all that a runner decides by; None where there is no plan.

    Without an id it is the proposed version, else the current one. Raises PlanNotFound.
    """
    stored = _find_version(conn, user_id, plan_id)
    if stored is None:
        return None
    athlete = load_athlete(conn, user_id, today)
    other = _find_other(conn, user_id, stored)
    first, last = plan_span(stored.plan)
    return PlanOverview(
        stored=stored,
        athlete=athlete,
        findings=versions.find_problems(stored, athlete),
        simulation=simulate(stored.plan, athlete),
        other=other,
        diff=versions.diff_version(stored, other, athlete) if other else None,
        adherence=_planned_adherence(conn, user_id, first, min(last, today)),
        history=fitness.daily(conn, user_id, first, min(last, today)),
    )


def plan_span(plan: Plan) -> tuple[date, date]:
    """Return the first and the last day of a plan."""
    return plan.weeks[0].start, plan.weeks[-1].start + timedelta(days=WEEK_DAYS - 1)


def _find_version(conn: Connection, user_id: int, plan_id: int | None) -> StoredPlan | None:
    if plan_id is not None:
        return versions.get_plan(conn, user_id, plan_id)
    return plans.get_proposed(conn, user_id) or plans.get_current(conn, user_id)


def _find_other(conn: Connection, user_id: int, stored: StoredPlan) -> StoredPlan | None:
    """Return what a version is compared with: the current one, or the parent of the current."""
    try:
        return versions.compared_plan(conn, user_id, stored.id, None)
    except versions.NothingToCompare:
        return None


def _planned_adherence(
    conn: Connection, user_id: int, first: date, last: date
) -> list[StoredAdherence]:
    """Return how the workouts of plans went, the runner's own apart."""
    planned = {row.id for row in workouts.list_between(conn, user_id, first, last) if row.plan_id}
    rows = adherence.list_between(conn, user_id, first, last)
    return [row for row in rows if row.workout_id in planned]


def overview_weeks(overview: PlanOverview) -> list[OverviewWeek]:
    """Return the weeks of a version in figures, one row a week."""
    pairs = zip(overview.stored.plan.weeks, overview.simulation.weeks, strict=True)
    return [_week(n, week, figures, overview) for n, (week, figures) in enumerate(pairs, start=1)]


def _week(
    number: int, week: PlanWeek, figures: SimulatedWeek, overview: PlanOverview
) -> OverviewWeek:
    end = week.start + timedelta(days=WEEK_DAYS - 1)
    ctl, tsb = _form_at(overview, end)
    went = [row for row in overview.adherence if week.start <= row.workout_date <= end]
    return OverviewWeek(
        number=number,
        start=week.start,
        phase=week.phase,
        is_cutback=week.is_cutback,
        km=(figures.distance_m + figures.race_m) / units.M_PER_KM,
        race_km=figures.race_m / units.M_PER_KM,
        minutes=units.minutes(figures.duration_s),
        duration_s=figures.duration_s,
        longest_km=figures.longest_m / units.M_PER_KM,
        load=figures.load,
        hard_share=figures.hard_share,
        ctl=ctl,
        tsb=tsb,
        done_km=_done_km(overview.history, week.start, end, overview.athlete.today),
        sessions=sum(len(day.workouts) for day in week.days),
        sessions_done=sum(row.verdict != NOT_DONE_VERDICT for row in went),
    )


def _form_at(overview: PlanOverview, day: date) -> tuple[float | None, float | None]:
    """Return fitness and form of a day: recorded where it is over, else projected."""
    rows = overview.history if day < overview.athlete.today else overview.simulation.days
    found = next((row for row in rows if row.date == day), None)
    return (found.ctl, found.tsb) if found else (None, None)


def _done_km(history: Iterable[DailyFitness], first: date, last: date, today: date) -> float | None:
    if first > today:
        return None
    return sum(row.distance_m for row in history if first <= row.date <= last) / units.M_PER_KM


def note_text(note: PlanNote, language: str | None = None) -> str:
    """Return what a note says; codes among its values are spoken in words."""
    codes = i18n.words(language or i18n.language(), "planner")["codes"]
    values = {name: codes.get(name, {}).get(value, value) for name, value in note.values.items()}
    return i18n.t(note.key, language, **values)


def note_texts(notes: Sequence[PlanNote], language: str | None = None) -> list[str]:
    """Return what notes say, each sentence once."""
    return list(dict.fromkeys(note_text(note, language) for note in notes))
