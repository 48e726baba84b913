"""A runner's own documents: added as text or by a file, listed, removed, nobody else's."""

import pytest

from runningcoach.coach.knowledge import retrieval

DOCUMENTS = "/api/v1/ai/documents"
CLUB = "Zorblax intervals are ten times three minutes on the river path at Jamsil."


def upload(client, content, name="notes.md", **form):
    return client.post(f"{DOCUMENTS}/upload", files={"file": (name, content)}, data=form)


def titles(client):
    return [document["title"] for document in client.get(DOCUMENTS).json()]


def test_a_document_is_added_listed_and_removed(client):
    added = client.post(DOCUMENTS, json={"title": "Club  notes", "text": CLUB})
    assert added.status_code == 201, added.text
    (listed,) = client.get(DOCUMENTS).json()
    assert (listed["id"], listed["title"], listed["passages"]) == (
        added.json()["id"], "Club notes", 1,
    )  # fmt: skip
    path = f"{DOCUMENTS}/{listed['id']}"
    assert client.delete(path).status_code == 204
    assert client.get(DOCUMENTS).json() == []
    assert client.delete(path).status_code == 404


def test_a_document_is_found_as_untrusted(client, conn, ann, bob):
    client.post(DOCUMENTS, json={"title": "Club", "text": CLUB})
    best = retrieval.search(conn, "zorblax intervals", user_id=ann.id)[0]
    assert (best.citation, best.is_trusted) == ("Club", False)
    assert retrieval.search(conn, "zorblax intervals", user_id=bob.id) == []


def test_a_document_of_another_runner_is_not_there(client, other):
    document_id = client.post(DOCUMENTS, json={"title": "Club", "text": CLUB}).json()["id"]
    assert other.get(DOCUMENTS).json() == []
    assert other.delete(f"{DOCUMENTS}/{document_id}").status_code == 404
    assert titles(client) == ["Club"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp949"])
def test_files_of_usual_encodings_are_read(client, conn, ann, encoding):
    text = "# 클럽 훈련\n\n토요일에는 잠실에서 만나 강변을 달린다."
    assert upload(client, text.encode(encoding)).status_code == 201
    assert titles(client) == ["클럽 훈련"]
    stored = conn.execute("SELECT text FROM knowledge_passages WHERE user_id = %s", [ann.id])
    assert "강변을 달린다" in stored.fetchone()[0]


@pytest.mark.parametrize(
    ("form", "title"),
    [({}, "my notes"), ({"title": " Chosen "}, "Chosen"), ({"title": ""}, "my notes")],
)
def test_a_file_without_a_heading_is_called_as_it_was_named(client, form, title):
    assert upload(client, CLUB.encode(), "my notes.txt", **form).status_code == 201
    assert titles(client) == [title]


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7\n1 0 obj", b"PK\x03\x04docx", b"\x89PNG\r\n\x1a\n\0\0", b"a\0b"]
)
def test_a_file_that_is_no_text_is_refused(client, content):
    refused = upload(client, content)
    assert (refused.status_code, refused.json()["code"]) == (422, "knowledge.document_not_text")
    assert client.get(DOCUMENTS).json() == []


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"title": "x", "text": " \u200b "}, 422, "knowledge.document_empty"),
        ({"title": "", "text": CLUB}, 422, "knowledge.document_empty"),
        ({"title": "x", "text": "달리기 " * 60_000}, 413, "knowledge.document_too_long"),
        ({"title": "x", "text": "a" * 1_000_001}, 413, "api.too_large"),
        ({"title": "x"}, 422, "api.invalid"),
        ({"title": "x", "text": CLUB, "is_trusted": True}, 422, "api.invalid"),
    ],
)
def test_what_cannot_be_a_document_is_refused(client, body, status, code):
    refused = client.post(DOCUMENTS, json=body)
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert client.get(DOCUMENTS).json() == []


def test_the_same_text_twice_is_refused(client):
    assert client.post(DOCUMENTS, json={"title": "a", "text": CLUB}).status_code == 201
    again = client.post(DOCUMENTS, json={"title": "b", "text": CLUB})
    assert (again.status_code, again.json()["code"]) == (409, "knowledge.document_known")
