"""/analytics/zones: the zones in force on a day, and how long each was run in."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from runningcoach.api.date_ranges import DateRange
from runningcoach.api.dependencies import CurrentUser, Database
from runningcoach.api.problems import described
from runningcoach.base import periods
from runningcoach.derive.pace_index import PaceEvidence, load_pace_index
from runningcoach.derive.zones import training_paces
from runningcoach.metrics import race
from runningcoach.model.benchmark import HR_ZONES
from runningcoach.store import benchmarks, zones
from runningcoach.store.benchmarks import BenchmarkDetail
from runningcoach.store.zones import TimeInZones

router = APIRouter(prefix="/analytics", tags=["analytics"])


class ZonesQuery(DateRange):
    """On which day the zones are in force, and over which days their time is summed."""

    day: Annotated[
        date | None, Field(alias="date", description="Zones of this day; today if absent")
    ] = None


class PaceZone(BaseModel):
    """The slow and the fast end [m/s] of a training zone; equal but for easy."""

    zone: race.PaceZone
    slow_mps: float
    fast_mps: float


class HrLimits(BaseModel):
    """Limits and thresholds of heart rate, each with who says so; null where nobody does."""

    hrmax: BenchmarkDetail | None
    hrrest: BenchmarkDetail | None
    lthr: BenchmarkDetail | None
    vt1: BenchmarkDetail | None
    vt2: BenchmarkDetail | None


class TimedZones(TimeInZones):
    """Time in zones and the days over which it is summed."""

    first: date
    last: date


class Zones(BaseModel):
    """Zones in force on a day.

    `hr_zones` are the lower edges of zones 1..5 as far as they are known. `vdot` is the pace
    index from which all training paces follow, those of plans too, and `pace_evidence` what it
    rests on: the runner's own threshold speed, a race or a hard effort of the last 60 days,
    Garmin's VO2max, or the threshold speed that somebody else states.
    """

    date: date
    hr_zones: list[BenchmarkDetail]
    hr_limits: HrLimits
    threshold_speed: BenchmarkDetail | None
    vdot: float | None
    pace_evidence: PaceEvidence | None
    pace_zones: list[PaceZone]
    time: TimedZones


@router.get("/zones", responses=described(401, 422))
def read_zones(db: Database, user: CurrentUser, asked: Annotated[ZonesQuery, Query()]) -> Zones:
    """Return the zones of heart rate and pace on a day, and the time in zones over a span.

    The time is that of the last 28 days if no span is given; each day counts by the zones
    that were in force on it.
    """
    day = asked.day or periods.today(user.timezone)
    first, last = asked.days(user.timezone, back=27)
    known = benchmarks.in_force(db, user.id, day)
    index = load_pace_index(db, user.id, day, known)
    return Zones(
        date=day,
        hr_zones=[known[kind] for kind in HR_ZONES if kind in known],
        hr_limits=_limits(known),
        threshold_speed=known.get("threshold_speed_mps"),
        vdot=index.value if index else None,
        pace_evidence=index.evidence if index else None,
        pace_zones=[
            PaceZone(**one._asdict()) for one in training_paces(index.value if index else None)
        ],
        time=TimedZones(
            first=first, last=last, **zones.time_in_zones(db, user.id, first, last).model_dump()
        ),
    )


def _limits(known: dict[str, BenchmarkDetail]) -> HrLimits:
    return HrLimits(**{name: known.get(f"{name}_bpm") for name in HrLimits.model_fields})
