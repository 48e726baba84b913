"""Stored activities as the series that workouts are compared with."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import psycopg

from runningcoach.coach.plans.adherence.conditions import AirConditions
from runningcoach.coach.plans.adherence.matching import RunForMatching, RunKind, speed_quantiles
from runningcoach.coach.plans.adherence.run_series import LapTrigger, RunLap, RunSeries
from runningcoach.metrics.windows import Floats
from runningcoach.model.activity import Activity, Lap
from runningcoach.store import activities
from runningcoach.store.blobs import samples

CHANNELS = ("t_s", "distance_m", "speed_mps", "heart_rate_bpm", "altitude_m", "latitude_deg")
STEP_WORDS = frozenset({"warmup", "cooldown", "rest", "recovery", "interval"})
"""Words of laps that only the steps of a workout leave."""
WALKING = frozenset({"walking", "hiking"})
EMPTY: Floats = np.zeros(0)


def load_series(
    conn: psycopg.Connection[Any], user_id: int, activity: Activity, home: Path
) -> RunSeries | None:
    """Return an activity's series; None where no samples are stored."""
    file = samples.get_file(conn, user_id, activity.id)
    if file is None:
        return None
    columns = samples.read(home, file.path, [name for name in CHANNELS if name in file.channels])
    latitude = columns.get("latitude_deg")
    laps = activities.laps(conn, user_id, activity.id)
    return RunSeries(
        t_s=columns["t_s"].astype(np.float64),
        distance_m=columns.get("distance_m", EMPTY),
        speed_mps=columns.get("speed_mps", EMPTY),
        heart_rate_bpm=columns.get("heart_rate_bpm", EMPTY),
        altitude_m=columns.get("altitude_m", EMPTY),
        gps_ok=None if latitude is None else np.isfinite(latitude),
        laps=run_laps(laps, activity.started_at),
        is_indoor=activity.is_treadmill,
    )


def run_laps(laps: Sequence[Lap], started_at: datetime) -> tuple[RunLap, ...]:
    """Return stored laps in seconds since the start of their activity."""
    words = {lap.intensity for lap in laps}
    trigger: LapTrigger | None = "step" if words & STEP_WORDS else None
    begins = [(lap.started_at - started_at).total_seconds() for lap in laps]
    return tuple(
        RunLap(begin, begin + lap.elapsed_s, lap.distance_m, trigger)
        for begin, lap in zip(begins, laps, strict=True)
    )


def run_for_matching(
    activity: Activity, series: RunSeries | None, workout_id: int | None
) -> RunForMatching:
    """Return an activity as the matcher sees it."""
    speeds = EMPTY if series is None else speed_quantiles(series.speed_mps)
    return RunForMatching(
        id=activity.id,
        start_local=activity.local_started_at,
        duration_s=activity.timer_s or activity.elapsed_s,
        distance_m=activity.distance_m,
        sport=sport_kind(activity.sport),
        workout_id=workout_id,
        text=f"{activity.name or ''} {activity.notes or ''}",
        speeds_mps=speeds,
    )


def sport_kind(sport: str) -> RunKind:
    """Return what a sport is to a plan of running."""
    if sport == "running":
        return "running"
    return "walking" if sport in WALKING else "other"


def air_of(run: Sequence[Activity]) -> AirConditions:
    """Return the air of the warmest of some activities; the watch's own sensor does not count."""
    known = [one for one in run if one.air_temperature_c is not None]
    if not known:
        return AirConditions()
    warmest = max(known, key=lambda one: one.air_temperature_c or 0.0)
    return AirConditions(warmest.air_temperature_c, warmest.dew_point_c)
