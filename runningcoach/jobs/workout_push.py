"""Send the workouts of the coming days to Garmin's calendar, with the runner's own targets."""

from typing import TYPE_CHECKING, Any

from psycopg import Connection

from runningcoach.base import periods
from runningcoach.ingest.garmin.connection import GarminEndpoint
from runningcoach.jobs.garmin_sync import pace_at
from runningcoach.publish.push_report import DAYS, PushReport
from runningcoach.sources.common.pacing import RequestPace
from runningcoach.store import fitness

if TYPE_CHECKING:
    from runningcoach.publish.resolution import ResolveWorkout


def push_workouts(
    conn: Connection[Any],
    user_id: int,
    endpoint: GarminEndpoint,
    *,
    days: int = DAYS,
    is_on: bool = True,
    pace: RequestPace | None = None,
) -> PushReport:
    """Bring Garmin's calendar in line with the approved plan; `is_on` False sends nothing.

    Raises PlanChangedSinceApproval, GarminBusy.
    """
    if not is_on:
        return PushReport(stopped="off")
    from runningcoach.publish.workouts import sync_workouts  # loaded by the few who push

    return sync_workouts(
        conn, user_id, endpoint,
        resolve=load_resolver(conn, user_id), days=days, pace=pace or pace_at(endpoint),
    )  # fmt: skip


def load_resolver(conn: Connection[Any], user_id: int) -> "ResolveWorkout":
    """Return what resolves targets by the runner's numbers of today."""
    from runningcoach.coach.plans.athlete import load_athlete
    from runningcoach.coach.plans.targets import resolve_workout

    today = periods.today(fitness.get_profile(conn, user_id).timezone)
    athlete = load_athlete(conn, user_id, today)
    return lambda workout: resolve_workout(workout, athlete)
