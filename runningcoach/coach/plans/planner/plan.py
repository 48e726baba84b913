"""A plan from a request: week after week, each built on what the weeks before really hold."""

from datetime import timedelta

from runningcoach.base import i18n
from runningcoach.base.units import M_PER_KM
from runningcoach.coach.plans import limits
from runningcoach.coach.plans.planner.context import PlanningContext
from runningcoach.coach.plans.planner.goal_checks import check_goal, check_long_limit
from runningcoach.coach.plans.planner.load_week import fill_load_week
from runningcoach.coach.plans.planner.outline import WeekOutline, outline_weeks
from runningcoach.coach.plans.planner.race_week import fill_race_week, race_session
from runningcoach.coach.plans.planner.reasons import PACES_SOURCE, note
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
from runningcoach.model.plan import Plan, PlanDay, PlanNote, PlanWeek


def build_plan(context: PlanningContext) -> Plan:
    """Return the plan of a settled context. Raises GoalTooFar or LongLimitTooShort."""
    check_long_limit(context)
    history = training_history(context)
    outlines = outline_weeks(context)
    beginner_weeks = _beginner_weeks(context, outlines)
    weeks = [_plan_week(outline, history, context, beginner_weeks) for outline in outlines]
    check_goal(context, history)
    goal = context.request.goal
    return Plan(
        title=i18n.t(f"planner.plan_title.{goal}", context.language, weeks=len(weeks)),
        request=context.request,
        weeks=tuple(weeks),
        assumptions=tuple(_assumptions(context, history)),
    )


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


def _assumptions(context: PlanningContext, history: TrainingHistory) -> list[PlanNote]:
    notes = [_volume_note(context)]
    paces = context.target_paces
    if paces is None:
        notes.append(note("assume_heart_rate"))
    else:
        index = round(paces.pace_index, 1)
        notes.append(note("assume_paces", source=PACES_SOURCE, index=index, basis=paces.source))
    if context.is_after_break:
        notes.append(note("assume_break", days=context.athlete.days_since_run or 0))
    return notes + _shortfalls(context, history)


def _volume_note(context: PlanningContext) -> PlanNote:
    km = round(context.start_m / M_PER_KM)
    return note("assume_volume", km=km) if km else note("assume_new_runner")


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
