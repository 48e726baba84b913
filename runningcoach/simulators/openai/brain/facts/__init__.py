"""Sentences from the results of tools, by what they tell; `ALL` names each."""

from collections.abc import Callable

from runningcoach.simulators.openai.brain.facts import (
    absences,
    body,
    days,
    plans,
    races,
    runs,
    totals,
)
from runningcoach.simulators.openai.brain.turn import QuestionTurn

type Fact = Callable[[QuestionTurn], list[str]]

ALL: dict[str, Fact] = {
    name: function
    for room in (absences, body, days, plans, races, runs, totals)
    for name, function in room.FACTS.items()
}
