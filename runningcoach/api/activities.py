"""/activities: lists, one in full, changes by hand, removal, upload, the original file."""

from collections.abc import Callable, Collection, Iterator
from datetime import date
from pathlib import PurePosixPath
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, BackgroundTasks, Path, Query, Request, Response, UploadFile
from fastapi.responses import StreamingResponse
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from runningcoach.api import cached_responses, page_cursors, refresh_later, uploads
from runningcoach.api.dependencies import CurrentUser, Database, Home
from runningcoach.api.problems import NoFile, NotFound, SubSportAlone, described
from runningcoach.fit.names import SPORTS, SUB_SPORTS
from runningcoach.ingest import activity_removal
from runningcoach.ingest.files import recordings
from runningcoach.ingest.import_report import FileOutcome
from runningcoach.model.activity import Activity, ActivityMetrics, BestEffort, Lap, ParkedActivity
from runningcoach.model.record import Page
from runningcoach.store import activities, corrections, derive_failures, facts, fitness
from runningcoach.store.activities import (
    ActivityFilters,
    ListedActivity,
    NeighbouringActivities,
    PageCursor,
)
from runningcoach.store.blobs import files
from runningcoach.store.database import locks

router = APIRouter(prefix="/activities", tags=["activities"])

ActivityId = Annotated[int, Path(alias="id", ge=1, lt=2**63)]


def _check_one_of(names: Collection[str]) -> Callable[[str], str]:
    """Return a check that a word is one of some names."""

    def check(word: str) -> str:
        if word not in names:
            raise ValueError("no sport of this name is known")
        return word

    return check


SPORT_NAMES: list[Any] = list(SPORTS.values())
SUB_SPORT_NAMES: list[Any] = list(SUB_SPORTS.values())
Sport = Annotated[
    str, AfterValidator(_check_one_of(SPORT_NAMES)), Field(json_schema_extra={"enum": SPORT_NAMES})
]
SubSport = Annotated[
    str,
    AfterValidator(_check_one_of(SUB_SPORT_NAMES)),
    Field(json_schema_extra={"enum": SUB_SPORT_NAMES}),
]
Metres = Annotated[float | None, Query(ge=0, le=1e7)]
MEDIA_TYPES = {
    "fit": "application/vnd.ant.fit",
    "tcx": "application/vnd.garmin.tcx+xml",
    "gpx": "application/gpx+xml",
}
CHUNK_BYTES = 64 * 1024
FILE = {
    200: {
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}}
            for kind in MEDIA_TYPES.values()
        }
    }
} | described(401, 404, 422)


class ActivityDetail(BaseModel):
    """One activity with all that is computed from it."""

    activity: Activity
    metrics: ActivityMetrics | None
    best_efforts: list[BestEffort]
    neighbours: NeighbouringActivities
    parked: ParkedActivity | None


class ActivityUpdate(BaseModel):
    """Changes of an activity by the runner; omitted fields stay, null clears.

    A sport without a `sub_sport` clears that. `use_for_estimates` says whether estimates may rest
    on the activity; null leaves it to the checks.
    """

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(max_length=200)] | None = None
    notes: Annotated[str, Field(max_length=20_000)] | None = None
    rpe: Annotated[float, Field(ge=0, le=10)] | None = None
    gear: Annotated[str, Field(max_length=200)] | None = None
    is_race: bool = False
    sport: Sport = "running"
    sub_sport: SubSport | None = None
    use_for_estimates: bool | None = None
    air_temperature_c: Annotated[float, Field(ge=-60, le=60)] | None = None
    dew_point_c: Annotated[float, Field(ge=-80, le=40)] | None = None

    def changed_columns(self) -> dict[str, Any]:
        """Return the changes by column; with a sport goes its kind, and whether on a belt."""
        changes = self.model_dump(exclude_unset=True)
        if "sport" in changes:
            changes.setdefault("sub_sport", None)
            changes["is_treadmill"] = recordings.is_treadmill(self.sport, self.sub_sport)
        return changes


class UploadResult(BaseModel):
    """What became of one uploaded file."""

    name: str
    outcome: str
    sha256: str | None
    reason_code: str | None
    reason: str | None
    activity_ids: list[int]


class Upload(BaseModel):
    """What became of an upload, file by file; archives are unpacked."""

    files: list[UploadResult]


class ActivityListQuery(BaseModel):
    """What a list shows, and where its page begins."""

    model_config = ConfigDict(extra="forbid")

    sport: Annotated[str, Field(max_length=50)] | None = None
    first: Annotated[date | None, Field(alias="from", description="First day, the athlete's")] = (
        None
    )
    last: Annotated[date | None, Field(alias="to", description="Last day, included")] = None
    name: Annotated[
        str | None, Field(alias="q", max_length=100, description="Part of the name")
    ] = None
    min_distance_m: Metres = None
    max_distance_m: Metres = None
    has_gps: bool | None = None
    is_race: Annotated[bool | None, Field(alias="race")] = None
    is_treadmill: Annotated[bool | None, Field(alias="treadmill")] = None
    cursor: (
        Annotated[str, Field(max_length=200, description="`next` of the page before")] | None
    ) = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50

    def filters(self) -> ActivityFilters:
        """Return the filters of the list."""
        return ActivityFilters(**self.model_dump(exclude={"cursor", "limit"}))


@router.get("", response_model=Page[ListedActivity], responses=described(401, 422))
def list_activities(
    db: Database, user: CurrentUser, query: Annotated[ActivityListQuery, Query()]
) -> Response:
    """Return the runner's activities, newest first."""
    before = page_cursors.decode(query.cursor) if query.cursor else None
    rows = activities.page(db, user.id, query.filters(), before, query.limit + 1)
    return cached_responses.record(_page(rows, query.limit))


def _page(rows: list[ListedActivity], limit: int) -> Page[ListedActivity]:
    """Return a page; one more row than `limit` means that another page follows."""
    items = rows[:limit]
    more = len(rows) > limit
    last = page_cursors.encode(PageCursor(items[-1].started_at, items[-1].id)) if more else None
    return Page[ListedActivity](items=items, next=last)


@router.post("/upload", status_code=201, responses=described(401, 403, 413, 422, 507))
async def upload(
    files: list[UploadFile], user: CurrentUser, home: Home, request: Request
) -> Upload:
    """Take in FIT, TCX and GPX files, or archives of them."""
    outcomes = await uploads.take(request, user, files, home)
    return Upload(files=[_upload_result(outcome) for outcome in outcomes])


def _upload_result(outcome: FileOutcome) -> UploadResult:
    return UploadResult(
        name=outcome.name,
        outcome=outcome.outcome,
        sha256=outcome.sha256,
        reason_code=outcome.reason_code,
        reason=outcome.why() or outcome.reason,
        activity_ids=list(outcome.activity_ids),
    )


@router.get("/{id}", response_model=ActivityDetail, responses=described(304, 401, 404, 422))
def read_activity(db: Database, user: CurrentUser, id: ActivityId, request: Request) -> Response:
    """Return one activity with its metrics, best efforts and neighbours."""
    detail = ActivityDetail.model_construct(
        activity=_owned(activities.get(db, user.id, id)),
        metrics=fitness.metrics_of(db, user.id, id),
        best_efforts=facts.best_efforts(db, user.id, id),
        neighbours=activities.neighbours(db, user.id, id),
        parked=derive_failures.get_parked(db, user.id, id),
    )
    return cached_responses.tagged_record(request, detail)


@router.patch("/{id}", responses=described(401, 403, 404, 422))
def change_activity(
    changes: ActivityUpdate,
    db: Database,
    user: CurrentUser,
    id: ActivityId,
    home: Home,
    request: Request,
    tasks: BackgroundTasks,
) -> Activity:
    """Change name, notes, effort, gear, race, sport or weather; imports leave these alone.

    A sport's kind is changed with the sport. What depends on it is computed again once the answer
    is out, also after `use_for_estimates` changed.
    """
    columns = changes.changed_columns()
    if "sub_sport" in columns and "sport" not in columns:
        raise SubSportAlone
    with locks.hold_change_lock(db, user.id):
        changed = _owned(activities.update(db, user.id, id, columns))
        if "sport" in columns:
            corrections.outdate_facts(db, user.id, [id])
        if activities.WEIGHS & columns.keys():
            fitness.mark_stale(db, user.id, changed.local_date)
            refresh_later.schedule_refresh(tasks, request, user, home)
    return changed


@router.delete("/{id}", status_code=204, responses=described(401, 403, 404, 422))
def delete_activity(
    db: Database,
    user: CurrentUser,
    id: ActivityId,
    home: Home,
    request: Request,
    tasks: BackgroundTasks,
) -> None:
    """Move an activity to quarantine, a multisport one with all its legs; a retry restores it.

    Other activities of the same file stay.
    """
    if not activity_removal.remove(db, user.id, id, home):
        raise NotFound
    refresh_later.schedule_refresh(tasks, request, user, home)


@router.get("/{id}/laps", responses=described(401, 404, 422))
def read_laps(db: Database, user: CurrentUser, id: ActivityId) -> list[Lap]:
    """Return the laps in order."""
    _owned(activities.get(db, user.id, id))
    return activities.laps(db, user.id, id)


@router.get("/{id}/fit", response_class=StreamingResponse, responses=FILE)
def read_fit(db: Database, user: CurrentUser, id: ActivityId, home: Home) -> StreamingResponse:
    """Return the original file, byte for byte: FIT, TCX or GPX."""
    original = activities.original(db, user.id, id)
    if original is None:
        raise NotFound if activities.get(db, user.id, id) is None else NoFile
    data = files.get(home, original.sha256)
    headers = {
        "Content-Length": str(len(data)),
        "Content-Disposition": _attachment(original.name),
        "Content-Encoding": "identity",
    }
    return StreamingResponse(
        _chunks(data), headers=headers, media_type=MEDIA_TYPES.get(original.kind)
    )


def _owned[Thing](row: Thing | None) -> Thing:
    if row is None:
        raise NotFound
    return row


def _chunks(data: bytes) -> Iterator[bytes]:
    view = memoryview(data)
    for begin in range(0, len(view), CHUNK_BYTES):
        yield bytes(view[begin : begin + CHUNK_BYTES])


def _attachment(name: str) -> str:
    """Return the header that names the saved file; names with folders lose them."""
    base = PurePosixPath(name.replace("\\", "/")).name or "activity"
    return f"attachment; filename*=UTF-8''{quote(base)}"
