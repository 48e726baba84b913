"""/health: health data by day."""

from typing import Annotated

from fastapi import APIRouter, Query

from runningcoach.api.date_ranges import DateRange
from runningcoach.api.dependencies import CurrentUser, Database
from runningcoach.api.problems import described
from runningcoach.model.health import HealthDay
from runningcoach.store import health

router = APIRouter(prefix="/health", tags=["health"])


@router.get("/days", responses=described(401, 422))
def days(db: Database, user: CurrentUser, span: Annotated[DateRange, Query()]) -> list[HealthDay]:
    """Return the days of a span that have data; the last 90 if no span is given."""
    return health.days(db, user.id, *span.days(user.timezone, back=90))
