"""What a plan leads to: load, fitness, fatigue, form and a range of the race time."""

from datetime import date, timedelta

import numpy as np

from runningcoach.base.units import M_PER_KM, S_PER_HOUR
from runningcoach.coach.plans.estimates import (
    band_pace_s_per_km,
    estimate_workout,
)
from runningcoach.coach.plans.heart_rates import with_relative_heart_rates
from runningcoach.coach.plans.limits import RACE_DISTANCE_M, WEEK_DAYS
from runningcoach.coach.plans.plan_measures import WeekMeasures, measure_plan
from runningcoach.metrics.fitness import FormProjection, form_pct, project
from runningcoach.metrics.race import race_time_s
from runningcoach.model.plan import Plan
from runningcoach.model.plan_request import AthleteState, TrainingPaces
from runningcoach.model.plan_simulation import PlanSimulation, SimulatedDay, SimulatedWeek
from runningcoach.model.workout import Workout

LOAD_PER_HOUR_AT_THRESHOLD = 100.0
"""By definition of the training stress score: an hour at threshold is 100 (Coggan 2003)."""
LOAD_BAND = 0.10
"""Estimated against recorded load of a run differ by about a tenth; ours."""
GAIN_PER_WEEK, GAIN_MOST = 0.0025, 0.04
"""Expected gain of the pace index a week of load, and at most: recreational runners gained 2 to
5 % in speed over 10 to 12 weeks of training (Nuuttila 2022, 10.1249/MSS.0000000000002968: 10 km
time by 2.9 and 6.2 %). A cautious half of it; nobody is promised more."""


def simulate(plan: Plan, athlete: AthleteState) -> PlanSimulation:
    """Return load, fitness, fatigue and form of the days ahead, and what race day brings.

    The athlete's fitness is that of today, which past days have already made: they are not
    projected again. Where it is unknown, it begins at the mean daily load of the first week.
    """
    weeks = measure_plan(plan, athlete)
    loads = [
        sum(workout_load(workout, athlete) for workout in day.workouts)
        for week in plan.weeks
        for day in week.days
    ]
    dates = [day.date for week in plan.weeks for day in week.days]
    first = next((i for i, day in enumerate(dates) if day >= athlete.today), len(dates))
    dates, ahead = dates[first:], loads[first:]
    is_relative = athlete.ctl is None or athlete.atl is None
    level = float(np.mean(loads[:WEEK_DAYS]))
    ctl = level if athlete.ctl is None else athlete.ctl
    atl = level if athlete.atl is None else athlete.atl
    projections = [
        project(ctl, atl, np.array(ahead) * (1 + change)) for change in (0.0, LOAD_BAND, -LOAD_BAND)
    ]
    days = _days(dates, ahead, projections)
    race = next((i for i, day in enumerate(dates) if day == plan.request.race_date), None)
    low_s, high_s = race_time_range_s(plan, athlete, weeks)
    return PlanSimulation(
        days=days,
        weeks=_weeks(weeks, loads),
        is_relative=is_relative,
        race_date=plan.request.race_date,
        race_tsb=None if race is None or is_relative else days[race].tsb,
        race_form_pct=None if race is None or is_relative else _form_pct(projections[0], race),
        race_time_low_s=low_s,
        race_time_high_s=high_s,
    )


def workout_load(workout: Workout, athlete: AthleteState) -> float:
    """Return the estimated load of a workout: time by squared intensity, an hour at threshold 100.

    Where the athlete's load of an easy kilometre is known, all is scaled to it.
    """
    if workout.type == "cross_training":
        return 0.0
    estimate = estimate_workout(with_relative_heart_rates(workout, athlete), athlete.paces)
    scale = _load_scale(athlete)
    return scale * sum(
        _load(seconds, estimate.m_by_band.get(band, 0.0), athlete.paces)
        for band, seconds in estimate.s_by_band.items()
    )


def _load(seconds: float, meters: float, paces: TrainingPaces | None) -> float:
    if seconds <= 0:
        return 0.0
    intensity = meters / seconds * band_pace_s_per_km("T", paces) / M_PER_KM
    return LOAD_PER_HOUR_AT_THRESHOLD * seconds / S_PER_HOUR * intensity**2


def _load_scale(athlete: AthleteState) -> float:
    """Return how the athlete's load of an easy kilometre compares with the estimate."""
    if not athlete.load_per_km:
        return 1.0
    easy = band_pace_s_per_km("E", athlete.paces)
    return athlete.load_per_km / _load(easy, M_PER_KM, athlete.paces)


def _days(
    dates: list[date], loads: list[float], projections: list[FormProjection]
) -> tuple[SimulatedDay, ...]:
    middle, more, less = ([column.tolist() for column in p] for p in projections)
    return tuple(
        SimulatedDay(
            date=day,
            load=loads[i],
            ctl=middle[0][i],
            atl=middle[1][i],
            tsb=middle[2][i],
            tsb_low=min(more[2][i], less[2][i]),
            tsb_high=max(more[2][i], less[2][i]),
        )
        for i, day in enumerate(dates)
    )


def _weeks(weeks: tuple[WeekMeasures, ...], loads: list[float]) -> tuple[SimulatedWeek, ...]:
    positions = np.cumsum([0, *(len(week.days) for week in weeks)]).tolist()
    return tuple(
        SimulatedWeek(
            start=week.start,
            distance_m=M_PER_KM * week.km,
            race_m=M_PER_KM * week.race_km,
            duration_s=week.run_s,
            longest_m=M_PER_KM * week.longest_km,
            load=sum(loads[positions[i] : positions[i + 1]]),
            hard_share=week.hard_s / week.run_s if week.run_s else None,
        )
        for i, week in enumerate(weeks)
    )


def _form_pct(projection: FormProjection, position: int) -> float | None:
    value = float(form_pct(projection.tsb, projection.ctl)[position])
    return None if np.isnan(value) else value


def race_time_range_s(
    plan: Plan, athlete: AthleteState, weeks: tuple[WeekMeasures, ...]
) -> tuple[float | None, float | None]:
    """Return the race time [s] with the expected gain and with none; None where unknown."""
    distance_m = RACE_DISTANCE_M.get(plan.request.goal)
    if athlete.paces is None or distance_m is None or plan.request.race_date is None:
        return None, None
    index = athlete.paces.pace_index
    ahead = sum(_is_ahead(week.start, athlete, plan.request.race_date) for week in weeks)
    gain = min(GAIN_PER_WEEK * ahead, GAIN_MOST)
    return race_time_s(index * (1 + gain), distance_m), race_time_s(index, distance_m)


def _is_ahead(start: date, athlete: AthleteState, race_date: date) -> bool:
    return athlete.today <= start + timedelta(days=WEEK_DAYS - 1) and start <= race_date
