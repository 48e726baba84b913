"""Figures of a whole plan: how far to the race, how much, how hard, which time to expect."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import get_args

from runningcoach.base import periods, units
from runningcoach.coach.plans.estimates import estimate_workout
from runningcoach.coach.plans.overview import OverviewWeek, PlanOverview
from runningcoach.model.record import Record
from runningcoach.model.workout import PaceBand

SCALE_MARGIN = 0.15
"""Room beside the outermost times of a scale, as a share of their distance."""
NARROWEST_SCALE_S = 60.0


class PlanFigures(Record):
    """A plan in a few figures; `days_to_race` is negative after it, None without one.

    The peak week is that with most training, races apart; they count in the total.
    `week` is the number of the week that holds today, None before and after the plan.
    """

    days_to_race: int | None
    week: int | None
    weeks: int
    total_km: float
    peak_km: float
    peak_week: int
    longest_km: float


class BandMinutes(Record):
    """The planned minutes of a week at one training pace."""

    start: date
    band: PaceBand
    minutes: float


class RaceTimeScale(Record):
    """The times of race day [s] and their places on a scale [% from the left, fast to slow]."""

    low_s: float
    high_s: float
    target_s: int | None
    low_pct: float
    high_pct: float
    target_pct: float | None


def plan_figures(overview: PlanOverview, weeks: Sequence[OverviewWeek]) -> PlanFigures:
    """Return a plan in a few figures; `weeks` are its rows."""
    today, race = overview.athlete.today, overview.stored.plan.request.race_date
    peak = max(weeks, key=lambda week: week.km - week.race_km)
    return PlanFigures(
        days_to_race=(race - today).days if race else None,
        week=next((w.number for w in weeks if 0 <= (today - w.start).days < 7), None),
        weeks=len(weeks),
        total_km=sum(week.km for week in weeks),
        peak_km=peak.km - peak.race_km,
        peak_week=peak.number,
        longest_km=max(week.longest_km for week in weeks),
    )


def weeks_ahead(overview: PlanOverview, weeks: Sequence[OverviewWeek]) -> list[OverviewWeek]:
    """Return the week that holds today and those after it."""
    monday = periods.week_start(overview.athlete.today)
    return [week for week in weeks if week.start >= monday]


def band_minutes(overview: PlanOverview) -> list[BandMinutes]:
    """Return the planned minutes of each week at each training pace, easiest first."""
    rows: list[BandMinutes] = []
    for week in overview.stored.plan.weeks:
        seconds: dict[PaceBand, float] = defaultdict(float)
        for workout in (workout for day in week.days for workout in day.workouts):
            for band, s in estimate_workout(workout, overview.athlete.paces).s_by_band.items():
                seconds[band] += s
        rows += [
            BandMinutes(start=week.start, band=band, minutes=60 * units.hours(seconds[band]))
            for band in get_args(PaceBand.__value__)
        ]
    return rows


def race_time_scale(overview: PlanOverview) -> RaceTimeScale | None:
    """Return where the times of race day lie beside each other; None where none is known."""
    simulation, target = overview.simulation, overview.stored.plan.request.target_time_s
    low, high = simulation.race_time_low_s, simulation.race_time_high_s
    if low is None or high is None:
        return None
    begin, end = _ends([time for time in (low, high, target) if time is not None])
    places = [None if time is None else _place(time, begin, end) for time in (low, high, target)]
    return RaceTimeScale(
        low_s=low,
        high_s=high,
        target_s=target,
        low_pct=places[0] or 0.0,
        high_pct=places[1] or 0.0,
        target_pct=places[2],
    )


def _ends(times: Iterable[float]) -> tuple[float, float]:
    known = list(times)
    margin = max(max(known) - min(known), NARROWEST_SCALE_S) * SCALE_MARGIN
    return min(known) - margin, max(known) + margin


def _place(time: float, begin: float, end: float) -> float:
    return round(units.percent((time - begin) / (end - begin)), 2)
