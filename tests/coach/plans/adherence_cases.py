"""Pairs of a plan and its run from the corpus, as the records and arrays that the product takes."""

import importlib.util
import json
from datetime import date, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from runningcoach.coach.plans.adherence.comparison import compare
from runningcoach.coach.plans.adherence.conditions import AirConditions
from runningcoach.coach.plans.adherence.matching import (
    RunForMatching,
    WorkoutForMatching,
    match_activities,
    speed_quantiles,
)
from runningcoach.coach.plans.adherence.run_series import RunLap, RunSeries
from runningcoach.coach.plans.adherence.sessions import place_match
from runningcoach.model.workout import Workout


@cache
def maker(folder: Path) -> ModuleType:
    """Return the corpus's own program that expands segments to seconds."""
    spec = importlib.util.spec_from_file_location("make_series", folder / "make_series.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def workout_of(planned: dict[str, Any]) -> Workout:
    """Return a planned workout; a type that is not ours is `other`."""
    known = Workout.model_fields["type"].annotation.__value__.__args__
    kind = planned["type"] if planned["type"] in known else "other"
    return Workout.model_validate({"type": kind, "title": planned["id"], "steps": planned["steps"]})


def series_of(folder: Path, activity: dict[str, Any], seed: float, gap_s: float) -> RunSeries:
    """Return the arrays of an activity; the column that holds the truth is left out."""
    rows = [row[:7] for row in maker(folder).expand(activity, seed)]
    t, distance, speed, rate, altitude, gps, lap = (np.array(c) for c in zip(*rows, strict=True))
    return RunSeries(
        t_s=t.astype(float),
        distance_m=distance.astype(float),
        speed_mps=speed.astype(float),
        heart_rate_bpm=np.array([float(r) if r != "" else np.nan for r in rate]),
        altitude_m=altitude.astype(float),
        gps_ok=gps.astype(bool),
        laps=laps_of(t, distance, lap),
        is_indoor=activity.get("sub_sport") == "treadmill",
        start_gap_s=gap_s,
    )


def laps_of(t: np.ndarray, distance: np.ndarray, lap: np.ndarray) -> tuple[RunLap, ...]:
    edges = [0, *(np.flatnonzero(np.diff(lap)) + 1).tolist(), len(t)]
    return tuple(
        RunLap(float(t[a]), float(t[b - 1]) + 1, float(distance[b - 1] - distance[max(a - 1, 0)]))
        for a, b in pairwise(edges)
    )


def run_of(activity: dict[str, Any], series: RunSeries) -> RunForMatching:
    return RunForMatching(
        id=activity["id"],
        start_local=datetime.fromisoformat(activity["start_local"]),
        duration_s=len(series.t_s),
        distance_m=float(series.distance_m[-1]),
        sport=activity["sport"],
        workout_id=activity.get("workout_id"),
        speeds_mps=speed_quantiles(series.speed_mps),
    )


def solve(folder: Path, case: dict[str, Any]):
    """Return the matches of a case, and the adherence of each of its workouts by id."""
    planned = [
        WorkoutForMatching(p["id"], date.fromisoformat(p["date"]), workout_of(p))
        for p in case["planned"]
        if p["type"] != "rest"
    ]
    series = {a["id"]: series_of(folder, a, 1.0 + k, 0.0) for k, a in enumerate(case["activities"])}
    runs = {a["id"]: run_of(a, series[a["id"]]) for a in case["activities"]}
    matches = match_activities(planned, list(runs.values()))
    air = AirConditions(case["temperature_c"])
    out = {}
    for session, match in zip(planned, matches.sessions, strict=True):
        parts = [series[i] for i in match.activity_ids]
        numbers = [list(runs).index(i) for i in match.activity_ids]
        went = compare(
            session.workout, parts, workout_date=session.date, run_date=match.run_date,
            activity_ids=numbers, air=air,
        )  # fmt: skip
        out[session.id] = place_match(went, match)
    return matches, out


def load(folder: Path) -> list[dict[str, Any]]:
    return json.loads((folder / "cases.json").read_text(encoding="utf-8"))["cases"]
