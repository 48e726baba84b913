"""/calendar: done and planned together, and the feed for other calendars."""

from typing import Annotated

from fastapi import APIRouter, Query

from runningcoach.api.date_ranges import DateRange
from runningcoach.api.dependencies import CurrentUser, Database
from runningcoach.api.problems import described
from runningcoach.base import periods
from runningcoach.coach.plans import calendar
from runningcoach.coach.plans.calendar import TrainingCalendar

router = APIRouter(prefix="/calendar", tags=["calendar"])

DAYS_BACK = 27


@router.get("", responses=described(401, 422))
def read_calendar(
    db: Database, user: CurrentUser, query: Annotated[DateRange, Query()]
) -> TrainingCalendar:
    """Return one entry a day: activities, workouts with how they went, races; and weekly totals.

    Weeks are whole, also where the range begins or ends within one.
    """
    first, last = query.days(user.timezone, DAYS_BACK)
    return calendar.load_calendar(db, user.id, first, last, periods.today(user.timezone))
