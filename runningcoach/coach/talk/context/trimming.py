"""How much of each part is given, and in which order parts are shortened to fit a budget."""

from collections.abc import Iterator
from typing import NamedTuple

from runningcoach.base.errors import RunningCoachError
from runningcoach.coach.talk.context.runner_data import DETAILED_WEEKS, WELLNESS_DAYS

PASSAGES = 4


class MessageTooLong(RunningCoachError):
    """A message leaves no room for what a model must be given with it."""

    code = "talk.message_too_long"
    status = 413


class ContextDetail(NamedTuple):
    """How much of each part is given; safety, profile and the current week always are."""

    passages: int = PASSAGES
    has_turns: bool = True
    has_notes: bool = True
    wellness_days: int = WELLNESS_DAYS
    detailed_weeks: int = DETAILED_WEEKS


def less_and_less() -> Iterator[ContextDetail]:
    """Yield what is given, each time a little less.

    Passages first, then turns become a summary, then notes, mornings, and the oldest weeks of
    single runs, which stay in the table of weeks.
    """
    detail = ContextDetail()
    yield detail
    for change in (
        {"passages": 2},
        {"has_turns": False},
        {"has_notes": False},
        {"wellness_days": WELLNESS_DAYS // 2},
        {"wellness_days": 0},
        *({"detailed_weeks": weeks} for weeks in range(DETAILED_WEEKS - 1, 0, -1)),
    ):
        detail = detail._replace(**change)
        yield detail
