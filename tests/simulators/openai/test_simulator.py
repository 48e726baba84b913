"""The simulated service: what it answers to the real library, and what it refuses."""

import json
import subprocess
import sys
import time
from typing import Any

import httpx
import openai
import pytest
from pydantic import BaseModel

from runningcoach.simulators.openai import OpenAiSimulator, serve
from tests.program import free_port
from tests.simulators.openai.conftest import Post

MODEL = "gpt-6-luna"
KOREAN = "오늘은 쉬세요."
ASKED: dict[str, Any] = {"model": MODEL, "input": "안녕", "store": False}
CHAT: dict[str, Any] = {"model": MODEL, "messages": [{"role": "user", "content": "안녕"}]}
FUNCTION = {"name": "form", "parameters": {"type": "object", "properties": {}}}


class Distance(BaseModel):
    km: float


def test_answers_to_the_library(simulator: OpenAiSimulator, library: openai.OpenAI):
    for _ in range(3):
        simulator.answer_next(KOREAN)
    response = library.responses.create(**ASKED)
    assert (response.output_text, response.status) == (KOREAN, "completed")
    assert response.usage
    assert response.usage.total_tokens == response.usage.input_tokens + 5  # 19 bytes, 4 a token
    completion = library.chat.completions.create(**CHAT)
    assert completion.choices[0].message.content == KOREAN
    with library.responses.stream(**ASKED) as stream:
        kinds = [event.type for event in stream]
        assert stream.get_final_response().output_text == KOREAN
    assert kinds[0] == "response.created"
    assert kinds[-1] == "response.completed"
    assert kinds.count("response.output_text.delta") == 2


def test_tools_for_the_library(simulator: OpenAiSimulator, library: openai.OpenAI):
    calls = [("form", {"day": "오늘"}), ("zones", {})]
    tools = [{"type": "function", **FUNCTION, "strict": False}]
    for _ in range(3):
        simulator.answer_next(tool_calls=calls)
    response = library.responses.create(**ASKED, tools=tools)  # pyright: ignore
    told = [(item.name, json.loads(item.arguments)) for item in response.output]  # pyright: ignore
    assert told == calls
    with library.responses.stream(**ASKED, tools=tools) as stream:  # pyright: ignore
        *_, last = [e for e in stream if e.type == "response.function_call_arguments.done"]
        assert (last.output_index, last.arguments) == (1, "{}")
    tools = [{"type": "function", "function": FUNCTION}]
    with library.chat.completions.stream(**CHAT, tools=tools) as stream:
        told = stream.get_final_completion().choices[0].message.tool_calls
    assert told
    assert [(t.function.name, json.loads(t.function.arguments)) for t in told] == calls


def test_structured_answer_for_the_library(simulator: OpenAiSimulator, library: openai.OpenAI):
    simulator.answer_next('{"km": 42.2}')
    parsed = library.responses.parse(**ASKED, text_format=Distance)
    assert parsed.output_parsed == Distance(km=42.2)


def test_models_tokens_and_vectors(simulator: OpenAiSimulator, library: openai.OpenAI):
    assert MODEL in [model.id for model in library.models.list()]
    assert library.responses.input_tokens.count(model=MODEL, input="안녕하세요").input_tokens > 3
    [row] = library.embeddings.create(model="text-embedding-3-small", input="안녕").data
    assert len(row.embedding) == 1536
    simulator.models("only-one")
    assert [model.id for model in library.models.list()] == ["only-one"]


def test_answers_come_in_the_order_laid_down_then_from_the_model(
    simulator: OpenAiSimulator, library: openai.OpenAI
):
    simulator.answer_next("하나")
    simulator.answer_next("둘", finish="length")
    first, second = (library.responses.create(**ASKED) for _ in range(2))
    assert (first.output_text, second.output_text) == ("하나", "둘")
    assert second.status == "incomplete"
    third = library.responses.create(**ASKED)
    assert third.output
    assert third.output_text not in ("하나", "둘")


def strict(schema: dict[str, Any]) -> dict[str, Any]:
    form = {"type": "json_schema", "name": "x", "strict": True, "schema": schema}
    return ASKED | {"text": {"format": form}}


NUMBER = {"type": "number"}
FREE: dict[str, Any] = {"type": "object", "properties": {"a": NUMBER}, "required": ["a"]}
CLOSED = FREE | {"additionalProperties": False}


def nested(about: dict[str, Any]) -> dict[str, Any]:
    return strict(CLOSED | {"properties": {"a": about}})


REFUSED: dict[str, tuple[str, dict[str, Any], int, str | None]] = {
    "temperature": ("/responses", ASKED | {"temperature": 0.2}, 400, "unsupported_parameter"),
    "temperature in a chat": (
        *("/chat/completions", CHAT | {"temperature": 0.2}, 400, "unsupported_parameter"),
    ),
    "a name nobody knows": ("/responses", ASKED | {"foo": 1}, 400, "unknown_parameter"),
    "to be stored": ("/responses", ASKED | {"store": True}, 400, "not_stored"),
    "stored unless told": ("/responses", {"model": MODEL, "input": "x"}, 400, "not_stored"),
    "a chat to be stored": ("/chat/completions", CHAT | {"store": True}, 400, "not_stored"),
    "too few tokens": (
        *("/responses", ASKED | {"max_output_tokens": 5}, 400, "integer_below_min_value"),
    ),
    "unknown model": ("/responses", ASKED | {"model": "gpt-9"}, 404, "model_not_found"),
    "unknown embedder": ("/embeddings", {"model": "e", "input": "x"}, 404, "model_not_found"),
    "empty text": ("/embeddings", {"model": "text-embedding-3-small", "input": [""]}, 400, None),
    "free keys": ("/responses", strict(FREE), 400, "invalid_json_schema"),
    "a key left out": ("/responses", strict(CLOSED | {"required": []}), 400, "invalid_json_schema"),
    "oneOf": ("/responses", nested({"oneOf": [NUMBER]}), 400, "invalid_json_schema"),
    "default": ("/responses", nested(NUMBER | {"default": 1}), 400, "invalid_json_schema"),
    "no type": ("/responses", nested({"description": "x"}), 400, "invalid_json_schema"),
    "a list": ("/responses", strict({"type": "array"}), 400, "invalid_json_schema"),
    "an object within": ("/responses", nested(FREE), 400, "invalid_json_schema"),
    "a strict tool": (
        *("/responses", ASKED | {"tools": [{"type": "function", "name": "f", "parameters": FREE}]}),
        *(400, "invalid_json_schema"),
    ),
    "a tool with a space": (
        *("/responses", ASKED | {"tools": [{"type": "function", **FUNCTION, "name": "a b"}]}),
        *(400, None),
    ),
    "a result without a call": (
        "/responses",
        ASKED | {"input": [{"type": "function_call_output", "call_id": "c", "output": ""}]},
        *(400, None),
    ),
    "a call without a result": (
        "/responses",
        ASKED
        | {"input": [{"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"}]},
        *(400, None),
    ),
    "a tool turn from nowhere": (
        "/chat/completions",
        CHAT | {"messages": [{"role": "tool", "tool_call_id": "c", "content": ""}]},
        *(400, None),
    ),
    "nothing of a body": ("/responses", [], 400, None),
    "a turn that is none": ("/responses", ASKED | {"input": [7]}, 400, None),
    "a result without its words": (
        *("/responses", ASKED | {"input": [{"type": "function_call_output"}]}, 400, None),
    ),
    "another path": ("/completions", CHAT, 404, None),
}


@pytest.mark.parametrize(("path", "body", "status", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_refused(post: Post, path: str, body: Any, status: int, code: str | None):
    answer = post(path, body)
    assert answer.status_code == status
    assert answer.json()["error"]["code"] == code
    assert answer.json()["error"]["message"]


def test_closed_schema_is_accepted(post: Post):
    assert post("/responses", strict(CLOSED)).status_code == 200


def test_key_is_wanted(simulator: OpenAiSimulator):
    for headers in ({}, {"authorization": "Bearer sk-wrong"}):
        answer = httpx.post(f"{simulator.url}/responses", json=ASKED, headers=headers)
        assert answer.status_code == 401
        assert answer.json()["error"]["code"] == "invalid_api_key"


def test_log_holds_what_was_asked_but_no_key(simulator: OpenAiSimulator, post: Post):
    begun = time.time()
    post("/responses", ASKED)
    post("/chat/completions", CHAT | {"model": "gpt-9"})
    first, second = simulator.requests()
    assert (first.method, first.path, first.body) == ("POST", "/v1/responses", ASKED)
    assert (first.status, second.status) == (200, 404)
    assert begun <= first.at_s <= second.at_s <= time.time()
    assert simulator.key not in json.dumps(simulator.control("requests"))
    simulator.clear_log()
    assert simulator.requests() == []


def test_control_door_has_a_key_of_its_own(simulator: OpenAiSimulator):
    door = f"{simulator.url.removesuffix('/v1')}/__simulator__/requests"
    for headers in ({}, {"x-control-key": "wrong"}, {"authorization": f"Bearer {simulator.key}"}):
        assert httpx.post(door, json={}, headers=headers).status_code == 403
    with pytest.raises(httpx.HTTPStatusError):
        simulator.control("no_such_action")
    with pytest.raises(ValueError, match="no fault"):
        simulator.fail_next("no_such_fault")
    with pytest.raises(ValueError, match="no traits"):
        simulator.play("no_such_trait")  # pyright: ignore[reportArgumentType]


def test_fault_of_the_words_waits_for_words(simulator: OpenAiSimulator, library: openai.OpenAI):
    simulator.fail_next("wrong_numbers")
    simulator.answer_next(tool_calls=[("form", {})])
    simulator.answer_next(KOREAN)
    simulator.answer_next(KOREAN)
    tools = [{"type": "function", **FUNCTION, "strict": False}]
    called, wrong, right = (
        library.responses.create(**ASKED, tools=tools)  # pyright: ignore
        for _ in range(3)
    )
    assert [item.type for item in called.output] == ["function_call"]
    assert wrong.output_text == f"{KOREAN} 지난주에는 987.6km를 달렸고 평균 심박은 43bpm이었습니다."
    assert right.output_text == KOREAN


@pytest.mark.parametrize(
    ("kind", "korean", "english"),
    [
        ("wrong_numbers", "987.6km를 달렸고", "you ran 987.6 km"),
        ("invented_citation", "[p:made-up-passage-999]", "[p:made-up-passage-999]"),
        ("injection", "계획을 승인하세요", "approve the plan"),
        ("refusal", "도와드릴 수 없습니다", "I can't help"),
    ],
)
def test_faults_speak_the_language_of_the_question(
    simulator: OpenAiSimulator, library: openai.OpenAI, kind: str, korean: str, english: str
):
    for question, words in (("안녕", korean), ("Hello", english)):
        simulator.fail_next(kind)
        simulator.answer_next("OK.")
        answer = library.chat.completions.create(
            model=MODEL, messages=[{"role": "user", "content": question}]
        )
        message = answer.choices[0].message
        assert words in (message.content or message.refusal or "")


def test_fault_in_words_of_the_test(simulator: OpenAiSimulator, library: openai.OpenAI):
    simulator.fail_next("injection", text=" <b>x</b>")
    simulator.answer_next("OK.")
    assert library.responses.create(**ASKED).output_text == "OK. <b>x</b>"


def test_forbidden_tools_are_asked_for(simulator: OpenAiSimulator, library: openai.OpenAI):
    simulator.fail_next("forbidden_tool")
    simulator.answer_next("OK.")
    response = library.responses.create(**ASKED)
    assert {item.name for item in response.output} == {  # pyright: ignore
        *("delete_activity", "push_workout"),
    }


def test_two_simulators_know_nothing_of_each_other(simulator: OpenAiSimulator):
    with serve() as other:
        other.answer_next("하나")
        other.fail_next("quota")
        with openai.OpenAI(base_url=simulator.url, api_key=simulator.key) as client:
            assert client.responses.create(**ASKED).output_text != "하나"
        assert other.requests() == []
        assert other.url != simulator.url


@pytest.mark.slow
def test_simulator_of_its_own_process():
    port = free_port()
    command = [sys.executable, "-m", "runningcoach.simulators.openai", "--port", str(port)]
    with subprocess.Popen(command) as process:
        try:
            with OpenAiSimulator(f"http://127.0.0.1:{port}/v1") as simulator:
                _wait(simulator)
                simulator.answer_next(KOREAN)
                with openai.OpenAI(base_url=simulator.url, api_key=simulator.key) as client:
                    assert client.responses.create(**ASKED).output_text == KOREAN
        finally:
            process.terminate()
    assert process.returncode in (0, -15)


def _wait(simulator: OpenAiSimulator) -> None:
    ends = time.monotonic() + 30
    while True:
        try:
            simulator.requests()
        except httpx.ConnectError:
            assert time.monotonic() < ends
            time.sleep(0.05)
        else:
            return
