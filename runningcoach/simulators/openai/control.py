"""Control routes of the simulator: with a key of their own, from this machine alone."""

import secrets
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from runningcoach.simulators.openai.faults import KINDS
from runningcoach.simulators.openai.state import (
    CONTROL_KEY,
    TRAITS,
    ModelFault,
    ModelServerState,
    RawReply,
    ScriptedAnswer,
)

CONTROL = "/__simulator__"
KEY_HEADER = "x-control-key"
_LOOPBACK = ("127.0.0.1", "::1")


async def _handle(request: Request) -> Response:
    host = request.client.host if request.client else ""
    key = request.headers.get(KEY_HEADER, "")
    if host not in _LOOPBACK or not secrets.compare_digest(key.encode(), CONTROL_KEY.encode()):
        return JSONResponse({"message": "this door has a key of its own"}, 403)
    action = _ACTIONS.get(request.path_params["action"])
    if action is None:
        return JSONResponse({"message": "no such action"}, 404)
    try:
        return JSONResponse(action(request.app.state.world, **await request.json()))
    except (TypeError, ValueError) as error:
        return JSONResponse({"message": str(error)}, 422)


def _answer_next(
    state: ModelServerState, text: str, tool_calls: list[list[str]], finish: Any
) -> None:
    calls = tuple((name, arguments) for name, arguments in tool_calls)
    state.scripted.append(ScriptedAnswer(text, calls, finish))


def _reply_next(state: ModelServerState, **reply: Any) -> None:
    state.raw.append(RawReply(**reply))


def _fail_next(state: ModelServerState, kind: str, **options: Any) -> None:
    if kind not in KINDS:
        raise ValueError(f"no fault {kind}: one of {', '.join(KINDS)}")
    state.faults.append(ModelFault(kind, **options))


def _play(state: ModelServerState, traits: list[str]) -> None:
    if unknown := set(traits) - set(TRAITS):
        raise ValueError(f"no traits {sorted(unknown)}: some of {', '.join(TRAITS)}")
    state.traits = set(traits)


def _set(name: str) -> Callable[..., None]:
    """Return the action that sets a field of the state to `value`."""

    def put(state: ModelServerState, value: Any) -> None:
        setattr(state, name, tuple(value) if isinstance(value, list) else value)

    return put


def _clear_log(state: ModelServerState) -> None:
    # A new list: a request that is still open belongs to the old one.
    state.log = []


_ACTIONS: dict[str, Callable[..., Any]] = {
    "reset": ModelServerState.reset,
    "answer_next": _answer_next,
    "reply_next": _reply_next,
    "fail_next": _fail_next,
    "play": _play,
    "delay": _set("delay_s"),
    "write_bytes": _set("write_bytes"),
    "models": _set("models"),
    "context_tokens": _set("context_tokens"),
    "requests": lambda state: state.log,
    "clear_log": _clear_log,
}

ROUTES = [Route(f"{CONTROL}/{{action}}", _handle, methods=["POST"])]
