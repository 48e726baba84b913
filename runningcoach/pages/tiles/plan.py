"""The head of the page "plan": which plan it is, what it leads to, and the runner's word on it.

Buttons speak to the API by the page's own scripts; approval names the hash of what is shown.
"""

import json
from collections.abc import Sequence
from itertools import chain

from runningcoach.base import units
from runningcoach.base.i18n import t
from runningcoach.coach.plans.overview import OverviewWeek, PlanOverview
from runningcoach.coach.plans.overview_days import overview_days
from runningcoach.coach.plans.overview_figures import (
    PlanFigures,
    RaceTimeScale,
    plan_figures,
    race_time_scale,
)
from runningcoach.coach.plans.simulation import GAIN_MOST, GAIN_PER_WEEK
from runningcoach.model.plan_request import PlanRequest
from runningcoach.model.stored_plan import StoredPlan
from runningcoach.pages import formatting, page, session
from runningcoach.pages.markup import Piece, join, macros
from runningcoach.pages.tiles import workouts

PLAN = macros("plan")
FORMS = macros("forms")

API = "/api/v1/plans"
PAGE = "plan.ipynb"
STATUS_LOOKS = {"current": "good", "proposed": "warn", "archived": "", "rejected": "bad"}


def asked() -> int | None:
    """Return the id of the version that the address asks for; None for the one that matters."""
    text = session.query("id") or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def opening(overview: PlanOverview | None, weeks: Sequence[OverviewWeek]) -> Piece:
    """Return which plan it is, how far the race is, and the buttons that decide."""
    if overview is None:
        return ""
    stored, figures = overview.stored, plan_figures(overview, weeks)
    return PLAN.opening(
        stored.version,
        _countdown(figures.days_to_race),
        stored.plan.request.race_name or stored.plan.title,
        _lead(stored.plan.request, figures),
        _coming(overview),
        _labels(overview, figures),
        _decisions(overview),
    )


def _countdown(days: int | None) -> str:
    if days is None:
        return ""
    if days == 0:
        return t("plan_page.race_today")
    if days > 0:
        return t("plan_page.days_left", days=days)
    return t("plan_page.days_since", days=abs(days))


def _lead(request: PlanRequest, figures: PlanFigures) -> str:
    """Return the goal, the day of the race and the target in a line."""
    parts = [t(f"plan_page.goals.{request.goal}")]
    if request.race_date:
        parts.append(formatting.full_day(request.race_date))
    if request.target_time_s:
        parts.append(t("plan_page.target", time=units.clock(request.target_time_s)))
    if figures.week is None:
        parts.append(t("plan_page.weeks_in_all", weeks=figures.weeks))
    else:
        parts.append(t("plan_page.week_of", week=figures.week, weeks=figures.weeks))
    return " · ".join(parts)


def _coming(overview: PlanOverview) -> dict[str, str]:
    """Return the day, title and size of the next session; nothing after the last one."""
    days = chain.from_iterable(overview_days(overview))
    coming = next((day for day in days if day.sessions and not day.is_past), None)
    if coming is None:
        return {}
    first, is_today = coming.sessions[0], coming.date == overview.athlete.today
    return {
        "date": coming.date.isoformat(),
        "when": t("plan_page.today") if is_today else formatting.day(coming.date),
        "title": first.workout.title,
        "about": workouts.about(first.distance_m, first.duration_s),
        "colour": workouts.colour(first.workout),
    }


def _labels(overview: PlanOverview, figures: PlanFigures) -> list[tuple[str, str]]:
    stored = overview.stored
    labels = [
        (t(f"plan_page.status.{stored.status}"), STATUS_LOOKS[stored.status]),
        (t(f"plan_page.origin.{stored.origin}"), ""),
    ]
    if figures.week is not None:
        phase = stored.plan.weeks[: figures.week][-1].phase
        labels.append((t(f"calendar.phases.{phase}"), ""))
    return labels


# ---- decisions -------------------------------------------------------------------------------


def _decisions(overview: PlanOverview) -> Piece:
    stored = overview.stored
    if stored.status == "proposed":
        return join([_approval(overview), _to_other(overview.other)])
    if stored.status == "current":
        return join([_ending(stored), _to_other(overview.other)])
    return page.link(t("plan_page.see_current"), PAGE, "button")


def _approval(overview: PlanOverview) -> Piece:
    """Return the buttons that approve exactly what is shown, or reject it."""
    stored = overview.stored
    is_blocked = any(finding.severity == "error" for finding in overview.findings)
    body = json.dumps({"sha256": stored.sha256})
    approve = FORMS.send(
        t("plan_page.actions.approve"), f"{API}/{stored.id}/approve", "main", body=body,
        off=is_blocked,
    )  # fmt: skip
    hint = "approve_blocked" if is_blocked else "approve_hint"
    return PLAN.decision(approve, _question(stored, "reject"), t(f"plan_page.actions.{hint}"))


def _ending(stored: StoredPlan) -> Piece:
    return PLAN.decision("", _question(stored, "archive"), "")


def _question(stored: StoredPlan, action: str) -> Piece:
    return PLAN.question(action, f"{API}/{stored.id}/{action}")


def _to_other(other: StoredPlan | None) -> Piece:
    """Return the link to the current plan or the proposal that the page does not show."""
    if other is None or other.status not in ("current", "proposed"):
        return ""
    is_current = other.status == "current"
    words = t("plan_page.see_current") if is_current else t("plan_page.see_proposal")
    return page.link(words, f"{PAGE}?id={other.id}", "button")


def waiting(overview: PlanOverview | None, proposed: StoredPlan | None) -> Piece:
    """Return that a proposal waits, where the page shows another version."""
    if overview is None or proposed is None or proposed.id == overview.stored.id:
        return ""
    link = page.link(t("plan_page.see_proposal"), PAGE, "button main")
    return page.notice(t("plan_page.waits"), link=link)


# ---- what it leads to ------------------------------------------------------------------------


def outlook(overview: PlanOverview | None, weeks: Sequence[OverviewWeek]) -> Piece:
    """Return what the plan leads to in figures: race time, form, volume."""
    if overview is None:
        return ""
    figures, scale = plan_figures(overview, weeks), race_time_scale(overview)
    return page.card(
        t("plan_page.outlook.title"),
        _scale(scale),
        page.stats(*_numbers(overview, figures)),
        width=5,
        name="outlook",
    )


def _scale(scale: RaceTimeScale | None) -> Piece:
    if scale is None:
        return page.paragraph(t("plan_page.outlook.unknown_time"), "hint")
    low, high = units.clock(scale.low_s), units.clock(scale.high_s)
    target = units.clock(scale.target_s)
    label = t("plan_page.outlook.scale_label", low=low, high=high, target=target)
    week, most = (f"{units.percent(gain):g}" for gain in (GAIN_PER_WEEK, GAIN_MOST))
    gain = t("plan_page.outlook.gain", week=week, most=most)
    return PLAN.scale(scale, low, high, target, label, gain)


def _numbers(overview: PlanOverview, figures: PlanFigures) -> list[Piece]:
    form = overview.simulation.race_tsb
    return [
        page.stat(
            t("plan_page.outlook.form"),
            formatting.signed(form, 1),
            metric="tsb",
            why=t("plan_page.outlook.form_unknown") if form is None else "",
        ),
        page.stat(
            t("plan_page.outlook.peak"),
            formatting.number(figures.peak_km, 1),
            "km",
            note=t("plan_page.outlook.peak_note", week=figures.peak_week),
        ),
        page.stat(t("plan_page.outlook.longest"), formatting.number(figures.longest_km, 1), "km"),
        page.stat(t("plan_page.outlook.total"), formatting.number(figures.total_km), "km"),
    ]
