"""Answers that are quick to make and need not be sent twice."""

from hashlib import blake2b

from fastapi import Request, Response
from pydantic import BaseModel

REVALIDATE = "private, no-cache"
"""A browser may cache the answer, but must revalidate it each time."""
JSON = "application/json"


def record(answer: BaseModel) -> Response:
    """Return a record as JSON, without validating it again."""
    return Response(answer.model_dump_json(), media_type=JSON)


def tagged_record(request: Request, answer: BaseModel) -> Response:
    """Return a record as JSON, or 304 when the reader has the same one."""
    body = answer.model_dump_json().encode()
    return unchanged(request, tag(body)) or tagged(Response(body, media_type=JSON), tag(body))


def tag(*parts: object) -> str:
    """Return an entity tag; weak, because compression may change the bytes."""
    digest = blake2b(digest_size=12)
    for part in parts:
        digest.update(part if isinstance(part, bytes) else repr(part).encode())
        digest.update(b"\0")
    return f'W/"{digest.hexdigest()}"'


def unchanged(request: Request, etag: str) -> Response | None:
    """Return 304 when the reader's copy is the one that `etag` names."""
    offered = request.headers.get("if-none-match", "")
    if etag not in (part.strip() for part in offered.split(",")):
        return None
    return tagged(Response(status_code=304), etag)


def tagged[Answer: Response](response: Answer, etag: str) -> Answer:
    """Return the response with its tag."""
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = REVALIDATE
    return response
