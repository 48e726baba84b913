"""All that the simulator answers, as one application."""

import json
import time
import traceback
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Scope

from runningcoach.simulators.openai import (
    chat_api,
    control,
    embedding_api,
    faults,
    request_body,
    responses_api,
)
from runningcoach.simulators.openai.answers import ModelAnswer, next_answer, tokens, usage, within
from runningcoach.simulators.openai.event_stream import (
    LONGEST_SILENCE_S,
    EventStream,
    wait_until_gone,
)
from runningcoach.simulators.openai.refusals import RefusedCall, invalid
from runningcoach.simulators.openai.request_body import ReadCall
from runningcoach.simulators.openai.state import KEY, ModelServerState

type Answerer = Callable[[Request, dict[str, Any]], Awaitable[ASGIApp]]
type Reader = Callable[[ModelServerState, Any], ReadCall]

_PAGE = "<!DOCTYPE html><html><head><title>Sign in</title></head><body>Sign in</body></html>"
_ELSEWHERE = "http://elsewhere.invalid/v1/responses"


def application(state: ModelServerState, hang_up: Callable[[Scope], None]) -> Starlette:
    """Return the application over `state`; `hang_up` breaks a connection off."""
    app = Starlette(routes=[*_ROUTES, *control.ROUTES])
    app.state.world, app.state.hang_up = state, hang_up
    app.add_exception_handler(404, _unknown)
    return app


class LoggedRoute:
    """ASGI: one path, with its log entry, its faults, its key and its refusals."""

    def __init__(self, answerer: Answerer) -> None:
        self._answerer = answerer

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        raw = await request.body()
        state: ModelServerState = request.app.state.world
        entry = _entry(state, request, raw)
        begun = time.monotonic()

        async def noted(message: Any) -> None:
            if message["type"] == "http.response.start":
                entry["status"] = message["status"]
            await send(message)

        try:
            answer = await self._answer(request, entry, state)
            await answer(scope, receive, noted)
        except Exception:  # a mistake of ours, which a client would take for a busy server
            traceback.print_exc()
            raise
        finally:
            entry["took_s"] = time.monotonic() - begun

    async def _answer(
        self, request: Request, entry: dict[str, Any], state: ModelServerState
    ) -> ASGIApp:
        if state.raw:
            raw = state.raw.popleft()
            return Response(raw.body, raw.status, raw.headers, raw.content_type)
        try:
            fault = state.take_fault(faults.WIRE + faults.REFUSALS)
            if fault and fault.kind in faults.WIRE:
                return await self._spoil(request, entry, fault.kind)
            if fault:
                raise faults.refusal(fault, _bearer(request))
            _check_key(request)
            return await self._answerer(request, entry)
        except RefusedCall as refused:
            headers = refused.headers | {"x-request-id": entry["request_id"]}
            return JSONResponse(refused.body, refused.status, headers)

    async def _spoil(self, request: Request, entry: dict[str, Any], kind: str) -> ASGIApp:
        if kind == "html":
            return HTMLResponse(_PAGE)
        if kind == "redirect":
            return RedirectResponse(_ELSEWHERE)
        if kind == "silence":
            entry["is_hung_up"] = await wait_until_gone(request.receive, LONGEST_SILENCE_S)
        request.app.state.hang_up(request.scope)
        return _say_nothing


async def _say_nothing(scope: Any, receive: Any, send: Any) -> None:
    """Leave a request without an answer; its connection is gone."""


def _entry(state: ModelServerState, request: Request, raw: bytes) -> dict[str, Any]:
    headers = {name: value for name, value in request.headers.items() if name != "authorization"}
    if "authorization" in request.headers:
        headers["authorization"] = "Bearer ***"
    entry = {
        "at_s": time.time(),
        "took_s": 0.0,
        "method": request.method,
        "path": request.url.path,
        "query": request.url.query,
        "headers": headers,
        "body": _json(raw),
        "status": 0,
        "is_hung_up": False,
        "request_id": f"req_{len(state.log):08d}",
    }
    state.log.append(entry)
    return entry


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw) if raw.strip() else None
    except ValueError:
        return None


def _bearer(request: Request) -> str:
    return request.headers.get("authorization", "").removeprefix("Bearer ")


def _check_key(request: Request) -> None:
    key = _bearer(request)
    if key != KEY:
        masked = f"{key[:3]}***" if key else "nothing"
        message = f"Incorrect API key provided: {masked}."
        raise RefusedCall(401, message, "invalid_api_key")


async def _responses(request: Request, entry: dict[str, Any]) -> ASGIApp:
    state: ModelServerState = request.app.state.world
    if "without_responses" in state.traits:
        return JSONResponse({"detail": "Not Found"}, 404)
    call, answer, number = await _think(state, entry, request_body.read_responses)
    used = usage(state, call.prompt, call.cache_key, answer)
    response = responses_api.whole_response(call, answer, used, number)
    if not _is_streamed(state, call):
        return JSONResponse(response, headers=_named(entry))
    events = responses_api.response_events(response)
    return _stream(request, entry, events, responses_api.failure_wire(response))


async def _chat(request: Request, entry: dict[str, Any]) -> ASGIApp:
    state: ModelServerState = request.app.state.world
    call, answer, number = await _think(state, entry, request_body.read_chat)
    used = usage(state, call.prompt, call.cache_key, answer)
    if not _is_streamed(state, call):
        whole = chat_api.whole_completion(call, answer, used, number, state.traits)
        return JSONResponse(whole, headers=_named(entry))
    events = chat_api.completion_chunks(call, answer, used, number, state.traits)
    return _stream(request, entry, events, chat_api.failure_wire())


async def _think(
    state: ModelServerState, entry: dict[str, Any], read: Reader
) -> tuple[ReadCall, ModelAnswer, int]:
    """Return a request as it was read, its answer, and the number of the answer."""
    try:
        call = read(state, entry["body"])
    except (AttributeError, KeyError, TypeError, ValueError):
        raise invalid("The body is not of the form that is wanted.") from None
    if tokens(call.prompt) > state.context_tokens:
        raise faults.too_long()
    answer = await run_in_threadpool(next_answer, state, call.brain)
    # A fault of the words waits for an answer in words.
    fault = None if answer.tool_calls else state.take_fault(faults.CONTENT)
    if fault is not None:
        answer = faults.changed(answer, fault, call.question)
    state.answers += 1
    return call, within(answer, call.most_tokens), state.answers


def _is_streamed(state: ModelServerState, call: ReadCall) -> bool:
    return call.is_streamed and "without_streaming" not in state.traits


def _stream(request: Request, entry: dict[str, Any], events: Any, failure: bytes) -> EventStream:
    state: ModelServerState = request.app.state.world
    has_pieces = any(event.is_piece for event in events)
    fault = state.take_fault(faults.STREAM) if has_pieces else None
    return EventStream(request, events, entry, fault.kind if fault else None, failure)


def _named(entry: dict[str, Any]) -> Mapping[str, str]:
    return {"x-request-id": entry["request_id"]}


async def _embeddings(request: Request, entry: dict[str, Any]) -> ASGIApp:
    state: ModelServerState = request.app.state.world
    return JSONResponse(embedding_api.embed(state, entry["body"]), headers=_named(entry))


async def _models(request: Request, entry: dict[str, Any]) -> ASGIApp:
    state: ModelServerState = request.app.state.world
    listed = [
        {"id": model, "object": "model", "created": 1_790_000_000, "owned_by": "simulator"}
        for model in state.models
    ]
    return JSONResponse({"object": "list", "data": listed}, headers=_named(entry))


async def _input_tokens(request: Request, entry: dict[str, Any]) -> ASGIApp:
    state: ModelServerState = request.app.state.world
    body = {"store": False} | (entry["body"] or {})
    call = request_body.read_responses(state, body)
    counted = {"object": "response.input_tokens", "input_tokens": tokens(call.prompt)}
    return JSONResponse(counted, headers=_named(entry))


async def _unknown(request: Request, error: Exception) -> Response:
    del error
    message = f"Invalid URL ({request.method} {request.url.path})"
    return JSONResponse(RefusedCall(404, message).body, 404)


_ROUTES = [
    Route("/v1/responses", LoggedRoute(_responses), methods=["POST"]),
    Route("/v1/responses/input_tokens", LoggedRoute(_input_tokens), methods=["POST"]),
    Route("/v1/chat/completions", LoggedRoute(_chat), methods=["POST"]),
    Route("/v1/embeddings", LoggedRoute(_embeddings), methods=["POST"]),
    Route("/v1/models", LoggedRoute(_models), methods=["GET"]),
]
