"""Sessions: what the runner means to do on a day, step by step."""

from dataclasses import dataclass, field, replace
from datetime import time
from typing import Literal

from runningcoach.demo.season import Race

type Intensity = Literal["active", "rest", "warmup", "cooldown", "recovery", "interval"]
type Place = Literal[
    "river_west", "river_east", "stream", "hill", "trail", "track", "treadmill", "lisbon", "road"
]

KM = 1000.0


@dataclass(frozen=True, slots=True)
class Step:
    """A stretch at one effort; "race" is as fast as its distance allows."""

    effort: str
    distance_m: float
    intensity: Intensity = "active"


@dataclass(frozen=True, slots=True)
class PlannedSession:
    """A planned activity: what, how far, where and when (on the clock of the place)."""

    kind: str
    steps: tuple[Step, ...]
    place: Place = "river_west"
    starts: time = time(19, 30)
    blanks: dict[str, object] = field(default_factory=dict)
    laps_by_step: bool = False
    is_race: bool = False
    note: str | None = None

    @property
    def distance_m(self) -> float:
        """The planned distance."""
        return sum(step.distance_m for step in self.steps)


def steady(kind: str, distance_m: float, effort: str = "easy") -> PlannedSession:
    """Return a run at one effort."""
    return PlannedSession(kind, (Step(effort, distance_m),))


def long_run(distance_m: float, finishes_fast: bool) -> PlannedSession:
    """Return the long run of a week, the last quarter quicker if asked."""
    if not finishes_fast:
        return PlannedSession(
            "long", (Step("long", distance_m),), blanks={"km": round(distance_m / KM)}
        )
    steps = (Step("long", 0.75 * distance_m), Step("steady", 0.25 * distance_m))
    return PlannedSession("long_fast", steps, blanks={"km": round(distance_m / KM)})


def strides(distance_m: float) -> PlannedSession:
    """Return an easy run that ends in six quick hundreds."""
    quick = (Step("repetition", 100), Step("jog", 110)) * 6
    return PlannedSession("strides", (Step("easy", distance_m - 1260), *quick))


def _framed(core: tuple[Step, ...], warm_m: float, cool_m: float) -> tuple[Step, ...]:
    return (Step("easy", warm_m, "warmup"), *core, Step("easy", cool_m, "cooldown"))


def tempo(work_m: float, minutes: int) -> PlannedSession:
    """Return a run at threshold between an easy start and an easy end."""
    core = (Step("threshold", work_m, "active"),)
    steps = _framed(core, 2 * KM, 1.5 * KM)
    return PlannedSession("tempo", steps, blanks={"minutes": minutes}, laps_by_step=True)


def intervals(
    repeats: int, work_m: float, rest_m: float, effort: str = "interval"
) -> PlannedSession:
    """Return `repeats` quick stretches with a jog after each."""
    pair = (Step(effort, work_m, "interval"), Step("jog", rest_m, "recovery"))
    length = f"{work_m / KM:g}km" if work_m >= KM else f"{work_m:g}m"
    blanks: dict[str, object] = {"length": length, "repeats": repeats}
    steps = _framed(pair * repeats, 2.5 * KM, 1.5 * KM)
    return PlannedSession("intervals", steps, "stream", blanks=blanks, laps_by_step=True)


def marathon_pace(work_m: float) -> PlannedSession:
    """Return a stretch at marathon effort."""
    steps = _framed((Step("marathon", work_m),), 2.5 * KM, 1.5 * KM)
    blanks: dict[str, object] = {"km": round(work_m / KM)}
    return PlannedSession("marathon_pace", steps, blanks=blanks, laps_by_step=True)


def walk_run(running_m: float) -> PlannedSession:
    """Return the careful kind of run after an injury: run, walk, run again."""
    pair = (Step("recovery", 900, "active"), Step("walk", 100, "rest"))
    rounds = max(3, round(running_m / 1000))
    return PlannedSession("walk_run", pair * rounds, "stream", laps_by_step=True)


def stop_early() -> PlannedSession:
    """Return the run in which the calf gave way."""
    steps = (Step("easy", 3800), Step("walk", 700))
    return replace(PlannedSession("easy", steps), note="injury")


def race_session(race: Race) -> PlannedSession:
    """Return a race as it is recorded: a little longer than its course, as watches see it."""
    recorded = race.distance_m * 1.0035
    place: Place = "river_east" if race.distance_m <= 10_000 else "road"
    return PlannedSession(race.name, (Step("race", recorded),), place, race.starts, is_race=True)
