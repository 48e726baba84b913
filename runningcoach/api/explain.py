"""/metrics: explanation of a stored number."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query

from runningcoach.api.dependencies import CurrentUser, Database
from runningcoach.api.problems import described
from runningcoach.derive import explain
from runningcoach.model.explanation import Explanation

router = APIRouter(prefix="/metrics", tags=["metrics"])

Metric = Annotated[str, Path(max_length=60, description="Its name, as in the glossary: `trimp`")]
ActivityId = Annotated[int | None, Query(ge=1, lt=2**63, description="Number of an activity")]
Day = Annotated[date | None, Query(description="A day of the runner's")]


@router.get("/explain/{metric}", responses=described(401, 404, 422))
def read_explanation(
    db: Database,
    user: CurrentUser,
    metric: Metric,
    activity: ActivityId = None,
    date: Day = None,
) -> Explanation:
    """Return the formula of a number, what went into it, and why, in the runner's language."""
    return explain.of(db, user.id, metric, activity, date)
