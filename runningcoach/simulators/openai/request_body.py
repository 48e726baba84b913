"""Read the body of a request of either API, and refuse what OpenAI refuses."""

import json
import re
from typing import Any, NamedTuple

from runningcoach.model.conversation import ModelMessage, ToolCall, ToolSpec
from runningcoach.simulators.openai.brain import BrainRequest
from runningcoach.simulators.openai.refusals import RefusedCall, invalid
from runningcoach.simulators.openai.schema_rules import check_answer_schema, check_tool
from runningcoach.simulators.openai.state import ModelServerState

_UNSUPPORTED = ("temperature", "top_p", "presence_penalty", "frequency_penalty", "logprobs")
_RESPONSES = (
    *("model", "instructions", "input", "max_output_tokens", "store", "stream", "tools", "text"),
    *("tool_choice", "parallel_tool_calls", "reasoning", "metadata", "truncation", "include"),
    *("safety_identifier", "prompt_cache_key", "stream_options"),
)
_CHAT = (
    *("model", "messages", "max_tokens", "max_completion_tokens", "store", "stream", "tools"),
    *("stream_options", "response_format", "tool_choice", "parallel_tool_calls"),
    *("reasoning_effort", "safety_identifier", "prompt_cache_key", "metadata"),
)
_LEAST_OUTPUT_TOKENS = 16
_ROLES = ("user", "assistant", "tool")


class ReadCall(NamedTuple):
    """A request that was accepted; `prompt` is all that the model reads, as text."""

    brain: BrainRequest
    prompt: str
    most_tokens: int | None
    is_streamed: bool
    has_usage: bool
    cache_key: str | None

    @property
    def question(self) -> str:
        """The last words of the user."""
        users = [turn.content for turn in self.brain.messages if turn.role == "user"]
        return users[-1] if users else ""


def read_responses(state: ModelServerState, body: Any) -> ReadCall:
    """Return what a request of the Responses API asks for; RefusedCall where it is not right."""
    _check_names(state, body, _RESPONSES)
    if body.get("store") is not False:
        raise invalid("Nothing is stored here: send store=false.", "store", "not_stored")
    most = body.get("max_output_tokens")
    if most is not None and most < _LEAST_OUTPUT_TOKENS:
        message = f"Invalid 'max_output_tokens': {most}. Expected a value >= 16."
        raise invalid(message, "max_output_tokens", "integer_below_min_value")
    form = (body.get("text") or {}).get("format") or {}
    tools = [_tool(tool, tool, strict=tool.get("strict") is not False) for tool in _tools(body)]
    said = body.get("input")
    items = [{"role": "user", "content": said}] if isinstance(said, str) else said or []
    brain = BrainRequest(
        body["model"], body.get("instructions") or "",
        tuple(_merged([_input_turn(entry) for entry in items])), tuple(tools),
        _answer_schema(form, form),
    )  # fmt: skip
    return _call(body, brain, most, has_usage=True)


def read_chat(state: ModelServerState, body: Any) -> ReadCall:
    """Return what a chat completion asks for; RefusedCall where it is not right."""
    _check_names(state, body, _CHAT)
    _check_chat_traits(state, body)
    form = body.get("response_format") or {}
    tools = [
        _tool(tool, tool.get("function") or {}, strict=tool.get("strict") is True)
        for tool in _tools(body)
    ]
    turns = [entry for entry in body.get("messages") or [] if isinstance(entry, dict)]
    system = [_content(turn) for turn in turns if turn.get("role") in ("system", "developer")]
    brain = BrainRequest(
        body["model"], "\n".join(system),
        tuple(_chat_turn(turn) for turn in turns if turn.get("role") in _ROLES),
        tuple(tools), _answer_schema(form, form.get("json_schema") or {}),
    )  # fmt: skip
    options = body.get("stream_options") or {}
    most = body.get("max_completion_tokens") or body.get("max_tokens")
    is_told = not body.get("stream") or options.get("include_usage") is True
    return _call(body, brain, most, has_usage=is_told and "without_usage" not in state.traits)


def _call(body: Any, brain: BrainRequest, most: int | None, *, has_usage: bool) -> ReadCall:
    _check_pairs(brain.messages)
    read = {
        name: body[name]
        for name in ("instructions", "input", "messages", "tools", "text", "response_format")
        if name in body
    }
    prompt = json.dumps(read, ensure_ascii=False)
    return ReadCall(
        brain, prompt, most, bool(body.get("stream")), has_usage, body.get("prompt_cache_key")
    )


def _check_names(state: ModelServerState, body: Any, known: tuple[str, ...]) -> None:
    if not isinstance(body, dict) or not isinstance(body.get("model"), str):
        raise invalid("you must provide a model parameter", "model")
    for name in body:
        if name in _UNSUPPORTED:
            message = f"Unsupported parameter: '{name}' is not supported with this model."
            raise invalid(message, name, "unsupported_parameter")
        if name not in known:
            raise invalid(f"Unknown parameter: '{name}'.", name, "unknown_parameter")
    check_model(state, body["model"])


def check_model(state: ModelServerState, model: str) -> None:
    """Raise RefusedCall for a model that is not there."""
    if model not in state.models:
        message = f"The model '{model}' does not exist or you do not have access to it."
        raise RefusedCall(404, message, "model_not_found", param="model")


def _check_chat_traits(state: ModelServerState, body: Any) -> None:
    if body.get("store"):
        raise invalid("Nothing is stored here: send store=false.", "store", "not_stored")
    lacking = {
        "without_store": "store",
        "without_stream_options": "stream_options",
        "without_response_format": "response_format",
    }
    for trait, name in lacking.items():
        if trait in state.traits and name in body:
            raise invalid(f"Unrecognized request argument supplied: {name}", name)
    if "without_max_tokens" in state.traits and "max_tokens" in body:
        message = (
            "Unsupported parameter: 'max_tokens' is not supported with this model. "
            "Use 'max_completion_tokens' instead."
        )
        raise invalid(message, "max_tokens", "unsupported_parameter")


def _tools(body: Any) -> list[dict[str, Any]]:
    return [tool for tool in body.get("tools") or [] if isinstance(tool, dict)]


def _tool(tool: dict[str, Any], function: dict[str, Any], *, strict: bool) -> ToolSpec:
    if tool.get("type") != "function":
        raise invalid("Only functions are played here.", "tools[0].type", "invalid_value")
    check_tool(function.get("name"), function.get("parameters"), strict=strict)
    return ToolSpec(
        name=function["name"],
        description=function.get("description") or "",
        parameters=function["parameters"],
    )


def _answer_schema(form: dict[str, Any], stated: dict[str, Any]) -> dict[str, Any] | None:
    if form.get("type") != "json_schema":
        return None
    check_answer_schema(
        stated.get("name"), stated.get("schema"), strict=stated.get("strict") is True
    )
    return stated["schema"]


def _content(turn: dict[str, Any]) -> str:
    content = turn.get("content")
    if isinstance(content, list):
        return "".join(part.get("text", "") for part in content)
    return content or ""


def _input_turn(entry: Any) -> ModelMessage:
    kind = entry.get("type", "message")
    if kind == "function_call":
        call = ToolCall(call_id=entry["call_id"], name=entry["name"], arguments=entry["arguments"])
        return ModelMessage(role="assistant", tool_calls=(call,))
    if kind == "function_call_output":
        return ModelMessage(role="tool", content=entry["output"], call_id=entry["call_id"])
    if entry.get("role") not in ("user", "assistant"):
        raise invalid(f"Invalid value: '{entry.get('role')}'.", "input[0].role", "invalid_value")
    return ModelMessage(role=entry["role"], content=_content(entry))


def _merged(turns: list[ModelMessage]) -> list[ModelMessage]:
    """Return the turns with the calls that belong to one answer in one turn, as in a chat."""
    merged: list[ModelMessage] = []
    for turn in turns:
        if turn.tool_calls and merged and merged[-1].role == "assistant":
            before = merged.pop()
            calls = before.tool_calls + turn.tool_calls
            turn = ModelMessage(role="assistant", content=before.content, tool_calls=calls)
        merged.append(turn)
    return merged


def _chat_turn(turn: dict[str, Any]) -> ModelMessage:
    calls = tuple(
        ToolCall(
            call_id=call.get("id") or "",
            name=call["function"]["name"],
            arguments=call["function"]["arguments"],
        )
        for call in turn.get("tool_calls") or ()
    )
    return ModelMessage(
        role=turn["role"], content=_content(turn), tool_calls=calls,
        call_id=turn.get("tool_call_id"),
    )  # fmt: skip


def _check_pairs(turns: tuple[ModelMessage, ...]) -> None:
    """Raise RefusedCall where a call has no result, or a result no call."""
    calls = [call for turn in turns for call in turn.tool_calls]
    asked = [call.call_id for call in calls]
    answered = [turn.call_id for turn in turns if turn.role == "tool"]
    for call_id in answered:
        if call_id not in asked:
            raise invalid(f"No tool call found for function call output with call_id {call_id}.")
    for call_id in asked:
        if not re.fullmatch(r"[\w-]{1,64}", call_id):
            raise invalid("Invalid 'call_id'.")
        if call_id not in answered:
            raise invalid(f"No tool output found for function call {call_id}.")
