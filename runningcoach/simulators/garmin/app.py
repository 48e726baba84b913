"""All questions that the simulator can answer, as one application."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse

from runningcoach.simulators.garmin import (
    activities,
    activity,
    calendar,
    control,
    days,
    gear,
    intraday,
    nights,
    original,
    profile,
    scores,
    signin,
    weight,
    workouts,
    zones,
)
from runningcoach.simulators.garmin.world import SimulatorState

_ROOMS = (
    signin, profile, activities, activity, original, days, intraday, nights, scores, zones, weight,
    gear, workouts, calendar, control,
)  # fmt: skip


def application(world: SimulatorState) -> Starlette:
    """Return the application that speaks of `world`."""
    app = Starlette(routes=[route for room in _ROOMS for route in room.ROUTES])
    app.state.world = world
    app.add_exception_handler(404, _unknown)
    return app


async def _unknown(request: Request, error: Exception) -> JSONResponse:
    del error
    body = {"message": f"HTTP 404 Not Found: {request.url.path}", "error": "NotFoundException"}
    return JSONResponse(body, 404)
