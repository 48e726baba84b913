"""Tools on load and the body: form, readiness, mornings."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Annotated

from pydantic import Field

from runningcoach.base import periods
from runningcoach.coach.plans.athlete import is_red
from runningcoach.coach.talk.tools.result_fields import (
    day_fields,
    hours,
    known,
    mean,
    rounded,
)
from runningcoach.coach.talk.tools.strict_schema import ToolArguments
from runningcoach.coach.talk.tools.tool_arguments import Day
from runningcoach.coach.talk.tools.tool_context import Fields, ToolContext
from runningcoach.derive import form
from runningcoach.model.fitness import DailyFitness, RecoveryDay
from runningcoach.model.health import HealthDay
from runningcoach.store import activities, fitness, health

FORM_DAYS, WEIGHT_DAYS, WEEK_DAYS = 42, 365, 7
COMPONENTS = {"hrv": "hrv_z", "resting_hr": "resting_hr_z", "sleep": "sleep_z", "form": "form_z",
              "load": "load_z"}  # fmt: skip
NAMES = {
    "resting_hr_bpm": "no resting heart rate is recorded on these days",
    "hrv_ms": "no HRV is recorded on these days",
    "sleep_h": "no sleep is recorded on these days",
}


class FormArguments(ToolArguments):
    """How many days of form are listed."""

    days: Annotated[int, Field(ge=1, le=42)] | None = Field(
        default=None, description="Days that are listed, none if null"
    )


class ReadinessArguments(ToolArguments):
    """Of which morning."""

    day: Day | None = Field(default=None, description="YYYY-MM-DD; today if null")


class WellnessArguments(ToolArguments):
    """How many days."""

    days: Annotated[int, Field(ge=1, le=28)] | None = Field(default=None, description="14 if null")


def form_tool(context: ToolContext, arguments: FormArguments) -> Fields:
    """Return fitness, fatigue and form of the last day known, and their change in a week."""
    first = periods.span_start(context.today, FORM_DAYS)
    days = fitness.daily(context.conn, context.user.id, first, context.today)
    if not days:
        return {"missing": {"form": "no load is computed for the last six weeks"}}
    change = form.changes_in_week(days)
    listed = days[-arguments.days :] if arguments.days and context.allows("training") else []
    return known(
        {
            "as_of": days[-1].date.isoformat(),
            **form_fields(days[-1]),
            "change_in_7_days": known(
                {name: rounded(value, 1) for name, value in change._asdict().items()}
            ),
            "days": [{**day_fields(day.date), **form_fields(day)} for day in reversed(listed)],
            "missing": _form_reasons(days[-1]) | _behind(context),
        }
    )


def form_fields(day: DailyFitness) -> Fields:
    """Return load, fitness (CTL), fatigue (ATL) and form (TSB) of a day."""
    return known(
        {
            "load": rounded(day.load),
            "ctl": rounded(day.ctl, 1),
            "atl": rounded(day.atl, 1),
            "tsb": rounded(day.tsb, 1),
            "form_pct": rounded(day.form_pct),
            "ramp_7d": rounded(day.ramp_7d, 1),
            "acwr": rounded(day.acwr, 2),
            "is_provisional": True if day.provisional else None,
        }
    )


def _form_reasons(day: DailyFitness) -> dict[str, str]:
    return {name: day.reasons[name] for name in ("tsb", "form_pct", "acwr") if name in day.reasons}


def _behind(context: ToolContext) -> dict[str, str]:
    since = activities.stale_since(context.conn, context.user.id)
    return {"behind": f"days from {since.isoformat()} are being computed anew"} if since else {}


def readiness(context: ToolContext, arguments: ReadinessArguments) -> Fields:
    """Return readiness of a morning, what it is made of, and whether the body says no."""
    day = arguments.day or context.today
    rows = fitness.recovery(context.conn, context.user.id, day - timedelta(days=1), day)
    row = next((row for row in rows if row.date == day), None)
    if row is None:
        return {
            **day_fields(day),
            "missing": {"readiness": "nothing of the body is recorded for this morning"},
        }
    missing = {name: row.reasons[name] for name in ("readiness", "hrv_z") if name in row.reasons}
    missing |= {"soreness_and_mood": "the runner has to be asked"}
    return known(
        {
            **day_fields(day),
            "readiness": rounded(row.readiness),
            "band": row.readiness_band,
            "says_no_to_hard_running": is_red(rows, day),
            **recovery_fields(row),
            "z_against_usual": known(
                {name: rounded(getattr(row, field), 1) for name, field in COMPONENTS.items()}
            ),
            "flags": row.flags or None,
            "missing": missing,
        }
    )


def recovery_fields(row: RecoveryDay) -> Fields:
    """Return HRV, resting heart rate and sleep of a morning beside what is usual."""
    low, high, hrv = row.hrv_low_ms, row.hrv_high_ms, row.hrv_7d_ms
    is_usual = None
    if hrv is not None and low is not None and high is not None:
        is_usual = low <= hrv <= high
    return known(
        {
            "hrv_7d_ms": rounded(hrv),
            "hrv_usual_ms": [rounded(low), rounded(high)] if is_usual is not None else None,
            "hrv_is_usual": is_usual,
            "resting_hr_3d_bpm": rounded(row.resting_hr_3d_bpm),
            "resting_hr_usual_bpm": rounded(row.resting_hr_usual_bpm),
            "sleep_3d_h": hours(row.sleep_3d_s),
            "sleep_need_h": hours(row.sleep_need_s),
        }
    )


def wellness(context: ToolContext, arguments: WellnessArguments) -> Fields:
    """Return mornings, newest first: resting heart rate, HRV, sleep; and the last weight."""
    first = periods.span_start(context.today, arguments.days or 14)
    days = health.days(context.conn, context.user.id, first, context.today)
    rows = fitness.recovery(context.conn, context.user.id, first, context.today)
    weight = last_weight(context)
    missing = {
        name: reason for name, reason in NAMES.items() if all(name not in f for f in _rows(days))
    }
    if not weight:
        missing["weight_kg"] = "no body weight is recorded in the last year"
    return known(
        {
            "period": {"first": first.isoformat(), "last": context.today.isoformat()},
            "today": next((f for f in _rows(days) if f["date"] == context.today.isoformat()), None),
            "latest_against_usual": recovery_fields(rows[-1]) if rows else None,
            "mean_of_7_days": _means(days, context.today),
            **weight,
            "days": list(_rows(days)),
            "missing": missing,
        }
    )


def _rows(days: Sequence[HealthDay]) -> list[Fields]:
    return [{**day_fields(day.date), **health_fields(day)} for day in reversed(days)]


def health_fields(day: HealthDay) -> Fields:
    """Return what the body told on a day."""
    return known(
        {
            "resting_hr_bpm": rounded(day.resting_hr_bpm),
            "hrv_ms": rounded(day.hrv_ms),
            "sleep_h": hours(day.sleep_s),
            "sleep_score": rounded(day.sleep_score),
            "average_stress": rounded(day.average_stress),
        }
    )


def _means(days: Iterable[HealthDay], today: date) -> Fields:
    recent = [day for day in days if 0 <= (today - day.date).days < WEEK_DAYS]

    def average(name: str) -> float | None:
        return mean([value for day in recent if (value := getattr(day, name)) is not None])

    return known(
        {
            "resting_hr_bpm": rounded(average("resting_hr_bpm")),
            "hrv_ms": rounded(average("hrv_ms")),
            "sleep_h": hours(average("sleep_s")),
        }
    )


def last_weight(context: ToolContext) -> Fields:
    """Return the last body weight of a year with its day; nothing where there is none."""
    first = periods.span_start(context.today, WEIGHT_DAYS)
    days = health.days(context.conn, context.user.id, first, context.today)
    weighed = [day for day in days if day.weight_kg is not None]
    if not weighed:
        return {}
    last = weighed[-1]
    return {"weight_kg": rounded(last.weight_kg, 1), "weight_date": last.date.isoformat()}
