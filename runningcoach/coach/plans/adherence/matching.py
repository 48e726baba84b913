"""Which activity ran which planned workout: by workout id or marker, else by date and shape."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np

from runningcoach.coach.plans.adherence.planned_steps import plan_steps
from runningcoach.metrics.windows import Floats
from runningcoach.model.plan_request import AthleteState
from runningcoach.model.workout import Workout

QUANTILES = 20
"""Speeds by time, from slow to fast, in so many parts: the shape of a run."""
SHAPE_WEIGHT, SIZE_WEIGHT, DAY_COST = 3.0, 1.0, 0.15
SAME_DAY_COST, OTHER_DAY_COST = 2.5, 0.45
"""A run of the planned day may differ much; one of another day must look like the workout."""
MOST_DAYS = 2
ID_DAYS = 7
SPLIT_GAP = timedelta(hours=3)
MOST_PARTS = 4
NIGHT_ENDS_HOUR = 3
"""A run that starts before 3 h may be that of the day before. Ours, as the others here."""
GAIN = 0.02

RunKind = Literal["running", "walking", "other"]


@dataclass(frozen=True, slots=True)
class WorkoutForMatching:
    """A workout on a day, as the matcher sees it; `marker` stands in texts that the watch keeps."""

    id: int | str
    date: date
    workout: Workout
    marker: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class RunForMatching:
    """An activity, as the matcher sees it.

    `workout_id` is that of the planned session that the watch says it ran; `speeds_mps` are
    speeds of equal parts of its time, sorted, empty where not known; `text` is its name and notes.
    """

    id: int | str
    start_local: datetime
    duration_s: float
    distance_m: float | None
    sport: str = "running"
    workout_id: int | str | None = None
    text: str = ""
    speeds_mps: Floats = field(default_factory=lambda: np.zeros(0))


class SessionMatch(NamedTuple):
    """A planned session, the activities that ran it in the order of their start, and the day."""

    session_id: int | str
    activity_ids: tuple[int | str, ...]
    run_date: date | None
    days_moved: int = 0
    is_swapped: bool = False


class ActivityMatches(NamedTuple):
    """All sessions with their activities, and the runs that were not planned."""

    sessions: list[SessionMatch]
    unplanned: list[int | str]

    def session_of(self, activity_id: int | str) -> int | str | None:
        """Return the session that an activity ran; None where it was not planned."""
        for match in self.sessions:
            if activity_id in match.activity_ids:
                return match.session_id
        return None


def speed_quantiles(speed_mps: Floats) -> Floats:
    """Return the speeds of equal parts of a run's time, slow to fast; empty without speeds."""
    known = speed_mps[np.isfinite(speed_mps)]
    if not len(known):
        return np.zeros(0)
    shares = (np.arange(QUANTILES) + 0.5) / QUANTILES
    return np.quantile(known, shares)


def match_activities(
    planned: Sequence[WorkoutForMatching],
    activities: Sequence[RunForMatching],
    athlete: AthleteState | None = None,
) -> ActivityMatches:
    """Return which activities ran which sessions.

    The watch's own word counts first. Then single activities, and activities that follow each
    other within three hours, are given to the session that they resemble, the best first. What
    stands beside a matched activity joins it where the whole then fits better.
    """
    matcher = _Matcher(planned, activities, athlete)
    matcher.match_by_id()
    matcher.match_by_shape()
    matcher.join_neighbours()
    return matcher.result()


class _PlannedShape(NamedTuple):
    seconds: float
    meters: float
    speeds: Floats


def planned_shape(workout: Workout, athlete: AthleteState | None) -> _PlannedShape:
    """Return length and speeds that a workout should have."""
    steps = plan_steps(workout, athlete)
    seconds = np.array([step.expected_s for step in steps])
    speeds = np.array([step.expected_mps for step in steps])
    if not len(steps):
        return _PlannedShape(0.0, 0.0, np.zeros(0))
    course = np.repeat(speeds, np.maximum(seconds.astype(np.int64), 1))
    total = float(seconds.sum())
    return _PlannedShape(total, float((seconds * speeds).sum()), speed_quantiles(course))


class _Matcher:
    """The state of a matching: which sessions and activities are still free."""

    def __init__(
        self,
        planned: Sequence[WorkoutForMatching],
        activities: Sequence[RunForMatching],
        athlete: AthleteState | None,
    ) -> None:
        self.planned = list(planned)
        self.runs = sorted(activities, key=lambda run: run.start_local)
        self.shapes = {one.id: planned_shape(one.workout, athlete) for one in self.planned}
        self.matched: dict[int | str, list[RunForMatching]] = {}
        self.free = {run.id for run in self.runs}

    def match_by_id(self) -> None:
        """Match what the watch names: by workout id, then by a marker in the texts."""
        for session in self.planned:
            named = [run for run in self.runs if run.id in self.free and _is_named(session, run)]
            near = [run for run in named if abs(_days_apart(session, run)) <= ID_DAYS]
            if near:
                first = min(near, key=lambda run: abs(_days_apart(session, run)))
                self._take(session, [run for run in near if _is_near(run, first)])

    def match_by_shape(self) -> None:
        """Match the rest by date and shape, the likeliest pairs first."""
        pairs = sorted(self._pairs(), key=lambda pair: pair[0])
        for _, session, group in pairs:
            if session.id in self.matched or any(run.id not in self.free for run in group):
                continue
            self._take(session, group)

    def _pairs(self) -> Iterator[tuple[float, WorkoutForMatching, list[RunForMatching]]]:
        runs = [run for run in self.runs if run.id in self.free]
        for group in _groups(runs):
            for session in self.planned:
                if session.id in self.matched or not _can_run(session, group):
                    continue
                days = min(abs(day) for day in _possible_days(session, group[0]))
                cost = self._cost(session, group)
                limit = SAME_DAY_COST if days == 0 else OTHER_DAY_COST
                if days <= MOST_DAYS and cost <= limit:
                    yield cost + DAY_COST * days, session, group

    def join_neighbours(self) -> None:
        """Add warm-ups, cool-downs and second halves that were saved as activities of their own."""
        for session in self.planned:
            group = self.matched.get(session.id)
            while group is not None:
                beside = [run for run in self.runs if run.id in self.free and _joins(run, group)]
                wider = [sorted([*group, run], key=lambda one: one.start_local) for run in beside]
                wider = [one for one in wider if _can_run(session, one)]
                best = min(wider, key=lambda one: self._cost(session, one), default=None)
                if best is None or self._cost(session, best) > self._cost(session, group) - GAIN:
                    break
                self._take(session, best)
                group = best

    def _take(self, session: WorkoutForMatching, group: list[RunForMatching]) -> None:
        self.matched[session.id] = group
        self.free -= {run.id for run in group}

    def _cost(self, session: WorkoutForMatching, group: Sequence[RunForMatching]) -> float:
        """Return how much a group of runs differs from a session in length and speeds."""
        shape = self.shapes[session.id]
        seconds = sum(run.duration_s for run in group)
        if not shape.seconds or not seconds:
            return 0.0
        off = abs(math.log(seconds / shape.seconds))
        meters = sum(run.distance_m or 0.0 for run in group)
        if meters and all(run.distance_m for run in group):
            off = min(off, abs(math.log(meters / shape.meters)))
        return SIZE_WEIGHT * off + SHAPE_WEIGHT * _speeds_apart(shape, group)

    def result(self) -> ActivityMatches:
        """Return the matches, sessions in their order, swapped ones marked."""
        days = {session.id: (session.date, self._moved_to(session)) for session in self.planned}
        sessions = [
            SessionMatch(
                session.id,
                tuple(run.id for run in self.matched.get(session.id, ())),
                self._run_date(session),
                self._days_moved(session),
                _is_swapped(session.id, days),
            )
            for session in self.planned
        ]
        return ActivityMatches(sessions, [run.id for run in self.runs if run.id in self.free])

    def _run_date(self, session: WorkoutForMatching) -> date | None:
        group = self.matched.get(session.id)
        return group[0].start_local.date() if group else None

    def _days_moved(self, session: WorkoutForMatching) -> int:
        group = self.matched.get(session.id)
        return min(_possible_days(session, group[0]), key=abs) if group else 0

    def _moved_to(self, session: WorkoutForMatching) -> date | None:
        if session.id not in self.matched:
            return None
        return session.date + timedelta(days=self._days_moved(session))


def _is_swapped(session_id: int | str, days: dict[int | str, tuple[date, date | None]]) -> bool:
    """Return whether a session was run on the day of another that was run on its day."""
    planned, run = days[session_id]
    if run is None or run == planned:
        return False
    return any(other == (run, planned) for other in days.values())


def _is_named(session: WorkoutForMatching, run: RunForMatching) -> bool:
    if run.workout_id is not None:
        return run.workout_id == session.id
    return bool(session.marker) and str(session.marker) in run.text


def _days_apart(session: WorkoutForMatching, run: RunForMatching) -> int:
    return (run.start_local.date() - session.date).days


def _possible_days(session: WorkoutForMatching, run: RunForMatching) -> list[int]:
    """Return the days a run is after its session; in the night also counted from the day before."""
    days = _days_apart(session, run)
    return [days, days - 1] if run.start_local.hour < NIGHT_ENDS_HOUR else [days]


def _gap(first: RunForMatching, second: RunForMatching) -> timedelta:
    return second.start_local - first.start_local - timedelta(seconds=first.duration_s)


def _is_near(run: RunForMatching, other: RunForMatching) -> bool:
    first, second = sorted((run, other), key=lambda one: one.start_local)
    return _gap(first, second) <= SPLIT_GAP


def _joins(run: RunForMatching, group: Sequence[RunForMatching]) -> bool:
    return any(_is_near(run, other) for other in group)


def _groups(runs: Sequence[RunForMatching]) -> Iterator[list[RunForMatching]]:
    """Yield single runs, and up to four that follow each other within three hours."""
    for first in range(len(runs)):
        for last in range(first + 1, min(first + MOST_PARTS, len(runs)) + 1):
            group = list(runs[first:last])
            if all(_gap(a, b) <= SPLIT_GAP for a, b in pairwise(group)):
                yield group


def _can_run(session: WorkoutForMatching, group: Sequence[RunForMatching]) -> bool:
    """Return whether the sports of a group are those of the session."""
    sports = {run.sport for run in group}
    kind = session.workout.type
    if kind == "cross_training":
        return "running" not in sports
    if kind in ("run_walk", "recovery"):
        return sports <= {"running", "walking"}
    return sports == {"running"}


def _speeds_apart(shape: _PlannedShape, group: Sequence[RunForMatching]) -> float:
    """Return the mean difference of sorted speeds over the planned mean; 0 where not known."""
    if not len(shape.speeds) or any(not len(run.speeds_mps) for run in group):
        return 0.0
    counts = [max(round(run.duration_s / 10), 1) for run in group]
    merged = np.concatenate(
        [np.repeat(run.speeds_mps, count) for run, count in zip(group, counts, strict=True)]
    )
    run_speeds = speed_quantiles(merged)
    return float(np.abs(run_speeds - shape.speeds).mean() / max(shape.speeds.mean(), 0.1))
