"""A flat draft becomes a plan with steps: nothing is repaired, so that checks see what it says."""

from runningcoach.base import i18n
from runningcoach.base.units import M_PER_KM
from runningcoach.coach.plans.session_parameters import SessionParameters
from runningcoach.coach.plans.sessions import build_session
from runningcoach.model.plan import Plan, PlanDay, PlanNote, PlanWeek
from runningcoach.model.plan_draft import DraftDay, DraftWeek, PlanDraft
from runningcoach.model.plan_request import AthleteState, PlanRequest, TrainingPaces

S_PER_MIN = 60


def expand_draft(draft: PlanDraft, request: PlanRequest, athlete: AthleteState) -> Plan:
    """Return the plan that a draft stands for, in the language in force.

    Dates, distances, durations and paces stay as the draft states them, right or wrong. Days
    keep their order; a rest day has no workout. Raises a validation error for a draft without
    weeks.
    """
    paces = None if request.by_heart_rate else athlete.paces
    return Plan(
        title=draft.title or i18n.t("planner.plan_title.draft"),
        request=request,
        weeks=tuple(_expand_week(week, request, paces) for week in draft.weeks),
        assumptions=tuple(
            PlanNote(key="planner.assumption.stated", values={"text": text})
            for text in draft.assumptions
        ),
    )


def _expand_week(week: DraftWeek, request: PlanRequest, paces: TrainingPaces | None) -> PlanWeek:
    return PlanWeek(
        start=week.start,
        phase=week.phase,
        is_cutback=week.is_cutback,
        focus=week.focus,
        days=tuple(_expand_day(day, request, paces) for day in week.days),
    )


def _expand_day(day: DraftDay, request: PlanRequest, paces: TrainingPaces | None) -> PlanDay:
    if day.template == "rest":
        return PlanDay(date=day.date)
    is_treadmill = day.date.weekday() in request.treadmill_weekdays and day.template != "race"
    parameters = draft_parameters(day)._replace(is_treadmill=is_treadmill)
    if day.template == "race" and day.date == request.race_date:
        parameters = parameters._replace(name=request.race_name)
    return PlanDay(date=day.date, workouts=(build_session(parameters, paces, i18n.language()),))


def draft_parameters(day: DraftDay) -> SessionParameters:
    """Return what a day of a draft states, in metres and seconds."""
    return SessionParameters(
        template=day.template,
        distance_m=_whole(day.distance_km, M_PER_KM),
        duration_s=_whole(day.duration_min, S_PER_MIN),
        reps=day.reps,
        rep_m=day.rep_distance_m,
        rep_s=day.rep_seconds,
        recovery_s=day.recovery_seconds,
        intensity=None if day.intensity == "open" and day.template != "race" else day.intensity,
        pace_s_per_km=day.pace_s_per_km,
        note=day.note,
    )


def _whole(value: float | None, factor: float) -> int | None:
    return round(value * factor) or None if value else None
