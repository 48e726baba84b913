"""Answers of a model, by both APIs, over the real client and real HTTP."""

import json

from runningcoach.model.conversation import ModelMessage, ModelUsage, ToolSpec
from runningcoach.simulators.openai import OpenAiSimulator
from runningcoach.sources.openai.client import ModelClient
from tests.sources.openai.asking import MODEL, QUESTION, ask, question

KOREAN = "이번 주에는 42.2km를 달렸습니다. 지난주보다 3km 늘었습니다 🏃."
WEEKLY = ToolSpec(
    name="weekly_mileage",
    description="Return the distance of each week.",
    parameters={"type": "object", "properties": {"weeks": {"type": "integer"}}},
)


def test_answer_comes_in_pieces_and_whole(simulator: OpenAiSimulator, client: ModelClient):
    simulator.answer_next(KOREAN)
    pieces, done = ask(client)
    assert len(pieces) > 5
    assert "".join(pieces) == done.text == KOREAN
    assert (done.finish_reason, done.tool_calls) == ("stop", ())
    assert done.model.startswith(MODEL)
    assert done.response_id
    assert done.request_id == simulator.requests()[0].request_id
    assert 0 < done.latency_ms < 20_000


def test_korean_survives_cuts_in_the_middle_of_letters(
    simulator: OpenAiSimulator, client: ModelClient
):
    for size in (1, 2, 7):
        simulator.write_bytes(size)
        simulator.answer_next(KOREAN)
        pieces, done = ask(client)
        assert "".join(pieces) == done.text == KOREAN


def test_tools_are_asked_for_and_their_results_sent_back(
    simulator: OpenAiSimulator, client: ModelClient
):
    simulator.answer_next(
        "잠시만요.", tool_calls=[("weekly_mileage", {"weeks": 4}), ("form", '{"날": "오늘"}')]
    )
    request = question(tools=(WEEKLY,))
    _, asked = ask(client, request)
    assert asked.finish_reason == "tool_calls"
    assert asked.text == "잠시만요."
    assert [(call.name, json.loads(call.arguments)) for call in asked.tool_calls] == [
        ("weekly_mileage", {"weeks": 4}),
        ("form", {"날": "오늘"}),
    ]
    results = [
        ModelMessage(role="tool", call_id=call.call_id, content='{"km": 42.2}')
        for call in asked.tool_calls
    ]
    turn = ModelMessage(role="assistant", content=asked.text, tool_calls=asked.tool_calls)
    simulator.answer_next(KOREAN)
    _, done = ask(client, question(tools=(WEEKLY,), messages=(*request.messages, turn, *results)))
    assert done.text == KOREAN
    sent = json.dumps(simulator.requests()[-1].body, ensure_ascii=False)
    assert sent.count("km") >= 2
    assert QUESTION in sent


def test_check_is_one_cheap_call(simulator: OpenAiSimulator, client: ModelClient):
    simulator.answer_next("pong")
    done = client.check(MODEL)
    assert done.text == "pong"
    assert done.usage is not None
    assert done.usage.input_tokens < 60
    [request] = simulator.requests()
    limits = [value for name, value in request.body.items() if name.startswith("max_")]
    assert limits == [16]


def test_usage_counts_cache_and_reasoning(simulator: OpenAiSimulator, client: ModelClient):
    simulator.play("reasoning")
    simulator.answer_next("네.")
    _, done = ask(client, question(user_hash="a1b2"))
    # 4 bytes are a token: "네." is one, and the simulated model thinks for 64.
    assert done.usage is not None
    assert (done.usage.output_tokens, done.usage.reasoning_tokens) == (65, 64)
    assert done.usage.cached_tokens == 0


def test_a_second_prompt_with_the_same_beginning_is_cached(
    simulator: OpenAiSimulator, client: ModelClient, api: str
):
    long = question(instructions="Run easy. " * 1_000, user_hash="a1b2")
    usages: list[ModelUsage] = []
    for _ in range(2):
        simulator.answer_next("네.")
        _, done = ask(client, long)
        assert done.usage is not None
        usages.append(done.usage)
    assert usages[0].input_tokens == usages[1].input_tokens > 2_500
    assert usages[0].cached_tokens == 0
    assert (usages[1].cached_tokens > 2_000) == (api == "responses")
