"""What goes wrong at a model's server, by both APIs: the error, its usage, the requests made."""

import contextlib
import pickle
import time

import pytest

from runningcoach.base import i18n
from runningcoach.model.conversation import ModelApi, ModelEvent, ModelUsage, TextDelta
from runningcoach.simulators.openai import OpenAiSimulator
from runningcoach.sources.openai import problems
from runningcoach.sources.openai.client import ModelClient
from tests.sources.openai.asking import MODEL, QUESTION, ask, question
from tests.sources.openai.conftest import Connect

ANSWER = "이번 주에는 42.2km를 달렸습니다."
REFUSED = [
    ("quota", problems.QuotaUsed),
    ("context_too_long", problems.ContextTooLong),
    ("key_echo", problems.ModelKeyRefused),
    ("html", problems.BadModelAnswer),
    ("redirect", problems.BadModelAnswer),
]
PASSING = ["rate_limit", "server_error", "unavailable", "drop"]
IN_THE_STREAM = [
    ("cut", problems.ModelUnreachable),
    ("no_finish", problems.ModelUnreachable),
    ("bad_event", problems.BadModelAnswer),
    ("failed", problems.ModelBusy),
]


@pytest.mark.parametrize(("kind", "error"), REFUSED)
def test_a_refusal_is_not_asked_again(
    simulator: OpenAiSimulator, client: ModelClient, kind: str, error: type[problems.ModelError]
):
    simulator.fail_next(kind, times=3)
    with pytest.raises(error) as caught:
        ask(client)
    assert caught.value.usage is None
    assert caught.value.__context__ is None  # the client's error would hold the key
    assert len(simulator.requests()) == 1


@pytest.mark.parametrize("kind", PASSING)
def test_a_failure_that_passes_is_asked_again(
    simulator: OpenAiSimulator, client: ModelClient, kind: str
):
    simulator.fail_next(kind, retry_after_s=0.05)
    simulator.answer_next(ANSWER)
    _, done = ask(client)
    assert done.text == ANSWER
    assert len(simulator.requests()) == 2


@pytest.mark.parametrize("kind", PASSING)
def test_a_failure_that_stays_is_asked_three_times(
    simulator: OpenAiSimulator, client: ModelClient, kind: str
):
    simulator.fail_next(kind, times=9, retry_after_s=0.05)
    expected = problems.ModelUnreachable if kind == "drop" else problems.ModelBusy
    with pytest.raises(expected):
        ask(client)
    assert len(simulator.requests()) == 3


def test_a_server_that_asks_for_a_moment_gets_it(simulator: OpenAiSimulator, client: ModelClient):
    simulator.fail_next("rate_limit", retry_after_s=0.7)
    simulator.answer_next(ANSWER)
    ask(client)
    first, second = simulator.requests()
    assert second.at_s - first.at_s >= 0.7


@pytest.mark.parametrize("retry_after_s", [60, 3600])
def test_a_server_that_asks_for_long_is_left_alone(
    simulator: OpenAiSimulator, client: ModelClient, retry_after_s: float
):
    simulator.fail_next("rate_limit", retry_after_s=retry_after_s)
    with pytest.raises(problems.ModelBusy):
        ask(client)
    assert len(simulator.requests()) == 1


def test_a_server_that_says_not_to_ask_again_is_obeyed(
    simulator: OpenAiSimulator, client: ModelClient
):
    simulator.reply_next("{}", 503, headers={"x-should-retry": "false"})
    with pytest.raises(problems.ModelBusy):
        ask(client)
    assert len(simulator.requests()) == 1


def test_no_attempt_begins_after_the_time_for_all(
    simulator: OpenAiSimulator, connect: Connect, api: ModelApi
):
    simulator.fail_next("rate_limit", times=3, retry_after_s=2)
    begun = time.monotonic()
    with pytest.raises(problems.ModelBusy):
        ask(connect(api, timeout_s=1.0))
    assert time.monotonic() - begun < 1.0
    assert len(simulator.requests()) == 1


@pytest.mark.parametrize(("kind", "error"), IN_THE_STREAM)
def test_an_answer_that_breaks_off_keeps_what_came_and_is_not_asked_again(
    simulator: OpenAiSimulator, client: ModelClient, kind: str, error: type[problems.ModelError]
):
    simulator.fail_next(kind)
    simulator.answer_next(ANSWER)
    events: list[ModelEvent] = []
    with pytest.raises(error) as caught:
        events.extend(client.stream(question()))
    assert events
    assert ANSWER.startswith("".join(event.text for event in events))
    assert all(isinstance(event, TextDelta) for event in events)  # no end that looks like one
    assert caught.value.__context__ is None
    [request] = simulator.requests()
    assert caught.value.request_id == request.request_id


def test_a_failed_answer_keeps_its_usage(simulator: OpenAiSimulator, connect: Connect):
    simulator.fail_next("failed")
    simulator.answer_next(ANSWER)
    with pytest.raises(problems.ModelBusy) as caught:
        ask(connect("responses"))
    usage = caught.value.usage
    assert usage is not None
    assert usage.output_tokens == 11  # 41 bytes of answer, four a token
    copy = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - made above
    assert (type(copy), copy.usage) == (problems.ModelBusy, usage)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [("truncation", "length"), ("content_filter", "content_filter"), ("refusal", "refusal")],
)
def test_an_answer_that_is_not_whole_says_so_and_counts(
    simulator: OpenAiSimulator, client: ModelClient, kind: str, reason: str
):
    simulator.fail_next(kind)
    simulator.answer_next(ANSWER)
    pieces, done = ask(client)
    assert done.finish_reason == reason
    assert "".join(pieces) == done.text != ANSWER
    assert done.usage is not None
    assert done.usage.output_tokens > 0


def test_a_limit_of_tokens_cuts_the_answer(simulator: OpenAiSimulator, client: ModelClient):
    simulator.answer_next("가" * 200)
    _, done = ask(client, question(max_output_tokens=30))
    assert done.finish_reason == "length"
    assert done.text == "가" * 40  # 30 tokens of 4 bytes, 3 bytes a syllable
    assert done.usage is not None
    assert done.usage.output_tokens == 30


def test_silence_ends_in_time(simulator: OpenAiSimulator, connect: Connect, api: ModelApi):
    simulator.fail_next("silence")
    begun = time.monotonic()
    with pytest.raises(problems.ModelTimedOut):
        ask(connect(api, timeout_s=0.5))
    assert time.monotonic() - begun < 2
    assert len(simulator.requests()) == 1


def test_silence_in_the_middle_ends_in_time(
    simulator: OpenAiSimulator, connect: Connect, api: ModelApi
):
    simulator.fail_next("stall")
    simulator.answer_next(ANSWER)
    begun = time.monotonic()
    with pytest.raises(problems.ModelTimedOut):
        ask(connect(api, timeout_s=0.5))
    assert time.monotonic() - begun < 2


def test_signs_of_life_without_an_answer_end_in_time(
    simulator: OpenAiSimulator, connect: Connect, api: ModelApi
):
    simulator.fail_next("endless")
    simulator.answer_next(ANSWER)
    begun = time.monotonic()
    with pytest.raises(problems.ModelTimedOut):
        ask(connect(api, timeout_s=0.6))
    assert 0.6 <= time.monotonic() - begun < 2


def test_slow_pieces_end_in_time(simulator: OpenAiSimulator, connect: Connect, api: ModelApi):
    simulator.delay(0.2)
    simulator.answer_next("아주 긴 대답입니다. " * 20)
    begun = time.monotonic()
    with pytest.raises(problems.ModelTimedOut):
        ask(connect(api, timeout_s=0.7))
    assert time.monotonic() - begun < 2


def test_slow_pieces_within_the_time_are_waited_for(
    simulator: OpenAiSimulator, connect: Connect, api: ModelApi
):
    simulator.delay(0.1)
    simulator.answer_next(ANSWER)
    _, done = ask(connect(api, timeout_s=10))
    assert done.text == ANSWER
    assert done.latency_ms > 300


def test_closing_the_answer_ends_the_request(simulator: OpenAiSimulator, client: ModelClient):
    simulator.delay(0.1)
    simulator.answer_next("아주 긴 대답입니다. " * 100)
    with contextlib.closing(client.stream(question())) as answer:
        next(answer)
    ends = time.monotonic() + 5
    while not (requests := simulator.requests())[0].is_hung_up and time.monotonic() < ends:
        time.sleep(0.02)
    assert [request.is_hung_up for request in requests] == [True]
    assert requests[0].took_s < 5  # all of it would have taken over twenty


def test_nothing_is_sent_before_the_first_piece_is_wanted(
    simulator: OpenAiSimulator, client: ModelClient
):
    client.stream(question())
    assert simulator.requests() == []


def test_wrong_key(simulator: OpenAiSimulator, api: ModelApi):
    from pydantic import SecretStr

    with pytest.raises(problems.ModelKeyRefused):
        ask(ModelClient(simulator.url, SecretStr("sk-wrong"), api))
    with pytest.raises(problems.ModelKeyRefused):
        ask(ModelClient(simulator.url, None, api))
    assert "authorization" not in simulator.requests()[-1].headers


def test_unknown_model_is_named(client: ModelClient):
    with pytest.raises(problems.UnknownModel) as caught:
        ask(client, question(model="gpt-99"))
    for language in i18n.LANGUAGES:
        assert "gpt-99" in caught.value.what(language)


def test_server_without_responses_api(simulator: OpenAiSimulator, connect: Connect):
    simulator.play("without_responses")
    with pytest.raises(problems.NoResponsesApi):
        ask(connect("responses"))
    simulator.answer_next(ANSWER)
    assert ask(connect("chat"))[1].text == ANSWER


def test_context_too_long(simulator: OpenAiSimulator, client: ModelClient):
    simulator.context_tokens(100)
    with pytest.raises(problems.ContextTooLong):
        ask(client, question(QUESTION * 50))


def test_no_server_at_all(api: ModelApi):
    from tests.program import free_port

    begun = time.monotonic()
    with pytest.raises(problems.ModelUnreachable):
        ask(ModelClient(f"http://127.0.0.1:{free_port()}/v1", None, api))
    assert time.monotonic() - begun < 10


TOLD = [
    # Words after the manner of LM Studio, Ollama, vLLM, llama.cpp, OpenRouter, FastAPI, a proxy.
    (200, '{"error": "Unexpected endpoint or method. (POST /v1/responses)"}', "NoResponsesApi"),
    (404, '{"error": {"message": "model \\"qwen9\\" not found, try pulling it first"}}',
     "UnknownModel"),
    (404, '{"object": "error", "message": "The model `q` does not exist.", "code": 404}',
     "UnknownModel"),
    (400, '{"error": {"code": 400, "message": "the request exceeds the available context size",'
          ' "type": "exceed_context_size_error"}}', "ContextTooLong"),
    (400, '{"object": "error", "message": "This model\'s maximum context length is 4096 tokens"}',
     "ContextTooLong"),
    (400, '{"error": {"message": "foo/bar is not a valid model ID", "code": 400}}', "UnknownModel"),
    (402, '{"error": {"message": "Insufficient credits", "code": 402}}', "QuotaUsed"),
    (413, "<html>413 Request Entity Too Large</html>", "ContextTooLong"),
    (400, '{"error": {"message": "does not support tools"}}', "ModelRequestRefused"),
    (422, '{"detail": [{"type": "missing", "loc": ["body", "x"]}]}', "ModelRequestRefused"),
    (403, "Forbidden", "ModelKeyRefused"),
    (403, '{"error": {"code": 403, "message": "Your input was flagged"}}', "ModelRequestRefused"),
    (200, "[]", "BadModelAnswer"),
    (200, "not json", "BadModelAnswer"),
    (200, "{}", "ModelUnreachable"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "name"), TOLD)
def test_words_of_servers(
    simulator: OpenAiSimulator, client: ModelClient, status: int, body: str, name: str
):
    simulator.reply_next(body, status)
    with pytest.raises(getattr(problems, name)):
        ask(client)
    assert len(simulator.requests()) == 1


BROKEN_STREAMS = [
    ("data: 5\n\n", "BadModelAnswer"),
    ("data: [1, 2]\n\n", "BadModelAnswer"),
    ('data: {"choices": 7, "type": 9, "response": [], "usage": "x"}\n\n', "ModelUnreachable"),
    ("data: {" + '"a":{' * 50 + "\n\n", "BadModelAnswer"),
    ("", "ModelUnreachable"),
    ("data: [DONE]\n\n", "ModelUnreachable"),
    ('data: {"error": {"message": "Provider returned error", "code": 502}}\n\n', "ModelBusy"),
    ('data: {"error": {"message": "no credits", "code": 402}}\n\n', "QuotaUsed"),
    ('data: {"error": "something"}\n\n', "ModelRequestRefused"),
]


def test_an_answer_that_ends_in_an_error(simulator: OpenAiSimulator, connect: Connect):
    chunk = '{"choices": [{"delta": {"content": "음"}, "finish_reason": "error"}]}'
    simulator.reply_next(f"data: {chunk}\n\n", content_type="text/event-stream")
    with pytest.raises(problems.ModelBusy):
        ask(connect("chat"))


@pytest.mark.parametrize(("body", "name"), BROKEN_STREAMS)
def test_streams_that_are_none(
    simulator: OpenAiSimulator, client: ModelClient, body: str, name: str
):
    simulator.reply_next(body, content_type="text/event-stream")
    with pytest.raises(getattr(problems, name)):
        ask(client)


def test_an_answer_without_end_is_too_large(simulator: OpenAiSimulator, client: ModelClient):
    simulator.reply_next(": " + "x" * 17 * 1024**2, content_type="text/event-stream")
    with pytest.raises(problems.BadModelAnswer):
        ask(client)


def test_every_problem_has_words_that_name_no_server_text():
    kinds = problems.ModelError.__subclasses__()
    assert len(kinds) >= 11
    for kind in kinds:
        for language in i18n.LANGUAGES:
            blanks = {"model": MODEL, "reason": "..."}
            told = kind(**blanks)
            assert told.what(language)
            assert told.remedy(language)
        assert 400 <= kind.status < 600


def test_usage_of_a_problem_is_kept_beside_its_words():
    told = problems.UnknownModel(usage=ModelUsage(input_tokens=3), model="x")
    assert told.usage == ModelUsage(input_tokens=3)
    assert told.blanks == {"model": "x"}
