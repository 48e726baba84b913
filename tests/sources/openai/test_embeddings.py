"""Vectors of texts."""

import json

import numpy as np
import pytest

from runningcoach.simulators.openai import OpenAiSimulator
from runningcoach.sources.openai import problems
from runningcoach.sources.openai.client import ModelClient
from tests.sources.openai.conftest import Connect

EMBEDDER = "text-embedding-3-small"


@pytest.fixture
def client(connect: Connect) -> ModelClient:
    return connect()


def test_each_text_has_a_vector_of_length_one(simulator: OpenAiSimulator, client: ModelClient):
    texts = ["taper before a marathon", "marathon taper", "수면", "taper before a marathon"]
    vectors = client.embed(EMBEDDER, texts)
    assert (vectors.shape, vectors.dtype) == ((4, 512), np.float32)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    np.testing.assert_array_equal(vectors[0], vectors[3])
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.3
    [request] = simulator.requests()
    assert request.body["dimensions"] == 512


def test_floats_and_base64_are_the_same(simulator: OpenAiSimulator, client: ModelClient):
    coded = client.embed(EMBEDDER, ["회복주"])
    simulator.play("float_vectors")
    np.testing.assert_allclose(client.embed(EMBEDDER, ["회복주"]), coded, atol=1e-7)


def test_many_texts_go_in_batches_in_their_order(simulator: OpenAiSimulator, client: ModelClient):
    texts = [f"문장 {number}" for number in range(150)]
    counted = client.embed_counted(EMBEDDER, texts)
    assert [len(request.body["input"]) for request in simulator.requests()] == [64, 64, 22]
    np.testing.assert_array_equal(counted.vectors[149], client.embed(EMBEDDER, texts[149:])[0])
    assert counted.usage is not None
    # Bytes by four, rounded up: 8 of the first ten texts, 9 and 10 of the others.
    assert counted.usage.input_tokens == 10 * 2 + 90 * 3 + 50 * 3


def test_no_text_and_an_empty_text(simulator: OpenAiSimulator, client: ModelClient):
    assert client.embed(EMBEDDER, []).shape == (0, 512)
    assert simulator.requests() == []
    assert client.embed(EMBEDDER, [""]).shape == (1, 512)


def test_a_server_that_ignores_the_size_is_no_help(simulator: OpenAiSimulator, client: ModelClient):
    simulator.play("ignores_dimensions")
    with pytest.raises(problems.BadModelAnswer):
        client.embed(EMBEDDER, ["회복주"])


def rows(*vectors: object) -> str:
    data = [{"index": index, "embedding": vector} for index, vector in enumerate(vectors)]
    return json.dumps({"data": data, "usage": {"prompt_tokens": 1}})


ONE = [1.0] + [0.0] * 511
BAD = {
    "too few": rows(ONE),
    "too many": rows(ONE, ONE, ONE),
    "twice the same number": rows(ONE, ONE).replace('"index": 1', '"index": 0'),
    "nothing but zeros": rows(ONE, [0.0] * 512),
    "no number": rows(ONE, [float("nan")] * 512),
    "words": rows(ONE, ["x"] * 512),
    "broken base64": rows(ONE, "%%%"),
    "nothing": rows(),
    "no vectors": '{"data": [{"index": 0}, {"index": 1}]}',
    "a list": "[]",
    "no JSON": "hello",
}


@pytest.mark.parametrize("body", BAD.values(), ids=BAD.keys())
def test_vectors_that_are_not_right_are_refused(
    simulator: OpenAiSimulator, client: ModelClient, body: str
):
    simulator.reply_next(body)
    with pytest.raises(problems.BadModelAnswer):
        client.embed(EMBEDDER, ["하나", "둘"])


@pytest.mark.parametrize(
    ("kind", "error", "asked"),
    [
        ("quota", problems.QuotaUsed, 1),
        ("key_echo", problems.ModelKeyRefused, 1),
        ("html", problems.BadModelAnswer, 1),
        ("redirect", problems.BadModelAnswer, 1),
        ("unavailable", problems.ModelBusy, 3),
    ],
)
def test_faults(
    simulator: OpenAiSimulator,
    client: ModelClient,
    kind: str,
    error: type[problems.ModelError],
    asked: int,
):
    simulator.fail_next(kind, times=5, retry_after_s=0.01)
    with pytest.raises(error):
        client.embed(EMBEDDER, ["하나"])
    assert len(simulator.requests()) == asked


def test_a_failure_that_passes(simulator: OpenAiSimulator, client: ModelClient):
    simulator.fail_next("rate_limit", retry_after_s=0.01)
    assert client.embed(EMBEDDER, ["하나"]).shape == (1, 512)


def test_unknown_embedder_is_named(client: ModelClient):
    with pytest.raises(problems.UnknownModel) as caught:
        client.embed("embed-9", ["하나"])
    assert "embed-9" in caught.value.what("ko")


def test_a_server_without_vectors(simulator: OpenAiSimulator, client: ModelClient):
    simulator.reply_next("404 page not found", 404, "text/plain")
    with pytest.raises(problems.BadModelAnswer):
        client.embed(EMBEDDER, ["하나"])
