"""/fitness: load, fitness, fatigue and form by day."""

from typing import Annotated

from fastapi import APIRouter, Query

from runningcoach.api.deps import CurrentUser, Database
from runningcoach.api.problems import described
from runningcoach.api.spans import Span
from runningcoach.records import DailyFitness
from runningcoach.store import fitness

router = APIRouter(prefix="/fitness", tags=["fitness"])


@router.get("/daily", responses=described(401, 422))
def daily(db: Database, user: CurrentUser, span: Annotated[Span, Query()]) -> list[DailyFitness]:
    """Return every day of a span, oldest first; the last 90 days if none is given."""
    return fitness.daily(db, user.id, *span.days(user.timezone, back=90))
