"""What a plan leads to: load, fitness and form by day, weeks in figures, race day."""

from datetime import date

from runningcoach.model.plan_request import PlanPart


class SimulatedDay(PlanPart):
    """A day of a plan: its load, and fitness, fatigue and form that follow [load/day].

    Low and high are those under 10 % less and more load than estimated.
    """

    date: date
    load: float
    ctl: float
    atl: float
    tsb: float
    tsb_low: float
    tsb_high: float


class SimulatedWeek(PlanPart):
    """A week of a plan in figures, races apart; `hard_share` is None in a week without running."""

    start: date
    distance_m: float
    race_m: float
    duration_s: float
    longest_m: float
    load: float
    hard_share: float | None


class PlanSimulation(PlanPart):
    """What a plan leads to; form and time of race day are None where they cannot be known.

    `days` are those from the athlete's today on, `weeks` all weeks of the plan.
    `is_relative`: the athlete's fitness is unknown, so that it begins at the level of the first
    week. `race_time_low_s` is the time with the plan's full expected gain.
    """

    days: tuple[SimulatedDay, ...]
    weeks: tuple[SimulatedWeek, ...]
    is_relative: bool
    race_date: date | None = None
    race_tsb: float | None = None
    race_form_pct: float | None = None
    race_time_low_s: float | None = None
    race_time_high_s: float | None = None
