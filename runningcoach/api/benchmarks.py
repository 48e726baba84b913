"""/benchmarks: dated facts about the athlete."""

from fastapi import APIRouter

from runningcoach.api.deps import CurrentUser, Database
from runningcoach.api.problems import described
from runningcoach.store import benchmarks
from runningcoach.store.benchmarks import Explained

router = APIRouter(prefix="/benchmarks", tags=["benchmarks"])


@router.get("", responses=described(401))
def list_benchmarks(db: Database, user: CurrentUser) -> list[Explained]:
    """Return every benchmark with the day from which on it is in force."""
    return benchmarks.all(db, user.id)
