"""Vectors of texts, as a server makes them."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from openai.types import CreateEmbeddingResponse

from runningcoach.model.conversation import ModelUsage
from runningcoach.sources.openai.problems import BadModelAnswer

DIMENSIONS = 512
"""The size of the offline embedder's vectors too: one column holds both kinds."""
BATCH = 64


class EmbeddedTexts(NamedTuple):
    """Vectors (n, 512) of length 1, and what they used; None where the server does not say."""

    vectors: NDArray[np.float32]
    usage: ModelUsage | None


def embed_batches(
    ask: Callable[[dict[str, Any]], CreateEmbeddingResponse], model: str, texts: Sequence[str]
) -> EmbeddedTexts:
    """Return the vectors of texts, asked for in batches; an empty text is sent as a space."""
    vectors = np.empty((len(texts), DIMENSIONS), dtype=np.float32)
    used, is_counted = 0, True
    for first in range(0, len(texts), BATCH):
        batch = [text or " " for text in texts[first : first + BATCH]]
        found, tokens = _read(
            lambda batch=batch: ask({"model": model, "input": batch, "dimensions": DIMENSIONS}),
            len(batch),
        )
        vectors[first : first + len(batch)] = found
        is_counted = is_counted and tokens is not None
        used += tokens or 0
    return EmbeddedTexts(vectors, ModelUsage(input_tokens=used) if is_counted else None)


def _read(
    ask: Callable[[], CreateEmbeddingResponse], n: int
) -> tuple[NDArray[np.float64], int | None]:
    """Return the vectors in the order of their texts, and the tokens that they took."""
    try:
        answer = ask()  # the client reads the vectors, and fails at what is no list of them
        found = sorted(answer.data, key=lambda row: row.index)
        numbers = [row.index for row in found]
        raw = np.array([row.embedding for row in found], dtype=np.float64)
        tokens = getattr(answer.usage, "prompt_tokens", None)
    except (AttributeError, TypeError, ValueError):
        raise BadModelAnswer from None
    if numbers != list(range(n)) or raw.shape != (n, DIMENSIONS):
        raise BadModelAnswer
    lengths = np.linalg.norm(raw, axis=1, keepdims=True)
    if not (np.isfinite(lengths).all() and (lengths > 0).all()):
        raise BadModelAnswer
    return raw / lengths, tokens if isinstance(tokens, int) else None
