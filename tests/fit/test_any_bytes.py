"""No bytes whatever make the decoder raise, and what it returns always has its form."""

import gc
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runningcoach.fit.decode import FitFile, decode
from runningcoach.fit.write import seal
from runningcoach.ingest.files.readers import read
from tests.fit.corpus import content
from tests.fit.test_decode import run

WHOLE = run(60)
FLIPS = st.lists(
    st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), min_size=1, max_size=20
)


def assert_form(file: FitFile) -> None:
    assert file.status in ("ok", "salvaged", "unreadable")
    assert (file.status == "ok") == (not file.problems)
    assert (file.status == "unreadable") == (not file.messages)
    assert "own_mistake" not in [problem.code for problem in file.problems]
    for table in file.messages.values():
        assert len({len(column) for column in table.values()}) <= 1
        assert all(column.dtype in (np.float64, object) for column in table.values())


def assert_read(data: bytes, name: str) -> None:
    file = read(data, name)
    assert bool(file.recordings) == (file.outcome in ("ok", "salvaged"))
    assert (file.outcome == "ok") == (not file.reasons)
    for recording in file.recordings:
        samples = recording.samples
        assert len({len(values) for values in samples.values()}) == 1
        assert (np.diff(samples["t_s"]) >= 0).all()
        assert all(np.isfinite(value) for value in recording.summary.values())


@given(st.binary(max_size=2000))
@settings(max_examples=300)
def test_random_bytes(data: bytes) -> None:
    assert_form(decode(data))
    assert_read(data, "any.fit")


@given(st.binary(min_size=1, max_size=600))
@settings(max_examples=300)
def test_random_messages_in_a_sound_file(body: bytes) -> None:
    assert_form(decode(seal(body)))
    assert_form(decode(seal(WHOLE[14:-2] + body)))


@given(st.integers(0, len(WHOLE)))
@settings(deadline=None)
def test_truncations(length: int) -> None:
    assert_form(decode(WHOLE[:length]))
    assert_read(WHOLE[:length], "short.fit")


@given(FLIPS)
@settings(max_examples=400)
def test_changed_bytes(flips: list[tuple[int, int]]) -> None:
    data = bytearray(WHOLE)
    for place, value in flips:
        data[place] = value
    assert_form(decode(bytes(data)))
    assert_read(bytes(data), "changed.fit")


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
def test_damaged_real_files(fit_corpus: Path, seed: int) -> None:
    random = np.random.default_rng(seed)
    paths = sorted(p for p in fit_corpus.rglob("*.fit") if p.stat().st_size < 200_000)
    data = bytearray(content(paths[random.integers(len(paths))]))
    for place in random.integers(0, max(len(data), 1), 10 if data else 0):
        data[place] = random.integers(256)
    assert_form(decode(bytes(data)))
    assert_read(bytes(data[: random.integers(len(data) + 1)]), "real.fit")


def test_decoding_keeps_no_memory_of_the_file() -> None:
    data = run()
    decode(data)
    gc.collect()
    before = len(gc.get_objects())
    for _ in range(20):
        decode(data)
    gc.collect()
    assert len(gc.get_objects()) - before < 200
