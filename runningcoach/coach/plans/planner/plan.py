"""A plan from a request: week after week, each built on what the weeks before really hold."""

from datetime import timedelta

from runningcoach.base import i18n
from runningcoach.base.units import M_PER_KM
from runningcoach.coach.plans import limits
from runningcoach.coach.plans.planner.context import PlanningContext, planning_context
from runningcoach.coach.plans.planner.errors import GoalTooFar
from runningcoach.coach.plans.planner.gate import sound_plan
from runningcoach.coach.plans.planner.goals import GOALS, LEAST_LONG_SHARE
from runningcoach.coach.plans.planner.load_week import fill_load_week
from runningcoach.coach.plans.planner.outline import WeekOutline, outline_weeks
from runningcoach.coach.plans.planner.race_week import fill_race_week, race_session
from runningcoach.coach.plans.planner.reasons import PACES_SOURCE, note
from runningcoach.coach.plans.planner.requests import check_request
from runningcoach.coach.plans.planner.run_walk import (
    fill_run_walk_race_week,
    fill_run_walk_week,
    last_level,
    run_walk_weeks,
)
from runningcoach.coach.plans.planner.volume import (
    TrainingHistory,
    training_history,
    week_target_m,
)
from runningcoach.coach.plans.planner.week import WeekSessions, begin_week
from runningcoach.model.plan import (
    AthleteState,
    Plan,
    PlanDay,
    PlanNote,
    PlanRequest,
    PlanWeek,
)


def make_plan(request: PlanRequest, athlete: AthleteState, language: str = "ko") -> Plan:
    """Return a plan for a request: the same inputs give the same plan.

    Titles and purposes are in `language`, "ko" or "en"; targets are the athlete's paces, or
    heart-rate zones where none are known. No plan has an error of the validator. Raises a subclass
    of PlanImpossible.
    """
    check_request(request, athlete)
    context = planning_context(request, athlete, language)
    history = training_history(context)
    outlines = outline_weeks(context)
    beginner_weeks = _beginner_weeks(context, outlines)
    weeks = [_plan_week(outline, history, context, beginner_weeks) for outline in outlines]
    _check_goal(context, history)
    plan = Plan(
        title=i18n.t(f"planner.plan_title.{request.goal}", language, weeks=len(weeks)),
        request=request,
        weeks=tuple(weeks),
        assumptions=tuple(_assumptions(context, history)),
    )
    return sound_plan(plan, athlete, language)


def _beginner_weeks(context: PlanningContext, outlines: list[WeekOutline]) -> int:
    return run_walk_weeks(context, sum(not outline.is_race_week for outline in outlines))


def _plan_week(
    outline: WeekOutline, history: TrainingHistory, context: PlanningContext, beginner_weeks: int
) -> PlanWeek:
    target_m, reason = week_target_m(outline, history, context)
    week = begin_week(outline, target_m, history, context)
    is_beginner = beginner_weeks > 0 and outline.number <= beginner_weeks
    if outline.is_race_week and is_beginner:
        reason = note("run_walk_week", weeks=beginner_weeks)
        fill_run_walk_race_week(week, last_level(context, beginner_weeks))
        week.put(context.race_date.weekday() if context.race_date else 6, race_session(context))
    elif outline.is_race_week:
        fill_race_week(week, has_base=True)
    elif outline.number < beginner_weeks:
        reason = note("run_walk_week", weeks=beginner_weeks)
        fill_run_walk_week(week, beginner_weeks)
    else:
        fill_load_week(week)
    history.runs += week.runs
    history.last_quality_day = week.last_quality_day or history.last_quality_day
    is_whole = outline.number > 0 or context.first_day == context.monday
    history.add(outline, week.planned_m, week.longest_m, is_whole=is_whole)
    return _week_record(week, reason)


def _week_record(week: WeekSessions, reason: PlanNote) -> PlanWeek:
    outline, language = week.outline, week.context.language
    return PlanWeek(
        start=outline.start,
        phase=outline.phase,
        is_cutback=outline.is_cutback,
        focus=i18n.t(f"planner.focus.{outline.phase}", language),
        reasons=(reason, *week.reasons),
        days=tuple(_day_record(week, weekday) for weekday in range(7)),
    )


def _day_record(week: WeekSessions, weekday: int) -> PlanDay:
    day = week.outline.start + timedelta(days=weekday)
    session = week.sessions.get(weekday)
    if session is None:
        return PlanDay(date=day)
    workout = week.context.workout(session.parameters)
    return PlanDay(date=day, workouts=(workout,), reasons=session.reasons)


def _check_goal(context: PlanningContext, history: TrainingHistory) -> None:
    """Refuse a race for which the longest run stays far too short; name what is possible."""
    race_m, longest_m = context.rules.race_m, history.peak_longest_m
    if race_m is None or context.race_date is None or context.request.goal in {"5k", "first_5k"}:
        return
    longest_m = max(longest_m, context.longest_m)
    if longest_m >= LEAST_LONG_SHARE * race_m:
        return
    races = [(rules.race_m or 0, goal) for goal, rules in GOALS.items() if goal != "first_5k"]
    possible = [goal for metres, goal in sorted(races) if 0 < LEAST_LONG_SHARE * metres < longest_m]
    raise GoalTooFar(
        km=f"{longest_m / M_PER_KM:.0f}",
        race_km=f"{race_m / M_PER_KM:.0f}",
        possible_goal=possible[-1] if possible else "5k",
    )


def _assumptions(context: PlanningContext, history: TrainingHistory) -> list[PlanNote]:
    notes: list[PlanNote] = [note("assume_volume", km=round(context.start_m / M_PER_KM))]
    paces = context.target_paces
    if paces is None:
        notes.append(note("assume_heart_rate"))
    else:
        notes.append(
            note("assume_paces", source=PACES_SOURCE, index=paces.pace_index, basis=paces.source)
        )
    if context.is_after_break:
        notes.append(note("assume_break", days=context.athlete.days_since_run or 0))
    return notes + _shortfalls(context, history)


def _shortfalls(context: PlanningContext, history: TrainingHistory) -> list[PlanNote]:
    """Return what stays below that of published plans for the goal, said openly."""
    goal = context.request.goal
    if context.race_date is None or goal not in limits.GOAL_WEEKS:
        return []
    floors = {
        "goal_short_long_run": (history.peak_longest_m, limits.GOAL_LONG_RUN_KM[goal]),
        "goal_short_week": (max(history.weeks_m), limits.GOAL_PEAK_WEEK_KM[goal]),
    }
    notes = [
        note(name, km=round(metres / M_PER_KM, 1), least_km=least_km)
        for name, (metres, least_km) in floors.items()
        if metres < least_km * M_PER_KM
    ]
    if context.week_count < limits.GOAL_WEEKS[goal]:
        least = limits.GOAL_WEEKS[goal]
        notes.append(note("goal_few_weeks", weeks=context.week_count, least=least))
    return notes
