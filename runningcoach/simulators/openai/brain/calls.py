"""Which tools are asked for a question, and with which arguments.

`next_calls` looks at what has come back and returns what is still wanted: nothing when the answer
can be written. A model must not reckon, so figures that follow from others are asked for too.
"""

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from runningcoach.simulators.openai.brain import quantities as amounts
from runningcoach.simulators.openai.brain.plan_days import free_days, session_to_move
from runningcoach.simulators.openai.brain.proposals import PROPOSE, proposals
from runningcoach.simulators.openai.brain.turn import Json, QuestionTurn

GUIDELINES = "guideline_search"
LONGEST_QUERY = 300
PASSAGES = 5
LONG_BACK_WEEKS = 16
MOST_CALLS = 6
"""Calls in one round."""
TAPER_WEEKS = {"marathon": -3}
"""Weeks before a race in which a taper begins; two before shorter ones."""
MPH_TIME = "1:00:00"
DAYS_A_WEEK = timedelta(days=7)


class WantedCall(NamedTuple):
    """A tool and its arguments; those that are not named are null."""

    name: str
    arguments: Json

    def complete(self, parameters: Json) -> tuple[str, str]:
        """Return the call with every field that the tool's schema has."""
        names = parameters.get("properties", {})
        return self.name, json.dumps({name: self.arguments.get(name) for name in names})


def next_calls(turn: QuestionTurn) -> list[tuple[str, str]]:
    """Return the calls that are wanted and were not made in this turn."""
    made = {(one.name, json.dumps(one.arguments)) for one in turn.answers}
    wanted = [
        call.complete(turn.tools[call.name]) for call in _wanted(turn) if _is_offered(call, turn)
    ]
    return [call for call in dict.fromkeys(wanted) if call not in made][:MOST_CALLS]


def _is_offered(call: WantedCall, turn: QuestionTurn) -> bool:
    return call.name in turn.tools


def _wanted(turn: QuestionTurn) -> Iterator[WantedCall]:
    names = dict.fromkeys(name for topic in turn.topics for name in topic.tools)
    for name in names:
        yield from ARGUMENTS.get(name, _no_arguments)(turn, name)
    yield from _searches(turn)


def _searches(turn: QuestionTurn) -> Iterator[WantedCall]:
    looked = [topic for topic in turn.topics if topic.asks_for_passages]
    for topic in looked[:2]:
        own = (turn.question[:LONGEST_QUERY],) if topic.search_question else ()
        for words in (*topic.searches, *own):
            yield WantedCall(GUIDELINES, {"query": words, "count": PASSAGES})
    if all(topic.hint for topic in turn.topics) and len(turn.question) > 1:
        yield WantedCall(GUIDELINES, {"query": turn.question[:LONGEST_QUERY], "count": PASSAGES})


def _no_arguments(_: QuestionTurn, name: str) -> Iterator[WantedCall]:
    yield WantedCall(name, {})


# ---- arguments -------------------------------------------------------------------------------


def monday(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def _weekly_mileage(turn: QuestionTurn, name: str) -> Iterator[WantedCall]:
    arguments: Json = {}
    if turn.today is not None:
        week = amounts.named_week(turn.text, turn.today)
        if week is not None and week <= turn.today:
            arguments = {"weeks": 2, "until": (week + timedelta(days=6)).isoformat()}
    weeks, _ = amounts.span(turn.text)
    if any(topic.name == "biggest_week" for topic in turn.topics):
        arguments = {"weeks": LONG_BACK_WEEKS}
    elif not arguments and abs(weeks) > 1:
        arguments = {"weeks": min(abs(weeks) + 1, 26)}
    yield WantedCall(name, arguments)


def _activities(turn: QuestionTurn, name: str) -> Iterator[WantedCall]:
    day = _day_looked_back(turn)
    if day is not None:
        yield WantedCall(name, {"first": day.isoformat(), "last": day.isoformat()})
    else:
        yield WantedCall(name, {"kind": _kind(turn)} if _kind(turn) != "long" else {})


def _day_looked_back(turn: QuestionTurn) -> date | None:
    """Return the day in the past that a question is about."""
    if turn.today is None:
        return None
    named = amounts.named_day(turn.text, turn.today)
    if named is not None:
        return min(named, turn.today)
    days = amounts.weekdays(turn.text)
    if not days:
        return None
    number = amounts.WEEKDAYS.index(days[0])
    return turn.today - timedelta(days=(turn.today.weekday() - number) % 7)


def _kind(turn: QuestionTurn) -> str | None:
    """Return the kind of run that a question names."""
    return next((kind for kind in amounts.run_kinds(turn.text)), None)


def _activity(turn: QuestionTurn, name: str) -> Iterator[WantedCall]:
    rows = turn.result("activities").get("activities", [])
    if rows:
        yield WantedCall(name, {"activity_id": rows[0]["id"]})


def _activity_compare(turn: QuestionTurn, name: str) -> Iterator[WantedCall]:
    kind = _kind(turn)
    yield WantedCall(
        name, {"kind": kind if kind in {"long", "race"} else "hard" if kind else "any"}
    )


def _best_efforts(turn: QuestionTurn, name: str) -> Iterator[WantedCall]:
    is_about_bests = any(topic.name == "bests" for topic in turn.topics)
    yield WantedCall(name, {"distance_km": _distance_km(turn)} if is_about_bests else {})


def _distance_km(turn: QuestionTurn) -> float | None:
    """Return the distance that a question names [km]; of races only whole ones."""
    race = {"half_marathon": 21.0975, "marathon": 42.195}
    if turn.quantities.race:
        return race[turn.quantities.race]
    km = [one.value for one in turn.quantities.distances if one.unit == "km" and one.value]
    return km[0] if km else None


def _predictions(turn: QuestionTurn, name: str) -> Iterator[WantedCall]:
    yield WantedCall(name, {"distance_km": _distance_km(turn)})


def _yearly(turn: QuestionTurn, name: str) -> Iterator[WantedCall]:
    yield WantedCall(name, {})
    year = amounts.named_year(turn.text)
    if turn.today is None:
        return
    if year is None and any(topic.name == "months" for topic in turn.topics):
        month = amounts.month_meant(turn.text, turn.today)
        yield WantedCall(name, {"year": month.year})
    year = year or amounts.year_meant(turn.text, turn.today)
    if year is not None:
        yield WantedCall(name, {"year": year})


def _plan(turn: QuestionTurn, name: str) -> Iterator[WantedCall]:
    if turn.today is None:
        yield WantedCall(name, {})
        return
    offset = amounts.week_offset(turn.text)
    named = amounts.named_day(turn.text, turn.today)
    first = named if named and offset is None else turn.today + (offset or 0) * DAYS_A_WEEK
    yield WantedCall(name, {"first": monday(first).isoformat(), "weeks": 1 if offset else 2})
    found = turn.result("plan")
    if found and "weeks" in found.get("missing", {}):
        starts = [plan["first_day"] for plan in found["plans"]]
        yield WantedCall(name, {"first": min(starts), "weeks": 2})


def _convert(turn: QuestionTurn, name: str) -> Iterator[WantedCall]:
    named = turn.quantities
    if named.speed_kmh is not None:
        yield WantedCall(name, {"speed_kmh": named.speed_kmh} | _first_distance(turn))
    elif named.speed_mph is not None:
        yield WantedCall(
            name, {"distance": named.speed_mph, "distance_unit": "mi", "time": MPH_TIME}
        )
    elif named.pace_s is not None:
        unit = "mi" if named.is_per_mile else "km"
        yield WantedCall(
            name, {"pace": amounts.clock(named.pace_s), "pace_unit": unit} | _first_distance(turn)
        )
    elif named.time_s is not None:
        yield WantedCall(name, {"time": amounts.clock(named.time_s)} | _distance_or_goal(turn))
    elif named.distances or named.race:
        for distance in named.distances[:2] or (amounts.NamedDistance(None, named.race or ""),):
            yield WantedCall(name, {"distance": distance.value, "distance_unit": distance.unit})


def _first_distance(turn: QuestionTurn) -> Json:
    if turn.quantities.distances:
        value, unit = turn.quantities.distances[0]
        return {"distance": value, "distance_unit": unit}
    return {"distance_unit": turn.quantities.race} if turn.quantities.race else {}


def _distance_or_goal(turn: QuestionTurn) -> Json:
    """Return the distance of a question; a time that has none is one of a half marathon."""
    return _first_distance(turn) or {"distance_unit": _usual_race(turn.quantities.time_s or 0)}


def _usual_race(seconds: int) -> str:
    """Return the race that a time without a distance is most likely about."""
    return "marathon" if seconds >= amounts.SHORTEST_MARATHON_S else "half_marathon"


def _date_math(turn: QuestionTurn, name: str) -> Iterator[WantedCall]:
    if any(topic.name == "taper_start" for topic in turn.topics):
        distance = turn.result("goal").get("goal", {}) or {}
        weeks = TAPER_WEEKS.get(distance.get("distance", ""), -2)
        yield WantedCall(name, {"start": "race", "weeks": weeks})
        return
    weeks, days = amounts.span(turn.text)
    named = amounts.named_day(turn.text, turn.today) if turn.today else None
    start = "race" if amounts.is_about_race(turn.text) else named.isoformat() if named else "today"
    weekdays = amounts.weekdays(turn.text)
    yield WantedCall(
        name,
        {
            "start": start,
            "weeks": weeks or None,
            "days": days or None,
            "weekday": weekdays[0] if weekdays and (weeks or days) else None,
            "weekday_rule": "same_week" if weekdays and (weeks or days) else None,
        },
    )


def _what_if(turn: QuestionTurn, name: str) -> Iterator[WantedCall]:
    topics = {topic.name for topic in turn.topics}
    km = [one.value for one in turn.quantities.distances if one.unit == "km" and one.value]
    if "longer_run" in topics and km:
        yield WantedCall(name, {"kind": "run_km", "distance_km": max(km)})
    elif topics & {"more_weekly", "less_or_more"} and km:
        yield WantedCall(name, {"kind": "week_km", "distance_km": max(km)})
    elif topics & {"move_session", "cannot_run_that_day"} and turn.result("plan"):
        yield from _moves(turn, name)


def _moves(turn: QuestionTurn, name: str) -> Iterator[WantedCall]:
    """Ask for each day to which the session could go."""
    session = session_to_move(turn)
    if session is None:
        return
    for day in free_days(turn, session):
        yield WantedCall(name, {"kind": "move", "day": session.date, "other_day": day})


def _proposal(turn: QuestionTurn, name: str) -> Iterator[WantedCall]:
    if not any(answer.name == name for answer in turn.answers):
        yield from (WantedCall(name, arguments) for arguments in proposals(turn))


def _explain(turn: QuestionTurn, name: str) -> Iterator[WantedCall]:
    metric = next((word for word in ("acwr", "tsb", "atl") if word in turn.text), "ctl")
    yield WantedCall(name, {"metric": metric})


ARGUMENTS: dict[str, Callable[[QuestionTurn, str], Iterator[WantedCall]]] = {
    "weekly_mileage": _weekly_mileage,
    "activities": _activities,
    "activity": _activity,
    "activity_compare": _activity_compare,
    "best_efforts": _best_efforts,
    "predictions": _predictions,
    "yearly": _yearly,
    "plan": _plan,
    "convert": _convert,
    "date_math": _date_math,
    "what_if": _what_if,
    PROPOSE: _proposal,
    "explain": _explain,
}


def known_arguments(turn: QuestionTurn, name: str) -> Any:
    """Return the arguments with which a tool was asked for last; nothing where it was not."""
    found = [answer.arguments for answer in turn.answers if answer.name == name]
    return found[-1] if found else {}
