"""/analytics/projection: where a daily load leads, and which load leads to a form."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from runningcoach.api.dependencies import CurrentUser, Database
from runningcoach.api.problems import UntilOutOfRange, described
from runningcoach.base import periods
from runningcoach.derive import projection
from runningcoach.derive.projection import Projection
from runningcoach.store import fitness, preferences

router = APIRouter(prefix="/analytics", tags=["analytics"])

USUAL_DAYS, MOST_DAYS = 42, 730
Load = Annotated[float, Field(ge=0, le=2000)]


class ProjectionQuery(BaseModel):
    """Until when, under which loads, and for which form."""

    model_config = ConfigDict(extra="forbid")

    until: Annotated[date | None, Field(description="Last day; six weeks ahead if absent")] = None
    daily_load: Annotated[
        list[Load],
        Field(
            max_length=MOST_DAYS,
            description="One for every day, or several that repeat, as the seven of a week;"
            " today's fitness if absent, which keeps it",
        ),
    ] = []
    target_form: Annotated[
        float | None, Field(ge=-500, le=500, description="Form that is wanted on the last day")
    ] = None


@router.get("/projection", responses=described(401, 422))
def project(
    db: Database, user: CurrentUser, asked: Annotated[ProjectionQuery, Query()]
) -> Projection:
    """Return fitness, fatigue and form from today on under a daily load.

    A day on which something was recorded already is known and not projected. Averages are
    those of the runner's preferences.
    """
    today = periods.today(user.timezone)
    until = asked.until or today + timedelta(days=USUAL_DAYS)
    if not today < until <= today + timedelta(days=MOST_DAYS):
        raise UntilOutOfRange(first=today + timedelta(days=1), last=today + timedelta(MOST_DAYS))
    first = today - timedelta(days=projection.FORGOTTEN_DAYS)
    known, chosen = fitness.daily(db, user.id, first, today), preferences.get(db, user.id)
    return projection.project(known, chosen, today, until, asked.daily_load, asked.target_form)
