"""What an adaptation looks at, and the parts that its rules share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, NamedTuple

from runningcoach.base.units import M_PER_KM
from runningcoach.coach.plans.estimates import band_pace_s_per_km, estimate_workout
from runningcoach.coach.plans.plan_days import change_days, days_from
from runningcoach.coach.plans.session_parameters import SessionParameters
from runningcoach.coach.plans.sessions import build_session
from runningcoach.model.adherence import WorkoutAdherence
from runningcoach.model.complaint import ComplaintKind
from runningcoach.model.plan import Plan, PlanDay, PlanNote
from runningcoach.model.plan_request import AthleteState
from runningcoach.model.workout import Workout, WorkoutType

Readiness = Literal["red", "amber"]

QUALITY_TYPES: frozenset[WorkoutType] = frozenset({
    "tempo", "cruise", "vo2max", "repetition", "hills", "fartlek", "race_pace", "time_trial",
    "long_progression", "long_marathon_pace",
})  # fmt: skip
FIXED_TYPES: frozenset[WorkoutType] = frozenset({"race"})
SHORTEST_EASY_S = 15 * 60


@dataclass(frozen=True, slots=True)
class AdaptationSignals:
    """What a morning tells beside what was run; None is nothing.

    `race_day` is that of a race that shows paces which the plan may not know; `complaint_day` the
    day of the note of illness or pain, by default today.
    """

    readiness: Readiness | None = None
    complaint: ComplaintKind | None = None
    complaint_day: date | None = None
    race_day: date | None = None


class Sign(NamedTuple):
    """What a proposal answers: the key of its reason, and since when it is there."""

    key: str
    since: str


class PlanProposal(NamedTuple):
    """A changed plan and why: the runner decides. The first reason is the sign that it answers."""

    plan: Plan
    reasons: tuple[PlanNote, ...]

    @property
    def sign(self) -> Sign:
        """What it answers."""
        return sign_of(self.reasons[0])


def sign_of(reason: PlanNote) -> Sign:
    """Return the sign that a reason names."""
    return Sign(reason.key, str(reason.values.get("since", "")))


@dataclass(frozen=True, slots=True)
class AdaptationCase:
    """A plan, its athlete, what was run of it, and the signs of a day."""

    plan: Plan
    athlete: AthleteState
    adherence: Sequence[WorkoutAdherence]
    today: date
    signals: AdaptationSignals
    language: str

    @property
    def first_day(self) -> date:
        """The first day that is still open: tomorrow where something was run today."""
        is_over = self.athlete.days_since_run == 0
        return self.today + timedelta(days=1) if is_over else self.today

    @property
    def is_bad(self) -> bool:
        """Whether the body asks for less, so that nothing else may be proposed."""
        return self.signals.readiness is not None or self.signals.complaint is not None


def reason(name: str, since: date | str, **values: str | int | float) -> PlanNote:
    """Return a reason with its numbers; its words stand in the catalogue of adaptation."""
    day = since if isinstance(since, str) else since.isoformat()
    return PlanNote(key=f"adaptation.reason.{name}", values={**values, "since": day})


def held_until(plan: Plan) -> str:
    """Return the last day, in ISO form, for which an answer to a sign of the body holds."""
    notes = (note for week in plan.weeks for day in week.days for note in day.reasons)
    return max((str(note.values.get("until", "")) for note in notes), default="")


def span(case: AdaptationCase, days: int) -> list[PlanDay]:
    """Return so many days of the plan from today on, without today where it is over."""
    last = case.today + timedelta(days=days - 1)
    return [day for day in days_from(case.plan, case.first_day) if day.date <= last]


def change_span(
    case: AdaptationCase,
    days: Sequence[PlanDay],
    change: Callable[[PlanDay], PlanDay],
    note: PlanNote,
) -> PlanProposal | None:
    """Return the plan with days changed; None where one of them was changed for the same sign."""
    if any(sign_of(one) == sign_of(note) for day in days for one in day.reasons):
        return None
    changed = {day.date: new for day in days if (new := change(day)) != day}
    return PlanProposal(change_days(case.plan, changed), (note,)) if changed else None


def noted_day(day: PlanDay, workouts: tuple[Workout, ...], note: PlanNote) -> PlanDay:
    """Return a day with other workouts and the reason, where they are others."""
    if workouts == day.workouts:
        return day
    return day.model_copy(update={"workouts": workouts, "reasons": (*day.reasons, note)})


def eased(
    workouts: Sequence[Workout], case: AdaptationCase, share: float = 1.0
) -> tuple[Workout, ...]:
    """Return easy runs in place of hard ones, all shortened to a share; races stay."""
    return tuple(_eased_workout(one, case, share) for one in workouts)


def _eased_workout(workout: Workout, case: AdaptationCase, share: float) -> Workout:
    if workout.type in FIXED_TYPES | {"cross_training", "run_walk"}:
        return workout
    if not is_quality(workout) and share >= 1:
        return workout
    return easy_run(easy_seconds(workout, case) * share, case)


def easy_seconds(workout: Workout, case: AdaptationCase) -> float:
    """Return how long an easy run may last that is neither longer nor farther than a workout."""
    planned = estimate_workout(workout, case.athlete.paces)
    farthest_s = planned.distance_m / M_PER_KM * band_pace_s_per_km("E", case.athlete.paces)
    return min(planned.duration_s, farthest_s)


def easy_run(seconds: float, case: AdaptationCase) -> Workout:
    """Return an easy run of whole minutes, not longer than asked for."""
    whole = max(int(seconds // 60) * 60, min(SHORTEST_EASY_S, int(seconds)), 60)
    parameters = SessionParameters("easy", duration_s=whole)
    return build_session(parameters, case.athlete.paces, case.language)


def is_quality(workout: Workout) -> bool:
    """Return whether a workout is hard."""
    return workout.type in QUALITY_TYPES


def is_hard_day(day: PlanDay) -> bool:
    """Return whether a day holds hard work or a race."""
    return any(is_quality(one) or one.type in FIXED_TYPES for one in day.workouts)


def is_sign_known(plan: Plan, sign: Sign) -> bool:
    """Return whether the plan was changed for a sign already."""
    of_weeks = (note for week in plan.weeks for note in week.reasons)
    of_days = (note for week in plan.weeks for day in week.days for note in day.reasons)
    return any(sign_of(note) == sign for notes in (of_weeks, of_days) for note in notes)
