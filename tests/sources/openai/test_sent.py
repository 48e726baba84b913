"""What leaves: the bodies of both APIs, the headers, and never the environment or the key."""

import logging
import time
import traceback
from io import StringIO
from typing import Any

import pytest
from pydantic import SecretStr

from runningcoach.model.conversation import ModelApi, ModelMessage, ToolCall, ToolSpec
from runningcoach.simulators.openai import OpenAiSimulator
from runningcoach.simulators.openai.faults import KINDS
from runningcoach.sources.openai import transport
from runningcoach.sources.openai.client import ModelClient
from runningcoach.sources.openai.problems import ModelError, ModelKeyRefused
from tests.sources.openai.asking import ask, question
from tests.sources.openai.conftest import Connect

TOOL = ToolSpec(
    name="form",
    description="Return fitness, fatigue and form.",
    parameters={"type": "object", "properties": {"day": {"type": "string"}}},
)
TURNS = (
    ModelMessage(role="user", content="안녕"),
    ModelMessage(
        role="assistant",
        content="볼게요.",
        tool_calls=(ToolCall(call_id="c1", name="form", arguments="{}"),),
    ),
    ModelMessage(role="tool", call_id="c1", content='{"tsb": -3}'),
    ModelMessage(role="assistant", content="피로합니다."),
    ModelMessage(role="user", content="그럼 오늘은?"),
)
FORM = {"type": "object", "properties": {"km": {"type": "number"}}, "required": ["km"]}
STRICT_FORM = FORM | {"additionalProperties": False}


def body(simulator: OpenAiSimulator) -> dict[str, Any]:
    return simulator.requests()[-1].body


def test_body_of_the_responses_api(simulator: OpenAiSimulator, connect: Connect):
    request = question(
        messages=TURNS, tools=(TOOL,), user_hash="f00d", answer_name="plan", answer_schema=FORM
    )
    ask(connect("responses"), request)
    assert body(simulator) == {
        "model": "gpt-6-luna",
        "instructions": "You are a running coach.",
        "input": [
            {"role": "user", "content": "안녕"},
            {"role": "assistant", "content": "볼게요."},
            {"type": "function_call", "call_id": "c1", "name": "form", "arguments": "{}"},
            {"type": "function_call_output", "call_id": "c1", "output": '{"tsb": -3}'},
            {"role": "assistant", "content": "피로합니다."},
            {"role": "user", "content": "그럼 오늘은?"},
        ],
        "tools": [
            {
                "type": "function",
                "name": "form",
                "description": "Return fitness, fatigue and form.",
                "parameters": TOOL.parameters,
                "strict": False,
            }
        ],
        "text": {
            "format": {
                "type": "json_schema",
                "name": "plan",
                "schema": STRICT_FORM,
                "strict": True,
            }
        },
        "max_output_tokens": 2_000,
        "store": False,
        "stream": True,
        "safety_identifier": "f00d",
        "prompt_cache_key": "f00d",
    }


def test_body_of_a_chat_completion(simulator: OpenAiSimulator, connect: Connect):
    request = question(
        messages=TURNS, tools=(TOOL,), user_hash="f00d", answer_name="plan", answer_schema=FORM
    )
    ask(connect("chat"), request)
    assert body(simulator) == {
        "model": "gpt-6-luna",
        "messages": [
            {"role": "system", "content": "You are a running coach."},
            {"role": "user", "content": "안녕"},
            {
                "role": "assistant",
                "content": "볼게요.",
                "tool_calls": [
                    {
                        "id": "c1",
                        "type": "function",
                        "function": {"name": "form", "arguments": "{}"},
                    }
                ],
            },
            {"role": "tool", "tool_call_id": "c1", "content": '{"tsb": -3}'},
            {"role": "assistant", "content": "피로합니다."},
            {"role": "user", "content": "그럼 오늘은?"},
        ],
        "tools": [
            {
                "type": "function",
                "function": {
                    "name": "form",
                    "description": "Return fitness, fatigue and form.",
                    "parameters": TOOL.parameters,
                },
            }
        ],
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "plan", "schema": STRICT_FORM, "strict": True},
        },
        "max_tokens": 2_000,
        "store": False,
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def test_headers_tell_nothing_of_this_computer(simulator: OpenAiSimulator, client: ModelClient):
    ask(client)
    [request] = simulator.requests()
    headers = dict(request.headers)
    assert headers.pop("host") in simulator.url
    assert int(headers.pop("content-length")) > 100
    assert headers == {
        "content-type": "application/json",
        "accept": "application/json",
        "accept-encoding": "identity",
        "connection": "keep-alive",
        "user-agent": "RunningCoach",
        "authorization": "Bearer ***",
    }


def test_a_long_call_waits_a_minute_for_a_byte_and_no_more():
    client = transport.connect("http://127.0.0.1:9/v1", None)
    http = client._client
    request = http.build_request("POST", "/", timeout=transport.allowed_time(600))
    [complete] = http.event_hooks["request"]
    begun = time.monotonic()
    complete(request)
    assert request.extensions["timeout"]["read"] == 60
    assert request.extensions["deadline"] == pytest.approx(begun + 600, abs=5)


def test_environment_has_no_effect(
    simulator: OpenAiSimulator,
    connect: Connect,
    api: ModelApi,
    monkeypatch: pytest.MonkeyPatch,
):
    for name, value in {
        "OPENAI_API_KEY": "sk-from-the-environment",
        "OPENAI_ADMIN_KEY": "sk-admin",
        "OPENAI_BASE_URL": "http://127.0.0.1:9/v1",
        "OPENAI_ORG_ID": "org-x",
        "OPENAI_PROJECT_ID": "proj-x",
        "OPENAI_WEBHOOK_SECRET": "whsec",
        "OPENAI_CUSTOM_HEADERS": "X-Extra: yes\nAuthorization: Bearer sk-other",
        "HTTP_PROXY": "http://127.0.0.1:9",
        "http_proxy": "http://127.0.0.1:9",
        "ALL_PROXY": "http://127.0.0.1:9",
    }.items():
        monkeypatch.setenv(name, value)
    ask(connect(api))
    [request] = simulator.requests()
    assert {"openai-organization", "openai-project", "x-extra"} & request.headers.keys() == set()
    assert request.status == 200  # so it was our key
    with pytest.raises(ModelKeyRefused):
        ModelClient(None, None, api)


@pytest.mark.parametrize(
    "key", ["sk-한글", "sk-a\nb", "sk-a\r\nX-Evil: 1", " sk-a", "sk-a ", "s\0k"]
)
def test_a_key_that_no_header_can_hold_is_refused_unsent(
    simulator: OpenAiSimulator, api: ModelApi, key: str
):
    with pytest.raises(ModelKeyRefused) as caught:
        ModelClient(simulator.url, SecretStr(key), api)
    assert key.strip() not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("kind", KINDS)
def test_the_key_is_in_no_error_and_no_log(
    simulator: OpenAiSimulator, connect: Connect, api: ModelApi, heard: StringIO, kind: str
):
    simulator.fail_next(kind, times=3, retry_after_s=0.05)
    client = connect(api, timeout_s=1.5 if kind == "drop" else 0.4)
    simulator.answer_next("물음에 대한 답입니다.")
    told = repr(client) + str(vars(client))
    try:
        told += repr(ask(client))
    except ModelError as problem:
        lines = traceback.TracebackException.from_exception(problem, capture_locals=True).format()
        told += "".join(lines) + repr(vars(problem)) + repr(problem.args)
        for language in ("ko", "en"):
            told += problem.what(language) + problem.remedy(language)
    logged = heard.getvalue()
    assert "httpcore2" in logged  # the libraries do write down what they do
    assert simulator.requests()[0].headers["authorization"] == "Bearer ***"
    assert simulator.key not in told
    assert simulator.key not in logged
    assert "물음" not in logged


def test_the_key_does_not_go_to_another_host(
    simulator: OpenAiSimulator, client: ModelClient, heard: StringIO
):
    from runningcoach.simulators.openai import serve
    from runningcoach.sources.openai.problems import BadModelAnswer

    with serve() as other:
        for status in (301, 302, 303, 307, 308):
            there = {"location": f"{other.url}/responses"}
            simulator.reply_next("", status, headers=there)
            with pytest.raises(BadModelAnswer):
                ask(client)
        assert other.requests() == []


def test_log_level_of_the_environment_changes_nothing():
    import subprocess
    import sys

    code = (
        "import logging, runningcoach.sources.openai.client\n"
        "print(logging.getLogger('openai').level)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env={"OPENAI_LOG": "debug", "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(ran.stdout) == logging.NOTSET
