"""Answers in the form of the Responses API."""

import json
import time
from typing import Any

from runningcoach.model.conversation import ModelUsage
from runningcoach.simulators.openai.answers import ModelAnswer, pieces
from runningcoach.simulators.openai.event_stream import StreamEvent
from runningcoach.simulators.openai.request_body import ReadCall

_INCOMPLETE = {"length": "max_output_tokens", "content_filter": "content_filter"}
_PIECES = ("response.output_text.delta", "response.refusal.delta")


def whole_response(
    call: ReadCall, answer: ModelAnswer, used: ModelUsage, number: int
) -> dict[str, Any]:
    """Return the answer as one object."""
    reason = _INCOMPLETE.get(answer.finish)
    return {
        "id": f"resp_{number:08d}",
        "object": "response",
        "created_at": int(time.time()),
        "status": "incomplete" if reason else "completed",
        "incomplete_details": {"reason": reason} if reason else None,
        "error": None,
        "model": f"{call.brain.model}-2026-09-22",
        "output": _output(answer, used, number),
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "store": False,
        "usage": usage_object(used),
    }


def usage_object(used: ModelUsage) -> dict[str, Any]:
    """Return what was used as this API says it."""
    return {
        "input_tokens": used.input_tokens,
        "input_tokens_details": {"cached_tokens": used.cached_tokens, "cache_write_tokens": 0},
        "output_tokens": used.output_tokens,
        "output_tokens_details": {"reasoning_tokens": used.reasoning_tokens},
        "total_tokens": used.input_tokens + used.output_tokens,
    }


def _output(answer: ModelAnswer, used: ModelUsage, number: int) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    if used.reasoning_tokens:
        items.append({"type": "reasoning", "id": f"rs_{number}", "summary": []})
    if answer.text or not answer.tool_calls:
        part = (
            {"type": "refusal", "refusal": answer.text}
            if answer.finish == "refusal"
            else {"type": "output_text", "text": answer.text, "annotations": [], "logprobs": []}
        )
        status = "incomplete" if answer.finish in _INCOMPLETE else "completed"
        items.append(
            {"type": "message", "id": f"msg_{number}", "role": "assistant", "status": status,
             "content": [part]}
        )  # fmt: skip
    for place, (name, arguments) in enumerate(answer.tool_calls):
        items.append(
            {"type": "function_call", "id": f"fc_{number}_{place}", "status": "completed",
             "call_id": f"call_{number}_{place}", "name": name, "arguments": arguments}
        )  # fmt: skip
    return items


def response_events(response: dict[str, Any]) -> list[StreamEvent]:
    """Return the events of the answer's stream."""
    begun = response | {"status": "in_progress", "output": [], "usage": None}
    begun["incomplete_details"] = None
    told: list[dict[str, Any]] = [
        {"type": "response.created", "response": begun},
        {"type": "response.in_progress", "response": begun},
    ]
    for index, item in enumerate(response["output"]):
        told += [entry | {"output_index": index} for entry in _item_events(item)]
    told.append({"type": f"response.{response['status']}", "response": response})
    return [
        StreamEvent(_wire(event | {"sequence_number": number}), event["type"] in _PIECES)
        for number, event in enumerate(told)
    ]


def _item_events(item: dict[str, Any]) -> list[dict[str, Any]]:
    added = {"type": "response.output_item.added", "item": item | {"status": "in_progress"}}
    done = {"type": "response.output_item.done", "item": item}
    if item["type"] == "function_call":
        added["item"] = added["item"] | {"arguments": ""}
        place = {"item_id": item["id"]}
        deltas = [
            {"type": "response.function_call_arguments.delta", "delta": piece} | place
            for piece in pieces(item["arguments"])
        ]
        end = {"type": "response.function_call_arguments.done", "arguments": item["arguments"]}
        return [added, *deltas, end | place, done]
    if item["type"] == "message":
        added["item"] = added["item"] | {"content": []}
        return [added, *_message_events(item), done]
    return [added, done]


def _message_events(item: dict[str, Any]) -> list[dict[str, Any]]:
    [part] = item["content"]
    is_refusal = part["type"] == "refusal"
    kind, field = ("refusal", "refusal") if is_refusal else ("output_text", "text")
    place = {"item_id": item["id"], "content_index": 0}
    extra = {} if is_refusal else {"logprobs": []}
    return [
        {"type": "response.content_part.added", "part": part | {field: ""}} | place,
        *(
            {"type": f"response.{kind}.delta", "delta": piece} | place | extra
            for piece in pieces(part[field])
        ),
        {"type": f"response.{kind}.done", field: part[field]} | place | extra,
        {"type": "response.content_part.done", "part": part} | place,
    ]


def failure_wire(response: dict[str, Any]) -> bytes:
    """Return the event of an answer that failed half-way; what it used is told all the same."""
    error = {"code": "server_error", "message": "The model failed."}
    failed = response | {"status": "failed", "error": error, "output": []}
    return _wire({"type": "response.failed", "response": failed, "sequence_number": 9_999})


def _wire(event: dict[str, Any]) -> bytes:
    return f"event: {event['type']}\ndata: {json.dumps(event, ensure_ascii=False)}\n\n".encode()
