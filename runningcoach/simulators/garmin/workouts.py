"""Routes of planned workouts: upload, list, change, delete."""

from typing import Any

from runningcoach.simulators.garmin.asking import RequestContext, get, route
from runningcoach.simulators.garmin.refusals import not_found

type Json = dict[str, Any]


def _find_workout(context: RequestContext, name: str = "id") -> Json:
    number = context.number(name)
    if number not in context.world.shelf.workouts:
        raise not_found(number)
    return context.world.shelf.workouts[number]


def _create(context: RequestContext) -> Json:
    return context.world.shelf.put(context.body or {}, context.world.clock.now())


def _update(context: RequestContext) -> None:
    _find_workout(context)
    context.world.shelf.put(context.body or {}, context.world.clock.now(), context.number("id"))


def _delete(context: RequestContext) -> None:
    _find_workout(context)
    context.world.shelf.drop(context.number("id"))


def _list(context: RequestContext) -> list[Json]:
    newest = list(reversed(context.world.shelf.listed()))
    start, limit = int(context.query.get("start", 0)), int(context.query.get("limit", 20))
    return [_brief(one) for one in newest[start : start + limit]]


def _brief(workout: Json) -> Json:
    names = (
        "workoutId", "ownerId", "workoutName", "description", "updatedDate", "createdDate",
        "sportType", "author", "estimatedDurationInSecs", "estimatedDistanceInMeters", "shared",
        "trainingPlanId", "workoutProvider",
    )  # fmt: skip
    return {name: workout[name] for name in names}


def _number_of(context: RequestContext) -> Json:
    count = len(context.world.shelf.workouts)
    return {"totalCount": count, "runningCount": count}


_WORKOUT = "/workout-service/workout"

ROUTES = [
    route("POST", _WORKOUT, _create),
    get("/workout-service/workouts", _list),
    get("/workout-service/workouts/count", _number_of),
    get(f"{_WORKOUT}/{{id:int}}", _find_workout),
    route("PUT", f"{_WORKOUT}/{{id:int}}", _update),
    route("DELETE", f"{_WORKOUT}/{{id:int}}", _delete),
]
