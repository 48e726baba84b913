"""/ingest: fetching from Garmin, how far that is, which days lack what; and quarantine."""

from datetime import date, timedelta
from typing import Annotated, Literal, Self

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, model_validator

from runningcoach.api.date_ranges import DateRange
from runningcoach.api.dependencies import Configured, CurrentUser, Database, Home
from runningcoach.api.problems import GarminNotConnected, described
from runningcoach.base.settings import Settings
from runningcoach.ingest.garmin.connection import GarminBusy
from runningcoach.jobs import GarminOrder, sync_requests
from runningcoach.jobs.sync_requests import SyncRequestStatus
from runningcoach.model.health import HealthGap
from runningcoach.model.quarantine import Quarantined
from runningcoach.store import garmin, quarantine, scores, sync_status

router = APIRouter(prefix="/ingest", tags=["ingest"])

LONGEST_RANGE = timedelta(days=366)


class SyncRequest(BaseModel):
    """What to fetch: the newest, the history, or the days of a range once more.

    `days` is how far the history goes, 0 for all of it; `from` and `to` are the range.
    """

    model_config = ConfigDict(extra="forbid")

    mode: Literal["incremental", "backfill", "range"] = "incremental"
    days: Annotated[int | None, Field(ge=0, le=36_525)] = None
    first: Annotated[date | None, Field(alias="from")] = None
    last: Annotated[date | None, Field(alias="to")] = None

    @model_validator(mode="after")
    def _check_mode(self) -> Self:
        if self.mode == "range":
            _check_range(self.first, self.last)
        elif self.first or self.last:
            raise ValueError("from and to belong to mode range")
        if self.mode != "backfill" and self.days is not None:
            raise ValueError("days belongs to mode backfill")
        return self

    def order(self, settings: Settings) -> GarminOrder:
        """Return the request as an order for jobs."""
        default_days = settings.garmin_backfill_days
        return GarminOrder(
            self.mode,
            default_days if self.days is None else self.days,
            self.first or date.min,
            self.last or date.max,
        )


def _check_range(first: date | None, last: date | None) -> None:
    if first is None or last is None:
        raise ValueError("range needs from and to")
    if not timedelta(0) <= last - first <= LONGEST_RANGE:
        raise ValueError("from comes before to, by a year at most")


class QueuedSync(BaseModel):
    """A run that waits for its turn; `id` is its number among the runs of jobs."""

    id: int
    run_id: str
    mode: str


@router.post("/run", status_code=202, responses=described(401, 403, 404, 409, 422))
def run(order: SyncRequest, db: Database, user: CurrentUser, settings: Configured) -> QueuedSync:
    """Queue a run for the scheduler. 409 without a connection, or while one waits or runs."""
    if not _is_connected(db, user.id):
        raise GarminNotConnected
    if sync_status.is_running(db, user.id):
        raise GarminBusy
    queued = sync_requests.request_sync(db, user, order.order(settings))
    return QueuedSync(id=queued.id, run_id=queued.run_id, mode=order.mode)


def _is_connected(db: Database, user_id: int) -> bool:
    return any(lane.status == "connected" for lane in garmin.connections(db, user_id))


@router.get("/quarantine", responses=described(401))
def read_quarantine(db: Database, user: CurrentUser) -> list[Quarantined]:
    """Return the files that could not be imported and the deleted activities, newest first."""
    return quarantine.list_quarantined(db, user.id)


class QuarantineCleared(BaseModel):
    """How many files were deleted, and how much room that made."""

    files: int
    size_bytes: int


@router.delete("/quarantine", responses=described(401, 403, 422))
def empty_quarantine(
    db: Database,
    user: CurrentUser,
    home: Home,
    older_than_days: Annotated[int, Query(ge=0, le=36_525)] = 0,
    reason: Annotated[str | None, Query(max_length=100)] = None,
) -> QuarantineCleared:
    """Delete files that could not be taken, all or some; deleted activities are not touched."""
    from runningcoach.ingest import quarantine as held_files  # loads the readers of files

    removed = held_files.empty(
        db, user.id, home, older_than_days=older_than_days, reason_code=reason
    )
    return QuarantineCleared(**removed._asdict())


@router.get("/status", responses=described(401))
def status(db: Database, user: CurrentUser, settings: Configured) -> SyncRequestStatus:
    """Return how far the sync is: the run, units, rate, requests of today, waits, gaps."""
    return sync_requests.progress(db, user, settings.garmin_requests_a_day)


@router.get("/gaps", responses=described(401, 422))
def gaps(db: Database, user: CurrentUser, span: Annotated[DateRange, Query()]) -> list[HealthGap]:
    """Return which days lack which stream, and why; the last 90 days if no span is given."""
    return scores.gaps(db, user.id, *span.days(user.timezone, back=90))
