"""Bests, predictions, the goal, conversions."""

from collections.abc import Callable

from runningcoach.simulators.openai.brain.facts.absences import absent
from runningcoach.simulators.openai.brain.turn import Json, QuestionTurn

MOST_BESTS = 4
USUAL = ("5 km", "10 km", "half marathon", "marathon")
MARATHON_KM = 42.0


def _best_text(turn: QuestionTurn, key: str, best: Json) -> str:
    when = best.get("date") or str(best.get("year", ""))
    return turn.say(
        key,
        distance=turn.word("distances", best["distance"]),
        time=best["time"],
        day=when,
        kind=turn.word("best_kinds", best["kind"]),
        pace=best["pace"],
    )


def _bests(turn: QuestionTurn) -> list[str]:
    """Tell the bests of all time and of recent days over the usual distances."""
    result = turn.result("best_efforts")
    every = _usual(result.get("all_time", []))
    recent = _usual(result.get("recent", []))
    told = [_best_text(turn, "bests.all_time", best) for best in every[:MOST_BESTS]]
    told += [_best_text(turn, "bests.recent", best) for best in recent[:MOST_BESTS]]
    return told or absent(turn, result) or [turn.say("bests.none")]


def _usual(rows: list[Json]) -> list[Json]:
    usual = [row for row in rows if row["distance"] in USUAL]
    return usual or rows


def _best_of_10k(turn: QuestionTurn) -> list[str]:
    """Tell the bests that a prediction rests on: 10 km, else 5 km."""
    rows = {row["distance"]: row for row in turn.result("best_efforts").get("all_time", [])}
    best = rows.get("10 km") or rows.get("5 km")
    return [_best_text(turn, "bests.all_time", best)] if best else []


def _goal(turn: QuestionTurn) -> Json:
    return turn.result("goal").get("goal") or {}


def _goal_line(turn: QuestionTurn) -> list[str]:
    goal = _goal(turn)
    if not goal:
        return absent(turn, turn.result("goal"))
    told = [turn.say("goal.race", day=goal["date"], weekday=turn.word("weekdays", goal["weekday"]),
                     distance=turn.word("distances", goal.get("distance", "race")),
                     days=goal["days_left"])]  # fmt: skip
    if "target_time" in goal:
        told.append(turn.say("goal.target", time=goal["target_time"],
                             pace=goal.get("target_pace", "")))  # fmt: skip
    return told


def _goal_countdown(turn: QuestionTurn) -> list[str]:
    """Tell how many days and weeks are left to the goal race."""
    goal = _goal(turn)
    if not goal:
        return absent(turn, turn.result("goal"))
    return [
        turn.say("goal.countdown", day=goal["date"],
                 weekday=turn.word("weekdays", goal["weekday"]), days=goal["days_left"],
                 weeks=goal["weeks_left"], rest=goal["and_days"],
                 calendar_weeks=goal["calendar_weeks_left"])
    ]  # fmt: skip


def _predicted_and_target(turn: QuestionTurn) -> list[str]:
    """Tell the predicted time with its range beside the target."""
    predicted = turn.result("predictions").get("predictions", [])
    goal = _goal(turn)
    wanted = turn.quantities.time_s or goal.get("target_time_s")
    told = [_prediction_text(turn, row) for row in predicted[:MOST_BESTS]]
    if not told:
        return [turn.say("predictions.none")]
    if len(predicted) == 1 and wanted:
        told.append(turn.say(_against(predicted[0], wanted)))
    if any(row["distance_km"] > MARATHON_KM for row in predicted):
        told.append(turn.say("predictions.marathon"))
    return [*told, turn.say("predictions.uncertain")]


def _prediction_text(turn: QuestionTurn, row: Json) -> str:
    fastest, _, slowest = row["range"].partition(" to ")
    return turn.say("predictions.one", distance=turn.word("distances", row["distance"]),
                    time=row["time"], fastest=fastest, slowest=slowest)  # fmt: skip


def _against(predicted: Json, wanted_s: int) -> str:
    fastest, slowest = predicted["range_s"]
    if wanted_s >= slowest:
        return "predictions.within_reach"
    return "predictions.in_range" if wanted_s >= fastest else "predictions.out_of_reach"


def _converted(turn: QuestionTurn) -> list[str]:
    """Tell a distance, pace or speed in kilometres and miles."""
    told: list[str] = []
    for result in turn.results("convert"):
        if "pace" in result:
            told.append(turn.say("convert.pace", km=result["pace"], mile=result["pace_per_mile"],
                                 kmh=result["speed_kmh"]))  # fmt: skip
        if "distance_km" in result:
            told.append(
                turn.say("convert.distance", km=_short(result["distance_km"]), mi=_miles(result))
            )
        if "time" in result:
            told.append(turn.say("convert.time", time=result["time"]))
        if "times" in result and turn.quantities.pace_s:
            told.append(turn.say("convert.times", **_times(result["times"])))
    return told or [turn.say("convert.unclear")]


def _short(km: float) -> float:
    """Return kilometres as they are said: with two digits after the point."""
    return round(km, 2)


def _miles(result: Json) -> str:
    """Return the number of miles, which stands there with its unit."""
    return str(result["miles"]).removesuffix(" mi")


def _times(times: Json) -> Json:
    """Return the times over the usual distances under the names of their blanks."""
    return dict(zip(("five", "ten", "half", "full"), (times[name] for name in USUAL), strict=True))


def _gels_for_target(turn: QuestionTurn) -> list[str]:
    """Tell what the intake by the hour means for the goal, where its time is known."""
    goal = _goal(turn)
    if "target_time" not in goal:
        return []
    if goal["distance_km"] > MARATHON_KM:
        return [turn.say("goal.gels_marathon", time=goal["target_time"])]
    return [turn.say("goal.gels", time=goal["target_time"])]


FACTS: dict[str, Callable[[QuestionTurn], list[str]]] = {
    "bests": _bests,
    "best_of_10k": _best_of_10k,
    "goal_line": _goal_line,
    "goal_countdown": _goal_countdown,
    "predicted_and_target": _predicted_and_target,
    "converted": _converted,
    "gels_for_target": _gels_for_target,
}
