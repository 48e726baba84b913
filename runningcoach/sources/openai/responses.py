"""The Responses API: what is sent, and the events of its answer."""

from collections.abc import Iterator
from typing import Any

from runningcoach.model.conversation import FinishReason, ModelMessage, ModelRequest, ModelUsage
from runningcoach.sources.openai.answer_parts import AnswerParts, CallParts, count, item, rows, text
from runningcoach.sources.openai.schemas import strict_schema

_LONGEST_ID = 64
_LEAST_TOKENS = 16
"""OpenAI accepts no smaller limit."""


def response_arguments(request: ModelRequest) -> dict[str, Any]:
    """Return the body of a request; nothing of it is to be stored at the server."""
    body: dict[str, Any] = {
        "model": request.model,
        "instructions": request.instructions,
        "input": [part for message in request.messages for part in _input_items(message)],
        "max_output_tokens": max(request.max_output_tokens, _LEAST_TOKENS),
        "store": False,
        "stream": True,
    }
    if request.tools:
        body["tools"] = [
            {
                "type": "function",
                "name": tool.name,
                "description": tool.description,
                "parameters": tool.parameters,
                "strict": False,  # strict would have each argument given
            }
            for tool in request.tools
        ]
    if request.answer_schema is not None:
        body["text"] = {
            "format": {
                "type": "json_schema",
                "name": request.answer_name or "answer",
                "schema": strict_schema(request.answer_schema),
                "strict": True,
            }
        }
    if request.user_hash:
        body["safety_identifier"] = request.user_hash[:_LONGEST_ID]
        body["prompt_cache_key"] = request.user_hash[:_LONGEST_ID]
    return body


def _input_items(message: ModelMessage) -> Iterator[dict[str, Any]]:
    if message.role == "tool":
        yield {
            "type": "function_call_output",
            "call_id": message.call_id,
            "output": message.content,
        }
        return
    if message.content:
        yield {"role": message.role, "content": message.content}
    for call in message.tool_calls:
        yield {
            "type": "function_call",
            "call_id": call.call_id,
            "name": call.name,
            "arguments": call.arguments,
        }


def read_response_event(parts: AnswerParts, event: dict[str, Any]) -> str:
    """Add an event of a stream to the answer; return the piece of text that it brings."""
    kind = text(event, "type")
    if kind in ("response.output_text.delta", "response.refusal.delta"):
        return text(event, "delta")
    if kind == "response.output_item.done":
        if call := _call(item(event, "item")):
            parts.calls.append(call)
    elif kind == "error":
        parts.told_error = event
    elif kind in ("response.completed", "response.incomplete", "response.failed"):
        return read_whole_response(parts, item(event, "response"))
    return ""


def read_whole_response(parts: AnswerParts, response: Any) -> str:
    """Complete the answer; return its text where none had come in pieces."""
    parts.model, parts.response_id = text(response, "model"), text(response, "id") or None
    parts.usage = _usage(item(response, "usage"))
    calls = [call for output in rows(response, "output") if (call := _call(output))]
    parts.calls = calls or parts.calls
    content = [part for output in rows(response, "output") for part in rows(output, "content")]
    if item(response, "status") == "failed":
        parts.told_error = item(response, "error") or "failed"
        return ""
    parts.finish(_finish_reason(response, content))
    if parts.texts:
        return ""
    return "".join(text(part, "text") or text(part, "refusal") for part in content)


def _finish_reason(response: Any, content: list[Any]) -> FinishReason:
    if item(response, "status") == "incomplete":
        filtered = item(response, "incomplete_details", "reason") == "content_filter"
        return "content_filter" if filtered else "length"
    return "refusal" if any(item(part, "type") == "refusal" for part in content) else "stop"


def _call(output: Any) -> CallParts | None:
    if item(output, "type") != "function_call":
        return None
    return CallParts(text(output, "call_id"), text(output, "name"), text(output, "arguments"))


def _usage(usage: Any) -> ModelUsage | None:
    if not isinstance(usage, dict):
        return None
    return ModelUsage(
        input_tokens=count(usage, "input_tokens"),
        cached_tokens=count(usage, "input_tokens_details", "cached_tokens"),
        output_tokens=count(usage, "output_tokens"),
        reasoning_tokens=count(usage, "output_tokens_details", "reasoning_tokens"),
    )
