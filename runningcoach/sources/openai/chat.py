"""Chat completions, for compatible servers: what is sent, and the chunks of the answer."""

import json
from dataclasses import dataclass
from typing import Any

from runningcoach.model.conversation import FinishReason, ModelMessage, ModelRequest, ModelUsage
from runningcoach.sources.openai.answer_parts import AnswerParts, CallParts, count, item, rows, text
from runningcoach.sources.openai.schemas import strict_schema

_FINISH: dict[str, FinishReason] = {
    "stop": "stop",
    "length": "length",
    "tool_calls": "tool_calls",
    "function_call": "tool_calls",
    "content_filter": "content_filter",
}


@dataclass(slots=True)
class ChatDialect:
    """What a server understands of the request; each refusal teaches it."""

    limit_field: str = "max_tokens"
    has_store: bool = True
    has_usage_option: bool = True
    has_answer_format: bool = True

    def adapt(self, refused_fields: frozenset[str], request: ModelRequest) -> bool:
        """Change the form of requests after a refusal; return whether there is another to try.

        A refusal that names nothing is taken for one of the answer's form, where one was asked.
        """
        if "max_completion_tokens" in refused_fields and self.limit_field == "max_tokens":
            self.limit_field = "max_completion_tokens"
        elif self.has_usage_option and refused_fields & {"stream_options", "include_usage"}:
            self.has_usage_option = False
        elif self.has_store and "store" in refused_fields:
            self.has_store = False
        elif self.has_answer_format and request.answer_schema is not None:
            self.has_answer_format = False
        else:
            return False
        return True


def chat_arguments(request: ModelRequest, dialect: ChatDialect) -> dict[str, Any]:
    """Return the body of a request in the form that a server understands."""
    with_format = request.answer_schema is not None and dialect.has_answer_format
    instructions = request.instructions
    if request.answer_schema is not None and not with_format:
        instructions = f"{instructions}\n\n{_form_in_words(request.answer_schema)}"
    body: dict[str, Any] = {
        "model": request.model,
        "messages": [
            {"role": "system", "content": instructions},
            *(_message(message) for message in request.messages),
        ],
        dialect.limit_field: request.max_output_tokens,
        "stream": True,
    }
    if dialect.has_usage_option:
        body["stream_options"] = {"include_usage": True}
    if dialect.has_store:
        body["store"] = False
    if with_format and request.answer_schema is not None:
        body["response_format"] = {
            "type": "json_schema",
            "json_schema": {
                "name": request.answer_name or "answer",
                "schema": strict_schema(request.answer_schema),
                "strict": True,
            },
        }
    if request.tools:
        body["tools"] = [
            {
                "type": "function",
                "function": {
                    "name": tool.name,
                    "description": tool.description,
                    "parameters": tool.parameters,
                },
            }
            for tool in request.tools
        ]
    return body


def _form_in_words(schema: dict[str, Any]) -> str:
    form = json.dumps(strict_schema(schema), ensure_ascii=False)
    return (
        f"Answer with one JSON object and nothing else. It has to match this JSON schema:\n{form}"
    )


def _message(message: ModelMessage) -> dict[str, Any]:
    if message.role == "tool":
        return {"role": "tool", "tool_call_id": message.call_id, "content": message.content}
    calls = [
        {
            "id": call.call_id,
            "type": "function",
            "function": {"name": call.name, "arguments": call.arguments},
        }
        for call in message.tool_calls
    ]
    turn = {"role": message.role, "content": message.content}
    return turn | {"tool_calls": calls} if calls else turn


def read_chat_chunk(parts: AnswerParts, chunk: dict[str, Any]) -> str:
    """Add a chunk of a stream to the answer; return the piece of text that it brings.

    A whole answer of a server that does not stream is read as if it were one chunk.
    """
    if item(chunk, "error"):
        parts.told_error = item(chunk, "error")
        return ""
    parts.model = text(chunk, "model") or parts.model
    parts.response_id = text(chunk, "id") or parts.response_id
    parts.usage = _usage(item(chunk, "usage")) or parts.usage
    choices = rows(chunk, "choices")
    return _read_choice(parts, choices[0]) if choices else ""


def _read_choice(parts: AnswerParts, choice: Any) -> str:
    delta = item(choice, "delta") or item(choice, "message")
    for call in rows(delta, "tool_calls"):
        _add_call_piece(parts, call)
    refusal = text(delta, "refusal")
    reason = text(choice, "finish_reason")
    if reason == "error":
        parts.told_error = "server_error"
    elif refusal:
        parts.finish("refusal")
    elif reason and parts.finish_reason != "refusal":
        parts.finish(_FINISH.get(reason, "stop"))
    return _content(item(delta, "content")) + refusal


def _content(value: Any) -> str:
    """Return the words of a content; some servers send it in parts, thoughts among them."""
    if isinstance(value, list):
        return "".join(text(part, "text") for part in value if item(part, "type") == "text")
    return value if isinstance(value, str) else ""


def _add_call_piece(parts: AnswerParts, piece: Any) -> None:
    """Add a piece to the call it belongs to, by its number or its id; some servers send neither."""
    call_id, name = text(piece, "id"), text(piece, "function", "name")
    number = item(piece, "index")
    known = [call for call in parts.calls if call.number == number]
    call = known[-1] if known else None
    if call is None or (name and _is_another(call, call_id, name)):
        call = CallParts(number=number)
        parts.calls.append(call)
    call.call_id = call.call_id or call_id
    call.name = call.name or name
    call.arguments += _arguments(item(piece, "function", "arguments"))


def _is_another(call: CallParts, call_id: str, name: str) -> bool:
    """Return whether a piece with a name begins a call of its own, though it has the number."""
    if call_id and call.call_id:
        return call_id != call.call_id
    if name != call.name:
        return bool(call.name)
    try:
        return isinstance(json.loads(call.arguments), dict)
    except ValueError:
        return False


def _arguments(value: Any) -> str:
    """Return a piece of arguments; some servers send the object itself."""
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return value if isinstance(value, str) else ""


def _usage(usage: Any) -> ModelUsage | None:
    if not isinstance(usage, dict):
        return None
    return ModelUsage(
        input_tokens=count(usage, "prompt_tokens"),
        cached_tokens=count(usage, "prompt_tokens_details", "cached_tokens"),
        output_tokens=count(usage, "completion_tokens"),
        reasoning_tokens=count(usage, "completion_tokens_details", "reasoning_tokens"),
    )
