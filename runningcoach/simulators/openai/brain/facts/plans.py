"""The plan: its weeks and days, why they are so, what an edit would lead to."""

from collections.abc import Callable
from datetime import date
from itertools import groupby

from runningcoach.simulators.openai.brain import quantities as amounts
from runningcoach.simulators.openai.brain.calls import monday
from runningcoach.simulators.openai.brain.facts.absences import absent
from runningcoach.simulators.openai.brain.plan_days import (
    ShownSession,
    free_days,
    session_to_move,
    sessions,
    shown_plan,
)
from runningcoach.simulators.openai.brain.turn import Json, QuestionTurn

PROPOSAL_WORDS = {"proposed": "plans.proposed", "planned_by_rules": "plans.proposed_by_rules"}


def _plan_status(turn: QuestionTurn) -> list[str]:
    """Tell whether the plan is approved; what is not can be on no watch."""
    plans = [plan for result in turn.results("plan") for plan in result["plans"]]
    if not plans:
        return absent(turn, turn.result("plan"))
    return [turn.say("plans.approved" if plans[-1]["is_approved"] else "plans.not_approved")]


def _plan_week(turn: QuestionTurn) -> list[str]:
    """Tell the week asked for: its size and its sessions, and whether it is approved."""
    plan = shown_plan(turn)
    if not plan:
        return _without_weeks(turn)
    week = _week_meant(turn, plan["weeks"])
    told = [turn.say("plans.week", first=week["week_start"], km=week.get("distance_km", 0))]
    told += [f"- {_session_text(turn, one)}" for one in sessions({"weeks": [week]})]
    return [*told, turn.say("plans.approved" if plan["is_approved"] else "plans.not_approved")]


def _week_meant(turn: QuestionTurn, weeks: list[Json]) -> Json:
    """Return the week of the question; this week is the first where it names none."""
    if turn.today is None:
        return weeks[0]
    offset = amounts.week_offset(turn.text) or 0
    start = monday(turn.today).toordinal() + 7 * offset
    return next((w for w in weeks if _ordinal(w) == start), weeks[0])


def _ordinal(week: Json) -> int:
    return date.fromisoformat(week["week_start"]).toordinal()


def _without_weeks(turn: QuestionTurn) -> list[str]:
    return absent(turn, turn.result("plan")) or [turn.say("plans.none")]


def _session_text(turn: QuestionTurn, session: ShownSession) -> str:
    parts = [f"{turn.word('weekdays', session.weekday)} {session.date}"]
    parts.append(turn.word("kinds", session.type))
    if session.distance_km:
        parts.append(f"{session.distance_km:g} km")
    if session.time_min:
        parts.append(turn.say("plans.minutes", min=session.time_min))
    return ", ".join(parts) + (f": {session.steps}" if session.steps else "")


def _plan_day(turn: QuestionTurn) -> list[str]:
    """Tell the sessions of the day asked for, today where none is named."""
    plan = shown_plan(turn)
    day = _day_meant(turn)
    if not plan or day is None:
        return _without_weeks(turn)
    planned = [one for one in sessions(plan) if one.date == day]
    if not planned:
        return [turn.say("plans.rest_on", day=day)]
    return [turn.say("plans.on_day", session=_session_text(turn, one)) for one in planned]


def _day_meant(turn: QuestionTurn) -> str | None:
    if turn.today is None:
        return None
    named = amounts.named_day(turn.text, turn.today)
    if named is not None:
        return named.isoformat()
    days = amounts.weekdays(turn.text)
    if not days:
        return turn.today.isoformat()
    planned = sessions(shown_plan(turn))
    later = [s.date for s in planned if s.weekday == days[0] and s.date >= turn.today.isoformat()]
    return later[0] if later else None


def _why_spacing(turn: QuestionTurn) -> list[str]:
    """Tell why a session lies where it does: the hours to the other hard days of its week."""
    plan = shown_plan(turn)
    if not plan:
        return _without_weeks(turn)
    told: list[str] = []
    for week in plan["weeks"]:
        gaps = week.get("hours_between_hard_or_long_days", [])
        told += [
            turn.say("plans.gap", first=g["from"], last=g["to"], hours=g["hours"]) for g in gaps
        ]
        told += [f"- {reason}" for reason in week.get("reasons", [])]
        told += [
            f"- {day['date']}: {reason}"
            for day in week["days"]
            for reason in day.get("reasons", [])
        ]
    session = session_to_move(turn)
    lead = [turn.say("plans.lies_on", session=_session_text(turn, session))] if session else []
    return [*lead, turn.say("plans.spacing"), *list(dict.fromkeys(told))[:6]]


def _moved_session(turn: QuestionTurn) -> list[str]:
    """Propose other days for a session: those that break no rule first, with what they cost."""
    session = session_to_move(turn)
    if session is None:
        return _without_weeks(turn)
    priced = _priced(turn, session)
    told = [turn.say("plans.to_move", session=_session_text(turn, session))]
    told += [turn.say("plans.day_fits", day=day, weekday=_weekday(turn, day))
             for day, problems in priced if not problems]  # fmt: skip
    told += [turn.say("plans.day_costs", day=day, weekday=_weekday(turn, day), problems=problems)
             for day, problems in priced if problems]  # fmt: skip
    return [*told, turn.say("plans.keeps_spacing")]


def _priced(turn: QuestionTurn, session: ShownSession) -> list[tuple[str, str]]:
    """Return the days tried, each with the problems that it would bring."""
    tried = {
        one.arguments.get("other_day"): one.content
        for one in turn.answers
        if one.name == "what_if" and one.arguments.get("kind") == "move"
    }
    days = [day for day in tried if day] or free_days(turn, session)
    return [(day, _problems(tried.get(day, {}))) for day in days]


def _problems(result: Json) -> str:
    words = [problem["words"] for problem in result.get("new_problems", [])]
    return " ".join(key for key, _ in groupby(words))


def _weekday(turn: QuestionTurn, day: str) -> str:
    return turn.word("weekdays", amounts.WEEKDAYS[date.fromisoformat(day).weekday()])


def _adherence_line(turn: QuestionTurn) -> list[str]:
    result = turn.result("adherence")
    if "planned_sessions" not in result or not result["planned_sessions"]:
        return [turn.say("plans.no_adherence")] if result else []
    verdicts = ", ".join(
        f"{turn.word('verdicts', name)} {count}" for name, count in result["verdicts"].items()
    )
    told = [turn.say("plans.adherence", first=result["period"]["first"],
                     last=result["period"]["last"], count=result["planned_sessions"],
                     verdicts=verdicts)]  # fmt: skip
    if "mean_score_pct" in result:
        told.append(turn.say("plans.score", pct=result["mean_score_pct"]))
    return told


def _proposal(turn: QuestionTurn) -> list[str]:
    """Say what became of a plan that was asked for."""
    found = [one for one in turn.answers if one.name == "propose_plan"]
    if not found:
        return [turn.say("plans.where_to_plan")]
    status = found[-1].content.get("status", "")
    return [turn.say(PROPOSAL_WORDS.get(status, "plans.proposal_failed"))]


FACTS: dict[str, Callable[[QuestionTurn], list[str]]] = {
    "plan_status": _plan_status,
    "plan_week": _plan_week,
    "plan_day": _plan_day,
    "why_spacing": _why_spacing,
    "moved_session": _moved_session,
    "adherence_line": _adherence_line,
    "proposal": _proposal,
}
