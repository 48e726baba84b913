"""Documents that a runner adds: found by that runner alone, never trusted, removed whole."""

import pytest

from runningcoach.coach.knowledge import documents, retrieval

CLUB = (
    "Our club meets at Jamsil bridge on Saturdays at six. Zorblax intervals are ten times three "
    "minutes on the river path with ninety seconds of jogging between them."
)


@pytest.fixture
def runners(library):
    """Two users of the library."""
    add = (
        "INSERT INTO users (username, display_name, password_hash, role)"
        " VALUES (%s, 'x', '!', 'runner') RETURNING id"
    )
    return [library.execute(add, [name]).fetchone()[0] for name in ("anna", "ben")]


def ids(found):
    return [one.id for one in found]


def test_a_document_is_found_by_its_owner_only(library, runners):
    anna, ben = runners
    document_id = documents.add_document(library, anna, "Club notes", CLUB)
    query = "what are zorblax intervals"
    mine = retrieval.retrieve(library, query, user_id=anna)
    assert mine[0].id == f"document-{document_id}-1"
    assert mine[0].citation == "Club notes"
    assert not mine[0].is_trusted
    for other in (ben, None):
        assert not any(
            one.startswith("document")
            for one in ids(retrieval.retrieve(library, query, user_id=other))
        )


def test_shipped_passages_keep_half_of_the_places(library, runners):
    text = "\n".join(
        f"Taper note {n}: reduce the volume before a race by half. " * 6 for n in range(9)
    )
    documents.add_document(library, runners[0], "Tapering", text)
    found = retrieval.retrieve(library, "how much to taper before a race", user_id=runners[0])
    assert [one.is_trusted for one in found].count(True) == 2


def test_a_document_on_another_subject_takes_no_place(library, runners):
    recipe = (
        "Salt the cabbage overnight, rinse it and mix radish, garlic, ginger and chilli flakes."
    )
    documents.add_document(library, runners[0], "Kimchi", recipe)
    found = retrieval.retrieve(library, "발뒤꿈치가 아침에 아파요", user_id=runners[0])
    assert all(one.is_trusted for one in found)


def test_a_removed_document_is_found_no_more(library, runners):
    anna, ben = runners
    document_id = documents.add_document(library, anna, "Club notes", CLUB)
    with pytest.raises(documents.DocumentAbsent):
        documents.remove_document(library, ben, document_id)
    documents.remove_document(library, anna, document_id)
    assert documents.list_documents(library, anna) == []
    assert not any(
        i.startswith("document") for i in ids(retrieval.retrieve(library, "zorblax", user_id=anna))
    )
    left = "SELECT count(*) FROM knowledge_embeddings WHERE user_id = %s"
    assert library.execute(left, [anna]).fetchone() == (0,)


def test_the_same_text_is_added_once(library, runners):
    anna, ben = runners
    documents.add_document(library, anna, "Club notes", CLUB)
    with pytest.raises(documents.DocumentKnown):
        documents.add_document(library, anna, "Again", CLUB + "\u200b")
    documents.add_document(library, ben, "Club notes", CLUB)
    assert [one.title for one in documents.list_documents(library, anna)] == ["Club notes"]
    assert documents.list_documents(library, ben)[0].passages == 1


@pytest.mark.parametrize(
    ("title", "text", "error"),
    [
        ("", CLUB, documents.DocumentEmpty),
        ("x", " \u200b\n", documents.DocumentEmpty),
        ("x" * 201, CLUB, documents.DocumentTooLong),
        ("x", "a " * 100_001, documents.DocumentTooLong),
    ],
)
def test_documents_that_are_refused(library, runners, title, text, error):
    with pytest.raises(error):
        documents.add_document(library, runners[0], title, text)


def test_number_of_documents_is_limited(library, runners, monkeypatch):
    monkeypatch.setattr(documents, "DOCUMENTS_MOST", 1)
    documents.add_document(library, runners[0], "One", CLUB)
    with pytest.raises(documents.TooManyDocuments):
        documents.add_document(library, runners[0], "Two", "Another text.")
