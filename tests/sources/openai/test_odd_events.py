"""Events of any form are read without an error, by both APIs."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runningcoach.sources.openai.answer_parts import AnswerParts
from runningcoach.sources.openai.chat import read_chat_chunk
from runningcoach.sources.openai.responses import read_response_event, read_whole_response

KEYS = [
    *("type", "response", "item", "delta", "output", "content", "usage", "status", "error"),
    *("choices", "message", "tool_calls", "function", "arguments", "name", "id", "index"),
    *("finish_reason", "refusal", "call_id", "text", "model", "incomplete_details", "reason"),
    *("prompt_tokens", "input_tokens", "output_tokens_details", "reasoning_tokens", "code"),
]
WORDS = [
    *("response.output_text.delta", "response.output_item.done", "response.completed"),
    *("response.failed", "function_call", "refusal", "stop", "error", "failed", "incomplete"),
]
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(WORDS)
    | st.text(max_size=5)
)
VALUES = st.recursive(
    LEAVES,
    lambda deeper: (
        st.lists(deeper, max_size=3) | st.dictionaries(st.sampled_from(KEYS), deeper, max_size=5)
    ),
    max_leaves=25,
)
EVENTS = st.lists(st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=6), max_size=4)


@pytest.mark.parametrize("read", [read_response_event, read_whole_response, read_chat_chunk])
@settings(max_examples=60)
@given(events=EVENTS)
def test_events_of_any_form(read: Any, events: list[dict[str, Any]]):
    parts = AnswerParts()
    for event in events:
        assert isinstance(read(parts, event), str)
    calls = parts.tool_calls(1)
    assert all(call.call_id for call in calls)
    assert parts.finish_reason != "tool_calls" or calls
    assert parts.usage is None or parts.usage.input_tokens >= 0
