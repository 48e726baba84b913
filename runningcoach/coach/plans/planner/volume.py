"""How far a week goes: the climb to the peak, relief, taper, and what the body has shown."""

from dataclasses import dataclass
from datetime import date, timedelta

from runningcoach.base.units import M_PER_KM
from runningcoach.coach.plans import limits
from runningcoach.coach.plans.planner.context import PlanningContext, return_factor
from runningcoach.coach.plans.planner.outline import WeekOutline
from runningcoach.coach.plans.planner.peak import next_load_m, peak_m
from runningcoach.coach.plans.planner.reasons import TAPER_SOURCE, note
from runningcoach.model.plan import PlanNote

RAMP_SPARE = 0.98
"""A little less than the ramp at which a warning begins."""
SINGLE_RUN_STEP_M, SINGLE_RUN_SPARE_M = M_PER_KM * limits.SINGLE_RUN_WARN_KM, 50
CUTBACK, CUTBACK_OF_BEST = 0.75, 0.80
LONGEST_UNKNOWN_M = 4_000
"""The longest run where none is known."""


@dataclass(slots=True)
class TrainingHistory:
    """What was really run, before and in the plan [m], oldest week first.

    `runs` are the runs by their day, of those before the plan only the longest. `load_m` is the
    last week that was no relief, `last_quality_day` the day of the last planned quality session
    or race.
    """

    weeks_m: list[float]
    longest_m: list[float]
    load_m: float
    runs: list[tuple[date, float]]
    peak_m: float = 0.0
    peak_longest_m: float = 0.0
    last_quality_day: date | None = None
    run_walk_level: int | None = None

    def single_run_limit_m(self, day: date) -> float:
        """Return the longest run of a day [m] that is within 10 % of the longest of 30 days."""
        first = day - timedelta(days=limits.SINGLE_RUN_DAYS)
        longest = max((m for run_day, m in self.runs if run_day >= first), default=0.0)
        longest = longest or LONGEST_UNKNOWN_M
        return max(limits.SINGLE_RUN_WARN_SHARE * longest, longest + SINGLE_RUN_STEP_M)

    @property
    def ramp_limit_m(self) -> float:
        """The longest week that is no jump over the last four."""
        best = max(self.weeks_m[-4:])
        step_m = M_PER_KM * limits.RAMP_WARN_KM
        return RAMP_SPARE * max(best * limits.RAMP_WARN_SHARE, best + step_m)

    def add(self, outline: WeekOutline, week_m: float, longest_m: float, *, is_whole: bool) -> None:
        """Remember a planned week."""
        self.weeks_m.append(week_m)
        self.longest_m.append(longest_m)
        if not outline.is_easier:
            self.peak_m = max(self.peak_m, week_m)
            if is_whole:
                self.load_m = week_m
        self.peak_longest_m = max(self.peak_longest_m, longest_m)


def training_history(context: PlanningContext) -> TrainingHistory:
    """Return the history that a plan begins with: after a break, cut by the return factor."""
    athlete = context.athlete
    factor = return_factor(athlete.days_since_run)
    days = athlete.days_since_run or 0
    weeks = [M_PER_KM * km for km in athlete.weekly_km[-4:]] or [0.0]
    if days >= 6:
        weeks = [context.former_m * factor]
    load_m = min(context.start_m, peak_m(context))
    runs = [(athlete.today, context.longest_m)]
    return TrainingHistory(weeks, [context.longest_m], load_m, runs)


def week_target_m(
    outline: WeekOutline, history: TrainingHistory, context: PlanningContext
) -> tuple[float, PlanNote]:
    """Return the distance that a week should have [m], and the rule that decided."""
    if outline.taper_share is not None:
        return _taper_m(outline, history)
    if outline.is_cutback:
        target = min(history.load_m * CUTBACK, max(history.weeks_m[-3:]) * CUTBACK_OF_BEST)
        return target, note("cutback", every=context.cutback_every)
    target, reason = _load_m(outline, history, context)
    return (0.85 * target if outline.tune_up else target), reason


def _taper_m(outline: WeekOutline, history: TrainingHistory) -> tuple[float, PlanNote]:
    share = outline.taper_share or 1.0
    reference = history.load_m or max(history.weeks_m[-4:])
    reason = note("taper", source=TAPER_SOURCE, percent=round(100 * (1 - share)))
    return min(share * reference, history.ramp_limit_m), reason


def _load_m(
    outline: WeekOutline, history: TrainingHistory, context: PlanningContext
) -> tuple[float, PlanNote]:
    peak = peak_m(context)
    start = min(context.start_m, peak)
    climb = start + (peak - start) * outline.load_share
    step = next_load_m(history.load_m)
    if outline.number == 0:
        step = max(start, history.load_m)
    allowed = min(step, history.ramp_limit_m)
    target = min(max(climb, min(history.load_m, peak)), allowed)  # no step back without a reason
    last = round(history.load_m / M_PER_KM, 1)
    if outline.number == 0:
        return target, note("first_week", km=round(target / M_PER_KM))
    if target <= history.load_m * 1.01:
        return target, note("hold", km=round(target / M_PER_KM))
    return target, note("climb", km=round(target / M_PER_KM), last_km=last)
