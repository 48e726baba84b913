"""Servers that are compatible in their own ways."""

import json

import pytest

from runningcoach.model.conversation import ModelUsage, ToolSpec
from runningcoach.simulators.openai import OpenAiSimulator
from runningcoach.simulators.openai.state import Trait
from runningcoach.sources.openai.problems import ModelBusy
from tests.sources.openai.asking import ask, question
from tests.sources.openai.conftest import Connect

FORM = {"type": "object", "properties": {"km": {"type": "number"}}, "required": ["km"]}
TOOL = ToolSpec(name="form", description="", parameters={"type": "object", "properties": {}})
CALLS = [("form", {"day": "2026-11-30"}), ("zones", {}), ("form", {"메모": "긴 글입니다. " * 3})]


@pytest.mark.parametrize(
    "traits",
    [
        (),
        ("without_call_ids",),
        ("without_call_numbers",),
        ("whole_arguments",),
        ("whole_arguments", "without_call_ids", "without_call_numbers"),
        ("object_arguments",),
        ("without_streaming",),
        ("without_streaming", "without_call_ids"),
        ("keepalive_comments", "reasoning"),
    ],
)
def test_tools_however_they_are_sent(
    simulator: OpenAiSimulator, connect: Connect, traits: tuple[Trait, ...]
):
    simulator.play(*traits)
    simulator.answer_next(tool_calls=CALLS)
    _, done = ask(connect("chat"), question(tools=(TOOL,)))
    assert done.finish_reason == "tool_calls"
    assert [(call.name, json.loads(call.arguments)) for call in done.tool_calls] == CALLS
    assert len({call.call_id for call in done.tool_calls}) == 3
    assert all(call.call_id for call in done.tool_calls)


STREAMS = {
    "all with one number, each whole": [
        {"index": 0, "function": {"name": "a", "arguments": "{}"}},
        {"index": 0, "function": {"name": "b", "arguments": '{"x": 1}'}},
    ],
    "numbers from one, name and id again and again": [
        {"index": 1, "id": "p", "function": {"name": "a", "arguments": "{"}},
        {"index": 1, "id": "p", "function": {"name": "a", "arguments": "}"}},
        {"index": 2, "id": "q", "function": {"name": "b", "arguments": '{"x"'}},
        {"index": 2, "id": "q", "function": {"name": "b", "arguments": ": 1}"}},
    ],
    "one beside the other": [
        {"index": 0, "id": "p", "function": {"name": "a", "arguments": "{"}},
        {"index": 1, "id": "q", "function": {"name": "b", "arguments": '{"x"'}},
        {"index": 0, "function": {"arguments": "}"}},
        {"index": 1, "function": {"arguments": ": 1}"}},
    ],
    "nothing but names, and no arguments for the first": [
        {"function": {"name": "a"}},
        {"function": {"name": "b", "arguments": {"x": 1}}},
    ],
}


@pytest.mark.parametrize("pieces", STREAMS.values(), ids=STREAMS.keys())
def test_pieces_of_tools_as_servers_send_them(
    simulator: OpenAiSimulator, connect: Connect, pieces: list[dict[str, object]]
):
    chunks = [{"choices": [{"index": 0, "delta": {"tool_calls": [piece]}}]} for piece in pieces]
    chunks.append({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    body = "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks)
    simulator.reply_next(body, content_type="text/event-stream")
    _, done = ask(connect("chat"))
    told = [(call.name, json.loads(call.arguments)) for call in done.tool_calls]
    assert told == [("a", {}), ("b", {"x": 1})]
    assert done.finish_reason == "tool_calls"


def test_usage_that_is_not_sent_is_not_known(simulator: OpenAiSimulator, connect: Connect):
    simulator.play("without_usage")
    _, done = ask(connect("chat"))
    assert done.usage is None
    assert done.finish_reason == "stop"


def test_thoughts_are_left_out(simulator: OpenAiSimulator, connect: Connect):
    for trait in ("thinks_aloud", "reasoning"):
        simulator.play(trait)
        simulator.answer_next("쉬세요.")
        pieces, done = ask(connect("chat"))
        assert "".join(pieces) == done.text == "쉬세요."


def test_a_whole_answer_in_place_of_a_stream(simulator: OpenAiSimulator, connect: Connect):
    simulator.play("without_streaming")
    for api in ("responses", "chat"):
        simulator.answer_next("쉬세요.")
        pieces, done = ask(connect(api))
        assert pieces == ["쉬세요."]
        assert done.usage is not None
        assert done.usage.output_tokens == 3


def test_a_server_that_does_not_hang_up_is_not_waited_for(
    simulator: OpenAiSimulator, connect: Connect
):
    for api in ("responses", "chat"):
        simulator.play("stays_open")
        simulator.answer_next("쉬세요.")
        _, done = ask(connect(api, timeout_s=10))
        assert done.text == "쉬세요."
        assert done.latency_ms < 5_000


def test_counts_that_are_no_counts(simulator: OpenAiSimulator, connect: Connect):
    choice = '{"message": {"content": "네."}, "finish_reason": "tool_calls"}'
    usage = '{"prompt_tokens": Infinity, "completion_tokens": -3, "total_tokens": "x"}'
    simulator.reply_next(f'{{"choices": [{choice}], "usage": {usage}}}')
    _, done = ask(connect("chat"))
    assert done.usage == ModelUsage()
    assert done.finish_reason == "stop"  # it asks for no tool, whatever it says


def test_a_whole_answer_that_failed_keeps_its_usage(simulator: OpenAiSimulator, connect: Connect):
    failed = {
        "status": "failed",
        "output": [],
        "error": {"code": "server_error", "message": "x"},
        "usage": {"input_tokens": 12, "output_tokens": 3},
    }
    simulator.reply_next(json.dumps(failed))
    with pytest.raises(ModelBusy) as caught:
        ask(connect("responses"))
    assert caught.value.usage == ModelUsage(input_tokens=12, output_tokens=3)


def test_content_in_parts(simulator: OpenAiSimulator, connect: Connect):
    parts = [{"type": "thinking", "text": "hm"}, {"type": "text", "text": "쉬세요."}]
    choice = {"message": {"content": parts}, "finish_reason": "stop"}
    simulator.reply_next(json.dumps({"choices": [choice]}))
    assert ask(connect("chat"))[1].text == "쉬세요."


@pytest.mark.parametrize(
    ("trait", "gone"),
    [
        ("without_store", "store"),
        ("without_stream_options", "stream_options"),
        ("without_max_tokens", "max_tokens"),
        ("without_response_format", "response_format"),
    ],
)
def test_a_field_that_is_refused_is_left_out_from_then_on(
    simulator: OpenAiSimulator, connect: Connect, trait: Trait, gone: str
):
    simulator.play(trait)
    client = connect("chat")
    for _ in range(2):
        simulator.answer_next('{"km": 5}')
        _, done = ask(client, question(answer_schema=FORM))
        assert done.text == '{"km": 5}'
    bodies = [request.body for request in simulator.requests()]
    assert [gone in body for body in bodies] == [True, False, False]
    if gone == "max_tokens":
        assert bodies[-1]["max_completion_tokens"] == 2_000
    if gone == "response_format":
        assert '"km"' in bodies[-1]["messages"][0]["content"]
        assert '"km"' not in bodies[0]["messages"][0]["content"]


def test_a_server_that_refuses_all_extras_is_asked_without_them(
    simulator: OpenAiSimulator, connect: Connect
):
    simulator.play(
        "without_store", "without_stream_options", "without_max_tokens", "without_response_format"
    )
    simulator.answer_next('{"km": 5}')
    _, done = ask(connect("chat"), question(answer_schema=FORM))
    assert done.text == '{"km": 5}'
    assert len(simulator.requests()) == 5
    assert set(simulator.requests()[-1].body) == {
        *("model", "messages", "max_completion_tokens", "stream"),
    }


def test_structured_answer_comes_as_json(simulator: OpenAiSimulator, connect: Connect):
    for api in ("responses", "chat"):
        simulator.answer_next('{"km": 5}')
        _, done = ask(connect(api), question(answer_name="distance", answer_schema=FORM))
        assert json.loads(done.text) == {"km": 5}
    assert {request.status for request in simulator.requests()} == {200}
