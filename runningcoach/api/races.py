"""/races: the races that the runner has entered."""

import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from runningcoach.api.dependencies import CurrentUser, Database, RowId
from runningcoach.api.problems import NotFound, described
from runningcoach.model.stored_plan import PlannedRace
from runningcoach.store import races

router = APIRouter(prefix="/races", tags=["races"])

RaceName = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]+$"
    ),
]
RaceDistance = Annotated[int, Field(ge=400, le=300_000)]
RaceTime = Annotated[int, Field(ge=60, le=172_800)]
RacePriority = Annotated[
    Literal["A", "B", "C"], Field(description="A the goal, B matters, C as training")
]


class RaceInput(BaseModel):
    """A race to enter."""

    model_config = ConfigDict(extra="forbid")

    date: datetime.date
    name: RaceName
    distance_m: RaceDistance
    target_time_s: RaceTime | None = None
    priority: RacePriority = "A"


class RaceUpdate(BaseModel):
    """Changes of a race; omitted fields stay, a null target clears it."""

    model_config = ConfigDict(extra="forbid")

    date: datetime.date = datetime.date.min
    name: RaceName = ""
    distance_m: RaceDistance = 0
    target_time_s: RaceTime | None = None
    priority: RacePriority = "A"


class RaceListQuery(BaseModel):
    """From which day to which races are listed; an end left out is open."""

    model_config = ConfigDict(extra="forbid")

    first: Annotated[datetime.date | None, Field(alias="from")] = None
    last: Annotated[datetime.date | None, Field(alias="to")] = None


@router.get("", responses=described(401, 422))
def list_races(
    db: Database, user: CurrentUser, query: Annotated[RaceListQuery, Query()]
) -> list[PlannedRace]:
    """Return the races by their day."""
    return races.list_races(db, user.id, query.first, query.last)


@router.post("", status_code=201, responses=described(401, 403, 422))
def create_race(body: RaceInput, db: Database, user: CurrentUser) -> PlannedRace:
    """Enter a race."""
    return races.create(db, user.id, body.model_dump())


@router.get("/{id}", responses=described(401, 404, 422))
def read_race(db: Database, user: CurrentUser, id: RowId) -> PlannedRace:
    """Return a race."""
    return _owned(races.get(db, user.id, id))


@router.patch("/{id}", responses=described(401, 403, 404, 422))
def change_race(body: RaceUpdate, db: Database, user: CurrentUser, id: RowId) -> PlannedRace:
    """Change a race."""
    return _owned(races.update(db, user.id, id, body.model_dump(exclude_unset=True)))


@router.delete("/{id}", status_code=204, responses=described(401, 403, 404, 422))
def remove_race(db: Database, user: CurrentUser, id: RowId) -> None:
    """Remove a race."""
    if not races.remove(db, user.id, id):
        raise NotFound


def _owned(race: PlannedRace | None) -> PlannedRace:
    if race is None:
        raise NotFound
    return race
