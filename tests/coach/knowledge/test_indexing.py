"""Passages in the database are those of the program, with vectors of the embedder in use."""

import numpy as np
import pytest

from runningcoach.coach.knowledge import embedder, indexing, retrieval
from runningcoach.coach.knowledge.passages import KnowledgePassage

TEMPO = KnowledgePassage("tempo", "Tempo running", "Run at threshold.", "템포런", ("how fast",))
SLEEP = KnowledgePassage("sleep", "Sleep", "Adults need seven hours.", "수면")


def names(conn):
    return [row[0] for row in conn.execute("SELECT name FROM knowledge_passages ORDER BY name")]


def vectors(conn):
    return conn.execute("SELECT count(*) FROM knowledge_embeddings").fetchone()[0]


def test_a_collection_holds_what_it_is_given(conn):
    assert indexing.refresh_collection(conn, "c", [TEMPO, SLEEP]) == 2
    assert names(conn) == ["sleep", "tempo"]
    assert vectors(conn) == 4 + 3
    assert indexing.refresh_collection(conn, "c", [TEMPO, SLEEP]) == 0
    assert indexing.refresh_collection(conn, "c", [SLEEP]) == 0
    assert names(conn) == ["sleep"]
    assert vectors(conn) == 3


def test_a_changed_passage_is_embedded_anew(conn):
    indexing.refresh_collection(conn, "c", [TEMPO, SLEEP])
    longer = KnowledgePassage("sleep", "Sleep", "Adults need at least seven hours.", "수면")
    assert indexing.refresh_collection(conn, "c", [TEMPO, longer]) == 1
    best, *_ = retrieval.search(conn, "how many hours of sleep")
    assert best.text == longer.text
    assert vectors(conn) == 4 + 3


def test_vectors_of_another_version_are_not_compared(conn, monkeypatch):
    indexing.refresh_collection(conn, "c", [TEMPO])
    monkeypatch.setattr(embedder, "embedder_version", lambda: "99")
    assert "meaning" not in retrieval.search(conn, "how fast is tempo")[0].scores
    assert indexing.refresh_collection(conn, "c", [TEMPO]) == 1
    assert "meaning" in retrieval.search(conn, "how fast is tempo")[0].scores
    versions = conn.execute("SELECT DISTINCT embedder_version FROM knowledge_embeddings").fetchall()
    assert versions == [("99",)]


def test_nothing_is_loaded_where_nothing_changed(conn, monkeypatch):
    indexing.refresh_collection(conn, "c", [TEMPO])

    def fail(texts):
        pytest.fail("embedded again")

    monkeypatch.setattr(embedder, "embed", fail)
    assert indexing.refresh_collection(conn, "c", [TEMPO]) == 0


def test_vectors_have_length_one_and_paraphrases_are_near():
    one, same, other = embedder.embed(
        ["running is fun", "달리기는 재미있다", "the tax office closes"]
    )
    assert np.linalg.norm(one) == pytest.approx(1, abs=1e-3)
    assert one @ same > 0.6 > 0.3 > one @ other
    assert embedder.embed([]).shape == (0, 512)
