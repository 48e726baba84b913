"""Databases that hold the shipped passages: every message is answered with some of them."""

from collections.abc import Iterator

import pytest

from tests.conftest import Clone


@pytest.fixture
def database_url(clone: Clone, with_passages: str) -> Iterator[str]:
    with clone(with_passages) as url:
        yield url
