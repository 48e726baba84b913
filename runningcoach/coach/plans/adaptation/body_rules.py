"""Rules that answer signs of the body: illness, pain, a break, a bad morning."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from runningcoach.coach.plans import limits
from runningcoach.coach.plans.adaptation.case import (
    FIXED_TYPES,
    AdaptationCase,
    PlanProposal,
    change_span,
    eased,
    easy_run,
    easy_seconds,
    is_quality,
    is_sign_known,
    noted_day,
    reason,
    sign_of,
    span,
)
from runningcoach.coach.plans.adaptation.quality_moves import place_quality
from runningcoach.coach.plans.estimates import estimate_workout
from runningcoach.coach.plans.plan_days import change_days, day_of, days_from
from runningcoach.coach.plans.planner import remake_plan
from runningcoach.coach.plans.planner.context import return_factor
from runningcoach.coach.plans.planner.errors import PlanImpossible
from runningcoach.model.plan import Plan, PlanDay, PlanNote
from runningcoach.model.workout import Workout

RED_EASY_S = 40 * 60
"""Longest easy run on a red day: ours; Manresa-Rocamora 2021 on training guided by HRV."""
RETRY_DAYS = (2, 3, 4)
"""A hard session that was put off is tried again after 48 hours."""
REST_DAYS, HOLD_DAYS = 3, 7
"""Days of rest, and days without intensity, after a note of illness or pain. Ours, cautious."""
BREAK_DAYS = 4
RETURN_WEEK_DAYS = 7


def answer_complaint(case: AdaptationCase) -> PlanProposal | None:
    """Rest for three days and run easy for a week from a note of illness or pain on."""
    if case.signals.complaint is None:
        return None
    since = case.signals.complaint_day or case.today
    last = since + timedelta(days=HOLD_DAYS - 1)
    note = reason(
        case.signals.complaint, since, until=last.isoformat(), rest=REST_DAYS, hold=HOLD_DAYS
    )
    rest_until = since + timedelta(days=REST_DAYS)

    def hold(day: PlanDay) -> PlanDay:
        workouts = () if day.date < rest_until else eased(day.workouts, case)
        return noted_day(day, workouts, note)

    return change_span(case, span(case, (last - case.today).days + 1), hold, note)


def _last_day(case: AdaptationCase, days: int) -> str:
    return (case.today + timedelta(days=days - 1)).isoformat()


# ---- a break ---------------------------------------------------------------------------------


def answer_long_break(case: AdaptationCase) -> PlanProposal | None:
    """Plan the rest anew after two weeks or more, from where the athlete is now."""
    days = case.athlete.days_since_run
    if days is None or days < limits.BREAK_DAYS or not _has_missed_run(case, days):
        return None
    note = _long_break(case, days)
    if is_sign_known(case.plan, sign_of(note)):
        return None
    try:
        plan = remake_plan(case.plan, case.athlete, case.today, case.language)
    except PlanImpossible:
        return None
    return PlanProposal(_noted_week(plan, case, note), (note,))


def _long_break(case: AdaptationCase, days: int) -> PlanNote:
    return reason("long_break", case.today - timedelta(days=days), days=days)


def _noted_week(plan: Plan, case: AdaptationCase, note: PlanNote) -> Plan:
    """Return the plan with a reason at the week of today."""
    weeks = tuple(
        week.model_copy(update={"reasons": (*week.reasons, note)})
        if week.start <= case.today <= week.days[-1].date
        else week
        for week in plan.weeks
    )
    return plan.model_copy(update={"weeks": weeks})


def answer_break(case: AdaptationCase) -> PlanProposal | None:
    """Come back after four days or more with shorter, easy runs: the factors of the planner.

    For a week; for two after a longer break, from which no plan could be made anew.
    """
    days = case.athlete.days_since_run
    if days is None or days < BREAK_DAYS or not _has_missed_run(case, days):
        return None
    if is_sign_known(case.plan, sign_of(_long_break(case, days))):
        return None
    share = return_factor(days)
    hold_days = RETURN_WEEK_DAYS * (2 if days >= limits.BREAK_DAYS else 1)
    note = reason(
        "break",
        case.today - timedelta(days=days),
        until=_last_day(case, hold_days),
        days=days,
        share_pct=round(share * 100),
    )

    def come_back(day: PlanDay) -> PlanDay:
        workouts = eased(day.workouts, case, share)
        if case.signals.readiness == "red" and day.date == case.today:
            workouts = _capped(workouts, case)
        return noted_day(day, workouts, note)

    return change_span(case, span(case, hold_days), come_back, note)


def _has_missed_run(case: AdaptationCase, days: int) -> bool:
    """Return whether a run was planned in the days without one: a planned pause is no break."""
    first = case.today - timedelta(days=days)
    return any(first < d.date < case.today and d.workouts for w in case.plan.weeks for d in w.days)


# ---- a morning -------------------------------------------------------------------------------


def answer_readiness(case: AdaptationCase) -> PlanProposal | None:
    """Run easy on a red day and two days on; put hard work of an amber one off."""
    if case.signals.readiness is None:
        return None
    if case.signals.readiness == "red":
        until = _last_day(case, 1 + limits.RED_EASY_DAYS)
        note = reason("red", case.today, until=until, minutes=RED_EASY_S // 60)
        return change_span(case, span(case, 1 + limits.RED_EASY_DAYS), _red_day(case, note), note)
    today = day_of(case.plan, case.first_day)
    if today is None or case.first_day > case.today or not any(map(is_quality, today.workouts)):
        return None

    note = reason("amber", case.today)

    def ease(day: PlanDay) -> PlanDay:
        return noted_day(day, eased(day.workouts, case), note)

    lighter = change_span(case, [today], ease, note)
    return lighter and _retried(case, lighter, today)


def _red_day(case: AdaptationCase, note: PlanNote) -> Callable[[PlanDay], PlanDay]:
    def ease(day: PlanDay) -> PlanDay:
        is_today = day.date == case.today
        workouts = _capped(day.workouts, case) if is_today else eased(day.workouts, case)
        return noted_day(day, workouts, note)

    return ease


def _capped(workouts: Sequence[Workout], case: AdaptationCase) -> tuple[Workout, ...]:
    """Return one easy run of 40 minutes at most in place of what is harder or longer."""
    total = sum(estimate_workout(one, case.athlete.paces).duration_s for one in workouts)
    if not workouts or (total <= RED_EASY_S and not any(map(_is_harder, workouts))):
        return tuple(workouts)
    easy_s = sum(easy_seconds(one, case) for one in workouts)
    return (easy_run(min(easy_s, RED_EASY_S), case),)


def _is_harder(workout: Workout) -> bool:
    return is_quality(workout) or workout.type in FIXED_TYPES


def _retried(case: AdaptationCase, lighter: PlanProposal, today: PlanDay) -> PlanProposal:
    """Return the proposal with the hard session in two days or more, where it has a place."""
    later = [case.today + timedelta(days=days) for days in RETRY_DAYS]
    note = reason("retried", case.today)
    moved = place_quality(case, lighter.plan, today, later, note)
    if moved is None:
        return lighter
    # The two days change places, so that the days to come hold no more than before.
    easy = next(
        day.workouts
        for day in days_from(lighter.plan, case.today)
        if day_of(moved.plan, day.date) != day
    )
    days = {case.today: noted_day(today, easy, lighter.reasons[0])}
    return PlanProposal(change_days(moved.plan, days), (*lighter.reasons, note))
