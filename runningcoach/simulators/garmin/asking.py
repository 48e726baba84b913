"""Request context of the simulator, and its routes: JSON, no content, or a refusal."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from runningcoach.simulators.garmin.refusals import RefusedAnswer
from runningcoach.simulators.garmin.world import SimulatorState

type Answer = Callable[["RequestContext"], Any]


@dataclass(frozen=True, slots=True)
class RequestContext:
    """A request: the simulator's state, path values, query and JSON body."""

    world: SimulatorState
    path: dict[str, str]
    query: dict[str, str]
    body: Any = None

    def number(self, name: str) -> int:
        """Return a number of the path."""
        return int(self.path[name])

    def day(self, name: str) -> date:
        """Return a date of the path or the query; 400 when it is none."""
        return _date(self.path.get(name) or self.query.get(name))

    def range(self, first: str, last: str, *, most: int, status: int = 400) -> list[date]:
        """Return the days of a range, both ends included; `status` when more than `most`."""
        start, end = self.day(first), self.day(last)
        if (end - start).days >= most:
            raise RefusedAnswer(status, f"Range of dates exceeds {most} days")
        return list(days(start, end))


def _date(text: str | None) -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        raise RefusedAnswer(400, f"Invalid date: {text}") from None


def days(first: date, last: date) -> Iterator[date]:
    """Yield the days from `first` to `last`, both included."""
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def get(path: str, answer: Answer) -> Route:
    """Return the route that answers a GET of `path`: None is 204, a Response goes as it is."""
    return route("GET", path, answer)


def route(method: str, path: str, answer: Answer) -> Route:
    """Return the route that lets `answer` answer `method` `path`."""

    async def endpoint(request: Request) -> Response:
        raw = await request.body()
        body = await request.json() if raw.strip() else None
        context = RequestContext(
            request.app.state.world, dict(request.path_params), dict(request.query_params), body
        )
        try:
            return _response(answer(context))
        except RefusedAnswer as refused:
            return JSONResponse(refused.body, refused.status)

    return Route(path, endpoint, methods=[method])


def _response(value: Any) -> Response:
    if isinstance(value, Response):
        return value
    return Response(status_code=204) if value is None else JSONResponse(value)
