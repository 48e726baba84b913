"""The weeks of a plan, day by day, with what opens at a touch: steps, reasons, ways to change."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from runningcoach.base import i18n, units
from runningcoach.base.i18n import t
from runningcoach.coach.plans.estimates import flatten
from runningcoach.coach.plans.overview import OverviewWeek, PlanOverview, note_texts
from runningcoach.coach.plans.overview_days import OverviewDay, OverviewSession, overview_days
from runningcoach.coach.plans.overview_figures import weeks_ahead
from runningcoach.derive.comparisons import fractions
from runningcoach.model.plan import PlanNote, PlanWeek
from runningcoach.model.plan_request import TrainingPaces
from runningcoach.model.workout import OpenTarget, Workout
from runningcoach.pages import formatting
from runningcoach.pages.markup import Piece, macros
from runningcoach.pages.tiles import common
from runningcoach.pages.tiles import workouts as tiles

PLAN = macros("plan")

API = "/api/v1/plans"
HARD_PARTS, EASY_PARTS = ("interval", "main"), ("main", "interval")
"""Parts that matter, the first first; strides do not make an easy run a fast one."""
PARTS = {"easy": EASY_PARTS, "long": EASY_PARTS}
OPEN_WEEKS = 2
"""The week that holds today and the next are open at first."""
WEEK_SHARES = (70, 80, 90, 110)
DAY_SHARES = (50, 60, 70, 80, 90, 110, 120, 130)
"""Choices of length, in percent."""


def card(overview: PlanOverview | None, weeks: Sequence[OverviewWeek]) -> Piece:
    """Return all weeks with their days, and the sheet that a day opens in."""
    if overview is None:
        return ""
    opened = [week.number for week in (weeks_ahead(overview, weeks) or weeks)[:OPEN_WEEKS]]
    rows = [
        _week(row, week, days, overview) | {"is_open": row.number in opened, **bars}
        for row, week, days, bars in zip(
            weeks, overview.stored.plan.weeks, overview_days(overview), _bars(weeks), strict=True
        )
    ]
    legend = [(name, t(f"calendar.colours.{name}")) for name in tiles.COLOUR_NAMES]
    return PLAN.weeks(overview.stored.id, API, rows, legend, _words(), DAY_SHARES)


def _bars(weeks: Sequence[OverviewWeek]) -> list[dict[str, float]]:
    """Return what is planned and what was run of each week, in percent of the highest."""
    planned, done = [week.km for week in weeks], [week.done_km or 0.0 for week in weeks]
    shares = [round(units.percent(share), 1) for share in fractions([*planned, *done])]
    pairs = zip(shares[: len(weeks)], shares[len(weeks) :], strict=True)
    return [{"planned_pct": one, "done_pct": other} for one, other in pairs]


def _week(
    row: OverviewWeek,
    week: PlanWeek,
    days: Sequence[OverviewDay],
    overview: PlanOverview,
) -> dict[str, Any]:
    return {
        "number": row.number,
        "start": row.start.isoformat(),
        "dates": _dates(days),
        "phase": t(f"calendar.phases.{row.phase}"),
        "is_cutback": row.is_cutback,
        "is_now": any(day.date == overview.athlete.today for day in days),
        "km": formatting.number(row.km, 1),
        "done_km": "" if row.done_km is None else formatting.number(row.done_km, 1),
        "facts": _facts(row),
        "why": note_texts(week.reasons),
        "focus": week.focus,
        "days": [_day(day, overview) for day in days],
        "shares": WEEK_SHARES if any(d.is_editable and d.sessions for d in days) else (),
    }


def _dates(days: Sequence[OverviewDay]) -> str:
    first, last = days[0].date, days[-1].date
    return t("plan_page.weeks.dates", first=_short(first), last=_short(last))


def _short(day: date) -> str:
    """Write a day as charts do."""
    return day.strftime(t("charts.short_day"))


def _facts(row: OverviewWeek) -> list[str]:
    """Return what a week comes to, in short facts."""
    facts = [t("plan_page.weeks.cutback")] if row.is_cutback else []
    if row.sessions_done:
        facts.append(
            t("plan_page.weeks.sessions_done", done=row.sessions_done, sessions=row.sessions)
        )
    facts.append(formatting.spell(row.duration_s))
    if row.hard_share is not None:
        facts.append(t("plan_page.weeks.hard", percent=round(units.percent(row.hard_share))))
    facts.append(t("plan_page.weeks.load", load=formatting.number(row.load)))
    if row.tsb is not None:
        facts.append(t("plan_page.weeks.tsb", tsb=formatting.signed(row.tsb)))
    return facts


# ---- a day -----------------------------------------------------------------------------------


def _day(day: OverviewDay, overview: PlanOverview) -> dict[str, Any]:
    paces = overview.athlete.paces
    return {
        "date": day.date.isoformat(),
        "name": formatting.day(day.date),
        "weekday": t(f"charts.weekdays.{day.date.weekday()}"),
        "number": day.date.day,
        "is_today": day.date == overview.athlete.today,
        "is_past": day.is_past,
        "is_editable": day.is_editable,
        "change": day.change if overview.stored.status == "proposed" else None,
        "title": ", ".join(session.workout.title for session in day.sessions),
        "text": next((session.text for session in day.sessions), ""),
        "has_race": any(session.workout.type == "race" for session in day.sessions),
        "sessions": [_session(session, paces) for session in day.sessions],
        "reasons": _reasons(day.reasons),
    }


def _session(session: OverviewSession, paces: TrainingPaces | None) -> dict[str, Any]:
    went = session.adherence
    return {
        "title": session.workout.title,
        "colour": tiles.colour(session.workout),
        "kind": tiles.type_word(session.workout),
        "about": _about(session),
        "target": main_target(session.workout, paces),
        "purpose": session.workout.purpose,
        "profile": tiles.profile(session.workout, paces),
        "steps": tiles.steps(session.workout, paces),
        "text": session.text,
        "look": tiles.VERDICT_LOOKS[went.verdict] if went else "",
        "verdict": t(f"adherence.day.{went.verdict}") if went else "",
        "badge": tiles.verdict_badge(went) if went else "",
        "went": tiles.step_table(went.steps) if went and went.steps else "",
        "activities": [common.address(number) for number in went.activity_ids] if went else [],
    }


def _about(session: OverviewSession) -> str:
    """Return how far and how long a session is about; the distance only where no title tells it."""
    distance = f"{formatting.km(session.distance_m, 1).removesuffix('.0')} km"
    is_told = distance in session.workout.title
    return tiles.about(0 if is_told else session.distance_m, session.duration_s)


def main_target(workout: Workout, paces: TrainingPaces | None) -> str:
    """Return what the part that matters of a workout aims at; nothing where all is open."""
    steps = flatten(workout.steps)
    parts = [s for s in steps if not isinstance(s.target, OpenTarget)]
    for intensity in PARTS.get(tiles.COLOURS[workout.type], HARD_PARTS):
        if part := next((step for step in parts if step.intensity == intensity), None):
            return tiles.target(part.target, paces)
    return ""


def _reasons(notes: Iterable[PlanNote]) -> list[tuple[str, str]]:
    """Return why, in sentences, each with the source that it rests on."""
    return [(text, note.source) for note in notes for text in note_texts([note])]


def _words() -> Mapping[str, Any]:
    """Return the words that the page's script fills in: what an edit changes, and findings."""
    words = i18n.words(i18n.language(), "plan_page")
    findings = i18n.words(i18n.language(), "findings")
    rules = {name: table for name, table in findings.items() if name.startswith("v")}
    return {
        "price": words["price"],
        "day": words["day"],
        "severity": {name: words["review"][name] for name in ("error", "warn")},
        "findings": rules,
        "edits": findings["fix"],
    }
