"""Texts that a runner adds for the coach to cite: for that runner only, and never trusted.

What stands in them is material for an answer and no instruction; whoever hands passages to a model
marks those that are not trusted.
"""

import hashlib

import psycopg

from runningcoach.base.errors import RunningCoachError
from runningcoach.coach.knowledge.indexing import put_passages, row_of
from runningcoach.coach.knowledge.passages import KnowledgePassage
from runningcoach.coach.knowledge.splitting import split_text, visible_text
from runningcoach.store import knowledge
from runningcoach.store.knowledge import KnowledgeDocument

type Connection = psycopg.Connection[object]

OWN = "own"
"""The collection of passages of runners' documents."""
TITLE_CHARACTERS_MOST = 200
TEXT_CHARACTERS_MOST = 200_000
"""About sixty pages; 400 passages, embedded in a few seconds: ours."""
DOCUMENTS_MOST = 50
"""Documents of one runner: ours, so that a search stays fast without an index of vectors."""


class DocumentEmpty(RunningCoachError):
    """A document has no title or no text."""

    code = "knowledge.document_empty"
    status = 422


class DocumentTooLong(RunningCoachError):
    """A document is longer than what is searched well."""

    code = "knowledge.document_too_long"
    status = 413


class DocumentKnown(RunningCoachError):
    """The runner added the same text before."""

    code = "knowledge.document_known"
    status = 409


class TooManyDocuments(RunningCoachError):
    """The runner has as many documents as are allowed."""

    code = "knowledge.too_many_documents"
    status = 409


class DocumentAbsent(RunningCoachError):
    """The runner has no such document."""

    code = "knowledge.document_absent"
    status = 404


def add_document(conn: Connection, user_id: int, title: str, text: str) -> int:
    """Store a text with its passages, and return the document's number."""
    title, text = " ".join(visible_text(title).split()), visible_text(text)
    _check_size(title, text)
    with conn.transaction():
        knowledge.lock(conn)
        if len(knowledge.list_documents(conn, user_id)) >= DOCUMENTS_MOST:
            raise TooManyDocuments(most=DOCUMENTS_MOST)
        document_id = knowledge.add_document(conn, user_id, title, _sha256(text))
        if document_id is None:
            raise DocumentKnown()
        _put(conn, user_id, document_id, title, text)
    return document_id


def list_documents(conn: Connection, user_id: int) -> list[KnowledgeDocument]:
    """Return the runner's documents, newest first."""
    return knowledge.list_documents(conn, user_id)


def remove_document(conn: Connection, user_id: int, document_id: int) -> None:
    """Remove a document of the runner with all its passages."""
    if not knowledge.remove_document(conn, user_id, document_id):
        raise DocumentAbsent()


def _check_size(title: str, text: str) -> None:
    if not title or not text:
        raise DocumentEmpty()
    if len(title) > TITLE_CHARACTERS_MOST or len(text) > TEXT_CHARACTERS_MOST:
        raise DocumentTooLong(title=TITLE_CHARACTERS_MOST, text=TEXT_CHARACTERS_MOST)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _put(conn: Connection, user_id: int, document_id: int, title: str, text: str) -> None:
    passages = [
        KnowledgePassage(
            name=f"document-{document_id}-{number}",
            title=title,
            text=part,
            citation=title,
            is_trusted=False,
        )
        for number, part in enumerate(split_text(text), 1)
    ]
    rows = [(passage, row_of(passage, OWN, user_id, document_id)) for passage in passages]
    put_passages(conn, rows)
