"""/ai/documents: a runner's own texts for the coach to cite, found by that runner alone.

They are never trusted: whoever hands their passages to a model marks them as data.
"""

from typing import Annotated

from fastapi import APIRouter, Form, UploadFile
from pydantic import BaseModel, ConfigDict, Field

from runningcoach.api.dependencies import CurrentUser, Database, RowId
from runningcoach.api.problems import described
from runningcoach.store import knowledge
from runningcoach.store.knowledge import KnowledgeDocument

router = APIRouter(prefix="/ai/documents", tags=["ai"])


class DocumentInput(BaseModel):
    """A text and its title, plain or in Markdown."""

    model_config = ConfigDict(extra="forbid")

    title: Annotated[str, Field(max_length=1_000)]
    text: str


class AddedDocument(BaseModel):
    """The number of a document that was added."""

    id: int


@router.get("", responses=described(401))
def list_documents(db: Database, user: CurrentUser) -> list[KnowledgeDocument]:
    """Return the runner's documents, newest first."""
    return knowledge.list_documents(db, user.id)


@router.post("", status_code=201, responses=described(401, 403, 409, 413, 422))
def add_document(body: DocumentInput, db: Database, user: CurrentUser) -> AddedDocument:
    """Add a text; it is cut into passages, which are found from now on."""
    from runningcoach.coach.knowledge import documents

    return AddedDocument(id=documents.add_document(db, user.id, body.title, body.text))


@router.post("/upload", status_code=201, responses=described(401, 403, 409, 413, 422))
def upload_document(
    file: UploadFile,
    db: Database,
    user: CurrentUser,
    title: Annotated[str, Form(max_length=1_000)] = "",
) -> AddedDocument:
    """Add a file of text or Markdown; its title is its first heading, else its name."""
    from runningcoach.coach.knowledge import documents, text_files

    text = text_files.read_text(file.file.read())
    title = title.strip() or text_files.title_of(text, file.filename or "")
    return AddedDocument(id=documents.add_document(db, user.id, title, text))


@router.delete("/{id}", status_code=204, responses=described(401, 403, 404, 422))
def remove_document(db: Database, user: CurrentUser, id: RowId) -> None:
    """Remove a document with all its passages."""
    from runningcoach.coach.knowledge import documents

    documents.remove_document(db, user.id, id)
