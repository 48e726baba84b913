"""Propose a changed plan when life interferes: a bad morning, a break, missed work, other paces.

Pure: what is known goes in, a proposal with its reasons comes out, or None where the plan stands.
A bad sign never adds load. Each changed day carries its reason, so that a rule answers the same
sign once.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, NamedTuple

from runningcoach.coach.plans.estimates import estimate_workout
from runningcoach.coach.plans.pace_adaptation import adapt_paces
from runningcoach.coach.plans.plan_days import change_days, day_of, days_from
from runningcoach.coach.plans.planner.context import return_factor
from runningcoach.coach.plans.session_parameters import SessionParameters
from runningcoach.coach.plans.sessions import build_session
from runningcoach.coach.plans.validator import validate
from runningcoach.model.plan import (
    AthleteState,
    Plan,
    PlanDay,
    PlanNote,
    PlanWeek,
    WorkoutAdherence,
)
from runningcoach.model.workout import Workout, WorkoutType

Readiness = Literal["red", "amber"]
Complaint = Literal["illness", "pain"]

QUALITY_TYPES: frozenset[WorkoutType] = frozenset({
    "tempo", "cruise", "vo2max", "repetition", "hills", "fartlek", "race_pace", "time_trial",
    "long_progression", "long_marathon_pace",
})  # fmt: skip
FIXED_TYPES: frozenset[WorkoutType] = frozenset({"race"})
RED_EASY_S = 40 * 60
"""Longest easy run on a red day: ours; Manresa-Rocamora 2021 on training guided by HRV."""
RETRY_DAYS = (2, 3, 4)
"""A hard session that was put off is tried again after 48 hours."""
REST_DAYS, HOLD_DAYS = 3, 7
"""Days of rest, and days without intensity, after a note of illness or pain. Ours, cautious."""
BREAK_DAYS, LONG_BREAK_DAYS = 4, 14
RETURN_WEEK_DAYS = 7
MISSED_DAYS, MISSED_PCT = 7, 50.0
QUALITY_GAP_DAYS = 2
RECOVERY_WEEKS = {"m": 2, "hm": 2}
RECOVERY_RUN_S, RECOVERY_RUN_DAYS = 30 * 60, 3
SHORTEST_EASY_S = 15 * 60


@dataclass(frozen=True, slots=True)
class AdaptationSignals:
    """What a morning tells beside what was run; None is nothing.

    `has_race_result` means that the athlete's paces come from a race that the plan did not know.
    """

    readiness: Readiness | None = None
    complaint: Complaint | None = None
    has_race_result: bool = False


class PlanProposal(NamedTuple):
    """A changed plan and why: the runner decides."""

    plan: Plan
    reasons: tuple[PlanNote, ...]


@dataclass(frozen=True, slots=True)
class _AdaptationCase:
    plan: Plan
    athlete: AthleteState
    adherence: Sequence[WorkoutAdherence]
    today: date
    signals: AdaptationSignals
    language: str

    @property
    def is_bad(self) -> bool:
        """Whether the body asks for less, so that nothing else may be proposed."""
        return self.signals.readiness is not None or self.signals.complaint is not None


def propose(
    plan: Plan,
    athlete: AthleteState,
    adherence: Sequence[WorkoutAdherence],
    today: date,
    signals: AdaptationSignals,
    language: str = "ko",
) -> PlanProposal | None:
    """Return the plan changed for what happened, with reasons; None where it stands.

    The gravest sign is answered alone: illness or pain, a break, a red or amber morning, a
    race that is over; then missed quality, then paces. A change that the validator would block,
    and did not block before, is not proposed.
    """
    case = _AdaptationCase(plan, athlete, adherence, today, signals, language)
    for rule in RULES:
        proposal = rule(case)
        if proposal is not None and proposal.plan != plan and _is_sound(proposal.plan, case):
            return proposal
        if case.is_bad and rule is _answer_readiness:
            return None
    return None


def _is_sound(plan: Plan, case: _AdaptationCase) -> bool:
    """Return whether a plan has no error that the current one has not."""
    before, after = (_errors(one, case) for one in (case.plan, plan))
    return after <= before


def _errors(plan: Plan, case: _AdaptationCase) -> set[tuple[str, date | None]]:
    findings = validate(plan, case.athlete, origin="adaptation", today=case.today)
    return {(one.code, one.day) for one in findings if one.severity == "error"}


# ---- signs of the body -----------------------------------------------------------------------


def _answer_complaint(case: _AdaptationCase) -> PlanProposal | None:
    """Rest for three days and run easy for a week after a note of illness or pain."""
    if case.signals.complaint is None:
        return None
    note = PlanNote(
        key=f"adaptation.reason.{case.signals.complaint}",
        values={"rest": REST_DAYS, "hold": HOLD_DAYS},
    )
    rest_until = case.today + timedelta(days=REST_DAYS)

    def hold(day: PlanDay) -> PlanDay:
        workouts = () if day.date < rest_until else _eased(day.workouts, case)
        return _noted(day, workouts, note)

    return _changed(case, _span(case, HOLD_DAYS), hold, note)


def _answer_break(case: _AdaptationCase) -> PlanProposal | None:
    """Come back after four days or more with shorter, easy runs: the factors of the planner."""
    days = case.athlete.days_since_run
    if days is None or days < BREAK_DAYS or not _has_missed_run(case, days):
        return None
    share = return_factor(days)
    note = PlanNote(
        key="adaptation.reason.break", values={"days": days, "share_pct": round(share * 100)}
    )
    weeks = 2 if days >= LONG_BREAK_DAYS else 1

    def come_back(day: PlanDay) -> PlanDay:
        return _noted(day, _eased(day.workouts, case, share), note)

    return _changed(case, _span(case, weeks * RETURN_WEEK_DAYS), come_back, note)


def _has_missed_run(case: _AdaptationCase, days: int) -> bool:
    """Return whether a run was planned in the days without one: a planned pause is no break."""
    first = case.today - timedelta(days=days)
    return any(first < d.date < case.today and d.workouts for w in case.plan.weeks for d in w.days)


def _answer_readiness(case: _AdaptationCase) -> PlanProposal | None:
    """Run easy for 40 minutes at most on a red day; put hard work off on an amber one."""
    today = day_of(case.plan, case.today)
    if today is None or case.signals.readiness is None:
        return None
    note = PlanNote(
        key=f"adaptation.reason.{case.signals.readiness}", values={"minutes": RED_EASY_S // 60}
    )
    if case.signals.readiness == "red":
        return _changed(case, [today], lambda d: _noted(d, _capped(d.workouts, case), note), note)
    if not any(_is_quality(one) for one in today.workouts):
        return None
    eased = _changed(case, [today], lambda d: _noted(d, _eased(d.workouts, case), note), note)
    return eased and _retried(case, eased, today)


def _retried(case: _AdaptationCase, eased: PlanProposal, today: PlanDay) -> PlanProposal:
    """Return the proposal with the hard session in two days or more, where it has a place."""
    later = [case.today + timedelta(days=days) for days in RETRY_DAYS]
    note = _reason("retried")
    moved = _place_quality(case, eased.plan, today, later, note)
    if moved is None:
        return eased
    # The two days change places, so that the days to come hold no more than before.
    easy = next(
        day.workouts
        for day in days_from(eased.plan, case.today)
        if day_of(moved.plan, day.date) != day
    )
    days = {case.today: _noted(today, easy, eased.reasons[0])}
    return PlanProposal(change_days(moved.plan, days), (*eased.reasons, note))


# ---- what was run ----------------------------------------------------------------------------


def _answer_race(case: _AdaptationCase) -> PlanProposal | None:
    """Add easy weeks after the race of the plan, where the plan ends with it."""
    race = case.plan.request.race_date
    last = case.plan.weeks[-1].days[-1].date
    if race is None or not race < case.today or case.plan.weeks[-1].phase == "recovery":
        return None
    if last > race + timedelta(days=6):
        return None
    count = RECOVERY_WEEKS.get(case.plan.request.goal, 1)
    note = _reason("race_over", weeks=count)
    first = case.plan.weeks[-1].start + timedelta(weeks=1)
    added = [_recovery_week(case, first + timedelta(weeks=week), note) for week in range(count)]
    plan = case.plan.model_copy(update={"weeks": (*case.plan.weeks, *added)})
    return PlanProposal(plan, (note,))


def _recovery_week(case: _AdaptationCase, start: date, note: PlanNote) -> PlanWeek:
    weekdays = sorted(case.plan.request.available_weekdays)
    step = max(len(weekdays) // RECOVERY_RUN_DAYS, 1)
    run_days = set(weekdays[::step][:RECOVERY_RUN_DAYS])
    run = (_easy(RECOVERY_RUN_S, case),)
    days = tuple(
        PlanDay(date=start + timedelta(days=n), workouts=run if n in run_days else ())
        for n in range(7)
    )
    return PlanWeek(start=start, phase="recovery", reasons=(note,), days=days)


def _answer_missed_quality(case: _AdaptationCase) -> PlanProposal | None:
    """Move one missed quality session to a free place; drop two or more, never stack them."""
    first = case.today - timedelta(days=MISSED_DAYS)
    missed = [
        day
        for one in case.adherence
        if first <= one.workout_date < case.today
        and _is_missed(one)
        and (day := day_of(case.plan, one.workout_date)) is not None
        and any(_is_quality(workout) for workout in day.workouts)
    ]
    if len(missed) != 1 or _has_note(case.plan, "adaptation.reason.missed", missed[0].date):
        return None
    sunday = case.today + timedelta(days=6 - case.today.weekday())
    later = [case.today + timedelta(days=n) for n in range((sunday - case.today).days + 1)]
    note = _reason("missed", day=missed[0].date.isoformat())
    return _place_quality(case, case.plan, missed[0], later, note)


def _is_missed(one: WorkoutAdherence) -> bool:
    return one.verdict == "missed" or (
        one.verdict == "partly" and (one.compliance_pct or 0.0) < MISSED_PCT
    )


def _place_quality(
    case: _AdaptationCase, plan: Plan, source: PlanDay, days: Iterable[date], note: PlanNote
) -> PlanProposal | None:
    """Return a plan with the hard session of a day on the first easy day that has room for it."""
    hard = [workout for workout in source.workouts if _is_quality(workout)]
    for day in filter(None, (day_of(plan, one) for one in days)):
        if _has_room(plan, day, source, case):
            placed = day.model_copy(
                update={"workouts": tuple(hard), "reasons": (*day.reasons, note)}
            )
            return PlanProposal(change_days(plan, {day.date: placed}), (note,))
    return None


def _has_room(plan: Plan, day: PlanDay, source: PlanDay, case: _AdaptationCase) -> bool:
    """Return whether a day holds one easy run and is two days or more from other hard ones."""
    if len(day.workouts) != 1 or day.workouts[0].type not in ("easy", "recovery"):
        return False
    reach = [timedelta(days=n) for n in range(1 - QUALITY_GAP_DAYS, QUALITY_GAP_DAYS)]
    around = (day_of(plan, day.date + gap) for gap in reach if gap)
    near = [other for other in around if other is not None and other.date != source.date]
    is_free = not any(_is_hard_day(other) for other in near)
    return is_free and day.date.weekday() in case.plan.request.available_weekdays


def _is_hard_day(day: PlanDay) -> bool:
    return any(_is_quality(one) or one.type in FIXED_TYPES for one in day.workouts)


def _answer_paces(case: _AdaptationCase) -> PlanProposal | None:
    """Change the paces to come where three quality sessions or a race show others."""
    if case.is_bad:
        return None
    changed = adapt_paces(
        case.plan, case.athlete, case.adherence, case.today,
        has_race_result=case.signals.has_race_result,
    )  # fmt: skip
    return None if changed is None else PlanProposal(changed[0], (changed[1],))


def _reason(name: str, **values: str | int | float) -> PlanNote:
    """Return a reason with its numbers; its words stand in the catalogue of adaptation."""
    return PlanNote(key=f"adaptation.reason.{name}", values=values)


# ---- parts -----------------------------------------------------------------------------------


def _span(case: _AdaptationCase, days: int) -> list[PlanDay]:
    last = case.today + timedelta(days=days - 1)
    return [day for day in days_from(case.plan, case.today) if day.date <= last]


def _changed(
    case: _AdaptationCase,
    days: Sequence[PlanDay],
    change: Callable[[PlanDay], PlanDay],
    note: PlanNote,
) -> PlanProposal | None:
    """Return the plan with days changed, those that carry the note's key already left alone."""
    fresh = [day for day in days if all(one.key != note.key for one in day.reasons)]
    if len(fresh) < len(days):
        return None
    changed = {day.date: new for day in fresh if (new := change(day)) != day}
    return PlanProposal(change_days(case.plan, changed), (note,)) if changed else None


def _noted(day: PlanDay, workouts: tuple[Workout, ...], note: PlanNote) -> PlanDay:
    if workouts == day.workouts:
        return day
    return day.model_copy(update={"workouts": workouts, "reasons": (*day.reasons, note)})


def _eased(
    workouts: Sequence[Workout], case: _AdaptationCase, share: float = 1.0
) -> tuple[Workout, ...]:
    """Return easy runs in place of hard ones, all shortened to a share; races stay."""
    return tuple(_eased_workout(one, case, share) for one in workouts)


def _eased_workout(workout: Workout, case: _AdaptationCase, share: float) -> Workout:
    if workout.type in FIXED_TYPES | {"cross_training", "run_walk"}:
        return workout
    if not _is_quality(workout) and share >= 1:
        return workout
    seconds = estimate_workout(workout, case.athlete.paces).duration_s * share
    return _easy(seconds, case)


def _capped(workouts: Sequence[Workout], case: _AdaptationCase) -> tuple[Workout, ...]:
    """Return one easy run of 40 minutes at most in place of what is harder or longer."""
    total = sum(estimate_workout(one, case.athlete.paces).duration_s for one in workouts)
    if not workouts or (total <= RED_EASY_S and not any(map(_is_harder, workouts))):
        return tuple(workouts)
    return (_easy(min(total, RED_EASY_S), case),)


def _is_harder(workout: Workout) -> bool:
    return _is_quality(workout) or workout.type in FIXED_TYPES


def _is_quality(workout: Workout) -> bool:
    return workout.type in QUALITY_TYPES


def _easy(seconds: float, case: _AdaptationCase) -> Workout:
    """Return an easy run of whole minutes, not longer than asked for."""
    whole = max(int(seconds // 60) * 60, min(SHORTEST_EASY_S, int(seconds)), 60)
    parameters = SessionParameters("easy", duration_s=whole)
    return build_session(parameters, case.athlete.paces, case.language)


def _has_note(plan: Plan, key: str, day: date) -> bool:
    """Return whether a session of a day was moved already for the same reason."""
    value = day.isoformat()
    notes = (note for week in plan.weeks for one in week.days for note in one.reasons)
    return any(note.key == key and note.values.get("day") == value for note in notes)


RULES: tuple[Callable[[_AdaptationCase], PlanProposal | None], ...] = (
    _answer_complaint,
    _answer_break,
    _answer_readiness,
    _answer_race,
    _answer_missed_quality,
    _answer_paces,
)
