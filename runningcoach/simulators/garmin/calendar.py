"""The calendar: workouts put on days, and what was run in a month."""

from calendar import monthrange
from datetime import date
from typing import Any

from runningcoach.demo.summaries import USER_ID
from runningcoach.simulators.garmin.activities import Row, item
from runningcoach.simulators.garmin.asking import (
    RefusedAnswer,
    RequestContext,
    days,
    get,
    not_found,
    route,
)

type Json = dict[str, Any]


def _schedule(ask: RequestContext) -> Json:
    number = ask.number("id")
    if number not in ask.world.shelf.workouts:
        raise not_found(number)
    return _entry(ask, ask.world.shelf.schedule(number, _day((ask.body or {}).get("date"))))


def _day(said: object) -> str:
    try:
        return str(date.fromisoformat(str(said)))
    except ValueError:
        raise RefusedAnswer(400, f"Invalid date: {said}") from None


def _entry(ask: RequestContext, planned: Json) -> Json:
    """Return a day's entry as the schedule service says it."""
    return {
        "workoutScheduleId": planned["workoutScheduleId"],
        "workout": ask.world.shelf.workouts[planned["workoutId"]],
        "calendarDate": planned["date"],
        "createdDate": planned["date"],
        "ownerId": USER_ID,
        "newName": None,
        "consumer": None,
        "atpPlanTypeId": None,
    }


def _planned(ask: RequestContext) -> Json:
    number = ask.number("id")
    if number not in ask.world.shelf.planned:
        raise not_found(number)
    return ask.world.shelf.planned[number]


def _show(ask: RequestContext) -> Json:
    return _entry(ask, _planned(ask))


def _move(ask: RequestContext) -> Json:
    planned = _planned(ask)
    planned["date"] = _day((ask.body or {}).get("calendarDate"))
    return _entry(ask, planned)


def _remove(ask: RequestContext) -> None:
    del ask.world.shelf.planned[_planned(ask)["workoutScheduleId"]]


def _period(ask: RequestContext) -> list[Json]:
    asked = [str(day) for day in ask.range("startDate", "endDate", most=367)]
    planned = ask.world.shelf.planned.values()
    return [_entry(ask, row) for row in planned if row["date"] in asked]


def _month(ask: RequestContext) -> Json:
    """Return a month; its number in the path counts from 0."""
    year, month = ask.number("year"), ask.number("month") + 1
    first = date(year, month, 1)
    last = date(year, month, monthrange(year, month)[1])
    shown = list(days(first, last))
    return {
        "startDayOfMonth": first.isoweekday() % 7,
        "numOfDaysInMonth": last.day,
        "numOfDaysInPrevMonth": 0,
        "month": month - 1,
        "year": year,
        "calendarItems": [*_plans(ask, shown), *_runs(ask, shown)],
    }


def _plans(ask: RequestContext, shown: list[date]) -> list[Json]:
    wanted = {str(day) for day in shown}
    rows = [row for row in ask.world.shelf.planned.values() if row["date"] in wanted]
    return [
        _item(
            id=row["workoutScheduleId"], itemType="workout", date=row["date"],
            title=ask.world.shelf.workouts[row["workoutId"]]["workoutName"],
            workoutId=row["workoutId"], sportTypeKey="running",
        )
        for row in rows
    ]  # fmt: skip


def _runs(ask: RequestContext, shown: list[date]) -> list[Json]:
    account, wanted = ask.world.account, set(shown)
    numbers = [one for one in account.activity_ids() if account.day_of(one) in wanted]
    return [_run(item(account, number)) for number in numbers]


def _run(listed: Row) -> Json:
    return _item(
        id=listed["activityId"], itemType="activity", date=listed["startTimeLocal"][:10],
        title=listed["activityName"], activityTypeId=listed["activityType"]["typeId"],
        distance=round(100 * listed["distance"]), duration=round(1000 * listed["duration"]),
    )  # fmt: skip


def _item(**known: object) -> Json:
    nothing = dict.fromkeys(
        ("groupId", "trainingPlanId", "activityTypeId", "wellnessActivityUuid", "url",
         "workoutId", "sportTypeKey", "distance", "duration", "calories", "weight",
         "isRace", "startTimestampLocal", "note", "protectedWorkoutSchedule")
    )  # fmt: skip
    return nothing | known


def _send(ask: RequestContext) -> Json:
    """Send what is planned to the watch: a made-up one takes everything at once."""
    return {"sent": len(ask.world.shelf.planned)}


_SCHEDULE = "/workout-service/schedule"

ROUTES = [
    get(f"{_SCHEDULE}/workoutScheduleByPeriod", _period),
    route("PUT", f"{_SCHEDULE}/sendtodevices", _send),
    route("POST", f"{_SCHEDULE}/{{id:int}}", _schedule),
    get(f"{_SCHEDULE}/{{id:int}}", _show),
    route("PUT", f"{_SCHEDULE}/{{id:int}}", _move),
    route("DELETE", f"{_SCHEDULE}/{{id:int}}", _remove),
    get("/calendar-service/year/{year:int}/month/{month:int}", _month),
]
