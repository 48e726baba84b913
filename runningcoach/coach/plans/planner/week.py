"""The sessions of a week: long run, quality with two days between, easy running for the rest."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from runningcoach.base.units import M_PER_KM
from runningcoach.coach.plans.planner.context import GRAIN_M, PlanningContext, floor_m
from runningcoach.coach.plans.planner.goals import LONG_SHARE, MOST_LONG_SHARE
from runningcoach.coach.plans.planner.outline import WeekOutline
from runningcoach.coach.plans.planner.placement import LEAST_GAP_DAYS
from runningcoach.coach.plans.planner.volume import SINGLE_RUN_SPARE_M, TrainingHistory
from runningcoach.coach.plans.session_parameters import SessionParameters
from runningcoach.model.plan import PlanNote
from runningcoach.model.plan_draft import DraftTemplate

SHORTEST_EASY_M, WORTHWHILE_EASY_M = 3_000, 4_000
KM_PER_RUN_M, FEWEST_RUNS = 6_000, 3
"""One run for each 6 km of the week: few good runs rather than many short ones."""
QUALITY: frozenset[DraftTemplate] = frozenset(
    {"tempo", "cruise", "vo2max", "repetition", "hills", "fartlek", "race_pace", "race"}
)
EVERY_DAY_FROM_M = 65_000
"""Below this weekly distance one day a week stays free of running."""


class ReasonedSession(NamedTuple):
    """A session of a day and why it is there."""

    parameters: SessionParameters
    reasons: tuple[PlanNote, ...] = ()


@dataclass(slots=True)
class WeekSessions:
    """A week while it is being filled: sessions by weekday, and the distance still to place [m]."""

    outline: WeekOutline
    context: PlanningContext
    history: TrainingHistory
    target_m: float
    days: list[int]
    sessions: dict[int, ReasonedSession] = field(default_factory=dict)
    reasons: list[PlanNote] = field(default_factory=list)

    def date_of(self, weekday: int) -> date:
        """Return the date of a weekday of this week."""
        return self.outline.start + timedelta(days=weekday)

    def distance_m(self, weekday: int) -> float:
        """Return how far a day goes [m]; a race is no training distance."""
        session = self.sessions.get(weekday)
        if session is None or session.parameters.template == "race":
            return 0.0
        return self.context.estimate(session.parameters).run_m

    @property
    def planned_m(self) -> float:
        """The distance placed so far [m]."""
        return sum(self.distance_m(day) for day in self.sessions)

    @property
    def longest_m(self) -> float:
        """The longest run placed so far [m]."""
        return max((self.distance_m(day) for day in self.sessions), default=0.0)

    @property
    def last_quality_day(self) -> date | None:
        """The day of the last quality session or race placed so far."""
        days = [d for d, one in self.sessions.items() if one.parameters.template in QUALITY]
        return self.date_of(max(days)) if days else None

    @property
    def free_days(self) -> list[int]:
        """Available days without a session."""
        return [day for day in self.days if day not in self.sessions]

    def put(self, weekday: int, parameters: SessionParameters, *reasons: PlanNote) -> None:
        """Put a session on a weekday, on the treadmill where the runner wishes."""
        is_treadmill = weekday in self.context.request.treadmill_weekdays
        self.sessions[weekday] = ReasonedSession(
            parameters._replace(is_treadmill=is_treadmill and parameters.template != "race"),
            reasons,
        )

    def is_near_last_quality(self, weekday: int) -> bool:
        """Return whether a day is the day after the quality with which the week before ended."""
        last = self.history.last_quality_day
        return last is not None and (self.date_of(weekday) - last).days < LEAST_GAP_DAYS

    def single_run_limit_m(self, weekday: int, spare_m: int = SINGLE_RUN_SPARE_M) -> float:
        """Return the longest run [m] that a day may hold after those of the 30 days before.

        `spare_m` is for sessions of which a part is estimated.
        """
        return self.history.single_run_limit_m(self.date_of(weekday)) - spare_m

    @property
    def runs(self) -> list[tuple[date, float]]:
        """The runs placed so far by their day [m]."""
        return [(self.date_of(day), self.distance_m(day)) for day in self.sessions]

    def days_to_race(self, weekday: int) -> int | None:
        """Return the days from a weekday to the goal race; None without a race."""
        race = self.context.race_date
        return None if race is None else (race - self.date_of(weekday)).days


def begin_week(
    outline: WeekOutline, target_m: float, history: TrainingHistory, context: PlanningContext
) -> WeekSessions:
    """Return an empty week; one that begins late has its share of the target."""
    every_day = sorted(set(context.request.available_weekdays))
    days = [day for day in every_day if _is_open(outline, context, day)]
    share = len(days) / len(every_day) if outline.number == 0 else 1.0
    return WeekSessions(outline, context, history, target_m * share, days)


def _is_open(outline: WeekOutline, context: PlanningContext, weekday: int) -> bool:
    day = outline.start + timedelta(days=weekday)
    is_before_race = context.race_date is None or day < context.race_date
    return context.first_day <= day and is_before_race


def run_count(week: WeekSessions) -> int:
    """Return how many runs suit the week's distance and days."""
    return min(most_runs(week), max(FEWEST_RUNS, int(week.target_m // KM_PER_RUN_M)))


def most_runs(week: WeekSessions) -> int:
    """Return how many runs a week may hold: one day is free below many kilometres."""
    return len(week.days) if week.target_m >= EVERY_DAY_FROM_M else min(6, len(week.days))


def long_share(week: WeekSessions, runs: int) -> float:
    """Return the long run's share of the week by the number of runs."""
    climb = 0.4 + 0.6 * week.outline.load_share  # the long run grows sooner than the week
    share = LONG_SHARE.get(runs, 0.5) + climb * week.context.rules.long_share_more
    return min(share, MOST_LONG_SHARE.get(runs, 0.6))


def easy_cap_m(week: WeekSessions, weekday: int) -> float:
    """Return how far an easy run may go on a day: within its limit, below the long run.

    A week that has no long run does not get one by another name.
    """
    share = long_share(week, run_count(week))
    longest = week.longest_m or min(week.single_run_limit_m(weekday), share * week.target_m)
    return min(run_limit_m(week, weekday), 0.9 * longest)


def run_limit_m(week: WeekSessions, weekday: int) -> float:
    """Return how far an easy run of a day may go: within its time, below the longest run."""
    return min(week.context.easy_limit_m(weekday), week.single_run_limit_m(weekday) - M_PER_KM)


def share_out(amount_m: float, weights: list[float], caps: list[float]) -> list[int]:
    """Return an amount shared by weights under caps, each in half kilometres."""
    shares = [0.0] * len(weights)
    left, open_places = amount_m, set(range(len(weights)))
    while open_places and left > 1:
        total = sum(weights[i] for i in open_places)
        part = {i: left * weights[i] / total for i in open_places}
        full = {i for i in open_places if shares[i] + part[i] >= caps[i]}
        for i in full or open_places:
            shares[i] = min(caps[i], shares[i] + part[i])
        left = amount_m - sum(shares)
        open_places = open_places - full if full else set()
    return _grained(shares, caps)


def _grained(shares: list[float], caps: list[float]) -> list[int]:
    """Round to half kilometres so that what is cut off one share is given to the next."""
    carry, result = 0.0, []
    for share, cap in zip(shares, caps, strict=True):
        metres = floor_m(min(share + carry + GRAIN_M / 4, cap))
        carry = share + carry - metres
        result.append(metres)
    return result
