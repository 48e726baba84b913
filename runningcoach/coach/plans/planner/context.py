"""What a plan starts from: dates, history, limits and paces, settled once."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import fmean

from runningcoach.base.units import M_PER_KM
from runningcoach.coach.plans.estimates import band_pace_s_per_km
from runningcoach.coach.plans.plan_measures import SessionMeasures, measure_workout
from runningcoach.coach.plans.planner.goals import (
    GOALS,
    RETURN_FACTOR_LONG,
    RETURN_FACTORS,
    GoalRules,
)
from runningcoach.coach.plans.session_parameters import SessionParameters
from runningcoach.coach.plans.sessions import build_session
from runningcoach.model.plan_request import AthleteState, PlanRequest, TrainingPaces
from runningcoach.model.workout import Workout

BREAK_DAYS = 14
"""From this many days without a run, the first two weeks have no intensity."""
RED_DAYS = 2
UNLIMITED_S = 86_400.0
SPARE_SHARE = 0.97
"""Sessions are planned to a little less than the limits of time allow."""
OLDER_AGE = 50
GRAIN_M = 500


@dataclass(frozen=True, slots=True)
class PlanningContext:
    """The settled inputs of a plan; distances in metres.

    `monday` begins the first week; `start_m` is the weekly distance to begin with, `longest_m`
    the longest recent run. `paces` measure the plan; `target_paces` are None for heart rate.
    """

    request: PlanRequest
    athlete: AthleteState
    language: str
    monday: date
    first_day: date
    week_count: int
    start_m: float
    former_m: float
    longest_m: float
    rules: GoalRules = field(repr=False)
    sessions: dict[SessionParameters, tuple[Workout, SessionMeasures]] = field(
        default_factory=dict, repr=False, compare=False
    )

    @property
    def race_date(self) -> date | None:
        """The goal race's day; None for goals without one."""
        return self.request.race_date if self.rules.race_m else None

    @property
    def paces(self) -> TrainingPaces | None:
        """The paces by which distance and time are estimated."""
        return self.athlete.paces

    @property
    def target_paces(self) -> TrainingPaces | None:
        """The paces that become targets; None where heart rate leads."""
        return None if self.request.by_heart_rate else self.athlete.paces

    @property
    def easy_s_per_km(self) -> float:
        """The middle of easy pace."""
        return band_pace_s_per_km("E", self.paces)

    @property
    def is_after_break(self) -> bool:
        """Whether the athlete comes back from two weeks or more without running."""
        return (self.athlete.days_since_run or 0) >= BREAK_DAYS

    @property
    def cutback_every(self) -> int:
        """Every how many weeks there is relief: sooner for older and injured runners."""
        is_older = (self.athlete.age or 0) >= OLDER_AGE
        return 3 if is_older or self.athlete.is_injured else 4

    @property
    def first_hard_day(self) -> date:
        """The first day on which intensity is allowed."""
        day = self.first_day
        if self.is_after_break:
            day = max(day, self.first_day + timedelta(days=BREAK_DAYS))
        if self.athlete.is_red_today:
            day = max(day, self.athlete.today + timedelta(days=RED_DAYS + 1))
        return day

    def limit_s(self, weekday: int) -> float:
        """Return the longest session on a weekday [s]: the limit of the runner, or a day."""
        is_long_day = weekday == self.request.long_day
        limit = self.request.long_max_min if is_long_day else self.request.weekday_max_min
        return UNLIMITED_S if limit is None else limit * 60 * SPARE_SHARE

    def easy_limit_m(self, weekday: int) -> float:
        """Return how far easy running goes within the limit of a weekday [m]."""
        return self.limit_s(weekday) / self.easy_s_per_km * M_PER_KM

    def workout(self, parameters: SessionParameters) -> Workout:
        """Return the workout of a session in the plan's language."""
        return self._session(parameters)[0]

    def estimate(self, parameters: SessionParameters) -> SessionMeasures:
        """Return how long, how far and how hard a session is, as the checks measure it."""
        return self._session(parameters)[1]

    def _session(self, parameters: SessionParameters) -> tuple[Workout, SessionMeasures]:
        """Return a session built once per plan: hashing whole workouts takes longer."""
        session = self.sessions.get(parameters)
        if session is None:
            workout = build_session(parameters, self.target_paces, self.language)
            session = (workout, measure_workout(workout, self.paces))
            self.sessions[parameters] = session
        return session


def planning_context(request: PlanRequest, athlete: AthleteState, language: str) -> PlanningContext:
    """Settle dates and starting point of a plan."""
    rules = GOALS[request.goal]
    first_day, week_count = _dates(request, rules)
    former_m = _former_weekly_m(athlete)
    factor = return_factor(athlete.days_since_run)
    return PlanningContext(
        request=request,
        athlete=athlete,
        language=language,
        monday=monday_of(first_day),
        first_day=first_day,
        week_count=week_count,
        start_m=former_m * factor,
        former_m=former_m,
        longest_m=_longest_m(athlete, former_m, factor),
        rules=rules,
    )


def monday_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def return_factor(days_since_run: int | None) -> float:
    """Return the share of the former weekly distance to begin with after days without a run."""
    days = days_since_run or 0
    return next((factor for most, factor in RETURN_FACTORS if days <= most), RETURN_FACTOR_LONG)


def floor_m(metres: float, grain_m: int = GRAIN_M) -> int:
    """Return a distance rounded down to half kilometres."""
    return int(metres // grain_m) * grain_m


def _dates(request: PlanRequest, rules: GoalRules) -> tuple[date, int]:
    """Return the first day and the number of weeks: up to the race, or as many as wanted."""
    if rules.race_m is None or request.race_date is None:
        return request.start, request.weeks or rules.default_weeks
    weeks = (monday_of(request.race_date) - monday_of(request.start)).days // 7 + 1
    return request.start, weeks


def _former_weekly_m(athlete: AthleteState) -> float:
    """Return the mean week of the last four; after a pause, of the six before it [m]."""
    days = athlete.days_since_run or 0
    weeks = athlete.weekly_km
    if days >= 6:
        idle = -(-days // 7)
        weeks = weeks[-(idle + 6) : -idle]
        return M_PER_KM * fmean(weeks) if weeks else 0.0
    return M_PER_KM * fmean(weeks[-4:]) if weeks else 0.0


def _longest_m(athlete: AthleteState, former_m: float, factor: float) -> float:
    """Return the longest recent run [m]; where it is unknown, a third of a week."""
    longest_m = M_PER_KM * athlete.longest_30d_km or former_m / 3
    return longest_m * (factor if (athlete.days_since_run or 0) >= BREAK_DAYS else 1.0)
