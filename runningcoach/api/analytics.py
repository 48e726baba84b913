"""/analytics: weeks and months in numbers."""

from typing import Annotated

from fastapi import APIRouter, Query

from runningcoach.api.deps import CurrentUser, Database
from runningcoach.api.problems import described
from runningcoach.api.spans import Span
from runningcoach.records import Summary
from runningcoach.store import fitness

router = APIRouter(prefix="/analytics", tags=["analytics"])


@router.get("/weekly", responses=described(401, 422))
def weekly(db: Database, user: CurrentUser, span: Annotated[Span, Query()]) -> list[Summary]:
    """Return the weeks whose Monday is in a span, oldest first; by default the last year's."""
    return fitness.summaries(db, user.id, "week", *span.days(user.timezone, back=371))


@router.get("/monthly", responses=described(401, 422))
def monthly(db: Database, user: CurrentUser, span: Annotated[Span, Query()]) -> list[Summary]:
    """Return the months whose 1st is in a span, oldest first; by default the last two years'."""
    return fitness.summaries(db, user.id, "month", *span.days(user.timezone, back=731))
