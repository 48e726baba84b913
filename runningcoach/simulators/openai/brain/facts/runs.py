"""Single runs: the last one, those of a day, two side by side."""

from collections.abc import Callable

from runningcoach.simulators.openai.brain.calls import known_arguments
from runningcoach.simulators.openai.brain.turn import Json, QuestionTurn

MOST_RUNS = 4
COMPARED = {"distance_km": "km", "average_hr_bpm": "bpm", "load": ""}


def run_text(turn: QuestionTurn, run: Json) -> str:
    """Return a run in one line: day, kind, distance, time, pace, heart rate, as far as known."""
    kind = turn.word("kinds", run["kind"])
    parts = [f"{run['date']} ({turn.word('weekdays', run['weekday'])})", kind]
    if "distance_km" in run:
        parts.append(f"{run['distance_km']} km")
    if "time" in run:
        parts.append(turn.say("runs.time", time=run["time"], min=round(run["time_s"] / 60)))
    if "pace" in run:
        parts.append(run["pace"])
    if "average_hr_bpm" in run:
        parts.append(turn.say("runs.heart_rate", bpm=run["average_hr_bpm"]))
    return ", ".join(parts)


def _last_run(turn: QuestionTurn) -> list[str]:
    """Tell the latest run, with what its measures say."""
    rows = turn.result("activities").get("activities", [])
    detail = turn.result("activity")
    run = detail or (rows[0] if rows else {})
    if not run:
        return [turn.say("runs.none")]
    told = [turn.say("runs.last", run=run_text(turn, run))]
    if (hard := run.get("hard_min")) is not None:
        told.append(turn.say("runs.hard_minutes", min=hard))
    if (decoupling := run.get("decoupling_pct")) is not None:
        told.append(turn.say("runs.decoupling", pct=decoupling))
    return told


def _runs_of_day(turn: QuestionTurn) -> list[str]:
    rows = turn.result("activities").get("activities", [])
    if not rows:
        day = known_arguments(turn, "activities").get("first", "")
        return [turn.say("runs.none_on", day=day)]
    return [f"- {run_text(turn, run)}" for run in rows[:MOST_RUNS]]


def _compared(turn: QuestionTurn) -> list[str]:
    """Tell two runs side by side and what differs; say so where there is no earlier one."""
    result = turn.result("activity_compare")
    if "earlier" not in result:
        rows = turn.result("activities").get("activities", [])
        later = result.get("later") or (rows[0] if rows else None)
        told = [turn.say("runs.later", run=run_text(turn, later))] if later else []
        return [*told, turn.say("runs.no_earlier")]
    later, earlier = result["later"], result["earlier"]
    change = result["later_less_earlier"]
    told = [
        turn.say("runs.later", run=run_text(turn, later)),
        turn.say("runs.earlier", run=run_text(turn, earlier)),
    ]
    parts = [_change(turn, name, change[name]) for name in COMPARED if name in change]
    if parts:
        told.append(turn.say("runs.change", changes=", ".join(parts)))
    return [*told, turn.say(_verdict(change))]


def _change(turn: QuestionTurn, name: str, value: float) -> str:
    return f"{turn.word('measures', name)} {value:+g} {COMPARED[name]}".strip()


def _verdict(change: Json) -> str:
    """Return which run was harder: by load, else by heart rate."""
    difference = change.get("load", change.get("average_hr_bpm"))
    if difference is None:
        return "runs.not_comparable"
    if difference > 0:
        return "runs.harder"
    return "runs.easier" if difference < 0 else "runs.alike"


FACTS: dict[str, Callable[[QuestionTurn], list[str]]] = {
    "last_run": _last_run,
    "runs_of_day": _runs_of_day,
    "compared": _compared,
}
