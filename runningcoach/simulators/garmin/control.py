"""Control routes of the simulator: loopback only, no part of Garmin."""

from collections.abc import Callable
from datetime import date
from operator import itemgetter
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from runningcoach.simulators.garmin import who
from runningcoach.simulators.garmin.faults import InjectedFault
from runningcoach.simulators.garmin.gate import CONTROL
from runningcoach.simulators.garmin.world import SimulatorState

_LOOPBACK = ("127.0.0.1", "::1")

type Action = Callable[..., Any]


async def _handle_action(request: Request) -> Response:
    if request.client is None or request.client.host not in _LOOPBACK:
        return JSONResponse({"message": "loopback only"}, 403)
    action = _ACTIONS.get(request.path_params["action"])
    if action is None:
        return JSONResponse({"message": "no such action"}, 404)
    return JSONResponse(action(request.app.state.world, **await request.json()))


def _today(world: SimulatorState, day: str) -> None:
    world.account.set_date(date.fromisoformat(day))


def _put(name: str) -> Action:
    """Return the action that sets a field of the world to the one argument it is given."""

    def put(world: SimulatorState, **argument: Any) -> None:
        [value] = argument.values()
        setattr(world, name, value)

    return put


def _clear_log(world: SimulatorState) -> None:
    # A new list: a request that is still open belongs to the old one.
    world.calls = []


def _skew(world: SimulatorState, seconds: float) -> None:
    world.clock.skew_s = seconds


def _mfa(world: SimulatorState, on: bool) -> None:
    world.signin.asks_for_code = on


def _ttl(world: SimulatorState, seconds: float) -> None:
    world.tokens.ttl_s = seconds


def _fault(world: SimulatorState, **fields: Any) -> None:
    world.faults.append(InjectedFault(**fields))


def _secrets(world: SimulatorState) -> list[str]:
    return [who.PASSWORD, who.MFA_CODE, who.KEY, *world.signin.issued, *world.tokens.issued]


def _rename(world: SimulatorState, activity_id: int, name: str) -> None:
    world.account.names[activity_id] = name


def _delete(world: SimulatorState, activity_id: int) -> None:
    world.account.delete(activity_id)


def _add_workout(world: SimulatorState, workout: dict[str, Any], day: str | None) -> int:
    number = world.shelf.put(workout, world.clock.now())["workoutId"]
    if day:
        world.shelf.schedule(number, day)
    return number


def _schedule_by_hand(world: SimulatorState, workout_id: int, day: str) -> int:
    return world.shelf.schedule(workout_id, day)["workoutScheduleId"]


def _delete_workout(world: SimulatorState, workout_id: int) -> None:
    world.shelf.drop(workout_id)


def _unschedule(world: SimulatorState, schedule_id: int) -> None:
    del world.shelf.planned[schedule_id]


def _reschedule(world: SimulatorState, schedule_id: int, day: str) -> None:
    world.shelf.planned[schedule_id]["date"] = day


_ACTIONS: dict[str, Action] = {
    "reset": SimulatorState.reset,
    "today": _today,
    "latency": _put("latency_s"),
    "cold_after": _put("cold_after_days"),
    "skew_clock": _skew,
    "log": lambda world: sorted(world.calls, key=itemgetter("at_s")),
    "clear_log": _clear_log,
    "mfa": _mfa,
    "token_ttl": _ttl,
    "kill_tokens": lambda world, refresh: world.tokens.kill(refresh=refresh),
    "expire_key": lambda world: world.tokens.end_key("expired"),
    "revoke_key": lambda world: world.tokens.end_key("revoked"),
    "secrets": _secrets,
    "fault": _fault,
    "clear_faults": lambda world: world.faults.clear(),
    "activity_ids": lambda world: world.account.activity_ids(),
    "late_upload": lambda world, days_ago: world.account.add_late_upload(days_ago),
    "rename": _rename,
    "delete": _delete,
    "two_devices": lambda world, days_ago: world.account.add_run_of_two_watches(days_ago),
    "date_line": lambda world, days_ago: world.account.add_run_abroad(days_ago),
    "manual": lambda world, days_ago: world.account.add_typed_in(days_ago),
    "gpx_import": lambda world, days_ago: world.account.add_gpx_import(days_ago),
    "workouts": lambda world: world.shelf.listed(),
    "schedules": lambda world: world.shelf.dates(),
    "add_workout": _add_workout,
    "schedule_by_hand": _schedule_by_hand,
    "delete_workout": _delete_workout,
    "unschedule": _unschedule,
    "reschedule": _reschedule,
}

ROUTES = [Route(f"{CONTROL}/{{action}}", _handle_action, methods=["POST"])]
