"""The calendar: workouts put on days, and what was run in a month."""

from calendar import monthrange
from datetime import date
from typing import Any

from runningcoach.demo.summaries import USER_ID
from runningcoach.simulators.garmin.activities import Row, item
from runningcoach.simulators.garmin.asking import RequestContext, days, get, route
from runningcoach.simulators.garmin.refusals import RefusedAnswer, not_found

type Json = dict[str, Any]


def _schedule(context: RequestContext) -> Json:
    number = context.number("id")
    if number not in context.world.shelf.workouts:
        raise not_found(number)
    return _entry(
        context, context.world.shelf.schedule(number, _day((context.body or {}).get("date")))
    )


def _day(value: object) -> str:
    try:
        return str(date.fromisoformat(str(value)))
    except ValueError:
        raise RefusedAnswer(400, f"Invalid date: {value}") from None


def _entry(context: RequestContext, planned: Json) -> Json:
    """Return a day's entry as the schedule service says it."""
    return {
        "workoutScheduleId": planned["workoutScheduleId"],
        "workout": context.world.shelf.workouts[planned["workoutId"]],
        "calendarDate": planned["date"],
        "createdDate": planned["date"],
        "ownerId": USER_ID,
        "newName": None,
        "consumer": None,
        "atpPlanTypeId": None,
    }


def _planned(context: RequestContext) -> Json:
    number = context.number("id")
    if number not in context.world.shelf.planned:
        raise not_found(number)
    return context.world.shelf.planned[number]


def _show(context: RequestContext) -> Json:
    return _entry(context, _planned(context))


def _move(context: RequestContext) -> Json:
    planned = _planned(context)
    planned["date"] = _day((context.body or {}).get("calendarDate"))
    return _entry(context, planned)


def _remove(context: RequestContext) -> None:
    del context.world.shelf.planned[_planned(context)["workoutScheduleId"]]


def _period(context: RequestContext) -> list[Json]:
    wanted = [str(day) for day in context.range("startDate", "endDate", most=367)]
    planned = context.world.shelf.planned.values()
    return [_entry(context, row) for row in planned if row["date"] in wanted]


def _month(context: RequestContext) -> Json:
    """Return a month; its number in the path counts from 0."""
    year, month = context.number("year"), context.number("month") + 1
    first = date(year, month, 1)
    last = date(year, month, monthrange(year, month)[1])
    month_days = list(days(first, last))
    return {
        "startDayOfMonth": first.isoweekday() % 7,
        "numOfDaysInMonth": last.day,
        "numOfDaysInPrevMonth": 0,
        "month": month - 1,
        "year": year,
        "calendarItems": [*_plans(context, month_days), *_runs(context, month_days)],
    }


def _plans(context: RequestContext, month_days: list[date]) -> list[Json]:
    wanted = {str(day) for day in month_days}
    rows = [row for row in context.world.shelf.planned.values() if row["date"] in wanted]
    return [
        _item(
            id=row["workoutScheduleId"], itemType="workout", date=row["date"],
            title=context.world.shelf.workouts[row["workoutId"]]["workoutName"],
            workoutId=row["workoutId"], sportTypeKey="running",
        )
        for row in rows
    ]  # fmt: skip


def _runs(context: RequestContext, month_days: list[date]) -> list[Json]:
    account, wanted = context.world.account, set(month_days)
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


def _send(context: RequestContext) -> Json:
    """Send what is planned to the watch: a made-up one takes everything at once."""
    return {"sent": len(context.world.shelf.planned)}


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
