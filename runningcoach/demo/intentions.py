"""What the made-up runner means to do, in the text form of workouts: what he would type."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from runningcoach.base import i18n
from runningcoach.demo import week
from runningcoach.demo.chance import dice, happens
from runningcoach.demo.workouts import KM, PlannedSession, Step

_CALM = "zone_2"
_TARGETS = {
    _CALM: "Z2 HR", "recovery": "", "easy": "E", "long": "E", "steady": "E", "marathon": "M",
    "threshold": "T", "interval": "I", "repetition": "R",
}  # fmt: skip
_TYPES = {
    "recovery": "recovery", "long": "long", "tempo": "tempo", "marathon_pace": "race_pace",
    "walk_run": "run_walk",
}  # fmt: skip
_REPEATED_TYPES = {"interval": "vo2max", "repetition": "repetition", "threshold": "cruise"}
_ORDINARY = {"treadmill": "easy", "long_fast": "long"}
"""Kinds that come about on the day: a long run that ends fast was meant to be an even one."""
FREE_WEEKDAYS = (1, 2, 3, 5, 6)
"""Monday is 0: the runner rests on Mondays and Fridays."""
_THURSDAY, _FRIDAY = 3, 4
_ROUND_M = 500
_CALMER, _LONGER, _LONGER_SHARE = 0.2, 0.15, 1.25
"""How often an easy run is meant to be calmer, or longer, than it turns out."""


def workout_text(seed: int, day: date, language: str, share: float = 1.0) -> str:
    """Return the session that the runner means to do on a day; nothing on a day of rest.

    Even runs are planned at a share of their length. What he would do on a Friday is planned for
    the Thursday before, where that has nothing.
    """
    if day.weekday() not in FREE_WEEKDAYS:
        return ""
    session = week.intention(seed, day)
    if session is None and day.weekday() == _THURSDAY:
        session = week.intention(seed, day + timedelta(days=_FRIDAY - _THURSDAY))
    return session_text(_wished(session, seed, day), language, share) if session else ""


def _wished(session: PlannedSession, seed: int, day: date) -> PlannedSession:
    """Return the session as it was wished for: now and then longer or calmer than it becomes."""
    first, throw = session.steps[0], dice(seed, day, "intention")
    if session.kind == "easy" and happens(throw, _CALMER):
        return replace(session, steps=(replace(first, effort=_CALM),))
    if session.kind == "easy" and happens(throw, _LONGER):
        longer = replace(first, distance_m=session.distance_m * _LONGER_SHARE)
        return replace(session, steps=(longer,))
    return session


def session_text(session: PlannedSession, language: str, share: float = 1.0) -> str:
    """Return a session in the text form: `[tempo] "20 minutes": 2km E + 4700m T + 1500m E`."""
    kind = _ORDINARY.get(session.kind, session.kind)
    planned = _rounded(session, kind, share)
    title = i18n.t(f"demo.names.{kind}", language, **_blanks(planned, kind))
    return f'[{_workout_type(planned, kind)}] "{title}": {" + ".join(_parts(planned.steps))}'


def _rounded(session: PlannedSession, kind: str, share: float) -> PlannedSession:
    """Return the session as it is planned: even runs in one step, of half kilometres."""
    first, *others = session.steps
    if others and kind != "long":
        return session
    meters = max(1, round(share * session.distance_m / _ROUND_M)) * _ROUND_M
    return replace(session, steps=(replace(first, distance_m=float(meters)),))


def _blanks(session: PlannedSession, kind: str) -> dict[str, object]:
    return {"km": f"{session.distance_m / KM:g}"} if kind == "long" else session.blanks


def _workout_type(session: PlannedSession, kind: str) -> str:
    if kind == "intervals":
        effort = next(step.effort for step in session.steps if step.intensity == "interval")
        return _REPEATED_TYPES[effort]
    return _TYPES.get(kind, "easy")


def _parts(steps: Sequence[Step]) -> Iterator[str]:
    """Yield the steps as text, pairs that are repeated once."""
    at = 0
    while at < len(steps):
        times = _repeats(steps, at)
        if times > 1:
            yield f"{times}x({_step_text(steps[at])}, {_step_text(steps[at + 1])})"
        else:
            yield _step_text(steps[at])
        at += 2 * times if times > 1 else 1


def _repeats(steps: Sequence[Step], at: int) -> int:
    """Return how often the two steps from `at` on follow each other."""
    pair, times = list(steps[at : at + 2]), 1
    while list(steps[at + 2 * times : at + 2 * times + 2]) == pair:
        times += 1
    return times


def _step_text(step: Step) -> str:
    unit = 100 if step.distance_m > KM else 10
    meters = round(step.distance_m / unit) * unit
    return f"{meters}m {_TARGETS.get(step.effort, step.effort)}".strip()
