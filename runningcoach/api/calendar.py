"""/calendar: done and planned together, and the feed for other calendars."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from runningcoach.api import cached_responses
from runningcoach.api.date_ranges import DateRange
from runningcoach.api.dependencies import CurrentUser, Database, FeedUser
from runningcoach.api.problems import described
from runningcoach.base import i18n, periods
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


FeedToken = Annotated[str, Path(alias="token", description="A token of scope `feed`.")]


@router.get(
    "/feed/{token}.ics",
    response_class=Response,
    responses=described(401, 422, 429) | {200: {"content": {"text/calendar": {}}}},
)
def read_feed(request: Request, db: Database, user: FeedUser, _: FeedToken) -> Response:
    """Return workouts and races of the last four weeks and all that come, for other calendars.

    The token in the address opens it, without a session.
    """
    from runningcoach.coach.plans.feed_events import load_feed_events
    from runningcoach.publish import feeds

    events = load_feed_events(db, user, periods.today(user.timezone))
    body = feeds.write_calendar(events, i18n.t("plans.feed.calendar")).encode()
    etag = cached_responses.tag(body)
    answer = Response(body, headers={"Content-Type": feeds.MEDIA_TYPE})
    return cached_responses.unchanged(request, etag) or cached_responses.tagged(answer, etag)
