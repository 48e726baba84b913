"""Days that are reckoned from others."""

from collections.abc import Callable

from runningcoach.simulators.openai.brain.facts.absences import absent
from runningcoach.simulators.openai.brain.turn import QuestionTurn


def _reckoned_day(turn: QuestionTurn) -> list[str]:
    result = turn.result("date_math")
    if "result" not in result:
        return absent(turn, turn.result("goal")) or [turn.say("days.unclear")]
    day, start = result["result"], result["start"]
    told = [turn.say("days.result", day=day["date"], weekday=turn.word("weekdays", day["weekday"]),
                     first=day["week"][0], last=day["week"][1])]  # fmt: skip
    if start["date"] != result["today"]["date"] and start["date"] != day["date"]:
        told.append(turn.say("days.from_day", day=start["date"],
                             weekday=turn.word("weekdays", start["weekday"])))  # fmt: skip
    return told


def _taper_start(turn: QuestionTurn) -> list[str]:
    result = turn.result("date_math")
    if "result" not in result:
        return absent(turn, turn.result("goal"))
    day = result["result"]
    return [turn.say("days.taper", day=day["date"], weekday=turn.word("weekdays", day["weekday"]))]


FACTS: dict[str, Callable[[QuestionTurn], list[str]]] = {
    "reckoned_day": _reckoned_day,
    "taper_start": _taper_start,
}
