"""Rules that answer what was run: a race that is over, missed quality, other paces, new errors."""

from collections.abc import Sequence
from datetime import date, timedelta

from runningcoach.coach.plans.adaptation.case import (
    AdaptationCase,
    PlanProposal,
    easy_run,
    is_quality,
    is_sign_known,
    reason,
    sign_of,
)
from runningcoach.coach.plans.adaptation.paces import FACTOR_KEY, adapt_paces
from runningcoach.coach.plans.adaptation.quality_moves import place_quality
from runningcoach.coach.plans.plan_days import change_days, day_of, days_from
from runningcoach.coach.plans.planner import remake_plan
from runningcoach.coach.plans.planner.errors import PlanImpossible
from runningcoach.coach.plans.repair import repair
from runningcoach.coach.plans.validator import validate
from runningcoach.model.adherence import WorkoutAdherence
from runningcoach.model.plan import Plan, PlanDay, PlanNote, PlanWeek
from runningcoach.model.plan_edit import PlanFinding

MISSED_DAYS, MISSED_PCT = 7, 50.0
RACE_OVER_DAYS = 6
"""For how long after a race light weeks are proposed."""
RECOVERY_WEEKS = {"m": 2, "hm": 2}
RECOVERY_RUN_S, RECOVERY_RUN_DAYS = 30 * 60, 3


# ---- a race that is over ---------------------------------------------------------------------


def answer_race(case: AdaptationCase) -> PlanProposal | None:
    """Add easy weeks after the race of the plan, where the plan ends with it."""
    race = case.plan.request.race_date
    last = case.plan.weeks[-1].days[-1].date
    if race is None or not 0 < (case.today - race).days <= RACE_OVER_DAYS:
        return None
    if case.plan.weeks[-1].phase == "recovery":
        return None
    if last > race + timedelta(days=6):
        return None
    count = RECOVERY_WEEKS.get(case.plan.request.goal, 1)
    note = reason("race_over", race, weeks=count)
    first = case.plan.weeks[-1].start + timedelta(weeks=1)
    added = [_recovery_week(case, first + timedelta(weeks=week), note) for week in range(count)]
    plan = case.plan.model_copy(update={"weeks": (*case.plan.weeks, *added)})
    return PlanProposal(plan, (note,))


def _recovery_week(case: AdaptationCase, start: date, note: PlanNote) -> PlanWeek:
    weekdays = sorted(case.plan.request.available_weekdays)
    step = max(len(weekdays) // RECOVERY_RUN_DAYS, 1)
    run_days = set(weekdays[::step][:RECOVERY_RUN_DAYS])
    run = (easy_run(RECOVERY_RUN_S, case),)
    dates = [start + timedelta(days=n) for n in range(7)]
    days = (
        PlanDay(date=day, workouts=run if n in run_days and day >= case.first_day else ())
        for n, day in enumerate(dates)
    )
    return PlanWeek(start=start, phase="recovery", reasons=(note,), days=tuple(days))


# ---- missed quality --------------------------------------------------------------------------


def answer_missed_quality(case: AdaptationCase) -> PlanProposal | None:
    """Move one missed quality session to a free place of its week; drop two or more.

    That of another week is dropped too: hard sessions are never stacked.
    """
    missed = _missed_quality(case)
    monday = case.today - timedelta(days=case.today.weekday())
    if len(missed) != 1 or missed[0].date < monday:
        return None
    day = missed[0].date.isoformat()
    note = reason("missed", missed[0].date, day=day)
    if is_sign_known(case.plan, sign_of(note)):
        return None
    sunday = case.today + timedelta(days=6 - case.today.weekday())
    later = [case.first_day + timedelta(days=n) for n in range((sunday - case.first_day).days + 1)]
    return place_quality(case, case.plan, missed[0], later, note)


def _missed_quality(case: AdaptationCase) -> list[PlanDay]:
    """Return the hard days of the last week that were not run, or not half."""
    first = case.today - timedelta(days=MISSED_DAYS)
    return [
        day
        for one in case.adherence
        if first <= one.workout_date < case.today
        and _is_missed(one)
        and (day := day_of(case.plan, one.workout_date)) is not None
        and any(is_quality(workout) for workout in day.workouts)
    ]


def _is_missed(one: WorkoutAdherence) -> bool:
    return one.verdict == "missed" or (
        one.verdict == "partly" and (one.compliance_pct or 0.0) < MISSED_PCT
    )


# ---- other paces -----------------------------------------------------------------------------


def answer_paces(case: AdaptationCase) -> PlanProposal | None:
    """Change the paces to come where three quality sessions or a race show others."""
    if case.is_bad:
        return None
    changed = adapt_paces(
        case.plan, case.athlete, case.adherence, case.first_day, race_day=_new_race_day(case)
    )
    return None if changed is None else PlanProposal(changed[0], (changed[1],))


def _new_race_day(case: AdaptationCase) -> date | None:
    """Return the day of a race since which the paces of the plan were not changed."""
    race_day = case.signals.race_day
    notes = (note for day in days_from(case.plan, case.first_day) for note in day.reasons)
    answered = max((sign_of(note).since for note in notes if note.key == FACTOR_KEY), default="")
    return race_day if race_day and race_day.isoformat() > answered else None


# ---- errors that were not there before -------------------------------------------------------


def answer_errors(case: AdaptationCase) -> PlanProposal | None:
    """Repair what the rules of plans find wrong by now: weeks were missed, or limits changed."""
    errors = errors_of(case.plan, case)
    if not errors:
        return None
    plan = repaired(case.plan, case)
    if errors_of(plan, case):
        plan = _remade(case) or plan
    codes = ", ".join(sorted({finding.code for finding in errors}))
    note = reason("rules", codes, codes=codes)
    return PlanProposal(_noted_changes(case, plan, note), (note,))


def _remade(case: AdaptationCase) -> Plan | None:
    try:
        return remake_plan(case.plan, case.athlete, case.first_day, case.language)
    except PlanImpossible:
        return None


def repaired(plan: Plan, case: AdaptationCase) -> Plan:
    """Return a plan with its days to come repaired; as it is where past days would be changed."""
    findings = validate(plan, case.athlete, origin="adaptation", today=case.today)
    mended = repair(plan, findings, case.athlete, origin="adaptation", today=case.today).plan
    return mended if _past(mended, case) == _past(plan, case) else plan


def errors_of(plan: Plan, case: AdaptationCase) -> list[PlanFinding]:
    """Return the errors that the rules find in a plan today."""
    findings = validate(plan, case.athlete, origin="adaptation", today=case.today)
    return [one for one in findings if one.severity == "error"]


def _past(plan: Plan, case: AdaptationCase) -> Sequence[PlanDay]:
    return [day for week in plan.weeks for day in week.days if day.date < case.first_day]


def _noted_changes(case: AdaptationCase, plan: Plan, note: PlanNote) -> Plan:
    """Return a plan with the reason at each day that is not as it was."""
    changed = {
        day.date: day.model_copy(update={"reasons": (*day.reasons, note)})
        for day in days_from(plan, case.first_day)
        if day_of(case.plan, day.date) != day
    }
    return change_days(plan, changed)
