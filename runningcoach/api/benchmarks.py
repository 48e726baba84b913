"""/benchmarks: dated benchmarks of the athlete, and those set by the runner."""

from datetime import date
from typing import Annotated, Self

from fastapi import APIRouter, BackgroundTasks, Query, Request
from pydantic import BaseModel, ConfigDict, Field, model_validator

from runningcoach.api import refresh_later
from runningcoach.api.dependencies import CurrentUser, Database
from runningcoach.api.problems import NotFound, described
from runningcoach.base import periods
from runningcoach.model.benchmark import HR_ZONES, Benchmark, BenchmarkKind
from runningcoach.store import benchmark_rules, benchmarks
from runningcoach.store.benchmark_rules import OwnBenchmark
from runningcoach.store.benchmarks import BenchmarkDetail

router = APIRouter(prefix="/benchmarks", tags=["benchmarks"])

MOST_AT_ONCE = 50
Day = Annotated[date, Field(description="From which day on it counts; not in the future")]


class BenchmarkQuery(BaseModel):
    """Which benchmarks a list shows."""

    model_config = ConfigDict(extra="forbid")

    day: Annotated[
        date | None, Field(alias="date", description="Only those in force on this day")
    ] = None


class BenchmarkInput(BaseModel):
    """One benchmark set by the runner."""

    model_config = ConfigDict(extra="forbid")

    kind: BenchmarkKind
    value: float
    valid_from: Day

    def to_entries(self) -> list[OwnBenchmark]:
        """Return the benchmark as a list of one."""
        return [OwnBenchmark(self.kind, self.value, self.valid_from)]


class ZonesInput(BaseModel):
    """The lower edges [bpm] of the five zones of heart rate in one go."""

    model_config = ConfigDict(extra="forbid")

    hr_zones_bpm: Annotated[list[float], Field(min_length=5, max_length=5)]
    valid_from: Day

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        if sorted(set(self.hr_zones_bpm)) != self.hr_zones_bpm:
            raise ValueError("edges must ascend")
        return self

    def to_entries(self) -> list[OwnBenchmark]:
        """Return a benchmark for each edge."""
        pairs = zip(HR_ZONES, self.hr_zones_bpm, strict=True)
        return [OwnBenchmark(kind, value, self.valid_from) for kind, value in pairs]


Several = Annotated[list[BenchmarkInput | ZonesInput], Field(min_length=1, max_length=MOST_AT_ONCE)]


@router.get("", responses=described(401, 422))
def list_benchmarks(
    db: Database, user: CurrentUser, query: Annotated[BenchmarkQuery, Query()]
) -> list[BenchmarkDetail]:
    """Return every benchmark with the day from which on it is in force; or those of one day."""
    if query.day is None:
        return benchmarks.list_all(db, user.id)
    return list(benchmarks.in_force(db, user.id, query.day).values())


@router.patch("", responses=described(401, 403, 422))
def set_benchmarks(
    body: BenchmarkInput | ZonesInput | Several,
    db: Database,
    user: CurrentUser,
    request: Request,
    tasks: BackgroundTasks,
) -> list[Benchmark]:
    """Set one's own benchmarks: one, the five zones, or a list of both; all or none are stored.

    The runner's word counts before Garmin's and before estimates, from its day on.
    """
    entries = [
        entry
        for each in (body if isinstance(body, list) else [body])
        for entry in each.to_entries()
    ]
    stored = benchmark_rules.put(db, user.id, entries, periods.today(user.timezone))
    refresh_later.schedule_refresh(tasks, request, user)
    return stored


@router.delete("/{kind}/{valid_from}", status_code=204, responses=described(401, 403, 404, 422))
def remove_benchmark(
    kind: BenchmarkKind,
    valid_from: date,
    db: Database,
    user: CurrentUser,
    request: Request,
    tasks: BackgroundTasks,
) -> None:
    """Remove the runner's benchmark of a day; Garmin's value or an estimate counts again."""
    if not benchmarks.remove_user(db, user.id, kind, valid_from):
        raise NotFound
    refresh_later.schedule_refresh(tasks, request, user)
