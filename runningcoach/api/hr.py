"""/hr: heart rate at rest by day, and all day long."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from runningcoach.api.date_ranges import DateRange
from runningcoach.api.dependencies import CurrentUser, Database
from runningcoach.api.problems import NotFound, described
from runningcoach.store import hr
from runningcoach.store.hr import HEART_RATE, DayStream, RestingHr

router = APIRouter(prefix="/hr", tags=["hr"])


class HeartRateQuery(BaseModel):
    """Which stream of the day is shown."""

    model_config = ConfigDict(extra="forbid")

    stream: Annotated[
        str, Field(pattern=r"^\w{1,50}$", description="One of `streams` in the answer")
    ] = HEART_RATE


class HrDay(DayStream):
    """A stream of a day, and the names of all that there are."""

    streams: list[str]


@router.get("", responses=described(401, 422))
def resting(
    db: Database, user: CurrentUser, span: Annotated[DateRange, Query()]
) -> list[RestingHr]:
    """Return resting heart rate by day where it is known; the last 90 days if no span is given."""
    return hr.resting(db, user.id, *span.days(user.timezone, back=90))


@router.get("/{date}", responses=described(401, 404, 422))
def day(
    db: Database, user: CurrentUser, date: date, query: Annotated[HeartRateQuery, Query()]
) -> HrDay:
    """Return a stream of a day: seconds since local midnight, and the value at each."""
    stream = hr.stream(db, user.id, date, query.stream)
    if stream is None:
        raise NotFound
    return HrDay(**stream.model_dump(), streams=hr.streams(db, user.id, date))
