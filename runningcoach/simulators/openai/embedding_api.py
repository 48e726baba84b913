"""Vectors of texts: made from the texts alone, so that they are the same each time."""

import base64
import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runningcoach.simulators.openai.answers import tokens
from runningcoach.simulators.openai.refusals import invalid
from runningcoach.simulators.openai.request_body import check_model
from runningcoach.simulators.openai.state import ModelServerState

_NATIVE, _MOST_TEXTS = 1536, 2048
_KNOWN = {"model", "input", "dimensions", "encoding_format", "user"}


def embed(state: ModelServerState, body: Any) -> dict[str, Any]:
    """Return the vectors that a request asks for; RefusedCall where it is not right."""
    if not isinstance(body, dict) or not set(body) <= _KNOWN:
        raise invalid("Unknown parameter.", code="unknown_parameter")
    check_model(state, body["model"])
    texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
    if not texts or len(texts) > _MOST_TEXTS or not all(texts):
        raise invalid("Invalid 'input': it has to be 1 to 2048 texts, none of them empty.", "input")
    size = body.get("dimensions", _NATIVE)
    if "ignores_dimensions" in state.traits:
        size = _NATIVE
    in_base64 = body.get("encoding_format") == "base64" and "float_vectors" not in state.traits
    rows = [
        {"object": "embedding", "index": index, "embedding": _coded(vector(text, size), in_base64)}
        for index, text in enumerate(texts)
    ]
    used = sum(map(tokens, texts))
    return {
        "object": "list",
        "data": rows[::-1],  # the order is promised by `index` alone
        "model": body["model"],
        "usage": {"prompt_tokens": used, "total_tokens": used},
    }


def vector(text: str, size: int) -> NDArray[np.float32]:
    """Return a vector of a text of length 1: texts that share words are near to each other."""
    total = np.zeros(size)
    for word in [text, *text.lower().split()]:
        seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8])
        total += np.random.default_rng(seed).standard_normal(size)
    return (total / np.linalg.norm(total)).astype(np.float32)


def _coded(numbers: NDArray[np.float32], in_base64: bool) -> Any:
    if in_base64:
        return base64.b64encode(numbers.astype("<f4").tobytes()).decode()
    return [float(number) for number in numbers]
