"""/ai/plans, /ai/export, /ai/import: plans by a model, or by another chat by copy and paste."""

from functools import partial
from typing import Annotated, Literal

import anyio.to_thread
from anyio import CapacityLimiter
from fastapi import APIRouter, FastAPI, Query, Request, UploadFile
from pydantic import BaseModel, ConfigDict, Field

from runningcoach.api.dependencies import LARGEST_ID, CurrentUser, Database, Home
from runningcoach.api.problems import described
from runningcoach.model.conversation import (
    AiImport,
    DraftAttempt,
    ExportedText,
    ExportSize,
    ModelPlanOutcome,
    PastedPlan,
    PrivacyLevel,
)
from runningcoach.model.plan_request import PlanRequest

router = APIRouter(prefix="/ai", tags=["ai"])

POOL_WAIT_S = 10.0
PLANS_AT_ONCE = 3
"""Models that write plans at one time: each keeps a thread for minutes."""
MODEL_PROBLEMS = (401, 402, 403, 409, 413, 422, 502, 503, 504)
LONGEST_PASTE = 450_000
"""A little more than is read, so that what is too long is refused in words of its own."""


class ModelPlanInput(BaseModel):
    """What a plan is to be for, and wishes in the runner's own words."""

    model_config = ConfigDict(extra="forbid")

    request: PlanRequest
    wishes: Annotated[str, Field(max_length=2_000)] = ""


class ExportInput(BaseModel):
    """How much another chat is to be told, in which language; the aim is the usual if absent."""

    model_config = ConfigDict(extra="forbid")

    size: ExportSize = "normal"
    language: Literal["ko", "en"] | None = None
    with_schema: bool = True
    privacy_level: PrivacyLevel | None = None
    request: PlanRequest | None = None


class PasteInput(BaseModel):
    """What came back from another chat, and what the plan is for where it is not the usual aim."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, Field(max_length=LONGEST_PASTE)]
    request: PlanRequest | None = None


class PageQuery(BaseModel):
    """How many rows a list shows, and before which one it goes on."""

    model_config = ConfigDict(extra="forbid")

    before: Annotated[int, Field(ge=1, le=LARGEST_ID)] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


def prepare(app: FastAPI) -> None:
    """Give the app the limiter of models that write plans."""
    app.state.plan_turns = CapacityLimiter(PLANS_AT_ONCE)


@router.post("/plans", status_code=201, responses=described(*MODEL_PROBLEMS))
async def make_model_plan(
    body: ModelPlanInput, request: Request, user: CurrentUser, home: Home
) -> ModelPlanOutcome:
    """Let the runner's model write a plan, which is checked and proposed; this takes minutes.

    What passes no check in three rounds is made by the rules instead, and says so.
    """
    from runningcoach.coach.talk.model_plans.make import make_model_plan

    connect = partial(request.app.state.pool.connection, timeout=POOL_WAIT_S)
    make = partial(make_model_plan, connect, user, home, body.request, body.wishes)
    return await anyio.to_thread.run_sync(make, limiter=request.app.state.plan_turns)


@router.get("/drafts", responses=described(401, 422))
def list_drafts(
    db: Database, user: CurrentUser, query: Annotated[PageQuery, Query()]
) -> list[DraftAttempt]:
    """Return the answers of models that should be plans, newest first."""
    from runningcoach.store import ai_drafts

    return ai_drafts.list_recent(db, user.id, query.limit, query.before)


@router.post("/export", responses=described(401, 403, 422))
def export_text(body: ExportInput, db: Database, user: CurrentUser) -> ExportedText:
    """Return a text for another chat: the runner in numbers, and what is asked of it."""
    from runningcoach.coach.talk.exchange.export_text import export_text

    return export_text(
        db,
        user,
        size=body.size,
        language=body.language,
        with_schema=body.with_schema,
        privacy_level=body.privacy_level,
        request=body.request,
    )


@router.post("/import", status_code=201, responses=described(401, 403, 409, 413, 422))
def import_text(body: PasteInput, db: Database, user: CurrentUser) -> PastedPlan:
    """Read what another chat answered, and propose its plan if it is sound.

    What was put right and what is refused is told in sentences, with a text to paste back.
    """
    from runningcoach.coach.talk.exchange.pasted_plans import take_pasted_plan

    return take_pasted_plan(db, user, body.text, body.request)


@router.post("/import/file", status_code=201, responses=described(401, 403, 409, 413, 422))
def import_file(file: UploadFile, db: Database, user: CurrentUser) -> PastedPlan:
    """Read a file of text with what another chat answered, as /ai/import does."""
    from runningcoach.coach.talk.exchange.pasted_plans import read_bytes, take_pasted_plan

    return take_pasted_plan(db, user, read_bytes(file.file.read()))


@router.get("/imports", responses=described(401, 422))
def list_imports(
    db: Database, user: CurrentUser, query: Annotated[PageQuery, Query()]
) -> list[AiImport]:
    """Return what became of pasted texts, newest first."""
    from runningcoach.store import ai_imports

    return ai_imports.list_recent(db, user.id, query.limit, query.before)
