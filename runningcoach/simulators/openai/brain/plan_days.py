"""Days of a plan as its tool returned them: which session is meant, and where it could go."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from runningcoach.simulators.openai.brain import quantities as amounts
from runningcoach.simulators.openai.brain.turn import Json, QuestionTurn

LONG = frozenset({"long", "long_progression", "long_marathon_pace"})
EASY = frozenset({"easy", "recovery", "rest", "cross_training", "run_walk", *LONG})
SPACING_H = 48
MOST_DAYS_TRIED = 3


class ShownSession(NamedTuple):
    """A session of a plan: its day in ISO form, its day of the week, type and sizes."""

    date: str
    weekday: str
    type: str
    distance_km: float | None
    time_min: int | None
    steps: str

    @property
    def is_demanding(self) -> bool:
        """Return whether it is a hard session or a long run."""
        return self.type not in EASY or self.type in LONG


def shown_plan(turn: QuestionTurn) -> Json:
    """Return the plan that the answer is about: the one followed, else the one that waits.

    The one that waits comes first where only it has the weeks that were asked for.
    """
    for result in reversed(turn.results("plan")):
        with_weeks = [plan for plan in result["plans"] if plan.get("weeks")]
        first = result["period"]["first"] if with_weeks else ""
        begun = [plan for plan in with_weeks if plan["weeks"][0]["week_start"] <= first]
        if with_weeks:
            return (begun or with_weeks)[0]
    return {}


def sessions(plan: Json) -> list[ShownSession]:
    """Return the sessions of a plan in order; days of rest have none."""
    return [
        _session(day, row)
        for week in plan.get("weeks", [])
        for day in week["days"]
        if isinstance(day["sessions"], list)
        for row in day["sessions"]
    ]


def _session(day: Json, row: Json) -> ShownSession:
    return ShownSession(
        date=day["date"],
        weekday=day["weekday"],
        type=row["type"],
        distance_km=row.get("distance_km"),
        time_min=row.get("time_min"),
        steps=row.get("steps", ""),
    )


def session_to_move(turn: QuestionTurn) -> ShownSession | None:
    """Return the session that a question wants elsewhere: of a day, of a kind, else a hard one."""
    planned = [one for one in sessions(shown_plan(turn)) if not _is_over(one, turn)]
    days, kinds = amounts.weekdays(turn.text), amounts.run_kinds(turn.text)
    fitting = [one for one in planned if days and one.weekday == days[0]]
    of_kind = [one for one in (fitting or planned) if _is_kind(one, kinds)]
    demanding = [one for one in (fitting or planned) if one.is_demanding]
    return next(iter(of_kind or fitting or demanding), None)


def _is_over(session: ShownSession, turn: QuestionTurn) -> bool:
    return turn.today is not None and session.date < turn.today.isoformat()


def _is_kind(session: ShownSession, kinds: tuple[str, ...]) -> bool:
    for kind in kinds:
        if kind == "long" and session.type in LONG:
            return True
        if kind in {"tempo", "hard"} and session.is_demanding and session.type not in LONG:
            return True
    return False


def free_days(turn: QuestionTurn, session: ShownSession) -> list[str]:
    """Return days of the same week to which a session could go, nearest first.

    Hard sessions and long runs stay 48 hours apart; where no day keeps that, the days beside it.
    """
    every = sessions(shown_plan(turn))
    day = date.fromisoformat(session.date)
    demanding = [
        date.fromisoformat(one.date) for one in every if one.is_demanding and one != session
    ]
    around = [near for near in _week_around(day) if not _is_past(near, turn)]
    apart = [near for near in around if _is_apart(near, demanding)]
    wanted = amounts.weekdays(turn.text)[1:2]
    named = [near for near in around if amounts.WEEKDAYS[near.weekday()] in wanted]
    chosen = named or apart or [near for near in around if abs((near - day).days) == 1]
    return [near.isoformat() for near in chosen[:MOST_DAYS_TRIED]]


def _week_around(day: date) -> Iterator[date]:
    """Yield the other days of a day's week, nearest first, the earlier of two first."""
    first = day - timedelta(days=day.weekday())
    week = [first + timedelta(days=n) for n in range(7)]
    yield from sorted((one for one in week if one != day), key=lambda one: abs((one - day).days))


def _is_past(day: date, turn: QuestionTurn) -> bool:
    return turn.today is not None and day < turn.today


def _is_apart(day: date, demanding: list[date]) -> bool:
    return all(abs((day - other).days) * 24 >= SPACING_H for other in demanding)
