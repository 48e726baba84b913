"""Answers in the form of chat completions, as OpenAI and compatible servers give them."""

import json
import time
from typing import Any

from runningcoach.model.conversation import ModelUsage
from runningcoach.simulators.openai.answers import ModelAnswer, pieces
from runningcoach.simulators.openai.event_stream import StreamEvent
from runningcoach.simulators.openai.request_body import ReadCall

_THOUGHT = "The user asks about running. I should look at the data first."


def whole_completion(
    call: ReadCall, answer: ModelAnswer, used: ModelUsage, number: int, traits: set[str]
) -> dict[str, Any]:
    """Return the answer as one object."""
    message: dict[str, Any] = {"role": "assistant", "content": answer.text or None}
    if answer.finish == "refusal":
        message |= {"content": None, "refusal": answer.text}
    if answer.tool_calls:
        message["tool_calls"] = [_call(answer, number, place, traits) for place in _places(answer)]
    choice = {"index": 0, "message": message, "finish_reason": _finish(answer)}
    body = _frame(call, number, "chat.completion") | {"choices": [choice]}
    return body | {"usage": usage_object(used)} if call.has_usage else body


def usage_object(used: ModelUsage) -> dict[str, Any]:
    """Return what was used as this API says it."""
    return {
        "prompt_tokens": used.input_tokens,
        "prompt_tokens_details": {"cached_tokens": used.cached_tokens},
        "completion_tokens": used.output_tokens,
        "completion_tokens_details": {"reasoning_tokens": used.reasoning_tokens},
        "total_tokens": used.input_tokens + used.output_tokens,
    }


def completion_chunks(
    call: ReadCall, answer: ModelAnswer, used: ModelUsage, number: int, traits: set[str]
) -> list[StreamEvent]:
    """Return the chunks of the answer's stream, the last word `[DONE]` among them."""
    frame = _frame(call, number, "chat.completion.chunk")
    nothing = {"usage": None} if call.has_usage else {}

    def chunk(delta: dict[str, Any], finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return _wire(frame | {"choices": [choice]} | nothing)

    events = [StreamEvent(chunk({"role": "assistant", "content": ""}))]
    if "keepalive_comments" in traits:
        events.insert(0, StreamEvent(b": PROCESSING\n\n"))
    if "reasoning" in traits:
        events += [StreamEvent(chunk({"reasoning_content": bit})) for bit in pieces(_THOUGHT)]
    field = "refusal" if answer.finish == "refusal" else "content"
    thought = f"<think>\n{_THOUGHT}\n</think>\n\n" if "thinks_aloud" in traits else ""
    events += [
        StreamEvent(chunk({field: bit}), is_piece=True) for bit in pieces(thought + answer.text)
    ]
    events += [
        StreamEvent(chunk({"tool_calls": [bit]}))
        for place in _places(answer)
        for bit in _call_pieces(_call(answer, number, place, traits), place, traits)
    ]
    events.append(StreamEvent(chunk({}, _finish(answer))))
    if call.has_usage:
        events.append(StreamEvent(_wire(frame | {"choices": [], "usage": usage_object(used)})))
    return [*events, StreamEvent(b"data: [DONE]\n\n")]


def failure_wire(error: str = "The model failed.") -> bytes:
    """Return the event of an answer that failed half-way."""
    return _wire({"error": {"message": error, "type": "server_error", "code": "server_error"}})


def _frame(call: ReadCall, number: int, kind: str) -> dict[str, Any]:
    return {
        "id": f"chatcmpl-{number:08d}",
        "object": kind,
        "created": int(time.time()),
        "model": call.brain.model,
    }


def _finish(answer: ModelAnswer) -> str:
    return "stop" if answer.finish == "refusal" else answer.finish


def _places(answer: ModelAnswer) -> range:
    return range(len(answer.tool_calls))


def _call(answer: ModelAnswer, number: int, place: int, traits: set[str]) -> dict[str, Any]:
    name, arguments = answer.tool_calls[place]
    told: Any = json.loads(arguments) if "object_arguments" in traits else arguments
    call = {"type": "function", "function": {"name": name, "arguments": told}}
    return call if "without_call_ids" in traits else {"id": f"call_{number}_{place}"} | call


def _call_pieces(call: dict[str, Any], place: int, traits: set[str]) -> list[dict[str, Any]]:
    at = {} if "without_call_numbers" in traits else {"index": place}
    arguments = call["function"]["arguments"]
    if not isinstance(arguments, str) or "whole_arguments" in traits:
        return [at | call]
    head = at | call | {"function": call["function"] | {"arguments": ""}}
    return [head, *(at | {"function": {"arguments": bit}} for bit in pieces(arguments))]


def _wire(event: dict[str, Any]) -> bytes:
    return f"data: {json.dumps(event, ensure_ascii=False)}\n\n".encode()
