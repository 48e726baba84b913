"""The weeks of a plan before their sessions: phase, relief, taper, tune-up races."""

from datetime import date, timedelta
from math import ceil
from typing import NamedTuple

from runningcoach.coach.plans.planner.context import PlanningContext
from runningcoach.coach.plans.planner.peak import climb_weeks
from runningcoach.model.plan import Phase
from runningcoach.model.plan_request import TuneUpRace

BASE_SHARE, PEAK_SHARE = 0.40, 0.25
EARLY_RACE_DAY = 2


class WeekOutline(NamedTuple):
    """A week's place in the plan: `load_share` runs from 0 at its start to 1 at its peak.

    `load_index` counts the load weeks before it. `taper_share` is the share of the last load
    week; None outside the taper.
    """

    number: int
    start: date
    phase: Phase
    is_cutback: bool
    load_index: int
    load_share: float
    taper_share: float | None = None
    tune_up: TuneUpRace | None = None
    is_after_tune_up: bool = False

    @property
    def is_race_week(self) -> bool:
        """Whether the goal race is in this week."""
        return self.phase == "race"

    @property
    def is_easier(self) -> bool:
        """Whether the week is one of relief or taper."""
        return self.is_cutback or self.taper_share is not None or self.tune_up is not None


def outline_weeks(context: PlanningContext) -> list[WeekOutline]:
    """Return the weeks of the plan: base, build, peak, taper and race week."""
    taper = _taper(context)
    load_weeks = context.week_count - len(taper)
    phases = _phases(context, load_weeks, len(taper))
    cutbacks = _cutbacks(context, load_weeks)
    waiting = max(0, context.week_count - climb_weeks(context))
    climbing = [week for week in range(waiting, load_weeks) if not cutbacks[week]]
    return [
        WeekOutline(
            number=week,
            start=_monday(context, week),
            phase=phases[week],
            is_cutback=week < load_weeks and cutbacks[week],
            load_index=sum(climb < week for climb in climbing),
            load_share=_load_share(climbing, week),
            taper_share=taper[week - load_weeks] if week >= load_weeks else None,
            tune_up=_tune_up(context, week),
            is_after_tune_up=week > 0 and _tune_up(context, week - 1) is not None,
        )
        for week in range(context.week_count)
    ]


def _monday(context: PlanningContext, week: int) -> date:
    return context.monday + timedelta(weeks=week)


def _taper(context: PlanningContext) -> tuple[float, ...]:
    if context.race_date is None:
        return ()
    taper = context.rules.taper
    if context.race_date.weekday() <= EARLY_RACE_DAY:  # its own week is too short to rest in
        taper = (*taper, taper[-1])
    return taper[-min(len(taper), max(1, context.week_count - 1)) :]


def _phases(context: PlanningContext, load_weeks: int, taper_weeks: int) -> list[Phase]:
    climbing = min(load_weeks, climb_weeks(context) - taper_weeks)
    peak = round(PEAK_SHARE * climbing)
    base = load_weeks - climbing + ceil(BASE_SHARE * climbing)
    counts: dict[Phase, int] = {
        "base": base,
        "build": load_weeks - base - peak,
        "peak": peak,
        "taper": taper_weeks,
    }
    phases: list[Phase] = [phase for phase, count in counts.items() for _ in range(count)]
    if context.race_date is not None:
        phases[-1] = "race"
    if context.is_after_break:
        easing: list[Phase] = ["recovery"] * min(2, load_weeks)
        phases[: len(easing)] = easing
    return phases


def _cutbacks(context: PlanningContext, load_weeks: int) -> list[bool]:
    """Return which load weeks bring relief: each third or fourth, never the last before a taper.

    A tune-up race is relief too, so the count begins anew after it.
    """
    cutbacks: list[bool] = []
    since = 0
    for week in range(load_weeks):
        since += 1
        is_last = context.race_date is not None and week == load_weeks - 1
        is_due = since >= context.cutback_every and not is_last
        has_race = _tune_up(context, week) is not None
        has_race_next = _tune_up(context, week + 1) is not None
        cutbacks.append(is_due and not has_race and not has_race_next)
        if cutbacks[-1] or has_race:
            since = 0
    return cutbacks


def _tune_up(context: PlanningContext, week: int) -> TuneUpRace | None:
    monday = _monday(context, week)
    days = (monday, monday + timedelta(days=6))
    return next((r for r in context.request.tune_ups if days[0] <= r.date <= days[1]), None)


def _load_share(climbing: list[int], week: int) -> float:
    """Return how far the climb has come in a week: evenly over the weeks that are no relief."""
    before = sum(climb < week for climb in climbing)
    return min(1.0, before / max(1, len(climbing) - 1))
