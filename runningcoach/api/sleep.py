"""/sleep: nights by the day of waking up."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from runningcoach.api.date_ranges import DateRange
from runningcoach.api.dependencies import CurrentUser, Database
from runningcoach.api.problems import NotFound, described
from runningcoach.store import sleep
from runningcoach.store.sleep import SleepDetail

router = APIRouter(prefix="/sleep", tags=["sleep"])


@router.get("", responses=described(401, 422))
def nights(
    db: Database, user: CurrentUser, span: Annotated[DateRange, Query()]
) -> list[SleepDetail]:
    """Return the nights of a span, oldest first; the last 90 days if none is given."""
    return sleep.nights(db, user.id, *span.days(user.timezone, back=90))


@router.get("/{date}", responses=described(401, 404, 422))
def night(db: Database, user: CurrentUser, date: date) -> SleepDetail:
    """Return the night that ended on a day, with its stages."""
    stored = sleep.night(db, user.id, date)
    if stored is None:
        raise NotFound
    return stored
